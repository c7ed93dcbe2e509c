"""What is wrong with a text, in words: the errors of the reader.

Each says what, where, and what would work. Deciding *that* something is wrong is the reader's
part; here is only how it is said.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

from qsts_core.errors import FormulaError
from qsts_core.reading.tokens import Token

__all__ = ["Complaints"]

_NEW_LINE = "A new line ends a statement, except inside parentheses"


class Complaints:
    """The errors that a text can have; each method returns one to raise."""

    def __init__(self, text: str, functions: Collection[str]) -> None:
        self._text = text
        self._functions = functions

    def nothing(self, end: Token) -> FormulaError:
        """Say that there is no statement at all."""
        return self._at("there is nothing here yet. Try x*y + sin(x)", end)

    def taken_name(self, token: Token) -> FormulaError:
        """Say that a function's or a constant's name cannot be bound."""
        kind = "a function" if token.text in self._functions else "a constant"
        return self._at(f"'{token.text}' is {kind}: choose another name", token)

    def not_called(self, token: Token, following: Token) -> FormulaError:
        """Say that a function needs parentheses."""
        example = following.text if following.kind in ("name", "number") else "x"
        return self._at(f"'{token.text}' is a function: write {token.text}({example})", token)

    def unknown_function(self, token: Token) -> FormulaError:
        """Say that what looks like a call is none."""
        name = token.text
        folded = re.sub("^ar[cg]", "a", name.lower())
        close = difflib.get_close_matches(folded, self._functions, n=1)
        way_out = f"Did you mean '{close[0]}'?" if close else f"For a product, write {name}*(…)"
        return self._at(f"unknown function '{name}'. {way_out}", token)

    def wrong_arity(self, token: Token, arity: int, given: int) -> FormulaError:
        """Say that a function has more or fewer inputs than it takes."""
        name = token.text
        inputs, example = ("1 input", "x") if arity == 1 else (f"{arity} inputs", "x, y")
        return self._at(f"{name} takes {inputs}, not {given}: write {name}({example})", token)

    def missing_operator(self, previous: Token, token: Token) -> FormulaError:
        """Say that two values stand side by side that are no product."""
        return self._at(
            f"an operator is missing here. For a product, write {previous.text}*{token.text}",
            previous,
            token,
        )

    def missing_value(self, token: Token, previous: Token | None) -> FormulaError:
        """Say that a value is due, and `token` is none; `previous` is of the same statement."""
        if token.kind == "=":
            return self.stray_equals(token)
        if token.kind == ")" and previous is not None and previous.kind == "(":
            return self._at("there is nothing between '(' and ')'", previous, token)
        if previous is not None:
            shown = self._text[previous.start : previous.end]
            ended = token.kind == "end" and token.text == "\n"
            way_out = f". {_NEW_LINE}" if ended else ""
            return self._at(f"a value is missing after '{shown}'{way_out}", previous)
        begins_a_line = self._text[: token.start].rstrip(" \t").endswith("\n")
        way_out = f". {_NEW_LINE}" if begins_a_line else ""
        return self._at(f"a value is missing before '{token.text}'{way_out}", token)

    def stray_equals(self, token: Token) -> FormulaError:
        """Say that a "=" does not stand after the name that starts a statement."""
        return self._at(
            "'=' can only stand after a name that starts a statement, as in t = x*y; t + t", token
        )

    def stray_comma(self, token: Token) -> FormulaError:
        """Say that a comma does not stand between the inputs of a function."""
        return self._at("',' separates the inputs of a function, as in max(x, y)", token)

    def not_opened(self, token: Token) -> FormulaError:
        """Say that a ")" has no "("."""
        return self._at("this ')' has no '(' before it", token)

    def not_closed(self, token: Token) -> FormulaError:
        """Say that a "(" has no ")"."""
        return self._at("this '(' is never closed", token)

    def _at(self, message: str, first: Token, last: Token | None = None) -> FormulaError:
        return FormulaError(message, self._text, first.start, (last or first).end)
