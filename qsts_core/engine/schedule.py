"""The order in which a listing is computed, and how long each of its values is needed.

In goes a `Listing`; out comes one with the same nodes in an order in which few values wait at a
time: the fewer, the more of them stay in registers and in the cache. Variables and constants do
not count, for they can be read again wherever they are used.

Three orders are tried and the one with the least waiting is taken: as lowered; each operation as
soon as its inputs are there (a sum of many terms then finishes term after term, forward and
backward, and keeps nothing); and each output's operations just before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from qsts_core.engine.lowering import Listing
from qsts_core.graph import Node

__all__ = ["last_uses", "reorder", "waiting"]

FEW = 4
"""How many operations may be missing for one that is computed before its turn."""


def reorder(listing: Listing) -> Listing:
    """Return the listing in the best of the orders known here.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.engine.lowering import lower
    >>> e = Expression("x^2 + y^2 + sin(x*y)")
    >>> listing = lower(e.tape, e.variables)
    >>> waiting(listing) >= waiting(reorder(listing))
    True
    """
    candidates = [listing, _arrange(listing, _eager(listing)), _arrange(listing, _late(listing))]
    return min(candidates, key=waiting)


def waiting(listing: Listing) -> int:
    """Count for each operation the results that wait for a later one, and sum the counts."""
    last = last_uses(listing)
    return sum(last[i] - i for i, node in enumerate(listing.nodes) if node.inputs)


def last_uses(listing: Listing) -> list[int]:
    """Return for each node the last operation that uses it, itself where none does."""
    last = list(range(len(listing.nodes)))
    for index, node in enumerate(listing.nodes):
        for i in node.inputs:
            last[i] = index
    return last


def _eager(listing: Listing) -> list[int]:
    """Order each operation as soon as few others are missing for it, the newest first."""
    nodes = listing.nodes
    users: list[list[int]] = [[] for _ in nodes]
    for index, node in enumerate(nodes):
        for i in set(node.inputs):
            users[i].append(index)
    order: list[int] = []
    placed = bytearray(not node.inputs for node in nodes)
    for start in range(len(nodes)):
        stack = [start]
        while stack:
            missing = _missing(nodes, placed, stack.pop())
            for index in missing:
                placed[index] = 1
                order.append(index)
            for index in missing:
                stack.extend(reversed(users[index]))
    return order


def _missing(nodes: Sequence[Node], placed: bytearray, index: int) -> list[int]:
    """Return what is left to compute for a node, itself last; nothing if it is more than a few."""
    if placed[index]:
        return []
    found = [index]
    for current in found:  # grows as it runs
        for i in nodes[current].inputs:
            if not placed[i] and i not in found:
                if len(found) == FEW:
                    return []
                found.append(i)
    return sorted(found)


def _late(listing: Listing) -> list[int]:
    """Order the operations of each output just before it."""
    order: list[int] = []
    placed = bytearray(len(listing.nodes))
    stack = list(reversed(listing.outputs))
    while stack:
        index = stack[-1]
        inputs = [i for i in listing.nodes[index].inputs if not placed[i]]
        if inputs:
            stack.extend(reversed(inputs))
            continue
        stack.pop()
        if not placed[index] and listing.nodes[index].inputs:
            order.append(index)
        placed[index] = 1
    return order


def _arrange(listing: Listing, order: Sequence[int]) -> Listing:
    """Return the listing with its leaves first, and then its operations in this order."""
    leaves = [i for i, node in enumerate(listing.nodes) if not node.inputs]
    place = {old: new for new, old in enumerate([*leaves, *order])}
    nodes = [listing.nodes[i] for i in leaves]
    nodes += (
        Node(listing.nodes[i].op, *(place[j] for j in listing.nodes[i].inputs)) for i in order
    )
    gradient = tuple(place[i] for i in listing.gradient)
    return Listing(tuple(nodes), place[listing.value], gradient, listing.variables)
