"""Plain text to tokens.

In goes any string; out comes a tuple of `Token`s, each with its place in the text. What a slide
or a word processor makes of a formula (`× · ÷ −`, `x²`) becomes what it stands for; the place
stays where it was.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TypeAlias

from qsts_core.errors import FormulaError
from qsts_core.reading.characters import Plain, make_plain, name_character
from qsts_core.reading.tokens import Token

__all__ = ["tokenize"]

_Meaning: TypeAlias = tuple[str, str, int, int]
"""What a piece of the text means: the kind of its token, or "raised", "fault" or "blank"; the
token's text; its length without the blanks before it; and by how much it deepens parentheses."""

_SIGNS: dict[str, _Meaning] = {
    **{blank + sign: ("operator", sign, 1, 0) for sign in "+-*/^" for blank in ("", " ")},
    "**": ("operator", "^", 2, 0), "(": ("(", "(", 1, 1), " (": ("(", "(", 1, 1),
    ")": (")", ")", 1, -1), ",": (",", ",", 1, 0), "=": ("=", "=", 1, 0), " =": ("=", "=", 1, 0),
    "[": ("[", "[", 1, 1), "]": ("]", "]", 1, -1), "..": ("..", "..", 2, 0),
    "...": ("..", "..", 3, 0), "∑": ("name", "sum", 1, 0), "∏": ("name", "prod", 1, 0),
    "|": ("|", "|", 1, 0), "√": ("name", "√", 1, 0), "∛": ("name", "∛", 1, 0),
    ";": ("end", ";", 1, 0), "\n": ("end", "\n", 1, 0), ":=": ("=", "=", 2, 0),
    **{blank + word: ("operator", meant, len(word), 0) for blank in ("", " ") for word, meant in {
        "<": "<", ">": ">", "<=": "<=", ">=": ">=", "==": "==", "!=": "!=", "≤": "<=", "≥": ">=",
        "≠": "!=", "≪": "<", "≫": ">", "⩽": "<=", "⩾": ">=", "and": "and", "or": "or",
        "not": "not", "∧": "and", "\N{LOGICAL OR}": "or", "¬": "not", "&": "and", "&&": "and",
    }.items()},
    "?": ("name", "?", 1, 0), ":": ("name", ":", 1, 0),
}  # fmt: skip
"""The signs of the language; with a blank before them those that are mostly written so."""

_SUPERSCRIPTS = str.maketrans("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789")
_STARTS = tuple("0123456789.+-")
_GUESSES = {
    "}": "Write parentheses: (…)",
    "%": "For what a division leaves, write x - 2*floor(x/2); for a part of a hundred, x/100",
    "!": "There is no factorial", "'": "Derivatives are what you get: write the function only",
}  # fmt: skip

_RAISED = "⁰¹²³⁴-⁹"
_RAISED_LETTERS = "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_LOWERED = "₀-₉ₐ-ₜᵢ-ᵥⱼ"
_FRACTIONS = "¼-¾⅐-⅞"
_APART = f"π{_RAISED}{_RAISED_LETTERS}{_LOWERED}{_FRACTIONS}"
"""What is a letter or a digit to Unicode, and no part of a name."""


def _pieces(name: str, number: str) -> re.Pattern[str]:
    """Return what finds one piece after the other; these cover any text without a gap."""
    return re.compile(
        rf"""
          [^\S\n]*+                                     # blanks, and after them either
          (?: [][+/^(),;\n|√∛∑∏-] | \.\.\.? | \*\*?     # a sign,
            | [=<>!:]=? | &&?                           # a comparison,
            | {name}                                    # a name, or what resembles one,
            | (?: (?: [0-9]++ (?:\.(?!\.)[0-9]*+)? | \.[0-9]++ ) (?: [eE][+-]?[0-9]++ )?
                {number} )                              # a number, or one that is raised,
              (?: _(?=[0-9]) )?                         # (1_000 is not 1 times the name _000)
            | \#[^\n]*+                                 # a comment,
            | .                                         # or what is not of the language;
          )
        | [^\S\n]++                                     # or nothing, at the end
        """,
        re.VERBOSE,
    )


_ASCII_PIECES = _pieces("[A-Za-z_][A-Za-z0-9_]*+", "")
"""For most texts: half the time of the other."""

_PIECES = _pieces(
    # π is a name of its own unless it has an index; any name may have one as it is printed.
    rf"""(?: [^\W\d{_APART}] (?: [^\W{_APART}] | [\u0300-\u036f] | (?<=_)π )*+
           | π (?: [\d_] [^\W{_APART}]*+ )? ) [{_LOWERED}]*+""",
    rf"""| [{_FRACTIONS}]
         | [⁺⁻]? (?: [{_RAISED}]++ [{_RAISED_LETTERS}]*+ | [{_RAISED_LETTERS}]++ )""",
)


