"""What lets bash, zsh and fish complete the words of the command line, written from its commands.

In go the commands; out comes the text of a script, which the shell reads at its start. A formula
and its values are the person's own; commands, options, their choices and files are completed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from qsts_core.command.words import HELP, VERSION, Command, Option

__all__ = ["SHELLS", "complete"]


def complete(shell: str, commands: Sequence[Command]) -> str:
    """Return the script for a shell."""
    return "\n".join(SHELLS[shell](commands))


def _bash(commands: Sequence[Command]) -> Iterator[str]:
    first = [command.name for command in commands] + ["help", *HELP.names, *VERSION.names]
    yield from (
        "_qsts() {",
        "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} all=",
        "  # bash makes three words of --sharing=none",
        '  [ "$word" = = ] && word=',
        '  [ "$before" = = ] && before=${COMP_WORDS[COMP_CWORD-2]}',
        '  if [ "$COMP_CWORD" = 1 ]; then',
        f"    all='{' '.join(first)}'",
        "  else",
        "    case ${COMP_WORDS[1]}$before in",
    )
    yield f"      help*) all='{' '.join(command.name for command in commands)}' ;;"
    for command in commands:
        for option in command.options:
            if option.choices:
                yield f"      {command.name}{option.names[-1]}) all='{' '.join(option.choices)}' ;;"
            elif option.takes == "FILE":
                yield f"      {command.name}{option.names[-1]}) compopt -o default; return ;;"
            elif option.takes:
                yield f"      {command.name}{option.names[-1]}) return ;;"
        yield f"      {command.name}*) all='{' '.join(_words_of(command))}' ;;"
    yield from (
        "    esac",
        "  fi",
        '  COMPREPLY=($(compgen -W "$all" -- "$word"))',
        "}",
        "complete -F _qsts qsts",
    )


def _words_of(command: Command) -> list[str]:
    choices = command.operands.split("|") if "|" in command.operands else []
    return [*choices, *(name for option in (*command.options, HELP) for name in option.names)]


def _zsh(commands: Sequence[Command]) -> Iterator[str]:
    yield from (
        "#compdef qsts",
        "_qsts() {",
        "  local -a commands=(",
        *(f"    {_quote(f'{command.name}:{command.purpose}')}" for command in commands),
        "    'help:show what a command takes, with examples'",
        "  )",
        "  if (( CURRENT == 2 )); then",
        "    _describe command commands",
        f"    compadd -- {' '.join((*HELP.names, *VERSION.names))}",
        "    return",
        "  fi",
        "  case $words[2] in",
        "    help) _describe command commands ;;",
    )
    for command in commands:
        yield f"    {command.name}) shift words; (( CURRENT-- )); _arguments \\"
        for option in (*command.options, HELP):
            yield f"      {_zsh_option(option)} \\"
        if "|" in command.operands:
            yield f"      '1:what:({command.operands.replace('|', ' ')})' ;;"
        else:
            yield "      '*: :' ;;"
    yield from (
        "  esac",
        "}",
        'if [ "$funcstack[1]" = _qsts ]; then _qsts "$@"; else compdef _qsts qsts; fi',
    )


def _zsh_option(option: Option) -> str:
    together = f"({' '.join(option.names)})" if len(option.names) > 1 else ""
    names = f"{{{','.join(option.names)}}}" if together else option.names[0]
    takes = ""
    if option.takes:
        what = f"({' '.join(option.choices)})" if option.choices else ""
        takes = f":{option.takes}:{'_files' if option.takes == 'FILE' else what or ' '}"
        names += "=" if not together else ""
    purpose = option.purpose.replace("[", "(").replace("]", ")").replace(":", " ")
    return f"{_quote(together)}{names}{_quote(f'[{purpose}]{takes}')}"


def _fish(commands: Sequence[Command]) -> Iterator[str]:
    yield "complete -c qsts -f"
    first = "-n __fish_use_subcommand"
    for command in commands:
        yield f"complete -c qsts {first} -a {command.name} -d {_quote(command.purpose)}"
    yield f"complete -c qsts {first} -a help -d 'show what a command takes, with examples'"
    yield f"complete -c qsts {first} {_fish_option(VERSION)}"
    names = " ".join(command.name for command in commands)
    yield f"complete -c qsts -n '__fish_seen_subcommand_from help' -a '{names}'"
    for command in commands:
        seen = f"-n '__fish_seen_subcommand_from {command.name}'"
        if "|" in command.operands:
            yield f"complete -c qsts {seen} -a '{command.operands.replace('|', ' ')}'"
        for option in (*command.options, HELP):
            yield f"complete -c qsts {seen} {_fish_option(option)}"


def _fish_option(option: Option) -> str:
    names = (f"-s {n[1:]}" if len(n) == 2 else f"-l {n[2:]}" for n in option.names)
    takes = " -r" if option.takes else ""
    if option.choices:
        takes = f" -x -a '{' '.join(option.choices)}'"
    elif option.takes == "FILE":
        takes = " -r -F"
    return f"{' '.join(names)}{takes} -d {_quote(option.purpose)}"


def _quote(text: str) -> str:
    """Quote a text for a shell; nothing where there is nothing."""
    return f"'{text}'" if text else ""


SHELLS: Mapping[str, Callable[[Sequence[Command]], Iterator[str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
