"""Text to values: what a person types or pastes where numbers are due.

In goes what stands in a value box, after `x=` on the command line or in an address, or in a
pasted table; out come floats. A value is a formula without variables: it is read by the reader of
formulas and computed by the sweep, so `1/2`, `3×10^2`, `pi` and `-sqrt(2)` mean what they mean
everywhere else.

The comma is the one thing that a value has and a formula has not. Outside parentheses a comma
between two digits is the decimal sign, `2,5`; inside them it separates inputs, as in `max(2, 5)`.
In a list of values it ends one only where the next name follows: `x=2,5, y=3` has two values.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from typing import NoReturn, TypeAlias

from .errors import FormulaError
from .graph import build
from .ops import CONSTANTS, FUNCTIONS
from .reading.plain import tokenize
from .reading.postfix import Program, read
from .sweep import Tape, run

__all__ = ["read_value", "read_values"]

_CONSTANTS = CONSTANTS | {
    "inf": math.inf, "Infinity": math.inf, "∞": math.inf, "nan": math.nan, "NaN": math.nan,
}  # fmt: skip
"""The names that may stand in a value; the last five are what a run prints of its own numbers."""


_WAY_OUT = "Write one, as in 2.5, 1/2 or pi"


def read_value(text: str) -> float:
    """Return the number that a text stands for.

    Parameters
    ----------
    text
        A formula without variables, in one statement. It may use the comma as decimal sign, and
        `inf` and `nan`.

    Raises
    ------
    FormulaError
        If the text is no number: it says what, where (a caret), and what would work. It is a
        `ValueError`. Among others: a text with a variable, and `1,234`, which is 1234 in one
        country and 1.234 in another.

    Examples
    --------
    >>> [read_value(text) for text in ("−3", "2,5", "1/2", "3×10^2", "1e-3", "max(2, 5)")]
    [-3.0, 2.5, 0.5, 300.0, 0.001, 5.0]
    >>> try:
    ...     read_value("2*x")
    ... except FormulaError as error:
    ...     print(error)
    2*x
      ^
    'x' is a name, and a value is a number. Write one, as in 2.5, 1/2 or pi
    """
    return _read_at(text, 0, len(text))


def read_values(text: str) -> dict[str, float]:
    r"""Return the values in a list or table, by name, in the order in which they stand.

    Parameters
    ----------
    text
        Any of

        - `x=2, y=3`, or with colons; separated by commas, semicolons, blanks or new lines;
        - JSON, or a Python dictionary: `{"x": 2, "y": "1/2"}`;
        - two columns, a name and a value in each line, separated by a tab, a comma, a semicolon
          or blanks; a first line without a value is a heading.

        Each value is what `read_value` takes.

    Raises
    ------
    FormulaError
        If it is none of these, a value cannot be read, or a name is given twice; the caret stands
        in the whole text.

    Examples
    --------
    >>> read_values("x=2,5, y = 1/2")
    {'x': 2.5, 'y': 0.5}
    >>> read_values('{"x": 2, "y": "pi"}')
    {'x': 2.0, 'y': 3.141592653589793}
    >>> read_values("name\tvalue\nx\t-3\ny\t1e-3")
    {'x': -3.0, 'y': 0.001}
    """
    values: dict[str, float] = {}
    for (name, start, end), (first, last) in _pairs(text):
        if name in values:
            raise FormulaError(f"'{name}' is given twice: leave one out", text, start, end)
        values[name] = _read_at(text, first, last)
    return values


# One value --------------------------------------------------------------------------------------

_Place: TypeAlias = tuple[int, int]

_COMMAS = re.compile(
    r"""
      (?P<number> \d[\d.]* (?:,[\d.]*\d)++ )     # digits with a comma between them,
    | [^\W\d]\w*+ | \d[\d.]*+ | .                # or whatever else, one piece after the other
    """,
    re.VERBOSE | re.DOTALL,
)
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2},\d{3}")


def _read_at(text: str, start: int, end: int) -> float:
    """Read the value at a place of a text; an error points into the whole text."""
    body = _take_decimal_commas(text, start, end)
    try:
        program = read(body, FUNCTIONS, _CONSTANTS)
    except FormulaError as error:
        message = error.message
        if message.startswith("there is nothing"):
            message = f"a value is missing here. {_WAY_OUT}"
        _refuse(message, text, start + error.start, start + error.end)
    _check_a_number(program, text, start, end)
    return run(Tape(build(program, "unique")), {}).value


def _take_decimal_commas(text: str, start: int, end: int) -> str:
    """Return the text at a place with points for its decimal commas; nothing moves."""
    depth = 0
    pieces: list[str] = []
    for found in _COMMAS.finditer(text, start, end):
        piece = found[0]
        depth += piece == "("
        depth -= piece == ")"
        if found["number"] and depth <= 0:
            if "." in piece or piece.count(",") > 1:
                digits = re.sub(r"[.,](?=.*[.,])" if "." in piece else ",", "", piece)
                way_out = f"write {digits.replace(',', '.')}"
                _refuse(f"digits are not grouped by commas: {way_out}", text, *found.span())
            if _AMBIGUOUS.fullmatch(piece):
                both = f"{piece.replace(',', '')} or {piece.replace(',', '.')}"
                _refuse(f"this can be read in two ways: write {both}", text, *found.span())
            piece = piece.replace(",", ".")
        pieces.append(piece)
    return "".join(pieces)


def _check_a_number(program: Program, text: str, start: int, end: int) -> None:
    """Refuse a formula with variables, and one of several statements."""
    first = program.statements[0]
    if first.name:
        _refuse("only the value is asked for here, without a name and '='", text, start, end)
    if len(program.statements) > 1:
        place = start + program.entries[first.last].start
        _refuse("only one value is asked for here", text, place, end)
    for entry in program.entries:
        if entry.role == "variable":
            message = f"'{entry.name}' is a name, and a value is a number. {_WAY_OUT}"
            _refuse(message, text, start + entry.token.start, start + entry.token.end)


def _refuse(message: str, text: str, start: int, end: int) -> NoReturn:
    raise FormulaError(message, text, start, end) from None


# Many values ------------------------------------------------------------------------------------

_Pair: TypeAlias = tuple[tuple[str, int, int], _Place]
"""A name with its place, and the place of its value."""

_NAME = r"[^\W\d][\w₀-₉]*+"
_GIVEN = re.compile(
    rf"""
      (?: ^ | (?<=[\s,;{{]) )                          # at the start, or after what separates,
      (?: (?P<plain> {_NAME} )
        | "(?P<double> (?: [^"\\\n] | \\. )*+ )"
        | '(?P<single> [^'\\\n]*+ )' )                 # a name, which may be quoted,
      [^\S\n]*+ [=:]
    """,
    re.VERBOSE,
)
_ROW = re.compile(rf"\s*(?P<plain>{_NAME})(?:[^\S\n]*[,;]|[^\S\n])(?P<value>.*)")


def _pairs(text: str) -> Iterator[_Pair]:
    """Yield each name of a list or table, and where its value stands."""
    start, end = _strip(text, 0, len(text), " \t\n\r\f\v\ufeff")
    if text.startswith("{", start):
        if not text.endswith("}", start + 1, end):
            _refuse("this '{' is never closed", text, start, start + 1)
        yield from _pairs_given(text, start + 1, end - 1)
    elif _GIVEN.search(text):
        yield from _pairs_given(text, start, end)
    else:
        yield from _pairs_of_rows(text)


def _pairs_given(text: str, start: int, end: int) -> Iterator[_Pair]:
    """Yield the pairs of `x=2, y=3`, or of what stands between braces."""
    names = list(_GIVEN.finditer(text, start, end))
    first, last = _strip(text, start, names[0].start() if names else end, _BETWEEN)
    if first < last:
        _refuse("a name and its value are due here, as in x=2", text, first, last)
    ends = [following.start() for following in names[1:]] + [end]
    for found, stop in zip(names, ends, strict=False):
        first, last = _strip(text, found.end(), stop, _BETWEEN)
        if last - first > 1 and text[first] == text[last - 1] and text[first] in "\"'":
            first, last = first + 1, last - 1
        yield (_name_of(found), found.start(), found.end()), (first, last)


_BETWEEN = " \t\n\r\f\v,;"


def _strip(text: str, start: int, end: int, characters: str) -> _Place:
    """Return the place without these characters at its ends."""
    while start < end and text[end - 1] in characters:
        end -= 1
    while start < end and text[start] in characters:
        start += 1
    return start, end


def _name_of(found: re.Match[str]) -> str:
    """Return a name as the reader of formulas has it: x_1 for x₁."""
    name = _unquote(found)
    try:
        token, *others = tokenize(name)
    except FormulaError:
        return name
    return token.text if len(others) == 1 else name


def _unquote(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("double") is None:
        return str(groups["plain"] or groups.get("single") or "")
    try:
        return str(json.loads(f'"{found["double"]}"'))  # JSON may write θ as \u03b8
    except ValueError:
        return found["double"]


def _pairs_of_rows(text: str) -> Iterator[_Pair]:
    """Yield the pairs of two columns; a heading is a first line whose value is a mere name."""
    rows = [line for line in re.finditer(r"[^\n]+", text) if line[0].strip()]
    for index, line in enumerate(rows):
        found = _ROW.match(text, line.start(), line.end())
        if found is None:
            _refuse("a name and its value are due here, as in x=2", text, *line.span())
        value = found["value"].strip()
        if index == 0 and len(rows) > 1 and value.isidentifier() and value not in _CONSTANTS:
            continue
        name = (_name_of(found), *found.span("plain"))
        yield name, _strip(text, *found.span("value"), " \t\r")
