"""Identities of float64 arithmetic: what an operation on known inputs comes down to.

In go an operation's name and its inputs, nodes of a `Builder`; out comes another node, or `None`
where nothing simpler is known. Each identity holds for every float64, infinities, NaN and signed
zeros included (so neither x*0 nor x + 0 nor x - x is touched), and to the last bit; those under
`if not exact` may move the last bits, but never change which numbers are finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lowering import Builder

__all__ = ["simplify"]

LARGEST_PRODUCT = 16
"""The largest whole exponent that becomes products: they lose at most that many roundings."""


def simplify(builder: Builder, op: str, *inputs: int) -> int | None:
    """Return a simpler node with the same value, or `None`.

    Examples
    --------
    >>> from qsts_core.engine.lowering import Builder
    >>> b = Builder()
    >>> x = b.variable("x")
    >>> b.emit("*", b.constant(1.0), x) == x
    True
    >>> b.nodes[b.emit("^", x, b.constant(2.0))]
    Node(op='*', left=0, right=0, name='', number=0.0)
    """
    rule = _RULES.get(op)
    return rule(builder, *inputs) if rule else None


def _add(b: Builder, left: int, right: int) -> int | None:
    if b.is_op(right, "neg"):
        return b.emit("-", left, b.input(right))
    if b.is_op(left, "neg"):
        return b.emit("-", right, b.input(left))
    return b.emit("+", right, left) if right < left else None


def _subtract(b: Builder, left: int, right: int) -> int | None:
    if b.is_op(right, "neg"):
        return b.emit("+", left, b.input(right))
    return left if b.number(right) == 0.0 and _sign(b.number(right)) > 0 else None


def _multiply(b: Builder, left: int, right: int) -> int | None:
    if b.number(left) is None and (right < left or b.number(right) is not None):
        return b.emit("*", right, left)
    if b.is_op(right, "neg"):
        return b.emit("neg", b.emit("*", left, b.input(right)))
    if b.is_op(left, "neg"):
        return b.emit("neg", b.emit("*", b.input(left), right))
    factor = b.number(left)
    if factor is None:
        return None
    if factor < 0:
        return b.emit("neg", b.emit("*", b.constant(-factor), right))
    if factor == 1.0:
        return right
    merged = _merge_factors(b, factor, right)
    if merged is None and factor == 2.0:
        return b.emit("+", right, right)
    return merged


def _merge_factors(b: Builder, factor: float, right: int) -> int | None:
    """Return (factor*inner)*x for factor*(inner*x), where both can only enlarge."""
    if b.is_op(right, "*"):
        inner, x = b.number(b.input(right)), b.input(right, 1)
    elif b.is_op(right, "+") and b.input(right) == b.input(right, 1):
        inner, x = 2.0, b.input(right)
    else:
        return None
    if inner is None or factor < 1.0 or inner < 1.0 or math.isinf(factor * inner):
        return None
    if b.exact and not (_is_power_of_two(factor) or _is_power_of_two(inner)):
        return None
    return b.emit("*", b.constant(factor * inner), x)


def _divide(b: Builder, left: int, right: int) -> int | None:
    if b.is_op(left, "neg"):
        return b.emit("neg", b.emit("/", b.input(left), right))
    if b.is_op(right, "neg"):
        return b.emit("neg", b.emit("/", left, b.input(right)))
    divisor = b.number(right)
    if divisor is None or not 1e-290 < abs(divisor) < 1e290:
        return None
    if _is_power_of_two(divisor) or not b.exact:
        return b.emit("*", left, b.constant(1 / divisor))
    return None


def _negate(b: Builder, inner: int) -> int | None:
    return b.input(inner) if b.is_op(inner, "neg") else None


def _absolute(b: Builder, inner: int) -> int | None:
    if b.is_op(inner, "neg"):
        return b.emit("abs", b.input(inner))
    return inner if b.is_op(inner, "abs") else None


def _power(b: Builder, base: int, exponent: int) -> int | None:
    n = b.number(exponent)
    if n == 0.0:
        return b.constant(1.0)
    if n == 1.0:
        return base
    if n == 2.0:
        return b.emit("*", base, base)
    if b.exact or n is None or not n.is_integer() or abs(n) > LARGEST_PRODUCT:
        return None
    if n < 0:
        return _product(b, b.emit("/", b.constant(1.0), base), int(-n))
    return _product(b, base, int(n))


def _product(b: Builder, base: int, n: int) -> int:
    """Return base^n by repeated squaring (Knuth, *Seminumerical Algorithms*, 4.6.3)."""
    result: int | None = None
    while True:
        if n & 1:
            result = base if result is None else b.emit("*", result, base)
        n >>= 1
        if not n:
            assert result is not None
            return result
        base = b.emit("*", base, base)


def _multiply_unless_zero(b: Builder, left: int, right: int) -> int | None:
    factor = b.number(left)
    if factor is None:
        return None
    return b.constant(0.0) if factor == 0.0 else b.emit("*", left, right)


def _is_power_of_two(number: float) -> bool:
    return abs(math.frexp(number)[0]) == 0.5


def _sign(number: float | None) -> float:
    return 0.0 if number is None else math.copysign(1.0, number)


_RULES: dict[str, Callable[..., int | None]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "neg": _negate,
    "abs": _absolute,
    "^": _power,
    "xtimesy": _multiply_unless_zero,
}
