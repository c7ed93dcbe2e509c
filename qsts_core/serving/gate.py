"""What is answered before Streamlit sees it, and what every answer says.

A page of another origin may open a WebSocket to this server from any tab. Streamlit then asks a
public host for its own address, and everybody waits for that answer. Here such a page is refused
by what it brings along, with no lookup. A proxy that rewrites Host tells the name that visitors
know by X-Forwarded-Host: no page can set that header.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from qsts_core.serving.asgi import Application, Message, Receive, Scope, Send, answer, header_of

__all__ = ["Gate", "Policy"]

_LOG = logging.getLogger(__name__)

LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1"})
"""The names of this machine, by which Streamlit too lets pages in."""

READING = frozenset({"GET", "HEAD", "OPTIONS"})
"""What a visitor asks by HTTP; whatever changes something goes over the WebSocket."""

MOST_TOLD = 100
"""How many refused origins are told, once each."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may come in.

    Attributes
    ----------
    origins
        Origins besides the server's own from which pages may connect; `None` lets all in.
    most_visitors
        How many connections are open at once; `None` is no limit.
    framed_by
        The origins that may frame the app; none named means that any may.
    """

    origins: Collection[str] | None = ()
    most_visitors: int | None = None
    framed_by: Collection[str] = ()


@dataclass
class Gate:
    """An ASGI application that stands before another one.

    Attributes
    ----------
    policy
        Asked once, when the first visitor comes: by then the settings are read.
    """

    app: Application
    policy: Callable[[], Policy]
    visitors: int = 0
    _known: Policy | None = None
    _told: set[str] = field(default_factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or answer it."""
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http":
            await self._ask(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _rules(self) -> Policy:
        if self._known is None:
            self._known = self.policy()
        return self._known

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        rules = self._rules()
        if not self._may_enter(scope, rules):
            await send({"type": "websocket.close", "code": 1008})  # 1008: against the policy
        elif rules.most_visitors is not None and self.visitors >= rules.most_visitors:
            self._tell(
                "full",
                f"{self.visitors} visitors are here, and that is all that this system's limit of "
                "open files allows: raise it (ulimit -n) and start again.",
            )
            await send({"type": "websocket.close", "code": 1013})  # 1013: try again later
        else:
            self.visitors += 1
            try:
                await self.app(_without_origin(scope), receive, send)
            finally:
                self.visitors -= 1

    def _may_enter(self, scope: Scope, rules: Policy) -> bool:
        origin = header_of(scope, "origin")
        if origin is None or rules.origins is None:
            return True
        ours = (header_of(scope, "host"), header_of(scope, "x-forwarded-host"))
        if is_ours(origin, [name for name in ours if name], rules.origins):
            return True
        self._tell(
            origin,
            f"A page of {origin[:200]!r} is refused. If visitors come by that name through a "
            "proxy, have it pass Host or X-Forwarded-Host, or start with "
            "--server.corsAllowedOrigins and that name.",
        )
        return False

    def _tell(self, about: str, sentence: str) -> None:
        """Log a sentence once; who calls a thousand times fills no log."""
        if about not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(about)
            _LOG.warning(sentence)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        own_headers = _headers(self._rules())

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *own_headers]
            await send(message)

        if scope["method"] in READING:
            await self.app(scope, receive, send_with_headers)
        else:
            # Not read, so that nobody can fill the memory with what the app never asks for.
            headers = {"content-type": "text/plain", "allow": "GET, HEAD", "connection": "close"}
            await answer(send_with_headers, 405, headers, b"This app takes no uploads.\n")


def is_ours(origin: str, names: Collection[str], origins: Collection[str]) -> bool:
    """Whether a page of this origin may connect to a server that goes by these names.

    Examples
    --------
    >>> is_ours("https://qsts.example", ["qsts.example"], [])
    True
    >>> is_ours("https://evil.example", ["qsts.example"], [])
    False
    """
    try:
        place = urlsplit(origin)
        host = place.hostname
    except ValueError:
        return False
    named = {name.strip().lower() for given in names for name in given.split(",")[:1]}
    if place.netloc.lower() in named or host in LOCAL:
        return True
    return host is not None and host in {urlsplit(other.strip()).hostname for other in origins}


def _without_origin(scope: Scope) -> Scope:
    """Return the request without its origin, which is settled: Streamlit need not look it up."""
    return {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"origin"]}


def _headers(rules: Policy) -> list[tuple[bytes, bytes]]:
    headers = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
    if rules.framed_by:
        ancestors = "frame-ancestors " + " ".join(rules.framed_by)
        headers.append((b"content-security-policy", ancestors.encode("latin-1")))
    return headers
