"""A text whose signs stand before or behind both their inputs, and what it is in infix.

A text that cannot be read goes in; out comes a sentence with the infix form, or nothing where the
text is neither prefix nor postfix. It is a guess for an error's way out, never a reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qsts_core.ops import ATOM

__all__ = ["infix_hint"]

_SIGNS = {"+": 1, "-": 1, "−": 1, "*": 2, "×": 2, "·": 2, "/": 2, "÷": 2, "^": 3}
"""The signs of two inputs, and how tightly they bind; only ^ groups to the right."""

_PIECES = re.compile(
    r"\s*(?:(?P<number>\d+\.?\d*|\.\d+)|(?P<name>[^\W\d]\w*)|(?P<sign>[-+−*×·/÷^]))"
)
_LONGEST = 400
"""Texts longer than this, in characters, are not guessed at."""


def infix_hint(text: str) -> str:
    """Say that a text is prefix or postfix, and what it is in infix; "" where it is neither.

    Examples
    --------
    >>> infix_hint("x y + z *")
    'this is postfix, the sign behind its inputs. In infix it is (x + y)*z'
    >>> infix_hint("xy+"), infix_hint("* + x y z")
    ... # doctest: +NORMALIZE_WHITESPACE
    ('this is postfix, the sign behind its inputs. In infix it is x + y',
     'this is prefix, the sign before its inputs. In infix it is (x + y)*z')
    >>> infix_hint("x y"), infix_hint("x +"), infix_hint("x + y z")
    ('', '', '')
    """
    if len(text) > _LONGEST:
        return ""
    pieces = _split(text)
    if not pieces or not any(piece in _SIGNS for piece in pieces):
        return ""
    for order, named, place in ((pieces, "postfix", "behind"), (pieces[::-1], "prefix", "before")):
        # A name of several letters stands for them where it must: xy+ has no blanks.
        for read in (order, _in_letters(order, backward=named == "prefix")):
            if infix := _run(read, backward=named == "prefix"):
                return f"this is {named}, the sign {place} its inputs. In infix it is {infix}"
    return ""


def _split(text: str) -> list[str]:
    """Return numbers, names and signs; nothing where there is anything else."""
    pieces: list[str] = []
    place, text = 0, text.strip()
    while place < len(text):
        found = _PIECES.match(text, place)
        if not found:
            return []
        pieces.append(found[found.lastgroup or 0])
        place = found.end()
    return pieces


def _in_letters(pieces: Sequence[str], *, backward: bool) -> list[str]:
    letters: list[str] = []
    for piece in pieces:
        is_name = piece not in _SIGNS and not piece[0].isdigit() and piece.isalpha()
        letters += (piece[::-1] if backward else piece) if is_name else [piece]
    return letters


def _run(pieces: Sequence[str], *, backward: bool) -> str:
    """Run a stack machine over the pieces; return the infix of what is left, if that is one."""
    stack: list[tuple[str, int]] = []
    for piece in pieces:
        if piece not in _SIGNS:
            stack.append((piece, ATOM))
        elif len(stack) < 2:
            return ""
        else:
            one, other = stack.pop(), stack.pop()
            stack.append(_join(piece, *((one, other) if backward else (other, one))))
    return stack[0][0] if len(stack) == 1 else ""


def _join(sign: str, left: tuple[str, int], right: tuple[str, int]) -> tuple[str, int]:
    binds = _SIGNS[sign]
    low = left[0] if left[1] > binds or (left[1] == binds and binds < 3) else f"({left[0]})"
    high = right[0] if right[1] > binds or (right[1] == binds == 3) else f"({right[0]})"
    return f"{low} {sign} {high}" if binds == 1 else f"{low}{sign}{high}", binds
