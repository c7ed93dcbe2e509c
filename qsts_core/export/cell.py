"""What a run shows of itself in a notebook: words, a picture, and its film where scripts run."""

from __future__ import annotations

import sys
import tempfile
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from qsts_core.errors import ArgumentError, LibraryError
from qsts_core.export.choices import Choices
from qsts_core.export.kinds import make
from qsts_core.export.words import tell_state
from qsts_core.expression import Expression
from qsts_core.notation import show
from qsts_core.printer import write_nodes
from qsts_core.trace import BackwardStep, ForwardStep, SeedStep, Trace

__all__ = ["bundle", "bundle_of_graph", "show_trace", "transcript"]

MOST_LINES = 60
"""How many lines of words a cell shows."""

MOST_STEPS = 150
"""Past this many steps a cell shows the last picture and no film: notebooks are kept and sent."""


def bundle(trace: Trace) -> dict[str, str]:
    """Return the forms of a run by their media types; the picture needs the extra `draw`."""
    shown = {"text/plain": transcript(trace)}
    try:
        from qsts_core.export import page, svg

        shown["image/svg+xml"] = svg.write(trace, Choices())
        if len(trace) <= MOST_STEPS:
            shown["text/html"] = page.frame(trace)
    except (LibraryError, ArgumentError):
        pass  # words are there in any case
    return shown


def bundle_of_graph(expression: Expression) -> dict[str, str]:
    """Return the forms of a formula that no state is given for: its text, and its graph."""
    shown = {"text/plain": repr(expression)}
    with suppress(LibraryError):
        from qsts_core.export.svg import Drawing

        trace = expression.trace(dict.fromkeys(expression.variables, 1.0))
        shown["image/svg+xml"] = Drawing(trace).draw(0, expression.text)
    return shown


def show_trace(trace: Trace) -> None:
    """Show a run in the cell of a notebook where there is one, else in the browser."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and hasattr(shell, "kernel"):
        shell.display_pub.publish(bundle(trace))
        return
    content = make(trace, ".html", Choices(step=0))
    with tempfile.NamedTemporaryFile(prefix="qsts-", suffix=".html", delete=False) as file:
        file.write(content)
    webbrowser.open(Path(file.name).as_uri())


def transcript(trace: Trace) -> str:
    """Return what each step of both sweeps does, one a line.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> print(transcript(Expression("x*x").trace({"x": 3})))
    x*x at x = 3
    z₁ = x = 3
    z₂ = x*x = 9
    z₂ has the adjoint 1: it is the output
    z₁ += 1 × 3 from z₂, now 3 (1 of 2)
    z₁ += 1 × 3 from z₂, now 6 (2 of 2)
    the derivative in x is 6
    """
    lines = list(_lines(trace))
    if len(lines) > MOST_LINES:
        half = MOST_LINES // 2
        lines[half:-half] = [f"… {len(lines) - 2 * half:,} more lines …"]
    return "\n".join(lines)


def _lines(trace: Trace) -> Iterator[str]:
    texts, name = write_nodes(trace.tape.graph), trace.tape.graph.show_node
    at = tell_state(trace)
    yield f"{trace.text} at {at}" if at else trace.text
    for step in trace:
        if isinstance(step, ForwardStep):
            yield f"{name(step.node)} = {texts[step.node]} = {show(step.value)}"
        elif isinstance(step, SeedStep):
            yield f"{name(step.node)} has the adjoint {show(step.after)}: it is the output"
        elif isinstance(step, BackwardStep) and step.blocked:
            yield f"{name(step.child)} gets nothing from {name(step.parent)}: the edge is blocked"
        elif isinstance(step, BackwardStep):
            assert step.after is not None, "what brings something leaves a sum"
            factors = f"{show(trace.run.adjoints[step.parent] or 0.0)} × {show(step.local)}"
            count = f"{step.arrived} of {step.due}"
            yield (
                f"{name(step.child)} += {factors} from {name(step.parent)}, "
                f"now {show(step.after)} ({count})"
            )
    for variable, derivative in trace.run.gradient().items():
        yield f"the derivative in {variable} is {show(derivative)}"
