"""Twelve formulas on Duplicates, Cost and Descent: every number said is computed here once more.

Nodes and edges are counted on the trees of Python's own parser, values and derivatives come from
complex steps (tests/independent.py), and a descent is walked by hand.
"""

import ast
import json
import math
import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import Expression
from qsts_core.lenses.comparison import tell_agreement
from qsts_core.notation import show_count, show_times
from qsts_core.values import read_value
from tests import independent

WALKED: dict[str, dict[str, float]] = {
    "(x+y) + x*(x+y)": {"x": 2, "y": 3},
    "x*x*x - x*x": {"x": 1.5},
    "sin(a*b)/(1 + a*b)": {"a": 0.5, "b": 2},
    "exp(-u) + exp(-u)*v": {"u": 0.25, "v": -3},
    "log(p+q) - p/(p+q)": {"p": 1.25, "q": 0.75},
    "f*f + f/3": {"f": 0.7},
    "(x-y)^2 + (x-y)^2/(1 + x^2)": {"x": 3, "y": -1},
    "tanh(w*s + c)*tanh(w*s + c)": {"w": 0.3, "s": -2, "c": 0.1},
    "sqrt(m^2 + n^2)*m - n": {"m": 3, "n": 4},
    "1e-13*x + 1e-13*x*x": {"x": 1},
    "g*(z1 + z2) - z1*z2": {"g": 2, "z1": -1, "z2": 5},
    "((a+b)*(a+b) + 1)*((a+b)*(a+b) + 2)": {"a": 0.1, "b": 0.2},
}
PAGE = """
from qsts_core.lenses import cost, descent, duplicates
from qsts_core.lenses.inputs import ask_for_inputs
inputs = ask_for_inputs()
duplicates.show(inputs)
cost.show(inputs)
descent.show(inputs)
"""
RATE, STEPS = 0.001, 7
SHARINGS = ("none", "variables", "unique")
walked = pytest.mark.parametrize("text", WALKED)


# Counted by hand ----------------------------------------------------------------------------------


