"""Where the server listens: the address and port that were asked for, or the next port.

In go settings by Streamlit's names; out comes a place that can be listened at.
"""

from __future__ import annotations

import errno
import os
import socket
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from qsts_core import files
from qsts_core.command.words import WordsError

__all__ = ["MOST_TRIED", "Place", "find_place"]

MOST_TRIED = 100
"""How many ports are tried, one after the other."""

LARGEST_PORT = 65_535


class Place(NamedTuple):
    """An address, a port of it on which nothing listens yet, and the port that was asked for."""

    address: str
    port: int
    asked: int


def find_place(settings: Mapping[str, str]) -> Place:
    """Return where to listen: at the port asked for, or at the next one that is free.

    Raises
    ------
    WordsError
        If there is no such address or port, or none is free.
    """
    address = _chosen("server.address", settings, "127.0.0.1")
    asked = _chosen("server.port", settings, "8501")
    if not (asked.isascii() and asked.isdigit() and int(asked) <= LARGEST_PORT):
        raise WordsError(f"a port is a number up to {LARGEST_PORT:,}, not '{asked}'")
    first = int(asked)
    for port in range(first, min(first + MOST_TRIED, LARGEST_PORT + 1)):
        if _is_free(address, port):
            return Place(address, port, first)
    raise WordsError(f"all ports of {address} from {first} on are taken")


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET  # as Streamlit has it
    try:
        with socket.create_server((address, port), family=family):
            return True
    except PermissionError:
        raise WordsError(
            f"this system keeps port {port} to itself: take one from 1024 on, as in --port 8600"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise WordsError(
            f"nothing can listen at '{address}' here: 127.0.0.1 is this machine alone, "
            "0.0.0.0 every network that it is in"
        ) from error


def _chosen(name: str, settings: Mapping[str, str], default: str) -> str:
    """Return a setting from where Streamlit takes it: a flag, the environment, a file."""
    if name in settings:
        return settings[name]
    variable = f"STREAMLIT_{name.replace('.', '_').upper()}"
    return os.environ.get(variable) or _configured(name) or default


def _configured(name: str) -> str:
    """Return what a file of settings says, those beside the app before a person's own."""
    section, key = name.split(".")
    for folder in (files.home(), Path.cwd(), Path(os.path.expanduser("~"))):
        file = folder / ".streamlit" / "config.toml"
        if file.is_file():
            try:
                content = tomllib.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise WordsError(f"{file} cannot be read: {error}") from error
            if key in content.get(section, {}):
                return str(content[section][key])
    return ""
