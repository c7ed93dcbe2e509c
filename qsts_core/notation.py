"""How names and numbers are written, for people and for JSON.

Examples
--------
>>> node_name(2), show(0.1 + 0.2), show_count(2**1001 - 1), to_json(float("inf"))
('z3', '0.3', 'about 2.14e301', 'inf')
"""

from __future__ import annotations

import math

__all__ = ["node_name", "show", "show_count", "spell", "to_json"]


def node_name(index: int) -> str:
    """Return the name of the node at `index`: z1 is the first that was created."""
    return f"z{index + 1}"


def show(number: float) -> str:
    """Write a number for reading, with six significant digits."""
    return f"{number:.6g}"


def spell(number: float) -> str:
    """Write a constant so that reading it gives the same float64: 2, 0.1, 1e+300, pi."""
    if number == math.pi:
        return "pi"
    return repr(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def show_count(count: int) -> str:
    """Write a count: exactly up to fifteen digits, else its size."""
    if count < 10**15:
        return f"{count:,}"
    exponent = math.floor(math.log10(count))
    exponent -= 10**exponent > count  # the logarithm was rounded up
    return f"about {count * 100 // 10**exponent / 100:.2f}e{exponent}"


def to_json(number: float) -> float | str:
    """Return the number, or "nan", "inf", "-inf": JSON has no other way to say them."""
    return number if math.isfinite(number) else str(number)
