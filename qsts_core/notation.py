"""How names and numbers are written, for people and for JSON.

For people there is one form of a number, on every page, in every table and on the command line:
`show`. The browser has the same in `assets/numbers.js`; both are tested on one table,
`tests/data/numbers.json`.

Examples
--------
>>> show(0.1 + 0.2), show(-1.5e-7), show_exactly(1234567.25), subscript("z12")
('0.3', '−1.5·10⁻⁷', '1234567.25', 'z₁₂')
>>> show_count(2**1001 - 1), to_json(float("inf"))
('about 2.14e301', 'inf')
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import count
from typing import NamedTuple

__all__ = [
    "Letters",
    "choose_letters",
    "choose_outputs",
    "plural",
    "show",
    "show_bytes",
    "show_count",
    "show_exactly",
    "show_seconds",
    "show_times",
    "spell",
    "subscript",
    "to_json",
]


class Letters(NamedTuple):
    """The letters that we bring along; a program's own names never are among them.

    Attributes
    ----------
    node
        Nodes are this letter and a number, in the order in which they were made; alone it is the
        value of the node that a rule speaks of.
    left, right
        The inputs in a rule: ∂(a × b)/∂a = b.
    output
        The output, as a function: the adjoint of z₃ is ∂f/∂z₃.
    """

    node: str = "z"
    left: str = "a"
    right: str = "b"
    output: str = "f"

    def name_node(self, index: int) -> str:
        """Return the name of the node at `index`: z1 is the first that was created."""
        return f"{self.node}{index + 1}"

    def show_node(self, index: int) -> str:
        """Return the name of the node at `index` as it is shown: z₁."""
        return subscript(self.name_node(index))


_CANDIDATES = ("zvwut", "apcr", "bqds", "fghF")
"""For each of the letters those that it may be, best first; none of them in two lists."""


def choose_letters(names: Iterable[str]) -> Letters:
    """Return letters that none of a program's names looks like, numbered or not.

    Examples
    --------
    >>> choose_letters(["x", "y"])
    Letters(node='z', left='a', right='b', output='f')
    >>> choose_letters(["x", "z3", "f", "b_1"])
    Letters(node='v', left='a', right='q', output='g')
    """
    taken = {name.rstrip("0123456789_") for name in names}
    return Letters(*(_first_free(letters, taken) for letters in _CANDIDATES))


def choose_outputs(names: Iterable[str]) -> tuple[str, str]:
    """Return letters for the outputs of two formulas, that none of their variables looks like.

    Examples
    --------
    >>> choose_outputs(["x", "y"]), choose_outputs(["f", "x"])
    (('f', 'g'), ('g', 'h'))
    """
    variables = set(names)
    one = choose_letters(variables).output
    return one, choose_letters(variables | {one}).output


def _first_free(letters: str, taken: set[str]) -> str:
    """Return the first of the letters that is not taken, doubled or more if all are."""
    return next(
        letter * times for times in count(1) for letter in letters if letter * times not in taken
    )


_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def subscript(name: str) -> str:
    """Return the name of a node as it is shown: z12 as z₁₂."""
    return name.translate(_SUBSCRIPTS)


MOST_DIGITS = 15
"""With more digits than these a float64 is written exactly."""


def show(number: float, digits: int = 6) -> str:
    """Write a number for reading, rounded to so many significant digits.

    It is never rounded to more than a unit. From 10⁶ on and below 10⁻⁴ it is written with a power
    of ten, and with four digits unless more than six are asked for, so that it can stand in a
    narrow column.
    """
    if digits > MOST_DIGITS or not math.isfinite(number):
        return show_exactly(number)
    rounded = _rounded(number, max(digits, _whole_digits(number)))
    if _has_power(rounded, 10 ** max(digits, 6)):
        return _with_power(_rounded(number, digits if digits > 6 else min(digits, 4)))
    return _spelled(rounded)


def relate_sum(terms: Sequence[float], total: float) -> str:
    """Say how a sum is related to what it comes to, both as `show` writes them.

    Examples
    --------
    >>> cases = ([1, 5, 2], 8), ([1 / 3, 1 / 3], 2 / 3), ([1e308, 9e307], 1e999)
    >>> [relate_sum(terms, total) for terms, total in cases]
    ['=', '≈', 'overflows to']
    """
    if not math.isfinite(total):
        return "overflows to" if all(map(math.isfinite, terms)) else "="
    return "=" if sum(map(_as_shown, terms)) == _as_shown(total) else "≈"


def _as_shown(number: float) -> Decimal:
    text = show(number).replace("−", "-").replace("·10", "e")
    return Decimal(text.translate({raised: low for low, raised in _SUPERSCRIPTS.items()}))


def show_exactly(number: float) -> str:
    """Write a number with all the digits that tell it from its neighbours: one that was given."""
    if not math.isfinite(number):
        return _with_minus(str(number))
    shortest = Decimal(repr(number))
    return _with_power(shortest) if _has_power(shortest, 10**15) else _spelled(shortest)


def _rounded(number: float, digits: int) -> Decimal:
    """Return a number rounded as the browser rounds it: a half goes away from zero."""
    return Context(prec=digits, rounding=ROUND_HALF_UP).create_decimal_from_float(number)


def _whole_digits(number: float) -> int:
    """Return how many digits stand before the point, where that is how it is written."""
    return len(str(int(abs(number)))) if abs(number) < 10**6 else 0


_LEAST_SPELLED = Decimal("0.0001")


def _has_power(number: Decimal, limit: int) -> bool:
    return number != 0 and not _LEAST_SPELLED <= abs(number) < limit


def _spelled(number: Decimal) -> str:
    return _with_minus(f"{number.normalize():f}")


def _with_power(number: Decimal) -> str:
    mantissa, exponent = f"{number:e}".split("e")
    head = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{_with_minus(head)}·10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def _with_minus(text: str) -> str:
    return text.replace("-", "−")


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


def plural(count: int, noun: str) -> str:
    """Write how many there are of something.

    Examples
    --------
    >>> plural(1, "node"), plural(0, "node"), plural(1234, "look-up")
    ('1 node', '0 nodes', '1,234 look-ups')
    """
    return f"{show_count(count)} {noun}{'s' * (count != 1)}"


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


def is_once(ratio: float) -> bool:
    """Whether a ratio as written says nothing: 1.00 times as much is as much.

    Examples
    --------
    >>> is_once(1.004), is_once(1.006)
    (True, False)
    """
    return show_times(ratio) == show_times(1.0)


def to_json(number: float) -> float | str:
    """Return the number, or "nan", "inf", "-inf": JSON has no other way to say them."""
    return number if math.isfinite(number) else str(number)
