"""The post's headline, "half the memory, twice the speed", beside what is measured.

In go nothing but the formulas that it is held against; out come findings, each with its cost and
a sentence that says where the claim holds and where it does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qsts_core.expression import Expression
from qsts_core.graph import Sharing
from qsts_core.notation import show_count, show_times
from qsts_core.study.cost import BYTES, Cost
from qsts_core.study.families import FAMILIES, POST
from qsts_core.study.measure import measure_cost

__all__ = ["CASES", "CLAIM", "Case", "Finding", "judge", "measure_headline", "memory_ratio"]

CLAIM = 2.0
"""What the post claims for both: how many times less memory, how many times the speed."""

QUANTITIES = ("build", "gradient")
ROUNDS = 11


class Case(NamedTuple):
    """A formula to hold the claim against; every variable is given `value`."""

    name: str
    text: str
    value: float


class Finding(NamedTuple):
    """What was measured for one case."""

    case: Case
    cost: Cost


def _member(family: str, depth: int) -> Case:
    chosen = FAMILIES[family]
    return Case(f"{family}, {depth} {chosen.depth}", chosen.write(depth), chosen.value)


CASES = (
    Case("the post's own formula", POST, 2.0),
    _member("nested squares", 3),
    _member("nested squares", 8),
    _member("the post's formula in itself", 3),
    _member("the post's formula in itself", 6),
    _member("a tanh net", 3),
    _member("Rosenbrock's function", 10),
    _member("Speelpenning's product", 100),
)


def measure_headline(rounds: int = ROUNDS) -> Iterator[list[Finding]]:
    """Yield the findings so far, one more each time."""
    findings: list[Finding] = []
    for case in CASES:
        at = dict.fromkeys(Expression(case.text).variables, case.value)
        *_, cost = measure_cost(case.text, at, quantities=QUANTITIES, rounds=rounds)
        findings = [*findings, Finding(case, cost)]
        yield findings


def memory_ratio(cost: Cost, sharing: Sharing = "none") -> float | None:
    """Return how many times the memory of `unique` a sharing takes, graph and run together."""
    shared, unique = (
        [cost.bytes.get(quantity, {}).get(s) for quantity in BYTES] for s in (sharing, "unique")
    )
    if None in shared or None in unique:
        return None
    return sum(filter(None, shared)) / sum(filter(None, unique))


def judge(cost: Cost) -> str:
    """Say whether unique nodes take half the memory of a tree and have twice its speed.

    Examples
    --------
    >>> from qsts_core.study.measure import measure_cost
    >>> *_, cost = measure_cost("t = x*x; t = t*t; t = t*t; t*t; t = t*t; t*t", rounds=3)
    >>> judge(cost).startswith("Both hold")
    True
    >>> judge(next(measure_cost("x*y")))
    'Nothing repeats in this formula: sharing saves nothing.'
    """
    if cost.counts["none"].nodes == cost.counts["unique"].nodes:
        return "Nothing repeats in this formula: sharing saves nothing." + _tell_look_ups(cost)
    memory, speed = memory_ratio(cost), cost.ratio("gradient", "none")
    if memory is None or speed is None:
        tree, unique = (show_count(cost.counts[s].nodes) for s in ("none", "unique"))
        return f"The tree is not measured: it has {tree} nodes, where {unique} unique ones do."
    times = (show_times(memory), show_times(speed))
    numbers = "the tree takes {} times the memory and {} times as long".format(*times)
    if memory >= CLAIM and speed >= CLAIM:
        return f"Both hold: {numbers}."
    if memory < CLAIM and speed < CLAIM:
        return f"Neither holds here: {numbers}. Too little repeats."
    if memory >= CLAIM:
        return f"Half the memory holds, twice the speed does not: {numbers}."
    return f"Twice the speed holds, half the memory does not: {numbers}."


def _tell_look_ups(cost: Cost) -> str:
    """Say what the look-ups of the unique stack cost where they find nothing."""
    tree = cost.ratio("build", "none")
    if tree is None:
        return ""
    more = 1 / tree - 1
    spread = max(_spread(cost, "none"), _spread(cost, "unique"))
    if abs(more) <= spread:
        return f" What its look-ups cost is lost in the noise of this machine (±{spread:.0%})."
    if more < 0:
        return f" Its look-ups cost nothing that could be measured (±{spread:.0%})."
    return f" It costs its look-ups: building takes {more:.0%} longer; a gradient is the same."


def _spread(cost: Cost, sharing: Sharing) -> float:
    timing = cost.timing("build", sharing)
    return (timing.high - timing.low) / 2 / timing.median if timing else 0.0
