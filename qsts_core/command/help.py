"""What `qsts help` prints, written from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qsts_core.command.words import HELP, VERSION, Command, Option

__all__ = ["command_help", "program_help"]


def program_help(commands: Sequence[Command]) -> str:
    """Return what the program is for, its commands, and an example of each."""
    rows = [(command.name, command.purpose) for command in commands]
    return "\n".join(
        [
            "qsts: reverse-mode automatic differentiation, step by step.",
            "",
            "usage: qsts COMMAND …",
            "",
            *_columns([*rows, ("help COMMAND", "show what a command takes, with examples")]),
            "",
            "examples:",
            *_columns(command.examples[0] for command in commands if command.examples),
            "",
            *_columns([_row(VERSION), _row(HELP)]),
        ]
    )


def command_help(command: Command) -> str:
    """Return how a command is typed, what its options do, and examples."""
    usage = " ".join(["usage: qsts", command.name, command.operands, "[OPTIONS]"])
    return "\n".join(
        [
            f"qsts {command.name}: {command.purpose}.",
            "",
            " ".join(usage.split()),
            "",
            *_columns(_row(option) for option in (*command.options, HELP)),
            "",
            "examples:",
            *_columns(command.examples),
        ]
    )


def _row(option: Option) -> tuple[str, str]:
    names = ", ".join(option.names)
    takes = "|".join(option.choices) or option.takes
    return f"{names} {takes}".strip(), option.purpose


def _columns(rows: Iterable[tuple[str, str]]) -> list[str]:
    shown = list(rows)
    width = max((len(left) for left, _ in shown), default=0)
    return [f"  {left.ljust(width)}  {right}" for left, right in shown]
