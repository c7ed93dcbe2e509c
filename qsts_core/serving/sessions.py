"""What a visitor who is gone leaves open.

Streamlit keeps the session of a lost connection, and with it an event loop for its scripts: three
files of the system each, for an hour. A loop is closed soon after its visitor is gone; Streamlit
makes another one should the visitor return, and its warning of that is kept out of the log.
"""

from __future__ import annotations

import asyncio
import logging

from streamlit.runtime import Runtime

__all__ = ["Closing", "quiet_about_loops"]

SOON = 0.2
"""Seconds between two looks at whether the scripts of those who are gone have ended."""


class Closing:
    """Closes the loops of those who are gone, as soon as their scripts have ended."""

    def __init__(self) -> None:
        self._is_due = False

    def soon(self) -> None:
        """Look after a moment, and again while a script still runs."""
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(SOON, self._look)

    def _look(self) -> None:
        self._is_due = False
        if Runtime.exists() and not _close_loops(Runtime.instance()):
            self.soon()


def _close_loops(runtime: Runtime) -> bool:
    """Close the loops of sessions without a visitor; return whether none of them is in use."""
    closed = True
    for info in runtime._session_mgr.list_sessions():
        session = info.session
        if info.client is not None:
            continue
        if session._scriptrunner is None and not session._script_event_loop.is_running():
            session._script_event_loop.close()
        else:
            closed = False
    return closed


def quiet_about_loops() -> None:
    """Keep out of the log that a loop was closed, which is meant."""
    log = logging.getLogger("streamlit.runtime.app_session")
    log.addFilter(lambda record: "script event loop is closed" not in str(record.msg))
