"""What stands before Streamlit, without it: who may come in, what is refused, what is kept."""

import asyncio
import gzip
from typing import Any

import pytest

from qsts_core.serving.asgi import Application, Message, Receive, Scope, Send, answer, header_of
from qsts_core.serving.compression import KeptCompressed
from qsts_core.serving.front import PLACE, Front
from qsts_core.serving.gate import MOST_TOLD, Gate, Policy, is_ours

SCRIPT = b"export const answer = 42;\n" * 1000
PAGE = b"<!DOCTYPE html><html><head><title>x</title><script>f(1)</script></head></html>"


def request(path: str, method: str = "GET", kind: str = "http", **headers: str) -> Scope:
    given = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    return {"type": kind, "method": method, "path": path, "headers": given}


async def _none() -> Message:
    return {"type": "http.request", "body": b""}


def ask(app: Application, *scopes: Scope) -> list[tuple[Message, bytes]]:
    """Send requests at once; return the start and the body of each answer."""

    async def one(scope: Scope) -> tuple[Message, bytes]:
        said: list[Message] = []

        async def send(message: Message) -> None:
            said.append(message)

        await app(scope, _none, send)
        return said[0], b"".join(message.get("body", b"") for message in said[1:])

    async def every() -> list[tuple[Message, bytes]]:
        return await asyncio.gather(*map(one, scopes))

    return asyncio.run(every())


class Inner:
    """An application that counts what reaches it."""

    def __init__(self) -> None:
        self.seen: list[Scope] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope)
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
        elif scope["path"].endswith(".js"):
            await answer(send, 200, {"content-type": "text/javascript"}, SCRIPT)
        elif scope["path"].endswith(".woff2"):
            await answer(send, 200, {"content-type": "font/woff2"}, SCRIPT)
        else:
            await answer(send, 200, {"content-type": "text/html", "etag": "x"}, PAGE)


def gate(inner: Inner, **rules: Any) -> Gate:
    return Gate(inner, lambda: Policy(**rules))


def stream(**headers: str) -> Scope:
    return request("/_stcore/stream", kind="websocket", **headers)


@pytest.mark.parametrize(
    ("headers", "enters"),
    [
        ({"host": "class.example"}, True),
        ({"host": "class.example", "origin": "https://class.example"}, True),
        ({"host": "class.example:8501", "origin": "http://class.example:8501"}, True),
        ({"host": "127.0.0.1:8501", "origin": "http://localhost:8501"}, True),
        ({"host": "127.0.0.1:8501", "origin": "https://evil.example"}, False),
        ({"host": "127.0.0.1:8501", "origin": "https://class.example"}, False),
        ({"host": "10.0.0.5:8501", "origin": "https://class.example",
          "x_forwarded_host": "class.example"}, True),
        ({"host": "10.0.0.5:8501", "origin": "https://evil.example",
          "x_forwarded_host": "class.example"}, False),
        ({"host": "a.example", "origin": "https://known.example"}, True),
        ({"host": "a.example", "origin": "null"}, False),
        ({"host": "a.example", "origin": "https://[evil"}, False),
    ],
)  # fmt: skip
def test_a_page_enters_from_where_the_server_is_known(
    headers: dict[str, str], enters: bool
) -> None:
    inner = Inner()
    ((start, _),) = ask(gate(inner, origins=["https://known.example"]), stream(**headers))
    assert start["type"] == ("websocket.accept" if enters else "websocket.close")
    assert len(inner.seen) == enters


def test_what_enters_need_not_be_looked_up_again() -> None:
    inner = Inner()
    ask(gate(inner), stream(host="10.0.0.5", origin="https://a.b", x_forwarded_host="a.b"))
    assert header_of(inner.seen[0], "origin") is None
    assert header_of(inner.seen[0], "host") == "10.0.0.5"


def test_a_refusal_is_told_once_and_says_what_helps(caplog: pytest.LogCaptureFixture) -> None:
    before = gate(Inner())
    for _ in range(3):
        ask(before, stream(host="a", origin="https://b.example"))
    (record,) = caplog.records
    assert "X-Forwarded-Host" in record.getMessage()
    for number in range(2 * MOST_TOLD):
        ask(before, stream(host="a", origin=f"https://b{number}.example"))
    assert len(caplog.records) == MOST_TOLD


def test_names_of_proxies_in_a_row_are_read_from_the_first() -> None:
    assert is_ours("https://a.b", ["A.B, inner.example"], [])
    assert not is_ours("https://inner.example", ["a.b, inner.example"], [])


