"""A graph back to text."""

from typing import Any

import pytest
from hypothesis import example, given, settings

from qsts_core import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.printer import LONGEST, write_nodes
from tests import strategies

each_sharing = pytest.mark.parametrize("sharing", SHARINGS)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x", "x"),
        ("((x))", "x"),
        ("x+y*2", "x + y*2"),
        ("(x+y)*2", "(x + y)*2"),
        ("x-(y-w)", "x - (y - w)"),
        ("x-y-w", "x - y - w"),
        ("x+(y+w)", "x + (y + w)"),
        ("x/(y*w)", "x/(y*w)"),
        ("x*(y/w)", "x*(y/w)"),
        ("(x^y)^w", "(x^y)^w"),
        ("x^y^w", "x^y^w"),
        ("-x^2", "-x^2"),
        ("(-x)^2", "(-x)^2"),
        ("x^-2", "x^(-2)"),
        ("x*-y", "x*-y"),
        ("x - -y", "x - -y"),
        ("--x", "--x"),
        ("-(x+y)", "-(x + y)"),
        ("-x*y", "-x*y"),
        ("-(x*y)", "-(x*y)"),
        ("2x(y+1)", "2*x*(y + 1)"),
        ("max(x, -y) × sin(x)²", "max(x, -y)*sin(x)^2"),
        ("pow(x, y) + ln(w)", "x^y + log(w)"),
        ("3.0*pi", "3*pi"),
        ("(x+y) + x*(x+y)", "z3 = x + y; z3 + x*z3"),
        ("t = x*x; t = t*t; t", "z2 = x*x; z2*z2"),
        ("z*z + z1", "z*z + z1"),
        ("z + (z*z3)*(z*z3)", "v3 = z*z3; z + v3*v3"),  # z3 is taken
        ("y; x", "y; x"),
        ("t = x + y; y + t", "x; y + (x + y)"),  # x is older than y
        ("t = x; y; t", "x; y; x"),
    ],
)
def test_a_graph_as_a_program(text: str, printed: str) -> None:
    expression = Expression(text)
    assert str(expression) == printed
    assert Expression(printed) == expression


@each_sharing
@given(program=strategies.programs())
@settings(max_examples=200)
@example(program=("x = 2; t = x; y; w*t", None))
@example(program=("u = y + x; t = u*u; x + t*u", None))
@example(program=("x*y + y*x + (x*y)*(y*x)", None))
@example(program=("2; 3 + 2", None))
@example(program=("t = x + y; y + t", None))  # x is older than y
@example(program=("x; y + (x + y)", None))
def test_printing_and_reading_gives_the_same_graph(
    sharing: Sharing, program: tuple[str, Any]
) -> None:
    graph = Expression(program[0], sharing).graph
    again = Expression(str(Expression(program[0], sharing)), sharing).graph
    assert again == graph


@given(program=strategies.programs())
def test_what_a_node_stands_for_is_its_own_program(program: tuple[str, Any]) -> None:
    graph = Expression(program[0]).graph
    texts = write_nodes(graph, longest=10**6)
    assert len(set(texts)) == len(texts)
    for index, text in enumerate(texts):
        sub = Expression(text).graph
        assert sub.nodes[sub.output].op == graph.nodes[index].op
        assert write_nodes(sub, longest=10**6)[sub.output] == text


def test_a_long_subexpression_is_told_by_the_names_of_its_inputs() -> None:
    texts = write_nodes(Expression("+".join(f"variable{i}" for i in range(30))).graph)
    assert max(map(len, texts)) <= LONGEST
    assert texts[-1] == "z55 + z56 + variable29"


def test_the_text_of_a_program_is_linear_in_its_graph() -> None:
    short, long = (len(str(Expression("t = x*x" + "; t = t*t" * n))) for n in (100, 1000))
    assert long < 12 * short


@each_sharing
@given(program=strategies.programs())
@settings(max_examples=200)
def test_latex_reads_back_to_the_same_graph(program: tuple[str, object], sharing: Sharing) -> None:
    expression = Expression(program[0], sharing)
    assert Expression(expression.latex(), sharing, "latex") == expression


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x/y*z", r"\frac{x}{y} \cdot z"),
        ("(x/y)^(-2)", r"\left(\frac{x}{y}\right)^{-2}"),
        ("sin(x)^2 + ln(θ_1)", r"\sin\left(x\right)^{2} + \ln\left(\theta_{1}\right)"),
        ("1e21*pi*loss", r"1000000000000000000000 \cdot \pi \cdot \mathrm{loss}"),
        ("abs(abs(x) - 1)", r"\left|\left|x\right| - 1\right|"),
        ("t = x*y; t + t", r"\mathrm{z3} = x \cdot y \\ \mathrm{z3} + \mathrm{z3}"),
        ("gelu(x) + cbrt(y)", r"\operatorname{gelu}\left(x\right) + \sqrt[3]{y}"),
    ],
)
def test_a_graph_as_latex(text: str, latex: str) -> None:
    expression = Expression(text)
    assert expression.latex() == latex
    assert Expression(latex, script="latex") == expression
