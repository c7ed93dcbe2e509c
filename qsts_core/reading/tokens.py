"""The tokens that every lexer makes, whatever script the text is in."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Kind", "Token"]

Kind: TypeAlias = Literal[
    "number", "name", "operator", "(", ")", "[", "]", "|", ",", "..", "=", "end"
]
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
