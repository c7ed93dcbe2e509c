"""Which mistake would give a wrong derivative: the sign, a missing term, another variable's."""

from __future__ import annotations

import math

from qsts_core.graph import VARIABLE
from qsts_core.notation import show
from qsts_core.sweep import Run

__all__ = ["guess_mistake"]


def guess_mistake(ours: Run, index: int, number: float) -> str:
    """Return what would give `number` for the adjoint of a node, after a colon; "" if nothing does.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> ours = Expression("x*x + y").trace({"x": 3, "y": 1}).run
    >>> [guess_mistake(ours, 0, number) for number in (-6.0, 3.0, 1.0, 5.5)]
    [': its sign is turned', ': the contribution 3 by z₂ is missing', ': that is the one of y', '']
    """
    true = ours.adjoints[index]
    if true is None or not math.isfinite(true):
        return ""
    if _alike(number, -true):
        return ": its sign is turned"
    for place, edge in enumerate(ours.tape.edges):
        term = ours.contributions[place]
        if edge.child == index and term and _alike(number, true - term) and term != true:
            sender = ours.tape.graph.show_node(edge.parent)
            return f": the contribution {show(term)} by {sender} is missing"
    for other, node in enumerate(ours.tape.graph.nodes):
        adjoint = ours.adjoints[other]
        if node.op == VARIABLE and other != index and adjoint and _alike(number, adjoint):
            return f": that is the one of {node.name}"
    for factor, said in ((2.0, "twice as much"), (0.5, "half of it")):
        if _alike(number, factor * true):
            return f": that is {said}"
    return ""


def _alike(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-6)
