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
]  # fmt: skip

_Number = _record.Number
_record._OURS.add(__file__)


def _one(op: str, plain: Any) -> Any:
    def function(x: Any, /) -> Any:
        return _record.apply(op, x) if isinstance(x, _Number) else plain(x)

    function.__name__ = plain.__name__
    function.__doc__ = f"As `math.{plain.__name__}`, and recorded."
    return function


def _two(op: str, plain: Any) -> Any:
    def function(x: Any, y: Any, /) -> Any:
        recorded = isinstance(x, _Number) or isinstance(y, _Number)
        return _record.apply(op, x, y) if recorded else plain(x, y)

    function.__name__ = plain.__name__
    function.__doc__ = f"As `math.{plain.__name__}`, and recorded."
    return function


def _of(name: str, plain: Any, by_hand: Any) -> Any:
    """Return the operation of that name, or what composes it where the table has none."""
    if _record.is_recorded_as_one(name):
        return _one(name, plain)

    def function(x: Any, /) -> Any:
        return by_hand(x) if isinstance(x, _Number) else plain(x)

    function.__name__ = name
    function.__doc__ = f"As `math.{name}`, and recorded."
    return function


sin, cos, tan = (_one(name, getattr(_math, name)) for name in ("sin", "cos", "tan"))
asin, acos, atan = (_one(name, getattr(_math, name)) for name in ("asin", "acos", "atan"))
sinh, cosh, tanh = (_one(name, getattr(_math, name)) for name in ("sinh", "cosh", "tanh"))
exp, log2, log10, sqrt, cbrt, erf = (
    _one(name, getattr(_math, name)) for name in ("exp", "log2", "log10", "sqrt", "cbrt", "erf")
)
expm1 = _of("expm1", _math.expm1, lambda x: exp(x) - 1.0)
log1p = _of("log1p", _math.log1p, lambda x: log(1.0 + x))
fabs = _one("abs", _math.fabs)
atan2 = _two("atan2", _math.atan2)
pow = _two("^", _math.pow)  # of the module that this one stands for
asinh = _of("asinh", _math.asinh, lambda x: log(x + sqrt(x * x + 1.0)))
acosh = _of("acosh", _math.acosh, lambda x: log(x + sqrt(x * x - 1.0)))
atanh = _of("atanh", _math.atanh, lambda x: 0.5 * (log1p(x) - log1p(-x)))
erfc = _of("erfc", _math.erfc, lambda x: 1.0 - erf(x))
exp2 = _of("exp2", lambda x: 2.0**x, lambda x: 2.0**x)
_log = _one("log", _math.log)


def log(x: Any, base: Any = None, /) -> Any:
    """As `math.log`, and recorded."""
    return _log(x) if base is None else _log(x) / _log(base)


def hypot(*coordinates: Any) -> Any:
    """As `math.hypot`, and recorded: pair by pair."""
    if not any(isinstance(each, _Number) for each in coordinates):
        return _math.hypot(*coordinates)
    length, *others = coordinates
    if not others:
        return fabs(length)
    for other in others:
        length = (
            _record.apply("hypot", length, other)
            if _is_recorded(length, other)
            else _math.hypot(length, other)
        )
    return length


def _is_recorded(*numbers: Any) -> bool:
    return any(isinstance(each, _Number) for each in numbers)


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
    """As `math.fmod`, and recorded with the whole quotient as executed."""
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
