"""A graph and its local derivatives, lowered to one flat list that every engine writes out.

In goes a `Tape`; out comes a `Listing`: the value *and* the gradient as one more graph of unique
nodes, of simple operations, with several outputs. What the sweep does edge by edge is done here
once with nodes in place of numbers, so alike subexpressions of the adjoints are shared by the same
means as those of the formula: one dictionary keyed by the node itself. Constants are folded with
the table's own `compute`, identities of `algebra` are applied, and what no output needs is dropped.

An engine says which rows of the table it writes itself; the others are expanded to their `lowered`
text. An engine that promises the digits of the sweep asks for `exact`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from qsts_core.engine.algebra import simplify
from qsts_core.graph import CONSTANT, VARIABLE, Graph, Node, build
from qsts_core.ops import INTERNAL_FUNCTIONS, OPERATIONS, Operation
from qsts_core.reading.postfix import read
from qsts_core.sweep import Tape

__all__ = ["Builder", "Listing", "lower"]


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


def lower(
    tape: Tape,
    variables: tuple[str, ...],
    writes: Callable[[Operation], bool] = lambda row: True,
    exact: bool = False,
) -> Listing:
    """Lower a formula and its gradient.

    Parameters
    ----------
    tape
        The formula's graph, made ready to run.
    variables
        The names of the variables in the order in which derivatives are wanted.
    writes
        Whether the engine writes this row itself.
    exact
        Whether the numbers must be those of the sweep to the last bit.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("(x+y) + x*(x+y)")
    >>> listing = lower(e.tape, e.variables)
    >>> [node.name or node.op for node in listing.nodes]
    ['x', 'y', '+', '*', '+', 'constant', '+', '+']
    >>> listing.outputs
    (4, 7, 6)
    """
    builder = Builder(writes, exact)
    values = builder.copy(tape.graph)
    adjoints = _adjoints(builder, tape, values)
    sums: dict[str, int] = {}
    for index, node in enumerate(tape.graph.nodes):
        if node.op == VARIABLE:
            name, adjoint = node.name, adjoints[index]
            if adjoint is not None:
                sums[name] = builder.emit("+", sums[name], adjoint) if name in sums else adjoint
    gradient = [sums[name] if name in sums else builder.constant(0.0) for name in variables]
    return _drop_dead(builder.nodes, values[tape.graph.output], gradient, variables)


def _adjoints(builder: Builder, tape: Tape, values: list[int]) -> list[int | None]:
    """Run the backward sweep on nodes in place of numbers."""
    nodes = tape.graph.nodes
    adjoints: list[int | None] = [None] * len(nodes)
    adjoints[tape.graph.output] = builder.constant(1.0)
    for edge in tape.edges:
        inputs = {"a": values[edge.left], "b": values[edge.right], "z": values[edge.parent]}
        slope = builder.copy_local(nodes[edge.parent].op, edge.slot, inputs)
        contribution = builder.emit("*", adjoints[edge.parent], slope)  # type: ignore[arg-type]
        before = adjoints[edge.child]
        adjoints[edge.child] = (
            contribution if before is None else builder.emit("+", before, contribution)
        )
    return adjoints


class Builder:
    """Nodes being made, each once: the unique stack, with arithmetic on what is known.

    Attributes
    ----------
    nodes
        The nodes so far.
    exact
        Whether only identities that hold to the last bit may be used.
    """

    def __init__(
        self, writes: Callable[[Operation], bool] = lambda row: True, exact: bool = False
    ) -> None:
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
        row = OPERATIONS[op]
        if None not in numbers:
            return self.constant(row.compute(*numbers))
        simpler = simplify(self, op, *inputs)
        if simpler is not None:
            return simpler
        if row.lowered and not self._writes(row):
            graph = _rule(row.lowered)
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
        row = OPERATIONS[op]
        better = row.lowered_locals and not self.exact
        graph = _rule((row.lowered_locals if better else row.locals)[slot])
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
def _rule(text: str) -> Graph:
    return build(read(text, INTERNAL_FUNCTIONS))


def _drop_dead(
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
