"""Nodes being made, each as simple as is known: identities of float64 arithmetic.

A `Builder` is the unique stack with arithmetic: asked for an operation on known inputs, it gives a
node that was there before, a number, or the node that an identity leads to. Each identity holds for
every float64, infinities, NaN and signed zeros included (so neither x*0 nor x + 0 nor x - x is
touched), and to the last bit; those under `if not exact` may move the last bits, but never change
which numbers are finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from functools import cache

from qsts_core.engine.dialects import LOWERED
from qsts_core.graph import CONSTANT, VARIABLE, Graph, Node, build
from qsts_core.ops import INTERNAL_FUNCTIONS, OPERATIONS
from qsts_core.reading.postfix import read

__all__ = ["Builder"]

LARGEST_PRODUCT = 16
"""The largest whole exponent that becomes products: they lose at most that many roundings."""


class Builder:
    """Nodes being made, each once: the unique stack, with arithmetic on what is known.

    Attributes
    ----------
    nodes
        The nodes so far.
    exact
        Whether only identities that hold to the last bit may be used.

    Examples
    --------
    >>> b = Builder()
    >>> x = b.variable("x")
    >>> b.emit("*", b.constant(1.0), x) == x
    True
    >>> b.nodes[b.emit("^", x, b.constant(2.0))].inputs == (x, x)
    True
    """

    def __init__(self, writes: Collection[str] = OPERATIONS, exact: bool = False) -> None:
        self.nodes: list[Node] = []
        self.exact = exact
        self._writes = writes
        self._leaves: dict[str, int] = {}
        self._emitted: dict[tuple[object, ...], int] = {}

    def variable(self, name: str) -> int:
        """Return the node of a variable."""
        return self._leaf(name, Node(VARIABLE, name=name))

    def constant(self, number: float) -> int:
        """Return the node of a number; 0.0 and -0.0 are two."""
        return self._leaf(f"={number!r}", Node(CONSTANT, number=number))

    def emit(self, op: str, *inputs: int) -> int:
        """Return a node with the value of `op` on `inputs`, as simple as is known."""
        key = (op, *inputs)
        index = self._emitted.get(key)
        if index is None:
            index = self._emitted[key] = self._emit(op, inputs)
        return index

    def _emit(self, op: str, inputs: tuple[int, ...]) -> int:
        numbers = [self.number(i) for i in inputs]
        if None not in numbers:
            return self.constant(OPERATIONS[op].compute(*numbers))
        rule = _RULES.get(op)
        simpler = rule(self, *inputs) if rule else None
        if simpler is not None:
            return simpler
        if op not in self._writes:
            graph = _read(LOWERED[op].value)
            return self.copy(graph, dict(zip("ab", inputs, strict=False)))[graph.output]
        self.nodes.append(Node.over(op, inputs))
        return len(self.nodes) - 1

    def copy(self, graph: Graph, inputs: Mapping[str, int] | None = None) -> list[int]:
        """Emit all nodes of a graph; `inputs` are what its variables stand for."""
        indices: list[int] = []
        for node in graph.nodes:
            if node.op == VARIABLE:
                name = node.name
                indices.append(self.variable(name) if inputs is None else inputs[name])
            elif node.op == CONSTANT:
                indices.append(self.constant(node.number))
            else:
                indices.append(self.emit(node.op, *(indices[i] for i in node.inputs)))
        return indices

    def copy_local(self, op: str, slot: int, inputs: Mapping[str, int]) -> int:
        """Emit the local derivative of `op` in `slot`, where its `inputs` are a, b and z."""
        better = LOWERED[op].locals if op in LOWERED and not self.exact else ()
        graph = _read((better or OPERATIONS[op].locals)[slot])
        return self.copy(graph, inputs)[graph.output]

    def number(self, index: int) -> float | None:
        """Return the number that a node is, `None` where it is not a constant."""
        node = self.nodes[index]
        return node.number if node.op == CONSTANT else None

    def is_op(self, index: int, op: str) -> bool:
        """Whether a node is of this operation."""
        return self.nodes[index].op == op

    def input(self, index: int, slot: int = 0) -> int:
        """Return an input of a node."""
        return self.nodes[index].inputs[slot]

    def _leaf(self, key: str, node: Node) -> int:
        index = self._leaves.get(key)
        if index is None:
            index = self._leaves[key] = len(self.nodes)
            self.nodes.append(node)
        return index


@cache
def _read(text: str) -> Graph:
    return build(read(text, INTERNAL_FUNCTIONS))


# What an operation on known inputs comes down to; `None` where nothing simpler is known -----------


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


def _let_through(b: Builder, condition: int, value: int) -> int | None:
    number = b.number(condition)
    return None if number is None or number == 0.0 else value


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
    "when": _let_through,
    "through": _let_through,
}
