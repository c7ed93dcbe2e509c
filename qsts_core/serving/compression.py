"""What never changes is compressed once, and kept.

Streamlit sends its scripts as they are, 8 MB to each first visit. Here each is compressed when it
is first asked for, and from then on sent from memory.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import posixpath
from collections import defaultdict
from dataclasses import dataclass, field

from qsts_core.serving.asgi import Application, Message, Receive, Scope, Send, answer, header_of

__all__ = ["KeptCompressed"]

COMPRESSIBLE = ("javascript", "css", "json", "svg", "text/plain", "application/wasm")
"""What is worth compressing, by a part of its type; fonts and pictures are compressed already."""

FOLDERS = ("/static/", "/_stcore/bidi-components/")
"""Where files lie whose names change with their content."""

FOREVER = "public, immutable, max-age=31536000"
"""For a year, which is what a browser takes for good."""

LEVEL = 6
"""zlib's usual effort: 9 takes twice the time for half a percent."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it is sent."""

    body: bytes
    content_type: str
    tag: str


@dataclass
class KeptCompressed:
    """An ASGI application that compresses the files that another one serves.

    Attributes
    ----------
    kept
        By path; `None` for a file that is sent as the application sends it.
    """

    app: Application
    kept: dict[str, Kept | None] = field(default_factory=dict)
    _turns: defaultdict[str, asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from memory, or pass on what is no such file."""
        kept = await self._find(scope, receive) if _is_file(scope) else None
        if kept is None:
            await self.app(scope, receive, send)
            return
        headers = {"etag": kept.tag, "vary": "accept-encoding", "cache-control": FOREVER}
        if kept.tag in (header_of(scope, "if-none-match") or ""):
            await answer(send, 304, headers)
        else:
            headers |= {"content-type": kept.content_type, "content-encoding": "gzip"}
            await answer(send, 200, headers, kept.body)

    async def _find(self, scope: Scope, receive: Receive) -> Kept | None:
        path: str = scope["path"]
        if path in self.kept:
            return self.kept[path]
        async with self._turns[path]:  # a class comes at once: the first one's work serves all
            if path not in self.kept:
                found, kept = await self._compress(scope, receive)
                if not found:
                    del self._turns[path]  # a name that is no file takes no memory
                    return None
                self.kept[path] = kept
        return self.kept[path]

    async def _compress(self, scope: Scope, receive: Receive) -> tuple[bool, Kept | None]:
        """Return whether the application has such a file, and the file if it is to be kept."""
        start: Message = {}
        pieces: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            elif message["type"] == "http.response.body":
                pieces.append(message.get("body", b""))

        plain = [pair for pair in scope["headers"] if pair[0] not in _ASKING]
        await self.app({**scope, "headers": plain}, receive, collect)
        content_type = header_of(start, "content-type") or ""
        if start.get("status") != 200 or "html" in content_type:
            return False, None
        if not any(kind in content_type for kind in COMPRESSIBLE):
            return True, None
        body = b"".join(pieces)
        packed = await asyncio.to_thread(gzip.compress, body, LEVEL, mtime=0)
        tag = f'"{hashlib.sha256(packed).hexdigest()[:16]}"'
        return True, Kept(packed, content_type, tag)


_ASKING = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
"""What a request asks of the answer's form; the file itself is asked for plainly."""


def _is_file(scope: Scope) -> bool:
    """Whether the request asks for a whole file under the one name that it goes by."""
    path = scope.get("path", "")
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and any(folder in path for folder in FOLDERS)
        and posixpath.normpath(path) == path
        and "gzip" in (header_of(scope, "accept-encoding") or "")
        and header_of(scope, "range") is None
    )
