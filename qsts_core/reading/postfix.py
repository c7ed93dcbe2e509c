"""Tokens to postfix: the shunting-yard algorithm (Dijkstra, 1961).

In go the tokens of a text; out comes a `Program`: the entries in the order in which a stack
machine runs them, without parentheses, every entry with the place of the subexpression that it
completes. Precedence, implied products, statements and names are settled here and nowhere else.

`Reader` is the algorithm, one token at a time, so that a viewer can watch its two stacks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple, NoReturn, TypeAlias

from qsts_core.ops import ARITIES, CONSTANTS, FUNCTIONS, OPERATIONS
from qsts_core.reading.cases import has_conditionals, write_conditionals
from qsts_core.reading.complaints import Complaints
from qsts_core.reading.expansion import expand, needs_expansion, without_lists
from qsts_core.reading.prelude import with_prelude
from qsts_core.reading.scripts import Script, script_of, tokenize
from qsts_core.reading.tokens import Kind, Token

__all__ = ["Entry", "Pending", "Program", "Reader", "Statement", "read"]

Role: TypeAlias = Literal["constant", "variable", "reference", "operation"]
Meaning: TypeAlias = tuple[Role, str, float, int]
"""The first four fields of an entry."""


class Entry(NamedTuple):
    """One entry of the postfix.

    Attributes
    ----------
    role
        "constant", "variable", "reference" (to an earlier statement) or "operation".
    name
        The name of the operation, of the variable, or of the statement; "" of a constant.
    number
        The constant's number; 0 of all others.
    statement
        The index of the statement that a reference stands for; -1 of all others.
    token
        The token it came from.
    start, end
        The place in the text of the whole subexpression that it completes.
    """

    role: Role
    name: str
    number: float
    statement: int
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
    script
        The script that the text was read as.
    """

    text: str
    entries: tuple[Entry, ...]
    statements: tuple[Statement, ...]
    variables: tuple[str, ...]
    script: Script


class Pending(NamedTuple):
    """What waits on the operator stack: an operator, a parenthesis (whose `op` is ""), or a call.

    A parenthesis binds not at all, and a call more tightly than any operator. An `arity` of 0
    stands for what follows a function once it is complete, as the square in `sin²(x)`.
    """

    precedence: float
    op: str
    token: Token
    arity: int


def read(
    text: str,
    functions: Mapping[str, str] = FUNCTIONS,
    constants: Mapping[str, float] = CONSTANTS,
    script: Script | None = None,
) -> Program:
    """Read a whole text, in which `functions` may be called and `constants` stand for numbers.

    The script is told from the text unless it is given.

    Raises
    ------
    FormulaError
        Where the text is not a formula, with its place.

    Examples
    --------
    >>> [entry.token.text for entry in read("(x+y) + x(x+y)").entries]
    ['x', 'y', '+', 'x', 'x', 'y', '+', '*', '+']
    """
    reader = Reader(text, functions, constants, script)
    reader.read_all()
    return reader.program()


