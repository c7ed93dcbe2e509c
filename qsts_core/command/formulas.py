"""What the commands on a formula begin with: its text, and the values of its variables.

In go the words; out come a text and a dictionary of numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from qsts_core.command.words import (
    Option,
    Words,
    WordsError,
    looks_like_an_option,
    unknown,
)
from qsts_core.errors import PointError
from qsts_core.graph import SHARINGS, Sharing

__all__ = ["FILE", "JSON", "OPERANDS", "SHARING", "read_formula", "sharing_of"]

OPERANDS = "FORMULA [NAME=NUMBER …]"
FILE = Option(("--file",), "read the formula from a file; - is standard input", takes="FILE")
JSON = Option(("--json",), "print JSON of one line instead of a table")
SHARING = Option(
    ("--sharing",), "how alike nodes are merged; unique if not told", "HOW", choices=SHARINGS
)


def read_formula(words: Words, options: Sequence[Option]) -> tuple[str, dict[str, float]]:
    """Return the text of the formula, and the values that were given.

    Raises
    ------
    WordsError
        If there is no formula, or it cannot be read.
    PointError
        If a value is none.
    """
    operands = list(words.operands)
    _refuse_options(operands, options)
    if words.has("--file"):
        source = words.options["--file"]
    elif not operands:
        raise WordsError("a formula is missing")
    else:
        text = operands.pop(0)
        if text != "-":
            return text, _point(operands)
        source = text
    return _read(source), _point(operands)


def sharing_of(words: Words) -> Sharing:
    """Return the sharing that was asked for."""
    return next((how for how in SHARINGS if how == words.options.get("--sharing")), "unique")


def _refuse_options(operands: Sequence[str], options: Sequence[Option]) -> None:
    """Refuse a mistyped option before it is taken for the formula -(-jsno), or for a value."""
    for word in operands[1:]:
        if looks_like_an_option(word):
            raise unknown(word, options)
    stray = any("=" not in word for word in operands[1:])
    if operands and stray and looks_like_an_option(operands[0]):
        raise unknown(operands[0], options)


def _read(source: str) -> str:
    """Read a text of UTF-8 from a file, or from standard input."""
    try:
        content = sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise WordsError(f"{source} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise WordsError(f"{source} is no text of UTF-8: {error.reason}") from error


def _point(words: Sequence[str]) -> dict[str, float]:
    """Read the values given as NAME=NUMBER."""
    at: dict[str, float] = {}
    for word in words:
        name, equals, number = word.partition("=")
        name = name.strip()
        if not equals or not name:
            raise PointError(f"'{word}' is not a value: write NAME=NUMBER, as in x=2")
        if name in at:
            raise PointError(f"'{name}' is given twice")
        try:
            at[name] = float(number)
        except ValueError:
            raise PointError(f"the value of '{name}' is not a number: '{number}'") from None
    return at
