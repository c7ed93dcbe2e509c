"""The local derivatives of the table, from their text to graphs and functions.

The rules are written in the project's own language, so they are read by the stages below, once,
when they are first needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from .graph import CONSTANT, VARIABLE, Graph, Node, build
from .ops import INTERNAL_FUNCTIONS, OPERATIONS
from .reading.postfix import read

__all__ = ["Local", "local_function", "local_graph"]

Local: TypeAlias = Callable[[float, float, float], float]
"""A local derivative as a function of (a, b, z): both inputs, and the node's own value."""


@cache
def local_graph(op: str, slot: int) -> Graph:
    """Return the graph of the local derivative of `op` in `slot`, over the variables a, b, z.

    Examples
    --------
    >>> [node.op for node in local_graph("/", 1).nodes]
    ['variable', 'neg', 'variable', '/']
    """
    return build(read(OPERATIONS[op].locals[slot], INTERNAL_FUNCTIONS))


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
    text = OPERATIONS[op].locals[slot]
    return _READY[text] if text in _READY else _compile(local_graph(op, slot))


_divide, _power = OPERATIONS["/"].compute, OPERATIONS["^"].compute
_times = OPERATIONS["xtimesy"].compute
_READY: dict[str, Local] = {
    "0": lambda a, b, z: 0.0,
    "1": lambda a, b, z: 1.0,
    "-1": lambda a, b, z: -1.0,
    "a": lambda a, b, z: a,
    "b": lambda a, b, z: b,
    "z": lambda a, b, z: z,
    "1/b": lambda a, b, z: _divide(1.0, b),
    "-z/b": lambda a, b, z: _divide(-z, b),
    "xtimesy(b, a^(b-1))": lambda a, b, z: _times(b, _power(a, b - 1.0)),
}
"""The rules of arithmetic, so that a first gradient need not wait for their texts to be read."""


def _compile(graph: Graph) -> Local:
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
