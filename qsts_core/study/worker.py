"""A process that computes for a page: `python -c "…; main()"` with this `main`.

In goes one task after the other, out come frames of items while they are made. Both are pickles
on the pipes that the pool has opened to it, and to which nobody else has a handle. It gives way to
every other process, and ends with its pipes.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

__all__ = ["Frame", "Task", "main", "run_task"]

BETWEEN = 0.1
"""Seconds between two frames."""

SECONDS = 30.0
"""How long a task may compute, if it does not say so itself."""

POLITENESS = 15
"""How much less of a core it asks for than a server does, on the scale of `nice`."""


@dataclass(frozen=True, slots=True)
class Task:
    """What to do: a function of a module that yields pairs of an item and of what remains.

    Attributes
    ----------
    function, arguments
        Called as `function(*arguments, rest)`.
    rest
        What remained when the work was left, to go on from there; `None` to begin.
    latest
        Whether every item stands for all before it, so that the last is enough.
    seconds
        How long it may compute until a person asks for more.
    """

    function: Callable[..., Iterator[tuple[Any, Any]]]
    arguments: tuple[Any, ...]
    rest: Any = None
    latest: bool = False
    seconds: float = SECONDS


@dataclass(frozen=True, slots=True)
class Frame:
    """Some items, what remains after them, and whether, or why, it is over."""

    items: list[Any]
    rest: Any = None
    done: bool = False
    failure: str = ""


def run_task(task: Task, between: float = BETWEEN) -> Iterator[Frame]:
    """Yield frames of a task, one every `between` seconds, and a last one.

    Examples
    --------
    >>> frames = run_task(Task(lambda last, rest: ((k, k + 1) for k in range(last)), (3,)))
    >>> list(frames)
    [Frame(items=[0, 1, 2], rest=3, done=True, failure='')]
    """
    items: list[Any] = []
    rest = task.rest
    looked = time.monotonic()
    try:
        for item, rest in task.function(*task.arguments, task.rest):
            if task.latest:
                items.clear()
            items.append(item)
            if time.monotonic() - looked >= between:
                yield Frame(items, rest)
                items, looked = [], time.monotonic()
    except Exception as error:
        traceback.print_exc()  # in the server's log; a page says less
        yield Frame(items, rest, failure=str(error) or type(error).__name__)
    else:
        yield Frame(items, rest, done=True)


def main() -> None:
    """Do the tasks that come in, one after the other, until the pipes end."""
    try:
        _serve()
    except BrokenPipeError:  # the server is gone
        os._exit(1)


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whoever prints does not print into the frames
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends the pipes
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
    while True:
        try:
            task = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        for frame in run_task(task):
            pickle.dump(frame, answers, protocol=pickle.HIGHEST_PROTOCOL)
            answers.flush()
