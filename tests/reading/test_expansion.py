"""Functions of one's own, sums, products and indexed names: what they are written out to."""

import pytest

from qsts_core import Expression, TooLargeError
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.printer import write_nodes


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("f(t) = t^2 + 1; f(x)*f(y)", "u = x; v = y; (u^2 + 1)*(v^2 + 1)"),
        ("g(a, b) = a*sin(b); g(x, y) + g(y, x)", "x; y; x*sin(y) + y*sin(x)"),
        ("f(t) = t*t; f(f(x))", "(x*x)*(x*x)"),
        (
            "f(t) = t + 1; g(t) = f(t)*f(2t); g(g(x))",
            "v = (x + 1)*(2x + 1); (v + 1)*(2v + 1)",
        ),
        ("f(t) = a*t; f(x) + t", "a*x + t"),
        ("a = 2; f(t) = a*t; f(x)", "2x"),
        ("f(t) = t; z = f(x) + 1; z*z", "z = x + 1; z*z"),
        ("f(x, y) = x*y", "x*y"),
        ("f(t) = t²\nf(x) + 1", "x² + 1"),
        ("f(t) = 2t; f(x+1)", "2(x+1)"),
        ("f(t) = t^2; f(t)", "t^2"),
        ("f(e) = e^2; f(x)", "x^2"),
        ("f(t) = t; f(x)²", "x²"),
        ("f(t) = 1; f(x)", "x; 1"),
        ("sum(i=1..3, x^i)", "x^1 + x^2 + x^3"),
        ("sum(i=1..3, w[i]*x^i)", "w_1*x^1 + w_2*x^2 + w_3*x^3"),
        ("prod(k=1..3, x - k)", "(x-1)(x-2)(x-3)"),
        ("sum(i=0..1, 2i x)", "2(0)x + 2(1)x"),
        ("sum(i=-1..1, x^i)", "x^(-1) + x^0 + x^1"),
        ("sum(i=1..2, sum(j=1..2, a[i,j]))", "(a_1_1 + a_1_2) + (a_2_1 + a_2_2)"),
        ("sum(i=1..3, sum(j=1..i, x[j]))", "x_1 + (x_1 + x_2) + (x_1 + x_2 + x_3)"),
        ("n = 2; sum(i=1..n+1, x[i])", "x_1 + x_2 + x_3"),
        ("sum(i=2..1, x) + y", "0 + y"),
        ("prod(i=2..1, x) y", "1 y"),
        ("∑(i=1…2, x[i])", "x_1 + x_2"),
        ("f(t) = t²; sum(i=1..2, f(x[i]))", "x_1² + x_2²"),
        ("f(t) = sum(i=1..2, t^i); f(x)", "x^1 + x^2"),
        ("sum(x, y, z)", "x + y + z"),
        ("prod(x, y)", "x*y"),
        ("x[0] + x[1+1] + x[-1]", "x_0 + x_2 + x_m1"),
    ],
)  # fmt: skip
def test_what_a_text_is_written_out_to(text: str, plain: str) -> None:
    """The same nodes, though arguments may come earlier, and so the same numbers."""
    expression, other = Expression(text), Expression(plain)
    assert sorted(write_nodes(expression.graph)) == sorted(write_nodes(other.graph))
    at = {name: 0.3 + 0.2 * position for position, name in enumerate(other.variables)}
    assert expression.value(at) == other.value(at)
    assert expression.gradient(at) == other.gradient(at)


def test_the_variables_stand_in_the_order_of_the_text() -> None:
    assert Expression("f(t) = t^2; x + f(y)").variables == ("x", "y")
    assert Expression("a*sum(i=1..2, w[i]) + b").variables == ("a", "w_1", "w_2", "b")


@pytest.mark.parametrize("sharing", SHARINGS)
def test_an_argument_is_repeated_only_where_nothing_is_shared(sharing: Sharing) -> None:
    expression = Expression("f(t) = t*t; f(f(f(x)))", sharing)
    assert len(expression.graph.nodes) == {"none": 15, "variables": 8, "unique": 4}[sharing]
    assert expression.gradient({"x": 2.0}) == {"x": 8 * 2.0**7}


def test_a_place_inside_a_call_is_where_the_function_was_defined() -> None:
    text = "f(t) = t*t; f(x + 1) + 2"
    graph = Expression(text).graph
    told = [[text[start:end] for start, end in places] for places in graph.places]
    assert told == [["x"], ["1"], ["x + 1", "t", "t"], ["t*t"], ["2"], ["f(x + 1) + 2"]]


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    lines = ["f0(t) = t*t", *(f"f{i}(t) = f{i - 1}(f{i - 1}(t))" for i in range(1, 200)), "f199(x)"]
    with pytest.raises(TooLargeError, match=r"comes to about .*e60 tokens") as raised:
        Expression(";".join(lines))
    assert raised.value.nodes > 2**199
    with pytest.raises(TooLargeError, match=r"tokens, and at most 1,000,000 are read"):
        Expression("sum(i=1..1000000000, x)")
    with pytest.raises(TooLargeError):
        Expression("n = 1000; sum(i=1..n, sum(j=1..n, sum(k=1..n, x)))")


@pytest.mark.parametrize(
    "text",
    ["f(t) = t + 1; " + "f(" * 20_000 + "x" + ")" * 20_000,
     "sum(i=1..20000, w[i]*x)", "sum(i=1..1, " * 5_000 + "x" + ")" * 5_000,
     "w[" * 1 + "(" * 20_000 + "1" + ")" * 20_000 + "]"],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_a_long_text_is_written_out_without_recursion(text: str) -> None:
    assert Expression(text).variables[-1] in ("x", "w_1", "w_20000")
