"""Which engine a batch runs on: the one that should be done first, compiling included.

In goes what is to be computed, and at how many states; out comes the name of an engine. Times are
predicted from rates, in seconds for each operation (and state), and every compilation and every
run corrects its rate, so after a few batches the rates are this machine's and this program's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["RATES", "Rate", "Rates", "choose", "first_guesses"]


TELLING = 1e-3
"""Seconds below which a measurement says more about fixed costs than about the rate."""

MANY = 200
"""Units of work below which it does."""


@dataclass(slots=True)
class Rate:
    """Seconds a unit of work: a first guess, until it has been measured.

    Examples
    --------
    >>> rate = Rate(1e-6)
    >>> for _ in range(20):
    ...     rate.measure(seconds=4.0, units=1e6)
    >>> round(rate.seconds, 9)
    4e-06
    """

    seconds: float

    def measure(self, seconds: float, units: float) -> None:
        """Move towards a measurement; none moves it far, for each may have been disturbed."""
        if seconds >= TELLING and units >= MANY:
            ratio = seconds / units / self.seconds
            self.seconds *= max(0.5, min(ratio, 2.0)) ** 0.5


@dataclass(slots=True)
class Rates:
    """What an engine costs.

    Attributes
    ----------
    compile
        Seconds to compile an operation.
    run
        Seconds to run an operation at a state.
    start
        Seconds to compile nothing.
    call
        Seconds to call an operation, whatever the number of states.
    load
        Seconds to load what it needs, once; 0 as soon as that is done.
    """

    compile: Rate
    run: Rate
    start: float = 0.0
    call: float = 0.0
    load: float = 0.0

    def preparing(self, operations: int) -> float:
        """Return the seconds that compiling should take."""
        return self.load + self.start + self.compile.seconds * operations

    def prepared(self, seconds: float, operations: int) -> None:
        """Take up how long it took."""
        if not self.load:  # how long loading took is not known
            self.compile.measure(seconds - self.start, operations)
        self.load = 0.0

    def running(self, operations: int, states: int) -> float:
        """Return the seconds that a run should take."""
        return operations * (self.call + self.run.seconds * states)


def first_guesses() -> dict[str, Rates]:
    """Return what was measured on one machine (2 cores, 2.6 GHz, in 2026), by engine."""
    return {
        "sweep": Rates(Rate(1e-7), Rate(2e-7)),
        "numpy": Rates(Rate(2.2e-5), Rate(3e-10), start=2e-4, call=5e-7),
        "native": Rates(Rate(2e-5), Rate(1e-10), start=1.2e-3, load=4e-2),
    }


RATES: dict[str, Rates] = first_guesses()
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
    >>> every, guess = ["sweep", "numpy", "native"], first_guesses()
    >>> [choose(300, states, [], every, rates=guess) for states in (1, 10_000, 1_000_000)]
    ['sweep', 'numpy', 'native']
    >>> choose(300, 10_000, ["numpy"], every, spent=1.0, rates=guess)
    'native'
    """
    ready = set(compiled)

    def predict(name: str) -> float:
        preparing = 0.0 if name in ready else rates[name].preparing(operations) - spent
        return rates[name].running(operations, states) + max(0.0, preparing)

    return min(available, key=predict)
