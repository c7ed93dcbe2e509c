"""The table of operations: values everywhere, conventions at kinks, what a row must have."""

import math
from math import inf, nan

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core.ops import CONSTANTS, FUNCTIONS, INTERNAL_FUNCTIONS, OPERATIONS, Operation
from qsts_core.rules import local_function, local_graph
from tests import strategies

FLOATS = st.floats() | st.sampled_from([0.0, -0.0, inf, -inf, nan, 1.0, -1.0, 710.0, 1e308])

each_row = pytest.mark.parametrize("row", OPERATIONS.values(), ids=lambda row: row.name)


@each_row
@given(numbers=st.tuples(FLOATS, FLOATS))
def test_no_value_raises(row: Operation, numbers: tuple[float, float]) -> None:
    inputs = numbers[: row.arity]
    value = row.compute(*inputs)
    assert type(value) is float
    for slot in range(row.arity):
        assert type(local_function(row.name, slot)(inputs[0], inputs[-1], value)) is float


@each_row
def test_a_row_is_complete(row: Operation) -> None:
    assert row.arity in (1, 2)
    assert row.symbol
    assert row.math
    assert OPERATIONS[row.name] is row
    for slot in range(row.arity):
        if not row.differentiable[slot]:
            continue
        names = {n.name for n in local_graph(row.name, slot).nodes if n.op == "variable"}
        assert names <= ({"a", "z"} if row.arity == 1 else {"a", "b", "z"})


def test_random_programs_are_made_of_every_operation() -> None:
    written = {row.name for row in OPERATIONS.values() if not row.internal}
    assert strategies.every_operation() == written


def test_every_function_has_a_row() -> None:
    assert set(FUNCTIONS.values()) <= set(OPERATIONS)
    assert set(INTERNAL_FUNCTIONS) - set(FUNCTIONS) == {
        "copysign",
        "through",
        "wins",
        "xlogy",
        "xtimesy",
    }
    assert FUNCTIONS["ln"] == "log"
    assert FUNCTIONS["pow"] == "^"
    assert set(CONSTANTS.values()) == {math.pi, math.e}
    assert CONSTANTS["pi"] == CONSTANTS["π"] == math.pi
    assert "e" not in CONSTANTS, "it is a variable's name too"


