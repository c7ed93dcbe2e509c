"""The three scripts that a formula may be in, and which of them a text is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias, get_args

from qsts_core.reading import plain
from qsts_core.reading.latex import tokenize_latex
from qsts_core.reading.python import looks_like_python, tokenize_python
from qsts_core.reading.tokens import Token

__all__ = ["SCRIPTS", "Script", "script_of", "tokenize"]

Script: TypeAlias = Literal["plain", "python", "latex"]
SCRIPTS: tuple[Script, ...] = get_args(Script)

_LEXERS: dict[Script, Callable[[str], tuple[Token, ...]]] = {
    "plain": plain.tokenize, "python": tokenize_python, "latex": tokenize_latex,
}  # fmt: skip


def script_of(text: str) -> Script:
    r"""Tell which script a text is in.

    Examples
    --------
    >>> [script_of(text) for text in ("x^2", "np.sin(x)", r"\frac{x}{y}", "a^{2}bc")]
    ['plain', 'python', 'latex', 'latex']
    """
    if "\\" in text or "{" in text or "$" in text:
        return "latex"
    return "python" if looks_like_python(text) else "plain"


def tokenize(text: str, script: Script) -> tuple[Token, ...]:
    """Split a text into tokens by the lexer of its script."""
    return _LEXERS[script](text)
