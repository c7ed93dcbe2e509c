"""Breakpoints: each form where it holds and where it does not, and what is said when none does."""

import json
import sys

import pytest

from qsts_core import Expression
from qsts_core.__main__ import main
from qsts_core.errors import ArgumentError
from qsts_core.study.breakpoints import FORMS, find_hits, read_breakpoint

SEED = "(x+y) + x*(x+y)"


def hits(formula: str, text: str, **at: float) -> tuple[int, ...]:
    return find_hits(Expression(formula).trace(at), text).positions


@pytest.mark.parametrize(
    ("formula", "at", "text", "expected"),
    [
        (SEED, {"x": 2, "y": 3}, "z3 reached", (3,)),
        (SEED, {"x": 2, "y": 3}, "y is reached", (2,)),
        (SEED, {"x": 2, "y": 3}, "z₃ final", (10,)),
        (SEED, {"x": 2, "y": 3}, "z5 final", (6,)),  # by the seed
        # A part of a sum is no adjoint: x has 5 after step 9, and is final with 8.
        (SEED, {"x": 2, "y": 3}, "|adjoint| > 4", (11,)),
        (SEED, {"x": 2, "y": 3}, "|adjoint of y| > 2", (12,)),
        (SEED, {"x": 2, "y": 3}, "|adjoint z3| > 3", ()),
        (SEED, {"x": 2, "y": 3}, "|value| > 9", (4, 5)),
        (SEED, {"x": 2, "y": 3}, "|value x| < 3", (1,)),
        (SEED, {"x": 2, "y": 3}, "z3 reached or z3 final", (3, 10)),
        ("x*x - 9*x", {"x": 3}, "sign flips", ()),
        ("x - 2*x", {"x": 3}, "sign flips", (8,)),
        ("x - x", {"x": 3}, "sign flips", ()),
        ("x - x", {"x": 3}, "contributions cancel", (5,)),
        ("x - 2*x", {"x": 3}, "contributions cancel", ()),
        ("sqrt(x)", {"x": 0}, "not finite forward", ()),
        ("sqrt(x)", {"x": 0}, "not finite backward", (4,)),
        ("log(x)*2", {"x": -1}, "not finite forward", (2, 4)),
        ("log(x)", {"x": 1}, "not finite", ()),
        ("1 - cos(x)", {"x": 1e-9}, "fewer than 6 digits", (4,)),
        ("1 - cos(x)", {"x": 1}, "fewer than 6 digits", ()),
    ],
)
def test_where_it_holds(
    formula: str, at: dict[str, float], text: str, expected: tuple[int, ...]
) -> None:
    assert hits(formula, text, **at) == expected


def test_every_form_shown_can_be_read() -> None:
    graph = Expression(SEED).graph
    for form in FORMS:
        assert read_breakpoint(form, graph)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("w reached", "there is no node 'w': there are z1 to z5"),
        ("|adjoint| > many", "'many'"),
        ("sing flips", "Did you mean 'sign flips'?"),
        ("", "It is one of: z3 reached"),
    ],
)
def test_what_cannot_be_read_says_what_can(text: str, said: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        read_breakpoint(text, Expression(SEED).graph)
    assert said in str(caught.value)


def test_the_building_comes_before() -> None:
    trace = Expression("x*y").trace({"x": 2, "y": 3}, build=True)
    assert find_hits(trace, "z3 reached").positions == (len(trace.building) + 3,)


def test_the_command_stops_there(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["trace", SEED, "x=2", "y=3", "--until"]
    assert main([*words, "z3 final"]) == 0
    told = capsys.readouterr().out
    assert "stopped after step 10 of 12: z3 final" in told
    assert main([*words, "z3 reached"]) == 0
    assert "adjoint" not in capsys.readouterr().out
    assert main([*words, "z3 final", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["until"] == {"words": "z3 final", "step": 10}
    assert len(plain["steps"]) == 10
    assert main([*words, "|adjoint| > 100"]) == 0
    told = capsys.readouterr().out
    assert "never in these 12 steps: |adjoint| > 100 (the largest |adjoint| is 8)" in told
    assert main([*words, "nothing"]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_only_digits_need_mpmath(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "mpmath", None)
    assert hits("x*y", "z3 reached", x=2, y=3) == (3,)
    assert main(["trace", "x", "x=1", "--until", "fewer than 6 digits"]) == 2
    assert "mpmath" in capsys.readouterr().err
