"""Lowering: identities hold to the edges of float64, alike is computed once, nothing is in vain."""

import math

import numpy as np
import pytest
from hypothesis import given

from qsts_core import Expression
from qsts_core.engine import schedule
from qsts_core.engine.algebra import Builder
from qsts_core.engine.dialects import NUMPY
from qsts_core.engine.lowering import lower
from qsts_core.engine.schedule import reorder, waiting
from qsts_core.graph import SHARINGS
from tests import strategies
from tests.engine import agreement

EXTREME = (
    0.0, -0.0, 1.0, -1.0, 3.7, 5e-324, 2.3e-308, 1e-200, -1e-200, 1e200, -1e200, 1.7e308,
    math.inf, -math.inf, math.nan,
)  # fmt: skip

FACTORS = ("0", "1", "2", "0.5", "3", "0.1", "1e200", "1e-200", "(-1)", "(-2)", "(-0.3)")


@pytest.mark.parametrize("outer", FACTORS)
def test_numbers_in_a_product_or_quotient(outer: str) -> None:
    for inner in FACTORS:
        for text in (f"{outer}*({inner}*x)", f"({outer}*x)/{inner}", f"{outer}/({inner}*x)"):
            check(text)


@pytest.mark.parametrize(
    "text",
    [
        "x + 0", "0 + x", "x - 0", "0 - x", "x*0", "0*x", "x - x", "x/x", "-(-x)", "1/(-x)",
        "1/(0 - x)", "1/(x + 0)", "1/(x*0)", "1/(-(x - x))", "-x + y", "x + -y", "x - -y", "-x - y",
        "(-x)*y", "x*(-y)", "(-x)*(-y)", "(-x)/y", "x/(-y)", "1/((-x)*y)", "1/(x - -y)",
        "abs(-x)", "abs(abs(x))", "1/abs(-x)", "x^1", "x^0", "x^2", "x^3", "1/x^3", "x^(-3)",
        "x^16", "x^17", "x^(-16)", "0^x", "1^x", "(-1)^x", "1/max(x, -x)", "1/min(-x, x)",
        "1/relu(x)", "1/sqrt(x)", "1/sign(x)", "1/relu(-x)",
    ],
)  # fmt: skip
def test_what_looks_simpler_than_it_is(text: str) -> None:
    check(text)


def check(text: str) -> None:
    e = Expression(text)
    grid = np.meshgrid(*[np.array(EXTREME)] * len(e.variables))
    states = np.array([axis.ravel() for axis in grid])
    for engine in ("numpy", "native"):
        agreement.check_all(e, states, engine)
    function = e.function("python")
    for point in states.T.tolist():
        value, slopes = function(*point)
        expected = agreement.answer(e, point)
        assert [value, *slopes] == pytest.approx(expected, rel=0, abs=0, nan_ok=True), point


@pytest.mark.parametrize(
    ("text", "operations"),
    [
        ("x", 0),
        ("3", 0),
        ("x*y", 1),
        ("x*x", 2),  # and 2x
        ("-x", 1),
        ("x/2 + x*0.5", 2),  # the two halves are one, and their sum's derivative is a number
        ("sin(x)", 2),
        ("sin(x)*sin(x)", 4),  # sine, its square, cosine, cosine + cosine times sine
        ("u = y^2; x", 0),  # what the output does not use
        ("exp(x)", 1),
        ("sigmoid(x)", 9),
        ("1/x", 3),
    ],
)
def test_how_much_is_computed(text: str, operations: int) -> None:
    e = Expression(text)
    for sharing in SHARINGS:
        other = Expression(text, sharing)
        listing = lower(other.tape, NUMPY)
        assert listing.operations <= operations + (text == "sin(x)*sin(x)"), listing.nodes
    assert lower(e.tape).operations <= operations + 1


def test_the_number_of_operations_grows_linearly() -> None:
    counts = []
    for n in (10, 100, 1000):
        e = Expression("+".join(f"(x{i}*x{i + 1} - 1)^2" for i in range(n)))
        counts.append(lower(e.tape).operations / n)
    assert max(counts) < 1.2 * min(counts)


@pytest.mark.parametrize("name", ["numpy", "native", "python"])
def test_a_subtracted_minus_zero_makes_a_zero_positive(name: str) -> None:
    """x - 0 is x, and x - -0.0 is not: at -0.0 it is 0.0."""
    builder = Builder()
    x = builder.variable("x")
    assert builder.emit("-", x, builder.constant(0.0)) == x
    assert builder.emit("-", x, builder.constant(-0.0)) != x
    e = Expression("1/(x - (-0))")
    if name == "python":
        assert e.function("python")(-0.0)[0] == math.inf
    else:
        assert e.batch([[-0.0] * 9], name)[0].tolist() == [math.inf] * 9  # type: ignore[arg-type]


@pytest.mark.parametrize("divisor", ["5e-324", "2e-308", "1e-300", "1e300", "1.7e308", "3", "4"])
def test_a_quotient_becomes_a_product_only_where_the_inverse_is_a_normal_number(
    divisor: str,
) -> None:
    check(f"x/{divisor}")
    check(f"x/(-{divisor})")
    builder = Builder()
    x = builder.variable("x")
    node = builder.nodes[builder.emit("/", x, builder.constant(float(divisor)))]
    assert node.op == ("*" if divisor in "34" else "/")


@pytest.mark.parametrize(
    ("inputs", "order"),
    [
        # Two users of one result: the first, and all that follows from it, before the second.
        ([(), (0,), (1,), (1,), (2,), (3,)], [1, 2, 4, 3, 5]),
        # A sum lacks three operations more: they are computed before their turn.
        ([(), (), (0,), (0,), (1,), (4,), (5,), (2, 6)], [2, 4, 5, 6, 7, 3]),
        # It lacks four more: it waits for its turn.
        ([(), (), (0,), (0,), (1,), (4,), (5,), (6,), (2, 7)], [2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_the_eager_order_finishes_what_is_begun(
    inputs: list[tuple[int, ...]], order: list[int]
) -> None:
    assert schedule._eager(inputs) == order


def test_zero_and_minus_zero_are_two_numbers() -> None:
    builder = Builder()
    assert builder.constant(0.0) != builder.constant(-0.0)
    assert builder.constant(math.nan) == builder.constant(math.nan)


@given(program=strategies.programs())
def test_every_order_puts_inputs_first_and_loses_nothing(program: tuple[str, object]) -> None:
    e = Expression(program[0])
    listing = lower(e.tape)
    ordered = reorder(listing)
    assert all(i < k for k, node in enumerate(ordered.nodes) for i in node.inputs)
    assert sorted(n.op for n in ordered.nodes) == sorted(n.op for n in listing.nodes)
    assert waiting(ordered) <= waiting(listing)


def test_a_sum_of_many_terms_waits_for_nothing() -> None:
    e = Expression("+".join(f"100*(x{i + 1}-x{i}^2)^2+(1-x{i})^2" for i in range(200)))
    listing = reorder(lower(e.tape))
    assert waiting(listing) / listing.operations < 5
