"""What the commands on a formula begin with: its text, and the values of its variables.

In go the words; out come a text and a dictionary of numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from qsts_core.command.words import (
    Option,
    Words,
    WordsError,
    closest,
    looks_like_an_option,
    unknown,
)
from qsts_core.errors import PointError
from qsts_core.expression import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.reading.scripts import SCRIPTS, Script
from qsts_core.values import read_values

__all__ = [
    "FILE",
    "JSON",
    "OPERANDS",
    "SCRIPT",
    "SHARING",
    "read_expression",
    "read_formula",
]

OPERANDS = "FORMULA [NAME=NUMBER …]"
FILE = Option(("--file",), "read the formula from a file; - is standard input", takes="FILE")
JSON = Option(("--json",), "print JSON of one line instead of a table")
SHARING = Option(
    ("--sharing",), "how alike nodes are merged; unique if not told", "HOW", choices=SHARINGS
)
SCRIPT = Option(
    ("--script",), "what it is read as; auto tells it from the text", "WHICH",
    choices=("auto", *SCRIPTS),
)  # fmt: skip


MOST_BYTES = 64_000_000
"""How much is read of a file; one without an end, as /dev/zero, is none."""


def read_formula(words: Words, options: Sequence[Option]) -> tuple[str, dict[str, float]]:
    """Return the text of the formula, and the values that were given.

    Raises
    ------
    WordsError
        If there is no formula, it cannot be read, or a word is none of what may stand here.
    FormulaError
        If a value cannot be read.
    PointError
        If a value is given twice.
    """
    operands = list(words.operands)
    for place, word in enumerate(operands):
        if word not in words.plain and _is_meant_as_option(word, operands, place, options):
            raise unknown(word, options)
    source = words.options.get("--file", "")
    text = ""
    if not source and not operands:
        raise WordsError("a formula is missing")
    if not source:
        text = operands.pop(0)
        source = text if text == "-" else ""
    at = _point(operands)  # before anything is waited for
    return _read(source) if source else text, at


def read_expression(words: Words, options: Sequence[Option]) -> tuple[Expression, dict[str, float]]:
    """Return the formula, with the sharing and of the script that were asked for, and the values.

    It raises what `read_formula` does, and what `Expression` does.
    """
    text, at = read_formula(words, options)
    asked = words.options.get
    sharing: Sharing = next((how for how in SHARINGS if how == asked("--sharing")), "unique")
    script: Script | Literal["auto"] = next(
        (which for which in SCRIPTS if which == asked("--script")), "auto"
    )
    return Expression(text, sharing, script), at


def _is_meant_as_option(
    word: str, operands: Sequence[str], place: int, options: Sequence[Option]
) -> bool:
    """Whether a word is a mistyped option, and not a formula such as -x, nor a value.

    The first word may be a formula. It is none if an option is called nearly so, or if another word
    has the place of the formula; it is one if its name is among the values.
    """
    if not looks_like_an_option(word):
        return False
    name = word.lstrip("-").partition("=")[0]
    others = [*operands[:place], *operands[place + 1 :]]
    if place == 0 and any(other.partition("=")[0].strip() == name for other in others):
        return False
    is_close = bool(closest(name, (known for option in options for known in option.names)))
    return place > 0 or is_close or any("=" not in other for other in others)


def _read(source: str) -> str:
    """Read a text of UTF-8 from a file, or from standard input."""
    name = "standard input" if source == "-" else source
    try:
        with sys.stdin.buffer if source == "-" else Path(source).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise WordsError(f"{name} is too long: up to {MOST_BYTES:,} bytes are read")
        return content.decode("utf-8-sig")
    except (OSError, ValueError, AttributeError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise WordsError(f"{name} is no text of UTF-8: {error.reason}") from error
        why = getattr(error, "strerror", None) or "it is closed"
        raise WordsError(f"{name} cannot be read: {why}") from error


def _point(words: Sequence[str]) -> dict[str, float]:
    """Read the values given as NAME=NUMBER, or several of them in one word."""
    at: dict[str, float] = {}
    for word in words:
        if "=" not in word and ":" not in word:
            raise WordsError(f"'{word}' is not a value: write NAME=NUMBER, as in x=2")
        for name, value in read_values(word).items():
            if name in at:
                raise PointError(f"'{name}' is given twice")
            at[name] = value
    return at
