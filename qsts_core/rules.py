"""The local derivatives of the table, from their text to graphs and functions.

The rules are written in the project's own language, so they are read by the stages below, once,
when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import nan
from typing import TypeAlias

from .graph import CONSTANT, VARIABLE, Graph, Node, build
from .ops import INTERNAL_FUNCTIONS, OPERATIONS
from .reading.postfix import read

__all__ = ["Local", "local_function", "local_graph"]

Local: TypeAlias = Callable[[float, float, float], float]
"""A local derivative as a function of (a, b, z): both inputs, and the node's own value."""


def local_graph(op: str, slot: int) -> Graph:
    """Return the graph of the local derivative of `op` in `slot`, over the variables a, b, z.

    It may be asked only where a derivative goes through the slot.

    Examples
    --------
    >>> [node.op for node in local_graph("/", 1).nodes]
    ['variable', 'neg', 'variable', '/']
    """
    return _graph(OPERATIONS[op].locals[slot])


@cache
def local_function(op: str, slot: int) -> Local:
    """Return the local derivative of `op` in `slot` as a function.

    It is made of the same `compute` functions as the forward pass, so it never raises because of
    a value.

    Examples
    --------
    >>> local_function("/", 1)(1.0, 4.0, 0.25)  # -z/b
    -0.0625
    """
    return _compile(OPERATIONS[op].locals[slot])


_INPUTS: dict[str, Local] = {
    "a": lambda a, b, z: a,
    "b": lambda a, b, z: b,
    "z": lambda a, b, z: z,
}


@cache
def _graph(text: str) -> Graph:
    return build(read(text, INTERNAL_FUNCTIONS))


@cache
def _compile(text: str) -> Local:
    """Make a function of a text; many rows have the same, most of those of arithmetic.

    Where no derivative goes there is no number.
    """
    if not text:
        return lambda a, b, z: nan
    graph = _graph(text)
    output = graph.nodes[graph.output]
    if output.op == VARIABLE:
        return _INPUTS[output.name]
    if output.op == CONSTANT:
        return lambda a, b, z: output.number
    namespace = {f"f{i}": OPERATIONS[n.op].compute for i, n in enumerate(graph.nodes) if n.inputs}
    texts: list[str] = []
    for index, node in enumerate(graph.nodes):
        texts.append(_python(index, node, texts))
    # The source is made of this package's own table, never of what a person typed.
    exec(f"def local(a, b, z): return {texts[graph.output]}", namespace)
    return namespace["local"]


def _python(index: int, node: Node, texts: list[str]) -> str:
    if node.op == VARIABLE:
        return node.name
    if node.op == CONSTANT:
        return repr(node.number)
    return f"f{index}({', '.join(texts[i] for i in node.inputs)})"
