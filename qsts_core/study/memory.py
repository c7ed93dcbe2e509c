"""How many bytes a graph and one run of it take.

The objects themselves are added up: `sys.getsizeof` of every distinct one that can be reached.
What exists anyway is left out: the names and numbers of the text, the values given for the
variables, the functions of the table of operations, and the small integers that Python keeps
once. The unique stack is let go of when the graph is built, so it is counted apart.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from qsts_core.graph import Assembly, Graph
from qsts_core.sweep import Run, Tape

__all__ = ["graph_bytes", "run_bytes", "stack_bytes"]

_CONTAINERS = (tuple, list)
_KEPT_ONCE = range(-5, 257)
"""The integers of which CPython has one object each."""


def graph_bytes(graph: Graph, tape: Tape) -> int:
    """Return the bytes of what stays between runs: the nodes, their places, and the tape.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> tree, unique = (Expression("(x+y) + x*(x+y)", sharing) for sharing in ("none", "unique"))
    >>> graph_bytes(tree.graph, tree.tape) > graph_bytes(unique.graph, unique.tape)
    True
    """
    return _total(
        [
            *(graph.nodes, graph.places),
            *(tape.variables, tape.constants, tape.operations, tape.edges, tape.active, tape.due),
        ],
        apart=(node.number for node in graph.nodes),
    )


def run_bytes(run: Run) -> int:
    """Return the bytes that one run adds: the five arrays of its numbers.

    Examples
    --------
    >>> from qsts_core.graph import build
    >>> from qsts_core.reading.postfix import read
    >>> from qsts_core.sweep import run
    >>> run_bytes(run(Tape(build(read("x*x*x"))), {"x": 2.0})) > 5 * sys.getsizeof([])
    True
    """
    return _total(
        [run.values, run.adjoints, run.locals, run.contributions, run.sums],
        apart=(run.values[i] for i, _ in (*run.tape.variables, *run.tape.constants)),
    )


def stack_bytes(assembly: Assembly) -> int:
    """Return the bytes of the unique stack: what building needs, and gives back afterwards.

    Examples
    --------
    >>> from qsts_core.graph import SHARINGS
    >>> from qsts_core.reading.postfix import read
    >>> machines = [Assembly(read("(x+y) + x*(x+y)"), sharing) for sharing in SHARINGS]
    >>> _ = [machine.graph() for machine in machines]
    >>> tree, threaded, unique = map(stack_bytes, machines)
    >>> tree < threaded < unique
    True
    """
    table = sys.getsizeof(assembly.seen) if assembly.seen else 0
    return table + _total([list(assembly.seen)], apart=()) - sys.getsizeof(list(assembly.seen))


def _total(roots: Iterable[Any], apart: Iterable[Any]) -> int:
    """Add up the distinct containers and numbers that can be reached, but for those `apart`."""
    seen = set(map(id, apart))
    waiting = list(roots)
    total = 0
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or not _is_own(thing):
            continue
        seen.add(id(thing))
        total += sys.getsizeof(thing)
        if isinstance(thing, _CONTAINERS):
            waiting.extend(thing)
    return total


def _is_own(thing: Any) -> bool:
    if isinstance(thing, int):
        return not isinstance(thing, bool) and thing not in _KEPT_ONCE
    return isinstance(thing, (*_CONTAINERS, float))
