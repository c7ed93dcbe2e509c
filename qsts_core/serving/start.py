"""The app as one server, with Streamlit's own settings."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config, net_util
from streamlit.web.server import server_util

from qsts_core import files
from qsts_core.serving.asgi import Receive, Scope, Send
from qsts_core.serving.collecting import collect_seldom
from qsts_core.serving.compression import KeptCompressed
from qsts_core.serving.descriptors import ENOUGH, most_visitors, raise_limit
from qsts_core.serving.front import Front
from qsts_core.serving.gate import Gate, Policy
from qsts_core.serving.sessions import Closing, quiet_about_loops

__all__ = ["Room", "SettingError", "serve"]

_LOG = logging.getLogger(__name__)

EARLY = ("PlotlyChart", "BidiComponent")
"""Streamlit's modules that the first picture waits for."""

HIGHEST_PORT = 65_535

EVERYWHERE = {"0.0.0.0", "::"}
"""Addresses at which a server listens to every network."""


class SettingError(ValueError):
    """A setting that Streamlit does not have, or cannot have with this value."""


def serve(settings: Mapping[str, str], framed_by: Sequence[str] = ()) -> None:
    """Run the app until the process is told to end, with Streamlit's settings by their own names.

    Raises
    ------
    KeyboardInterrupt
        If it is told so by Ctrl-C, after the server has ended in good order.
    SettingError
        If a setting is not one of Streamlit's, or its value is none.
    """
    sys.argv = [str(files.app())]  # Streamlit reads its settings from beside this script
    chosen = read_settings(settings)
    allowed = raise_limit()
    if allowed is not None and allowed < ENOUGH:
        _LOG.warning(
            "This system allows %d open files, which is enough for %d visitors at once; "
            "raise the limit (ulimit -n) for more.", allowed, most_visitors(allowed),
        )  # fmt: skip
    # Whoever ends the process ends the server, and its folder of files goes with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Room(most_visitors(allowed), framed_by).run(config=chosen)


class Room(st.App):
    """Streamlit's application with everything that stands before it."""

    def __init__(self, most: int | None = None, framed_by: Sequence[str] = ()) -> None:
        super().__init__(files.app(), lifespan=_open_browser)
        quiet_about_loops()
        collect_seldom()
        self._closing = Closing()
        served = Front(KeptCompressed(super().__call__), _early())
        self._gate = Gate(served, lambda: _policy(most, framed_by))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, as an ASGI application does."""
        try:
            await self._gate(scope, receive, send)
        finally:
            if scope["type"] == "websocket":
                self._closing.soon()


def _policy(most: int | None, framed_by: Sequence[str]) -> Policy:
    """Return who may come in; Streamlit's settings are read by now."""
    if not config.get_option("server.enableCORS"):
        return Policy(None, most, framed_by)
    named = [*config.get_option("server.corsAllowedOrigins")]
    if config.is_manually_set("browser.serverAddress"):
        named.append(f"//{config.get_option('browser.serverAddress')}")
    return Policy(named, most, framed_by)


def read_settings(settings: Mapping[str, str]) -> dict[str, Any]:
    """Give each setting the type that Streamlit expects.

    Examples
    --------
    >>> read_settings({"server.port": "8600", "server.headless": "true"})
    {'server.port': 8600, 'server.headless': True}
    """
    known = config._config_options_template  # types alone: asking for values would settle them
    typed: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in known:
            raise SettingError(f"Streamlit has no setting '{name}'")
        try:
            typed[name] = _typed(known[name].type, known[name].multiple, value)
        except ValueError:
            raise SettingError(f"the setting '{name}' cannot be '{value}'") from None
    if not 0 <= typed.get("server.port", 0) <= HIGHEST_PORT:
        raise SettingError(f"a port is a number up to {HIGHEST_PORT}, not {typed['server.port']}")
    if typed.get("server.address") in EVERYWHERE and "browser.serverAddress" not in typed:
        # Else Streamlit asks a public host by which address this machine is known.
        typed["browser.serverAddress"] = net_util.get_internal_ip()
    return typed


def _typed(kind: type, multiple: bool, value: str) -> Any:
    if multiple:
        return [part.strip() for part in value.strip("[]").split(",") if part.strip(" '\"")]
    if kind is bool:
        if value.lower() not in {"true", "false", "1", "0"}:
            raise ValueError
        return value.lower() in {"true", "1"}
    return kind(value)


def _early() -> list[str]:
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    found = [next(iter(sorted(folder.glob(f"{name}.*.js"))), None) for name in EARLY]
    return [f"./static/js/{file.name}" for file in found if file]


@contextlib.asynccontextmanager
async def _open_browser(_app: st.App) -> AsyncIterator[dict[str, Any] | None]:
    """Show the app to whoever started it, unless there is no screen."""
    if not config.get_option("server.headless"):
        address = config.get_option("browser.serverAddress") or "localhost"
        url = server_util.get_url(server_util.get_display_address(address))
        asyncio.get_running_loop().run_in_executor(None, webbrowser.open, url)
    yield None
