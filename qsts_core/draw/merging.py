"""A film of a tree becoming a threaded graph: the duplicates of each variable slide into one.

In go the two graphs with their pictures; out comes a plotly figure, as a dictionary, whose frames
are the merges in order and last the threaded graph in its own layout. It is the step by which the
program prsr (its `fixExpressionGraph`) made a graph of a tree.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from qsts_core.draw.bezier import Point
from qsts_core.draw.layout import Picture
from qsts_core.graph import VARIABLE, Graph
from qsts_core.notation import node_name
from qsts_core.study.merging import variables_of, where_merged
from qsts_core.trace import label_of

__all__ = ["merging_film"]

_FORWARD, _EDGE = "#3f7fc4", "#8791a3"
_PIECES = 12
"""Straight pieces that an edge is drawn with."""

_BOW = 0.35
"""How far, in radii, the two edges between the same nodes bend apart."""


def merging_film(
    tree: Graph,
    threaded: Graph,
    tree_picture: Picture,
    threaded_picture: Picture,
    height: int = 420,
) -> dict[str, Any]:
    """Return the film as a figure with frames, a play button and a slider.

    `tree` and `threaded` are graphs of one program, by the sharing "none" and "variables". The
    pictures draw each node once.
    """
    places = where_merged(tree, threaded)
    start = {mark["node"]: (mark["x"], mark["y"]) for mark in tree_picture["marks"]}
    end = {mark["node"]: (mark["x"], mark["y"]) for mark in threaded_picture["marks"]}
    radius = tree_picture["radius"]
    scenes = [("a tree", dict(start))]
    at = dict(start)
    for name, (keeper, *duplicates) in variables_of(tree).items():
        for duplicate in duplicates:
            at = {**at, duplicate: at[keeper]}
            scenes.append((f"{name}: {node_name(duplicate)} into {node_name(keeper)}", at))
    scenes.append(("threaded", {node: end[places[node]] for node in at}))
    names = [f"{index} {title}" for index, (title, _) in enumerate(scenes)]
    drawn = [_traces(tree, scene, radius) for _, scene in scenes]
    return {
        "data": drawn[0],
        "frames": [{"name": n, "data": d} for n, d in zip(names, drawn, strict=True)],
        "layout": _layout(scenes, radius, height, names),
    }


def _traces(graph: Graph, at: Mapping[int, Point], radius: float) -> list[dict[str, Any]]:
    """Return the edges, their arrowheads and the nodes, as three traces of the same length."""
    xs: list[float | None] = []
    ys: list[float | None] = []
    heads: list[tuple[float, float, float]] = []
    for parent, node in enumerate(graph.nodes):
        for slot, child in enumerate(node.inputs):
            both = len(node.inputs) == 2 and at[node.inputs[0]] == at[node.inputs[1]]
            bow = (1 - 2 * slot) * _BOW * radius * 2 if both else 0.0
            points = _curve(at[child], at[parent], bow, radius)
            xs += [x for x, _ in points] + [None]
            ys += [y for _, y in points] + [None]
            (x0, y0), (x1, y1) = points[-2:]
            heads.append((x1, y1, math.degrees(math.atan2(x1 - x0, y1 - y0))))
    line = {"color": _EDGE, "width": 2}
    arrow = {"symbol": "arrow", "size": 12, "color": _EDGE, "angle": [head[2] for head in heads]}
    return [
        {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "hoverinfo": "skip"},
        {
            "type": "scatter",
            "mode": "markers",
            "x": [head[0] for head in heads],
            "y": [head[1] for head in heads],
            "marker": arrow,
            "hoverinfo": "skip",
        },
        _nodes(graph, at),
    ]


def _nodes(graph: Graph, at: Mapping[int, Point]) -> dict[str, Any]:
    variable = [node.op == VARIABLE for node in graph.nodes]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [at[index][0] for index in range(len(graph.nodes))],
        "y": [at[index][1] for index in range(len(graph.nodes))],
        "text": [label_of(node) for node in graph.nodes],
        "textfont": {"size": 20},
        "hovertext": [node_name(index) for index in range(len(graph.nodes))],
        "hoverinfo": "text",
        "marker": {
            "symbol": ["square" if is_variable else "circle" for is_variable in variable],
            "size": 44,
            "opacity": 1,
            "color": ["#cfe1f5" if is_variable else "#f3f4f6" for is_variable in variable],
            "line": {
                "width": 2.5,
                "color": [_FORWARD if is_variable else _EDGE for is_variable in variable],
            },
        },
    }


def _curve(start: Point, end: Point, bow: float, radius: float) -> list[Point]:
    """Return points from the rim of one node to the rim of another, bent aside by `bow`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy) or 1.0
    middle = (
        (start[0] + end[0]) / 2 - dy / length * 2 * bow,
        (start[1] + end[1]) / 2 + dx / length * 2 * bow,
    )
    rim = min(radius / length, 0.45)
    points = []
    for piece in range(_PIECES + 1):
        t = rim + (1 - 2 * rim) * piece / _PIECES
        points.append(
            tuple(
                (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t**2 * c
                for a, b, c in zip(start, middle, end, strict=True)
            )
        )
    return points  # type: ignore[return-value]


def _layout(
    scenes: Sequence[tuple[str, Mapping[int, Point]]],
    radius: float,
    height: int,
    names: Sequence[str],
) -> dict[str, Any]:
    xs = [x for _, scene in scenes for x, _ in scene.values()]
    ys = [y for _, scene in scenes for _, y in scene.values()]
    axis = {"visible": False, "showgrid": False, "zeroline": False, "fixedrange": True}
    motion = {"frame": {"duration": 1100, "redraw": False}, "transition": {"duration": 800}}
    steps = [
        {"label": title, "method": "animate", "args": [[name], {"mode": "immediate", **motion}]}
        for name, (title, _) in zip(names, scenes, strict=True)
    ]
    return {
        "height": height,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "xaxis": {**axis, "range": [min(xs) - 2 * radius, max(xs) + 2 * radius]},
        "yaxis": {
            **axis,
            "range": [min(ys) - 2 * radius, max(ys) + 2 * radius],
            "scaleanchor": "x",
        },
        "updatemenus": [_buttons(motion)],
        "sliders": [
            {"steps": steps, "x": 0.2, "len": 0.78, "currentvalue": {"font": {"size": 18}}}
        ],
    }


def _buttons(motion: Mapping[str, Any]) -> dict[str, Any]:
    play = {"fromcurrent": True, "mode": "immediate", **motion}
    stop = {"mode": "immediate", "frame": {"duration": 0, "redraw": False}}
    return {
        "type": "buttons",
        "direction": "left",
        "showactive": False,
        "x": 0,
        "xanchor": "left",
        "y": 0,
        "yanchor": "top",
        "pad": {"t": 40},
        "buttons": [
            {"label": "▶ Play", "method": "animate", "args": [None, play]},
            {"label": "❚❚", "method": "animate", "args": [[None], stop]},
        ],
    }
