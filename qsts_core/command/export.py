"""`qsts export` writes a trace to a file, `qsts play` reads one back."""

from __future__ import annotations

from pathlib import Path

from qsts_core.command.formulas import FILE, OPERANDS, SHARING, read_expression
from qsts_core.command.output import print_json, print_line
from qsts_core.command.trace import print_trace
from qsts_core.command.words import Command, Option, Words, WordsError
from qsts_core.errors import ArgumentError
from qsts_core.export.kinds import KINDS, kind_of
from qsts_core.export.plain import MOST_BYTES, read_trace
from qsts_core.trace import Trace

__all__ = ["EXPORT", "PLAY"]

_TO = Option(("--to",), f"the file; its ending says its kind: {' '.join(KINDS)}", takes="FILE")
_STEP = Option(("--step",), "after how many steps it is drawn; all if not told", takes="STEP")
_THEME = Option(("--theme",), "for a page of which colour", "THEME", choices=("light", "dark"))
_BUILD = Option(("--build",), "begin with how the graph is built")
_TESTS = Option(("--pytest",), "a .py file of tests, one for each adjoint")
_OPTIONS = (_TO, _STEP, _THEME, _BUILD, _TESTS, SHARING, FILE)


def _export(words: Words) -> None:
    expression, at = read_expression(words, _OPTIONS)
    if not words.has("--to"):
        raise WordsError("to which file? Write --to FILE, as in --to picture.svg")
    to = words.options["--to"]
    kind = kind_of(to)
    if words.has("--pytest") and kind != ".py":
        raise WordsError(f"--pytest is for a file that ends in .py, not {kind}")
    trace = expression.trace(at, build=words.has("--build"))
    trace.save(
        to,
        step=_step(words, trace),
        dark=words.options.get("--theme") == "dark",
        tests=words.has("--pytest"),
    )
    print_line(f"{to}: {KINDS[kind][1]}")


def _step(words: Words, trace: Trace) -> int | None:
    """Return the step that was asked for."""
    if not words.has("--step"):
        return None
    asked = words.options["--step"]
    if not (asked.isascii() and asked.isdigit() and int(asked[:9]) <= len(trace)):
        raise WordsError(f"--step is a number from 0 to {len(trace)}, not '{asked}'")
    return int(asked[:9])


def _play(words: Words) -> None:
    if len(words.operands) != 1:
        raise WordsError("one file is played: qsts play trace.json")
    (name,) = words.operands
    try:
        with Path(name).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise WordsError(f"{name} cannot be read: {why}") from error
    try:
        trace = read_trace(content)
    except ArgumentError as error:
        raise ArgumentError(f"{name} is not played: {error}") from error
    if words.has("--json"):
        print_json(trace.to_dict())
    else:
        print_trace(trace)


EXPORT = Command(
    name="export",
    purpose="write a run to a file for another program",
    operands=OPERANDS,
    run=_export,
    options=_OPTIONS,
    examples=(
        ("qsts export '(x+y) + x*(x+y)' x=2 y=3 --to seed.json", "what qsts play reads back"),
        ("qsts export 'x*y' x=2 y=3 --to gradient.py", "a program of both sweeps"),
        ("qsts export 'x*y' x=2 y=3 --to test_gradient.py --pytest", "tests of each adjoint"),
        ("qsts export 'x*y' x=2 y=3 --to graph.dot --step 4", "the graph after four steps"),
    ),
)

PLAY = Command(
    name="play",
    purpose="print the steps of a file that qsts export has written",
    operands="FILE",
    run=_play,
    options=(Option(("--json",), "print JSON of one line instead of a table"),),
    examples=(("qsts play seed.json", "every step of it, held against its formula"),),
)
