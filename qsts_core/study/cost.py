"""What a formula costs by each sharing, as a plain value; `measure` fills it in.

In go a text and values; out comes a `Cost` with the counts, which take no building, and with the
reason wherever the rest cannot be had.

======== =================================================================================
graph    bytes of what stays between runs: the nodes, their places, and the tape
run      bytes that one run adds: its five arrays
stack    bytes of the unique stack: needed while building, given back when the graph stands
build    seconds of the stack machine alone, from postfix to nodes; it is one path for all
reset    seconds to make the values and the adjoints anew, as before each run
gradient seconds of one forward and one backward sweep, reset included
descent  seconds of 1,000 steps of gradient descent, too short to go far
======== =================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qsts_core.expression import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import show_count, to_json
from qsts_core.reading.postfix import read
from qsts_core.study.clock import Timing, summarize
from qsts_core.study.size import Count, count

__all__ = [
    "BYTES",
    "KEPT",
    "LARGEST_DESCENDED",
    "LARGEST_TIMED",
    "SECONDS",
    "Cost",
    "count_cost",
    "default_point",
]

KEPT = ("graph", "run")
"""What stays in memory, or comes back with each run."""

BYTES = (*KEPT, "stack")
SECONDS = ("build", "reset", "gradient", "descent")

LARGEST_TIMED = 20_000
"""The most nodes of a graph that is built here, weighed and timed."""

LARGEST_DESCENDED = 2_000
"""The most nodes of a graph that is descended: a step is a gradient."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What is known of the cost of a formula.

    Attributes
    ----------
    text, at
        The formula, and the values it was run at.
    counts
        By sharing: nodes, edges, evaluations, contributions; all exact.
    bytes
        By quantity ("graph", "run", "stack") and sharing, as far as weighed.
    samples
        By quantity ("build", "reset", "gradient", "descent") and sharing: seconds of one call.
    left_out
        By quantity and sharing: why it is not measured.
    done
        How much of the measuring is behind us, from 0 to 1.
    """

    text: str
    at: dict[str, float]
    counts: dict[Sharing, Count]
    bytes: dict[str, dict[Sharing, int]]
    samples: dict[str, dict[Sharing, tuple[float, ...]]]
    left_out: dict[str, dict[Sharing, str]]
    done: float = 0.0

    def timing(self, quantity: str, sharing: Sharing) -> Timing | None:
        """Return the median and the quartiles of a time, or `None` where it is not measured."""
        samples = self.samples.get(quantity, {}).get(sharing)
        return summarize(samples) if samples else None

    def amount(self, quantity: str, sharing: Sharing) -> float | None:
        """Return the bytes, the median of the seconds, or `None` where not measured."""
        if quantity in BYTES:
            return self.bytes.get(quantity, {}).get(sharing)
        timing = self.timing(quantity, sharing)
        return timing and timing.median

    def ratio(self, quantity: str, sharing: Sharing) -> float | None:
        """Return how many times what `unique` takes this sharing takes."""
        amount, unique = self.amount(quantity, sharing), self.amount(quantity, "unique")
        return amount / unique if amount is not None and unique else None

    def compare(self, quantity: str, one: Sharing, other: Sharing) -> Timing | None:
        """Return how many times as long as `other` one sharing takes, round by round.

        What disturbs a machine for longer than a round disturbs both, and leaves their ratio alone.
        """
        samples = self.samples.get(quantity, {})
        pairs = zip(samples.get(one, ()), samples.get(other, ()), strict=False)
        ratios = [seconds / others for seconds, others in pairs]
        return summarize(ratios) if ratios else None

    def reason(self, quantity: str, sharing: Sharing) -> str | None:
        """Say why a quantity is not known, or return `None` where it is."""
        if self.amount(quantity, sharing) is not None:
            return None
        return self.left_out.get(quantity, {}).get(sharing, "not measured so far")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; what is not known is `None`, and `left_out` says why."""
        counts = {
            field: {sharing: getattr(self.counts[sharing], field) for sharing in SHARINGS}
            for field in ("nodes", "edges", "operations")
        }
        return {
            "expression": self.text,
            "at": {name: to_json(number) for name, number in self.at.items()},
            **counts,
            "bytes": {quantity: _by_sharing(self.amount, quantity) for quantity in BYTES},
            "seconds": {quantity: _by_sharing(self.amount, quantity) for quantity in SECONDS},
            "quartiles": {quantity: _by_sharing(self._quartiles, quantity) for quantity in SECONDS},
            "ratios": {q: _by_sharing(self.ratio, q) for q in (*BYTES, *SECONDS)},
            "left_out": self._all_reasons(),
        }

    def _quartiles(self, quantity: str, sharing: Sharing) -> list[float] | None:
        timing = self.timing(quantity, sharing)
        return timing and [timing.low, timing.high]

    def _all_reasons(self) -> dict[str, dict[Sharing, str]]:
        reasons = {q: _by_sharing(self.reason, q) for q in (*BYTES, *SECONDS)}
        known = {q: {s: why for s, why in by.items() if why} for q, by in reasons.items()}
        return {quantity: by_sharing for quantity, by_sharing in known.items() if by_sharing}


def _by_sharing(of: Callable[[str, Sharing], Any], quantity: str) -> dict[Sharing, Any]:
    return {sharing: of(quantity, sharing) for sharing in SHARINGS}


def default_point(variables: Sequence[str], at: Mapping[str, float]) -> dict[str, float]:
    """Return `at`, with 1, 2, 3, … for the variables that it leaves out, by their order.

    Examples
    --------
    >>> default_point(("x", "y"), {"x": 5})
    {'x': 5, 'y': 2.0}
    """
    return {**{name: float(k) for k, name in enumerate(variables, 1)}, **at}


def count_cost(text: str, at: Mapping[str, float] | None = None) -> Cost:
    """Return the cost of a formula as far as it can be counted, and why the rest cannot be had.

    Raises
    ------
    FormulaError
        If the text is not a formula.
    PointError
        If `at` has an unknown variable, or a value that is not a number.

    Examples
    --------
    >>> cost = count_cost("t = x*x" + "; t = t*t" * 999)
    >>> cost.counts["none"].nodes == 2**1001 - 1
    True
    >>> cost.reason("build", "none")
    'it has about 2.14e301 nodes; up to 20,000 are built'
    """
    expression = Expression(text)
    point = expression.point(default_point(expression.variables, at or {}))
    program = read(text)
    counts = {sharing: count(program, sharing) for sharing in SHARINGS}
    left_out: dict[str, dict[Sharing, str]] = {}
    for quantity in (*BYTES, *SECONDS):
        most = LARGEST_DESCENDED if quantity == "descent" else LARGEST_TIMED
        done = "descended" if quantity == "descent" else "built"
        left_out[quantity] = {
            sharing: f"it has {show_count(nodes)} nodes; up to {most:,} are {done}"
            for sharing, (nodes, *_) in counts.items()
            if nodes > most
        }
    return Cost(text, point, counts, {}, {}, left_out)
