"""Why a number is zero, not finite, tiny or huge: its origin, and neighbours without blame."""

import json
import math
import sys
from typing import Any, get_args

import pytest
from hypothesis import given, settings

from qsts_core import Expression
from qsts_core.__main__ import main
from qsts_core.errors import ArgumentError
from qsts_core.study.why import Cause, Finding, explain
from qsts_core.sweep import run
from tests.strategies import restrict, states, trees, write

NESTED = "sigmoid(" * 14 + "x" + ")" * 14


def findings_of(formula: str, *at: float, of: str | None = None) -> tuple[Finding, ...]:
    e = Expression(formula)
    return explain(e, dict(zip(e.variables, at, strict=True)), of)


def pairs(formula: str, *at: float, of: str | None = None) -> list[tuple[str, str]]:
    return [(finding.cause, finding.text) for finding in findings_of(formula, *at, of=of)]


# The formula, its variables' values in order of appearance, all causes with their texts in order;
# and values, or another formula, by which the first of them must not be blamed.
CASES: list[tuple[str, tuple[float, ...], list[tuple[str, str]], str, tuple[float, ...]]] = [
    ("relu(x-5)*y", (1, 2), [("dead", "relu(x - 5)"), ("zero-factor", "relu(x - 5)*y")],
     "relu(x-5)*y", (5.1, 2)),
    ("tanh(50*x)", (1,), [("saturated", "tanh(50*x)")], "tanh(50*x)", (0.1,)),
    ("tanh(50*x)", (1,), [("saturated", "tanh(50*x)")], "tanh(50*x) + x", (1,)),
    ("x*0*y", (1, 2), [("zero-factor", "x*0"), ("zero-factor", "x*0*y")], "x*1e-5*y", (1, 2)),
    ("(x-y)*(x-y)", (3, 3), [("zero-factor", "(x - y)*(x - y)")], "(x-y)*(x-y)", (3, 3.5)),
    ("log(x-y)", (1, 2), [("domain", "log(x - y)")], "log(x-y)", (2, 1)),
    ("exp(exp(exp(x)))", (3,), [("overflow", "exp(exp(exp(x)))")], "exp(exp(exp(x)))", (1.5,)),
    ("sqrt(x^2)", (0,), [("infinite-slope", "sqrt(x^2)"), ("zero-times-inf", "x^2")],
     "sqrt(x^2)", (1e-3,)),
    ("sigmoid(w*x)", (800, 1), [("saturated", "sigmoid(w*x)")], "sigmoid(w*x)", (8, 1)),
    ("sqrt(x*x+y*y)", (0, 0),
     [("infinite-slope", "sqrt(x*x + y*y)"), ("zero-times-inf", "y*y"), ("zero-times-inf", "x*x")],
     "sqrt(x*x+y*y)", (0, 1)),
    ("-y*log(sigmoid(x))-(1-y)*log(1-sigmoid(x))", (1, 40),
     [("saturated", "sigmoid(x)"), ("pole", "log(1 - sigmoid(x))"),
      ("zero-times-inf", "(1 - y)*log(1 - sigmoid(x))"), ("zero-times-inf", "log(1 - sigmoid(x))")],
     "-y*log(sigmoid(x))-(1-y)*log(1-sigmoid(x))", (1, 4)),
    ("log(exp(a)+exp(b))", (1000, 999),
     [("overflow", "exp(a)"), ("overflow", "exp(b)"), ("zero-times-inf", "exp(b)"),
      ("zero-times-inf", "exp(a)")], "log(exp(a)+exp(b))", (700, 699)),
    ("sqrt(sqrt(x-2))", (1,), [("domain", "sqrt(x - 2)")], "sqrt(sqrt(x-2))", (2.5,)),
    ("log(1+x)/x", (1e-15,), [("digits-lost", "1 + x")], "log(1+x)/x", (0.5,)),
    ("(1-cos(x))/x^2", (1e-7,), [("digits-lost", "1 - cos(x)")], "(1-cos(x))/x^2", (1,)),
    ("sqrt(x+1)-sqrt(x)", (1e12,), [("digits-lost", "sqrt(x + 1) - sqrt(x)")],
     "sqrt(x+1)-sqrt(x)", (3,)),
    ("where(x > 0, sqrt(x), 0)", (-1,), [("blocked", "when(x > 0, sqrt(x))")],
     "where(x > 0, sqrt(x), 0)", (4,)),
    ("x - x", (1,), [("cancelled", "x")], "x - x/2", (1,)),
    ("t = 2*x; y", (1, 2), [("not-connected", "x")], "t = 2*x; y*t", (1, 2)),
    ("exp(-x^2)", (40,), [("underflow", "exp(-x^2)")], "exp(-x^2)", (3,)),
    ("x*y*z", (1e-200, 1e-200, 1), [("underflow", "x*y"), ("zero-factor", "x*y*z")],
     "x*y*z", (1e-2, 1e-2, 1)),
    ("1/x", (0,), [("pole", "1/x")], "1/x", (1e-5,)),
    ("1/(x*y)", (1e-200, 1e-200), [("underflow", "x*y"), ("pole", "1/(x*y)")],
     "1/(x*y)", (1e-2, 1)),
    ("max(x,y)", (1, 2), [("dead", "max(x, y)")], "max(x,y)+x", (1, 2)),
    ("max(x,y)", (1, 1), [("kink", "max(x, y)")], "max(x,y)", (1, 1.5)),
    ("relu(x)", (0,), [("kink", "relu(x)")], "relu(x)", (0.1,)),
    ("abs(x) + y", (0, 1), [("kink", "abs(x)")], "abs(x) + y", (1e-3, 1)),
    ("hypot(x,y)", (0, 0), [("kink", "hypot(x, y)")], "hypot(x,y)", (0, 1)),
    ("exp(x)-exp(y)", (800, 900), [("overflow", "exp(x)"), ("overflow", "exp(y)"),
                                   ("inf-minus-inf", "exp(x) - exp(y)")],
     "exp(x)-exp(y)", (8, 9)),
    ("x/y", (1, 1e-200), [("overflow", "x/y")], "x/y", (1, 1e-2)),
    ("asin(x)", (1,), [("infinite-slope", "asin(x)")], "asin(x)", (0.9,)),
    (NESTED, (1,), [("vanishing", "x")], "sigmoid(sigmoid(x))", (1,)),
    ("exp(exp(exp(x)))", (1.2,), [("exploding", "x")], "exp(exp(exp(x)))", (0.1,)),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "at", "expected", "other", "there"), CASES)
