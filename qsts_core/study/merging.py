"""Which nodes of a graph with repetitions are one node of a graph with fewer.

In go two graphs of one program, built with less and with more sharing; out comes, for each node of
the first, the node of the second that it becomes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from qsts_core.graph import VARIABLE, Graph, Node
from qsts_core.printer import write_nodes

__all__ = ["merged", "tag_twins", "tear_apart", "variables_of", "where_merged"]

LONGEST_TEXT = 2_000
CIRCLED = 20
"""So many numbers have a circled form."""

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def where_merged(finer: Graph, coarser: Graph) -> tuple[int, ...]:
    """Return for each node of `finer` the node of `coarser` that it becomes.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> text = "(x+y) + x*(x+y)"
    >>> tree, unique = Expression(text, "none").graph, Expression(text).graph
    >>> where_merged(tree, unique)  # z3 and z7, both x+y, become z3
    (0, 1, 2, 0, 0, 1, 2, 3, 4)
    """
    by_name = {n.name: i for i, n in enumerate(coarser.nodes) if n.op == VARIABLE}
    by_node: dict[Node, list[int]] = defaultdict(list)
    for index, node in enumerate(coarser.nodes):
        by_node[node].append(index)
    seen: dict[Node, int] = defaultdict(int)
    places: list[int] = []
    for node in finer.nodes:
        if node.op == VARIABLE:
            places.append(by_name[node.name])
            continue
        inputs = [places[i] for i in node.inputs] + [None, None]
        key = node._replace(left=inputs[0], right=inputs[1])
        # Where the coarser graph repeats a node too, its repetitions come in the same order.
        twins = by_node[key]
        places.append(twins[min(seen[key], len(twins) - 1)])
        seen[key] += 1
    return tuple(places)


def merged(finer: Graph, coarser: Graph) -> dict[int, tuple[int, ...]]:
    """Return the nodes of `coarser` that stand for several of `finer`, with those.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> text = "(x+y) + x*(x+y)"
    >>> merged(Expression(text, "variables").graph, Expression(text).graph)
    {2: (2, 3)}
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for index, place in enumerate(where_merged(finer, coarser)):
        groups[place].append(index)
    return {place: tuple(group) for place, group in groups.items() if len(group) > 1}


def tag_twins(graphs: Sequence[Graph], unique: Graph) -> list[list[str]]:
    """Return for each node of each graph the tag of its repetitions, which is no program's name.

    A node has one where several nodes of one of `graphs` are one node of `unique`; operations
    come first.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> text = "(x+y) + x*(x+y)"
    >>> tree, unique = Expression(text, "none").graph, Expression(text).graph
    >>> tag_twins([tree, unique], unique)
    [['②', '③', '①', '②', '②', '③', '①', '', ''], ['②', '③', '①', '', '']]
    """
    places = [where_merged(graph, unique) for graph in graphs]
    repeated = {place for graph in places for place, n in Counter(graph).items() if n > 1}
    ordered = sorted(repeated, key=lambda place: (not unique.nodes[place].inputs, place))
    tags = {place: _circled(number) for number, place in enumerate(ordered, 1)}
    return [[tags.get(place, "") for place in graph] for graph in places]


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if number <= CIRCLED else f"({number})"


def variables_of(graph: Graph) -> dict[str, tuple[int, ...]]:
    """Return the nodes of each variable, in order of creation.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> variables_of(Expression("x*y + x", "none").graph)
    {'x': (0, 3), 'y': (1,)}
    """
    found: dict[str, list[int]] = defaultdict(list)
    for index, node in enumerate(graph.nodes):
        if node.op == VARIABLE:
            found[node.name].append(index)
    return {name: tuple(indices) for name, indices in found.items()}


def tear_apart(tree: Graph) -> tuple[str, dict[str, str]] | None:
    """Return the formula of the same tree with no variable twice, and what each stands for.

    `None` where no variable stands twice, or where letters run out.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> tear_apart(Expression("(x+y) + x*(x+y)", "none").graph)
    ('a + b + c*(d + e)', {'a': 'x', 'b': 'y', 'c': 'x', 'd': 'x', 'e': 'y'})
    """
    leaves = [index for index, node in enumerate(tree.nodes) if node.op == VARIABLE]
    names = [tree.nodes[leaf].name for leaf in leaves]
    if len(set(names)) == len(names) or len(names) > len(LETTERS):
        return None
    fresh = dict(zip(leaves, LETTERS, strict=False))
    nodes = tuple(
        node._replace(name=fresh[index]) if index in fresh else node
        for index, node in enumerate(tree.nodes)
    )
    text = write_nodes(Graph(nodes, tree.output, tree.places), LONGEST_TEXT)[tree.output]
    return text, dict(zip(fresh.values(), names, strict=True))
