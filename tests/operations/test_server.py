"""The server as it is started: what it refuses, what it sends, and what it does at its limits."""

import gzip
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from qsts_core.serving.descriptors import most_visitors
from tests.browser.serving import PATIENCE, Server, free_port, serving

APP = [sys.executable, "-m", "qsts_core", "app"]

unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows counts no open files")


@pytest.fixture(scope="module")
def silent_proxy() -> Iterator[socket.socket]:
    """A proxy that takes calls and never answers: whoever asks it waits."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.fixture(scope="module")
def server(silent_proxy: socket.socket) -> Iterator[Server]:
    """The app where every request to another host goes to the silent proxy."""
    proxy = f"http://127.0.0.1:{silent_proxy.getsockname()[1]}"
    with pytest.MonkeyPatch.context() as patch:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            patch.setenv(name, proxy)
        patch.setenv("no_proxy", "127.0.0.1")  # the test itself asks the server directly
        with serving(APP) as running:
            yield running


def place(server: Server) -> tuple[str, int]:
    host, port = server.url.removeprefix("http://").split(":")
    return host, int(port)


def knock(server: Server, origin: str | None = None, **headers: str) -> tuple[socket.socket, int]:
    """Ask for a WebSocket; return the connection and the status of the answer."""
    host, port = place(server)
    lines = {
        "Host": f"{host}:{port}",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "x3JJHMbDL1EzLkh9GBhXDw==",
        **({"Origin": origin} if origin else {}),
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    caller = socket.create_connection((host, port), timeout=30)
    request = "".join(f"{name}: {text}\r\n" for name, text in lines.items())
    caller.sendall(f"GET /_stcore/stream HTTP/1.1\r\n{request}\r\n".encode())
    return caller, int(caller.recv(1024).split()[1])


def test_a_foreign_page_is_refused_and_nobody_is_asked(
    server: Server, silent_proxy: socket.socket
) -> None:
    for number in range(10):
        caller, status = knock(server, f"https://evil{number}.example")
        caller.close()
        assert status == 403
    with pytest.raises(BlockingIOError):  # no call has come
        silent_proxy.accept()


def test_who_comes_through_a_proxy_that_rewrites_host_comes_in(
    server: Server, silent_proxy: socket.socket
) -> None:
    caller, status = knock(server, "https://class.example", X_Forwarded_Host="class.example")
    caller.close()
    assert status == 101
    with pytest.raises(BlockingIOError):
        silent_proxy.accept()


def test_an_upload_is_refused_before_it_is_sent(server: Server) -> None:
    with closing(HTTPConnection(*place(server), timeout=30)) as caller:
        caller.putrequest("PUT", "/_stcore/upload_file/a/b")
        caller.putheader("Content-Length", str(200_000_000))
        caller.endheaders()
        assert caller.getresponse().status == 405


def test_the_first_visit_is_compressed_and_kept(server: Server) -> None:
    def fetch(path: str, accept: str = "*/*") -> tuple[bytes, dict[str, str]]:
        asked = {"Accept-Encoding": "gzip", "Accept": accept}
        with urllib.request.urlopen(urllib.request.Request(server.url + path, None, asked)) as got:
            return got.read(), {name.lower(): text for name, text in got.headers.items()}

    page, _ = fetch("/cost?f=x", "text/html")
    scripts = re.findall(r'="\.(/[^"]+\.js)"', gzip.decompress(page).decode())
    assert any("PlotlyChart" in name for name in scripts)
    for name in scripts:
        body, headers = fetch(name)
        assert "immutable" in headers["cache-control"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers.get("content-encoding") == "gzip" or len(body) < 1000


@unix
def test_the_limit_of_open_files_is_raised_as_far_as_it_may_be() -> None:
    ask = "import resource; from qsts_core.serving.descriptors import raise_limit;"
    ask += "print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    command = f"ulimit -Sn 64; ulimit -Hn 512; exec {sys.executable} -c '{ask}'"
    said = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=_root())
    assert said.stdout.split() == ["512", "512", "512"], said.stderr


@unix
def test_a_full_server_refuses_and_recovers() -> None:
    command = ["sh", "-c", f'ulimit -n 256; exec {shlex.join(APP)} "$@"', "sh"]
    with serving(command) as server:
        room = most_visitors(256) or 0
        for _ in range(4):  # whoever is gone leaves no file behind
            callers, statuses = zip(*(knock(server) for _ in range(room + 8)), strict=True)
            assert statuses == (101,) * room + (403,) * 8
            for caller in callers:
                caller.close()
            time.sleep(2)
        assert not server.tracebacks()


def _root() -> Path:
    return Path(__file__).resolve().parents[2]


def test_a_wrong_setting_is_a_sentence() -> None:
    for flag, told in (
        ("--server.port=99999", "a port is a number up to 65,535"),
        ("--server.colour=red", "no option --server.colour"),
        ("--server.headless=perhaps", "cannot be 'perhaps'"),
    ):
        said = subprocess.run([*APP, flag], capture_output=True, text=True, cwd=_root(), timeout=60)
        assert said.returncode == 2
        assert told in said.stderr
        assert "Traceback" not in said.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="it has no SIGINT for one process")
def test_whoever_interrupts_it_is_answered_as_a_shell_expects(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*APP, "--port", str(free_port()), "--no-browser"],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=_root(),
        )  # fmt: skip
    deadline = time.monotonic() + PATIENCE
    while "URL:" not in log.read_text() and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 130
    assert "Traceback" not in log.read_text()
