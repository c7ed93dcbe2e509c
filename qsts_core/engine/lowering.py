"""A graph and its local derivatives, lowered to one flat list that every engine writes out.

In goes a `Tape`; out comes a `Listing`: the value *and* the gradient as one more graph of unique
nodes, of simple operations, with several outputs. What the sweep does edge by edge is done here
once with nodes in place of numbers, so alike subexpressions of the adjoints are shared by the same
means as those of the formula: one dictionary keyed by the node itself. Constants are folded with
the table's own `compute`, identities of `algebra` are applied, and what no output needs is
dropped (dead-code elimination).

An engine says which operations it writes itself (its dialect); the others are expanded by
`dialects.LOWERED`. An engine that promises the digits of the sweep asks for `exact`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from qsts_core.engine.algebra import Builder
from qsts_core.graph import VARIABLE, Node
from qsts_core.ops import OPERATIONS
from qsts_core.sweep import Tape

__all__ = ["Listing", "lower"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What an engine computes, in an order in which it can be computed.

    Attributes
    ----------
    nodes
        Variables, constants and operations; inputs come first.
    value
        The index of the value of the formula.
    gradient
        For each variable, in the order of `variables`, the index of its derivative.
    variables
        The names of the variables.
    """

    nodes: tuple[Node, ...]
    value: int
    gradient: tuple[int, ...]
    variables: tuple[str, ...]

    @property
    def outputs(self) -> tuple[int, ...]:
        """The indices of the value and of the derivatives, in this order."""
        return (self.value, *self.gradient)

    @property
    def operations(self) -> int:
        """How many operations it takes."""
        return sum(bool(node.inputs) for node in self.nodes)


def lower(tape: Tape, writes: Collection[str] = OPERATIONS, exact: bool = False) -> Listing:
    """Lower a formula and its gradient.

    Parameters
    ----------
    tape
        The formula's graph, made ready to run; derivatives are in the order of its variables.
    writes
        The operations that the engine writes itself.
    exact
        Whether the numbers must be those of the sweep to the last bit.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("(x+y) + x*(x+y)")
    >>> listing = lower(e.tape)
    >>> [node.name or node.op for node in listing.nodes]
    ['x', 'y', '+', '*', '+', 'constant', '+', '+']
    >>> listing.outputs
    (4, 7, 6)
    """
    builder = Builder(writes, exact)
    values = builder.copy(tape.graph)
    adjoints, reached = _adjoints(builder, tape, values)
    sums: dict[str, int] = {}
    masks: dict[str, int | None] = {}
    for index, node in enumerate(tape.graph.nodes):
        if node.op == VARIABLE:
            name, adjoint = node.name, adjoints[index]
            if adjoint is None:
                continue
            if name not in sums:
                sums[name], masks[name] = adjoint, reached[index]
                continue
            masks[name] = _either(builder, reached[index], masks[name])
            sums[name] = builder.emit("+", sums[name], adjoint)
    for name, mask in masks.items():
        if mask is not None:
            sums[name] = builder.emit("when", mask, sums[name])
    gradient = [sums[name] if name in sums else builder.constant(0.0) for name in tape.names]
    return _eliminate_dead_code(builder.nodes, values[tape.graph.output], gradient, tape.names)


def _either(builder: Builder, mask: int | None, other: int | None) -> int | None:
    """Return the mask of what is reached by either of two ways; `None` is everywhere."""
    return None if mask is None or other is None else builder.emit("or", other, mask)


def _adjoints(
    builder: Builder, tape: Tape, values: list[int]
) -> tuple[list[int | None], list[int | None]]:
    """Run the backward sweep on nodes in place of numbers.

    An edge may be blocked at some states and not at others. So a node has a mask beside its
    adjoint: where it is reached, `None` for everywhere. What comes from a node that is not reached
    is replaced by what a sum does not notice; it is not multiplied by 0.
    """
    nodes = tape.graph.nodes
    adjoints: list[int | None] = [None] * len(nodes)
    reached: list[int | None] = [None] * len(nodes)
    adjoints[tape.graph.output] = builder.constant(1.0)
    for place, edge in enumerate(tape.edges):
        inputs = {"a": values[edge.left], "b": values[edge.right], "z": values[edge.parent]}
        slope = builder.copy_local(nodes[edge.parent].op, edge.slot, inputs)
        contribution = builder.emit("*", adjoints[edge.parent], slope)  # type: ignore[arg-type]
        mask = reached[edge.parent]
        if place in tape.gates:
            condition, holds = tape.gates[place]
            is_open = builder.emit("!=" if holds else "==", values[condition], builder.constant(0))
            mask = is_open if mask is None else builder.emit("and", mask, is_open)
        if mask is not None:
            contribution = builder.emit("through", mask, contribution)
        before = adjoints[edge.child]
        if before is None:
            adjoints[edge.child], reached[edge.child] = contribution, mask
            continue
        adjoints[edge.child] = builder.emit("+", before, contribution)
        reached[edge.child] = _either(builder, mask, reached[edge.child])
    return adjoints, reached


def _eliminate_dead_code(
    nodes: list[Node], value: int, gradient: list[int], variables: tuple[str, ...]
) -> Listing:
    """Keep what the outputs need."""
    needed = bytearray(len(nodes))
    for index in (value, *gradient):
        needed[index] = 1
    for index in range(len(nodes) - 1, -1, -1):
        if needed[index]:
            for i in nodes[index].inputs:
                needed[i] = 1
    place: dict[int, int] = {}
    kept: list[Node] = []
    for index, node in enumerate(nodes):
        if needed[index]:
            place[index] = len(kept)
            inputs = [place[i] for i in node.inputs]
            kept.append(Node.over(node.op, inputs) if inputs else node)
    return Listing(tuple(kept), place[value], tuple(place[i] for i in gradient), variables)
