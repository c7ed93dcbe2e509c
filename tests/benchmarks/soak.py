"""A class at one server for a while: `python tests/benchmarks/soak.py [VISITORS] [SECONDS]`.

Sixty visitors speak Streamlit's own protocol: they open lenses, type formulas, lose connections and
sessions. Eight more are hostile: foreign pages, uploads, garbage, addresses of a thousand mistakes.
Printed: how long reruns took, beside those of an empty Streamlit page under the same load; memory
and open files before and after; what the log says.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.typing import Origin, Subprotocol

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.browser.serving import Server, serving  # noqa: E402  # found by the line above

FORMULAS = (
    "(x+y) + x*(x+y)", "x*y*z+7", "100*(y-x^2)^2+(1-x)^2", "sin(x)^2+cos(x)^2", "tanh(a*b+c)-d",
    "log(x-3)", "x*(y", "sigmoid(a+b)*relu(c)",
)  # fmt: skip
LENSES = ("", "duplicates", "cost", "descent")
EMPTY = 'import streamlit as st\nst.text_area("Formula", key="formula")\n'
PAUSE = 10.0  # seconds between two edits of one visitor
HOSTILE = 8
PATIENCE = 120.0
MOST = 3.0  # times what an empty page takes, at the 95th percentile


def protocols(*rest: str) -> list[Subprotocol]:
    """Return what Streamlit's page sends: its name, a token, and the session that it had."""
    return [Subprotocol(name) for name in ("streamlit", *rest)]


class Visitor:
    """One browser's connection, and what it has seen."""

    def __init__(self, server: Server, rng: random.Random) -> None:
        self.server, self.rng = server, rng
        self.url = server.url.replace("http", "ws") + "/_stcore/stream"
        self.box = ""
        self.formula = rng.choice(FORMULAS)
        self.lens = rng.choice(LENSES)
        self.session = ""
        self.times: list[float] = []
        self.lost = 0

    async def stay(self, until: float) -> None:
        """Edit every ten seconds; now and then lose the connection, or the session with it."""
        while time.monotonic() < until:
            known = ["none", self.session] if self.session and self.rng.random() < 0.5 else []
            async with websockets.connect(
                self.url, subprotocols=protocols(*known), max_size=None
            ) as socket:
                await self._run(socket)
                for _ in range(self.rng.randint(3, 9)):
                    await asyncio.sleep(PAUSE * self.rng.uniform(0.7, 1.3))
                    if time.monotonic() > until:
                        return
                    self.formula = self.rng.choice(FORMULAS)
                    begun = time.monotonic()
                    boxes = await self._run(socket)
                    self.times.append(time.monotonic() - begun)
                    self.lost += bool(boxes) and self.formula not in boxes

    async def _run(self, socket: websockets.ClientConnection) -> list[str]:
        """Send what the box holds, wait for the end of the run; return what the box was set to."""
        message = BackMsg()
        message.rerun_script.query_string = urlencode({"f": self.formula})
        message.rerun_script.page_name = self.lens
        if self.box:
            state = message.rerun_script.widget_states.widgets.add(id=self.box)
            state.string_value = self.formula
        await socket.send(message.SerializeToString())
        boxes: list[str] = []
        async with asyncio.timeout(PATIENCE):
            while True:
                said = ForwardMsg.FromString(await socket.recv(decode=False))
                kind = said.WhichOneof("type")
                if kind == "new_session":
                    self.session = said.new_session.initialize.session_id or self.session
                elif kind == "delta" and said.delta.new_element.HasField("text_area"):
                    area = said.delta.new_element.text_area
                    self.box = area.id
                    if area.set_value:
                        boxes.append(area.value)
                elif kind == "script_finished":
                    return boxes


async def be_hostile(server: Server, rng: random.Random, until: float) -> None:
    url = server.url.replace("http", "ws") + "/_stcore/stream"
    names = ",".join(f"q{k}=1" for k in range(4000))
    while time.monotonic() < until:
        try:
            if rng.random() < 0.5:
                async with websockets.connect(url, origin=Origin("https://evil.example")):
                    raise AssertionError("a foreign page came in")
            async with websockets.connect(url, subprotocols=protocols(), max_size=None) as socket:
                message = BackMsg()
                message.rerun_script.query_string = urlencode({"f": "x" * 30_000, "at": names})
                await socket.send(message.SerializeToString())
                await asyncio.wait_for(socket.recv(), PATIENCE)
                await socket.send(uuid.uuid4().bytes * 100)  # no message at all
        except (websockets.WebSocketException, TimeoutError, OSError):
            pass
        await asyncio.sleep(rng.uniform(1, 5))


async def fill(server: Server, visitors: int, seconds: float) -> list[Visitor]:
    rng = random.Random(1)
    until = time.monotonic() + seconds
    people = [Visitor(server, random.Random(rng.random())) for _ in range(visitors)]
    hostile = [be_hostile(server, random.Random(rng.random()), until) for _ in range(HOSTILE)]
    outcomes = await asyncio.gather(
        *(p.stay(until) for p in people), *hostile, return_exceptions=True
    )
    for outcome in filter(None, outcomes):
        print("  not as it should be:", repr(outcome)[:200])
    return people


def process_of(server: Server) -> Path:
    """Return the folder of the process that listens at the server's port (Linux)."""
    port = f"={server.url.rpartition(':')[2]}"
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if port in words and "python" in words:
            return folder
    raise RuntimeError("no such process")


def weigh(folder: Path) -> tuple[float, int]:
    """Return the megabytes and the open files of a process."""
    pages = int((folder / "statm").read_text().split()[1])
    return pages * 4096 / 1e6, len(list((folder / "fd").iterdir()))


def soak(name: str, command: Sequence[str], visitors: int, seconds: float) -> float:
    """Fill a server, print what was measured; return the 95th percentile of its reruns."""
    with serving(command) as server:
        asyncio.run(fill(server, 4, 20))  # what is loaded once is loaded
        before = weigh(process_of(server))
        people = asyncio.run(fill(server, visitors, seconds))
        time.sleep(5)
        after = weigh(process_of(server))
        times = sorted(t for person in people for t in person.times)
        # Streamlit logs a traceback for each message that is none; ours say so by these words.
        said = server.log.read_text(errors="replace")
        wrong = said.count("Uncaught") + said.count("Failure ")
    p95, median = times[int(len(times) * 0.95)], statistics.median(times)
    lost = sum(person.lost for person in people)
    print(f"{name}: {len(times)} reruns of {visitors} visitors")
    print(f"  median {median:.2f} s, 95th percentile {p95:.2f} s; edits lost: {lost}")
    print(f"  memory {before[0]:.0f} -> {after[0]:.0f} MB; open files {before[1]} -> {after[1]}")
    print(f"  failures in the log: {wrong}")
    return p95


def main(words: Sequence[str]) -> None:
    visitors, seconds = int(words[0]) if words else 60, float(words[1]) if words[1:] else 600.0
    ours = soak("qsts", [sys.executable, "-m", "qsts_core", "app"], visitors, seconds)
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "empty.py")
        script.write_text(EMPTY)
        empty = soak(
            "empty page", [sys.executable, "-m", "streamlit", "run", str(script)], visitors, seconds
        )
    print(f"95th percentile: {ours / empty:.1f} times that of an empty page; {MOST:g} are allowed")
    if ours > MOST * empty:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