def test_there_is_room_for_so_many_and_room_again_when_one_leaves() -> None:
    entered = asyncio.Event()
    leave = asyncio.Event()

    async def stays(scope: Scope, receive: Receive, send: Send) -> None:
        entered.set()
        await leave.wait()

    async def play() -> list[str]:
        app = Gate(stays, lambda: Policy(most_visitors=1))
        said: list[str] = []

        async def send(message: Message) -> None:
            said.append(message["type"])

        first = asyncio.create_task(app(stream(), _none, send))
        await entered.wait()
        await app(stream(), _none, send)
        leave.set()
        await first
        assert app.visitors == 0
        return said

    assert asyncio.run(play()) == ["websocket.close"]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nothing_is_uploaded(method: str) -> None:
    inner = Inner()
    ((start, body),) = ask(gate(inner), request("/_stcore/upload_file/a/b", method))
    assert start["status"] == 405
    assert header_of(start, "connection") == "close"
    assert b"no uploads" in body
    assert not inner.seen


def test_every_answer_says_what_it_is_and_who_may_frame_it() -> None:
    ((start, _),) = ask(gate(Inner()), request("/"))
    assert header_of(start, "x-content-type-options") == "nosniff"
    assert header_of(start, "content-security-policy") is None
    ((start, _),) = ask(gate(Inner(), framed_by=["https://a.b"]), request("/"))
    assert header_of(start, "content-security-policy") == "frame-ancestors https://a.b"


def test_a_file_is_compressed_once_for_a_class_that_comes_at_once() -> None:
    inner = Inner()
    kept = KeptCompressed(inner)
    asked = request("/static/js/a.js", accept_encoding="gzip, br", if_none_match='"other"')
    answers = ask(kept, *[dict(asked) for _ in range(60)])
    assert len(inner.seen) == 1
    assert header_of(inner.seen[0], "if-none-match") is None
    for start, body in answers:
        assert gzip.decompress(body) == SCRIPT
        assert header_of(start, "content-encoding") == "gzip"
        assert "immutable" in (header_of(start, "cache-control") or "")
    tag = header_of(answers[0][0], "etag") or ""
    ((again, body),) = ask(
        kept, request("/static/js/a.js", accept_encoding="gzip", if_none_match=tag)
    )
    assert (again["status"], body) == (304, b"")


@pytest.mark.parametrize(
    "asked",
    [
        request("/static/js/a.js"),  # takes no gzip
        request("/static/js/./a.js", accept_encoding="gzip"),  # one file has one name
        request("/static/js//a.js", accept_encoding="gzip"),
        request("/static/js/a.js", accept_encoding="gzip", range="bytes=0-9"),
        request("/static/a.woff2", accept_encoding="gzip"),  # compressed already
        request("/static/no-such-file", accept_encoding="gzip"),  # answered by the page
        request("/media/a.js", accept_encoding="gzip"),
    ],
    ids=lambda scope: scope["path"],
)
def test_whatever_else_is_passed_on_and_takes_no_memory(asked: Scope) -> None:
    kept = KeptCompressed(Inner())
    ((start, _),) = ask(kept, asked)
    assert header_of(start, "content-encoding") is None
    assert not any(kept.kept.values())
    assert "no-such-file" not in str(kept.kept)


def test_the_page_learns_where_its_server_is() -> None:
    def visit(path: str, **headers: str) -> Scope:
        return request(path, accept="text/html,*/*;q=0.8", **headers)

    inner = Inner()
    front = Front(inner, ["./static/js/big.js"])
    (start, body), (_, script) = ask(front, visit("/cost"), request(f"/{PLACE}"))
    assert body.startswith(b'<!DOCTYPE html><html><head><script src="./_qsts/')
    assert b'<link rel="modulepreload" crossorigin href="./static/js/big.js">' in body
    assert header_of(start, "etag") is None
    assert header_of(start, "content-length") == str(len(body))
    assert b"BACKEND_BASE_URL" in script
    # That of `f(1)`, by `printf 'f(1)' | openssl sha256 -binary | base64`.
    own = "'sha256-DDALPP+E99MtoO7ArZmX+ZiQi0gj553Vbu67sUYkIo4='"
    assert f"script-src 'self' {own};" in (header_of(start, "content-security-policy") or "")
    ((start, body),) = ask(front, visit("/cost", accept_encoding="gzip"))
    assert PLACE.encode() in gzip.decompress(body)
    assert header_of(inner.seen[-1], "accept-encoding") is None
