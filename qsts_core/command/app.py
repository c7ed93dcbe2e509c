"""`qsts app`: its options become settings of Streamlit, and the server starts with them.

In go the words; out come settings by Streamlit's own names, as in {"server.port": "8600"}.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

from qsts_core.command.words import (
    Command,
    Option,
    Words,
    WordsError,
    guess,
    looks_like_an_option,
    unknown,
)
from qsts_core.errors import needing

__all__ = ["APP", "settings_of", "start"]


def _run(words: Words) -> None:
    settings = settings_of(words)
    with needing("streamlit", "app", "the app"):
        _check_names(settings)
    from qsts_core.command.listening import find_place  # loads what no other command needs

    place = find_place(settings)
    if place.port != place.asked:
        print(f"port {place.asked} is taken: the app takes {place.port}", file=sys.stderr)
    where = {"server.address": place.address, "server.port": str(place.port)}
    framed_by = words.options["--framed-by"].split() if words.has("--framed-by") else ()
    start({**settings, **where}, framed_by)


def settings_of(words: Words) -> dict[str, str]:
    """Return the settings that the words ask for; what is not ours is Streamlit's own flag.

    Raises
    ------
    WordsError
        If a word is neither.
    """
    settings = dict(_own_flags(words.operands))
    for name, setting in (("--port", "server.port"), ("--host", "server.address")):
        if words.has(name):
            settings[setting] = words.options[name]
    if words.has("--no-browser"):
        settings["server.headless"] = "true"
    return settings


def _own_flags(operands: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield Streamlit's settings, given as `--server.port=8600` or `--server.port 8600`."""
    rest = iter(operands)
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("--") or "." not in name:
            if looks_like_an_option(word):
                raise unknown(word, APP.options)
            raise WordsError(f"'{word}' is no option, and the app takes nothing else")
        if not equals:
            value = next(rest, "")
        if not value or value.startswith("--"):
            raise WordsError(f"{name} needs a value: {name}=…")
        yield name[2:], value


def _check_names(settings: Mapping[str, str]) -> None:
    """Refuse a flag that Streamlit has not."""
    from streamlit import config

    # The names alone: asking for the settings themselves would fix them before their time.
    known = [f"--{name}" for name in config._config_options_template]
    for name in settings:
        if f"--{name}" not in known:
            raise WordsError(f"Streamlit has no option --{name}{guess(f'--{name}', known)}")


def start(settings: Mapping[str, str], framed_by: Sequence[str] = ()) -> None:
    """Run the server until it is ended, in this process: whoever ends that ends the server.

    Raises
    ------
    WordsError
        If Streamlit has no such setting, or it cannot have that value.
    """
    from qsts_core.serving.start import SettingError, serve  # loads Streamlit

    try:
        serve(settings, framed_by)
    except SettingError as error:
        raise WordsError(str(error)) from None


APP = Command(
    name="app",
    purpose="start the app",
    operands="",
    run=_run,
    options=(
        Option(("--port",), "where it listens; 8501 unless told otherwise", takes="PORT"),
        Option(("--host",), "the address it listens at; this machine alone unless told otherwise",
               takes="ADDRESS"),
        Option(("--no-browser",), "open no browser"),
        Option(("--framed-by",), "the only pages that may frame it, as https://course.example",
               takes="ORIGINS"),
    ),
    examples=(
        ("qsts app", "on this machine, in a browser"),
        ("qsts app --port 8600 --no-browser", "for whoever knows the address"),
        ("qsts app --theme.base dark", "any flag of `streamlit run` passes"),
    ),
)  # fmt: skip
