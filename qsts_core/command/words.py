"""What was typed after `qsts`: which words are options, and which are operands.

A formula may look like an option (`-x^2`, `--x`, `-h=2`), so a word is an option only if it is one
of the command's, letter for letter. No abbreviations, no letters joined as in `-xyz`.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from qsts_core.errors import QstsError

__all__ = [
    "HELP",
    "INTERRUPTED",
    "READER_GONE",
    "VERSION",
    "Command",
    "Option",
    "Words",
    "WordsError",
    "closest",
    "guess",
    "looks_like_an_option",
    "unknown",
]


INTERRUPTED, READER_GONE = 130, 141
"""The exit status that a shell reports of a program that SIGINT or SIGPIPE has ended."""


class WordsError(QstsError):
    """Words that are no command; what was meant may be guessed."""


@dataclass(frozen=True)
class Option:
    """An option of a command.

    Attributes
    ----------
    names
        How it is typed; the last one is the name by which the command asks for it.
    purpose
        What it does, for the help.
    takes
        What stands after it, as in "PORT"; empty for a switch.
    choices
        What may stand after it; empty if anything may.
    """

    names: tuple[str, ...]
    purpose: str
    takes: str = ""
    choices: tuple[str, ...] = ()


HELP = Option(("-h", "--help"), "show this text")
VERSION = Option(("-V", "--version"), "print the version")


@dataclass(frozen=True)
class Words:
    """The words of a command, told apart.

    Attributes
    ----------
    options
        What was given for each option, by its name; "" for a switch.
    operands
        All other words.
    plain
        The operands that stood after a `--`, which are no options whatever they look like.
    """

    options: dict[str, str] = field(default_factory=dict)
    operands: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether an option was given."""
        return name in self.options


@dataclass(frozen=True)
class Command:
    """One command: what it is for, what it takes, and what it does.

    `run` gets the words and returns the exit status; None stands for 0.
    """

    name: str
    purpose: str
    operands: str
    run: Callable[[Words], int | None]
    options: tuple[Option, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()

    def read(self, words: Iterable[str]) -> Words:
        """Tell options and operands apart; the word after `--` is an operand whatever it is.

        Raises
        ------
        WordsError
            If an option lacks its value, has one that it cannot take, or a value too many.
        """
        by_name = {name: option for option in (*self.options, HELP) for name in option.names}
        given = Words()
        rest = iter(words)
        for word in rest:
            if word == "--":
                given.plain.extend(itertools.islice(rest, 1))
                given.operands.extend(given.plain[-1:])
                continue
            name, equals, value = word.partition("=")
            option = by_name.get(name)
            if option is None or (equals and not name.startswith("--")):
                given.operands.append(word)
                continue
            given.options[option.names[-1]] = _value_of(option, name, equals, value, rest)
        return given


def _value_of(option: Option, name: str, equals: str, value: str, rest: Iterable[str]) -> str:
    if not option.takes:
        if equals:
            raise WordsError(f"{name} takes no value")
        return ""
    if not equals:
        value = next(iter(rest), "")
    if not value:
        raise WordsError(f"{name} needs a value: {name} {option.takes}")
    if option.choices and value not in option.choices:
        raise WordsError(
            f"{name} is one of {', '.join(option.choices)}, not '{value}'"
            f"{guess(value, option.choices)}"
        )
    return value


def looks_like_an_option(word: str) -> bool:
    """Whether a word has the form of an option, known or not: `-x` has, `-1` and `-x^2` have not.

    Examples
    --------
    >>> [looks_like_an_option(word) for word in ("--jsno", "-x", "-x^2", "-1", "x")]
    [True, True, False, False, False]
    """
    return re.fullmatch(r"--?[^\W\d_][\w.-]*(=.*)?", word, re.DOTALL) is not None


def unknown(word: str, options: Sequence[Option]) -> WordsError:
    """Return what to say about an option that there is not."""
    name = word.partition("=")[0]
    names = [known for option in (*options, HELP) for known in option.names if len(known) > 2]
    told = guess(name, names) or f". There are {', '.join(names)}"
    return WordsError(f"there is no option {name}{told}")


def guess(word: str, known: Iterable[str]) -> str:
    """Return "Did you mean …?" after a full stop if something known is close to `word`."""
    meant = closest(word, known)
    return f". Did you mean {meant}?" if meant else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Return what is known and nearly `word`, whatever dashes they begin with; "" if nothing is.

    Examples
    --------
    >>> closest("-jsno", ["--json", "--file"]), closest("--build", ["--json", "--file"])
    ('--json', '')
    """
    by_name = {name.lstrip("-"): name for name in known}
    close = difflib.get_close_matches(word.lstrip("-"), by_name, n=1, cutoff=0.65)
    return by_name[close[0]] if close else ""