class Reader:
    """The shunting-yard over one text: feed it its `tokens` in order, then ask for the program.

    Attributes
    ----------
    tokens
        The tokens of the text.
    script
        The script that it is read as.
    entries
        The postfix queue so far.
    waiting
        The operator stack, its top last: bare, for it is touched at every token.
    """

    def __init__(
        self,
        text: str,
        functions: Mapping[str, str] = FUNCTIONS,
        constants: Mapping[str, float] = CONSTANTS,
        script: Script | None = None,
    ) -> None:
        self.text = text
        self.script = script or script_of(text)
        self._functions = functions
        self._constants = constants
        self.tokens = tokenize(text, self.script)
        if has_conditionals(text):
            self.tokens = write_conditionals(self.tokens, self._complaints)
        if "([" in text:
            self.tokens = without_lists(self.tokens)
        given, self.tokens = self.tokens, with_prelude(text, self.tokens)
        self._is_expanded = given is not self.tokens or needs_expansion(text, self.tokens)
        if self._is_expanded:
            self.tokens = expand(self.tokens, self._complaints, _evaluate)
        self.entries: list[Entry] = []
        self.waiting: list[tuple[float, str, Token, int]] = []
        self.statements: list[Statement] = []
        self.variables: dict[str, None] = {}
        self._position = -1  # of the token being read
        self._begin = 0  # position of the first token of the current statement
        self._first = 0  # entry of the current statement
        self._name: Token | None = None  # that the current statement binds
        self._known: dict[str, Meaning] = {}  # what a number or a name stands for
        self._starts: list[int] = []  # of the subexpressions not yet taken up
        self._end = 0  # of the last of them
        self._begun: list[int] = []  # for each open parenthesis, the inputs begun inside it
        self._bars: list[int] = []  # how many parentheses were open inside each open bar
        self._afters: list[list[tuple[Meaning, Token]]] = []  # what follows functions that wait
        self._left = 0  # how many tokens were read ahead, and are to be passed over
        self._readers = _WHERE_A_VALUE_IS_DUE

    @property
    def operators(self) -> list[Pending]:
        """The operator stack, its top last, with names for its fields."""
        return list(map(Pending._make, self.waiting))

    def program(self) -> Program:
        """Return what was read, once all tokens have been."""
        if not self.statements:
            raise self._complaints.nothing(self.tokens[-1])
        variables = list(self.variables)
        if self._is_expanded:  # arguments were read before what stands to the left of their call
            first = {entry.name: entry.start for entry in reversed(self.entries)}
            variables.sort(key=first.__getitem__)
        return Program(
            self.text,
            tuple(self.entries),
            tuple(self.statements),
            tuple(variables),
            self.script,
        )

    def read(self, token: Token) -> None:
        """Read the next token."""
        self._position += 1
        self._readers[token.kind](self, token)

    def read_all(self) -> None:
        """Read all tokens, as `read` would one by one."""
        for token in self.tokens:
            self._position += 1
            self._readers[token.kind](self, token)

    # A value is due: at the start, after an operator, a comma or "(" ----------------------------

    def _read_value(self, token: Token) -> None:
        """Read a number or a name, or the name with which a call or a binding begins."""
        text, following = token.text, self.tokens[self._position + 1].kind
        if following == "(" and text in self._functions:
            op = self._functions[text]
            self.waiting.append((_CALL, op, token, ARITIES[op]))
        elif following == "=" and self._position == self._begin and token.kind == "name":
            self._bind(token)
        else:
            meaning = self._known.get(text) or self._settle(token)
            if meaning is None:
                return  # a function, which waits for what it is applied to
            if following == "(" and meaning[0] == "variable":
                self._check_not_a_call(token)
            _, _, start, end = token
            self._end = end
            # Tuples are joined in half the time of unpacking one into another.
            self.entries.append(_new(Entry, meaning + (token, start, end)))  # noqa: RUF005
            self._starts.append(start)
            self._readers = _AFTER_A_VALUE

    def _settle(self, token: Token) -> Meaning | None:
        """Find out what a number or a name stands for; `None` if it is applied to what follows."""
        if token.kind == "name" and self._apply(token):
            return None
        return self._learn(token)

    def _learn(self, token: Token) -> Meaning:
        """Keep what a number, a constant or a variable stands for."""
        text = token.text
        if token.kind == "number":
            self._known[text] = "constant", "", float(text), -1
        elif text in self._constants:
            self._known[text] = "constant", "", self._constants[text], -1
        else:
            self._known[text] = "variable", text, 0.0, -1
            self.variables[text] = None
        return self._known[text]

    # A function without parentheses, with a power or with a base

    def _apply(self, token: Token) -> bool:
        """Let a function wait for what it is applied to; whether the token is one."""
        text = token.text
        is_base = self.tokens[self._position + 1].text == "^"
        if is_base and (text == "math.e" or (text == "e" and self._e_is_a_base)):
            self.waiting.append((_BINDINGS["^"][0], "exp", token, 1))
            self._pass(1)
            return True
        if text in _ROOTS:
            self._wait_for_input(_ROOTS[text], token, 1, _ROOT)
            return True
        name, _, base = text.partition("_")
        if text in self._functions:
            name, base = text, ""
        elif name != "log" or not _BASE.fullmatch(base) or not self._begins_a_value(1, sign=False):
            return False
        ahead = 1
        after: list[tuple[Meaning, Token]] = []
        op = self._functions[name]
        if base in ("2", "10"):
            op += base
        elif base:
            kind: Kind = "number" if base.isdecimal() else "name"
            meaning = self._meaning_of(Token(kind, base, token.start, token.end))
            after = [(meaning, token), (_operation("log"), token), (_operation("/"), token)]
        if self.tokens[self._position + 1].text == "^":
            exponent, ahead = self._read_exponent(token)
            after += [
                (self._meaning_of(exponent), exponent),
                (_operation("^"), self.tokens[self._position + 1]),
            ]
        if ARITIES[op] != 1 or not self._begins_a_value(ahead):
            raise self._complaints.not_called(token, self.tokens[self._position + ahead])
        self._wait_for_input(op, token, ahead, _APPLIED, after)
        return True

    def _wait_for_input(
        self, op: str, token: Token, ahead: int, precedence: float,
        after: Sequence[tuple[Meaning, Token]] = (),
    ) -> None:  # fmt: skip
        """Let a function wait, and below it what follows it; pass over what was read ahead."""
        if self.tokens[self._position + ahead].kind in ("(", "|"):
            precedence = _CALL
        if after:
            self._afters.append(list(after))
            self.waiting.append((precedence, "", token, 0))
        self.waiting.append((precedence, op, token, ARITIES[op]))
        self._pass(ahead - 1)

    def _read_exponent(self, function: Token) -> tuple[Token, int]:
        """Return the exponent on a function's name, and how far it reaches."""
        tokens, ahead = self.tokens[self._position : self._position + 6], 2
        fenced = len(tokens) > 4 and tokens[2].kind == "("
        ahead += fenced
        if ahead < len(tokens) and tokens[ahead].text == "-":
            raise self._complaints.inverse(function, tokens[ahead + 1])
        is_value = ahead < len(tokens) and tokens[ahead].kind in ("number", "name")
        if not is_value or tokens[ahead].text in _ROOTS:
            raise self._complaints.not_called(function, tokens[1])
        if fenced and tokens[ahead + 1].kind != ")":
            raise self._complaints.not_called(function, tokens[1])
        return tokens[ahead], ahead + 1 + fenced

    def _meaning_of(self, token: Token) -> Meaning:
        """Return what a number or a name stands for that is no function."""
        if token.text in self._functions:
            raise self._complaints.not_called(token, token)
        return self._known.get(token.text) or self._learn(token)

    def _begins_a_value(self, ahead: int, *, sign: bool = True) -> bool:
        """Whether a value begins so many tokens ahead, on which a function can be applied."""
        token = self.tokens[self._position + ahead]
        return token.kind in ("number", "name", "(", "|") or (sign and token.text == "-")

    def _pass(self, tokens: int) -> None:
        """Pass over tokens that were read ahead."""
        self._left = tokens
        if tokens:
            self._readers = _PASSING

    def _pass_over(self, _: Token) -> None:
        self._left -= 1
        if not self._left:
            self._readers = _WHERE_A_VALUE_IS_DUE

    @cached_property
    def _e_is_a_base(self) -> bool:
        """Whether e stands nowhere but as the base of a power: then it is Euler's number."""
        return "exp" in self._functions and all(
            following.text == "^" for token, following in pairwise(self.tokens) if token.text == "e"
        )

    def _bind(self, token: Token) -> None:
        if token.text in self._functions or token.text == "pi":
            raise self._complaints.taken_name(token)
        self._name = token

    def _read_equals(self, token: Token) -> None:
        """Pass over the "=" after the name that `_bind` took up with a look ahead."""
        if self._name is None or self._position != self._begin + 1:
            raise self._complaints.stray_equals(token)

    def _check_not_a_call(self, token: Token) -> None:
        """Refuse `sine(x)`, which is a slip, and let `x(x+y)`, a product, pass."""
        name = token.text
        if not (_FACTOR.fullmatch(name) or name in self._names_used_as_value):
            raise self._complaints.unknown_function(token)

    def _open(self, token: Token) -> None:
        self.waiting.append((0, "", token, 0))
        self._begun.append(1)

    def _open_bar(self, token: Token) -> None:
        self.waiting += [(_CALL, "abs", token, 1), (0, "", token, 0)]
        self._begun.append(1)
        self._bars.append(len(self._begun))

    def _read_sign(self, token: Token) -> None:
        """Let a minus wait; pass over a plus, which changes nothing.

        A line that begins with a plus was meant to go on with the line before it.
        """
        if token.text == "-":
            self.waiting.append((_BINDINGS["neg"][0], "neg", token, 1))
        elif token.text == "not":
            if self.waiting and self.waiting[-1][0] >= _COMPARED:
                raise self._complaints.open_not(token)
            self.waiting.append((_BINDINGS["not"][0], "not", token, 1))
        elif token.text != "+" or self._is_on_a_line_after_another(token):
            self._miss_value(token)

    def _is_on_a_line_after_another(self, token: Token) -> bool:
        """Whether a token begins a statement that a new line parts from the one before it."""
        before = self.tokens[self._position - 1].text
        return bool(self.statements) and self._position == self._begin and before == "\n"

    def _refuse_bracket(self, token: Token) -> NoReturn:
        raise self._complaints.stray_bracket(token)

    def _end_nothing(self, token: Token) -> None:
        """Pass over an empty statement."""
        if self._position != self._begin:
            self._miss_value(token)
        self._begin = self._position + 1

    def _miss_value(self, token: Token) -> NoReturn:
        """Refuse what is no value; a ")" may have nothing to close, or close an empty call."""
        if token.kind == ")":
            if not self.waiting:
                raise self._complaints.not_opened(token)
            is_call = len(self.waiting) > 1 and self.waiting[-2][0] == _CALL
            if is_call and self.waiting[-1][2] is self._previous():
                _, _, name, arity = self.waiting[-2]
                raise self._complaints.wrong_arity(name, arity, 0)
        raise self._complaints.missing_value(token, self._previous())

    # After a value ------------------------------------------------------------------------------

    def _push_operator(self, token: Token) -> None:
        op = token.text
        precedence, lowest = _BINDINGS[op]
        waiting = self.waiting
        if waiting and waiting[-1][0] >= lowest:
            self._emit_operations(lowest)
        if precedence == _COMPARED:
            if waiting and waiting[-1][0] == _COMPARED:
                raise self._complaints.chained(waiting[-1][2], token)
        elif op == "not":
            raise self._complaints.missing_operator(self._starts[-1], token)
        waiting.append((precedence, op, token, 2))
        self._readers = _WHERE_A_VALUE_IS_DUE

    def _close(self, token: Token) -> None:
        self._emit_operations()
        waiting = self.waiting
        if not waiting:
            raise self._complaints.not_opened(token)
        opened = waiting.pop()[2]
        if opened.text == "|" != token.text:
            raise self._complaints.not_closed(opened)
        self._starts[-1] = opened.start
        self._end = token.end
        inputs = self._begun.pop()
        if waiting and waiting[-1][0] == _CALL:
            _, op, name, arity = waiting[-1]
            if inputs != arity or name.text in _COMPLETED:
                self._complete_inputs(op, name, inputs)
            self._emit_operations(_CALL)

    def _close_bar(self, token: Token) -> None:
        """Close the bars that are open, or open them after a factor, as in `2|x|`."""
        if self._bars and self._bars[-1] == len(self._begun):
            self._bars.pop()
            self._close(token)
        else:
            self._imply_product(token)

    def _next_input(self, token: Token) -> None:
        self._emit_operations()
        waiting = self.waiting
        if len(waiting) < 2 or waiting[-2][0] != _CALL or waiting[-1][2].text == "|":
            raise self._complaints.stray_comma(token)
        _, op, name, _ = waiting[-2]
        if op == "log" or (op in _FOLDED and self._begun[-1] > 1):  # of a logarithm comes the base
            self._emit(op, name)
        self._begun[-1] += 1
        self._readers = _WHERE_A_VALUE_IS_DUE

    def _complete_inputs(self, op: str, name: Token, inputs: int) -> None:
        """Complete a call with another number of inputs than its operation has."""
        pending = self.waiting.pop()
        if op == "log" and inputs == 2 and name.text == "log":  # to a base
            self._emit(op, name)
            op = "/"
        elif name.text in _CLIPS:
            if inputs != 3:
                raise self._complaints.wrong_clip(name, inputs)
            op = "min"  # of the larger of the first two, and the third
        elif name.text not in _OF_ANY_NUMBER and not (op in _FOLDED and inputs > 2):
            raise self._complaints.wrong_arity(name, pending[3], inputs)
        if inputs > 1:
            self.waiting.append((_CALL, op, name, 2))
        if name.text == "mean":
            self._emit_operations(_CALL)
            self._add_constant(float(inputs), name)
            self.waiting.append((_CALL, "/", name, 2))

    def _add_constant(self, number: float, token: Token) -> None:
        """Add a constant that the text implies."""
        entry = "constant", "", number, -1, token, token.start, token.end
        self.entries.append(_new(Entry, entry))
        self._starts.append(self._end)

    def _end_statement(self, _: Token) -> None:
        self._emit_operations()
        if self.waiting:
            raise self._complaints.not_closed(self.waiting[-1][2])
        name = self._name.text if self._name else ""
        if name:
            self._known[name] = "reference", name, 0.0, len(self.statements)
        self.statements.append(_new(Statement, (name, self._first, len(self.entries))))
        self._begin, self._first = self._position + 1, len(self.entries)
        self._name = None
        self._starts.clear()
        self._bars.clear()
        self._readers = _WHERE_A_VALUE_IS_DUE

    def _imply_product(self, token: Token) -> None:
        """Let `5x`, `2(x+1)`, `(x)2`, `2πx`, `x sin y`, `x₁x₂` pass, and refuse `x y` and `2 3`."""
        previous = self.tokens[self._position - 1]
        is_function = token.text in self._functions or token.text in _ROOTS
        if not (
            token.kind in ("(", "|")
            or previous.kind in (")", "|")
            or (token.kind == "name" and (previous.kind == "number" or is_function))
            or (token.kind == "name" == previous.kind and self._multiplies(previous, token))
            or "π" in (token.text, previous.text)
            or (token.kind == "name" and self.waiting and self.waiting[-1][0] == _ROOT)
        ):
            raise self._complaints.missing_operator(self._start_of_factor(previous), token)
        product = Token("operator", "*", token.start, token.start)
        self._emit_operations(_TIGHT)
        if self.waiting and self.waiting[-1][0] == _APPLIED and not is_function:
            self.waiting.append((_TIGHT, "*", product, 2))  # sin 2x is sin(2x)
            self._readers = _WHERE_A_VALUE_IS_DUE
        else:
            self._push_operator(product)
        self._readers[token.kind](self, token)

    def _multiplies(self, previous: Token, token: Token) -> bool:
        """Whether two names side by side are a product: in LaTeX, and `x₁x₂`."""
        return self.script == "latex" or previous.end == token.start

    def _start_of_factor(self, last: Token) -> int:
        """Return where the factor begins that ends with a number or a name.

        A raised number is nothing alone: what it raises belongs to it.
        """
        raises = self.waiting and self.waiting[-1][2]
        is_raised = raises and raises.start == raises.end and raises.text == "^"
        return self._starts[-2] if is_raised else last.start

    # What both states use -----------------------------------------------------------------------

    def _emit_operations(self, lowest: float = 1) -> None:
        """Emit what waits on top, down to what binds less tightly than `lowest`: "(" at the last.

        The inputs of all of it are complete: the last of them ended just now.
        """
        waiting, starts = self.waiting, self._starts
        while waiting and waiting[-1][0] >= lowest:
            _, op, token, arity = waiting.pop()
            if arity == 2:
                starts.pop()
            elif arity == 0:
                self._emit_after()
                continue
            start = token.start
            if start < starts[-1]:  # it stands before its inputs
                starts[-1] = start
            entry = "operation", op, 0.0, -1, token, starts[-1], self._end
            self.entries.append(_new(Entry, entry))

    def _emit(self, op: str, token: Token) -> None:
        """Emit one operation on what is complete."""
        self.waiting.append((_CALL, op, token, ARITIES[op]))
        self._emit_operations(_CALL)

    def _emit_after(self) -> None:
        """Emit what follows a function that is complete."""
        for meaning, token in self._afters.pop():
            start = self._starts[-1] if meaning[0] == "operation" else token.start
            end = self._end if meaning[0] == "operation" else token.end
            self.entries.append(_new(Entry, (*meaning, token, start, end)))

    @property
    def _complaints(self) -> Complaints:
        return Complaints(self.text, self._functions)

    def _previous(self) -> Token | None:
        """Return the token before the current one, of the same statement."""
        return self.tokens[self._position - 1] if self._position > self._begin else None

    @cached_property
    def _names_used_as_value(self) -> set[str]:
        """The names that stand somewhere without a "(" after them."""
        return {
            token.text
            for token, following in pairwise(self.tokens)
            if token.kind == "name" and following.kind != "("
        }


