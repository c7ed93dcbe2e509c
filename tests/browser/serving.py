"""Starts the app on a free loopback port, waits until it answers, and ends it by its own process.

Standard library alone, so that .ci/run can use it where only the app's own dependencies are:
`python tests/browser/serving.py COMMAND...` starts COMMAND, asks for the page and
runs the script once.
"""

import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0  # seconds that a server may take until it answers


@dataclass(frozen=True)
class Server:
    """A running app: where it answers and where it writes what it has to say."""

    url: str
    log: Path

    def tracebacks(self, since: int = 0) -> str:
        """Return what was logged from byte `since` on if an exception is in it, else nothing."""
        said = self.log.read_bytes()[since:].decode(errors="replace")
        return said if "Traceback" in said or "Uncaught" in said else ""


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(command: Sequence[str]) -> Iterator[Server]:
    """Run `command`, some form of `qsts app`, on a port of its own for the length of a block."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(f"http://127.0.0.1:{port}", Path(folder, "server.log"))
        with server.log.open("wb") as log:
            process = subprocess.Popen(
                [*command, f"--server.port={port}", "--server.headless=true"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            _await_answer(process, server)
            yield server
        finally:
            _end(process, port)


def _await_answer(process: subprocess.Popen[bytes], server: Server) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    what = "took too long" if process.poll() is None else f"ended with {process.returncode}"
    raise RuntimeError(f"{process.args!r} {what}:\n{server.log.read_text(errors='replace')}")


def _end(process: subprocess.Popen[bytes], port: int) -> None:
    """End the process; whoever started `qsts app` by its number must be able to end it by that."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with socket.socket() as caller:
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            raise RuntimeError(f"{process.args!r} has ended, and its server still answers")


def _main(command: Sequence[str]) -> None:
    from streamlit.testing.v1 import AppTest

    from qsts_core import files

    with serving(command) as server, urllib.request.urlopen(server.url) as page:
        print(f"{' '.join(command)}: {server.url} answers {page.status}")
    script = AppTest.from_file(str(files.app()), default_timeout=60).run()
    if script.exception:
        sys.exit("\n".join(f"{problem.message}" for problem in script.exception))
    print(f"{files.app().name} runs to its end without an exception")


if __name__ == "__main__":
    _main(sys.argv[1:])
