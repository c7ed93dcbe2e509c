"""What is wrong with a text, in words: the errors of the reader.

Each says what, where, and what would work. Deciding *that* something is wrong is the reader's
part; here is only how it is said.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence

from qsts_core.errors import FormulaError
from qsts_core.ops import ARITIES, CONSTANTS
from qsts_core.reading.orders import infix_hint
from qsts_core.reading.tokens import Token

__all__ = ["Complaints"]

_CLOSED = {"(": "write a ')', as in (x)", "|": "close it, as in |x|",
           "[": "close it, as in w[1]"}  # fmt: skip
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

    def check_name(self, token: Token) -> None:
        """Refuse a name for a function of one's own that is taken."""
        if token.text in self._functions or token.text in CONSTANTS:
            raise self.taken_name(token)

    def parameter_twice(self, token: Token) -> FormulaError:
        """Say that two parameters of a function have one name."""
        other = f"{token.text}_1"
        return self._at(f"'{token.text}' is a parameter already: write {other}", token)

    def recursion(self, token: Token) -> FormulaError:
        """Say that a function calls itself."""
        name = token.text
        message = f"'{name}' calls itself, and would never end. Write out what it does, as in "
        return self._at(f"{message}{name}(t) = t*t", token)

    def own_not_called(self, token: Token, parameters: Sequence[str]) -> FormulaError:
        """Say that a function of one's own needs parentheses."""
        inputs = ", ".join(parameters)
        return self._at(f"'{token.text}' is a function: write {token.text}({inputs})", token)

    def wrong_inputs(self, token: Token, parameters: Sequence[str], given: int) -> FormulaError:
        """Say that a function of one's own has more or fewer inputs than it takes."""
        count, name = len(parameters), token.text
        inputs = "1 input" if count == 1 else f"{count} inputs"
        call = f"{name}({', '.join(parameters)})"
        return self._at(f"{name} takes {inputs}, not {given}: write {call}", token)

    def wrong_series(self, name: Token, index: Token) -> FormulaError:
        """Say how a sum or product is written."""
        example = f"{name.text}(i=1..3, x^i)"
        return self._at(f"{name.text} takes a range and a term: write {example}", name, index)

    def not_whole(self, tokens: Sequence[Token], near: Token) -> FormulaError:
        """Say that a whole number is due that is known while the text is read."""
        first, last = (tokens[0], tokens[-1]) if tokens else (near, near)
        return self._at(
            "a whole number is due here that is known before any value is, as in sum(i=1..3, w[i])",
            first,
            last,
        )

    def stray_bracket(self, token: Token) -> FormulaError:
        """Say what brackets and dots are for."""
        example = "sum(i=1..3, x^i)" if token.kind == ".." else "w[1]"
        use = "is for the range of a sum" if token.kind == ".." else "is for the index of a name"
        return self._at(f"'{token.text}' {use}, as in {example}", token)

    def not_called(self, token: Token, following: Token) -> FormulaError:
        """Say that a function needs parentheses."""
        example = following.text if following.kind in ("name", "number") else "x"
        if ARITIES[self._functions[token.text]] == 2:
            example = f"{example}, {'y' if example != 'y' else 'x'}"
        call = f"{self._slash(token)}{token.text}({example})"
        return self._at(f"'{token.text}' is a function: write {call}", token)

    def _slash(self, token: Token) -> str:
        """Return what stands before a function's name in LaTeX."""
        return "\\" if self._text.startswith("\\", token.start) else ""

    def inverse(self, token: Token, exponent: Token) -> FormulaError:
        """Say that a negative power on a function's name is read in two ways."""
        name = token.text
        slash = self._slash(token)
        has_inverse = f"arc{name}" in self._functions
        inverse = f"{slash}arc{name}" if slash else f"a{name}"
        of_inverse = f"{inverse}(x) for the inverse function, " if has_inverse else ""
        power = "" if exponent.text == "1" else f"^{exponent.text}"
        way_out = f"{of_inverse}1/{slash}{name}(x){power} for the power"
        return self._at(
            f"'{name}' with a negative power: write {way_out}",
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

    def wrong_clip(self, token: Token, given: int) -> FormulaError:
        """Say which three inputs clip takes."""
        name, inputs = token.text, "1 input" if given == 1 else f"{given} inputs"
        way_out = f"write {name}(x, 0, 1) for x held between 0 and 1"
        return self._at(f"{name} takes a value and two bounds, not {inputs}: {way_out}", token)

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
        if previous is not None and previous.text in ("?", ":"):
            return self.wrong_conditional(previous)
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
            "'=' can only stand after a name that starts a statement, and == compares, as in "
            "t = x*y; t == 2",
            token,
        )

    def stray_comma(self, token: Token) -> FormulaError:
        """Say that a comma does not stand between the inputs of a function."""
        decimal = re.compile(r"([0-9]+),([0-9]+)").search(self._text, max(0, token.start - 20))
        if decimal and decimal.start() < token.start < decimal.end():
            message = f"a decimal has a point: write {decimal[1]}.{decimal[2]}"
            return FormulaError(message, self._text, *decimal.span())
        return self._at("',' separates the inputs of a function, as in max(x, y)", token)

    def wrong_conditional(self, token: Token) -> FormulaError:
        """Say how a conditional is written, of which something is missing."""
        if token.text in (":", "?"):
            return self._at(f"'{token.text}' is for a case, as in x > 0 ? x : 0", token)
        return self._at(
            "a conditional has a condition and two values: write x if x > 0 else 0", token
        )

    def open_conditional(self, token: Token) -> FormulaError:
        """Say that a conditional inside an expression needs parentheses."""
        return self._at(
            "write parentheses around the conditional, as in 2*(if x > 0 then x else 0)", token
        )

    def wrong_where(self, token: Token, given: int) -> FormulaError:
        """Say which three inputs where takes."""
        inputs = "1 input" if given == 1 else f"{given} inputs"
        way_out = "write where(x > 0, x, 0) for x where it is positive, and 0 elsewhere"
        return self._at(f"where takes a condition and two values, not {inputs}: {way_out}", token)

    def wrong_piecewise(self, token: Token) -> FormulaError:
        """Say how the cases of Piecewise are written."""
        return self._at(
            "Piecewise takes pairs of a value and its condition: write "
            "Piecewise((x, x > 0), (0, True))",
            token,
        )

    def open_not(self, token: Token) -> FormulaError:
        """Say that "not" inside arithmetic needs parentheses."""
        return self._at("write parentheses around it, as in 1 - (not x > 0)", token)

    def chained(self, first: Token, second: Token) -> FormulaError:
        """Say that two comparisons in a row are two conditions."""
        return self._at(
            "two comparisons in a row are two conditions: write 0 < x and x < 1", first, second
        )

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
