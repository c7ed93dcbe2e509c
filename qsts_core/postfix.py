"""Tokens to postfix: the shunting-yard algorithm (Dijkstra, 1961).

In go the tokens of a text; out comes a `Program`: the entries in the order in which a stack
machine runs them, without parentheses, every entry with the place of the subexpression that it
completes. Precedence, implied products, statements and names are settled here and nowhere else.

`Reader` is the algorithm, one token at a time, so that a viewer can watch its two stacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from .complaints import Complaints
from .lexer import Token, tokenize
from .ops import CONSTANTS, FUNCTIONS, OPERATIONS

__all__ = ["Entry", "Pending", "Program", "Reader", "Statement", "read"]

Role: TypeAlias = Literal["constant", "variable", "reference", "operation"]


class Entry(NamedTuple):
    """One entry of the postfix.

    Attributes
    ----------
    role
        "constant", "variable", "reference" (to an earlier statement) or "operation".
    content
        The number, the variable's name, the index of the statement, or the operation's name.
    token
        The token it came from.
    start, end
        The place in the text of the whole subexpression that it completes.
    """

    role: Role
    content: float | str | int
    token: Token
    start: int
    end: int


class Statement(NamedTuple):
    """One statement: its entries are `entries[first:last]` of the program; "" is no name."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Program:
    """A whole text in postfix; the last statement is the output.

    Attributes
    ----------
    text
        What was read.
    entries
        The postfix of all statements, one after the other.
    statements
        Where each of them stands.
    variables
        The names that no statement had bound, in order of first appearance.
    """

    text: str
    entries: tuple[Entry, ...]
    statements: tuple[Statement, ...]
    variables: tuple[str, ...]


@dataclass(slots=True)
class Pending:
    """What waits on the operator stack: an operator, a parenthesis, or a call."""

    token: Token
    op: str = ""
    precedence: int = 0
    arity: int = 2
    inputs: int = 1
    """For a parenthesis, how many inputs have been begun inside it."""

    @property
    def is_call(self) -> bool:
        """Whether it is a function, whose parenthesis stands above it."""
        return self.token.kind == "name"


def read(text: str, functions: Mapping[str, str] = FUNCTIONS) -> Program:
    """Read a whole text, in which `functions` may be called.

    Raises
    ------
    FormulaError
        Where the text is not a formula, with its place.

    Examples
    --------
    >>> [entry.token.text for entry in read("(x+y) + x(x+y)").entries]
    ['x', 'y', '+', 'x', 'x', 'y', '+', '*', '+']
    """
    reader = Reader(text, functions)
    for token in reader.tokens:
        reader.read(token)
    return reader.program()


