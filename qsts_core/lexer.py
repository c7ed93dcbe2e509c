"""Text to tokens.

In goes any string; out comes a tuple of `Token`s, each with its place in the text. What a slide
or a word processor makes of a formula (`× · ÷ −`, `x²`) becomes what it stands for; the place
stays where it was.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from .errors import FormulaError

__all__ = ["Kind", "Token", "tokenize"]

Kind: TypeAlias = Literal["number", "name", "operator", "(", ")", ",", "=", "end"]
"""The kinds of token; "end" ends a statement, and one "end" closes the whole text."""


class Token(NamedTuple):
    """A piece of the text.

    Attributes
    ----------
    kind
        What it is.
    text
        What it means, in plain characters: "*" for a "×" in the text.
    start, end
        Its place, as half-open character offsets into the text; empty for what is implied.
    """

    kind: Kind
    text: str
    start: int
    end: int


_PASTED = {"×": "*", "·": "*", "⋅": "*", "∗": "*", "÷": "/", "−": "-", "**": "^"}
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_GUESSES = {
    "[": "Write parentheses: (…)", "]": "Write parentheses: (…)",
    "{": "Write parentheses: (…)", "}": "Write parentheses: (…)",
    "√": "Write sqrt(x)", "|": "Write abs(x)", "π": "Write pi", "%": "Write a/100",
    "!": "There is no factorial", "'": "Derivatives are what you get: write the function only",
    "–": "For minus, write -", "—": "For minus, write -", "<": "There are no comparisons",
    ">": "There are no comparisons", "\\": "Write the formula plainly: a/b, sqrt(x), x1",
    "$": "Write the formula without $",
}  # fmt: skip

_PIECES = re.compile(
    r"""
      (?P<space>   [^\S\n]+ | \#[^\n]* )
    | (?P<number>  (?: [0-9]+ (?:\.[0-9]*)? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
    | (?P<raised>  [⁰¹²³⁴-⁹]+ )
    | (?P<name>    [^\W\d]\w* )
    | (?P<operator>\*\* | [-+*/^×·⋅∗÷−] )
    | (?P<mark>    [(),=] )
    | (?P<end>     [;\n] )
    """,
    re.VERBOSE,
)


_GROUPED = re.compile("_[0-9]")
"""What follows a number in 1_000, which would else read as 1 times the name _000."""


def tokenize(text: str) -> tuple[Token, ...]:
    """Split `text` into tokens, in one pass.

    Newlines end a statement as semicolons do, except inside parentheses.

    Raises
    ------
    FormulaError
        At a character that is not of the language, or a number too large for float64.

    Examples
    --------
    >>> [token.text for token in tokenize("2x² − y  # a comment")]
    ['2', 'x', '^', '2', '-', 'y', '']
    """
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    position, depth = 0, 0
    while position < len(text):
        match = _PIECES.match(text, position)
        if match is None:
            raise _unknown(text, position)
        start, end, piece = position, match.end(), match.group()
        kind = match.lastgroup
        if kind == "name":
            end = start + _length_of_name(piece)
            if end == start:
                raise _unknown(text, start)
            yield Token("name", text[start:end], start, end)
        elif kind == "number":
            yield _number(text, piece, start, end)
        elif kind == "raised":
            yield Token("operator", "^", start, start)
            yield _number(text, piece.translate(_SUPERSCRIPTS), start, end)
        elif kind == "operator":
            yield Token("operator", _PASTED.get(piece, piece), start, end)
        elif kind == "mark":
            depth += {"(": 1, ")": -1}.get(piece, 0)
            yield Token(piece, piece, start, end)  # type: ignore[arg-type]
        elif kind == "end" and (piece == ";" or depth <= 0):
            depth = 0
            yield Token("end", piece, start, end)
        position = end
    yield Token("end", "", len(text), len(text))


def _number(text: str, piece: str, start: int, end: int) -> Token:
    if _GROUPED.match(text, end):
        raise FormulaError("digits are not grouped by '_': write 1000", text, start, end + 1)
    if math.isinf(float(piece)):
        raise FormulaError(
            "this number is too large for a float64; the largest is about 1.8e308", text, start, end
        )
    return Token("number", piece, start, end)


def _length_of_name(piece: str) -> int:
    """Count the characters of `piece`, a run of word characters, that belong to a name.

    The run may hold characters that are numeric without being digits (superscripts, fractions).
    """
    if piece.isascii():
        return len(piece)
    for length, character in enumerate(piece):
        letter = character.isalpha() or character == "_"
        if not (letter or (length > 0 and (character.isdecimal() or character in _SUBSCRIPTS))):
            return length
    return len(piece)


def _unknown(text: str, position: int) -> FormulaError:
    character = text[position]
    shown = f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
    guess = _GUESSES.get(character)
    message = f"{shown} is not part of the language" + (f". {guess}." if guess else "")
    return FormulaError(message, text, position, position + 1)
