"""A Python function run once on numbers that remember how they came about.

In goes a function of plain arithmetic; out comes the expression that it computed, with the state at
which it ran and the source line of each node. Loops and branches are recorded as they were executed
(tracing, as in Griewank and Walther, Evaluating Derivatives, chapter 6).
"""

from __future__ import annotations

import linecache
import math
import operator
import sys
from collections.abc import Callable, Mapping, Sequence
from keyword import iskeyword
from typing import Any, NamedTuple, SupportsFloat

from .errors import ArgumentError, FormulaError, QstsError
from .expression import Expression
from .ops import OPERATIONS
from .point import Real
from .printer import write_program
from .trace import Trace

__all__ = [
    "Number",
    "RecordError",
    "Recorded",
    "SourceLine",
    "apply",
    "is_recorded_as_one",
    "record",
]


class RecordError(QstsError, TypeError):
    """What a function does cannot be recorded; the message names the line and a way out."""


class SourceLine(NamedTuple):
    """Where in a program a node was made.

    Attributes
    ----------
    file, line
        The name of the file, and the number of the line in it, from 1.
    text
        The line, where it can be read.
    """

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"line {self.line}, `{self.text}`" if self.text else f"line {self.line}"


class Recorded(Expression):
    """An expression that a function computed.

    Attributes
    ----------
    at
        The state at which the function ran.
    lines
        For each node the source line that first made it; `None` for variables and constants.
    """

    def __init__(
        self,
        text: str,
        at: Mapping[str, float],
        lines: Sequence[SourceLine | None],
        notes: Sequence[str],
    ) -> None:
        super().__init__(text)
        self.at = dict(at)
        self.lines = tuple(lines)
        self._recorded = tuple(notes)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was recorded as executed, in sentences."""
        return self._recorded  # the text is this package's own: there is no other way to read it

    def value(self, at: Mapping[str, Real] | None = None) -> float:
        """As `Expression.value`, by default at the recorded state."""
        return super().value(self.at if at is None else at)

    def gradient(self, at: Mapping[str, Real] | None = None) -> dict[str, float]:
        """As `Expression.gradient`, by default at the recorded state."""
        return super().gradient(self.at if at is None else at)

    def trace(
        self,
        at: Mapping[str, Real] | None = None,
        *,
        build: bool = False,
        after: Mapping[str, Real] | None = None,
    ) -> Trace:
        """As `Expression.trace`, by default at the recorded state."""
        return super().trace(self.at if at is None else at, build=build, after=after)

    def url(
        self, at: Mapping[str, Real] | None = None, *, base: str = "http://127.0.0.1:8501"
    ) -> str:
        """As `Expression.url`, by default at the recorded state."""
        return super().url(self.at if at is None else at, base=base)

    def __reduce__(self) -> tuple[Any, ...]:
        return Recorded, (self.text, self.at, self.lines, self._recorded)


def record(function: Callable[..., Any], /, **values: Any) -> Recorded:
    """Run a function once, and return what it computed as an expression with its state.

    A number given by name is a variable; a list or an array of numbers `w` becomes the variables
    w_1, w_2, … (a_1_2 for two dimensions). Every other number in the function is a constant.
    Functions come from `qsts_core.math`, which has the names of Python's `math`, or from numpy;
    loops and branches are recorded as they were executed, and a note says where a value decided.

    Raises
    ------
    RecordError
        If the function does what cannot be recorded, as `float(x)`; the message names the line.
    ArgumentError
        If a value is no number, or its name cannot be a variable.

    Examples
    --------
    >>> def post(x, y):
    ...     s = x + y
    ...     return s + x*s
    >>> e = record(post, x=2.0, y=3.0)
    >>> print(e.text, e.at, e.gradient())
    z3 = x + y; z3 + x*z3 {'x': 2.0, 'y': 3.0} {'x': 8.0, 'y': 3.0}
    >>> [line and line.text for line in e.lines]
    [None, None, 's = x + y', 'return s + x*s', 'return s + x*s']
    """
    tape = _Tape()
    arguments = {name: _variables(tape, name, value) for name, value in values.items()}
    result = function(**arguments)
    return tape.close(result)


class _Tape:
    """The text of what has been computed so far: a statement for each operation."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.notes: dict[str, None] = {}
        self._bodies: list[str] = []
        self._lines: list[SourceLine] = []

    def variable(self, name: str, value: float) -> Number:
        if name in self.at:
            raise ArgumentError(f"{name} would be two variables: one is given alone, one in a list")
        self.at[name] = value
        return Number(self, name, value)

    def operation(self, op: str, inputs: Sequence[Number | float]) -> Number:
        self._check_own(inputs)
        texts = [it.text if isinstance(it, Number) else _spell(it) for it in inputs]
        values = [it.number if isinstance(it, Number) else it for it in inputs]
        body = (
            f"{texts[0]} {op} {texts[1]}"
            if op in _SIGNS
            else f"{_CALLS.get(op, op)}({', '.join(texts)})"
        )
        self._bodies.append(body)
        self._lines.append(_line())
        return Number(self, f"\0{len(self._bodies)}", OPERATIONS[op].compute(*values))

    def _check_own(self, numbers: Sequence[Any]) -> None:
        """Refuse a number of another recording: its text names what was computed there."""
        if any(isinstance(it, Number) and it.tape is not self for it in numbers):
            raise RecordError(
                f"{_line()}: this uses a number of another recording. Give it by name, or plain"
            )

    def note(self, what: str) -> None:
        self.notes[f"{_line()}: {what}"] = None

    def close(self, result: Any) -> Recorded:
        """Return the expression whose output is what the function returned."""
        if getattr(result, "size", 0) == 1:  # of numpy
            result = result.item()
        self._check_own([result])
        if isinstance(result, (bool, int, float)):
            output = _spell(float(result))
        elif isinstance(result, Number):
            output = result.text
        else:
            raise RecordError(
                f"the function returned {_tell(result)}: return one number, as a sum of them"
            )
        temporary = "t"
        while any(name.startswith(temporary) for name in self.at):
            temporary += "t"
        heads = [
            f"{temporary}_{name} = {name}" for name in self.at
        ]  # so that they come first, in order
        bodies = [body.replace("\0", temporary) for body in self._bodies]
        written = [*heads, *(f"{temporary}{k} = {body}" for k, body in enumerate(bodies, 1))]
        text = "\n".join([*written, output.replace("\0", temporary)])
        raw = self._read(text)
        lines: list[SourceLine | None] = [None] * len(raw.graph.nodes)
        start = sum(len(head) + 1 for head in heads)
        starts = {}
        for k, (body, line) in enumerate(zip(bodies, self._lines, strict=True), 1):
            first = start + len(f"{temporary}{k} = ")
            starts[first, first + len(body)] = line
            start = first + len(body) + 1
        for index, node in enumerate(raw.graph.nodes):
            if node.inputs:
                lines[index] = next(
                    (
                        starts[place]
                        for place in sorted(map(tuple, raw.graph.places[index]))
                        if place in starts
                    ),
                    None,
                )
        return Recorded(write_program(raw.graph), self.at, lines, list(self.notes))

    def _read(self, text: str) -> Expression:
        try:
            raw = Expression(text)
        except FormulaError as error:
            raise ArgumentError(
                f"{', '.join(self.at)}: not every name can be a variable: {error.message}"
            ) from error
        for name in self.at:
            if name not in raw.variables:
                raise ArgumentError(
                    f"{name!r} cannot be a variable, for it means something in the language"
                )
        return raw


