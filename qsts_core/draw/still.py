"""One step of a trace as a picture that stands by itself: names, values and adjoints are in it.

A trace and a step go in, a `plotly.graph_objects.Figure` comes out. It is the figure that the app
draws once for each graph; what the player there adds at each step is added here for one.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qsts_core.construction import BuildStep
from qsts_core.draw.bezier import svg_path
from qsts_core.draw.colours import THEMES
from qsts_core.draw.figure import EDGE, draw_figure
from qsts_core.draw.layout import Edge, Picture, lay_out
from qsts_core.notation import show
from qsts_core.trace import BackwardStep, ForwardStep, ResetStep, State, Trace

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = ["draw_still", "is_moving", "tell"]

VALUE, ADJOINT = THEMES["value"][0], THEMES["adjoint"][0]
"""Of a value and what is made of values; of an adjoint and what is made of adjoints."""

TITLE_HEIGHT = 44
"""Pixels for the sentence above the picture."""

NAME_SIZE, NUMBER_SIZE, TITLE_SIZE = 14, 16, 17


def draw_still(trace: Trace, step: int | None = None) -> Figure:
    """Return the picture after `step` steps; by default after all of them.

    Raises
    ------
    IndexError
        If there are not that many steps.
    """
    from plotly.graph_objects import Figure

    taken = len(trace) if step is None else step
    state = trace.state(taken)
    picture = lay_out(trace.tape.graph)
    drawn = draw_figure(picture, trace.to_dict()["nodes"])
    layout = drawn["layout"]
    layout["paper_bgcolor"] = layout["plot_bgcolor"] = THEMES["card"][0]
    layout["margin"] = {**layout["margin"], "t": TITLE_HEIGHT}
    layout["title"] = {
        "text": f"<b>step {taken} of {len(trace)}</b> · {tell(trace, taken)}",
        "font": {"size": TITLE_SIZE},
        "x": 0.02,
        "y": 0.98,
        "yanchor": "top",
    }
    layout["shapes"] = [*layout["shapes"], *_moving(trace, taken, picture)]
    marker = drawn["data"][0]["marker"]
    marker["line"] = {"width": 2.5, "color": [_outline(state, m["node"]) for m in picture["marks"]]}
    return Figure({**drawn, "data": [*drawn["data"], _numbers(trace, state, picture)]})


def _numbers(trace: Trace, state: State, picture: Picture) -> dict[str, Any]:
    """Return the name, the value and the adjoint of each node, below it."""
    marks, gap = picture["marks"], 1.15 * picture["radius"]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [mark["x"] for mark in marks],
        "y": [mark["y"] - gap for mark in marks],
        "text": [_told(trace, state, mark["node"]) for mark in marks],
        "textposition": "bottom center",
        "textfont": {"size": NUMBER_SIZE},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _told(trace: Trace, state: State, node: int) -> str:
    name = f'<span style="font-size:{NAME_SIZE}px">{trace.tape.graph.show_node(node)}</span>'
    value, adjoint = state.values[node], state.adjoints[node]
    parts = [name]
    if value is not None:
        parts.append(f'<span style="color:{VALUE}">{show(value)}</span>')
    due = trace.tape.due[node]
    if adjoint is not None:
        waits = f" ({state.arrived[node]} of {due})" if state.arrived[node] < due else ""
        parts.append(f'<span style="color:{ADJOINT}"><b>{show(adjoint)}</b>{waits}</span>')
    return "<br>".join(parts)


def _outline(state: State, node: int) -> str:
    if state.adjoints[node] is not None:
        return ADJOINT
    return EDGE if state.values[node] is None else VALUE


def _moving(trace: Trace, taken: int, picture: Picture) -> Iterator[dict[str, Any]]:
    """Yield the edges along which the last step moved something."""
    back = taken > 0 and isinstance(trace[taken - 1], BackwardStep)
    for edge in picture["edges"]:
        if is_moving(trace, taken, edge):
            yield {
                "type": "path",
                "path": svg_path(edge["path"]),
                "layer": "below",
                "line": {"color": ADJOINT if back else VALUE, "width": 5,
                         "dash": "dash" if back else "solid"},
            }  # fmt: skip


def is_moving(trace: Trace, taken: int, edge: Edge) -> bool:
    """Whether the last of so many steps moves something along an edge."""
    last = trace[taken - 1] if taken else None
    if isinstance(last, BackwardStep):
        return (edge["from"], edge["slot"]) == (last.parent, last.slot)
    return isinstance(last, ForwardStep) and edge["from"] == last.node


def tell(trace: Trace, taken: int) -> str:
    """Say what the last of so many steps does."""
    last = trace[taken - 1] if taken else None
    name = trace.tape.graph.show_node
    if last is None and trace.before is not None:
        return "the run at the state before is done"
    if last is None:
        return "nothing is computed yet"
    if isinstance(last, BuildStep):
        return "the graph is being built"
    if isinstance(last, ResetStep):
        return "reset: values and adjoints to nothing"
    if isinstance(last, ForwardStep):
        return f"{name(last.node)} = {show(last.value)}"
    if isinstance(last, BackwardStep):
        child, parent = name(last.child), name(last.parent)
        if last.blocked:
            return f"{parent} sends {child} nothing: the edge is blocked"
        adjoint = show(trace.run.adjoints[last.parent] or 0.0)
        product = f"{adjoint} × {show(last.local)} ≈ {show(last.contribution)}"
        if _checks(trace, last):
            product = product.replace("≈", "=")
        return f"{parent} sends {child} {product}"
    return f"the adjoint of the output {name(last.node)} is {show(last.after)}"


def _checks(trace: Trace, step: BackwardStep) -> bool:
    """Whether the product as written checks on a calculator."""
    adjoint = trace.run.adjoints[step.parent] or 0.0
    factors = (float(f"{number:.6g}") for number in (adjoint, step.local))
    return show(math.prod(factors)) == show(step.contribution)
