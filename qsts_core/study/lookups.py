"""The look-ups of the unique stack, one by one, by both ways of finding a triple.

A program goes in; out comes, for each entry of its postfix, the triple that is looked up, whether
it was there, and how many comparisons a search in lexicographic order takes. A hash table takes one
look-up whatever the number of triples; an ordered set, O(log n) comparisons.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from qsts_core.graph import Assembly, Node, letters_beside
from qsts_core.notation import Letters
from qsts_core.reading.postfix import Program
from qsts_core.trace import label_of

__all__ = ["LookUp", "in_order", "look_ups", "write_triple"]

Key: TypeAlias = tuple[str, int, int, str, float]
"""A triple as it is ordered: by operation, then left, then right input; leaves by their content."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look-up.

    Attributes
    ----------
    position
        Which one it is, from 1.
    triple
        What is looked up, with the names of its inputs.
    node, name
        The node that it is, found or made, and its name as it is shown.
    found
        Whether it was there.
    known
        How many triples were there before it.
    comparisons
        How many of them a search in lexicographic order compares it with.
    """

    position: int
    triple: str
    node: int
    name: str
    found: bool
    known: int
    comparisons: int


def look_ups(program: Program) -> list[LookUp]:
    """Return the look-ups in the order in which they happen.

    Examples
    --------
    >>> from qsts_core.reading.postfix import read
    >>> for each in look_ups(read("x*y + x*y")):
    ...     print(each.triple, each.name, each.found, each.comparisons)
    x z₁ False 0
    y z₂ False 1
    (×, z₁, z₂) z₃ False 2
    x z₁ True 1
    y z₂ True 2
    (×, z₁, z₂) z₃ True 2
    (+, z₃, z₃) z₄ False 2
    """
    assembly = Assembly(program, "unique")
    letters = letters_beside(program)
    ordered: list[Key] = []
    done: list[LookUp] = []
    for position, push in enumerate(assembly.pushes(), 1):
        node = assembly.nodes[push.node]
        key = _key(node)
        compared = _compare(ordered, key)
        triple, name = write_triple(node, letters), letters.show_node(push.node)
        done.append(LookUp(position, triple, push.node, name, push.reused, len(ordered), compared))
        if not push.reused:
            insort(ordered, key)
    return done


def in_order(found: Sequence[LookUp], program: Program) -> list[LookUp]:
    """Return the look-ups that made a node, in the lexicographic order of their triples."""
    nodes = Assembly(program, "unique").graph().nodes
    made = [each for each in found if not each.found]
    return sorted(made, key=lambda each: _key(nodes[each.node]))


def write_triple(node: Node, letters: Letters) -> str:
    """Write a node as the triple (operation, left, right); a leaf as what it holds."""
    names = map(letters.show_node, node.inputs)
    return f"({', '.join([label_of(node), *names])})" if node.inputs else label_of(node)


def _key(node: Node) -> Key:
    left, right = (-1 if index is None else index for index in (node.left, node.right))
    return node.op, left, right, node.name, node.number


def _compare(ordered: Sequence[Key], key: Key) -> int:
    """Count the triples that a binary search compares with; it ends where one is the same."""
    low, high, comparisons = 0, len(ordered), 0
    while low < high:
        middle = (low + high) // 2
        comparisons += 1
        if ordered[middle] == key:
            break
        if ordered[middle] < key:
            low = middle + 1
        else:
            high = middle
    return comparisons
