"""Which contours to draw, so that a valley is legible as well as the slopes above it.

In go the values of a landscape; out comes what to draw in their place, the levels, and how the
scale is labelled. On a logarithmic scale it is log10(f − base): base is 0 where f nearly touches
it from above, as sums of squares do, and else the least value there is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from qsts_core.engine.batch import Numbers

__all__ = ["SCALES", "Levels", "Scale", "choose_levels"]

Scale: TypeAlias = Literal["auto", "logarithmic", "linear"]
SCALES: tuple[Scale, ...] = get_args(Scale)

BANDS = 14
"""About how many bands a picture has."""

HEAVY_TAIL = 0.3
"""Where half of the values lie below this share of the range, a linear scale shows one valley."""

LARGEST = 1e37
"""Grids travel as float32; beyond this the ground is drawn as flat."""

DEEPEST = 1e-6
"""How far below the largest value, as its share, a logarithmic scale reaches for one valley."""

LOW_GROUND = 0.1
"""How much of the ground may lie below a logarithmic scale; else it reaches deeper, and beyond
`BANDS` powers of ten the walls are drawn as flat, for a descent is about the low ground."""


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """What is drawn in place of the values.

    Attributes
    ----------
    heights
        What to draw, of the shape of the values; NaN where a value is not finite.
    first, last, apart
        The levels, in the scale of the heights.
    ticks
        Where the scale is labelled, and with what.
    title
        What the scale shows.
    base
        What was subtracted before the logarithm; `None` on a linear scale.
    """

    heights: Numbers
    first: float
    last: float
    apart: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    base: float | None

    def height(self, value: float) -> float:
        """Return where a value stands in the scale of the heights."""
        if self.base is None or not math.isfinite(value):
            return value
        return min(math.log10(max(value - self.base, 10**self.first)), self.last + self.apart)


def choose_levels(values: Numbers, scale: Scale = "auto") -> Levels:
    """Choose the levels for `values`.

    Raises
    ------
    ValueError
        If `scale` is none of those there are.

    Examples
    --------
    >>> import numpy as np
    >>> levels = choose_levels(np.array([[1e-3, 0.1, 1, 10, 1000]]))
    >>> levels.title, levels.base, levels.apart, [text for _, text in levels.ticks]
    ('f', 0.0, 0.5, ['0.001', '0.01', '0.1', '1', '10', '100', '1000'])
    """
    import numpy as np

    if scale not in SCALES:
        raise ValueError(f"scale is one of {', '.join(SCALES)}, not {scale!r}")
    values = np.where(np.isfinite(values), np.clip(values, -LARGEST, LARGEST), np.nan)
    finite = values[np.isfinite(values)]
    if finite.size == 0 or finite.min() == finite.max():
        flat = float(finite.min()) if finite.size else 0.0
        return _linear(values, flat - max(1, abs(flat)), flat + max(1, abs(flat)))
    low, middle, high = (float(q) for q in np.quantile(finite, (0, 0.5, 1)))
    heavy = middle - low < HEAVY_TAIL * (high - low)
    if scale == "linear" or (scale == "auto" and not heavy):
        return _linear(values, low, high)
    return _logarithmic(values, finite, low, middle, high)


def _linear(values: Numbers, low: float, high: float) -> Levels:
    apart = _round((high - low) / BANDS)
    first = math.ceil(low / apart)
    last = max(math.floor(high / apart), first)
    ticks = tuple((k * apart, f"{k * apart:.4g}") for k in range(first, last + 1, 2))
    return Levels(values, first * apart, last * apart, apart, ticks, "f", None)


def _logarithmic(
    values: Numbers, finite: Numbers, low: float, middle: float, high: float
) -> Levels:
    import numpy as np

    base = 0.0 if 0 <= low < 0.05 * middle else low
    above = finite - base
    deepest, low_ground = (float(q) for q in np.quantile(above[above > 0], (0.001, LOW_GROUND)))
    floor = max(deepest, min((high - base) * DEEPEST, low_ground))
    top = min(high - base, floor * 10.0**BANDS)
    decades = math.log10(top) - math.log10(floor)
    apart = next((step for step in (0.1, 0.25, 0.5, 1.0) if decades / step <= BANDS), 1.0)
    first = math.floor(math.log10(floor) / apart) * apart
    last = math.floor(math.log10(top) / apart) * apart
    heights = np.log10(np.clip(values - base, 10.0**first, 10.0 ** (last + apart)))
    whole = range(math.ceil(first), math.floor(last) + 1)
    marks = list(whole) if len(whole) > 1 else [first, last]
    ticks = tuple((float(mark), _power(mark)) for mark in marks)
    return Levels(heights, first, last, apart, ticks, _title(base), base)


def _power(exponent: float) -> str:
    """Write a power of ten: in full while it is short."""
    if exponent % 1 or -4 < exponent < 5:
        return f"{10.0**exponent:.4g}" if exponent % 1 else f"{10.0**exponent:.10g}"
    return f"10<sup>{exponent:.0f}</sup>".replace("-", "−")


def _title(base: float) -> str:
    if base == 0:
        return "f"
    return f"f {'−' if base > 0 else '+'} {abs(base):.4g}"


def _round(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= step * (1 - 1e-9))
