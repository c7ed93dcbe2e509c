"""The table of operations as MathML, for the formulas beside the picture.

A *tree* is MathML as nested lists, [tag, child, ...], a leaf being [tag, text]. A place for an
input is ["slot", "a"], ["slot", "b"] or, for the node's own value, ["slot", "z"]; whoever shows
the tree fills the places with names, then with numbers.
"""

from __future__ import annotations

from functools import cache
from typing import Any, TypeAlias

from qsts_core.graph import CONSTANT, VARIABLE, Node
from qsts_core.notation import spell
from qsts_core.ops import OPERATIONS, Math
from qsts_core.rules import local_graph

__all__ = ["Tree", "rule", "typeset_local", "typeset_operation"]

Tree: TypeAlias = "list[Any]"

_ATOM = 9
_PRODUCT = ("mrow", "a", ("mo", "·"), "b")
_POWER = OPERATIONS["^"].precedence or 0


def rule(op: str) -> dict[str, Any]:
    """Return one row of the table as plain data: symbol, how to typeset it, its locals.

    Examples
    --------
    >>> rule("*")["locals"][0]
    {'text': 'b', 'math': ['slot', 'b']}
    """
    row = OPERATIONS[op]
    return {
        "symbol": row.symbol,
        "math": typeset_operation(op),
        "locals": [
            {"text": text, "math": typeset_local(op, slot)} for slot, text in enumerate(row.locals)
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
def typeset_local(op: str, slot: int) -> Tree:
    """Return the tree of the local derivative of `op` in `slot`.

    Examples
    --------
    >>> typeset_local("sqrt", 0)
    ['mfrac', ['mn', '1'], ['mrow', ['mn', '2'], ['mo', '·'], ['slot', 'z']]]
    """
    graph = local_graph(op, slot)
    trees: list[tuple[Tree, int]] = []
    for node in graph.nodes:
        trees.append(_node(node, trees))
    return trees[graph.output][0]


def _node(node: Node, trees: list[tuple[Tree, int]]) -> tuple[Tree, int]:
    """Return a node's tree and how tightly it binds."""
    if node.op == VARIABLE:
        return ["slot", node.name], _ATOM
    if node.op == CONSTANT:
        text = spell(node.number)
        return (["mi", "π"] if text == "pi" else ["mn", text]), _ATOM
    row = OPERATIONS[node.op]
    precedence = row.precedence or _ATOM
    math = _PRODUCT if node.op == "*" else row.math
    inputs = {
        name: _enclose(*trees[index], _least(node.op, math, name, precedence))
        for name, index in zip("ab", node.inputs, strict=False)
    }
    return _fill(math, inputs), _ATOM if math[0] in ("mfrac", "msqrt") else precedence


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
