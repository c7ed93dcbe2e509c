"""The table of operations: one row each, the calculus of it.

A row says how an operation is written, how it is computed, what its local derivatives are and
how it is typeset. The local derivatives are *text in the project's own language* over

    a    the left (or only) input,
    b    the right input,
    z    the value of the node itself,

so that one row serves the sweep, the code generators, the explanations on screen and the tests.
The text is parsed by the stages above this one, on first use. How each engine writes an operation
in its own language stands in `qsts_core.engine.dialects`.

Everything is float64, and nothing raises because of a value: what Python's `math` would raise
becomes the NaN or infinity that IEEE 754 gives. Conventions at points without a derivative stand
beside their rows; they are the ones of Griewank and Walther, *Evaluating Derivatives*, 2nd ed.,
chapter 14, where a choice is free the one that the common programs make.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from math import inf, nan
from typing import Any, TypeAlias

__all__ = [
    "ARITIES",
    "ATOM",
    "CONSTANTS",
    "CUTTING",
    "FUNCTIONS",
    "GATES",
    "INTERNAL_FUNCTIONS",
    "OPERATIONS",
    "SELU",
    "SELU_ALPHA",
    "Math",
    "Operation",
]

Math: TypeAlias = "str | tuple[Math, ...]"
"""MathML as nested tuples, (tag, child, ...); a bare "a", "b" or "z" is the place of an input."""


ATOM = 9
"""The precedence of what needs no parentheses: a name, a number, a call."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name
        What identifies it: the operator, or the function's name in the language.
    compute
        The value, from as many floats as it has inputs; never raises because of a value.
    locals
        One text a slot: the partial derivative, over a, b and z. It is "" in a slot that is asked
        whether, not how much: no derivative goes that way, not even one of 0.
    symbol
        What is drawn in a node.
    precedence
        How tightly it binds where it is written between its inputs; `None` for a call.
    right
        Whether the operator groups from the right.
    math
        How it is typeset, over "a" and "b".
    internal
        Whether only local derivatives may use it, not formulas.
    cases
        For a function of local derivatives that is computed otherwise by its inputs: under which
        condition it is what; where none holds, NaN was compared. A rule is shown as the case that
        ran.
    """

    name: str
    compute: Callable[..., float]
    locals: tuple[str, ...]
    symbol: str = ""
    precedence: int | None = None
    right: bool = False
    math: Math = ""
    internal: bool = False
    cases: tuple[tuple[str, str], ...] = ()

    @property
    def differentiable(self) -> tuple[bool, ...]:
        """Of each slot, whether a derivative goes that way."""
        return tuple(text != "" for text in self.locals)

    @property
    def arity(self) -> int:
        """How many inputs it takes."""
        return len(self.locals)


# How to compute, where Python's own would raise -------------------------------------------------


def _divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return nan if a == 0 or a != a else math.copysign(inf, a) * math.copysign(1, b)


def _power(a: float, b: float) -> float:
    if b == 2.0:
        return a * a  # rounded once; and the engines can write the product
    try:
        return math.pow(a, b)
    except OverflowError:
        return -inf if a < 0 and b % 2 == 1 else inf
    except ValueError:
        if a != 0:
            return nan
        return -inf if math.copysign(1, a) < 0 and b % 2 == 1 else inf


def _total(function: Callable[[float], float]) -> Callable[[float], float]:
    """Extend a function of `math` by NaN where it is not defined."""

    def compute(a: float) -> float:
        try:
            return function(a)
        except ValueError:
            return nan

    return compute


def _logarithm(function: Callable[[float], float]) -> Callable[[float], float]:
    """Extend a logarithm by minus infinity at 0 and by NaN below it."""

    def compute(a: float) -> float:
        if a > 0:
            return function(a)
        return -inf if a == 0 else nan

    return compute


def _exp(a: float) -> float:
    try:
        return math.exp(a)
    except OverflowError:
        return inf


def _expm1(a: float) -> float:
    try:
        return math.expm1(a)
    except OverflowError:
        return inf


def _acosh(a: float) -> float:
    return nan if a < 1 else math.acosh(a)


def _atanh(a: float) -> float:
    return math.copysign(inf, a) if abs(a) == 1 else _atanh_inside(a)


def _log1p(a: float) -> float:
    if a > -1:
        return math.log1p(a)
    return -inf if a == -1 else nan


def _sinh(a: float) -> float:
    try:
        return math.sinh(a)
    except OverflowError:
        return math.copysign(inf, a)


def _cosh(a: float) -> float:
    try:
        return math.cosh(a)
    except OverflowError:
        return inf


def _sqrt(a: float) -> float:
    return math.sqrt(a) + 0.0 if a >= 0 else nan


def _sign(a: float) -> float:
    return 1.0 if a > 0 else -1.0 if a < 0 else a * 0.0


def _sigmoid(a: float) -> float:
    if a >= 0:
        return 1 / (1 + math.exp(-a))
    grown = math.exp(a)
    return grown / (1 + grown)


def _silu(a: float) -> float:
    return a * _sigmoid(a)


def _gelu(a: float) -> float:
    return a * _normcdf(a)


def _normcdf(a: float) -> float:
    return math.erfc(-a * math.sqrt(0.5)) / 2


def _normpdf(a: float) -> float:
    return _exp(-a * a / 2) / math.sqrt(2 * math.pi)


def _elu(a: float) -> float:
    return a if a > 0 else math.expm1(a)


def _selu(a: float) -> float:
    return SELU * (a if a > 0 else SELU_ALPHA * math.expm1(a))


def _mish(a: float) -> float:
    return a * math.tanh(_softplus(a))


def _logit(a: float) -> float:
    if not 0 < a < 1:
        return -inf if a == 0 else inf if a == 1 else nan
    if 0.25 < a < 0.75:  # 2a - 1 is exact there, and the quotient is near 1
        return math.log1p((2 * a - 1) / (1 - a))
    return math.log(a / (1 - a))


def _logaddexp(a: float, b: float) -> float:
    return _larger(a, b) + _softplus(-abs(a - b))


def _whole(function: Callable[[float], float]) -> Callable[[float], float]:
    """Round by a function that gives whole numbers, and keep the sign of a zero."""

    def compute(a: float) -> float:
        return math.copysign(function(a), a) if math.isfinite(a) else a

    return compute


def _softplus(a: float) -> float:
    return a if a != a else max(a, 0.0) + math.log1p(math.exp(-abs(a)))


def _relu(a: float) -> float:
    return a if a > 0 or a != a else 0.0


def _smaller(a: float, b: float) -> float:
    return a if a < b or a != a else b


def _larger(a: float, b: float) -> float:
    return a if a > b or a != a else b


def _truth(function: Callable[..., bool]) -> Callable[..., float]:
    """Say 1 for true and 0 for false."""
    return lambda a, b=0.0: 1.0 if function(a, b) else 0.0


def _when(a: float, b: float) -> float:
    return b if a != 0 else 0.0


def _unless(a: float, b: float) -> float:
    return b if a == 0 else 0.0


def _through(a: float, b: float) -> float:
    return b if a != 0 else -0.0


def _wins(a: float, b: float) -> float:
    return 1.0 if a > b else 0.0 if a < b else 0.5 if a == b else nan


def _step(a: float) -> float:
    return 1.0 if a > 0 else nan if a != a else 0.0


def _xlogy(a: float, b: float) -> float:
    return 0.0 if a == 0 else a * _log(b)


def _xtimesy(a: float, b: float) -> float:
    return 0.0 if a == 0 else a * b


SELU, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""The two numbers of Klambauer and others, Self-Normalizing Neural Networks, 2017."""