class Reader:
    """The shunting-yard over one text: feed it its `tokens` in order, then ask for the program.

    Attributes
    ----------
    tokens
        The tokens of the text.
    entries
        The postfix queue so far.
    operators
        The operator stack, its top last.
    """

    def __init__(self, text: str, functions: Mapping[str, str] = FUNCTIONS) -> None:
        self.text = text
        self._functions = functions
        self._complaints = Complaints(text, functions)
        self.tokens = tokenize(text)
        self.entries: list[Entry] = []
        self.operators: list[Pending] = []
        self.statements: list[Statement] = []
        self.variables: dict[str, None] = {}
        self._position = -1  # of the token being read
        self._first = 0  # entry of the current statement
        self._name: Token | None = None  # that the current statement binds
        self._bound: dict[str, int] = {}  # name -> index of the statement that bound it last
        self._places: list[tuple[int, int]] = []  # of the subexpressions not yet taken up
        self._wants_value = True
        self._used_as_value = self._names_used_as_value()

    def program(self) -> Program:
        """Return what was read, once all tokens have been."""
        if not self.statements:
            raise self._complaints.nothing(self.tokens[-1])
        return Program(
            self.text, tuple(self.entries), tuple(self.statements), tuple(self.variables)
        )

    def read(self, token: Token) -> None:
        """Read the next token."""
        self._position += 1
        if self._wants_value:
            self._read_where_a_value_is_due(token)
        else:
            self._read_after_a_value(token)

    # A value is due: at the start, after an operator, a comma or "(" ----------------------------

    def _read_where_a_value_is_due(self, token: Token) -> None:
        if token.kind == "number":
            self._emit_value("constant", float(token.text), token)
        elif token.kind == "name":
            self._read_name(token)
        elif token.kind == "(":
            self.operators.append(Pending(token))
        elif token.kind == "operator" and token.text == "-":
            self.operators.append(Pending(token, "neg", _precedence("neg"), 1))
        elif token.kind == "=" and self._name is not None and self._name is self._previous():
            pass  # the name was taken up with a look ahead
        elif token.kind == "end" and self._at_start():
            self._first = len(self.entries)
        else:
            self._check_parentheses(token)
            raise self._complaints.missing_value(token, self._previous())

    def _read_name(self, token: Token) -> None:
        following = self._following()
        if following.kind == "=" and self._at_start():
            self._bind(token)
        elif token.text in self._functions:
            self._begin_call(token, following)
        elif token.text in CONSTANTS:
            self._emit_value("constant", CONSTANTS[token.text], token)
        elif token.text in self._bound:
            self._emit_value("reference", self._bound[token.text], token)
        else:
            self._check_not_a_call(token, following)
            self.variables.setdefault(token.text)
            self._emit_value("variable", token.text, token)

    def _bind(self, token: Token) -> None:
        if token.text in self._functions or token.text in CONSTANTS:
            raise self._complaints.taken_name(token)
        self._name = token

    def _begin_call(self, token: Token, following: Token) -> None:
        op = self._functions[token.text]
        if following.kind != "(":
            raise self._complaints.not_called(token, following)
        self.operators.append(Pending(token, op, 0, OPERATIONS[op].arity))

    def _check_not_a_call(self, token: Token, following: Token) -> None:
        """Refuse `sine(x)`, which is a slip, and let `x(x+y)`, a product, pass."""
        name = token.text
        if following.kind != "(" or name in self._used_as_value or _FACTOR.fullmatch(name):
            return
        raise self._complaints.unknown_function(token)

    def _check_parentheses(self, token: Token) -> None:
        """Refuse a ")" that nothing opened, and a call without inputs."""
        if token.kind != ")":
            return
        if not self.operators:
            raise self._complaints.not_opened(token)
        call = self.operators[-2] if len(self.operators) > 1 else None
        if call is not None and call.is_call and self.operators[-1].token is self._previous():
            raise self._complaints.wrong_arity(call.token, call.arity, 0)

    # After a value ------------------------------------------------------------------------------

    def _read_after_a_value(self, token: Token) -> None:
        if token.kind == "operator":
            self._push_operator(token, token.text)
        elif token.kind == ")":
            self._close(token)
        elif token.kind == ",":
            self._next_input(token)
        elif token.kind == "end":
            self._end_statement()
        elif token.kind == "=":
            raise self._complaints.stray_equals(token)
        else:
            self._check_implied_product(token)
            self._push_operator(Token("operator", "*", token.start, token.start), "*")
            self._read_where_a_value_is_due(token)

    def _push_operator(self, token: Token, op: str) -> None:
        row = OPERATIONS[op]
        precedence = _precedence(op)
        while self.operators:
            top = self.operators[-1]
            if top.precedence < precedence or (top.precedence == precedence and row.right):
                break
            self._emit_operation(self.operators.pop())
        self.operators.append(Pending(token, op, precedence))
        self._wants_value = True

    def _close(self, token: Token) -> None:
        opening = self._pop_to_parenthesis()
        if opening is None:
            raise self._complaints.not_opened(token)
        start, _ = self._places[-1]
        self._places[-1] = (min(start, opening.token.start), token.end)
        if self.operators and self.operators[-1].is_call:
            call = self.operators.pop()
            if opening.inputs != call.arity:
                raise self._complaints.wrong_arity(call.token, call.arity, opening.inputs)
            self._emit_operation(call, token.end)

    def _next_input(self, token: Token) -> None:
        opening = self._pop_to_parenthesis()
        call = self.operators[-1] if self.operators else None
        if opening is None or call is None or not call.is_call:
            raise self._complaints.stray_comma(token)
        opening.inputs += 1
        self.operators.append(opening)
        self._wants_value = True

    def _end_statement(self) -> None:
        unclosed = self._pop_to_parenthesis()
        if unclosed is not None:
            raise self._complaints.not_closed(unclosed.token)
        name = self._name.text if self._name else ""
        if name:
            self._bound[name] = len(self.statements)
        self.statements.append(Statement(name, self._first, len(self.entries)))
        self._first = len(self.entries)
        self._name = None
        self._places.clear()
        self._wants_value = True

    def _check_implied_product(self, token: Token) -> None:
        """Let `5x`, `2(x+1)`, `(a+b)(c+d)`, `x(x+y)` pass, and refuse `x y` and `2 3`."""
        previous = self._previous()
        assert previous is not None
        if token.kind == "(" or (previous.kind == ")" and token.kind == "name"):
            return
        if previous.kind == "number" and token.kind == "name":
            return
        raise self._complaints.missing_operator(previous, token)

    # What both states use -----------------------------------------------------------------------

    def _emit_value(self, role: Role, content: float | str | int, token: Token) -> None:
        self.entries.append(Entry(role, content, token, token.start, token.end))
        self._places.append((token.start, token.end))
        self._wants_value = False

    def _emit_operation(self, pending: Pending, end: int = 0) -> None:
        start = pending.token.start
        for _ in range(pending.arity):
            first, last = self._places.pop()
            start, end = min(start, first), max(end, last)
        self._places.append((start, end))
        self.entries.append(Entry("operation", pending.op, pending.token, start, end))

    def _pop_to_parenthesis(self) -> Pending | None:
        """Emit all operators above the innermost open parenthesis, and pop that."""
        while self.operators:
            top = self.operators.pop()
            if top.token.kind == "(":
                return top
            self._emit_operation(top)
        return None

    def _previous(self) -> Token | None:
        """Return the token before the current one, of the same statement."""
        token = self.tokens[self._position - 1] if self._position else None
        return None if token is None or token.kind == "end" else token

    def _following(self) -> Token:
        return self.tokens[min(self._position + 1, len(self.tokens) - 1)]

    def _at_start(self) -> bool:
        """Whether the current token is the first of its statement."""
        return self._previous() is None

    def _names_used_as_value(self) -> set[str]:
        """Return the names that stand somewhere without a "(" after them."""
        return {
            token.text
            for token, following in zip(self.tokens, self.tokens[1:], strict=False)
            if token.kind == "name" and following.kind != "("
        }


_FACTOR = re.compile(r"[^\W\d_][\d_₀-₉]*")
"""Names that read as a factor before a parenthesis: x, x1, θ, but not rate."""


def _precedence(op: str) -> int:
    precedence = OPERATIONS[op].precedence
    assert precedence is not None, op
    return precedence
