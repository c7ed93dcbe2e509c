"""A text as it is typed or pasted to the plain characters of the language, place by place.

Keyboards, word processors, slides and PDFs write one thing in many ways: `−` for -, `（` for (,
𝑥 for x, µ for μ, and characters that cannot be seen at all. `make_plain` gives the plain text,
and where each of its characters stands in what was typed, so that marks and carets stand right.

Most of it is Unicode's compatibility composition (NFKC, Unicode Standard Annex 15), the form in
which Python compares names too. What that would spoil (x² would be x2) stays as it is; signs that
look alike without being equivalent are in a table here.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

__all__ = ["TWINS", "Plain", "make_plain", "name_character"]


class Plain(NamedTuple):
    """A plain text beside the one that was typed.

    Attributes
    ----------
    text
        The plain text.
    starts, ends
        For each of its characters, the place in what was typed; `None` where nothing moved.
    skipped
        The characters that were passed over, each once, in order.
    """

    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None
    skipped: tuple[str, ...] = ()

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in what was typed of a place in the plain text.

        Examples
        --------
        >>> make_plain("x\u200b + y").place(2, 3)
        (3, 4)
        """
        if self.starts is None or self.ends is None:
            return start, end
        first = self.starts[start]
        return first, max(first, self.ends[end - 1]) if end > start else first


_SIGNS = {
    "*": "×·⋅∗∙•‧⁎✕✖⨉⨯\u2062",  # the last one is the invisible product of MathML
    "/": "÷∕⁄➗",
    "+": "➕\u2064",
    "-": "−˗⁃➖",
    "^": "ˆ⌃",
    "'": "′’ʹ",
    ",": "\u2063、",
    ":": "∶",
    "\n": "\u2028\u2029\u0085",
    " ": "\u2800\u180e",
    "|": "∣❘‖",
}  # fmt: skip
"""What looks like a sign of the language and is another character."""

_LOOK_ALIKES = {other: plain for plain, others in _SIGNS.items() for other in others}

TWINS = str.maketrans(
    "АВЕКМНОРСТХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοѵνι",
    "ABEKMHOPCTXaeopcyxijsABEZHIKMNOPTYXovvi",
)
"""Cyrillic and Greek letters that look like Latin ones, and those: letters of their own."""

_KEPT = ("<super>", "<sub>", "<fraction>")
"""The kinds of compatibility whose form means something in a formula."""


class _Plainly(dict[str, str]):
    """What each different character stands for, found out where it first stands."""

    def __missing__(self, character: str) -> str:
        self[character] = plain = _plainly(character)
        return plain


def _plainly(character: str) -> str:
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    category = unicodedata.category(character)
    if category == "Pd":  # hyphens and dashes
        return "-"
    if category == "Zs":
        return " "
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":  # seen by nobody
        return ""
    if unicodedata.decomposition(character).startswith(_KEPT):
        return character
    plain = unicodedata.normalize("NFKC", character)
    if plain != character and plain.startswith(" "):  # a mark that stands for itself
        return character
    return "".join(_LOOK_ALIKES.get(part, part) for part in plain)


_PLAINLY = _Plainly({chr(code): chr(code) for code in range(128)})

_CLUSTER = re.compile(r".[\u0300-\u036f]*+", re.DOTALL)
"""A character with the marks that combine with it."""


def make_plain(text: str) -> Plain:
    """Return the plain text of what was typed.

    Examples
    --------
    >>> make_plain("ｓｉｎ（𝑥） − µ").text
    'sin(x) - μ'
    >>> make_plain("a\u200b*e\u0301").starts
    [0, 2, 3, 5]
    """
    if text.isascii():
        return Plain(text)
    different = set(text)
    if all(len(_PLAINLY[c]) == 1 and not unicodedata.combining(c) for c in different):
        return Plain("".join(map(_PLAINLY.__getitem__, text)))
    return _move(text)


def _move(text: str) -> Plain:
    """Return a plain text in which characters have moved."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    skipped: dict[str, None] = {}
    for cluster in _CLUSTER.finditer(text):
        typed, start = cluster[0], cluster.start()
        if len(typed) > 1 and not _PLAINLY[typed[0]]:  # what is not seen bears no mark
            skipped[typed[0]] = None
            typed, start = typed[1:], start + 1
        piece = "".join(map(_PLAINLY.__getitem__, typed))
        if len(typed) > 1:
            piece = unicodedata.normalize("NFC", piece)
        if not piece:
            skipped[typed] = None
        pieces.append(piece)
        starts += [start] * len(piece)
        ends += [cluster.end()] * len(piece)
    starts.append(len(text))
    ends.append(len(text))
    return Plain("".join(pieces), starts, ends, tuple(skipped))


def name_character(character: str) -> str:
    r"""Return what to call a character in a sentence: as it is where it can be typed, and its name.

    Examples
    --------
    >>> name_character("&"), name_character("☃"), name_character("\x00")
    ("'&'", "'☃' (SNOWMAN)", 'U+0000')
    """
    code = f"U+{ord(character):04X}"
    if character.isascii():
        return f"'{character}'" if character.isprintable() else code
    name = unicodedata.name(character, "")
    if not character.isprintable() or unicodedata.combining(character):
        return f"{name} ({code})" if name else code
    return f"'{character}' ({name or code})"
