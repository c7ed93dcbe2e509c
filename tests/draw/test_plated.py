"""Plates beside nodes: they cover nothing, and nothing runs through them."""

from itertools import combinations

import pytest
from hypothesis import given, settings

from qsts_core import Expression
from qsts_core.draw.bezier import point_at
from qsts_core.draw.layout import Mark, Picture, lay_out
from qsts_core.draw.plates import CHARACTERS, Box, place_box, width_of
from qsts_core.sweep import Tape
from tests.strategies import programs

SEED = "(x+y) + x*(x+y)"
FORMULAS = [
    SEED, "x*x", "x", "x^x - x", "sin(x*y)+exp(x-y)*z/(x+2)", "sigmoid(w1*x1+w2*x2+b)",
    "learning_rate_initial*x - y", "log(x)/x+sqrt(y-3)", "((x*x)*(x*x))*((x*x)*(x*x))",
    "exp(-(x-m)^2/(2*s^2))", "1/(1+exp(-(w*x+b)))", "a*b+c*d+e*f", "max(x,y)*min(x,y) - abs(x)",
]  # fmt: skip


def plate_boxes(text: str, picture: Picture) -> list[tuple[Mark, Box]]:
    due = Tape(Expression(text).graph).due
    assert picture["plate"] is not None
    boxes = []
    for mark in picture["marks"]:
        if mark["side"]:
            half = (mark["half"][0], mark["half"][1])
            box = place_box(picture["plate"], mark["side"], half, due[mark["node"]] > 1)
            there = Box(mark["x"] + box.x, mark["y"] + box.y, box.half_width, box.half_height)
            boxes.append((mark, there))
    return boxes


def node_box(mark: Mark) -> Box:
    return Box(mark["x"], mark["y"], mark["half"][0], mark["half"][1])


def overlap(one: Box, other: Box) -> bool:
    near_x = abs(one.x - other.x) < one.half_width + other.half_width - 0.1
    return near_x and abs(one.y - other.y) < one.half_height + other.half_height - 0.1


@pytest.mark.parametrize("characters", CHARACTERS)
@pytest.mark.parametrize("text", FORMULAS)
def test_plates_and_nodes_stand_free(text: str, characters: int) -> None:
    picture = lay_out(Expression(text).graph, characters=characters)
    if picture["plate"] is None:
        pytest.fail("each of these has room for plates")
    plates = plate_boxes(text, picture)
    boxes = [box for _, box in plates] + [node_box(mark) for mark in picture["marks"]]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_edge_runs_behind_a_plate_or_a_node_that_it_does_not_join(text: str) -> None:
    picture = lay_out(Expression(text).graph, characters=5)
    plates = plate_boxes(text, picture)
    for edge in picture["edges"]:
        path = [(x, y) for x, y in edge["path"]]
        points = [point_at(path, t / 40) for t in range(1, 40)]
        ends = {edge["from"], edge["to"]}
        behind = [mark["node"] for mark, box in plates if any(box.holds(*p) for p in points)]
        others = [mark for mark in picture["marks"] if mark["node"] not in ends]
        behind += [m["node"] for m in others if any(node_box(m).holds(*p) for p in points)]
        assert behind == [], edge


@settings(max_examples=40, deadline=None)
@given(programs().map(lambda pair: pair[0]))
def test_plates_of_any_program_stand_free(text: str) -> None:
    picture = lay_out(Expression(text).graph, characters=7)
    if picture["plate"] is None:
        return  # too many nodes: cards speak for them
    boxes = [box for _, box in plate_boxes(text, picture)]
    boxes += [node_box(mark) for mark in picture["marks"]]
    assert not any(overlap(one, other) for one, other in combinations(boxes, 2))


def test_what_is_drawn_lies_within_the_bounds() -> None:
    for text in FORMULAS:
        picture = lay_out(Expression(text).graph)
        left, right, bottom, top = picture["bounds"]
        for box in [box for _, box in plate_boxes(text, picture)]:
            assert left - 0.1 < box.x - box.half_width
            assert box.x + box.half_width < right + 0.1
            assert bottom - 0.1 < box.y - box.half_height
            assert box.y + box.half_height < top + 0.1


def test_a_variable_is_as_wide_as_its_name_and_a_constant_is_quiet() -> None:
    graph = Expression("momentum_rate*x + 2").graph
    halves = {
        graph.nodes[mark["node"]].op + graph.nodes[mark["node"]].name: mark["half"]
        for mark in lay_out(graph)["marks"]
    }
    assert halves["variablemomentum_rate"][0] > 2 * halves["variablex"][0]
    assert halves["constant"][0] < 0.7 * halves["variablex"][0]


def test_cells_are_as_wide_as_the_longest_number() -> None:
    assert width_of([1.0]) == 3
    assert width_of([-0.98765]) == 7
    assert width_of([float("nan"), float("inf")]) == 3
    assert width_of([-1.2345678e-123]) == CHARACTERS[-1]


def test_many_nodes_have_no_plates() -> None:
    assert lay_out(Expression("+".join(f"x{i}*x{i}" for i in range(40))).graph)["plate"] is None
