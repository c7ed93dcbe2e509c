"""The right digits: what is true, how many agree, who is to blame, and when nobody is."""

import json
from pathlib import Path
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qsts_core import Expression
from qsts_core.__main__ import main
from qsts_core.study.digits import ALL, Digits, count_digits, measure_digits
from tests.strategies import smooth_trees, write

HARD = json.loads((Path(__file__).parents[1] / "data" / "hard_points.json").read_text())

# The table computes these otherwise: 1/3 is a division here, not the float64 next to it; and in y,
# atan2 has at (1e-320, -1) the derivative x/(x^2 + y^2) = -1, where the table has 0.
OTHERWISE = {"x^(1/3)", "atan2(y,x)"}


def measure(formula: str, **at: float) -> Digits:
    return measure_digits(Expression(formula), at)


@pytest.mark.parametrize(
    "case", [c for c in HARD if c["f"] not in OTHERWISE], ids=lambda case: f"{case['f']}"
)
def test_the_truth_of_a_hard_point(case: dict[str, Any]) -> None:
    digits = measure_digits(Expression(case["f"]), case["at"])
    pairs = [(digits.true_value, case["value"])]
    pairs += [(digits.true_gradient[name], true) for name, true in case["gradient"].items()]
    for ours, true in pairs:
        assert ours is not None
        near = mpmath.mpf(true)
        assert abs(mpmath.mpf(ours) - near) <= abs(near) * 2e-17 + mpmath.mpf("1e-315")


@pytest.mark.parametrize(
    ("formula", "at", "text", "kind", "phase"),
    [
        ("log(1+x)/x", {"x": 1e-15}, "1 + x", "absorption", "forward"),
        ("(1-cos(x))/x^2", {"x": 1e-7}, "1 - cos(x)", "cancellation", "forward"),
        ("sqrt(x+1)-sqrt(x)", {"x": 1e12}, "sqrt(x + 1) - sqrt(x)", "cancellation", "forward"),
        ("log(exp(a)+exp(b))", {"a": 1000, "b": 999}, "exp(a)", "overflow", "forward"),
        ("sqrt(x*x+y*y)", {"x": 1e-200, "y": 1e-200}, "x*x", "underflow", "forward"),
        ("sin(x*y)", {"x": 1e10, "y": 0.1}, "sin(x*y)", "rounding", "forward"),
        ("x/y", {"x": 1, "y": 1e-200}, "y", "overflow", "backward"),
        ("x*y*z", {"x": 1e-200, "y": 1e-200, "z": 1}, "x*y", "underflow", "forward"),
    ],
)
def test_the_culprit_is_named(
    formula: str, at: dict[str, float], text: str, kind: str, phase: str
) -> None:
    digits = measure(formula, **at)
    named = next(node.text for node in digits.nodes if node.node == digits.culprit)
    assert (named, digits.kind, digits.phase) == (text, kind, phase)
    assert digits.fewest is not None
    assert digits.fewest < 12


@pytest.mark.parametrize(
    ("formula", "at"),
    [
        ("log(1+x)/x", {"x": 0.5}),
        ("(1-cos(x))/x^2", {"x": 2}),
        ("sqrt(x+1)-sqrt(x)", {"x": 1}),
        ("log(exp(a)+exp(b))", {"a": 10, "b": 9}),
        ("x - y", {"x": 1, "y": 1 - 2**-53}),  # cancels, but both are exact
        ("1e16 + x", {"x": 1e-3}),  # absorbs, but who asks for those digits
        ("x/x", {"x": 1e-300}),
    ],
)
def test_a_neighbour_is_not_blamed(formula: str, at: dict[str, float]) -> None:
    digits = measure(formula, **at)
    assert digits.culprit is None
    assert digits.fewest is not None
    assert digits.fewest >= 12


