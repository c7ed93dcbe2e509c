"""The graph in the language of Mermaid, which many sites draw in a page of Markdown.

Labels are quoted, and in them every character with a meaning of its own is written by its number.
"""

from __future__ import annotations

from qsts_core.errors import ArgumentError
from qsts_core.export.choices import Choices
from qsts_core.export.words import lines_of, single_line
from qsts_core.graph import CONSTANT, VARIABLE
from qsts_core.trace import Trace

__all__ = ["MOST_CHARACTERS", "MOST_EDGES", "write"]

MOST_EDGES, MOST_CHARACTERS = 500, 50_000
"""What Mermaid draws where a page does not tell it otherwise (`maxEdges`, `maxTextSize`)."""

_SHAPES = {VARIABLE: ('["', '"]'), CONSTANT: ('{"', '"}')}


def write(trace: Trace, choices: Choices) -> str:
    """Return a flowchart from left to right, both edges of `x*x` in it.

    Raises
    ------
    ArgumentError
        If Mermaid would refuse it for its size.
    """
    graph, active = trace.tape.graph, trace.tape.active
    state = choices.state(trace)
    edges = sum(len(node.inputs) for node in graph.nodes)
    if edges > MOST_EDGES:
        raise ArgumentError(
            f"Mermaid draws up to {MOST_EDGES} edges, and this graph has {edges:,}: "
            "a file that ends in .dot or .svg has no such limit"
        )
    lines = ["flowchart LR"]
    for index, node in enumerate(graph.nodes):
        opens, closes = _SHAPES.get(node.op, ('(("', '"))'))
        label = "<br>".join(_escape(line) for line in lines_of(trace, state, index))
        lines.append(f"  {graph.name_node(index)}{opens}{label}{closes}")
    for parent, node in enumerate(graph.nodes):
        for slot, child in enumerate(node.inputs):
            arrow = "-->" if active[child] else "-.->"
            side = f'|"{"ab"[slot]}"|'
            lines.append(f"  {graph.name_node(child)} {arrow}{side} {graph.name_node(parent)}")
    written = "\n".join([*lines, ""])
    if len(written) > MOST_CHARACTERS:
        raise ArgumentError(
            f"Mermaid reads up to {MOST_CHARACTERS:,} characters, and this graph takes "
            f"{len(written):,}: a file that ends in .dot or .svg has no such limit"
        )
    return written


def _escape(text: str) -> str:
    """Write all but letters, digits, blanks and a few signs as `#number;`."""
    return "".join(c if c.isalnum() or c in " .,()=" else f"#{ord(c)};" for c in single_line(text))
