"""What the commands print: tables, JSON of one line, and sentences.

All printing is done here, so that a full disk and an encoding without ∂ are met in one place.
"""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TextIO

from qsts_core.errors import FormulaError, QstsError

__all__ = [
    "OutputError",
    "complain",
    "finish",
    "prepare",
    "print_json",
    "print_line",
    "print_notes",
    "print_table",
    "print_warnings",
]

_IN_ASCII = {
    "∂": "d", "→": "->", "…": "...", "×": "x", "·": "*", "−": "-", "–": "-", "µ": "u", "∞": "inf",
    "≈": "~", "÷": "/", "√": "sqrt ", "∛": "cbrt ", "≤": "<=", "≠": "!=",
    **dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True)),
}  # fmt: skip
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_POWER = re.compile("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
"""What stands for a sign that an output cannot write; a letter is written by its code point."""


class OutputError(QstsError):
    """What was printed could not be written."""


def prepare() -> None:
    """Let no character end the program where the output's encoding has it not.

    Everything stays apart: α and β are written as two different things, not as two question marks.
    """
    codecs.register_error("qsts.ascii", _write_in_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="qsts.ascii")


def _write_in_ascii(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    characters = error.object[error.start : error.end]
    written = (
        _IN_ASCII.get(c) or c.encode("ascii", "backslashreplace").decode()
        for c in _POWER.sub(lambda power: f"^{power[0].translate(_RAISED)}", characters)
    )
    return "".join(written), error.end


def print_line(line: str = "") -> None:
    """Print a line.

    Raises
    ------
    OutputError
        If there is nowhere to write it.
    """
    if sys.stdout is None:
        raise OutputError("nothing can be printed: standard output is closed")
    try:
        print(line)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritten(error) from error


def finish() -> None:
    """Write what still waits to be written.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritten(error) from error


def _unwritten(error: OSError) -> OutputError:
    give_up()
    return OutputError(f"the output is not complete: {error.strerror or error}")


def give_up() -> None:
    """Let nothing be written any more, also not by Python at its end, which would fail again."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(error: QstsError) -> None:
    """Print what is wrong to standard error; a caret stands under its place in any encoding."""
    *place, message = str(error).split("\n") if isinstance(error, FormulaError) else [str(error)]
    with suppress(OSError):
        for line in place:
            print(_in_encoding(line, sys.stderr, "replace"), file=sys.stderr)
        print(message, file=sys.stderr)


def print_table(rows: list[list[str]]) -> None:
    """Print rows of cells in columns."""
    written = [[_in_encoding(cell, sys.stdout, "qsts.ascii") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*written, strict=True)]
    for line in _lines(written, widths):
        print_line(line)


def _in_encoding(text: str, stream: TextIO, errors: str) -> str:
    """Return the text as the stream will show it."""
    if text.isascii():
        return text
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, errors).decode(encoding)


def _lines(rows: list[list[str]], widths: list[int]) -> Iterator[str]:
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def print_warnings(warnings: tuple[str, ...]) -> None:
    """Print where numbers that are not finite are born."""
    for warning in warnings:
        print_line(f"warning: {warning}")


def print_notes(notes: tuple[str, ...]) -> None:
    """Print how the text was read, where it could have meant something else."""
    for note in notes:
        print_line(f"note: {note}")


def print_json(content: dict[str, Any]) -> None:
    """Print plain data as one line of JSON."""
    print_line(json.dumps(content, allow_nan=False))
