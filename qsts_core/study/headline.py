"""The post's headline, "half the memory, twice the speed", measured on formulas for anyone to try.

In go nothing but the formulas that it is held against; out come findings, each with its cost.
What a cost says about the headline is told by `verdict`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qsts_core.expression import Expression
from qsts_core.study.cost import Cost
from qsts_core.study.families import DESCENDED, FAMILIES, POST
from qsts_core.study.measure import measure_cost

__all__ = ["CASES", "Case", "Finding", "measure_headline"]

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
    Case("what its repository descends", DESCENDED, 1.0),
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
