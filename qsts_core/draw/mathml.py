"""The table of operations as MathML, for the formulas beside the picture.

A *tree* is MathML as nested lists, [tag, child, ...], a leaf being [tag, text]. A place for an
input is ["slot", "a"], ["slot", "b"] or, for the node's own value, ["slot", "z"]; whoever shows
the tree fills the places with names, then with numbers.

A local derivative is a list of *cases*, of which the first that holds is the rule that ran:

when     [left, relation, right] over "a", "b", "z" and "0", or `None` where there is but one case
math     its tree
program  the same in postfix form, to compute with: each entry ["slot", letter], ["number", n] or
         [operation, index, ...] over the entries before it; the last is the result
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from qsts_core.graph import CONSTANT, VARIABLE, Graph, Node, build
from qsts_core.notation import spell
from qsts_core.ops import ATOM, INTERNAL_FUNCTIONS, OPERATIONS, Math
from qsts_core.printer import write_nodes
from qsts_core.reading.postfix import read
from qsts_core.rules import local_graph

__all__ = ["Case", "Tree", "rule", "typeset_cases", "typeset_operation"]

Tree: TypeAlias = "list[Any]"


class Case(NamedTuple):
    """What a local derivative is under a condition; see the module's docstring."""

    when: list[str] | None
    math: Tree
    program: list[list[Any]]


_PRODUCT = ("mrow", "a", ("mo", "×"), "b")
_POWER = OPERATIONS["^"].precedence or 0


def rule(op: str) -> dict[str, Any]:
    """Return one row of the table as plain data: symbol, how to typeset it, its locals.

    Examples
    --------
    >>> rule("*")["locals"][0]["cases"][0]["math"]
    ['slot', 'b']
    """
    row = OPERATIONS[op]
    return {
        "symbol": row.symbol,
        "math": typeset_operation(op),
        "locals": [
            {"text": text, "cases": [case._asdict() for case in typeset_cases(op, slot)]}
            for slot, text in enumerate(row.locals)
        ],
    }


def typeset_operation(op: str) -> Tree:
    """Return the tree of an operation over its inputs.

    Examples
    --------
    >>> typeset_operation("/")
    ['mfrac', ['slot', 'a'], ['slot', 'b']]
    """
    return _fill(OPERATIONS[op].math, {"a": ["slot", "a"], "b": ["slot", "b"]})


@cache
def typeset_cases(op: str, slot: int) -> tuple[Case, ...]:
    """Return the cases of the local derivative of `op` in `slot`; none where no derivative goes.

    Examples
    --------
    >>> [case.math for case in typeset_cases("sqrt", 0)]
    [['mfrac', ['mn', '1'], ['mrow', ['mn', '2'], ['mo', '×'], ['slot', 'z']]]]
    >>> [" ".join(case.when) for case in typeset_cases("max", 1)]
    ['b > a', 'b = a', 'b < a']
    """
    if not OPERATIONS[op].locals[slot]:
        return ()
    graph = local_graph(op, slot)
    outermost = graph.nodes[graph.output]
    cases = OPERATIONS[outermost.op].cases if outermost.inputs else ()
    if not cases:
        return (_case(None, graph),)
    texts = write_nodes(graph)
    names = dict(zip("ab", (texts[index] for index in outermost.inputs), strict=False))
    return tuple(
        _case([names.get(word, word) for word in when.split()], _fill_in(text, names))
        for when, text in cases
    )


def _case(when: list[str] | None, graph: Graph) -> Case:
    return Case(when, _typeset(graph), _program(graph))


def _fill_in(text: str, names: dict[str, str]) -> Graph:
    """Return the graph of a case of an internal function, over the inputs of the rule."""
    written = re.sub(r"\b[ab]\b", lambda letter: f"({names[letter[0]]})", text)
    return build(read(written, INTERNAL_FUNCTIONS))


def _program(graph: Graph) -> list[list[Any]]:
    """Return a graph over a, b, z as postfix that is data."""
    entries: list[list[Any]] = []
    for node in graph.nodes:
        if node.op == VARIABLE:
            entries.append(["slot", node.name])
        elif node.op == CONSTANT:
            entries.append(["number", node.number])
        else:
            entries.append([node.op, *node.inputs])
    return entries


def _typeset(graph: Graph) -> Tree:
    """Return the tree of a graph over a, b, z."""
    trees: list[tuple[Tree, int]] = []
    for node in graph.nodes:
        trees.append(_node(node, trees))
    return trees[graph.output][0]


def _node(node: Node, trees: list[tuple[Tree, int]]) -> tuple[Tree, int]:
    """Return a node's tree and how tightly it binds."""
    if node.op == VARIABLE:
        return ["slot", node.name], ATOM
    if node.op == CONSTANT:
        text = spell(node.number)
        return (["mi", "π"] if text == "pi" else ["mn", text]), ATOM
    row = OPERATIONS[node.op]
    precedence = row.precedence or ATOM
    math = _PRODUCT if node.op == "*" else row.math
    inputs = {
        name: _enclose(*trees[index], _least(node.op, math, name, precedence))
        for name, index in zip("ab", node.inputs, strict=False)
    }
    return _fill(math, inputs), ATOM if math[0] in ("mfrac", "msqrt") else precedence


def _least(op: str, math: Math, name: str, precedence: int) -> int:
    """Return how tightly an input must bind to go without parentheses."""
    if math[0] == "msup":
        return _POWER + 1 if name == "a" else 0
    if math[0] == "mrow" and (OPERATIONS[op].precedence is not None or op == "neg"):
        return precedence + (name == "b")
    return 0


def _enclose(tree: Tree, precedence: int, least: int) -> Tree:
    return tree if precedence >= least else ["mrow", ["mo", "("], tree, ["mo", ")"]]


def _fill(math: Math, inputs: dict[str, Tree]) -> Tree:
    """Return `math` as lists, its bare letters replaced by the trees of the inputs."""
    if isinstance(math, str):
        return inputs.get(math, [])
    tag, *children = math
    if len(children) == 1 and isinstance(children[0], str) and tag in ("mo", "mi", "mn"):
        return [tag, children[0]]
    return [tag, *(_fill(child, inputs) for child in children)]
