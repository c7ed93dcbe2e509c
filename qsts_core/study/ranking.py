"""Findings with the worst first, as a page lists them.

In go the findings in the order of computation and the run that they are about; out come the same
ones. What is not finite comes first, together with what lies below or above it in the graph: a 0
there may be what made it, and the first of them is the origin. Then what is wrong by its digits;
then what is small or 0 and right; last a convention, which is no trouble. Within each of these the
order of computation stands. Linear in the graph.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from qsts_core.study.why import Finding
from qsts_core.sweep import Run

__all__ = ["rank_findings"]

_NOT_FINITE = frozenset(
    {"domain", "pole", "overflow", "zero-times-inf", "inf-minus-inf", "infinite-slope"}
)


def rank_findings(findings: Sequence[Finding], ours: Run) -> tuple[Finding, ...]:
    """Return findings with the worst first.

    Parameters
    ----------
    findings
        As `explain` returns them.
    ours
        The run at the same state.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.study.why import explain
    >>> e, at = Expression("relu(y) + sqrt(sqrt(x))"), {"x": -1, "y": -1}
    >>> [finding.cause for finding in rank_findings(explain(e, at), e.trace(at).run)]
    ['domain', 'dead']
    """
    graph, finite = ours.tape.graph, _is_finite(ours)
    places = {graph.name_node(index): index for index in range(len(graph.nodes))}
    without_slope = {
        edge.parent
        for edge, local in zip(ours.tape.edges, ours.locals, strict=True)
        if math.isnan(local)
    }
    born = set() if finite else {
        places[finding.node]
        for finding in findings
        if finding.cause in _NOT_FINITE
        or (finding.cause == "kink" and places[finding.node] in without_slope)
    }  # fmt: skip
    related = _below(born, ours) | _above(born, ours)

    def rank(finding: Finding) -> int:
        index = places[finding.node]
        if index in born or (index in related and finding.cause != "kink"):
            return 0
        return {"digits-lost": 1, "kink": 3}.get(finding.cause, 2)

    return tuple(sorted(findings, key=rank))


def _is_finite(ours: Run) -> bool:
    """Whether the value and the whole gradient are finite."""
    return all(map(math.isfinite, [ours.value, *ours.gradient().values()]))


def _below(born: set[int], ours: Run) -> set[int]:
    """Return the nodes that some of these are made of, and these."""
    found, nodes = set(born), ours.tape.graph.nodes
    for index in range(len(nodes) - 1, -1, -1):
        if index in found:
            found.update(nodes[index].inputs)
    return found


def _above(born: set[int], ours: Run) -> set[int]:
    """Return the nodes that are made of some of these, and these."""
    found = set(born)
    for index, node in enumerate(ours.tape.graph.nodes):
        if not found.isdisjoint(node.inputs):
            found.add(index)
    return found
