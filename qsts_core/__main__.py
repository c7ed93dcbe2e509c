"""The command line: gradients and traces in a terminal, and the way to start the app.

    qsts grad  FORMULA x=2 y=3 [--sharing HOW] [--json]
    qsts trace FORMULA x=2 y=3 [--sharing HOW] [--json] [--build]
    qsts cost  FORMULA [x=2 …] [--json]
    qsts app   [--port PORT] [--host ADDRESS] [--no-browser] [any flag of Streamlit]

`python -m qsts_core` is the same program. Bad input is answered on standard error, with exit
status 2. The commands themselves are in qsts_core/command/.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence

from qsts_core import __version__
from qsts_core.command.app import APP
from qsts_core.command.cost import COST
from qsts_core.command.grad import GRAD
from qsts_core.command.help import command_help, program_help
from qsts_core.command.trace import TRACE
from qsts_core.command.words import HELP, Command, WordsError, guess
from qsts_core.errors import QstsError

__all__ = ["COMMANDS", "main"]

COMMANDS = (GRAD, TRACE, COST, APP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    # Counts of nodes are exact integers, and may have more digits than Python prints unasked.
    sys.set_int_max_str_digits(0)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Where the output is not UTF-8 (a file, on Windows), ∂ must not end the program.
            stream.reconfigure(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _run(words)
    except QstsError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has seen enough
        return 0


def _run(words: Sequence[str]) -> int:
    if not words or words[0] in HELP.names:
        print(program_help(COMMANDS))
        return 0
    if words[0] in ("-V", "--version"):
        print(f"qsts {__version__}")
        return 0
    if words[0] == "help":
        asked = [_command(name) for name in words[1:]]
        print("\n\n".join(map(command_help, asked)) if asked else program_help(COMMANDS))
        return 0
    command = _command(words[0])
    try:
        given = command.read(words[1:])
        if given.has("--help"):
            print(command_help(command))
            return 0
        return command.run(given) or 0
    except WordsError as error:
        raise WordsError(f"{error}\nqsts help {command.name} shows how it is typed.") from None


def _command(name: str) -> Command:
    found = next((command for command in COMMANDS if command.name == name), None)
    if found is None:
        names = [command.name for command in COMMANDS]
        raise WordsError(
            f"there is no command '{name}'{guess(name, names)}\n"
            f"The commands are {', '.join(names)}; qsts help shows them."
        )
    return found


if __name__ == "__main__":
    sys.exit(main())
