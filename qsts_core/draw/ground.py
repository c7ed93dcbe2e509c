"""Pictures of the ground that is descended, as plotly figures in plain dictionaries.

In goes a landscape; out come dictionaries that are JSON as they stand. The path on the contours
is not in them: it changes with the step, so the player draws it. Grids travel as base64 of
float32, which plotly.js reads: a fifth of the bytes of their digits.

================= ======================================================================
`contour_figure`  the ground over two variables, with the downhill directions if wanted
`curve_figure`    the ground over one
`surface_figure`  the ground over two in three dimensions, with the path on it
================= ======================================================================
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qsts_core.draw.chart import BLUE, FONT, ORANGE, draw_axis, draw_layout, draw_line, packed
from qsts_core.draw.colours import THEMES
from qsts_core.draw.figure import EDGE
from qsts_core.draw.levels import Levels, Scale, choose_levels
from qsts_core.study.landscape import Field, Landscape

if TYPE_CHECKING:
    from qsts_core.engine.batch import Numbers

__all__ = ["contour_figure", "curve_figure", "surface_figure"]

DEPTHS = [
    [0.0, THEMES["ground-low"][0]],
    [0.35, "#7fabdd"],
    [0.7, "#c9ddf3"],
    [1.0, THEMES["ground-high"][0]],
]
"""Low ground is dark, high ground is paper; the player puts the colours of the theme there."""

MARGIN = 0.35
"""How much of the height of a path is drawn above and below it."""

SURFACE_POINTS = 90
"""Points a side of the surface, which turns under the hand."""


def contour_figure(
    landscape: Landscape,
    scale: Scale = "auto",
    field: Field | None = None,
    signature: str = "",
    output: str = "f",
) -> dict[str, Any]:
    """Return the contours of a landscape over two variables.

    `field` adds arrows that point downhill, all of one length. `signature` travels in the
    layout's `meta`, so that the player can tell whether the chart is the one it describes.
    `output` is the letter of what is drawn.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.study.landscape import Axis, view
    >>> axes = Axis("x", -2, 2), Axis("y", -1, 3)
    >>> rosenbrock = Expression("(1-x)^2 + 100*(y-x^2)^2")
    >>> figure = contour_figure(view(rosenbrock, {"x": 0, "y": 0}, axes, 50))
    >>> figure["data"][0]["type"], figure["data"][0]["z"]["shape"]
    ('contour', '50,50')
    """
    levels = choose_levels(landscape.values, scale)
    data = [_contours(landscape, levels, output)]
    if field is not None:
        data.append(_arrows(landscape, field))
    layout = draw_layout(signature)
    for name, axis in zip(("xaxis", "yaxis"), landscape.axes, strict=True):
        layout[name] = {**draw_axis(axis.name), "range": [axis.low, axis.high], "fixedrange": True}
    layout["margin"] = {"l": 58, "r": 8, "t": 10, "b": 48}
    return {"data": data, "layout": layout}


def _contours(landscape: Landscape, levels: Levels, output: str) -> dict[str, Any]:
    return {
        "type": "contour",
        "x": landscape.places[0].tolist(),
        "y": landscape.places[1].tolist(),
        "z": packed(levels.heights),
        "colorscale": DEPTHS,
        "zmin": levels.first - levels.apart,
        "zmax": levels.last + levels.apart,
        "autocontour": False,
        "contours": {"start": levels.first, "end": levels.last, "size": levels.apart},
        "line": {"width": 1, "color": THEMES["level"][0], "smoothing": 0},
        "hoverinfo": "skip",
        "colorbar": {
            "title": {"text": _lettered(levels.title, output), "font": {"size": FONT}},
            **_ticks(levels),
            "tickfont": {"size": FONT - 2},
            "outlinewidth": 0,
            "thickness": 14,
            "xpad": 6,
        },
    }


def _arrows(landscape: Landscape, field: Field) -> dict[str, Any]:
    """Return arrows along the step that plain descent would take, as the picture shows it."""
    spans = [axis.high - axis.low for axis in landscape.axes]
    length = 0.6 / math.sqrt(field.places.shape[1])
    xs: list[float | None] = []
    ys: list[float | None] = []
    for (x, y), slopes in zip(field.places.T.tolist(), field.slopes.T.tolist(), strict=True):
        # A move by the slopes, in shares of the picture; only its direction is shown.
        dx, dy = (-slope / span for slope, span in zip(slopes, spans, strict=True))
        size = math.hypot(dx, dy)
        if not 0 < size < math.inf:
            continue
        dx, dy = dx / size * length, dy / size * length
        for across, up in _arrow(dx, dy):
            xs.append(x + across * spans[0])
            ys.append(y + up * spans[1])
        xs.append(None)
        ys.append(None)
    line = {"color": ORANGE, "width": 1.8}
    return {**draw_line(xs, ys, line), "opacity": 0.8, "hoverinfo": "skip"}


def _arrow(dx: float, dy: float) -> list[tuple[float, float]]:
    """Return the strokes of an arrow around the origin: shaft, one barb, the tip, the other."""
    tip = dx / 2, dy / 2
    barbs = [
        (tip[0] - 0.35 * dx - side * 0.2 * dy, tip[1] - 0.35 * dy + side * 0.2 * dx)
        for side in (1, -1)
    ]
    return [(-tip[0], -tip[1]), tip, barbs[0], tip, barbs[1]]


def curve_figure(
    landscape: Landscape, signature: str = "", path: Sequence[float] = (), output: str = "f"
) -> dict[str, Any]:
    """Return the curve of a landscape over one variable, as high as the values `path` need.

    `output` is the letter of what is drawn.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.study.landscape import Axis, view
    >>> figure = curve_figure(view(Expression("x^2"), {"x": 0}, [Axis("x", -1, 1)], 3))
    >>> figure["data"][0]["y"]
    [1.0, 0.0, 1.0]
    """
    values = landscape.values[0].tolist()
    heights = [value if math.isfinite(value) else None for value in values]
    line = draw_line(landscape.places[0].tolist(), heights, {"color": BLUE, "width": 3})
    layout = draw_layout(signature)
    axis = landscape.axes[0]
    layout["xaxis"] = {**draw_axis(axis.name), "range": [axis.low, axis.high], "fixedrange": True}
    layout["yaxis"] = {**draw_axis(output), "fixedrange": True}
    on_it = [value for value in path if math.isfinite(value)]
    if on_it and (margin := MARGIN * (max(on_it) / 2 - min(on_it) / 2)):
        layout["yaxis"]["range"] = [min(on_it) - 2 * margin, max(on_it) + 2 * margin]
    return {"data": [{**line, "hoverinfo": "skip"}], "layout": layout}


def surface_figure(
    landscape: Landscape,
    points: Sequence[Sequence[float]],
    values: Sequence[float],
    scale: Scale = "auto",
    output: str = "f",
) -> dict[str, Any]:
    """Return the landscape as a surface, with the path `points` (x, y) of `values` on it.

    `output` is the letter of what is drawn.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.study.landscape import Axis, view
    >>> axes = Axis("x", -1, 1), Axis("y", -1, 1)
    >>> figure = surface_figure(view(Expression("x*x+y*y"), {"x": 0, "y": 0}, axes, 9),
    ...                         [(1.0, 1.0), (0.5, 0.5)], [2.0, 0.5])
    >>> [trace["type"] for trace in figure["data"]]
    ['surface', 'scatter3d']
    """
    levels = choose_levels(landscape.values, scale)
    thin = [slice(None, None, max(1, len(places) // SURFACE_POINTS)) for places in landscape.places]
    across, up = (places[part] for places, part in zip(landscape.places, thin, strict=True))
    heights = levels.heights[thin[1], thin[0]]
    surface = {
        "type": "surface",
        "x": across.tolist(),
        "y": up.tolist(),
        "z": packed(heights),
        "colorscale": [[0.0, "#2f6fb8"], [1.0, "#dbe9f7"]],
        "showscale": False,
        "opacity": 0.92,
        "hoverinfo": "skip",
    }
    names = [axis.name for axis in landscape.axes]
    titles = [*names, _lettered(levels.title, output)]
    grid = {"gridcolor": "#9aa5b5", "color": EDGE, "tickfont": {"size": FONT - 3}}
    scene: dict[str, Any] = {
        name: {**grid, "title": {"text": title, "font": {"size": FONT + 4}}}
        for name, title in zip(("xaxis", "yaxis", "zaxis"), titles, strict=True)
    }
    scene["zaxis"] |= _ticks(levels)
    scene["camera"] = {"eye": {"x": -0.85, "y": -1.15, "z": 1.65}, "center": {"z": -0.25}}
    scene |= {"aspectmode": "manual", "aspectratio": {"x": 1.3, "y": 1.1, "z": 0.6}}
    for name, axis in zip(("xaxis", "yaxis"), landscape.axes, strict=True):
        scene[name]["range"] = [axis.low, axis.high]
    layout = {**draw_layout(""), "scene": scene, "margin": dict.fromkeys("lrtb", 0), "height": 560}
    floors = [_height_at(across, up, heights, *point) for point in points]
    path = _path_above(landscape, levels, points, values, floors)
    return {"data": [surface, path], "layout": layout}


def _height_at(across: Numbers, up: Numbers, heights: Numbers, x: float, y: float) -> float:
    """Return how high a surface through these heights is at a place; -inf where it is not."""
    column, right = _between(across, x)
    row, above = _between(up, y)
    low, high = heights[row : row + 2, column : column + 2] @ (1 - right, right)
    height = float(low * (1 - above) + high * above)
    return height if math.isfinite(height) else -math.inf


def _between(places: Numbers, coordinate: float) -> tuple[int, float]:
    """Return the point of a grid before a coordinate, and how far it is on the way to the next."""
    before = min(max(int(places.searchsorted(coordinate)) - 1, 0), len(places) - 2)
    return before, float((coordinate - places[before]) / (places[before + 1] - places[before]))


def _path_above(
    landscape: Landscape,
    levels: Levels,
    points: Sequence[Sequence[float]],
    values: Sequence[float],
    floors: Sequence[float],
) -> dict[str, Any]:
    """Return what of the path is over the surface, lifted a little so that it stays in sight.

    Between its points the surface may lie above the ground, as over a narrow valley: `floors`.
    """
    lift = 0.012 * (levels.last - levels.first)
    inside = [
        (*point, max(levels.height(value), floor) + lift)
        for point, value, floor in zip(points, values, floors, strict=True)
        if math.isfinite(levels.height(value))
        and all(a.low <= c <= a.high for c, a in zip(point, landscape.axes, strict=True))
    ]
    return {
        "type": "scatter3d",
        "mode": "lines+markers",
        "x": [x for x, _, _ in inside],
        "y": [y for _, y, _ in inside],
        "z": [z for _, _, z in inside],
        "line": {"color": ORANGE, "width": 7},
        "marker": {"color": ORANGE, "size": 3},
        "hoverinfo": "skip",
    }


def _ticks(levels: Levels) -> dict[str, Any]:
    """Return where an axis of levels is labelled, and with what."""
    return {
        "tickvals": [at for at, _ in levels.ticks],
        "ticktext": [text.replace("-", "−") for _, text in levels.ticks],
    }


def _lettered(title: str, output: str) -> str:
    """Return the title of the levels, as "f" or "f − 2", with another letter for f."""
    return output + title.removeprefix("f")
