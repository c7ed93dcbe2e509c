"""A picture in, a static plotly figure out, as a plain dictionary.

The figure holds nothing that depends on the step, nor on a value: the player in
the browser styles it.  Marks are one trace whose points keep the order of the
marks; edges are one shape and their arrowheads another, for speed (one path of
Beziers draws 2,000 edges in 104 ms, 2,000 annotations take 3,360 ms).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot
from typing import Any

from qsts_core.draw.bezier import svg_path
from qsts_core.draw.colours import THEMES
from qsts_core.draw.layout import Mark, Picture
from qsts_core.notation import subscript
from qsts_core.ops import GATES

WIDTH, HEIGHT = 850, 440
"""Pixels that a page usually gives; it may stretch the figure."""

MARGIN = 0.45
"""Radii kept free around all that is drawn."""

LEAST_WIDTH, LEAST_HEIGHT = 20.0, 8.0
"""Radii that a picture measures at least, so that two nodes do not fill the page."""

CARDS = 58
"""Pixels kept free above nodes without plates: the cards of a step stand there."""

SOURCE_HEIGHT = 42
"""Pixels kept free at the top, where the page shows the text with the places of nodes."""

LEGEND_HEIGHT = 32
"""Pixels kept free at the bottom, where the page explains shapes and lines."""

SECOND_LINE = 22
"""Pixels of a second line there: what a blocked edge is, where there may be one."""

LABEL_LENGTH = 14
INK, PAPER, EDGE = (THEMES[name][0] for name in ("ink", "card", "edge"))
FORWARD, FORWARD_PAPER = (THEMES[name][0] for name in ("value", "value-paper"))


def draw_figure(
    picture: Picture, nodes: Sequence[Mapping[str, Any]], name: str = ""
) -> dict[str, Any]:
    """Return the figure of `picture`; `nodes` are those of `Trace.to_dict()`.

    `name` travels in the layout's `meta`, so that a player can tell whether
    a chart on the page is the one that its own picture describes.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.draw.layout import lay_out
    >>> nodes = [{"name": "z1", "label": "x", "text": "x", "inputs": []}]
    >>> draw_figure(lay_out(Expression("x").graph), nodes)["data"][0]["text"]
    ['x']
    """
    marks = picture["marks"]
    branching = any(node.get("op") in GATES for node in nodes)
    legend = LEGEND_HEIGHT + (SECOND_LINE if branching else 0)
    (left, right), (bottom, top) = _ranges(picture)
    pixels_per_point = min(
        WIDTH / (right - left), (HEIGHT - legend - SOURCE_HEIGHT) / (top - bottom)
    )
    radius = max(picture["radius"] * pixels_per_point, 3.0)
    # Automatic ranges, for plotly widens fixed ones at every change of size and never narrows them.
    axis = {"autorange": True, "visible": False, "showgrid": False, "zeroline": False}
    return {
        "data": [_nodes_trace(marks, nodes, radius)],
        "layout": {
            "meta": {"qsts": name},
            "uirevision": name,
            "margin": {"l": 0, "r": 0, "t": SOURCE_HEIGHT, "b": legend},
            "height": HEIGHT,
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": {**axis, "autorangeoptions": _exactly(left, right)},
            "yaxis": {**axis, "autorangeoptions": _exactly(bottom, top), "scaleanchor": "x"},
            "shapes": _edge_shapes(picture),
            "dragmode": "pan",
            "hovermode": "closest",
            "hoverlabel": {"font": {"size": 18}, "align": "left"},
            "showlegend": False,
            "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": EDGE, "activecolor": FORWARD},
            "font": {"color": INK},
        },
    }


def chart_config(picture: Picture) -> dict[str, Any]:
    """Return plotly's settings: the wheel zooms only where a graph is too large to read whole.

    plotly's own button for a picture is not there: it would save the figure, which holds nothing of
    the step.
    """
    return {
        "displayModeBar": "hover",
        "modeBarButtons": [["zoomIn2d", "zoomOut2d", "resetScale2d"]],
        "displaylogo": False,
        "scrollZoom": len(picture["marks"]) > 40,
    }


def _exactly(low: float, high: float) -> dict[str, Any]:
    return {"include": [low, high], "clipmin": low, "clipmax": high}


def _ranges(picture: Picture) -> tuple[tuple[float, float], ...]:
    left, right, bottom, top = picture["bounds"]
    radius = picture["radius"]
    above = below = aside = MARGIN * radius
    if picture["plate"] is None:
        point = max(
            (right - left) / WIDTH,
            (top - bottom) / (HEIGHT - LEGEND_HEIGHT - SOURCE_HEIGHT - CARDS),
        )
        above = max(above, CARDS * point)
    x = _at_least(left - aside, right + aside, LEAST_WIDTH * radius)
    return x, _at_least(bottom - below, top + above, LEAST_HEIGHT * radius)


def _at_least(low: float, high: float, length: float) -> tuple[float, float]:
    """Widen an interval on both sides until it is `length` long."""
    more = max(length - (high - low), 0.0) / 2
    return low - more, high + more


def _nodes_trace(
    marks: Sequence[Mark], nodes: Sequence[Mapping[str, Any]], radius: float
) -> dict[str, Any]:
    labels = [str(nodes[mark["node"]]["label"]) for mark in marks]
    variable = [mark["shape"] == "square" for mark in marks]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [mark["x"] for mark in marks],
        "y": [mark["y"] for mark in marks],
        "text": [shorten(label) for label in labels],
        "textfont": {"size": max(round(radius * 0.7), 7), "color": INK},
        "hovertext": [_hover(nodes[mark["node"]], nodes) for mark in marks],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "symbol": [mark["shape"] for mark in marks],
            "size": round(2 * radius, 1),
            "opacity": 1,
            "color": [FORWARD_PAPER if is_variable else PAPER for is_variable in variable],
            "line": {
                "width": 2.5,
                "color": [FORWARD if is_variable else EDGE for is_variable in variable],
            },
        },
    }


def _hover(node: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> str:
    inputs = ", ".join(subscript(str(nodes[index]["name"])) for index in node["inputs"])
    means = f"<br>{_escape(str(node['label']))} of {inputs}" if inputs else ""
    text = " ".join(str(node["text"]).split())
    return f"<b>{subscript(str(node['name']))}</b> = {_escape(shorten(text, 60))}{means}"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shorten(text: str, length: int = LABEL_LENGTH) -> str:
    """Leave out the middle of a long text: names often differ at their ends."""
    if len(text) <= length:
        return text
    head = length // 2
    return f"{text[:head]}…{text[head + 1 - length :]}"


def _edge_shapes(picture: Picture) -> list[dict[str, Any]]:
    """Return two shapes: all edges, and all arrowheads (at the parents, where values flow)."""
    paths = [edge["path"] for edge in picture["edges"]]
    if not paths:
        return []
    size = picture["radius"] * 0.42
    common = {"type": "path", "layer": "below", "xref": "x", "yref": "y"}
    return [
        {
            **common,
            "name": "edges",
            "path": " ".join(svg_path(path) for path in paths),
            "line": {"color": EDGE, "width": 1.8},
            "fillcolor": "rgba(0,0,0,0)",
        },
        {
            **common,
            "name": "arrowheads",
            "path": " ".join(arrowhead(path, size) for path in paths),
            "line": {"width": 0},
            "fillcolor": EDGE,
        },
    ]


def arrowhead(path: Sequence[Sequence[float]], size: float) -> str:
    """Return a triangle whose tip is the path's end."""
    (x, y), (x0, y0) = path[-1], path[-2]
    length = hypot(x - x0, y - y0) or 1.0
    dx, dy = (x - x0) / length * size, (y - y0) / length * size
    corners = [
        (x, y),
        (x - dx - dy * 0.42, y - dy + dx * 0.42),
        (x - dx + dy * 0.42, y - dy - dx * 0.42),
    ]
    return "M" + " L".join(f"{cx:.6g},{cy:.6g}" for cx, cy in corners) + " Z"
