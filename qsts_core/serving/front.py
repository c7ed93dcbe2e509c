"""Streamlit's first page, told where its server is and what it will need.

A page opened by its own address, as /cost, looks for its server below that address first, and the
browser logs that nothing is there. A script of one line says where the server is. And the largest
files are named at once, so that a slow line is never idle while the page finds out about them.

The page runs the server's own files and no other script: whatever a formula or an address says, and
whatever slips through what writes it into the page, nothing in it is run.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qsts_core.serving.asgi import Application, Message, Receive, Scope, Send, answer, header_of

__all__ = ["Front"]

# A file and not a line within the page, so that it runs where only the server's own scripts may.
# Relative to itself: behind a proxy nobody here knows by which path visitors come.
WHERE = (
    b'window.__streamlit = { BACKEND_BASE_URL: new URL("..", document.currentScript.src).href };\n'
)

SCRIPT = "text/javascript; charset=utf-8"
KEPT = "public, immutable, max-age=31536000"

POLICY = "script-src 'self'{hashes}; object-src 'none'; base-uri 'self'"
"""Which scripts may run; the two others are what else could bring scripts along."""

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

PLACE = f"_qsts/{hashlib.sha256(WHERE).hexdigest()[:16]}.js"


@dataclass
class Front:
    """An ASGI application that adds to the first page of another one.

    Attributes
    ----------
    early
        Modules that the page will need, relative to it.
    """

    app: Application
    early: Sequence[str] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the script, or add to what is a page."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
        elif scope["path"].endswith(f"/{PLACE}"):
            await answer(send, 200, {"content-type": SCRIPT, "cache-control": KEPT}, WHERE)
        elif "text/html" in (header_of(scope, "accept") or ""):
            # Asked for plainly: Streamlit compresses the page of any path but the first.
            plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            sending = _Sending(self._added(), scope, send)
            await self.app({**scope, "headers": plain}, receive, sending)
        else:
            await self.app(scope, receive, send)

    def _added(self) -> bytes:
        links = (f'<link rel="modulepreload" crossorigin href="{name}">' for name in self.early)
        return "".join([f'<script src="./{PLACE}"></script>', *links]).encode()


class _Sending:
    """Sends an answer on; one that is a page is held until it is whole, and added to."""

    def __init__(self, added: bytes, scope: Scope, send: Send) -> None:
        self.added, self.send = added, send
        self.packs = "gzip" in (header_of(scope, "accept-encoding") or "")
        self.start: Message | None = None
        self.page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self.start = message
        elif self.start is not None and message["type"] == "http.response.body":
            self.page += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish()
        else:
            await self.send(message)

    async def _finish(self) -> None:
        assert self.start is not None
        page = self.page.replace(b"<head>", b"<head>" + self.added, 1)
        policy = script_policy(self.page).encode()
        dropped = {b"content-length", b"etag", b"last-modified"}  # they speak of the page as it was
        headers = [pair for pair in self.start["headers"] if pair[0].lower() not in dropped]
        if self.packs:
            page = gzip.compress(page, 1)
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        headers.append((b"content-length", str(len(page)).encode()))
        headers.append((b"content-security-policy", policy))
        await self.send({**self.start, "headers": headers})
        await self.send({"type": "http.response.body", "body": page})


def script_policy(page: bytes) -> str:
    """Return the policy by which only the server's files run, and what stands in this page itself.

    Examples
    --------
    >>> script_policy(b"<head></head>")
    "script-src 'self'; object-src 'none'; base-uri 'self'"
    """
    digests = (hashlib.sha256(inline).digest() for inline in _INLINE.findall(page))
    hashes = (f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return POLICY.format(hashes="".join(hashes))


def _is_page(start: Message) -> bool:
    kind = header_of(start, "content-type") or ""
    return start["status"] == 200 and "html" in kind and not header_of(start, "content-encoding")
