"""The program: its commands, and which of them the words ask for."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from qsts_core import __version__
from qsts_core.command.app import APP
from qsts_core.command.check import CHECK
from qsts_core.command.completion import SHELLS, complete
from qsts_core.command.cost import COST
from qsts_core.command.digits import DIGITS
from qsts_core.command.export import EXPORT, PLAY
from qsts_core.command.grad import GRAD
from qsts_core.command.help import command_help, program_help
from qsts_core.command.output import print_line
from qsts_core.command.trace import TRACE
from qsts_core.command.why import WHY
from qsts_core.command.words import HELP, VERSION, Command, Words, WordsError, guess

__all__ = ["COMMANDS", "run"]


def _print_completion(words: Words) -> None:
    if len(words.operands) != 1 or words.operands[0] not in SHELLS:
        raise WordsError(f"for which shell? One of {', '.join(SHELLS)}")
    print_line(complete(words.operands[0], COMMANDS))


COMPLETION = Command(
    name="completion",
    purpose="print what lets a shell complete the words of qsts",
    operands="|".join(SHELLS),
    run=_print_completion,
    examples=(
        ('eval "$(qsts completion bash)"', "in ~/.bashrc"),
        ('eval "$(qsts completion zsh)"', "in ~/.zshrc, after compinit"),
        ("qsts completion fish | source", "in ~/.config/fish/config.fish"),
    ),
)

COMMANDS = (GRAD, TRACE, COST, DIGITS, WHY, CHECK, EXPORT, PLAY, APP, COMPLETION)


def run(words: Sequence[str]) -> int:
    """Do what the words ask for; return the exit status.

    Raises
    ------
    QstsError
        If they are no command, or the command cannot be done.
    """
    if not words or words[0] in HELP.names:
        print_line(program_help(COMMANDS))
        return 0
    if words[0] in VERSION.names:
        print_line(f"qsts {__version__}")
        return 0
    if words[0] == "help":
        asked = [_find(name, ()) for name in words[1:]]
        print_line("\n\n".join(map(command_help, asked)) or program_help(COMMANDS))
        return 0
    name, rest = _name_first(words)
    command = _find(name, rest)
    try:
        given = command.read(rest)
        if given.has("--help"):
            print_line(command_help(command))
            return 0
        return command.run(given) or 0
    except WordsError as error:
        raise WordsError(f"{error}\nqsts help {command.name} shows how it is typed.") from None


def _name_first(words: Sequence[str]) -> tuple[str, list[str]]:
    """Return the command's name, which may stand behind options, and all other words."""
    names = {command.name for command in COMMANDS}
    place = 0
    if words[0].startswith("-"):
        place = next((place for place, word in enumerate(words) if word in names), 0)
    return words[place], [*words[:place], *words[place + 1 :]]


def _find(name: str, rest: Sequence[str]) -> Command:
    """Return a command by its name; a formula where the name is due is told from a mistyped one."""
    names = [command.name for command in COMMANDS]
    if name in names:
        return COMMANDS[names.index(name)]
    told = f"there is no command '{name}'"
    meant = guess(name, [*names, "help", "--version"])
    if not meant and (not name.isidentifier() or any("=" in word for word in rest)):
        meant = f". For the gradient of a formula: {shlex.join(['qsts', 'grad', name, *rest])}"
    raise WordsError(f"{told}{meant}\nThe commands are {', '.join(names)}; qsts help shows them.")