def _binary(op: str, swap: bool = False) -> Any:
    def method(self: Number, other: Any) -> Any:
        if not isinstance(other, (Number, SupportsFloat)) or getattr(other, "shape", None):
            return NotImplemented
        return apply(op, *((other, self) if swap else (self, other)))

    return method


def _compare(compare: Callable[[float, float], bool], sign: str) -> Any:
    def method(self: Number, other: Any) -> Any:
        if not isinstance(other, (Number, SupportsFloat)):
            return NotImplemented
        number = other.number if isinstance(other, Number) else float(other)
        answer = compare(self.number, number)
        self.tape.note(
            f"a comparison with {sign} was {answer}; what follows is recorded as executed."
        )
        return answer

    return method


_RADD = _binary("+", swap=True)


class Number:
    """A number that remembers how it was computed; it calculates as a float does."""

    __slots__ = ("number", "tape", "text")
    __hash__ = None  # type: ignore[assignment]  # as equal numbers need not come about alike

    def __init__(self, tape: _Tape, text: str, number: float) -> None:
        self.tape, self.text, self.number = tape, text, number

    __add__ = _binary("+")
    __sub__, __rsub__ = _binary("-"), _binary("-", swap=True)
    __mul__, __rmul__ = _binary("*"), _binary("*", swap=True)
    __truediv__, __rtruediv__ = _binary("/"), _binary("/", swap=True)
    __pow__, __rpow__ = _binary("^"), _binary("^", swap=True)
    __lt__, __le__ = _compare(operator.lt, "<"), _compare(operator.le, "<=")
    __gt__, __ge__ = _compare(operator.gt, ">"), _compare(operator.ge, ">=")
    __eq__, __ne__ = _compare(operator.eq, "=="), _compare(operator.ne, "!=")

    def __radd__(self, other: Any) -> Any:
        """Add to another; to the whole number 0, with which `sum` begins, nothing is to be done."""
        return self if type(other) is int and other == 0 else _RADD(self, other)

    def __neg__(self) -> Number:
        return apply("neg", self)

    def __pos__(self) -> Number:
        return self

    def __abs__(self) -> Number:
        return apply("abs", self)

    def __bool__(self) -> bool:
        self.tape.note(
            f"a value decided as {self.number != 0}; what follows is recorded as executed."
        )
        return self.number != 0

    def __round__(self, digits: int | None = None) -> Number:
        if digits is not None:
            scale = 10.0**digits
            return apply("/", apply("round", self * scale), scale)
        return apply("round", self)

    def __floor__(self) -> Number:
        return apply("floor", self)

    def __ceil__(self) -> Number:
        return apply("ceil", self)

    def __trunc__(self) -> Number:
        return apply("floor" if self.number >= 0 else "ceil", self)

    def __floordiv__(self, other: Any) -> Any:
        return apply("floor", self / other)

    def __rfloordiv__(self, other: Any) -> Any:
        return apply("floor", other / self)

    def __mod__(self, other: Any) -> Any:
        return self - self // other * other

    def __rmod__(self, other: Any) -> Any:
        return other - other // self * self

    def __float__(self) -> float:
        raise RecordError(
            f"{_line()}: float(), or the standard library's math, asks for a plain float, which "
            "would be a constant. Leave it out; take functions from qsts_core.math, or from numpy"
        )

    def __int__(self) -> int:
        raise RecordError(
            f"{_line()}: int() would make a constant. Leave it out, or give a plain number"
        )

    __index__ = __int__

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        """Apply one of numpy's functions to this number, or to arrays of them elementwise."""
        import numpy as np

        if method != "__call__" or options:
            return NotImplemented
        if any(isinstance(it, np.ndarray) and it.shape for it in inputs):
            arrays = [np.asarray(it, dtype=object) for it in inputs]
            return ufunc(*arrays)
        op = _UFUNCS.get(ufunc.__name__, ufunc.__name__)
        if ufunc.__name__ in _PYTHON:
            return _PYTHON[ufunc.__name__](
                *(it.item() if isinstance(it, np.generic) else it for it in inputs)
            )
        if not is_recorded_as_one(op):
            raise RecordError(
                f"{_line()}: numpy's {ufunc.__name__} is not one of the operations here"
            )
        return apply(op, *inputs)

    def __getattr__(self, name: str) -> Any:
        """Return what numpy asks the elements of an array of objects for: a function by name."""
        op = _UFUNCS.get(name, name)
        if not is_recorded_as_one(op) or OPERATIONS[op].arity != 1:
            raise AttributeError(f"a recorded number has no {name!r}")
        return lambda: apply(op, self)

    def __repr__(self) -> str:
        return f"{self.number!r} (recorded)"

    def __format__(self, form: str) -> str:
        """Write the number as asked: a text is for reading, and takes nothing into the formula."""
        return format(self.number, form) if form else str(self)


