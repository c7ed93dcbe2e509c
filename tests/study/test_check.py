"""Every adjoint against differences: right, wrong, cannot tell; and that the check can fail."""

import dataclasses
import json
import sys
from typing import Any

import pytest
from hypothesis import given, settings

from qsts_core import Expression
from qsts_core.__main__ import main
from qsts_core.errors import ArgumentError
from qsts_core.ops import OPERATIONS
from qsts_core.rules import local_function
from qsts_core.study.check import Check, check
from tests.strategies import restrict, smooth_trees, states, write

POST = "(x+y) + x*(x+y)"


@pytest.fixture(params=["mpmath", "float64"])
def arithmetic(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "float64":
        monkeypatch.setitem(sys.modules, "mpmath", None)
    return str(request.param)


def checked(formula: str, *at: float, gradient: dict[str, float] | None = None) -> Check:
    e = Expression(formula)
    return e.check(dict(zip(e.variables, at, strict=True)), gradient)


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        (POST, (2, 3)),
        ("sin(x)*exp(y)/x", (1, 2)),
        ("abs(x)", (1,)),
        ("tanh(3*x) + sqrt(y)", (0.2, 4)),
        ("x^2", (0,)),
        ("cos(x)", (0,)),
        ("(1 + x^2)^sin(x)", (0,)),  # as flat as x^3: what truncation leaves is no slope
        ("t = 2*x; y*y", (1, 2)),
    ],
)
def test_what_is_right_is_right(arithmetic: str, formula: str, at: tuple[float, ...]) -> None:
    found = checked(formula, *at)
    assert {node.verdict for node in found.nodes} == {"right"}, str(found)
    assert found.wrong == ()


@pytest.mark.parametrize("op", ["sin", "exp", "*"])
def test_a_planted_wrong_local_is_caught(
    arithmetic: str, op: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = OPERATIONS[op]
    wrong = ("cos(a) + a/1000",) if row.arity == 1 else ("b + 1/1000", "a")
    monkeypatch.setitem(OPERATIONS, op, dataclasses.replace(row, locals=wrong))
    local_function.cache_clear()
    try:
        found = checked("sin(x)*exp(y)", 1, 2)
    finally:
        local_function.cache_clear()
    assert found.wrong
    assert all(node.node in {"z1", "z2", "z3", "z4"} for node in found.wrong)


@pytest.mark.parametrize(
    ("formula", "at", "reason"),
    [
        ("relu(x)", (0,), "any number in [0, 1] would do"),
        ("max(x,y)^2", (1, 1), "any number in [0, 2] would do"),
        ("sqrt(x)", (0,), "the step leaves the domain"),
        ("sign(x)", (0,), "a jump, or an infinite slope"),
        ("cbrt(x)", (0,), "a jump, or an infinite slope"),
        ("sqrt(x-2)", (1,), "the output is not finite here"),
        ("log(1+x)/x", (1e-15,), "no digits are left: it is −0.5"),
    ],
)
def test_what_cannot_be_told_has_its_reason(
    formula: str, at: tuple[float, ...], reason: str
) -> None:
    node = next(n for n in checked(formula, *at).nodes if n.text == "x")
    assert node.verdict == "cannot tell"
    assert reason in node.reason


def test_the_rate_is_two_where_right_and_one_where_not() -> None:
    right, wrong = checked("sin(x)", 1), checked("sin(x)", 1, gradient={"x": 0.5})
    assert right.nodes[0].rate == pytest.approx(2, abs=0.01)
    assert wrong.nodes[0].rate == pytest.approx(1, abs=0.01)
    assert checked("3*x", 1).nodes[1].rate is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"x": 8, "y": 3}, None),
        ({"y": 3}, None),
        ({"x": 8.1}, "it is 8"),
        ({"x": -8}, "its sign is turned"),
        ({"x": 3}, "the contribution 5 by z₄ is missing"),
        ({"x": 5}, "the contribution 3 by z₃ is missing"),
        ({"y": 8}, "that is the one of x"),
        ({"x": 16}, "twice as much"),
    ],
)
def test_a_gradient_of_ones_own(
    arithmetic: str, given: dict[str, float], reason: str | None
) -> None:
    wrong = checked(POST, 2, 3, gradient=given).wrong
    if reason is None:
        assert wrong == ()
    else:
        assert [node.text for node in wrong] == list(given)
        assert reason in wrong[0].reason


def test_a_number_is_held_to_the_digits_it_is_given_with() -> None:
    assert checked("log(x)", 3, gradient={"x": 0.333}).wrong == ()
    assert checked("log(x)", 3, gradient={"x": 0.334}).wrong


def test_a_gradient_for_other_variables_is_refused() -> None:
    with pytest.raises(ArgumentError, match="'w' is not in the formula; its variables: 'x', 'y'"):
        checked(POST, 2, 3, gradient={"w": 1})


def test_no_time_is_told() -> None:
    found = check(Expression(POST), {"x": 2, "y": 3}, seconds=-1)
    assert {node.reason for node in found.nodes} == {"time ran out"}


@settings(max_examples=60, deadline=None)
@given(smooth_trees, states)
def test_no_smooth_program_is_called_wrong(tree: Any, state: dict[str, float]) -> None:
    e = Expression(write(tree))
    assert e.check(restrict(state, e.variables)).wrong == ()


def test_the_command_fails_where_something_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["check", POST, "x=2", "y=3"]
    assert main([*words, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["nodes"][0].keys() >= {"adjoint", "reference", "verdict", "reason", "rate"}
    assert main([*words, "--gradient", "x=8,y=3"]) == 0
    assert main([*words, "--gradient", "x=8,y=-3"]) == 1
    assert "its sign is turned" in capsys.readouterr().out
    assert main([*words, "--gradient", "w=8"]) == 2