_log = _logarithm(math.log)
_atanh_inside = _total(math.atanh)

# How to typeset what is not `name(a)` or `a symbol b` -------------------------------------------


def _call(name: str, arity: int) -> Math:
    inputs: tuple[Math, ...] = ("a",) if arity == 1 else ("a", ("mo", ","), "b")
    return ("mrow", ("mi", name), ("mo", "("), *inputs, ("mo", ")"))


def _infix(symbol: str) -> Math:
    return ("mrow", "a", ("mo", symbol), "b")


def _fenced(left: str, right: str) -> Math:
    return ("mrow", ("mo", left), "a", ("mo", right))


def _operator(
    name: str, symbol: str, precedence: int, compute: Callable[..., float], *locals_: str,
    right: bool = False, math: Math = "",
) -> Operation:  # fmt: skip
    """Return the row of an operator."""
    return Operation(name, compute, locals_, symbol, precedence, right, math or _infix(symbol))


def _function(
    name: str, compute: Callable[..., float], *locals_: str,
    symbol: str = "", math: Math = "", internal: bool = False, precedence: int | None = None,
    cases: tuple[tuple[str, str], ...] = (),
) -> Operation:  # fmt: skip
    """Return the row of a function."""
    return Operation(
        name, compute, locals_, symbol or name, precedence,
        math=math or _call(name, len(locals_)), internal=internal, cases=cases,
    )  # fmt: skip


