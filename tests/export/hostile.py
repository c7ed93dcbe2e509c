"""A run whose text and names are made to harm; a formula could not have such names."""

from qsts_core import Graph, Node, Trace
from qsts_core.graph import VARIABLE
from qsts_core.sweep import Tape, run

HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "$(rm -rf ~)`rm`",
    "\\input{/etc/passwd}%",
    "]]>*/'''\"\"\"\n",
)


def hostile() -> Trace:
    """Return the run: the product of four variables at 2."""
    nodes = [Node(VARIABLE, name=name) for name in HOSTILE]
    for index in range(1, len(HOSTILE)):
        nodes.append(Node.over("*", [len(nodes) - 1 if index > 1 else 0, index]))
    tape = Tape(Graph(tuple(nodes), len(nodes) - 1, ((),) * len(nodes)))
    at = dict.fromkeys(HOSTILE, 2.0)
    return Trace("\n".join(HOSTILE), "unique", at, run(tape, at))
