"""The graph in the language of Graphviz, with names, values and adjoints after a step.

Every text is a quoted string. In one a backslash begins an escape and a quote ends it; both are
escaped, and nothing is ever written as HTML.
"""

from __future__ import annotations

from qsts_core.export.choices import Choices
from qsts_core.export.words import lines_of, single_line
from qsts_core.graph import CONSTANT, VARIABLE
from qsts_core.trace import Trace

__all__ = ["write"]


def write(trace: Trace, choices: Choices) -> str:
    """Return a directed graph: edges run from an input to its parent, both of `x*x`."""
    graph, active = trace.tape.graph, trace.tape.active
    state = choices.state(trace)
    lines = [
        "digraph qsts {",
        "  rankdir=LR;",
        '  node [shape=circle, fontname="sans-serif"];',
    ]
    for index, node in enumerate(graph.nodes):
        shape = {VARIABLE: "box", CONSTANT: "diamond"}.get(node.op, "circle")
        label = "\\n".join(_escape(line) for line in lines_of(trace, state, index))
        lines.append(f'  {graph.name_node(index)} [shape={shape}, label="{label}"];')
    for parent, node in enumerate(graph.nodes):
        for slot, child in enumerate(node.inputs):
            style = "" if active[child] else ", style=dotted"
            arrow = f"{graph.name_node(child)} -> {graph.name_node(parent)}"
            lines.append(f'  {arrow} [headlabel="{"ab"[slot]}"{style}];')
    return "\n".join([*lines, "}", ""])


def _escape(text: str) -> str:
    return single_line(text).replace("\\", "\\\\").replace('"', '\\"')
