"""A trace as a notebook: the formula, its film as saved output, and the program of both sweeps.

The film is the output of a cell that makes it again, so the notebook shows it wherever it is opened
and plays it for other values where this package is installed. The format is that of nbformat 4.5.
"""

from __future__ import annotations

import json
from typing import Any

from qsts_core.export import program
from qsts_core.export.cell import bundle
from qsts_core.export.choices import Choices
from qsts_core.export.program import write_number
from qsts_core.trace import Trace

__all__ = ["write"]


def write(trace: Trace, choices: Choices) -> str:
    """Return the notebook as JSON."""
    at = ", ".join(f"{name!a}: {write_number(number)}" for name, number in trace.at.items())
    build = ", build=True" if trace.building else ""
    run = (
        "from qsts_core import Expression\n\n"
        f"e = Expression({trace.text!a}, sharing={trace.sharing!r})\n"
        f"e.trace({{{at}}}{build})"
    )
    shown = {
        "output_type": "execute_result",
        "execution_count": 1,
        "data": bundle(trace),
        "metadata": {},
    }
    cells = [
        _cell("markdown", "about", "# A gradient, step by step\n\nThe cell below makes the film."),
        _cell("code", "film", run) | {"execution_count": 1, "outputs": [shown]},
        _cell("markdown", "sweeps", "The same two sweeps as a program that needs only Python:"),
        _cell("code", "program", program.write(trace, Choices()).rstrip())
        | {"execution_count": None, "outputs": []},
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content: dict[str, Any] = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1) + "\n"


def _cell(kind: str, name: str, source: str) -> dict[str, Any]:
    return {"cell_type": kind, "id": name, "metadata": {}, "source": source}
