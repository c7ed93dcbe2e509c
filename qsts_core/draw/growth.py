"""The growth of a family of formulas in, a plotly figure out, as a plain dictionary.

Each sharing differs from the others by the shape and the size of its marks and by its dashes, not
by colour alone, so that a projector or an eye that mutes colours loses nothing, and lines that
coincide can all be seen. The colours are legible on light and on dark paper; paper, ink and font
are left to the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from qsts_core.draw import colours
from qsts_core.draw.chart import LARGEST_DRAWN
from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import show_bytes, show_count, show_seconds
from qsts_core.study.cost import BYTES, Cost
from qsts_core.study.families import Family

__all__ = [
    "COLORS",
    "CONFIG",
    "QUANTITIES",
    "draw_growth",
    "growth_table",
    "tell_growth",
]

COLORS = colours.SHARINGS

QUANTITIES = {
    "nodes": "nodes",
    "gradient": "seconds for a gradient",
    "build": "seconds to build the graph",
    "graph": "bytes of the graph",
    "run": "bytes of a run",
}
"""What can be drawn against the depth, and what its axis says."""

MOST_TICKS = 8

TOGETHER = 0.12
"""Ends of lines nearer to each other than this, in powers of ten, share a name."""

FONT = 17
HEIGHT = 430


_SECONDS = {-9: "ns", -6: "µs", -3: "ms", 0: "s", 3: "ks"}


class _Style(NamedTuple):
    dash: str
    symbol: str
    size: int
    width: float


STYLES: dict[Sharing, _Style] = {
    "none": _Style("dot", "square-open", 11, 2.5),
    "variables": _Style("dash", "diamond-open", 9, 2.5),
    "unique": _Style("solid", "circle", 7, 2.5),
}

NAME_ROOM = 0.3
"""How much wider than its lines a chart is, as a share, for the names at their ends."""

CONFIG = {"displayModeBar": False}
"""plotly's settings for a chart that is only read."""


def draw_growth(growth: Mapping[int, Cost], family: Family, quantity: str) -> dict[str, Any]:
    """Return the figure of one quantity against the depth, by sharing.

    Depths at which a quantity is not known have no mark.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> from qsts_core.study.growth import count_growth
    >>> family = FAMILIES["nested squares"]
    >>> figure = draw_growth(count_growth(family, 3), family, "nodes")
    >>> [(trace["name"], trace["y"]) for trace in figure["data"]][::2]
    [('tree', [3.0, 7.0, 15.0]), ('unique', [2.0, 3.0, 4.0])]
    """
    return {
        "data": [_line(growth, family, quantity, sharing) for sharing in SHARINGS],
        "layout": {
            "height": HEIGHT,
            "margin": {"l": 10, "r": 10, "t": 10, "b": 10},
            "font": {"size": FONT},
            "hoverlabel": {"font": {"size": FONT}},
            "hovermode": "closest",
            "showlegend": False,
            "annotations": _names(growth, family, quantity),
            "xaxis": _depth_axis(family, list(growth)),
            "yaxis": _amount_axis(growth, quantity),
        },
    }  # fmt: skip


def _depth_axis(family: Family, depths: list[int]) -> dict[str, Any]:
    """Return the axis of the depths, with room behind the last for the names of the lines."""
    axis, low, high = _axis(family.depth), min(depths), max(depths)
    if family.grows_as_power:
        low_log, high_log = math.log10(low), math.log10(high)
        more = NAME_ROOM * max(high_log - low_log, 0.1)
        ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]
        return axis | {
            "type": "log",
            "range": [low_log - more / 8, high_log + more],
            "tickvals": [tick for tick in ticks if tick <= high],
        }
    more = NAME_ROOM * max(high - low, 1)
    step = max(1, math.ceil((high - low) / 8))
    return axis | {
        "type": "linear",
        "range": [low - more / 8, high + more],
        "tickvals": list(range(low, high + 1, step)),
    }


def _names(growth: Mapping[int, Cost], family: Family, quantity: str) -> list[dict[str, Any]]:
    """Return the name of each line at its end; lines that end together share one."""
    ends: dict[tuple[int, float], list[Sharing]] = {}
    for sharing in SHARINGS:
        line = _drawn(growth, quantity, sharing)
        if line:
            depth, amount = list(line.items())[-1]
            height = math.log10(amount) if amount > 0 else 0.0
            near = next((e for e in ends if e[0] == depth and abs(e[1] - height) < TOGETHER), None)
            ends.setdefault(near or (depth, height), []).append(sharing)
    return [
        {
            "x": math.log10(depth) if family.grows_as_power else depth,
            "y": height,
            "text": "<br>".join(f"<b>{SHARINGS_SHOWN[sharing]}</b>" for sharing in sharings),
            "font": {"size": FONT, "color": COLORS[sharings[-1]]},
            "showarrow": False,
            "xanchor": "left",
            "xshift": 10,
            "align": "left",
        }
        for (depth, height), sharings in ends.items()
    ]


def _drawn(growth: Mapping[int, Cost], quantity: str, sharing: Sharing) -> dict[int, float]:
    known = {depth: _amount(cost, quantity, sharing) for depth, cost in growth.items()}
    return {d: float(a) for d, a in known.items() if a is not None and a <= LARGEST_DRAWN}


