"""The static figure."""

import json
import re
from math import dist, hypot
from typing import Any

import plotly.graph_objects
import pytest

from qsts_core import Expression
from qsts_core.draw.figure import chart_config, draw_figure
from qsts_core.draw.layout import lay_out


def figure(text: str, **at: float) -> dict[str, Any]:
    expression = Expression(text)
    nodes = expression.trace(at).to_dict()["nodes"]
    return draw_figure(lay_out(expression.graph), nodes, "a-name")


@pytest.mark.parametrize("text", ["(x+y) + x*(x+y)", "x+0*y", "x*x+0*y", "sin(x)/y"])
def test_plotly_accepts_the_figure(text: str) -> None:
    drawn = figure(text, x=2, y=3)
    assert plotly.graph_objects.Figure(drawn).layout.meta == {"qsts": "a-name"}
    assert json.loads(json.dumps(drawn)) == drawn


def test_nothing_depends_on_a_value() -> None:
    assert figure("(x+y) + x*(x+y)", x=2, y=3) == figure("(x+y) + x*(x+y)", x=-1, y=0)


def test_points_keep_the_order_of_the_marks() -> None:
    (trace,) = figure("(x+y) + x*(x+y)", x=2, y=3)["data"]
    assert trace["text"] == ["x", "y", "+", "×", "+"]
    assert trace["marker"]["symbol"] == ["square", "square", "circle", "circle", "circle"]


def test_all_edges_are_one_shape_and_all_arrowheads_another() -> None:
    edges, arrowheads = figure("x*x", x=2)["layout"]["shapes"]
    assert edges["path"].count("M") == arrowheads["path"].count("M") == 2
    assert arrowheads["path"].count("Z") == 2


def test_every_piece_of_an_edge_has_six_numbers() -> None:
    path = figure("; ".join(["t = x", *["t = t + x"] * 9, "t"]), x=2)["layout"]["shapes"][0]["path"]
    pieces = re.findall(r"C([^CM]*)", path)
    assert {len(re.findall(r"-?[\d.]+", piece)) for piece in pieces} == {6}


def test_a_lone_node_has_no_edges() -> None:
    assert figure("x", x=2)["layout"]["shapes"] == []


def test_hover_names_the_node_and_its_text_and_escapes_it() -> None:
    (trace,) = figure("x*(x + y)", x=2, y=3)["data"]
    assert trace["hovertext"][-1] == "<b>z₄</b> = x*(x + y)<br>× of z₁, z₃"


def test_a_long_label_is_shortened_in_its_middle() -> None:
    (trace,) = figure("a_very_long_name + 1", a_very_long_name=2)["data"]
    assert trace["text"][0] == "a_very_…g_name"


def test_axes_are_equal_and_hidden() -> None:
    layout = figure("x+y", x=2, y=3)["layout"]
    assert layout["yaxis"]["scaleanchor"] == "x"
    assert not layout["xaxis"]["visible"]
    assert layout["dragmode"] == "pan"


def test_the_wheel_zooms_only_where_the_graph_is_large() -> None:
    small, large = Expression("x+y").graph, Expression("+".join(f"x{i}" for i in range(50))).graph
    assert not chart_config(lay_out(small))["scrollZoom"]
    assert chart_config(lay_out(large))["scrollZoom"]


def test_arrowheads_point_where_values_flow() -> None:
    expression = Expression("(x+y) * sin(x)")
    picture = lay_out(expression.graph)
    trace = expression.trace({"x": 2, "y": 3})
    drawn = draw_figure(picture, trace.to_dict()["nodes"], "a-name")
    heads = drawn["layout"]["shapes"][1]["path"].split("Z")[: len(picture["edges"])]
    for edge, head in zip(picture["edges"], heads, strict=True):
        corners = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", head)]
        tip, *base = corners
        back = [sum(corner[axis] for corner in base) / 2 for axis in (0, 1)]
        assert dist(tip, edge["path"][-1]) < 0.1, "the tip is where the edge meets the parent"
        along = [edge["path"][-1][axis] - edge["path"][-2][axis] for axis in (0, 1)]
        points = [tip[axis] - back[axis] for axis in (0, 1)]
        cosine = (along[0] * points[0] + along[1] * points[1]) / hypot(*along) / hypot(*points)
        assert cosine > 0.99, "and it points along the edge"
        assert points[0] > 0, "from left to right, as values flow"