def test_what_a_double_absorption_hides_is_seen() -> None:
    """Both sums are 1 with 128 bits, however they are rounded; their difference is not 0."""
    digits = measure("log(1+exp(x)) - log(1+exp(y))", x=-200, y=-201)
    true = mpmath.mpf(digits.true_value)
    assert abs(true / (mpmath.exp(-200) - mpmath.exp(-201)) - 1) < 1e-12
    assert digits.digits == 0


def test_a_truth_of_zero_is_told() -> None:
    digits = measure("sqrt(2)^2 - 2 + 0*x", x=1)
    assert digits.true_value == "0.0"
    assert digits.digits == 0
    assert "is 0 in" in digits.notes[0]


def test_what_takes_too_many_bits_is_told_and_not_guessed() -> None:
    digits = measure("log(1+exp(x))", x=-50000)
    assert digits.true_value is None
    assert digits.digits is None
    assert "bits" in digits.notes[0]


def test_a_budget_of_no_time_is_told() -> None:
    digits = measure_digits(Expression("sqrt(2)^2 - 2 + 0*x"), {"x": 1}, seconds=0)
    assert "time ran out" in digits.notes[0]


def test_conditions_and_shares_are_those_of_a_difference() -> None:
    digits = measure("x - y", x=1.001, y=1.0)
    assert digits.nodes[2].conditions == pytest.approx((1001, 1000), rel=1e-9)
    assert digits.nodes[2].inherited == 0


def test_made_and_inherited_add_up_to_the_error() -> None:
    node = measure("(1-cos(x))/x^2", x=1e-7).nodes[3]
    error = abs(node.value / float(node.true_value or 0) - 1)
    assert node.inherited == pytest.approx(error, rel=1e-6)
    assert node.made == 0


def test_digits_are_counted() -> None:
    m = mpmath.MPContext()
    m.prec = 128
    assert count_digits(0.1, m.mpf("0.1"), m) == ALL
    assert count_digits(0.3 + 2**-53, m.mpf("0.3"), m) == 15
    assert count_digits(1.002, m.mpf(1), m) == 2
    assert count_digits(-1.0, m.mpf(1), m) == 0
    assert count_digits(0.0, m.mpf(10) ** -400, m) == 0
    assert count_digits(float("nan"), m.mpf(1), m) == 0
    assert count_digits(1.0, m.nan, m) is None


@settings(max_examples=100, deadline=None)
@given(smooth_trees, st.floats(0.5, 2))
def test_nobody_is_blamed_where_twelve_digits_are_right(tree: Any, x: float) -> None:
    e = Expression(write(tree))
    digits = measure_digits(e, {name: x + i / 7 for i, name in enumerate(e.variables)})
    if digits.fewest is not None and digits.fewest >= 12:
        assert digits.culprit is None
    elif digits.culprit is not None:
        place = int(digits.culprit[1:]) - 1
        bad = (digits.nodes[place].digits, digits.nodes[place].adjoint_digits)
        assert digits.kind == "absorption" or min(d for d in bad if d is not None) < 12


def test_json_has_the_agreed_fields(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digits", "log(1+x)/x", "x=1e-15", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert plain["true_gradient"] == {"x": "-0.49999999999999933"}
    assert plain["digits"] == {"value": 0, "gradient": {"x": 0}}
    assert (plain["culprit"], plain["kind"]) == ("z3", "absorption")
    assert {"value", "gradient", "true_value", "nodes"} <= plain.keys()


def test_the_table_says_it_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["digits", "log(1+x)/x", "x=1e-15"]) == 0
    assert "digits are lost at z3 = 1 + x: absorption" in capsys.readouterr().out
    assert main(["digits", "x*y", "x=2", "y=3"]) == 0
    assert "as accurate as the formula allows" in capsys.readouterr().out


def test_without_mpmath_a_sentence_says_what_brings_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "mpmath", None)
    assert main(["digits", "x", "x=1"]) == 2
    assert 'needs mpmath: pip install "qsts[digits]"' in capsys.readouterr().err
