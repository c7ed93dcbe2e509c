"""Functions of one's own, sums, products and indexed names: written out, as plain tokens.

In go tokens; out come tokens without any of these, each with its place in the text. So
everything behind this stage knows only names, numbers and operators, and a call is shared, shown
and differentiated as what it stands for:

========================= =======================================
``f(t) = t^2 + 1; f(2x)`` ``t₁ = 2x; (t₁^2 + 1)``
``sum(i=1..2, w[i]*x^i)`` ``(w_1*x^(1) + w_2*x^(2))``
``where(x > 0, x, y)``    ``c₁ = x > 0; (when(c₁, (x)) + unless(c₁, (y)))``
========================= =======================================

A parameter is a name of its own at every call; no text can bind it, for `t₁` as typed is t_1.
An argument is written once, however often the parameter stands in the function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from math import nan
from typing import NamedTuple, TypeAlias

from qsts_core.errors import TooLargeError
from qsts_core.notation import show_count
from qsts_core.reading.cases import has_conditionals
from qsts_core.reading.complaints import Complaints
from qsts_core.reading.tokens import Kind, Token

__all__ = ["LONGEST", "expand", "is_parameter", "needs_expansion", "without_lists"]

LONGEST = 1_000_000
"""The most tokens that a text may have once it is written out."""

_SERIES = {"sum": "+", "prod": "*"}
_CHOICES = ("where", "Piecewise")
_OPENING, _CLOSING = ["(", "["], [")", "]"]
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Environment: TypeAlias = Mapping[str, "str | int"]
"""What names stand for: a parameter for its name at this call, an index for its number."""

Stretch: TypeAlias = tuple[int, int]

Evaluate: TypeAlias = Callable[[Sequence[Token]], float]
"""What computes tokens without variables."""


class Function(NamedTuple):
    """A function of one's own: its parameters, where its body stands, and how long that becomes."""

    name: Token
    parameters: tuple[str, ...]
    first: int
    last: int
    size: int


_DEFINES = re.compile(r"[)）][^\S\n]*[=＝]")


def needs_expansion(text: str, tokens: Sequence[Token]) -> bool:
    """Whether there is anything to write out; a look at the text tells most that need nothing."""
    defines = ("=" in text or "＝" in text) and _DEFINES.search(text) is not None
    shown = any(sign in text for sign in ("..", "def ", *"[]［］…‥\\{"))
    chooses = "where" in text or "Piecewise" in text or has_conditionals(text)
    return (shown or defines or chooses) and any(
        token.kind in ("[", "]", "..")
        or (token.kind == "=" and before.kind == ")")
        or (token.kind == "(" and before.text in _CHOICES)
        for before, token in pairwise((tokens[-1], *tokens))
    )


