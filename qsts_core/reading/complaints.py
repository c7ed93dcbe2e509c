"""What is wrong with a text, in words: the errors of the reader.

Each says what, where, and what would work. Deciding *that* something is wrong is the reader's
part; here is only how it is said.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from qsts_core.errors import FormulaError
from qsts_core.ops import ARITIES
from qsts_core.reading.orders import infix_hint
from qsts_core.reading.tokens import Token

__all__ = ["Complaints"]

_CLOSED = {"(": "write a ')', as in (x)", "|": "close it, as in |x|"}
_NEW_LINE = "A new line ends a statement, except inside parentheses"


class Complaints:
    """The errors that a text can have; each method returns one to raise."""

    def __init__(self, text: str, functions: Mapping[str, str]) -> None:
        self._text = text
        self._functions = functions

    def nothing(self, end: Token) -> FormulaError:
        """Say that there is no statement at all."""
        return self._at("there is nothing here yet. Try x*y + sin(x)", end)

    def taken_name(self, token: Token) -> FormulaError:
        """Say that a function's or a constant's name cannot be bound."""
        kind = "a function" if token.text in self._functions else "a constant"
        return self._at(
            f"'{token.text}' is {kind}: choose another name, as in {token.text}_1 = 2", token
        )

    def not_called(self, token: Token, following: Token) -> FormulaError:
        """Say that a function needs parentheses."""
        example = following.text if following.kind in ("name", "number") else "x"
        if ARITIES[self._functions[token.text]] == 2:
            example = f"{example}, {'y' if example != 'y' else 'x'}"
        return self._at(f"'{token.text}' is a function: write {token.text}({example})", token)

    def inverse(self, token: Token, exponent: Token) -> FormulaError:
        """Say that a negative power on a function's name is read in two ways."""
        name = token.text
        inverse = f"a{name}" if f"a{name}" in self._functions else ""
        of_inverse = f"{inverse}(x) for the inverse function, " if inverse else ""
        power = "" if exponent.text == "1" else f"^{exponent.text}"
        return self._at(
            f"'{name}' with a negative power: write {of_inverse}1/{name}(x){power} for the power",
            token,
            exponent,
        )

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

    def missing_operator(self, start: int, token: Token) -> FormulaError:
        """Say that the value that begins at `start` and the next one are no product."""
        following = self._text[token.start : token.end]
        product = f"{self._text[start : token.start].rstrip()}*{following}"
        message = f"an operator is missing here. For a product, write {product}"
        message = infix_hint(self._text) or message
        return FormulaError(message, self._text, start, token.end)

    def missing_value(self, token: Token, previous: Token | None) -> FormulaError:
        """Say that a value is due, and `token` is none; `previous` is of the same statement."""
        if token.kind == "=":
            return self.stray_equals(token)
        if hint := infix_hint(self._text):
            return self._at(hint, previous or token)
        if token.kind == ")" and previous is not None and previous.kind == "(":
            return self._at(
                "there is nothing between '(' and ')'. Write a value, as in (x)", previous, token
            )
        if previous is not None:
            shown = self._text[previous.start : previous.end]
            ended = token.kind == "end" and token.text == "\n"
            way_out = f". {_NEW_LINE}" if ended else ""
            return self._at(
                f"a value is missing after '{shown}'{way_out or '. Write one, as in x'}", previous
            )
        begins_a_line = self._text[: token.start].rstrip(" \t").endswith("\n")
        way_out = f". {_NEW_LINE}" if begins_a_line else ""
        return self._at(
            f"a value is missing before '{token.text}'{way_out or '. Write one, as in x'}", token
        )

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
        return self._at(
            "this ')' has no '(' before it: leave it out, or open one, as in (x)", token
        )

    def not_closed(self, token: Token) -> FormulaError:
        """Say that a "(" has no ")"."""
        return self._at(f"this '{token.text}' is never closed: {_CLOSED[token.text]}", token)

    def _at(self, message: str, first: Token, last: Token | None = None) -> FormulaError:
        return FormulaError(message, self._text, first.start, (last or first).end)
