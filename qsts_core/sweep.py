"""Forward, then backward, over a graph: the one place where numbers are made.

`Tape` is a graph made ready to run: its operations as functions, its edges in the order of the
backward sweep. `run` gives a `Run`: arrays of numbers indexed by node and by edge. The answer,
the steps a viewer sees, the export and the warnings are all read from these arrays, so they
cannot disagree. Nothing is stored on a node; running twice gives the same answer.

The method is reverse accumulation (Linnainmaa, 1970; Griewank and Walther, *Evaluating
Derivatives*, 2nd ed., section 3.2): the output's adjoint is 1, and in reverse order of creation
every node sends to each of its inputs its own adjoint times the local derivative.

Where the graph has conditions, some edges are *blocked* at some states: those through a closed gate
(the branch that was not taken), and those from a node that nothing has reached. A blocked edge
brings nothing, which is not 0 times something: 0 times the infinite slope of a branch that was not
taken would be NaN, the answer of programs that multiply by a mask.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from .graph import VARIABLE, Graph
from .ops import CUTTING, GATES, OPERATIONS
from .rules import Local, local_function

__all__ = ["Edge", "Run", "Tape", "reset", "run"]


class Edge(NamedTuple):
    """One edge, as the backward sweep runs through it.

    Attributes
    ----------
    parent, slot, child
        The node that uses, in which of its inputs, and the node that is used.
    local
        The partial derivative of the parent in that slot.
    left, right
        The nodes whose values `local` is given as a and b.
    """

    parent: int
    slot: int
    child: int
    local: Local
    left: int
    right: int


class Tape:
    """A graph made ready to run, at any number of states.

    Attributes
    ----------
    graph
        The graph.
    names
        The variables, in the order in which their derivatives are given; by default that of the
        graph, which may not be that of the text where nodes are repeated.
    active
        For each node, whether any variable feeds it; what is not active has no adjoint.
    edges
        The edges between active nodes, in the order of the backward sweep: parents in reverse
        order of creation, slots left to right.
    gates
        For each edge through a gate, by its place among the edges: the node of the condition, and
        whether that must hold for the gate to be open.
    """

    def __init__(self, graph: Graph, names: tuple[str, ...] | None = None) -> None:
        self.graph = graph
        self.names = _variables_of(graph) if names is None else names
        self.variables: list[tuple[int, str]] = []
        self.constants: list[tuple[int, float]] = []
        self.operations: list[tuple[int, Callable[..., float], int, int | None]] = []
        self.active: list[bool] = []
        self.edges: list[Edge] = []
        self.gates: dict[int, tuple[int, bool]] = {}
        cuts = self._go_forward()
        self._go_backward()
        if cuts:
            self._leave_out_what_no_derivative_passes()

    def _go_forward(self) -> bool:
        """Note what is to be computed, and what of it a variable feeds.

        Returns whether there is a slot through which no derivative goes.
        """
        cuts = False
        active = self.active
        for index, (op, left, right, name, number) in enumerate(self.graph.nodes):
            if op == VARIABLE:
                self.variables.append((index, name))
                active.append(True)
            elif left is None:
                self.constants.append((index, number))
                active.append(False)
            else:
                self.operations.append((index, OPERATIONS[op].compute, left, right))
                if op in CUTTING:
                    cuts = True
                    active.append(op in GATES and right is not None and active[right])
                else:
                    active.append(active[left] or (right is not None and active[right]))
        return cuts

    def _go_backward(self) -> None:
        """Note the edges whose child a variable feeds."""
        nodes, active, edges = self.graph.nodes, self.active, self.edges
        for parent in range(len(nodes) - 1, -1, -1):
            op, left, right = nodes[parent][:3]
            if left is None or not active[parent]:
                continue
            last = left if right is None else right
            if active[left]:
                edges.append(_new(Edge, (parent, 0, left, local_function(op, 0), left, last)))
            if right is not None and active[right]:
                edges.append(_new(Edge, (parent, 1, right, local_function(op, 1), left, right)))

    def _leave_out_what_no_derivative_passes(self) -> None:
        """Keep the edges that lead back from the output through slots that have a derivative."""
        nodes = self.graph.nodes
        leads = {self.graph.output}
        kept: list[Edge] = []
        for edge in self.edges:
            op = nodes[edge.parent].op
            if edge.parent in leads and OPERATIONS[op].locals[edge.slot]:
                if op in GATES:
                    self.gates[len(kept)] = edge.left, GATES[op]
                leads.add(edge.child)
                kept.append(edge)
        self.edges = kept

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tape):
            return NotImplemented
        return (self.names, self.graph) == (other.names, other.graph)

    def __hash__(self) -> int:
        return hash((self.names, self.graph))

    def __reduce__(self) -> tuple[Any, ...]:
        return Tape, (self.graph, self.names)

    @cached_property
    def due(self) -> list[int]:
        """For each node, how many contributions its adjoint is made of; the seed counts as one."""
        due = [0] * len(self.graph.nodes)
        due[self.graph.output] = 1
        for edge in self.edges:
            due[edge.child] += 1
        return due


def _variables_of(graph: Graph) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n.name for n in graph.nodes if n.op == VARIABLE))


_new = tuple.__new__  # of all fields at once: with `Edge(…)` a tape takes 1.2 times as long


class Run(NamedTuple):
    """What one run gave, by node (values, adjoints) and by edge of the tape (the rest).

    Attributes
    ----------
    tape
        What was run.
    values
        The value of each node.
    adjoints
        d output / d node; `None` where no contribution ever arrives.
    locals, contributions, sums
        For each edge the local derivative, the contribution (the parent's adjoint times the
        local), and the child's adjoint once that had arrived. Of a blocked edge the first two are
        0, and so is the last as long as nothing has arrived.
    blocked
        The places of the edges that are blocked.
    """

    tape: Tape
    values: list[float]
    adjoints: list[float | None]
    locals: list[float]
    contributions: list[float]
    sums: list[float]
    blocked: frozenset[int] = frozenset()

    @property
    def value(self) -> float:
        """The value of the output."""
        return self.values[self.tape.graph.output]

    def gradient(self) -> dict[str, float]:
        """Return d output / d variable, summed over the occurrences of each variable."""
        gradient: dict[str, float] = {}
        for index, name in self.tape.variables:
            adjoint = self.adjoints[index]
            if adjoint is not None:
                before = gradient.get(name)  # nothing, rather than 0: 0.0 + -0.0 is 0.0
                gradient[name] = adjoint if before is None else before + adjoint
        return {name: gradient.get(name, 0.0) for name in self.tape.names}


def run(tape: Tape, at: dict[str, float]) -> Run:
    """Run a tape forward and backward at one state; `at` has a float for every variable."""
    values, adjoints = reset(tape)
    _forward(tape, at, values)
    adjoints[tape.graph.output] = 1.0
    if tape.gates:
        return _run_back_through_gates(tape, values, adjoints)
    locals_, contributions, sums = [], [], []
    for parent, _, child, local, left, right in tape.edges:
        slope = local(values[left], values[right], values[parent])
        contribution = adjoints[parent] * slope  # type: ignore[operator]  # parents come first
        before = adjoints[child]
        after = contribution if before is None else before + contribution
        adjoints[child] = after
        locals_.append(slope)
        contributions.append(contribution)
        sums.append(after)
    return Run(tape, values, adjoints, locals_, contributions, sums)


def _run_back_through_gates(tape: Tape, values: list[float], adjoints: list[float | None]) -> Run:
    """Run backward where edges may be blocked.

    It is a loop of its own, so that a graph without conditions asks nothing at its edges.
    """
    edges, blocked = tape.edges, set()
    locals_, contributions, sums = [0.0] * len(edges), [0.0] * len(edges), [0.0] * len(edges)
    for place, (parent, _, child, local, left, right) in enumerate(edges):
        above, before = adjoints[parent], adjoints[child]
        if above is None or not _is_open(tape, place, values):
            blocked.add(place)
            sums[place] = 0.0 if before is None else before
            continue
        slope = locals_[place] = local(values[left], values[right], values[parent])
        contribution = contributions[place] = above * slope
        after = contribution if before is None else before + contribution
        adjoints[child] = sums[place] = after
    return Run(tape, values, adjoints, locals_, contributions, sums, frozenset(blocked))


def _is_open(tape: Tape, place: int, values: list[float]) -> bool:
    """Whether an edge leads through no gate, or through one that is open."""
    if place not in tape.gates:
        return True
    condition, holds = tape.gates[place]
    return (values[condition] != 0) == holds


def reset(tape: Tape) -> tuple[list[float], list[float | None]]:
    """Return the values and the adjoints as they are before a run: none computed, none reached.

    A program that keeps both on its nodes has to clear every node here; this one makes new arrays.
    """
    nodes = len(tape.graph.nodes)
    return [0.0] * nodes, [None] * nodes


def _forward(tape: Tape, at: dict[str, float], values: list[float]) -> None:
    for index, name in tape.variables:
        values[index] = at[name]
    for index, number in tape.constants:
        values[index] = number
    for index, compute, left, right in tape.operations:
        if right is None:
            values[index] = compute(values[left])
        else:
            values[index] = compute(values[left], values[right])