@pytest.mark.parametrize(
    ("name", "inputs", "value"),
    [
        ("/", (1, 0.0), inf), ("/", (1, -0.0), -inf), ("/", (-1, 0.0), -inf), ("/", (0, 0), nan),
        ("/", (nan, 0.0), nan), ("/", (inf, inf), nan), ("/", (inf, 0.0), inf),
        ("^", (0, 0), 1.0), ("^", (0.0, -1), inf), ("^", (-0.0, -1), -inf), ("^", (0.0, -2), inf),
        ("^", (-0.0, -2), inf), ("^", (-2, 0.5), nan), ("^", (-2, 3), -8.0), ("^", (10, 400), inf),
        ("^", (-10, 401), -inf), ("^", (-10, 400), inf), ("^", (-8, 1 / 3), nan),
        ("^", (nan, 0), 1.0), ("^", (1, nan), 1.0), ("^", (0.0, -0.5), inf), ("^", (2, -inf), 0.0),
        ("log", (0.0,), -inf), ("log", (-0.0,), -inf), ("log", (-1,), nan), ("log", (inf,), inf),
        ("log2", (8,), 3.0), ("log2", (0,), -inf), ("log10", (1000,), 3.0), ("log10", (-1,), nan),
        ("sqrt", (-1,), nan), ("sqrt", (0,), 0.0), ("cbrt", (-8,), -2.0), ("cbrt", (-0.0,), -0.0),
        ("log1p", (-1,), -inf), ("log1p", (-2,), nan), ("log1p", (nan,), nan),
        ("exp", (710,), inf), ("exp", (-750,), 0.0), ("sinh", (-711,), -inf), ("sinh", (711,), inf),
        ("cosh", (-711,), inf), ("tanh", (inf,), 1.0), ("sin", (inf,), nan), ("cos", (-inf,), nan),
        ("tan", (inf,), nan), ("asin", (2,), nan), ("acos", (-2,), nan),
        ("atan", (inf,), math.pi / 2),
        ("sign", (-3,), -1.0), ("sign", (0,), 0.0), ("sign", (nan,), nan), ("abs", (-inf,), inf),
        ("sigmoid", (0,), 0.5), ("sigmoid", (-800,), 0.0), ("sigmoid", (800,), 1.0),
        ("sigmoid", (-745,), 5e-324), ("sigmoid", (nan,), nan),
        ("softplus", (-800,), 0.0), ("softplus", (800,), 800.0), ("softplus", (0,), math.log(2)),
        ("softplus", (inf,), inf), ("softplus", (-inf,), 0.0), ("softplus", (nan,), nan),
        ("relu", (-2,), 0.0), ("relu", (2,), 2.0), ("relu", (nan,), nan), ("relu", (inf,), inf),
        ("square", (1e200,), inf), ("square", (-3,), 9.0), ("erf", (inf,), 1.0), ("erf", (0,), 0.0),
        ("min", (1, 2), 1.0), ("min", (2, 1), 1.0), ("min", (nan, 1), nan), ("min", (1, nan), nan),
        ("max", (1, 2), 2.0), ("max", (2, 1), 2.0), ("max", (nan, 1), nan), ("max", (1, nan), nan),
        ("atan2", (1, -1), 3 * math.pi / 4), ("atan2", (0.0, -1), math.pi), ("atan2", (0, 0), 0.0),
        ("hypot", (3, 4), 5.0), ("hypot", (1e200, 1e200), math.sqrt(2) * 1e200),
        ("hypot", (inf, nan), inf), ("neg", (0.0,), -0.0), ("*", (0, inf), nan),
        ("-", (inf, inf), nan),
        ("step", (0,), 0.0), ("step", (1e-300,), 1.0), ("step", (nan,), nan),
        ("wins", (1, 1), 0.5), ("wins", (2, 1), 1.0), ("wins", (1, 2), 0.0),
        ("wins", (nan, 1), nan),
        ("xlogy", (0, 0), 0.0), ("xlogy", (0, -1), 0.0), ("xlogy", (2, 1), 0.0),
        ("xlogy", (1, -1), nan),
        ("xtimesy", (0, inf), 0.0), ("xtimesy", (0, nan), 0.0), ("xtimesy", (2, 3), 6.0),
    ],
)  # fmt: skip
def test_values_at_the_edges(name: str, inputs: tuple[float, ...], value: float) -> None:
    got = OPERATIONS[name].compute(*map(float, inputs))
    assert got == pytest.approx(value, rel=1e-15, abs=0, nan_ok=True)
    if value == 0:
        assert math.copysign(1, got) == math.copysign(1, value)


