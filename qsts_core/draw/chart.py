"""What the charts of a descent have in common: colours, type, axes, and grids packed for the way.

The paper is transparent and the lines are legible on white and on black; the style sheet of the
page colours the text.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from qsts_core.draw.colours import CHARTS
from qsts_core.draw.figure import EDGE, INK

__all__ = [
    "BLUE",
    "FONT",
    "LARGEST_DRAWN",
    "ORANGE",
    "draw_axis",
    "draw_layout",
    "draw_line",
    "packed",
]

BLUE, ORANGE = CHARTS["value"], CHARTS["adjoint"]
"""Values and what moves backward, as everywhere; legible on white and on black."""

FONT = 16

LARGEST_DRAWN = 1e300
"""Counts beyond this do not fit the numbers of a browser."""


def packed(numbers: Any) -> dict[str, str]:
    """Write a grid as plotly.js reads it: base64 of float32, with its shape."""
    import numpy as np

    grid = np.ascontiguousarray(numbers, dtype="<f4")
    text = base64.b64encode(grid.tobytes()).decode("ascii")
    return {"dtype": "f4", "bdata": text, "shape": ",".join(map(str, grid.shape))}


def draw_line(
    xs: Sequence[float | None], ys: Sequence[float | None], line: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a line; `None` breaks it."""
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line or {}}


def draw_axis(title: str) -> dict[str, Any]:
    """Return an axis with a title, its numbers large enough for a projector."""
    return {
        "title": {"text": title, "font": {"size": FONT + 4}, "standoff": 6},
        "tickfont": {"size": FONT - 1},
        "gridcolor": "rgba(128,138,155,0.25)",
        "zeroline": False,
        "linecolor": EDGE,
        "automargin": True,
    }


def draw_layout(signature: str) -> dict[str, Any]:
    """Return a layout on no paper of its own; `signature` names the chart for a player."""
    return {
        "meta": {"qsts": signature},
        "uirevision": signature,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 58, "r": 12, "t": 12, "b": 48},
        "font": {"color": INK, "size": FONT},
        "dragmode": False,
        "showlegend": False,
    }