def _evaluate(tokens: Sequence[Token]) -> float:
    """Compute tokens without variables."""
    text = " ".join(token.text for token in tokens)
    stack: list[float] = []
    for role, name, number, *_ in read(text).entries:
        if role == "operation":
            inputs = [stack.pop() for _ in range(ARITIES[name])]
            stack.append(OPERATIONS[name].compute(*inputs[::-1]))
        else:
            stack.append(number)
    return stack[-1]


_new = tuple.__new__  # of all fields at once: half the time of the named tuples' own constructors

_FACTOR = re.compile(r"[^\W\d_][\d_]*")
"""Names that read as a factor before a parenthesis: x, x1, θ, but not rate."""

_BASE = re.compile(r"[0-9]{1,15}|[^\W\d_]\w*")
"""What may stand below a logarithm: log_2, log_b."""

_ROOTS = {"√": "sqrt", "∛": "cbrt"}
_FOLDED = frozenset(("min", "max", "hypot", "logaddexp", "+", "*"))
"""The operations that take any number of inputs, from the left."""
_OF_ANY_NUMBER = frozenset(("mean", "sum", "prod", "logsumexp"))
"""The functions that take any number of inputs, one as well."""
_CLIPS = frozenset(("clip", "clamp"))
_COMPLETED = _OF_ANY_NUMBER | _CLIPS
"""The functions that are no row of their own, and are completed at their end."""


