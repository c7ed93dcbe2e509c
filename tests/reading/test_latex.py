"""LaTeX as it is pasted: what each construct means, where it stands, and what each error says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core import Expression, FormulaError, TooLargeError
from qsts_core.printer import write_nodes
from qsts_core.reading.latex import tokenize_latex


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"$x$", "x"),
        (r"\[ x + y \]", "x + y"),
        (r"\frac{x}{y}", "x/y"),
        (r"\frac{1}{2}x", "(1/2)x"),
        (r"\frac12 x", "(1/2)x"),
        (r"\dfrac{x+1}{y}", "(x+1)/y"),
        (r"x^\frac{1}{2}", "x^(1/2)"),
        (r"{x}^{-1}", "x^(-1)"),
        (r"\alpha^2x", "α^2*x"),
        (r"\alpha^-1", "α^(-1)"),
        (r"\sqrt{x y}", "sqrt(x*y)"),
        (r"\sqrt x y", "sqrt(x)*y"),
        (r"\sqrt[3]{x}", "cbrt(x)"),
        (r"\sqrt[n]{x}", "x^(1/n)"),
        (r"a^{2}bc", "a^2*b*c"),
        (r"2\pi r", "2*pi*r"),
        (r"\cos\theta\sin\phi", "cos(θ)*sin(φ)"),
        (r"\sin^2 x", "sin(x)^2"),
        (r"\sin^{2}(x)", "sin(x)^2"),
        (r"{} + sin(x)", "sin(x)"),
        (r"\arctan\left(\frac{y}{x}\right)", "atan(y/x)"),
        (r"\ln\left(1+e^{x}\right)", "log(1 + exp(x))"),
        (r"\log_{10} x", "log10(x)"),
        (r"\log_b x", "log(x)/log(b)"),
        (r"\max\{a, b\}", "max(a, b)"),
        (r"\left|x\right|", "abs(x)"),
        (r"\lVert x \rVert^2", "abs(x)^2"),
        (r"\mathrm{loss}\cdot x", "loss*x"),
        (r"\operatorname{sigmoid}(x)", "sigmoid(x)"),
        (r"\hat{y} - \mathbf{w}", "y_hat - w"),
        (r"x_1 x_{12} x_{i,j} x_{\text{max}}", "x_1*x_12*x_i_j*x_max"),
        (r"\varepsilon + \epsilon", "ε + ε"),
        (r"x \times y \div z", "x*y/z"),
        (r"x\,y\;z~w", "x*y*z*w"),
        (r"\bigl( x \bigr)", "x"),
        (r"y = x^2 \\ y + 1", "y = x^2; y + 1"),
        (r"\begin{aligned} y &= x^2 \\ z &= y+1 \end{aligned}", "y = x^2; y + 1"),
        (r"f(x) = \frac{1}{1+e^{-x}}", "1/(1 + exp(-x))"),
        (r"f(t) = t^2 \\ f(x) + 1", "x^2 + 1"),
        (r"\sum_{i=1}^{3} w_i x^i + b", "w_1*x^1 + w_2*x^2 + w_3*x^3 + b"),
        (r"\sum_{i=1}^{2}\sum_{j=1}^{2} a_{ij} x_i x_j",
         "a_1_1*x_1*x_1 + a_1_2*x_1*x_2 + (a_2_1*x_2*x_1 + a_2_2*x_2*x_2)"),
        (r"\prod_{k=1}^3 (x-k)", "(x - 1)*(x - 2)*(x - 3)"),
        (r"\sum^2_{i=1} x_{i+1}", "x_2 + x_3"),
        (r"-\sum_{i=1}^{2} y_i \log p_i", "-(y_1*log(p_1) + y_2*log(p_2))"),
        (r"\left|\sum_{i=1}^2 x_i\right|", "abs(x_1 + x_2)"),
        (r"\frac{\sum_{i=1}^2 x_i}{2}", "(x_1 + x_2)/2"),
        ("x^{2} % the square", "x^2"),
        ("x\n{} + y", "x + y"),
    ],
)  # fmt: skip
def test_what_a_latex_text_means(latex: str, plain: str) -> None:
    expression, other = Expression(latex), Expression(plain)
    assert sorted(write_nodes(expression.graph)) == sorted(write_nodes(other.graph))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (r"\frac{x}{y}", ["x", "y", r"\frac{x}{y}"]),
        (r"$\sqrt{x} + 1$", ["x", r"\sqrt{x}", "1", r"\sqrt{x} + 1"]),
        (r"\sin^2 x", ["x", r"\sin^2 x", "2", r"\sin^2 x"]),
        (r"\mathrm{loss}^2", [r"\mathrm{loss}", "2", r"\mathrm{loss}^2"]),
    ],
)
def test_a_node_stands_where_it_stands_in_the_latex_text(text: str, places: list[str]) -> None:
    graph = Expression(text).graph
    assert [text[slice(*first)] for first, *_ in graph.places] == places


ERRORS = [
    # text, what is marked, message
    (r"\foo x", r"\foo", r"'\foo' is not known here. For a name, write \mathrm{foo}"),
    (r"\frac{x", "{", "this '{' is never closed: write a '}'"),
    (r"\alpha}", "}", "this '}' has no '{' before it: leave it out"),
    (r"\frac{x}", "}", "a value is missing after '}'. Write one, as in x"),
    (r"\alpha^", "^", "a value is missing after '^'. Write one, as in x"),
    (r"\sin^{-1} x", r"\sin^{-1", r"'sin' with a negative power: write \arcsin(x) for the inverse"),
    (r"\sum x_i", r"\sum", r"a range is due here: write \sum_{i=1}^{3} x^i"),
    (r"\sum_{i=1}^{n} x_i", "n", "a whole number is due here that is known before any value is"),
    (r"\sqrt[]{x}", r"\sqrt", r"a root is written \sqrt[3]{x}"),
    (r"\begin{matrix} x \end{matrix}", r"\begin{matrix}", "'matrix' is not read. Leave out "),
    (r"\alpha ! ", "!", "'!' is not part of a formula. Leave it out."),
    (r"\frac{x}{1 +}", "+", "a value is missing after '+'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "marked", "message"), ERRORS, ids=[e[0] for e in ERRORS])
def test_an_error_in_latex_says_what_and_where(text: str, marked: str, message: str) -> None:
    with pytest.raises(FormulaError) as raised:
        Expression(text)
    assert raised.value.message.startswith(message)
    assert text[raised.value.start : raised.value.end] == marked


@pytest.mark.parametrize(
    "way_out",
    [r"\mathrm{foo}", r"\arcsin(x)", r"1/\sin(x)", r"\sum_{i=1}^{3} x^i", r"\sqrt[3]{x}"],
)
def test_a_way_out_in_latex_works_when_it_is_typed(way_out: str) -> None:
    assert Expression(way_out).variables


_LATEX = st.lists(
    st.sampled_from(
        [r"\frac", "{", "}", "{", "}", r"\sqrt", "[", "]", r"\sum_{i=1}^{2}", r"\sin", "^", "_",
         r"\alpha", r"\left(", r"\right)", r"\\", "$", r"\mathrm{", r"\hat", r"\foo", "x", "i", "2",
         "|", "+", "-", "(", ")", ",", "=", " ", r"\log_2", "&", "\\", "é", "\u200b"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@given(text=_LATEX)
def test_anything_in_latex_is_a_formula_or_an_error_of_ours(text: str) -> None:
    try:
        tokenize_latex(text)
        Expression("{}" + text)
    except FormulaError as error:
        assert 0 <= error.start <= error.end <= len(text) + 2  # noqa: PT017  # most texts fail
    except TooLargeError:
        return


@pytest.mark.parametrize(
    "text",
    ["{" * 50_000 + "x" + "}" * 50_000, r"\frac{1}{" * 10_000 + "x" + "}" * 10_000,
     r"\sqrt{" * 20_000 + "x" + "}" * 20_000, "x^{" * 20_000 + "x" + "}" * 20_000,
     r"\sum_{i=1}^{1}" * 3_000 + "x", r"\sin " * 20_000 + "x"],
    ids=lambda text: text[:9],
)  # fmt: skip
def test_a_long_latex_text_is_read_without_recursion(text: str) -> None:
    assert Expression(text).variables == ("x",)


def test_how_it_was_read_is_told() -> None:
    assert Expression(r"\frac{x}{y}").notes == (
        "Read as LaTeX: letters side by side are a product.",
    )


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}", "where(x > 0, x, 0)"),
        (r"\begin{cases} x, & \text{if } x \ge 1 \\ -x, & \text{else.} \end{cases}",
         "where(x >= 1, x, -x)"),
        (r"\begin{cases} x & \text{if $x \neq 2$} \\ y & x = 2 \end{cases}", "where(x != 2, x, y)"),
        (r"\begin{cases} x & x = 2 \text{ or } y > 0 \\ y \end{cases}",
         "where(x == 2 or y > 0, x, y)"),
        (r"\begin{dcases} 1, \text{for } x > 0 \\ y & \mathrm{otherwise} \\ \end{dcases}",
         "where(x > 0, 1, y)"),
        (r"2 \begin{cases} \sum_{i=1}^2 x_i & -1 \le x < 1 \\ y & y > 2 \\ 1 & y \lt 3 \end{cases}",
         "2*where(-1 <= x and x < 1, x_1 + x_2, where(y > 2, y, 1))"),
        (r"\begin{cases} x & x > 0 \\ \begin{cases} y & y > 1 \\ 2 & y < 1 \end{cases} & x < -2 \\"
         r"3 \end{cases}^{2}", "where(x > 0, x, where(x < -2, where(y > 1, y, 2), 3))^2"),
        (r"\lvert x \rvert > 1 \land \lnot y \le 2 \lor x \equiv y",
         "abs(x) > 1 and not y <= 2 or x == y"),
    ],
)  # fmt: skip
def test_cases_are_read_row_by_row(latex: str, plain: str) -> None:
    expression, other = Expression(latex), Expression(plain)
    assert str(expression) == str(other)


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        (r"\begin{cases} x & x > 0", r"\begin", "cases have rows and an end: write "),
        (r"\begin{cases}\end{cases}", r"\begin", "cases have rows and an end: write "),
        (r"\begin{cases} & x > 0 \\ 1 \end{cases}", "&", "a value is missing before '&'"),
        (r"\begin{cases} x & x > \\ 1 \end{cases}", ">", "a value is missing after '>'"),
    ],
)
def test_a_case_that_is_wrong_is_told_where(text: str, marked: str, message: str) -> None:
    with pytest.raises(FormulaError) as raised:
        Expression(text)
    assert raised.value.message.startswith(message)
    assert text[raised.value.start : raised.value.end] == marked
    if "write" in message:
        assert Expression(raised.value.message.partition("write ")[2]).variables


def test_what_is_not_asked_of_the_last_case_is_noted() -> None:
    note = "The last case is taken wherever none before it holds; its condition is not asked."
    assert note in Expression(r"\begin{cases} x & x > 0 \\ 0 & x < 0 \end{cases}").notes
    assert note in Expression("Piecewise((x, x > 0), (0, x < 0))").notes
    assert note not in Expression(r"\begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}").notes
    assert note not in Expression("Piecewise((x, x > 0), (0, True))").notes
