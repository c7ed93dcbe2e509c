"""Where nodes stand and how edges bend."""

import json
import sys
from math import dist

import pygraphviz
import pytest

from qsts_core import Expression
from qsts_core.draw import dot
from qsts_core.draw.layout import SPLIT_CONSTANTS_PAST, Picture, lay_out

SEED = "(x+y) + x*(x+y)"
MANY = "; ".join(["t = x*x", *["t = t*t + 2"] * 300, "t"])


def places(picture: Picture) -> dict[int, tuple[float, float]]:
    return {mark["node"]: (mark["x"], mark["y"]) for mark in picture["marks"]}


def uses(picture: Picture) -> set[tuple[int, int, int]]:
    return {(edge["from"], edge["to"], edge["slot"]) for edge in picture["edges"]}


def all_uses(expression: Expression) -> set[tuple[int, int, int]]:
    return {
        (parent, index, slot)
        for parent, node in enumerate(expression.graph.nodes)
        for slot, index in enumerate(node.inputs)
    }


each_formula = pytest.mark.parametrize(
    "text",
    [SEED, "x", "2", "x*x", "sin(x)^2 + cos(x)^2", "min(x, y) / max(x, 2)", "y = x; 3", MANY],
)


@each_formula
def test_every_node_and_every_edge_is_drawn(text: str) -> None:
    expression = Expression(text)
    picture = lay_out(expression.graph)
    assert {mark["node"] for mark in picture["marks"]} == set(range(len(expression.graph.nodes)))
    assert uses(picture) == all_uses(expression)


@each_formula
def test_inputs_stand_left_of_their_parents(text: str) -> None:
    picture = lay_out(Expression(text).graph, split_constants=False)
    x = {node: place[0] for node, place in places(picture).items()}
    assert all(x[edge["to"]] < x[edge["from"]] for edge in picture["edges"])


@each_formula
def test_an_edge_runs_from_its_input_to_its_parent(text: str) -> None:
    picture = lay_out(Expression(text).graph, split_constants=False)
    place = places(picture)
    for edge in picture["edges"]:
        assert len(edge["path"]) % 3 == 1
        for end, node in ((edge["path"][0], edge["to"]), (edge["path"][-1], edge["from"])):
            reach = dist(end, place[node]) / picture["radius"]
            assert 0.6 < reach < 1.4, "an edge ends at the rim of its node"


@each_formula
def test_nodes_do_not_overlap(text: str) -> None:
    picture = lay_out(Expression(text).graph)
    marks = [(mark["x"], mark["y"]) for mark in picture["marks"]]
    for index, one in enumerate(marks):
        for other in marks[:index]:
            assert dist(one, other) > 1.9 * picture["radius"]


def test_both_edges_of_a_square_are_drawn_bowed_apart() -> None:
    one, other = lay_out(Expression("x*x").graph)["edges"]
    assert (one["slot"], other["slot"]) == (0, 1)
    assert one["path"][1][1] - other["path"][1][1] > 20, "the left input's edge is the upper one"


def test_the_first_variable_stands_above_the_last() -> None:
    place = places(lay_out(Expression(SEED).graph))
    assert place[0][1] > place[1][1]


def test_roles_differ_by_shape() -> None:
    graph = Expression("2*x").graph
    shapes = {graph.nodes[mark["node"]].op: mark["shape"] for mark in lay_out(graph)["marks"]}
    assert shapes == {"constant": "diamond", "variable": "square", "*": "circle"}


def test_a_constant_may_be_drawn_once_per_use() -> None:
    expression = Expression("x^2 + y^2")
    shared = lay_out(expression.graph, split_constants=False)
    split = lay_out(expression.graph, split_constants=True)
    assert len(shared["marks"]) == len(expression.graph.nodes) == 6
    assert len(split["marks"]) == 7
    assert uses(shared) == uses(split)


def test_constants_are_split_by_default_in_large_graphs_only() -> None:
    small = Expression("x^2 + y^2").graph
    large = Expression(" + ".join(f"(x{i} - 2)^2" for i in range(20))).graph
    assert len(small.nodes) <= SPLIT_CONSTANTS_PAST < len(large.nodes)
    assert len(lay_out(small)["marks"]) == len(small.nodes)
    assert len(lay_out(large)["marks"]) == len(large.nodes) + 39


def test_a_graph_too_large_for_dot_is_layered_and_says_so() -> None:
    assert lay_out(Expression(SEED).graph)["layout"] == "dot"
    assert lay_out(Expression(MANY).graph)["layout"] == "layered"


def test_a_graph_whose_edges_span_many_ranks_is_not_given_to_dot() -> None:
    """It would take dot 20 s, although there are not many nodes: the time limit of the layout."""
    graph = Expression("; ".join(["t = x*y", *["t = sin(t)*x + y"] * 131, "t"])).graph
    assert len(graph.nodes) == 396 < dot.QUICK_NODES
    assert lay_out(graph)["layout"] == "layered"


@pytest.mark.parametrize("missing", ["the module", "the program"])
def test_without_graphviz_graphs_are_layered(missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing == "the module":
        monkeypatch.setitem(sys.modules, "pygraphviz", None)
    else:
        monkeypatch.setattr(pygraphviz.AGraph, "layout", _find_no_dot)
    dot.is_there.cache_clear()
    try:
        for text in (SEED, "x*x", "x", MANY):
            picture = lay_out(Expression(text).graph)
            assert picture["layout"] == "layered"
            assert uses(picture) == all_uses(Expression(text))
    finally:
        dot.is_there.cache_clear()


def _find_no_dot(*_: object, **__: object) -> None:
    raise ValueError("Program dot not found in path.")


def test_the_layered_fallback_bows_edges_apart_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dot, "QUICK_NODES", 1)
    picture = lay_out(Expression("x*x").graph)
    one, other = picture["edges"]
    assert picture["layout"] == "layered"
    assert one["path"][1][1] != other["path"][1][1]


def test_a_picture_is_plain_and_the_same_every_time() -> None:
    picture = lay_out(Expression(SEED).graph)
    assert json.loads(json.dumps(picture)) == picture == lay_out(Expression(SEED).graph)