def growth_table(growth: Mapping[int, Cost], quantity: str) -> list[list[str]]:
    """Return what a chart shows as rows of a table: the depth, then an amount by sharing.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> from qsts_core.study.growth import count_growth
    >>> growth_table(count_growth(FAMILIES["nested squares"], 2), "nodes")
    [['1', '3', '2', '2'], ['2', '7', '4', '3']]
    """
    rows = []
    for depth, cost in growth.items():
        amounts = [_amount(cost, quantity, sharing) for sharing in SHARINGS]
        told = ["–" if amount is None else _write(quantity, amount) for amount in amounts]
        rows.append([f"{depth:,}", *told])
    return rows


def tell_growth(growth: Mapping[int, Cost], family: Family, quantity: str) -> str:
    """Say in a sentence what a chart shows: from where to where each line goes.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> from qsts_core.study.growth import count_growth
    >>> squares = FAMILIES["nested squares"]
    >>> tell_growth(count_growth(squares, 3), squares, "nodes").split(";")[0]
    'From 1 to 3 squares, nodes: tree from 3 to 15'
    """
    told = []
    for sharing in SHARINGS:
        known = {
            depth: amount
            for depth, cost in growth.items()
            if (amount := _amount(cost, quantity, sharing)) is not None
        }
        if known:
            (_, low), (depth, high) = next(iter(known.items())), list(known.items())[-1]
            until = "" if depth == max(growth) else f" (at {depth:,})"
            first, last = _write(quantity, low), _write(quantity, high)
            told.append(f"{SHARINGS_SHOWN[sharing]} from {first} to {last}{until}")
    depths = f"From {min(growth):,} to {max(growth):,} {family.depth}, {QUANTITIES[quantity]}: "
    return f"{depths}{'; '.join(told) or 'not measured yet'}."


def _write(quantity: str, amount: float) -> str:
    if quantity == "nodes":
        return show_count(int(amount))
    write: Callable[[float], str] = show_bytes if quantity in BYTES else show_seconds
    return write(amount)


def _amount_axis(growth: Mapping[int, Cost], quantity: str) -> dict[str, Any]:
    """Return a logarithmic axis with a tick for a power of ten, or for every few of them."""
    amounts = [
        amount
        for cost in growth.values()
        for sharing in SHARINGS
        if (amount := _amount(cost, quantity, sharing)) and amount <= LARGEST_DRAWN
    ] or [1.0]
    low, high = math.floor(math.log10(min(amounts))), math.ceil(math.log10(max(amounts)))
    powers = range(low, high + 1, max(1, math.ceil((high - low) / MOST_TICKS)))
    return _axis(QUANTITIES[quantity]) | {
        "type": "log",
        "tickvals": [float(f"1e{power}") for power in powers],
        "ticktext": [_tick(quantity, power) for power in powers],
    }


def _axis(title: str) -> dict[str, Any]:
    return {
        "title": {"text": title, "font": {"size": FONT}, "standoff": 12},
        "tickfont": {"size": FONT - 1},
        "automargin": True,
        "zeroline": False,
    }


def _tick(quantity: str, power: int) -> str:
    """Write a power of ten with its unit: 10 µs, 1 kB, 10^6."""
    if quantity == "nodes":
        return f"10<sup>{power}</sup>" if power > 3 else f"{10**power:,}"
    units = {0: "B", 3: "kB", 6: "MB", 9: "GB"} if quantity in BYTES else _SECONDS
    base = power // 3 * 3
    return f"{10 ** (power - base)} {units.get(base, f'e{base}')}"


def _line(
    growth: Mapping[int, Cost], family: Family, quantity: str, sharing: Sharing
) -> dict[str, Any]:
    style, color, shown = STYLES[sharing], COLORS[sharing], SHARINGS_SHOWN[sharing]
    drawn = _drawn(growth, quantity, sharing)
    amounts = {depth: _amount(growth[depth], quantity, sharing) for depth in drawn}
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": shown,
        "x": list(drawn),
        "y": list(drawn.values()),
        "line": {"color": color, "width": style.width, "dash": style.dash},
        "marker": {"color": color, "symbol": style.symbol, "size": style.size,
                   "line": {"color": color, "width": 2.5}},
        "error_y": _quartiles(growth, quantity, sharing, list(drawn), color),
        "text": [_hover(quantity, amount) for amount in amounts.values() if amount is not None],
        "hovertemplate": f"{shown}, %{{x}} {family.depth}<br>%{{text}}<extra></extra>",
    }  # fmt: skip


def _amount(cost: Cost, quantity: str, sharing: Sharing) -> float | None:
    return cost.counts[sharing].nodes if quantity == "nodes" else cost.amount(quantity, sharing)


def _quartiles(
    growth: Mapping[int, Cost], quantity: str, sharing: Sharing, depths: list[int], color: str
) -> dict[str, Any]:
    """Return error bars from the lower to the upper quartile of a time."""
    timings = [growth[depth].timing(quantity, sharing) for depth in depths]
    known = [timing for timing in timings if timing is not None]
    return {
        "visible": bool(known),
        "symmetric": False,
        "array": [timing.high - timing.median for timing in known],
        "arrayminus": [timing.median - timing.low for timing in known],
        "color": color,
        "thickness": 1.5,
        "width": 4,
    }


def _hover(quantity: str, amount: float) -> str:
    written = _write(quantity, amount)
    return f"{written} nodes" if quantity == "nodes" else written
