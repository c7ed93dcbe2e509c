"""What the exports say of a node after a step, as plain lines of text."""

from __future__ import annotations

from qsts_core.notation import show
from qsts_core.trace import State, Trace, label_of

__all__ = ["lines_of", "single_line", "tell_state"]


def lines_of(trace: Trace, state: State, index: int) -> list[str]:
    """Return the lines of a node: its label and name, its value, its adjoint as far as known.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> trace = Expression("x*x").trace({"x": 3})
    >>> lines_of(trace, trace.state(4), 0)
    ['x · z₁', 'value 3', 'adjoint 3 (1 of 2)']
    """
    graph = trace.tape.graph
    lines = [f"{label_of(graph.nodes[index])} · {graph.show_node(index)}"]
    value, adjoint = state.values[index], state.adjoints[index]
    arrived, due = state.arrived[index], trace.tape.due[index]
    if value is not None:
        lines.append(f"value {show(value)}")
    if adjoint is not None:
        part = f" ({arrived} of {due})" if arrived < due else ""
        lines.append(f"adjoint {show(adjoint)}{part}")
    return lines


def tell_state(trace: Trace) -> str:
    """Return the values of the variables in words: "x = 2, y = 3"."""
    return ", ".join(f"{name} = {show(number)}" for name, number in trace.at.items())


def single_line(text: str) -> str:
    """Replace what breaks a line, or cannot be printed, by a blank or the sign for it."""
    return "".join(
        " " if c.isspace() else c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text
    )