def tokenize(text: str, typed: str = "") -> tuple[Token, ...]:
    """Split `text` into tokens, in one pass.

    Newlines end a statement as semicolons do, except inside parentheses. Errors show what was
    `typed`, where that is another text of the same length.

    Raises
    ------
    FormulaError
        At a character that is not of the language, or a number too large for float64.

    Examples
    --------
    >>> [token.text for token in tokenize("2x² − y  # a comment")]
    ['2', 'x', '^', '2', '-', 'y', '']
    """
    plain = make_plain(text)
    tokens = _split(typed or text, plain)
    if plain.starts is None:
        return tuple(tokens)
    return tuple([Token(kind, meant, *plain.place(*place)) for kind, meant, *place in tokens])


def _split(text: str, plain: Plain) -> list[Token]:
    """Return the tokens of a plain text; `text` is what was typed, for the errors."""
    meanings = _Meanings(_SIGNS)
    tokens: list[Token] = []
    end = depth = 0
    pieces = _ASCII_PIECES if plain.text.isascii() else _PIECES
    for piece in pieces.findall(plain.text):
        kind, meant, length, deeper = meanings[piece]
        end += len(piece)
        start = end - length
        if kind in _WHOLE:
            tokens.append(_new(Token, (kind, meant, start, end)))
            depth += deeper
        elif kind == "raised":
            tokens += _raised(meant, start, end)
        elif kind == "fault":
            raise _fault(text, plain, start, end)
        elif kind == "end" and (meant == ";" or depth <= 0):
            tokens.append(_new(Token, ("end", meant, start, end)))
            depth = 0
    tokens.append(_new(Token, ("end", "", end, end)))
    return tokens


_new = tuple.__new__  # of all fields at once: half the time of the named tuple's own constructor
_WHOLE = frozenset(("number", "name", "operator", "(", ")", "[", "]", "|", ",", "..", "="))
"""The kinds of piece that are one token wherever they stand."""


def _raised(exponent: str, start: int, end: int) -> list[Token]:
    """Return the tokens of what is raised: a "^" that takes no room, a sign, a number, a name."""
    tokens = [Token("operator", "^", start, start)]
    if exponent[0] in "+-":
        tokens.append(Token("operator", exponent[0], start, start + 1))
        exponent, start = exponent[1:], start + 1
    name = exponent.lstrip("0123456789")
    number = exponent[: len(exponent) - len(name)]
    middle = start + len(number)
    if not name:
        return [*tokens, Token("number", number, start, end)]
    if not number:
        return [*tokens, Token("name", name, start, end)]
    return [
        *tokens, Token("(", "(", start, start), Token("number", number, start, middle),
        Token("name", name, middle, end), Token(")", ")", end, end),
    ]  # fmt: skip


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
        return "name", _with_plain_index(body)
    if body.isspace() or body.startswith("#"):
        return "blank", ""
    if body[-1] in _RAISED_LETTERS:
        return "raised", unicodedata.normalize("NFKC", body).replace("−", "-")
    if _is_fraction(body):
        return "number", repr(unicodedata.numeric(body))
    number = body.translate(_SUPERSCRIPTS)
    if number in (".", "+", "-") or not number.startswith(_STARTS):
        return "fault", ""
    if number.endswith("_") or math.isinf(float(number)):
        return "fault", number
    return "number" if number == body else "raised", number


def _is_fraction(body: str) -> bool:
    return len(body) == 1 and unicodedata.decomposition(body).startswith("<fraction>")


def _with_plain_index(name: str) -> str:
    """Write x_1 for x₁."""
    length = len(name)
    while length and _is_lowered(name[length - 1]):
        length -= 1
    if length == len(name):
        return name
    joint = "" if name[length - 1] == "_" else "_"
    return f"{name[:length]}{joint}{unicodedata.normalize('NFKC', name[length:])}"


def _is_lowered(character: str) -> bool:
    return unicodedata.decomposition(character).startswith("<sub>")


def _length_of_name(piece: str) -> int:
    """Count the characters at the start of `piece` that make a name.

    What resembles one may hold characters that are numeric without being digits.
    """
    for length, character in enumerate(piece):
        if character in _RAISED_LETTERS:
            return length
        goes_on = character.isdecimal() or unicodedata.combining(character)
        letter = (character.isalpha() and not _is_lowered(character)) or character == "_"
        if not (letter or (length > 0 and (goes_on or _is_lowered(character)))):
            return length
    return len(piece)


def _fault(text: str, plain: Plain, start: int, end: int) -> FormulaError:
    """Say what is wrong with the piece at a place of the plain text."""
    piece = plain.text[start:end]
    _, number = _meaning(piece)
    if not number:
        position = start + _length_of_name(piece)
        place = plain.place(position, position + 1)
        return FormulaError(_tell_unknown(text[place[0]], plain.text[position]), text, *place)
    if number.endswith("_"):
        message = "digits are not grouped by '_': write 1000"
    else:
        message = "this number is too large for a float64; the largest is about 1.8e308"
    return FormulaError(message, text, *plain.place(start, end))


def _tell_unknown(typed: str, character: str) -> str:
    """Say that a character is foreign, and what to do about it."""
    way_out = _GUESSES.get(character)
    if way_out is None:
        number = unicodedata.numeric(character, None)
        way_out = "Leave it out" if number is None else f"Write {number:g}"
    return f"{name_character(typed)} is not part of the language. {way_out}."
