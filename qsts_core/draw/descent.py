"""The course of a descent and what it cost, as plotly figures in plain dictionaries.

In go the values along a path, or counts of work; out come dictionaries that are JSON as they stand.
The ground under the path is drawn by `ground`.

================= ======================================================================
`course_figure`   f and |gradient| against the step
`totals_figure`   what the whole descent cost by each sharing
================= ======================================================================
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from qsts_core.draw.chart import (
    BLUE,
    FONT,
    LARGEST_DRAWN,
    ORANGE,
    draw_axis,
    draw_layout,
    draw_line,
)
from qsts_core.draw.colours import SHARINGS
from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import Sharing
from qsts_core.notation import show, show_count
from qsts_core.study.size import Count

__all__ = ["course_figure", "totals_figure"]

BARS: dict[Sharing, tuple[str, str]] = {
    "unique": (SHARINGS["unique"], ""),
    "variables": (SHARINGS["variables"], "/"),
    "none": (SHARINGS["none"], "x"),
}
"""The colour of each sharing, and a pattern."""

FEW_STEPS = 8
"""So few that plotly would label halves of them."""


def course_figure(
    values: Sequence[float], sizes: Sequence[float], signature: str = "", output: str = "f"
) -> dict[str, Any]:
    """Return f (solid) and |gradient| (dashed) against the step, on a logarithmic axis.

    `output` is the letter of f. Where f is not positive everywhere, what is above its least value
    is drawn.

    Examples
    --------
    >>> figure = course_figure([3.0, -1.0], [4.0, 0.5])
    >>> [(trace["name"], trace["y"]) for trace in figure["data"]]
    [('f + 1', [4.0, None]), ('|gradient|', [4.0, 0.5])]
    """
    finite = [value for value in values if math.isfinite(value)]
    least = min(finite, default=0.0)
    base = least if least < 0 else 0.0
    name = output if base == 0 else f"{output} + {show(-base)}"
    places = list(range(len(values)))
    lines = [
        {
            **draw_line(places, [_positive(value - base) for value in values]),
            "name": name,
            "line": {"color": BLUE, "width": 3},
        },
        {
            **draw_line(places, [_positive(size) for size in sizes]),
            "name": "|gradient|",
            "line": {"color": ORANGE, "width": 3, "dash": "6px,4px"},
        },
    ]
    layout = draw_layout(signature)
    layout["margin"] = {"l": 62, "r": 12, "t": 30, "b": 48}
    layout["xaxis"] = _axis_of_steps(max(len(values) - 1, 1))
    layout["yaxis"] = {
        **draw_axis(""), "type": "log", "exponentformat": "power", "nticks": 4, "fixedrange": True,
        **_short_ticks([height for line in lines for height in line["y"] if height]),
    }  # fmt: skip
    layout["showlegend"] = True
    layout["legend"] = {
        "orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": FONT},
        "bgcolor": "rgba(0,0,0,0)", "itemclick": False, "itemdoubleclick": False,
    }  # fmt: skip
    return {"data": lines, "layout": layout}


def _axis_of_steps(last: int) -> dict[str, Any]:
    """Return an axis of whole steps, with room for the mark at the first and at the last."""
    axis = draw_axis("step")
    axis["title"] |= {"font": {"size": FONT}, "standoff": 2}
    room = 0.02 * last
    ticks = {"dtick": 1} if last <= FEW_STEPS else {}
    return {**axis, **ticks, "range": [-room, last + room], "fixedrange": True}


def _short_ticks(heights: Sequence[float]) -> dict[str, Any]:
    """Return how to label few powers of ten: plotly would put single digits between them."""
    decades = math.log10(max(heights) / min(heights)) if heights else 0.0
    if 0.9 <= decades < 1.5:
        return {"dtick": "D2", "tickformat": ".4~g"}  # 2 and 5, and each in full
    return {"dtick": 1} if decades == 0 or 1.5 <= decades < 3 else {}


def totals_figure(work: Mapping[Sharing, Count], gradients: int) -> dict[str, Any]:
    """Return bars of what `gradients` gradients take by each sharing.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.study.descent import gradient_work
    >>> figure = totals_figure(gradient_work(Expression("(x+y) + x*(x+y)")), 100)
    >>> [(trace["name"], trace["y"]) for trace in figure["data"]]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('unique', [500.0, 300.0, 600.0]), ('threaded', [600.0, 400.0, 800.0]),
     ('tree', [900.0, 400.0, 800.0])]
    """
    bars = []
    amounts = [0.0]
    for sharing, (colour, pattern) in BARS.items():
        counts = work[sharing]
        totals = [
            count * gradients for count in (counts.nodes, counts.evaluations, counts.contributions)
        ]
        heights = [float(min(total, LARGEST_DRAWN)) for total in totals]
        amounts += heights
        bars.append(
            {
                "type": "bar",
                "name": SHARINGS_SHOWN[sharing],
                "x": ["nodes reset", "nodes evaluated", "contributions"],
                "y": heights,
                "text": [show_count(total) for total in totals],
                "textposition": "outside",
                "textfont": {"size": FONT},
                "cliponaxis": False,
                "hoverinfo": "skip",
                "marker": {"color": colour, "pattern": {"shape": pattern, "solidity": 0.25}},
            }
        )
    layout = draw_layout("")
    wide = max(amounts) > 50 * min((a for a in amounts if a > 0), default=1.0)
    layout["xaxis"] = {**draw_axis(""), "fixedrange": True}
    layout["yaxis"] = {
        **draw_axis(""),
        "type": "log" if wide else "linear",
        "fixedrange": True,
    }
    layout |= {"showlegend": True, "barmode": "group", "bargap": 0.25, "height": 380}
    layout["legend"] = {"orientation": "h", "x": 0, "y": 1.08, "font": {"size": FONT}}
    layout["margin"] = {"l": 80, "r": 10, "t": 50, "b": 40}
    return {"data": bars, "layout": layout}


def _positive(number: float) -> float | None:
    """Return what a logarithmic axis can show."""
    return number if 0 < number < math.inf else None