def _operation(op: str) -> Meaning:
    return "operation", op, 0.0, -1


_CALL = 1 + max(row.precedence or 0 for row in OPERATIONS.values())
_APPLIED, _TIGHT, _ROOT = 6.25, 6.5, 7.5
"""Between the product and the sign: a function without parentheses, and a product that it takes;
between the sign and the power: a root."""
_COMPARED = OPERATIONS["<"].precedence or 0
_BINDINGS = {
    row.name: (row.precedence, row.precedence + (row.right or row.precedence == _COMPARED))
    for row in OPERATIONS.values()
    if row.precedence is not None
}
"""How tightly an operator binds, and from how tightly on what waits to its left goes first."""

_WHERE_A_VALUE_IS_DUE: dict[str, Callable[[Reader, Token], None]] = {
    "number": Reader._read_value, "name": Reader._read_value, "operator": Reader._read_sign,
    "(": Reader._open, ")": Reader._miss_value, ",": Reader._miss_value,
    "=": Reader._read_equals, "end": Reader._end_nothing, "|": Reader._open_bar,
    **dict.fromkeys(("[", "]", ".."), Reader._refuse_bracket),
}  # fmt: skip
_AFTER_A_VALUE: dict[str, Callable[[Reader, Token], None]] = {
    "number": Reader._imply_product, "name": Reader._imply_product,
    "operator": Reader._push_operator, "(": Reader._imply_product, ")": Reader._close,
    ",": Reader._next_input, "=": Reader._read_equals, "end": Reader._end_statement,
    "|": Reader._close_bar, **dict.fromkeys(("[", "]", ".."), Reader._refuse_bracket),
}  # fmt: skip
_PASSING: dict[str, Callable[[Reader, Token], None]] = dict.fromkeys(
    _AFTER_A_VALUE, Reader._pass_over
)
"""For each kind of token, what reads it in each of the three states."""
