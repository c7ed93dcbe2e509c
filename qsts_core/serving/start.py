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
from starlette.middleware import Middleware
from streamlit import config, net_util
from streamlit.web.server import server_util

from qsts_core import files
from qsts_core.serving.compression import KeptCompressed
from qsts_core.serving.descriptors import ENOUGH, most_visitors, raise_limit
from qsts_core.serving.front import Front
from qsts_core.serving.gate import Gate, Policy

__all__ = ["build", "serve"]

_LOG = logging.getLogger(__name__)

EARLY = ("PlotlyChart", "BidiComponent")
"""Streamlit's modules that the first picture waits for."""

EVERYWHERE = {"0.0.0.0", "::"}
"""Addresses at which a server listens to every network."""


def serve(settings: Mapping[str, str], framed_by: Sequence[str] = ()) -> None:
    """Run the app until the process is told to end, with Streamlit's settings by their own names.

    Raises
    ------
    ValueError
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
    with contextlib.suppress(KeyboardInterrupt):
        build(most_visitors(allowed), framed_by).run(config=chosen)


def build(limit: int | None = None, framed_by: Sequence[str] = ()) -> st.App:
    """Return the app with everything that stands before it."""

    def policy() -> Policy:
        any_origin = not config.get_option("server.enableCORS")
        named = [*config.get_option("server.corsAllowedOrigins")]
        if config.is_manually_set("browser.serverAddress"):
            named.append(f"//{config.get_option('browser.serverAddress')}")
        return Policy(None if any_origin else named, limit, framed_by)

    return st.App(
        files.app(),
        middleware=[
            Middleware(Gate, policy=policy),
            Middleware(Front, early=_early()),
            Middleware(KeptCompressed),
        ],
        lifespan=_open_browser,
    )


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
            raise ValueError(f"Streamlit has no setting '{name}'.")
        try:
            typed[name] = _typed(known[name].type, known[name].multiple, value)
        except ValueError:
            raise ValueError(f"The setting '{name}' cannot be '{value}'.") from None
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