def apply(op: str, *inputs: Any) -> Number:
    """Apply an operation of the table to numbers of which one at least is recorded."""
    tape = next(it.tape for it in inputs if isinstance(it, Number))
    return tape.operation(op, [it if isinstance(it, Number) else float(it) for it in inputs])


def is_recorded_as_one(op: str) -> bool:
    """Whether formulas have an operation of that name."""
    return op in OPERATIONS and not OPERATIONS[op].internal


def _value(other: Any) -> float:
    return other.number if isinstance(other, Number) else float(other)


def _variables(tape: _Tape, name: str, value: Any) -> Any:
    """Return recording numbers in the shape of what was given."""
    if hasattr(value, "shape") and value.shape:
        import numpy as np

        recorded = np.empty(value.shape, dtype=object)
        for place in np.ndindex(*value.shape):
            index = "_".join(str(k + 1) for k in place)
            recorded[place] = _variables(tape, f"{name}_{index}", value[place].item())
        return recorded
    if isinstance(value, (list, tuple)):
        return [_variables(tape, f"{name}_{k}", each) for k, each in enumerate(value, 1)]
    if (
        isinstance(value, (str, bytes))
        or not isinstance(value, SupportsFloat)
        or isinstance(value, complex)
    ):
        raise ArgumentError(
            f"{name} is {_tell(value)}: give a number, or a list or an array of numbers"
        )
    if not (name.isascii() and name.isidentifier()) or iskeyword(name):
        raise ArgumentError(f"{name!r} cannot be a variable: letters, digits and '_' make a name")
    return tape.variable(name, float(value))