@pytest.mark.parametrize(
    ("name", "inputs", "locals_"),
    [
        ("abs", (0,), (0,)), ("abs", (-0.0,), (0,)), ("abs", (-2,), (-1,)), ("abs", (2,), (1,)),
        ("relu", (0,), (0,)), ("relu", (-1,), (0,)), ("relu", (1,), (1,)),
        ("sign", (0,), (0,)), ("sign", (5,), (0,)),
        ("min", (2, 2), (0.5, 0.5)), ("max", (2, 2), (0.5, 0.5)), ("max", (0.0, -0.0), (0.5, 0.5)),
        ("min", (1, 2), (1, 0)), ("min", (2, 1), (0, 1)), ("max", (1, 2), (0, 1)),
        ("max", (2, 1), (1, 0)),
        ("max", (inf, inf), (0.5, 0.5)), ("min", (nan, 1), (nan, nan)),
        ("sqrt", (0,), (inf,)), ("sqrt", (-0.0,), (inf,)), ("cbrt", (0,), (inf,)),
        ("^", (0, 2), (0, 0)), ("^", (0, 1), (1, 0)), ("^", (0, 0.5), (inf, 0)),
        ("^", (0, 3), (0, 0)), ("^", (3, 0), (0, math.log(3))), ("^", (0, 0), (0, -inf)),
        ("^", (-2, 2), (-4, nan)), ("^", (-2, 3), (12, nan)), ("^", (2, 3), (12, 8 * math.log(2))),
        ("/", (1, 4), (0.25, -0.0625)), ("/", (0, 4), (0.25, 0)),
        ("log", (0,), (inf,)), ("asin", (1,), (inf,)), ("acos", (1,), (-inf,)),
        ("hypot", (3, 4), (0.6, 0.8)), ("hypot", (0, 0), (nan, nan)), ("atan2", (0, 0), (nan, nan)),
        ("tanh", (20,), (4 / (math.exp(20) + math.exp(-20)) ** 2,)), ("tanh", (800,), (0,)),
        ("sigmoid", (-40,), (math.exp(-40),)), ("sigmoid", (40,), (math.exp(-40),)),
        ("sigmoid", (800,), (0,)), ("softplus", (-40,), (math.exp(-40),)), ("exp", (-750,), (0,)),
    ],
)  # fmt: skip
def test_local_derivatives_at_the_edges(
    name: str, inputs: tuple[float, ...], locals_: tuple[float, ...]
) -> None:
    a, b = float(inputs[0]), float(inputs[-1])
    z = OPERATIONS[name].compute(*map(float, inputs))
    got = [local_function(name, slot)(a, b, z) for slot in range(OPERATIONS[name].arity)]
    assert got == pytest.approx(list(locals_), rel=1e-14, abs=0, nan_ok=True)


@pytest.mark.parametrize("scale", [1e-200, 1.0, 1e200])
def test_the_locals_of_atan2_survive_any_scale(scale: float) -> None:
    a, b = 3 * scale, 4 * scale
    z = math.atan2(a, b)
    assert local_function("atan2", 0)(a, b, z) == pytest.approx(4 / 25 / scale, rel=1e-14)
    assert local_function("atan2", 1)(a, b, z) == pytest.approx(-3 / 25 / scale, rel=1e-14)


SPREAD = [sign * 10.0**k for k in range(-12, 4) for sign in (-1, 1)]
NEAR_ONE = [1 - 10.0**-k for k in range(1, 16)]
ACCURATE = {
    "asinh": SPREAD,
    "acosh": [1 + abs(a) for a in SPREAD],
    "atanh": [*NEAR_ONE, *(-a for a in NEAR_ONE), *(a for a in SPREAD if abs(a) < 1)],
    "expm1": [a for a in SPREAD if a < 700],
    "log1p": [*(a for a in SPREAD if a > -1), *(-a for a in NEAR_ONE)],
}
SLOPES = {
    "asinh": lambda t: 1 / mpmath.sqrt(1 + t * t),
    "acosh": lambda t: 1 / mpmath.sqrt(t * t - 1),
    "atanh": lambda t: 1 / (1 - t * t),
    "expm1": mpmath.exp,
    "log1p": lambda t: 1 / (1 + t),
}


@pytest.mark.parametrize(("op", "inputs"), ACCURATE.items())
def test_a_row_and_its_slope_are_right_to_four_units_in_the_last_place(
    op: str, inputs: list[float]
) -> None:
    with mpmath.workdps(60):
        function = getattr(mpmath, op)
        for a in inputs:
            value = OPERATIONS[op].compute(a)
            true = function(mpmath.mpf(a))
            assert abs(mpmath.mpf(value) - true) <= 4 * math.ulp(value), a
            slope = local_function(op, 0)(a, a, value)
            right = SLOPES[op](mpmath.mpf(a)) if math.isfinite(slope) else mpmath.inf
            if math.isfinite(slope):
                assert abs(mpmath.mpf(slope) - right) <= 4 * math.ulp(slope), a


def test_erfc_keeps_its_digits_where_erf_has_none_left() -> None:
    with mpmath.workdps(60):
        for a in (0.1, 0.5, 0.9, 1.5, 3.0, 8.0, 20.0, 26.0, -0.3, -2.0):
            value = OPERATIONS["erfc"].compute(a)
            assert abs(mpmath.mpf(value) - mpmath.erfc(mpmath.mpf(a))) <= 4 * math.ulp(value), a
