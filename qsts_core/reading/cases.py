"""Conditionals, in all the ways they are written, as calls of where(c, a, b).

They are `a if c else b`, `if c then a else b` and `c ? a : b`. In go tokens; out come tokens in
which every conditional is a call, so that the stages behind this one know but one form. A
conditional reaches as far as the parenthesis, comma or statement in which it stands; of several in
a row the last is innermost. Whatever is only moved keeps its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from qsts_core.reading.complaints import Complaints
from qsts_core.reading.tokens import Token

__all__ = ["has_conditionals", "write_chains", "write_conditionals"]

Tree: TypeAlias = "Token | list[Tree]"
"""Tokens as nested lists: joined once, at the end, in time linear in the text."""

_KEYWORDS = frozenset(("if", "then", "else", "?", ":"))
_CLOSING = frozenset((")", "]"))
_ENDING = frozenset((",", "=", "end", ".."))


def has_conditionals(text: str) -> bool:
    """Whether a text may have a conditional; a look at it tells most that have none."""
    return "if" in text or "?" in text or ":" in text


def write_conditionals(tokens: Sequence[Token], complaints: Complaints) -> tuple[Token, ...]:
    """Write every conditional as a call of `where`.

    Raises
    ------
    FormulaError
        Where a part of a conditional is missing.
    """
    if not any(token.kind == "name" and token.text in ("if", "?", ":") for token in tokens):
        return tuple(tokens)
    stretches: list[_Stretch] = [_Stretch(complaints)]
    for token in tokens:
        if token.kind == "name" and token.text in _KEYWORDS:
            stretches[-1].words.append(token)
            stretches[-1].parts.append([])
        elif token.kind in _CLOSING and len(stretches) > 1:
            inner = stretches.pop().close()
            stretches[-1].parts[-1] += [inner, token]
        elif token.kind in _ENDING:
            stretches[-1].end(token)
            if token.kind == "end":  # what is left open here is told by the reader
                while len(stretches) > 1:
                    inner = stretches.pop().close()
                    stretches[-1].done.append(inner)
        else:
            stretches[-1].parts[-1].append(token)
            if token.kind in ("(", "["):
                stretches.append(_Stretch(complaints))
    return tuple(_flatten(stretches[0].close()))


_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))


def write_chains(tokens: Sequence[Token]) -> list[Token]:
    """Write two comparisons in a row as two conditions: `0 < x < 1` as `0 < x and x < 1`."""
    written: list[Token] = []
    between: list[Token] = []
    depth, compared = 0, False
    for token in tokens:
        depth += (token.kind in ("(", "[")) - (token.kind in _CLOSING)
        is_sign = depth == 0 and token.kind == "operator"
        if is_sign and token.text in _COMPARISONS:
            if compared:
                written += [Token("operator", "and", token.start, token.start), *between]
            between, compared = [], True
        elif is_sign and token.text in ("and", "or", "not"):
            between, compared = [], False
        else:
            between.append(token)
        written.append(token)
    return written


class _Stretch:
    """What stands between two delimiters: parts, and the keywords between them."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints
        self.done: list[Tree] = []
        self.parts: list[list[Tree]] = [[]]
        self.words: list[Token] = []

    def end(self, delimiter: Token) -> None:
        self.done += [self._resolve(), delimiter]
        self.parts, self.words = [[]], []

    def close(self) -> list[Tree]:
        self.done.append(self._resolve())
        return self.done

    def _resolve(self) -> list[Tree]:
        """Go from right to left: a value that waits for its condition is put on a stack."""
        current = self.parts[-1]
        waiting: list[tuple[str, list[Tree], Token]] = []
        for part, word in zip(self.parts[-2::-1], reversed(self.words), strict=True):
            if not current:
                raise self._complaints.wrong_conditional(word)
            if word.text in ("then", "else", ":"):
                waiting.append((word.text, current, word))
                current = part
            else:
                current = self._choose(word, part, current, waiting)
        if waiting:
            raise self._complaints.wrong_conditional(waiting[-1][2])
        return current

    def _choose(
        self, word: Token, before: list[Tree], after: list[Tree],
        waiting: list[tuple[str, list[Tree], Token]],
    ) -> list[Tree]:  # fmt: skip
        """Return the call for `before if after …` or `before ? after …`."""
        condition, value = (before, after) if word.text == "?" else (after, before)
        if word.text == "if" and waiting and waiting[-1][0] == "then":
            if before:
                raise self._complaints.open_conditional(word)
            value = waiting.pop()[1]
        if not waiting or waiting[-1][0] != (":" if word.text == "?" else "else"):
            raise self._complaints.wrong_conditional(word)
        _, other, between = waiting.pop()
        if not condition or not value:
            raise self._complaints.wrong_conditional(word)
        start, end = min(_start(condition), _start(value)), _end(other)
        comma = Token(",", ",", word.start, word.start)
        return [
            Token("name", "where", start, start), Token("(", "(", start, start),
            condition, comma, value, Token(",", ",", between.start, between.start), other,
            Token(")", ")", end, end),
        ]  # fmt: skip


def _start(tree: list[Tree]) -> int:
    while isinstance(tree, list):
        tree = tree[0]  # type: ignore[assignment]
    return tree.start


def _end(tree: list[Tree]) -> int:
    last: Tree = tree
    while isinstance(last, list):
        last = last[-1]
    return last.end


def _flatten(tree: list[Tree]) -> list[Token]:
    tokens: list[Token] = []
    waiting: list[Tree] = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list):
            waiting += reversed(part)
        else:
            tokens.append(part)
    return tokens
