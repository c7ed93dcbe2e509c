"""What can go wrong, as one tree of exceptions.

::

    QstsError
    ├── FormulaError      the text is not a formula: what, where (a caret), what would work
    ├── PointError        the values given for the variables do not fit them
    ├── ArgumentError     an argument is none of those that are taken (text, sharing, engine, …)
    ├── TooLargeError     the graph asked for is larger than what can be built
    └── LibraryError      what was asked for needs a library that is not installed

    EngineWarning         a batch runs on another engine than the one asked for; it says why

Nothing is ever raised because of a *value*: infinities and NaN flow through a run and are
reported by it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = [
    "ArgumentError",
    "EngineWarning",
    "FormulaError",
    "LibraryError",
    "PointError",
    "QstsError",
    "TooLargeError",
    "needing",
]

_EXCERPT = 72
"""How many characters of a long line an error shows around its place."""


class QstsError(Exception):
    """The base of all errors of this package: catch this one to catch them all."""


class FormulaError(QstsError, ValueError):
    """A text that is not a formula.

    Parameters
    ----------
    message
        What is wrong, and what would work, in one or two short sentences.
    text
        The whole text.
    start, end
        The place, as half-open character offsets into `text`; an empty place stands before
        the character at `start`.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> try:
    ...     Expression("2 * sine(x)")
    ... except FormulaError as error:
    ...     print(error)
    2 * sine(x)
        ^^^^
    unknown function 'sine'. Did you mean 'sin'?
    """

    def __init__(self, message: str, text: str, start: int, end: int) -> None:
        super().__init__(message, text, start, end)
        self.message = message
        self.text = text
        self.start = start
        self.end = end

    @property
    def line(self) -> int:
        """The number of the line that holds the place, from 1."""
        return self.text.count("\n", 0, self.start) + 1

    def caret(self) -> str:
        """Return the line that holds the place, and a line of carets under it."""
        first = self.text.rfind("\n", 0, self.start) + 1
        last = self.text.find("\n", self.start)
        last = len(self.text) if last < 0 else last
        left = max(first, min(self.start - _EXCERPT // 2, last - _EXCERPT))
        right = min(last, left + _EXCERPT)
        before, marked, after = (
            _printable(self.text[left : self.start]),
            _printable(self.text[self.start : min(self.end, right)]),
            _printable(self.text[max(self.start, min(self.end, right)) : right]),
        )
        head = "…" if left > first else ""
        tail = "…" if right < last else ""
        return (
            f"{head}{before}{marked}{after}{tail}\n"
            f"{' ' * (len(head) + _columns(before))}{'^' * max(1, _columns(marked))}"
        )

    def __str__(self) -> str:
        where = f"line {self.line}: " if "\n" in self.text else ""
        return f"{self.caret()}\n{where}{self.message}"


class PointError(QstsError, TypeError, ValueError):
    """Values that do not fit the variables: missing, unknown, or not numbers."""


class ArgumentError(QstsError, TypeError, ValueError):
    """An argument of a wrong type, or a value that is not among those that are taken."""


class TooLargeError(QstsError, ValueError):
    """A graph that is too large to build; `nodes` is its exact size."""

    def __init__(self, message: str, nodes: int) -> None:
        super().__init__(message, nodes)
        self.message = message
        self.nodes = nodes

    def __str__(self) -> str:
        return self.message


class LibraryError(QstsError, ImportError):
    """What was asked for needs a library that is not installed; the message says what brings it."""


@contextmanager
def needing(library: str, extra: str, what: str) -> Iterator[None]:
    """Say which extra of this package brings a library, where importing it fails.

    Parameters
    ----------
    library
        The module that may be missing.
    extra
        The extra in pyproject.toml that brings it.
    what
        What needs it, as the beginning of a sentence.

    Raises
    ------
    LibraryError
        If it is missing.

    Examples
    --------
    >>> with needing("no_such_library", "app", "the app"):
    ...     import no_such_library
    Traceback (most recent call last):
    ...
    qsts_core.errors.LibraryError: the app needs no_such_library: pip install "qsts[app]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != library:
            raise
        raise LibraryError(f'{what} needs {library}: pip install "qsts[{extra}]"') from None


class EngineWarning(UserWarning):
    """A batch runs on another engine than the one asked for; the numbers are right all the same."""


def _printable(text: str) -> str:
    """Replace what would break a line or hide a column by something of width one."""
    return "".join(map(_printable_character, text))


def _printable_character(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def _columns(text: str) -> int:
    """Count the columns that a terminal gives `text`: a wide character takes two."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    marks = sum(unicodedata.combining(character) != 0 for character in text)
    return len(text) + wide - marks
