"""Mathematics as it is written: what stands without parentheses, between bars, above and below."""

import json
from pathlib import Path
from typing import Any

import pytest

from qsts_core import Expression, FormulaError

PASTED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent.parent / "data" / "pasted.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", PASTED, ids=[ascii(case["f"]) for case in PASTED])
def test_what_people_paste_has_the_value_and_the_gradient_it_should(case: dict[str, Any]) -> None:
    """To four units in the last place, or to what cancels in the formula as it is written."""
    expression = Expression(case["f"])
    assert expression.value(case["at"]) == pytest.approx(float(case["value"]), rel=4e-15)
    gradient = expression.gradient(case["at"])
    expected = {name: float(number) for name, number in case["gradient"].items()}
    assert gradient == pytest.approx(expected, rel=4e-15)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        # without parentheses a function takes the product that follows, and its power
        ("sin x", "sin(x)"),
        ("sin 2x", "sin(2*x)"),
        ("sin 2πx", "sin(2*pi*x)"),
        ("sin x^2", "sin(x^2)"),
        ("sin x²y", "sin(x^2*y)"),
        ("sin x*y", "sin(x)*y"),
        ("sin x/2", "sin(x)/2"),
        ("sin x + 1", "sin(x) + 1"),
        ("sin -x", "sin(-x)"),
        ("-sin x", "-sin(x)"),
        ("sin x cos y", "sin(x)*cos(y)"),
        ("2 sin x", "2*sin(x)"),
        ("x sin y", "x*sin(y)"),
        ("x sin(y)", "x*sin(y)"),
        ("1/sin x", "1/sin(x)"),
        ("2^sin x", "2^sin(x)"),
        ("sin sin x", "sin(sin(x))"),
        ("sin x(y+1)", "sin(x*(y + 1))"),
        ("exp -x", "exp(-x)"),
        ("(sin x)y", "sin(x)*y"),
        ("max(sin x, y)", "max(sin(x), y)"),
        # a power on the name
        ("sin^2(x)", "sin(x)^2"),
        ("sin²(x)", "sin(x)^2"),
        ("sin^2 x", "sin(x)^2"),
        ("sin^(2)(x)", "sin(x)^2"),
        ("sin^n x", "sin(x)^n"),
        ("sin² 2x cos y", "sin(2*x)^2*cos(y)"),
        ("sin²(x)³", "(sin(x)^2)^3"),
        # a base below it, or after a comma
        ("log_2(x)", "log2(x)"),
        ("log₁₀ x", "log10(x)"),
        ("log_b(x)", "log(x)/log(b)"),
        ("log_3 x", "log(x)/log(3)"),
        ("log(x, b)", "log(x)/log(b)"),
        ("log_2 + 1", "(log_2) + 1"),
        # bars
        ("|x|", "abs(x)"),
        ("2|x|y", "2*abs(x)*y"),
        ("||x|-1|", "abs(abs(x) - 1)"),
        ("|x||y|", "abs(x)*abs(y)"),
        ("|(x+y)(x-|y|)|", "abs((x + y)*(x - abs(y)))"),
        ("|x|²", "abs(x)^2"),
        ("ln|x|", "log(abs(x))"),
        ("ln|x|y", "log(abs(x))*y"),
        # roots take one factor
        ("√x", "sqrt(x)"),
        ("√x y", "sqrt(x)*y"),
        ("√2x", "sqrt(2)*x"),
        ("√x²", "sqrt(x^2)"),
        ("√(x+y)z", "sqrt(x + y)*z"),
        ("x√y", "x*sqrt(y)"),
        ("∛x", "cbrt(x)"),
        ("√√x", "sqrt(sqrt(x))"),
        # indices and fractions as they are printed
        ("x₁x₂", "x_1*x_2"),
        ("½x²", "0.5*x^2"),
        ("x²ⁿ", "x^(2*n)"),
        # Euler's number
        ("e^x", "exp(x)"),
        ("2e^-x²", "2*exp(-x^2)"),
        ("e^e^x", "exp(exp(x))"),
        ("e^x + e", "e^x + e"),
        ("e = 3; e^x", "3^x"),
        # any number of inputs
        ("max(x, y, z)", "max(max(x, y), z)"),
        ("min(x, y, z, 1)", "min(min(min(x, y), z), 1)"),
        ("hypot(x, y, z)", "hypot(hypot(x, y), z)"),
        ("mean(x)", "x/1"),
        ("mean(x, y, z)", "(x + y + z)/3"),
        ("mean(x, y)²", "((x + y)/2)^2"),
    ],
)
def test_how_a_text_is_read(text: str, plain: str) -> None:
    assert Expression(text) == Expression(plain)


@pytest.mark.parametrize(
    "text",
    [
        "2½",
        "x½",
        "max x",
        "sin^√x",
        "sin^e²",
        "sin^sin x",
        "sin",
        "sin^2",
        "√",
        "|",
        "√x √",
        "x y",
        "e y",
    ],
)
def test_what_stays_an_error(text: str) -> None:
    with pytest.raises(FormulaError):
        Expression(text)


@pytest.mark.parametrize(
    "text",
    ["√" * 50_000 + "x", "sin " * 50_000 + "x", "|" * 50_000 + "x" + "|" * 50_000,
     "sin²" * 20_000 + "x", "e^" * 50_000 + "x", "2x" + "|x|" * 30_000,
     "max(" + ",".join(["x"] * 50_000) + ")", "½x+" * 30_000 + "½x"],
    ids=lambda text: text[:4],
)  # fmt: skip
def test_a_long_text_is_read_without_recursion(text: str) -> None:
    assert Expression(text).variables == ("x",)


def test_a_logarithm_to_a_base_needs_an_input_that_is_no_difference() -> None:
    assert Expression("log_2 - 1").variables == ("log_2",)
    assert Expression("log_2 x - 1").variables == ("x",)


@pytest.mark.parametrize("name", ["clip", "clamp"])
def test_clip_is_the_smaller_of_the_upper_bound_and_the_larger_of_value_and_lower(
    name: str,
) -> None:
    expression = Expression(f"{name}(x, -1, y)")
    assert expression == Expression("min(max(x, -1), y)")
    assert expression.gradient({"x": 0.5, "y": 2}) == {"x": 1.0, "y": 0.0}
    assert expression.gradient({"x": 3, "y": 2}) == {"x": 0.0, "y": 1.0}
    assert expression.gradient({"x": 2, "y": 2}) == {"x": 0.5, "y": 0.5}  # a tie


@pytest.mark.parametrize("inputs", ["x", "x, 0", "x, 0, 1, 2"])
def test_clip_of_other_inputs_gives_a_way_out_that_works(inputs: str) -> None:
    with pytest.raises(FormulaError, match="a value and two bounds") as caught:
        Expression(f"clip({inputs})")
    assert "write clip(x, 0, 1)" in caught.value.message
    Expression("clip(x, 0, 1)")


def test_step_is_one_above_zero_and_level_everywhere() -> None:
    expression = Expression("step(x)")
    assert [expression.value({"x": x}) for x in (-1, 0, 1e-300)] == [0.0, 0.0, 1.0]
    assert expression.gradient({"x": 2}) == {"x": 0.0}
