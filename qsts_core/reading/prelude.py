"""Functions that are compositions of others: a prelude, in the project's own language.

What is called of it is put before the text, as if a person had defined it there; so it is shared,
shown and differentiated as what it stands for, and a definition of one's own takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qsts_core.reading.plain import tokenize
from qsts_core.reading.tokens import Token

__all__ = ["PRELUDE", "called_of_prelude", "with_prelude"]

PRELUDE: dict[str, tuple[str, str]] = {
    "reciprocal": ("t", "1/t"),
    "rsqrt": ("t", "1/sqrt(t)"),
    "expit": ("t", "sigmoid(t)"),
    **dict.fromkeys(("deg2rad", "radians"), ("t", "t*(pi/180)")),
    **dict.fromkeys(("rad2deg", "degrees"), ("t", "t*(180/pi)")),
    # As Python's %: the remainder has the sign of the divisor, its slope in s is 1.
    **dict.fromkeys(("mod", "remainder"), ("s, t", "s - t*floor(s/t)")),
    # The value at a jump is the second input, as numpy has it.
    "heaviside": ("s, t", "where(s == 0, t, step(s))"),
    # At 0 the branch with the quotient is not taken, and the slope is 0, as it should be.
    "sinc": ("t", "where(t == 0, 1, sin(t)/t)"),
    "np.sinc": ("t", "where(t == 0, 1, sin(pi*t)/(pi*t))"),
    "float": ("t", "t"),
}
"""For each function its parameters and what it returns; a name with a dot cannot be typed."""

_MARKS = ("recip", "rsqrt", "expit", "deg", "radians", "mod", "remainder", "heavi", "sinc", "float")
"""What a text has that calls any of them: most texts are told by this look alone."""


def called_of_prelude(text: str, tokens: Sequence[Token]) -> dict[str, Token]:
    """Return the functions of the prelude that a text calls, each with its first call.

    A name that stands anywhere without a parenthesis behind it is a name of the text's own.
    """
    if not any(map(text.__contains__, _MARKS)):
        return {}
    called: dict[str, Token] = {}
    others: set[str] = set()
    for token, following in pairwise(tokens):
        if token.kind == "name" and token.text in PRELUDE:
            if following.kind == "(":
                called.setdefault(token.text, token)
            else:
                others.add(token.text)
    return {name: token for name, token in called.items() if name not in others}


def with_prelude(text: str, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Put the definitions of what is called before a text; they stand where it is called first."""
    definitions: list[Token] = []
    for name, token in called_of_prelude(text, tokens).items():
        parameters, body = PRELUDE[name]
        written = [Token("name", name, 0, 0), *tokenize(f"({parameters}) = {body};")[:-1]]
        definitions += [t._replace(start=token.start, end=token.start) for t in written]
    return (*definitions, *tokens) if definitions else tokens
