"""Which engine a batch runs on: the one that should be done first, compiling included.

In goes what is to be computed, and at how many states; out comes the name of an engine. Times are
predicted from rates, in seconds for each operation (and state), and every compilation and every
run corrects its rate, so after a few batches the rates are this machine's and this program's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["RATES", "Rate", "Rates", "choose"]


@dataclass(slots=True)
class Rate:
    """Seconds a unit of work, from a first guess and what has been measured since.

    Attributes
    ----------
    seconds, units
        What the rate rests on: at first a guess, worth as much as `units` of work.
    """

    seconds: float
    units: float

    def predict(self, units: float) -> float:
        """Return the seconds that so much work should take."""
        return units * self.seconds / self.units

    def measure(self, seconds: float, units: float) -> None:
        """Take a measurement in; what is older counts half as much as it did."""
        if units > 0:
            self.seconds = self.seconds / 2 + seconds
            self.units = self.units / 2 + units


@dataclass(slots=True)
class Rates:
    """How fast an engine is: to compile an operation, to run one at a state, and its fixed cost."""

    compile: Rate
    run: Rate
    start: float = 0.0

    def predict(self, operations: int, states: int, compiled: bool) -> float:
        """Return the seconds that a batch should take."""
        work = 1 + operations
        preparing = 0.0 if compiled else self.start + self.compile.predict(work)
        return preparing + self.run.predict(work * states)


def _rates() -> dict[str, Rates]:
    # First guesses, as ratios of what was measured on one machine (2 cores, 2.6 GHz, 2026).
    return {
        "sweep": Rates(Rate(0.0, 1.0), Rate(4e-7, 1.0)),
        "numpy": Rates(Rate(3e-5, 1.0), Rate(5e-10, 1.0), start=1e-3),
        "native": Rates(Rate(6e-5, 1.0), Rate(1e-10, 1.0), start=6e-3),
    }


RATES: dict[str, Rates] = _rates()
"""The rates of this process, by the name of the engine."""


def choose(
    operations: int,
    states: int,
    compiled: Iterable[str],
    available: Iterable[str],
    spent: float = 0.0,
    rates: dict[str, Rates] = RATES,
) -> str:
    """Return the engine that should be done first.

    Parameters
    ----------
    operations, states
        How much there is to compute.
    compiled
        The engines that are compiled for this graph already.
    available
        The engines to choose from.
    spent
        Seconds that batches of this graph have taken so far. Who comes back will come back again:
        an engine whose compilation takes no longer than what was spent is taken as if compiled
        (so the total is at most about twice that of the best choice, whatever comes).

    Examples
    --------
    >>> every = ["sweep", "numpy", "native"]
    >>> [choose(100, states, [], every, rates=_rates()) for states in (1, 1000, 1_000_000)]
    ['sweep', 'numpy', 'native']
    >>> choose(100, 1000, ["numpy"], every, spent=1.0, rates=_rates())
    'native'
    """
    ready = set(compiled)

    def predict(name: str) -> float:
        preparing = rates[name].predict(operations, 0, name in ready)
        return rates[name].predict(operations, states, True) + max(0.0, preparing - spent)

    return min(available, key=predict)
