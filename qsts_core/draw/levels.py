"""Which contours to draw, so that a valley is legible as well as the slopes above it.

In go the values of a landscape; out comes what to draw in their place, the levels, and how the
scale is labelled. On a logarithmic scale it is log10(f − base): base is 0 where f nearly touches
it from above, as sums of squares do, and else the least value there is. On a linear scale it is
f itself, or (f − base) / unit where that is what a float32 can tell apart: grids travel so.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from qsts_core.engine.batch import Numbers

__all__ = ["SCALES", "Levels", "Scale", "choose_levels"]

Scale: TypeAlias = Literal["auto", "logarithmic", "linear"]
SCALES: tuple[Scale, ...] = get_args(Scale)

BANDS = 14
"""About how many bands a picture has."""

HEAVY_TAIL = 0.3
"""Where half of the values lie below this share of the range, a linear scale shows one valley."""

DEEPEST = -6
"""How far below the largest value, in powers of ten, a logarithmic scale reaches for one valley."""

LOW_GROUND = 0.1
"""How much of the ground may lie below a logarithmic scale; else it reaches deeper, and beyond
`BANDS` powers of ten the walls are drawn as flat, for a descent is about the low ground."""

PLAIN = 30
"""Values of fewer powers of ten, up or down, are drawn as they are."""

NARROW = 1e-4
"""A range that is a smaller share of its values is drawn above a base: a float32 has 7 digits."""


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
    logarithmic
        Whether a height is log10(value − base); else it is (value − base) / 10**power.
    base, power
        What is subtracted first; and the unit of the heights, as a power of ten.
    """

    heights: Numbers
    first: float
    last: float
    apart: float
    ticks: tuple[tuple[float, str], ...]
    title: str
    logarithmic: bool
    base: float = 0.0
    power: int = 0

    def height(self, value: float) -> float:
        """Return where a value stands in the scale of the heights."""
        if not math.isfinite(value):
            return value
        if not self.logarithmic:
            return float(_shift(value, -self.power) - _shift(self.base, -self.power))
        above = min(value - self.base, sys.float_info.max)
        exponent = math.log10(above) if above > 0 else -math.inf
        return min(max(exponent, self.first), self.last + self.apart)


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
    values = np.where(np.isfinite(values), values, np.nan)
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return _linear(values, 0.0, 0.0)
    low, middle, high = _quantiles(finite, (0, 0.5, 1))
    heavy = middle / 2 - low / 2 < HEAVY_TAIL * (high / 2 - low / 2)  # halves do not overflow
    if low == high or scale == "linear" or (scale == "auto" and not heavy):
        return _linear(values, low, high)
    return _logarithmic(values, low, middle, high)


def _quantiles(numbers: Numbers, shares: tuple[float, ...]) -> list[float]:
    """Return numbers that are there: between the largest ones there may be no number."""
    import numpy as np

    return [float(number) for number in np.quantile(numbers, shares, method="lower")]


def _linear(values: Numbers, low: float, high: float) -> Levels:
    import numpy as np

    power = _power_of(max(abs(low), abs(high)))
    small, large = _shift(low, -power), _shift(high, -power)
    base = 0.0
    if small == large:  # flat ground lies in the middle of a scale of its own size
        size = max(abs(large), 1.0)
        small, large = small - size, large + size
    elif large - small < NARROW * max(abs(small), abs(large)):
        base = _round_number(low, (high - low) / 10)
        power = _power_of(high - base)
        values, small, large = (
            values - base,
            _shift(low - base, -power),
            _shift(high - base, -power),
        )
    heights = np.asarray(_shift(values, -power))
    apart = _round((large - small) / BANDS)
    first = math.ceil(small / apart)
    last = max(math.floor(large / apart), first)
    ticks = tuple((k * apart, _decimal(k * apart, power)) for k in range(first, last + 1, 2))
    return Levels(
        heights, first * apart, last * apart, apart, ticks, _title(base), False, base, power
    )


def _logarithmic(values: Numbers, low: float, middle: float, high: float) -> Levels:
    import numpy as np

    base = 0.0 if 0 <= low < 0.05 * middle else low
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
        heights = np.log10(np.minimum(values - base, sys.float_info.max))  # -inf at the base
    above = heights[np.isfinite(heights)]
    deepest, low_ground, highest = _quantiles(above, (0.001, LOW_GROUND, 1))
    floor = max(deepest, min(highest + DEEPEST, low_ground))
    top = min(highest, floor + BANDS)
    apart = next((s for s in (0.1, 0.25, 0.5, 1.0) if (top - floor) / s <= BANDS), 1.0)
    first = math.floor(floor / apart) * apart
    last = math.floor(top / apart) * apart
    heights = np.clip(heights, first, last + apart)
    whole = range(math.ceil(first), math.floor(last) + 1)
    marks = list(whole) if len(whole) > 1 else sorted({first, last})
    ticks = tuple((float(mark), _power(mark)) for mark in marks)
    return Levels(heights, first, last, apart, ticks, _title(float(f"{base:.4g}")), True, base)


def _power(exponent: float) -> str:
    """Write a power of ten: in full while it is short."""
    if exponent % 1:
        return _decimal(10 ** (exponent % 1), math.floor(exponent))
    if -4 < exponent < 5:
        return f"{10.0**exponent:.10g}"
    return f"10<sup>{exponent:.0f}</sup>".replace("-", "−")


def _title(base: float) -> str:
    if base == 0:
        return "f"
    return f"f {'−' if base > 0 else '+'} {abs(base):.12g}"


def _decimal(number: float, power: int) -> str:
    """Write number · 10**power, which need not be one that a float64 has."""
    digits = f"{number:.4g}"
    return f"{Decimal(digits).scaleb(power).normalize():g}" if power and number else digits


def _power_of(size: float) -> int:
    """Return the power of ten in which numbers of this size are drawn."""
    power = math.floor(math.log10(size)) if size else 0
    return power if abs(power) > PLAIN else 0


def _shift(numbers: Any, power: int) -> Any:
    """Return numbers · 10**power, in two parts, for 10**320 is no number."""
    half = power // 2
    return numbers * 10.0**half * 10.0 ** (power - half) if power else numbers


def _round_number(number: float, within: float) -> float:
    """Return the number of the fewest digits near another.

    Examples
    --------
    >>> _round_number(10000000000.3, 0.5)
    10000000000.0
    """
    digits = range(17)
    rounded = (float(f"{number:.{count}e}") for count in digits)
    return next((near for near in rounded if abs(near - number) <= within), number)


def _round(step: float) -> float:
    """Return 1, 2 or 5 times a power of ten, at least `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * digit for digit in (1, 2, 5, 10) if power * digit >= step * (1 - 1e-9))
