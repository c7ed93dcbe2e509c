"""A trace as Markdown, one picture a step: for Quarto slides, and for any page that shows images.

The pictures are SVG within the file, as base64, so that the file is all there is and none of their
text is read as Markdown. What is said in words stands in code, where Markdown means nothing.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

from qsts_core.errors import ArgumentError
from qsts_core.export.choices import Choices
from qsts_core.export.svg import Drawing
from qsts_core.export.words import single_line, tell_state
from qsts_core.notation import show
from qsts_core.trace import Trace

__all__ = ["MOST_PICTURES", "write", "write_slides"]

MOST_PICTURES = 100
"""How many pictures a file holds."""


def write(trace: Trace, choices: Choices) -> str:
    """Return the formula, its gradient, and the picture after each step or after one.

    Raises
    ------
    ArgumentError
        If there are too many steps for one file.
    """
    rows = [f"| {_code(name)} | {show(it)} |" for name, it in trace.run.gradient().items()]
    head = [*_head(trace), "", "| variable | derivative |", "|---|---|", *rows, ""]
    return "\n".join([*head, *(f"{it}\n" for it in _pictures(trace, choices))])


def write_slides(trace: Trace, choices: Choices) -> str:
    """Return a presentation of Quarto: one slide, on which the pictures follow each other."""
    shown = [f"::: {{.fragment .current-visible}}\n{it}\n:::\n" for it in _pictures(trace, choices)]
    head = ["---", 'title: "Reverse-mode automatic differentiation"', "format: revealjs", "---", ""]
    return "\n".join([*head, *_head(trace), "", "::: {.r-stack}", *shown, ":::", ""])


def _head(trace: Trace) -> Iterator[str]:
    yield from ("## The gradient, step by step", "", _code(trace.text), "")
    at = tell_state(trace)
    yield f"At {_code(at)} the value is {show(trace.run.value)}." if at else show(trace.run.value)


def _pictures(trace: Trace, choices: Choices) -> Iterator[str]:
    """Yield an image for each step; its words are what the picture's title says."""
    steps = range(len(trace) + 1) if choices.step is None else [choices.step]
    if len(steps) > MOST_PICTURES:
        raise ArgumentError(
            f"a file holds up to {MOST_PICTURES} pictures, and this run has {len(trace):,} steps: "
            "ask for one of them, as in --step 12"
        )
    drawing = Drawing(trace, dark=choices.dark)
    for step in steps:
        content = base64.b64encode(drawing.draw(step).encode()).decode()
        yield f"![step {step} of {len(trace)}](data:image/svg+xml;base64,{content})"


def _code(text: str) -> str:
    """Write a text as code: fenced by more backticks than stand together in it."""
    plain = single_line(text).replace("|", "\N{DIVIDES}")  # a bar would end a cell
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", plain)), default=0))
    return f"{fence} {plain} {fence}"
