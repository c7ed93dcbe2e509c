"""Which kinds of file there are, by the endings of their names, and the one way to write any."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from qsts_core.errors import ArgumentError
from qsts_core.export.choices import Choices
from qsts_core.export.writing import write_whole
from qsts_core.trace import Trace

__all__ = ["KINDS", "kind_of", "make", "save"]

Writer: TypeAlias = Callable[[Trace, Choices], str | bytes]

KINDS: dict[str, tuple[str, str]] = {
    ".json": ("plain:write", "the trace as plain data, which `qsts play` reads back"),
    ".csv": ("ledger:write", "every step as a row of a table"),
    ".dot": ("dot:write", "the graph for Graphviz"),
    ".mmd": ("mermaid:write", "the graph for Mermaid"),
    ".svg": ("svg:write", "a picture of one step"),
    ".html": ("page:write", "a page that plays the run without a network"),
    ".md": ("markdown:write", "a page of Markdown, one picture a step"),
    ".qmd": ("markdown:write_slides", "slides for Quarto, one picture a step"),
    ".ipynb": ("notebook:write", "a notebook of formula, film and program"),
    ".py": ("program:write", "a program of one forward and one backward sweep"),
}
"""For each ending the module and its function that makes the file, and what the file is."""


def kind_of(path: str | os.PathLike[str]) -> str:
    """Return the ending of a path that says its kind.

    Raises
    ------
    ArgumentError
        If no kind of file has that ending.

    Examples
    --------
    >>> kind_of("talk/seed.DOT")
    '.dot'
    """
    ending = Path(path).suffix.lower()
    if ending in KINDS:
        return ending
    close = difflib.get_close_matches(ending, KINDS, n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    told = f"no kind of file ends in '{ending}'" if ending else "the ending says which kind of file"
    raise ArgumentError(f"{os.fspath(path)!r}: {told}; there are {', '.join(KINDS)}.{meant}")


def make(trace: Trace, kind: str, choices: Choices) -> bytes:
    """Return the content of a file of one kind.

    Raises
    ------
    IndexError
        If there are not as many steps as are to be drawn.
    ArgumentError
        If the trace cannot be told by this kind of file.
    LibraryError
        If it needs a library that is not installed.
    """
    choices.state(trace)  # refuses a step too many
    module, name = KINDS[kind][0].split(":")
    write: Writer = getattr(import_module(f"qsts_core.export.{module}"), name)
    content = write(trace, choices)
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


def save(trace: Trace, path: str | os.PathLike[str], choices: Choices) -> None:
    """Write a trace to a file of the kind that its ending says, whole or not at all.

    Raises
    ------
    ArgumentError
        If the ending is of no kind, or the file cannot be written; it says why.
    """
    write_whole(Path(path), make(trace, kind_of(path), choices))
