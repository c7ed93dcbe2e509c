"""Lowering: identities hold to the edges of float64, alike is computed once, nothing is in vain."""

import math

import numpy as np
import pytest
from hypothesis import given

from qsts_core import Expression
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
