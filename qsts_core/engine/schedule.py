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
from typing import TypeAlias

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
    >>> listing = lower(e.tape)
    >>> waiting(listing) >= waiting(reorder(listing))
    True
    """
    inputs = [node.inputs for node in listing.nodes]
    given = [i for i, used in enumerate(inputs) if used]
    orders = [given, _eager(inputs), _late(inputs, listing.outputs)]
    return _arrange(listing, min(orders, key=lambda order: _waiting(inputs, order)))


def waiting(listing: Listing) -> int:
    """Count for each operation the results that wait for a later one, and sum the counts."""
    inputs = [node.inputs for node in listing.nodes]
    return _waiting(inputs, [i for i, used in enumerate(inputs) if used])


def last_uses(listing: Listing) -> list[int]:
    """Return for each node the last operation that uses it, itself where none does."""
    last = list(range(len(listing.nodes)))
    for index, node in enumerate(listing.nodes):
        for i in node.inputs:
            last[i] = index
    return last


Inputs: TypeAlias = Sequence[tuple[int, ...]]
"""The inputs of each node; none for variables and constants."""


def _waiting(inputs: Inputs, order: Sequence[int]) -> int:
    last = [0] * len(inputs)
    for position, index in enumerate(order):
        last[index] = position
        for i in inputs[index]:
            last[i] = position
    # From where each stands to its last use; positions are 0, 1, 2, …
    return sum(last[index] for index in order) - len(order) * (len(order) - 1) // 2


def _eager(inputs: Inputs) -> list[int]:
    """Order each operation as soon as few others are missing for it, the newest first."""
    users: list[list[int]] = [[] for _ in inputs]
    for index, used in enumerate(inputs):
        for i in used:
            users[i].append(index)
    order: list[int] = []
    placed = bytearray(not used for used in inputs)
    for start in range(len(inputs)):
        stack = [start]
        while stack:
            missing = _missing(inputs, placed, stack.pop())
            for index in missing:
                placed[index] = 1
            order += missing
            for index in missing:
                stack += reversed(users[index])
    return order


def _missing(inputs: Inputs, placed: bytearray, index: int) -> list[int]:
    """Return what is left to compute for a node, itself last; nothing if it is more than a few."""
    if placed[index]:
        return []
    found = [index]
    for current in found:  # grows as it runs
        for i in inputs[current]:
            if not placed[i] and i not in found:
                if len(found) == FEW:
                    return []
                found.append(i)
    found.sort()
    return found


def _late(inputs: Inputs, outputs: Sequence[int]) -> list[int]:
    """Order the operations of each output just before it."""
    order: list[int] = []
    placed = bytearray(not used for used in inputs)
    stack = list(reversed(outputs))
    while stack:
        index = stack[-1]
        if placed[index]:
            stack.pop()
            continue
        missing = [i for i in inputs[index] if not placed[i]]
        if missing:
            stack += reversed(missing)
        else:
            stack.pop()
            placed[index] = 1
            order.append(index)
    return order


def _arrange(listing: Listing, order: Sequence[int]) -> Listing:
    """Return the listing with its leaves first, and then its operations in this order."""
    old = listing.nodes
    nodes = [node for node in old if node.left is None]
    place = [0] * len(old)
    for new, index in enumerate([i for i, node in enumerate(old) if node.left is None]):
        place[index] = new
    for index in order:
        node = old[index]
        place[index] = len(nodes)
        nodes.append(Node.over(node.op, [place[i] for i in node.inputs]))
    gradient = tuple(place[i] for i in listing.gradient)
    return Listing(tuple(nodes), place[listing.value], gradient, listing.variables)