def parts(node: ast.expr) -> list[ast.expr]:
    """Return the operands of a node of Python's tree."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.UnaryOp):
        return [node.operand]
    return node.args if isinstance(node, ast.Call) else []


def occurrences(node: ast.expr) -> Iterator[ast.expr]:
    yield node
    for part in parts(node):
        yield from occurrences(part)


def counted(text: str, sharing: str) -> tuple[int, int, int]:
    """Return how many nodes, edges, and edges that carry a contribution a sharing has."""
    every = list(occurrences(ast.parse(text.replace("^", "**"), mode="eval").body))
    ways: dict[str, Callable[[ast.expr], object]] = {
        "none": id,
        "variables": lambda node: node.id if isinstance(node, ast.Name) else id(node),
        "unique": ast.dump,
    }
    alike = ways[sharing]
    kinds = {alike(node): node for node in every}.values()
    edges = [part for node in kinds for part in parts(node)]
    fed = [part for part in edges if any(isinstance(n, ast.Name) for n in occurrences(part))]
    return len(kinds), len(edges), len(fed)


def operations(text: str, sharing: str) -> int:
    """Return the nodes that are computed going forward, and the edges used going backward."""
    nodes, *_ = counted(text, sharing)
    every = list(occurrences(ast.parse(text.replace("^", "**"), mode="eval").body))
    leaves = [node for node in every if not parts(node) and not isinstance(node, ast.Call)]
    if sharing == "unique":
        alone = len({ast.dump(leaf) for leaf in leaves})
    elif sharing == "variables":
        named = [leaf for leaf in leaves if isinstance(leaf, ast.Name)]
        alone = len(leaves) - len(named) + len({leaf.id for leaf in named})
    else:
        alone = len(leaves)
    return nodes - alone + counted(text, sharing)[2]


# What the pages say -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages() -> dict[str, AppTest]:
    """The three lenses, each formula opened once."""
    found = {}
    for text, at in WALKED.items():
        app = AppTest.from_string(PAGE, default_timeout=120)
        values = ",".join(f"{name}={number}" for name, number in at.items())
        asked = {"f": text, "at": values, "rate": str(RATE), "steps": str(STEPS)}
        for name, content in asked.items():
            app.query_params[name] = content
        found[text] = app.run()
        assert not app.exception
    return found


def said(app: AppTest) -> str:
    boxes = [*app.markdown, *app.caption, *app.info]
    return "\n".join([*(box.value for box in boxes), *bodies(app)])


def bodies(app: AppTest) -> list[str]:
    return [unescape(found.proto.body) for found in app.get("html")]


def player_of(app: AppTest) -> dict[str, Any]:
    """Return what the player of the descent is given."""
    (data,) = [
        json.loads(found.proto.json)
        for found in app.get("bidi_component")
        if found.proto.component_name == "qsts.path_player"
    ]
    return dict(data)


def number(shown: str) -> float:
    return read_value(shown)


@walked
def test_duplicates(text: str, pages: dict[str, AppTest]) -> None:
    at, words = WALKED[text], said(pages[text])
    for title, sharing in zip(("Tree", "Threaded", "Unique"), SHARINGS, strict=True):
        (nodes,) = re.findall(rf"\*\*{title}\*\* · .* · (\d+) node", words)
        assert int(nodes) == counted(text, sharing)[0]
    gradient = independent.gradient(text, at)
    sums = re.findall(r"^- ∂(\w+)/∂`(\w+)`: (.*) (=|≈) \*\*(.*)\*\*$", words, re.MULTILINE)
    named = [name for name in at if len(re.findall(rf"\b{name}\b", text)) > 1]
    assert bool(sums) == bool(named)
    for output, name, terms, relation, total in sums:
        assert output not in at
        assert number(total) == pytest.approx(gradient[name], rel=1e-5)
        summed = sum(number(term.rpartition(" ")[2]) for term in terms.split(" + "))
        assert len(terms.split(" + ")) == len(re.findall(rf"\b{name}\b", text))
        if relation == "=":
            assert summed == pytest.approx(number(total), rel=1e-14)
        else:
            assert summed == pytest.approx(number(total), rel=1e-4)
    for part, group in re.findall(r"^- `(.*)`: (.*) of the threaded graph are", words, re.M):
        plain = part.replace(" ", "")
        assert text.replace(" ", "").count(plain) == group.count(",") + 1


@walked
def test_cost(text: str, pages: dict[str, AppTest]) -> None:
    words = said(pages[text])
    for quantity, place in (("nodes", 0), ("edges", 1), ("operations", None)):
        (row,) = re.findall(rf'<tr data-quantity="{quantity}">(.*?)</tr>', words, re.DOTALL)
        cells = row.split("<td")[1:4]  # the fourth has marks, and no words
        by = [operations(text, s) if place is None else counted(text, s)[place] for s in SHARINGS]
        assert re.findall(r'data-field="amount"[^>]*>([^<]*)<', row) == [*map(show_count, by)]
        for cell, count in zip(cells, by, strict=True):
            compared = re.findall(r'class="times">(.*?)</span> <small>', cell)
            if cell is cells[-1]:
                assert not compared  # what is compared with is not compared
            elif count == by[-1]:
                assert compared == ["the same"]
            else:
                assert f"×</span>{show_times(count / by[-1])}<" in compared[0]


@walked
def test_descent(text: str, pages: dict[str, AppTest]) -> None:
    app, place = pages[text], dict(WALKED[text])
    moving = player_of(app)["moving"]
    values, lengths = [], []
    for step in range(STEPS + 1):
        slopes = independent.gradient(text, place)
        values.append(independent.value(text, place))
        lengths.append(math.hypot(*(slopes[name] for name in moving)))
        if step < STEPS:
            place |= {name: place[name] - RATE * slopes[name] for name in moving}
    words, player = said(app), player_of(app)
    assert player["values"] == pytest.approx(values, rel=1e-12)
    assert player["sizes"] == pytest.approx(lengths, rel=1e-9)
    held = len(moving) < len(place)
    assert ("|gradient| is that of what moves" in said(app)) == held
    course = re.findall(r"(\w+) from (\S+) to (\S+), .* from (\S+) to (\S+)$", player["words"][1])
    (output, *ends) = course[0]
    assert output not in place  # what is descended has a letter of its own
    expected = [values[0], values[-1], lengths[0], lengths[-1]]
    assert [number(end) for end in ends] == pytest.approx(expected, rel=1e-5)
    assert player["words"][0].startswith(f"{output} over ")
    assert player["output"] == output
    drawn = "".join(found.proto.spec for found in app.get("plotly_chart"))
    assert re.findall('"name":"([a-z])["+ ]', drawn) == [output]
    titled = re.findall(r'"title":\{[^{}]*(?:\{[^{}]*\}[^{}]*)?"text":"(\w+)', drawn)
    assert output in titled
    assert output == "f" or titled.count("f") == moving.count("f")  # that is the axis of f itself
    (table,) = [body for body in bodies(app) if 'data-qsts="path-table"' in body]
    heads = re.findall('<th scope="col">(.*?)</th>', table)
    assert len(set(heads)) == len(heads)
    last = dict(zip(heads, re.findall("<td>(.*?)</td>", table)[-len(heads) :], strict=True))
    assert number(last[output]) == pytest.approx(values[-1], rel=1e-5)
    assert number(last["|gradient|"]) == pytest.approx(lengths[-1], rel=1e-5)
    for name in last.keys() & place.keys():
        assert number(last[name]) == pytest.approx(place[name], rel=1e-5)
    (sentence,) = re.findall(r"every step resets .*", words)
    tree, tree_sent, unique, unique_sent = re.findall(r"\d[\d,]*", sentence)
    by = [counted(text, sharing) for sharing in ("none", "unique")]
    assert [int(tree), int(tree_sent)] == [by[0][0], by[0][2]]
    assert [int(unique), int(unique_sent)] == [by[1][0], by[1][2]]
    assert f"What {STEPS + 1} gradients took" in words


@pytest.mark.parametrize(
    ("one", "other", "at", "says"),
    [
        ("x*1e-13", "2*x*1e-13", {"x": 1.0}, "Here they differ: 1·10⁻¹³ and 2·10⁻¹³."),
        ("x*y", "x*y + 1e-14*x", {"x": 0.0, "y": 1e-14}, "and ∂f/∂x is 1·10⁻¹⁴ and 2·10⁻¹⁴."),
        ("sin(x)^2 + cos(x)^2", "1 + 0*x", {"x": 0.7}, "Here both are 1, and both have ∂f/∂x = "),
        ("(x+1)^2 - x^2 - 2x", "1 + 0*x", {"x": 1e3}, "Here both are 1, and both have ∂f/∂x = 0."),
        ("log(exp(x))", "x", {"x": 3.3}, "Here both are 3.3, and both have ∂f/∂x = 1."),
        ("1/(1+exp(-x))", "sigmoid(x)", {"x": -2.0}, "Here both are 0.119203, and both have"),
    ],
)  # fmt: skip
def test_what_differs_by_more_than_rounding_is_said_to(
    one: str, other: str, at: dict[str, float], says: str
) -> None:
    told = tell_agreement(Expression(one), at, Expression(other), at)
    assert says in told
