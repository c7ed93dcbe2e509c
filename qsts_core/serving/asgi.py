"""What the modules of this folder share: the types of ASGI, and headers as they travel."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

__all__ = ["Application", "Message", "Receive", "Scope", "Send", "answer", "header_of"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


def header_of(carrier: MutableMapping[str, Any], name: str) -> str | None:
    """Return a header of a request or of the start of an answer.

    Examples
    --------
    >>> header_of({"headers": [(b"host", b"127.0.0.1:8501")]}, "host")
    '127.0.0.1:8501'
    """
    wanted = name.encode("latin-1")
    for given, content in carrier["headers"]:
        if given.lower() == wanted:
            return bytes(content).decode("latin-1")
    return None


async def answer(send: Send, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
    """Send a whole answer."""
    whole = {**headers, "content-length": str(len(body))}
    written = [(name.encode("latin-1"), text.encode("latin-1")) for name, text in whole.items()]
    await send({"type": "http.response.start", "status": status, "headers": written})
    await send({"type": "http.response.body", "body": body})