def test_the_origin_is_found_and_a_neighbour_is_not_blamed(
    formula: str, at: tuple[float, ...], expected: list[tuple[str, str]], other: str,
    there: tuple[float, ...],
) -> None:  # fmt: skip
    assert pairs(formula, *at) == expected
    assert expected[0][0] not in [cause for cause, _ in pairs(other, *there)]


def test_every_cause_is_shown_by_a_case() -> None:
    assert {cause for *_, expected, _, _ in CASES for cause, _ in expected} == set(get_args(Cause))


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        ("(x+y) + x*(x+y)", (2, 3)),
        ("x + exp(-800)", (1,)),  # underflows, and nobody is hurt
        ("1e-20*x", (1,)),  # small because it was asked to be
        ("1e20*x", (1,)),
        ("atan(1/exp(x))", (1,)),
    ],
)
def test_what_is_well_has_no_findings(formula: str, at: tuple[float, ...]) -> None:
    assert pairs(formula, *at) == []


def test_one_node_can_be_asked_about() -> None:
    assert pairs("log(x) + sqrt(y)", 0, 0, of="y") == [("infinite-slope", "sqrt(y)")]
    assert pairs("log(x) + sqrt(y)", 0, 0, of="z2") == [("pole", "log(x)")]
    with pytest.raises(ArgumentError, match="no node 'z9': there are z1 to z5, and x, y"):
        pairs("log(x) + sqrt(y)", 0, 0, of="z9")


def test_sentences_name_both_factors() -> None:
    sentence = findings_of("sqrt(x^2)", 0)[1].sentence
    assert "inf · 0" in sentence


def is_origin(e: Expression, at: dict[str, float], finding: Finding) -> bool:
    """Look at the run itself, by another way than the walk: is there such trouble at the node."""
    trace = run(e.tape, at)
    index = int(finding.node[1:]) - 1
    value, inputs = trace.values[index], [trace.values[i] for i in e.graph.nodes[index].inputs]
    near = [
        number
        for place, edge in enumerate(e.tape.edges)
        if index in (edge.parent, edge.child)
        for number in (trace.locals[place], trace.contributions[place], trace.sums[place])
    ]
    bad = not all(map(math.isfinite, [value, *near]))
    if finding.cause in ("pole", "domain"):
        return not math.isfinite(value) and (not inputs or not any(map(math.isnan, inputs)))
    if finding.cause in ("overflow", "zero-times-inf", "inf-minus-inf", "infinite-slope"):
        return bad
    if finding.cause in ("zero-factor", "dead", "cancelled", "underflow"):
        return 0 in [value, *near]
    if finding.cause == "not-connected":
        return trace.adjoints[index] is None
    return True


@settings(max_examples=500, deadline=None)
@given(trees, states)
def test_findings_name_a_real_origin(tree: Any, state: dict[str, float]) -> None:
    e = Expression(write(tree))
    at = restrict(state, e.variables)
    found = explain(e, at)
    assert all(is_origin(e, at, finding) for finding in found), found
    numbers = [e.value(at), *e.gradient(at).values()]
    if not all(map(math.isfinite, numbers)):
        assert found, "a number that is not finite has an origin"
    if 0 in e.gradient(at).values():
        assert found, "a derivative of 0 has a reason"


def test_the_command_prints_findings_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["why", "sqrt(sqrt(x-2))", "x=1", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["value"] == "nan"
    assert [f["cause"] for f in plain["findings"]] == ["domain"]
    assert plain["findings"][0].keys() == {"cause", "node", "text", "sentence"}
    assert main(["why", "sqrt(sqrt(x-2))", "x=1"]) == 0
    assert "sqrt(x - 2) is not defined at" in capsys.readouterr().out
    assert main(["why", "x*y", "x=2", "y=3"]) == 0
    assert "nothing is wrong" in capsys.readouterr().out
    assert main(["why", "x*y", "x=2", "y=3", "--of", "w"]) == 2
    assert "there is no node 'w'" in capsys.readouterr().err


def test_without_mpmath_all_but_digits_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mpmath", None)
    assert pairs("log(1+x)/x", 1e-15) == []
    assert pairs("1/x", 0) == [("pole", "1/x")]
