"""Text to tokens.

In goes any string; out comes a tuple of `Token`s, each with its place in the text. What a slide
or a word processor makes of a formula (`× · ÷ −`, `x²`) becomes what it stands for; the place
stays where it was.
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

from qsts_core.errors import FormulaError
from qsts_core.reading.tokens import Token

__all__ = ["tokenize"]

_Meaning: TypeAlias = tuple[str, str, int, int]
"""What a piece of the text means: the kind of its token, or "raised", "fault" or "blank"; the
token's text; its length without the blanks before it; and by how much it deepens parentheses."""

_SIGNS: dict[str, _Meaning] = {
    **{blank + sign: ("operator", sign, 1, 0) for sign in "+-*/^" for blank in ("", " ")},
    "×": ("operator", "*", 1, 0), "·": ("operator", "*", 1, 0), "⋅": ("operator", "*", 1, 0),
    "∗": ("operator", "*", 1, 0), "÷": ("operator", "/", 1, 0), "−": ("operator", "-", 1, 0),
    "**": ("operator", "^", 2, 0), "(": ("(", "(", 1, 1), " (": ("(", "(", 1, 1),
    ")": (")", ")", 1, -1), ",": (",", ",", 1, 0), "=": ("=", "=", 1, 0), " =": ("=", "=", 1, 0),
    ";": ("end", ";", 1, 0), "\n": ("end", "\n", 1, 0),
}  # fmt: skip
"""The signs of the language; with a blank before them those that are mostly written so."""

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_STARTS = tuple("0123456789.")
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
      [^\S\n]*+                                       # blanks, and after them either
      (?: [-+/^×·⋅∗÷−(),=;\n] | \*\*?                  # a sign,
        | [^\W\d⁰¹²³⁴-⁹] [^\W⁰¹²³⁴-⁹]*+               # a name, or what resembles one,
        | (?: (?: [0-9]++ (?:\.[0-9]*+)? | \.[0-9]++ ) (?: [eE][+-]?[0-9]++ )?   # a number,
            | [⁰¹²³⁴-⁹]++ )                           # a raised one,
          (?: _(?=[0-9]) )?                           # (1_000 is not 1 times the name _000)
        | \#[^\n]*+                                   # a comment,
        | .                                           # or what is not of the language;
      )
    | [^\S\n]++                                       # or nothing, at the end
    """,
    re.VERBOSE,
)
"""One piece after the other, these cover any text without a gap."""


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
    meanings = _Meanings(_SIGNS)
    tokens: list[Token] = []
    end = depth = 0
    for piece in _PIECES.findall(text):
        kind, meant, length, deeper = meanings[piece]
        end += len(piece)
        start = end - length
        if kind in _WHOLE:
            tokens.append(_new(Token, (kind, meant, start, end)))
            depth += deeper
        elif kind == "raised":
            tokens += (Token("operator", "^", start, start), Token("number", meant, start, end))
        elif kind == "fault":
            raise _fault(text, start, end)
        elif kind == "end" and (meant == ";" or depth <= 0):
            tokens.append(_new(Token, ("end", meant, start, end)))
            depth = 0
    tokens.append(_new(Token, ("end", "", end, end)))
    return tuple(tokens)


_new = tuple.__new__  # of all fields at once: half the time of the named tuple's own constructor
_WHOLE = frozenset(("number", "name", "operator", "(", ")", ",", "="))
"""The kinds of piece that are one token wherever they stand."""


class _Meanings(dict[str, _Meaning]):
    """What each different piece of a text means, found out where it first stands."""

    def __missing__(self, piece: str) -> _Meaning:
        body = piece.lstrip() or piece[-1:]  # a newline alone is a blank that means something
        if body.isascii() and body.isidentifier():
            meaning: _Meaning = "name", body, len(body), 0
        else:
            meaning = _SIGNS.get(body) or (*_meaning(body), len(body), 0)
        self[piece] = meaning
        return meaning


def _meaning(body: str) -> tuple[str, str]:
    """Return the kind and the text of what is neither a sign nor a plain name."""
    if _length_of_name(body) == len(body):
        return "name", body
    if body.isspace() or body.startswith("#"):
        return "blank", ""
    number = body.translate(_SUPERSCRIPTS)
    if number == "." or not number.startswith(_STARTS):
        return "fault", ""
    if number.endswith("_") or math.isinf(float(number)):
        return "fault", number
    return "number" if number == body else "raised", number


def _length_of_name(piece: str) -> int:
    """Count the characters at the start of `piece` that make a name.

    What resembles one may hold characters that are numeric without being digits (fractions).
    """
    for length, character in enumerate(piece):
        letter = character.isalpha() or character == "_"
        if not (letter or (length > 0 and (character.isdecimal() or character in _SUBSCRIPTS))):
            return length
    return len(piece)


def _fault(text: str, start: int, end: int) -> FormulaError:
    """Say what is wrong with the piece at a place."""
    _, number = _meaning(text[start:end])
    if not number:
        return _unknown(text, start + _length_of_name(text[start:end]))
    if number.endswith("_"):
        return FormulaError("digits are not grouped by '_': write 1000", text, start, end)
    return FormulaError(
        "this number is too large for a float64; the largest is about 1.8e308", text, start, end
    )


def _unknown(text: str, position: int) -> FormulaError:
    character = text[position]
    shown = f"'{character}'" if character.isprintable() else f"U+{ord(character):04X}"
    guess = _GUESSES.get(character)
    message = f"{shown} is not part of the language" + (f". {guess}." if guess else "")
    return FormulaError(message, text, position, position + 1)