def without_lists(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Read the inputs of a call that stand in a list, as in `sum([x, y])`, as inputs."""
    closings, _ = _match(tokens)
    dropped: set[int] = set()
    for opening, closing in closings.items():
        is_call = opening > 1 and tokens[opening].kind == "[" and tokens[opening - 1].kind == "("
        if is_call and tokens[opening - 2].kind == "name" and tokens[closing + 1].kind == ")":
            dropped |= {opening, closing}
    return tuple([token for place, token in enumerate(tokens) if place not in dropped])


def is_parameter(name: str) -> bool:
    """Whether a name is a parameter's at one call: no text can bind it."""
    return name[-1:] in "₀₁₂₃₄₅₆₇₈₉" and name != ""


def expand(
    tokens: Sequence[Token], complaints: Complaints, evaluate: Evaluate
) -> tuple[Token, ...]:
    """Write out all calls, sums, products and indexed names.

    Raises
    ------
    FormulaError
        If a function calls itself or gets another number of inputs than it takes, or where a
        whole number is due and none is known.
    TooLargeError
        If there would be more than `LONGEST` tokens.
    """
    return _Expansion(tokens, complaints, evaluate).write()


class _Expansion:
    """Statement by statement, with a stack of what is still to be written instead of recursion.

    What is to be written is always a stretch of the text's own tokens, `tokens[first:last]`.
    """

    def __init__(self, tokens: Sequence[Token], complaints: Complaints, evaluate: Evaluate) -> None:
        self._tokens = tokens
        self._complaints = complaints
        self._evaluate = evaluate
        self._closings, self._commas = _match(tokens)
        self._functions: dict[str, Function] = {}
        self._numbers: dict[str, int] = {}  # names that are bound to a whole number
        self._calls = 0
        self._size = 0
        self._written: list[Token] = []  # of all statements that are complete
        self._work: list[Callable[[], None]] = []

    def write(self) -> tuple[Token, ...]:
        tokens = self._tokens
        ends = [position for position, token in enumerate(tokens) if token.kind == "end"]
        firsts = [0, *(end + 1 for end in ends)]
        filled = [(first, end) for first, end in zip(firsts, ends, strict=False) if first < end]
        for first, end in filled:
            body = self._take_definition(first, end)
            if body is None or end == filled[-1][1]:  # a definition at the end is the output
                self._write_statement(first if body is None else body, end)
        return (*self._written, tokens[-1])

    def _write_statement(self, first: int, end: int) -> None:
        self._size += self._measure(first, end)
        if self._size > LONGEST:
            raise self._too_large(self._size)
        written: list[Token] = []
        self._expand(first, end, {}, written)
        while self._work:
            self._work.pop()()
        self._written += [*written, self._tokens[end]]
        if len(written) > 2 and written[1].kind == "=":
            name, value = written[0].text, written[2].text
            self._numbers.pop(name, None)
            if len(written) == 3 and value.isdecimal():
                self._numbers[name] = int(value)  # it may count a sum

    # Definitions --------------------------------------------------------------------------------

    def _take_definition(self, first: int, end: int) -> int | None:
        """Take up `f(s, t) = …` and return where its right side begins; `None` if it is none."""
        tokens, closing = self._tokens, self._closings.get(first + 1, 0)
        if tokens[first].kind != "name" or not closing or tokens[closing + 1].kind != "=":
            return None
        name, inner = tokens[first], tokens[first + 2 : closing]
        parameters = inner[::2]
        kinds = [token.kind for token in inner]
        if kinds[::2] != ["name"] * len(parameters) or kinds[1::2] != [","] * (len(kinds) // 2):
            return None
        if len(kinds) % 2 == 0:
            return None
        self._complaints.check_name(name)
        if closing + 2 == end:
            raise self._complaints.missing_value(tokens[end], tokens[closing + 1])
        names = [parameter.text for parameter in parameters]
        for position, parameter in enumerate(parameters):
            if parameter.text in names[:position]:
                raise self._complaints.parameter_twice(parameter)
        for token, following in pairwise(tokens[closing + 2 : end]):
            if token.text == name.text and token.kind == "name" and following.kind == "(":
                raise self._complaints.recursion(token)
        size = self._measure(closing + 2, end)
        self._functions[name.text] = Function(name, tuple(names), closing + 2, end, size)
        return closing + 2

    def _measure(self, first: int, last: int) -> int:
        """Count the tokens that a stretch becomes, exactly where the ends of sums are numbers."""
        size, times = 0, [1]
        for position in range(first, last):
            token = self._tokens[position]
            if token.kind in _OPENING:
                times.append(times[-1] * self._count_terms(position - 1))
            elif token.kind in _CLOSING and len(times) > 1:
                times.pop()
            function = self._function_at(position)
            size += times[-1] * (1 + (function.size if function else 0))
        return size

    def _count_terms(self, position: int) -> int:
        """Return how many terms a sum has whose ends are written as numbers; 1 for all else."""
        if position < 0 or not self._is_series(position):
            return 1
        ahead = [token.text for token in self._tokens[position + 4 : position + 8]]
        if len(ahead) < 4 or not (ahead[0].isdecimal() and ahead[2].isdecimal()):
            return 1
        return max(1, int(ahead[2]) - int(ahead[0]) + 1)

    def _function_at(self, position: int) -> Function | None:
        """Return the function of one's own that is called at a position."""
        is_call = self._tokens[position + 1].kind == "("
        return self._functions.get(self._tokens[position].text) if is_call else None

    def _is_series(self, position: int) -> bool:
        """Whether `sum(i=` or `prod(i=` stands at a position."""
        ahead = self._tokens[position : position + 4]
        kinds = [token.kind for token in ahead]
        return kinds == ["name", "(", "name", "="] and ahead[0].text in _SERIES

    # Writing out --------------------------------------------------------------------------------

    def _expand(self, first: int, last: int, known: Environment, to: list[Token]) -> None:
        """Write a stretch until a call comes; leave that and the rest as work to be done."""
        position = first
        while position < last:
            token, following = self._tokens[position], self._tokens[position + 1].kind
            if token.kind == "name" and following == "[":
                end = self._closing(position + 1)
                to.append(self._indexed(position, known))
            elif token.kind == "name" and self._function_at(position):
                end = self._closing(position + 1)
                self._work.append(partial(self._expand, end + 1, last, known, to))
                self._call(position, known, to)
                return
            elif self._is_series(position):
                end = self._closing(position + 1)
                self._work.append(partial(self._expand, end + 1, last, known, to))
                self._series(position, known, to)
                return
            elif token.text in _CHOICES and following == "(":
                end = self._closing(position + 1)
                self._work.append(partial(self._expand, end + 1, last, known, to))
                self._choice(position, known, to)
                return
            else:
                end = position
                to += self._substitute(token, known)
            position = end + 1
        if len(to) + len(self._written) > LONGEST:
            raise self._too_large(len(to) + len(self._written))

    def _substitute(self, token: Token, known: Environment) -> list[Token]:
        """Return a token, or what its name stands for here."""
        if token.kind in ("[", "]", ".."):
            raise self._complaints.stray_bracket(token)
        meant = known.get(token.text) if token.kind == "name" else None
        if isinstance(meant, int):
            return _number(meant, token)
        if meant is None and token.kind == "name" and token.text in self._functions:
            raise self._complaints.own_not_called(token, self._functions[token.text].parameters)
        return [token if meant is None else token._replace(text=meant)]

    def _call(self, position: int, known: Environment, to: list[Token]) -> None:
        """Bind each parameter to its argument in a statement of its own; then write the body."""
        name = self._tokens[position]
        function, arguments = self._functions[name.text], self._parts(position + 1)
        if len(arguments) != len(function.parameters):
            raise self._complaints.wrong_inputs(name, function.parameters, len(arguments))
        self._calls += 1
        mark = str(self._calls).translate(_SUBSCRIPTS)
        inside = {parameter: f"{parameter}{mark}" for parameter in function.parameters}
        closing = self._tokens[self._closing(position + 1)]
        self._enclose(name.start, closing.end, (function.first, function.last), inside, to)
        for parameter, argument in reversed(list(zip(inside.values(), arguments, strict=True))):
            self._bind(parameter, argument, known)

    def _choice(self, position: int, known: Environment, to: list[Token]) -> None:
        """Write `where(c, a, b)`, or the cases of `Piecewise`, the last for where no other holds.

        Each condition is bound to a name, for two gates ask it.
        """
        name, parts = self._tokens[position], self._parts(position + 1)
        cases: list[tuple[Stretch, Stretch]] = []
        if name.text == "where":
            if len(parts) != 3:
                raise self._complaints.wrong_where(name, len(parts))
            condition, value, other = parts
            cases.append((condition, value))
        else:
            for first, last in parts:
                pair = self._parts(first) if self._closings.get(first) == last - 1 else []
                if len(pair) != 2:
                    raise self._complaints.wrong_piecewise(name)
                cases.append((pair[1], pair[0]))
            other = cases.pop()[1]
        closing = self._tokens[self._closing(position + 1)]
        jobs: list[Callable[[], None]] = []
        for condition, (first, last) in cases:
            self._calls += 1
            asked = f"c{str(self._calls).translate(_SUBSCRIPTS)}"
            self._at(jobs, to, name.start, "(")
            jobs.append(partial(self._bind, asked, condition, known))
            start, end = self._tokens[first].start, self._tokens[last - 1].end
            self._gate(jobs, to, "when", asked, condition, start)
            jobs.append(partial(self._expand, first, last, known, to))
            self._at(jobs, to, end, "))+")
            self._gate(jobs, to, "unless", asked, condition, self._tokens[other[0]].start)
        jobs.append(partial(self._expand, *other, known, to))
        self._at(jobs, to, closing.end, ")))" * len(cases))
        self._work += reversed(jobs)

    def _gate(
        self, jobs: list[Callable[[], None]], to: list[Token], gate: str, asked: str,
        condition: Stretch, start: int,
    ) -> None:  # fmt: skip
        """Write the beginning of a gate, which asks a condition by its name."""
        first, last = self._tokens[condition[0]].start, self._tokens[condition[1] - 1].end
        tokens = Token("name", gate, start, start), Token("(", "(", start, start)
        asks = Token("name", asked, first, last), Token(",", ",", start, start)
        jobs.append(partial(to.extend, (*tokens, *asks, Token("(", "(", start, start))))

    @staticmethod
    def _at(jobs: list[Callable[[], None]], to: list[Token], place: int, signs: str) -> None:
        """Write signs that take no room at a place of the text."""
        kinds: dict[str, Kind] = {"+": "operator", "(": "(", ")": ")"}
        jobs.append(partial(to.extend, [Token(kinds[s], s, place, place) for s in signs]))

    def _enclose(
        self, start: int, end: int, stretch: Stretch, known: Environment, to: list[Token]
    ) -> None:
        """Write a stretch between parentheses, once what is put on the stack later is done."""
        self._work.append(partial(to.append, Token(")", ")", end, end)))
        self._work.append(partial(self._expand, *stretch, known, to))
        self._work.append(partial(to.append, Token("(", "(", start, start)))

    def _bind(self, name: str, argument: Stretch, known: Environment) -> None:
        """Write a statement that binds a parameter to its argument."""
        first, last = argument
        start, end = self._tokens[first].start, self._tokens[last - 1].end
        value = [Token("name", name, start, start), Token("=", "=", start, start)]

        def finish() -> None:
            self._written.extend((*value, Token("end", ";", end, end)))

        self._work.append(finish)
        self._work.append(partial(self._expand, first, last, known, value))

    def _series(self, position: int, known: Environment, to: list[Token]) -> None:
        """Write the terms of a sum or the factors of a product, an operator between them."""
        name, index = self._tokens[position], self._tokens[position + 2]
        parts = self._parts(position + 1)
        dots = [i for i in range(*parts[0]) if self._tokens[i].kind == ".."]
        if len(parts) != 2 or len(dots) != 1:
            raise self._complaints.wrong_series(name, index)
        first = self._whole(position + 4, dots[0], known, name)
        last = self._whole(dots[0] + 1, parts[0][1], known, name)
        if last - first >= LONGEST:
            raise self._too_large((last - first + 1) * (parts[1][1] - parts[1][0] + 1))
        start, end = self._tokens[parts[1][0]].start, self._tokens[parts[1][1] - 1].end
        operator = Token("operator", _SERIES[name.text], start, start)
        closing = self._tokens[self._closing(position + 1)]
        to.append(Token("(", "(", name.start, name.start))
        self._work.append(partial(to.append, Token(")", ")", closing.end, closing.end)))
        if last < first:  # nothing to add is 0, nothing to multiply is 1
            to += _number(int(name.text == "prod"), name)
        for number in range(last, first - 1, -1):
            self._enclose(start, end, parts[1], {**known, index.text: number}, to)
            if number > first:
                self._work.append(partial(to.append, operator))

    def _indexed(self, position: int, known: Environment) -> Token:
        """Return the one name that `w[1]` or `a[i,j]` stands for."""
        name, closing = self._tokens[position], self._tokens[self._closing(position + 1)]
        text = str(known.get(name.text, name.text))
        for part in self._parts(position + 1):
            number = self._whole(*part, known, closing)
            text += f"_{number}" if number >= 0 else f"_m{-number}"
        return Token("name", text, name.start, closing.end)

    def _whole(self, first: int, last: int, known: Environment, near: Token) -> int:
        """Return the whole number that a stretch stands for."""
        meant: list[Token] = []
        for token in self._tokens[first:last]:
            number = known.get(token.text, self._numbers.get(token.text))
            meant += _number(number, token) if isinstance(number, int) else [token]
        refused = any(token.kind in ("name", "[", "]", "..", "=") for token in meant)
        value = self._evaluate(meant) if meant and not refused else nan
        if not value.is_integer():
            raise self._complaints.not_whole(self._tokens[first:last], near)
        return int(value)

    def _closing(self, opening: int) -> int:
        """Return the position of what closes the parenthesis or bracket at `opening`."""
        if opening not in self._closings:
            raise self._complaints.not_closed(self._tokens[opening])
        return self._closings[opening]

    def _parts(self, opening: int) -> list[Stretch]:
        """Return the stretches between the commas inside a parenthesis or bracket."""
        closing = self._closing(opening)
        edges = [opening, *self._commas.get(opening, ()), closing]
        parts = [(before + 1, after) for before, after in pairwise(edges)]
        for first, last in parts:
            if first == last:
                raise self._complaints.missing_value(self._tokens[last], self._tokens[first - 1])
        return parts

    def _too_large(self, size: int) -> TooLargeError:
        return TooLargeError(
            f"written out, this text comes to {show_count(size)} tokens, and at most {LONGEST:,} "
            "are read. Bind what repeats to a name, as in t = x*y; t*t.",
            size,
        )


def _match(tokens: Sequence[Token]) -> tuple[dict[int, int], dict[int, list[int]]]:
    """Return what closes each parenthesis and bracket, and the commas that stand in it."""
    closings: dict[int, int] = {}
    commas: dict[int, list[int]] = {}
    opened: list[int] = []
    for position, (kind, *_) in enumerate(tokens):
        if kind in _OPENING:
            opened.append(position)
        elif kind in _CLOSING and opened:
            opening = opened.pop()
            if _OPENING.index(tokens[opening].kind) == _CLOSING.index(kind):
                closings[opening] = position
        elif kind == "," and opened:
            commas.setdefault(opened[-1], []).append(position)
        elif kind == "end":
            opened.clear()
    return closings, commas


def _number(number: int, token: Token) -> list[Token]:
    """Return the tokens of a number at the place of a name, so that `2i` stays a product."""
    start, end = token.start, token.end
    sign = [Token("operator", "-", start, start)] if number < 0 else []
    digits = Token("number", str(abs(number)), start, end)
    return [Token("(", "(", start, start), *sign, digits, Token(")", ")", end, end)]