def _spell(number: float) -> str:
    """Write a constant, so that it is read as the same number."""
    if not math.isfinite(number):
        raise RecordError(f"{_line()}: {number} cannot be a constant of a formula")
    return (
        f"({number!r})"
        if number < 0 or (number == 0 and math.copysign(1, number) < 0)
        else repr(number)
    )


def _tell(value: Any) -> str:
    return "nothing" if value is None else f"{type(value).__name__} {value!r:.40}"


_OURS = {__file__}
"""The files whose lines are not the function's."""


def _line() -> SourceLine:
    """Return the line of the function that is being run."""
    frame = sys._getframe(1)
    while frame.f_back and (
        frame.f_code.co_filename in _OURS or "/numpy/" in frame.f_code.co_filename
    ):
        frame = frame.f_back
    file = frame.f_code.co_filename
    return SourceLine(
        file, frame.f_lineno, linecache.getline(file, frame.f_lineno, frame.f_globals).strip()
    )


_SIGNS = {"+", "-", "*", "/", "^"}
_CALLS = {"neg": "-"}
_UFUNCS = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "power": "^",
    "float_power": "^", "negative": "neg", "absolute": "abs", "fabs": "abs", "arcsin": "asin",
    "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "maximum": "max", "minimum": "min",
    "fmax": "max", "fmin": "min",
}  # fmt: skip
"""What numpy's functions are called here, where the name is another."""

_PYTHON: Mapping[str, Callable[..., Any]] = {
    "less": operator.lt, "less_equal": operator.le, "greater": operator.gt,
    "greater_equal": operator.ge, "equal": operator.eq, "not_equal": operator.ne,
    "remainder": operator.mod, "floor_divide": operator.floordiv, "positive": operator.pos,
    "floor": math.floor, "ceil": math.ceil, "rint": round, "trunc": math.trunc,
}  # fmt: skip
"""What of numpy is done by Python's own operators, as executed."""
