"""How large a graph is and how much one gradient does, counted without building repeated nodes.

A program goes in, exact integers come out: a tree can be exponential in the length of its text.
"""

from __future__ import annotations

from typing import NamedTuple

from qsts_core.graph import Graph, Sharing, build, predict_size
from qsts_core.ops import OPERATIONS
from qsts_core.reading.postfix import Program
from qsts_core.sweep import Tape

__all__ = ["Count", "count"]


class Count(NamedTuple):
    """How large a graph is, and how much one gradient does in it.

    Attributes
    ----------
    nodes, edges
        Of the graph; `x*x` has two edges.
    evaluations
        How many nodes the forward sweep computes: the operations, not the leaves.
    contributions
        How many edges the backward sweep runs through: those with a variable below them.
    """

    nodes: int
    edges: int
    evaluations: int
    contributions: int

    @property
    def operations(self) -> int:
        """How many operations one gradient takes: its evaluations and its contributions."""
        return self.evaluations + self.contributions


class _Work(NamedTuple):
    """What one statement adds wherever it is used."""

    evaluations: int
    contributions: int
    active: bool


def count(program: Program, sharing: Sharing) -> Count:
    """Count the nodes, the edges and the operations of one gradient.

    Examples
    --------
    >>> from qsts_core.graph import SHARINGS
    >>> from qsts_core.reading.postfix import read
    >>> [count(read("(x+y) + x*(x+y)"), sharing).operations for sharing in SHARINGS]
    [12, 12, 9]
    >>> doubled = read("t = x*x" + "; t = t*t" * 999)
    >>> count(doubled, "none").nodes == 2**1001 - 1
    True
    """
    if sharing == "unique":
        return _count_built(build(program, sharing))
    works: list[_Work] = []
    for statement in program.statements:
        works.append(_count_statement(program, statement.first, statement.last, works))
    return Count(*predict_size(program, sharing), *works[-1][:2])


def _count_built(graph: Graph) -> Count:
    evaluations = sum(node.left is not None for node in graph.nodes)
    return Count(len(graph.nodes), graph.edges, evaluations, len(Tape(graph).edges))


def _count_statement(program: Program, first: int, last: int, works: list[_Work]) -> _Work:
    """Count a statement as a tree; `works` has those before it."""
    evaluations = 0
    # The stack machine's stack: what is contributed below what stands here, and whether it is
    # anything that a derivative goes back to.
    stack: list[tuple[int, bool]] = []
    for entry in program.entries[first:last]:
        if entry.role == "reference":
            inner = works[entry.statement]
            evaluations += inner.evaluations
            stack.append((inner.contributions, inner.active))
        elif entry.role == "operation":
            goes = OPERATIONS[entry.name].differentiable
            below = [stack.pop() for _ in goes][::-1]
            slots = zip(below, goes, strict=True)
            sent = [count + 1 for (count, active), passes in slots if active and passes]
            evaluations += 1
            stack.append((sum(sent), bool(sent)))
        else:
            stack.append((0, entry.role == "variable"))
    return _Work(evaluations, *stack[-1])
