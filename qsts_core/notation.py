"""How names and numbers are written, for people and for JSON.

Examples
--------
>>> node_name(2), show(0.1 + 0.2), show_count(2**1001 - 1), to_json(float("inf"))
('z3', '0.3', 'about 2.14e301', 'inf')
"""

from __future__ import annotations

import math

__all__ = [
    "node_name",
    "show",
    "show_bytes",
    "show_count",
    "show_seconds",
    "show_times",
    "spell",
    "to_json",
]


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


def show_seconds(seconds: float) -> str:
    """Write a time with three significant digits.

    Examples
    --------
    >>> show_seconds(2.4e-6), show_seconds(0.0125), show_seconds(3.0)
    ('2.40 µs', '12.5 ms', '3.00 s')
    """
    return _with_unit(seconds, (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)))


def show_bytes(count: float) -> str:
    """Write an amount of memory: exactly below 10 kB, then with three significant digits.

    Examples
    --------
    >>> show_bytes(3720), show_bytes(39_880), show_bytes(10_293_844)
    ('3,720 B', '39.9 kB', '10.3 MB')
    """
    if count < 10_000:
        return f"{count:,.0f} B"
    return _with_unit(count, (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)))


def _with_unit(amount: float, units: tuple[tuple[str, float], ...]) -> str:
    unit, size = next(((u, s) for u, s in units if amount >= 0.9995 * s), units[-1])
    scaled = amount / size
    digits = 2 if scaled < 9.995 else 1 if scaled < 99.95 else 0
    return f"{scaled:,.{digits}f} {unit}"


def show_times(ratio: float) -> str:
    """Write how many times as much something is.

    Examples
    --------
    >>> show_times(1.2558), show_times(32.61), show_times(1447.2)
    ('1.26', '32.6', '1,447')
    """
    digits = 2 if ratio < 9.995 else 1 if ratio < 99.95 else 0
    return f"{ratio:,.{digits}f}" if ratio < 1e6 else f"{ratio:.2e}".replace("e+0", "e")


def to_json(number: float) -> float | str:
    """Return the number, or "nan", "inf", "-inf": JSON has no other way to say them."""
    return number if math.isfinite(number) else str(number)