def _comparison(name: str, symbol: str, precedence: int, compute: Callable[..., bool]) -> Operation:
    """Return the row of what is asked whether: 1 for yes, 0 for no, and no derivative."""
    return _operator(name, symbol, precedence, _truth(compute), "", "")


# The table --------------------------------------------------------------------------------------

_ROWS = (
    # Any number but 0 is true, NaN as well; NaN is equal to nothing, and neither more nor less.
    _comparison("or", "or", 1, lambda a, b: a != 0 or b != 0),
    _comparison("and", "and", 2, lambda a, b: a != 0 and b != 0),
    _operator("not", "not", 3, _truth(lambda a, _: a == 0), "",
              math=("mrow", ("mo", "not"), ("mo", "("), "a", ("mo", ")"))),
    _comparison("<", "<", 4, lambda a, b: a < b),
    _comparison("<=", "≤", 4, lambda a, b: a <= b),
    _comparison(">", ">", 4, lambda a, b: a > b),
    _comparison(">=", "≥", 4, lambda a, b: a >= b),
    _comparison("==", "=", 4, lambda a, b: a == b),
    _comparison("!=", "≠", 4, lambda a, b: a != b),
    # Gates: b where the condition a holds (where it does not), else 0. An edge through a closed
    # gate is blocked: nothing comes back along it, and what nothing reaches sends nothing.
    _function("when", _when, "", "1"),
    _function("unless", _unless, "", "1"),
    _operator("+", "+", 5, lambda a, b: a + b, "1", "1"),
    _operator("-", "−", 5, lambda a, b: a - b, "1", "-1"),
    _operator("*", "×", 6, lambda a, b: a * b, "b", "a"),
    _operator("/", "÷", 6, _divide, "1/b", "-z/b", math=("mfrac", "a", "b")),
    _operator("neg", "−", 7, lambda a: -a, "-1", math=("mrow", ("mo", "−"), "a")),
    # d(a^b)/da is 0 where b is 0, whatever a^-1 is; d(a^b)/db is 0 at a = 0 < b.
    _operator("^", "^", 8, _power, "xtimesy(b, a^(b-1))", "xlogy(z, a)", right=True,
              math=("msup", "a", "b")),
    _function("sin", _total(math.sin), "cos(a)"),
    _function("cos", _total(math.cos), "-sin(a)"),
    _function("tan", _total(math.tan), "1 + z^2"),
    _function("asin", _total(math.asin), "1/sqrt(1 - a^2)"),
    _function("acos", _total(math.acos), "-1/sqrt(1 - a^2)"),
    _function("atan", math.atan, "1/(1 + a^2)"),
    _function("sinh", _sinh, "cosh(a)"),
    _function("cosh", _cosh, "sinh(a)"),
    # 1 - z^2 is the same, but loses every digit where tanh saturates; so does z*(1 - z) below.
    _function("tanh", math.tanh, "1/cosh(a)^2"),
    _function("asinh", math.asinh, "1/hypot(1, a)"),
    # a^2 - 1 and 1 - a^2 are the same, but lose the digits of a that is near 1.
    _function("acosh", _acosh, "1/sqrt(a - 1)/sqrt(a + 1)"),
    _function("atanh", _atanh, "1/((1 - a)*(1 + a))"),
    _function("exp", _exp, "z"),
    # z + 1 is the same, but loses every digit where z is near -1.
    _function("expm1", _expm1, "exp(a)"),
    _function("log", _log, "1/a"),
    _function("log1p", _log1p, "1/(1 + a)"),
    _function("log2", _logarithm(math.log2), "1/(a*log(2))"),
    _function("log10", _logarithm(math.log10), "1/(a*log(10))"),
    # sqrt' at 0 is inf, at -0 too: a + 0 is no -0.
    _function("sqrt", _sqrt, "1/(2*z)", symbol="√", math=("msqrt", "a")),
    _function("cbrt", math.cbrt, "1/(3*z^2)", symbol="∛", math=("mroot", "a", ("mn", "3"))),
    # abs' at 0 is 0, and so is sign' everywhere.
    _function("abs", abs, "sign(a)", symbol="|·|", math=_fenced("|", "|")),
    _function("sign", _sign, "0"),
    _function("sigmoid", _sigmoid, "z*sigmoid(-a)", symbol="σ", math=_call("σ", 1)),
    _function("softplus", _softplus, "sigmoid(a)"),
    # relu' at 0 is 0.
    _function("relu", _relu, "step(a)"),
    _function("square", lambda a: a * a, "2*a", symbol="²", math=("msup", "a", ("mn", "2"))),
    # a^2 is rounded before its exponential: far from 0 the slopes lose as many digits as it grows.
    _function("erf", math.erf, "2/sqrt(pi)*exp(-a^2)"),
    _function("erfc", math.erfc, "-2/sqrt(pi)*exp(-a^2)"),
    _function("sec", lambda a: _divide(1.0, _total(math.cos)(a)), "z*tan(a)"),
    _function("csc", lambda a: _divide(1.0, _total(math.sin)(a)), "-z/tan(a)"),
    _function("cot", lambda a: _divide(1.0, _total(math.tan)(a)), "-1 - z^2"),
    # The slopes of silu, gelu and mish have a root below 0, and near it lose digits by cancelling.
    _function("silu", _silu, "sigmoid(a) + z*sigmoid(-a)"),
    _function("gelu", _gelu, "erfc(-a/sqrt(2))/2 + a*exp(-a^2/2)/sqrt(2*pi)"),
    _function("mish", _mish, "tanh(softplus(a)) + a*sigmoid(a)/cosh(softplus(a))^2"),
    # elu' at 0 is 1; selu' and leakyrelu' are those from the left, as in PyTorch.
    _function("elu", _elu, "exp(min(a, 0))"),
    _function("selu", _selu, f"{SELU}*(step(a) + (1 - step(a))*{SELU_ALPHA}*exp(min(a, 0)))"),
    _function("leakyrelu", lambda a: _larger(a, 0.01 * a), "0.01 + 0.99*step(a)"),
    _function("softsign", lambda a: _divide(a, 1 + abs(a)), "1/(1 + abs(a))^2"),
    _function("logsigmoid", lambda a: -_softplus(-a), "sigmoid(-a)"),
    _function("logit", _logit, "1/(a*(1 - a))"),
    # Far from 0 these lose digits as erf' does: the square is rounded before its exponential.
    _function("normcdf", _normcdf, "exp(-a^2/2)/sqrt(2*pi)", symbol="Φ", math=_call("Φ", 1)),
    _function("normpdf", _normpdf, "-a*z", symbol="φ", math=_call("φ", 1)),
    # Steps, whose slope is 0 wherever they have one; round takes a half to the even neighbour.
    _function("floor", _whole(math.floor), "0", symbol="⌊·⌋", math=_fenced("⌊", "⌋")),
    _function("ceil", _whole(math.ceil), "0", symbol="⌈·⌉", math=_fenced("⌈", "⌉")),
    _function("round", _whole(round), "0"),
    # log(exp(a) + exp(b)) without the exponentials, which overflow.
    _function("logaddexp", _logaddexp, "sigmoid(a - b)", "sigmoid(b - a)"),
    # At a tie each input of min and max gets one half.
    _function("min", _smaller, "wins(b, a)", "wins(a, b)"),
    _function("max", _larger, "wins(a, b)", "wins(b, a)"),
    # Divided twice by the length, for its square would overflow long before it does.
    _function("atan2", math.atan2, "b/hypot(a, b)/hypot(a, b)", "-a/hypot(a, b)/hypot(a, b)"),
    _function("hypot", math.hypot, "a/z", "b/z"),
    # 1 if a > 0, else 0: step at 0 is 0, and so is step' everywhere.
    _function("step", _step, "0", cases=(("a > 0", "1"), ("a ≤ 0", "0"))),
    # What only local derivatives need. 1 if a > b, 1/2 if they are equal, 0 if a < b:
    _function("wins", _wins, "0", "0", internal=True,
              cases=(("a > b", "1"), ("a = b", "1/2"), ("a < b", "0"))),
    # a log b, and a b, both 0 where a is 0 whatever b is:
    _function("xlogy", _xlogy, "log(b)", "a/b", internal=True, precedence=6,
              cases=(("a ≠ 0", "a*log(b)"), ("a = 0", "0"))),
    _function("xtimesy", _xtimesy, "b", "a", internal=True, precedence=6,
              cases=(("a ≠ 0", "a*b"), ("a = 0", "0"))),
    # Only the engines use these: b, or where a is 0 what a sum does not notice, and |a| with b's
    # sign.
    _function("through", _through, "", "1", internal=True),
    _function("copysign", math.copysign, "sign(a)*sign(b)", "0", internal=True),
)  # fmt: skip

OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}
"""Every row, by the name that a node carries as its `op`."""

ARITIES: dict[Any, int] = {row.name: row.arity for row in _ROWS}
"""How many inputs each of them takes."""

CUTTING: frozenset[str] = frozenset(row.name for row in _ROWS if "" in row.locals)
"""The rows with a slot through which no derivative goes."""

GATES: dict[str, bool] = {"when": True, "unless": False}
"""The rows that let a value through, and under which condition."""

_WORDS = ("neg", "and", "or", "not")
_INVERTED = ("sin", "cos", "tan", "sinh", "cosh", "tanh")

FUNCTIONS: dict[str, str] = {
    row.name: row.name
    for row in _ROWS
    if row.name.isalnum() and row.name not in _WORDS and not row.internal
} | {
    "ln": "log",
    "pow": "^",
    **{f"arc{name}": f"a{name}" for name in _INVERTED},
    "tg": "tan", "ctg": "cot", "arctg": "atan", "sgn": "sign", "swish": "silu",
    "log_sigmoid": "logsigmoid", "leaky_relu": "leakyrelu", "logsumexp": "logaddexp",
    "mean": "+",
    "sum": "+",
    "prod": "*",
    **dict.fromkeys(("clip", "clamp"), "max"),
    # As numpy writes them; nobody can type these otherwise.
    "np.add": "+", "np.subtract": "-", "np.multiply": "*", "np.divide": "/", "np.negative": "neg",
}  # fmt: skip
"""What a formula may call: the name as it is written, and the name of its row."""

INTERNAL_FUNCTIONS: dict[str, str] = FUNCTIONS | {
    row.name: row.name for row in _ROWS if row.internal
}
"""What the text of a local derivative may call."""

CONSTANTS: dict[str, float] = {
    **dict.fromkeys(("pi", "π", "PI", "Pi"), math.pi),
    "math.e": math.e,  # as Python writes it; nobody can type it otherwise
}
"""Names that stand for a number; π, PI and Pi unless a program binds them."""
