"""The functions of Python's `math`, for numbers that are recorded and for plain ones.

In a function that is to be recorded, `from qsts_core import math` takes the place of `import math`.
"""

from __future__ import annotations

import math as _math
from math import e, inf, nan, pi, tau
from typing import Any

from . import recording as _record

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "copysign",
    "cos",
    "cosh",
    "degrees",
    "dist",
    "e",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "expm1",
    "fabs",
    "floor",
    "fmod",
    "fsum",
    "hypot",
    "inf",
    "isclose",
    "isfinite",
    "isinf",
    "isnan",
    "log",
    "log1p",
    "log2",
    "log10",
    "nan",
    "pi",
    "pow",
    "prod",
    "radians",
    "sin",
    "sinh",
    "sqrt",
    "sumprod",
    "tan",
    "tanh",
    "tau",
    "trunc",
]

_Number = _record.Number
_record._OURS.add(__file__)


def _recorded(op: str, plain: Any) -> Any:
    """Return a function that is applied as the operation `op` where an input is recorded."""

    def function(*inputs: Any) -> Any:
        return _record.apply(op, *inputs) if _is_recorded(*inputs) else plain(*inputs)

    function.__name__ = plain.__name__
    function.__doc__ = f"As `math.{plain.__name__}`, and recorded."
    return function


def _is_recorded(*numbers: Any) -> bool:
    return any(isinstance(each, _Number) for each in numbers)


(
    sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, asinh, acosh, atanh, exp, expm1, log1p, log2,
    log10, sqrt, cbrt, erf, erfc, atan2,
) = (
    _recorded(name, getattr(_math, name))
    for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
        "atanh", "exp", "expm1", "log1p", "log2", "log10", "sqrt", "cbrt", "erf", "erfc", "atan2",
    )
)  # fmt: skip
fabs = _recorded("abs", _math.fabs)
pow = _recorded("^", _math.pow)  # of the module that this one stands for
_log, _hypot = _recorded("log", _math.log), _recorded("hypot", _math.hypot)


def exp2(x: Any, /) -> Any:
    """As `math.exp2`, and recorded."""
    return 2.0**x


def log(x: Any, base: Any = None, /) -> Any:
    """As `math.log`, and recorded."""
    return _log(x) if base is None else _log(x) / _log(base)


def hypot(*coordinates: Any) -> Any:
    """As `math.hypot`, and recorded: pair by pair."""
    if not _is_recorded(*coordinates):
        return _math.hypot(*coordinates)
    length, *others = coordinates
    for other in others:
        length = _hypot(length, other)
    return length if others else fabs(length)


def copysign(x: Any, y: Any, /) -> Any:
    """As `math.copysign`, and recorded with the sign as executed."""
    sign = _math.copysign(1.0, _record._value(y))
    return fabs(x) * sign if _is_recorded(x) else _math.copysign(x, sign)


def dist(p: Any, q: Any, /) -> Any:
    """As `math.dist`, and recorded."""
    return hypot(*(a - b for a, b in zip(p, q, strict=True)))


def fsum(numbers: Any, /) -> Any:
    """As `math.fsum`, and recorded: added in order, without its extra precision."""
    numbers = list(numbers)
    return sum(numbers) if _is_recorded(*numbers) else _math.fsum(numbers)


def prod(numbers: Any, /, *, start: Any = 1) -> Any:
    """As `math.prod`, and recorded."""
    numbers = iter(numbers)
    product = next(numbers, start) if type(start) is int and start == 1 else start
    for number in numbers:
        product = product * number
    return product


def sumprod(p: Any, q: Any, /) -> Any:
    """As `math.sumprod`, and recorded."""
    return sum(a * b for a, b in zip(p, q, strict=True))


def degrees(x: Any, /) -> Any:
    """As `math.degrees`, and recorded."""
    return x * (180.0 / pi)


def radians(x: Any, /) -> Any:
    """As `math.radians`, and recorded."""
    return x * (pi / 180.0)


def fmod(x: Any, y: Any, /) -> Any:
    """As `math.fmod`, and recorded with its whole quotient."""
    if not _is_recorded(x, y):
        return _math.fmod(x, y)
    return x - trunc(x / y) * y


def _plain(name: str) -> Any:
    """Return a test or a rounding of the value, whose answer is no recorded number."""
    plain = getattr(_math, name)

    def function(x: Any, /) -> Any:
        return plain(x.number) if isinstance(x, _Number) else plain(x)

    function.__name__ = name
    function.__doc__ = f"As `math.{name}`, of the value."
    return function


isfinite, isinf, isnan = _plain("isfinite"), _plain("isinf"), _plain("isnan")
floor, ceil, trunc = _math.floor, _math.ceil, _math.trunc  # they ask a recorded number itself


def isclose(a: Any, b: Any, /, *, rel_tol: float = 1e-9, abs_tol: float = 0.0) -> bool:
    """As `math.isclose`, of the values."""
    return _math.isclose(_record._value(a), _record._value(b), rel_tol=rel_tol, abs_tol=abs_tol)
