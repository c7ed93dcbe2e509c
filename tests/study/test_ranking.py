"""Findings with the worst first: wrong before small, a convention last, an origin before all."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from qsts_core import Expression
from qsts_core.errors import FormulaError
from qsts_core.study.ranking import rank_findings
from qsts_core.study.why import Finding, explain
from tests.strategies import restrict, states, trees, write

DATA = Path(__file__).parents[1] / "data"
CASES = [
    pytest.param(case["f"], {n: float(v) for n, v in case["at"].items()}, id=f"{name}-{place}")
    for name in ("hard_points", "reports")
    for place, case in enumerate(json.loads((DATA / f"{name}.json").read_text(encoding="utf-8")))
    if case.get("at")
]


def rank(formula: str, at: dict[str, float]) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    expression = Expression(formula)
    found = explain(expression, at)
    return found, rank_findings(found, expression.trace(at).run)


def ranked(formula: str, **at: float) -> list[str]:
    return [finding.cause for finding in rank(formula, at)[1]]


def hold(formula: str, at: dict[str, float]) -> None:
    """Nothing is lost or added; the worst has a number that is as bad as the result."""
    found, worst_first = rank(formula, at)
    assert sorted(worst_first) == sorted(found)
    ours = Expression(formula).trace(at).run
    if all(map(math.isfinite, [ours.value, *ours.gradient().values()])):
        causes = [finding.cause for finding in worst_first]
        assert "digits-lost" not in causes[1:]
        assert causes == sorted(causes, key=lambda cause: cause == "kink")


def test_wrong_digits_come_before_a_right_zero_and_a_convention_last() -> None:
    assert ranked("relu(y) + log(1+x)/x", y=-1, x=1e-15)[0] == "digits-lost"
    assert ranked("relu(y) + abs(x)", x=0, y=-1) == ["dead", "kink"]
    assert ranked("abs(x)*w + tanh(50*y)", x=0, y=1, w=1)[-1] == "kink"


def test_what_made_a_number_not_finite_stays_before_it() -> None:
    cross_entropy = "-y*log(sigmoid(x))-(1-y)*log(1-sigmoid(x))"
    assert ranked(cross_entropy, x=40, y=1)[:2] == ["saturated", "pole"]
    assert ranked("1/(x*y)", x=1e-200, y=1e-200)[:2] == ["underflow", "pole"]


def test_a_zero_beside_it_does_not_stand_before_what_is_not_finite() -> None:
    assert ranked("relu(z) + sqrt(sqrt(x))", x=-1, z=-1)[0] == "domain"
    assert ranked("relu(z) + hypot(x,y)", x=0, y=0, z=-1) == ["kink", "dead"]


@pytest.mark.parametrize(("formula", "at"), CASES)
def test_the_order_holds_on_the_cases(formula: str, at: dict[str, float]) -> None:
    try:
        Expression(formula)
    except FormulaError:
        return
    hold(formula, at)


@settings(max_examples=200, deadline=None)
@given(trees, states)
def test_the_order_holds_on_random_programs(tree: Any, state: dict[str, float]) -> None:
    formula = write(tree)
    hold(formula, restrict(state, Expression(formula).variables))
