"""Time the engines against other programs, and write the table of the README.

    python tests/benchmarks/engines.py [--workloads seed ...] [--peers heyoka ...] [--rounds 5]

Run it with a Python that has the extra `bench`; what is missing there is reported as missing.
Every program runs in processes of its own, held to one core (but "ours, all cores"), with one
thread. Answers are compared with the sweep's before anything is timed. Rounds are interleaved:
each round asks every program once, so a disturbance meets all of them; medians are reported, and
the ratio to ours in brackets.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402  # after the path is set

from tests.benchmarks.peers import PEERS, Peer  # noqa: E402
from tests.benchmarks.workloads import WORKLOADS, Workload  # noqa: E402

LIMIT = 20  # seconds for one task
ONE_THREAD = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
    "JAX_PLATFORMS": "cpu",
}  # fmt: skip
COLUMNS = {
    "first": "text to first gradient", "one": "one state, one call", "many": "throughput, a state",
    "whole": "text to all states", "memory": "peak memory",
}  # fmt: skip


# In the process of a program ----------------------------------------------------------------------


def serve(peer_name: str, workload_name: str) -> None:
    """Answer tasks from standard input, one JSON line each."""
    if "all cores" not in peer_name and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    workload = next(w for w in WORKLOADS if w.name == workload_name)
    peer = PEERS[peer_name](workload.text, variables_of(workload))
    warm_up(peer_name)
    server = Server(peer, workload)
    for line in sys.stdin:
        try:
            answer = {"ok": getattr(server, line.strip())()}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[:200]}
        print(json.dumps(answer), flush=True)


def warm_up(peer_name: str) -> None:
    """Import the program and use it once, on another formula: loading is not reading."""
    try:
        peer = PEERS[peer_name]("x*y", ["x", "y"])
        peer.first([1.0, 2.0])
        peer.prepare()
        if type(peer).many is not Peer.many:
            peer.many(peer.states(np.ones((2, 64))))
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:200]}), flush=True)
        raise SystemExit from error
    print(json.dumps({"ok": "ready"}), flush=True)


class Server:
    """The tasks, on one program and one workload."""

    def __init__(self, peer: Peer, workload: Workload) -> None:
        self.peer = peer
        self.workload = workload
        self.point = point_of(workload)
        self.states: Any = None
        self.repeats = 0

    def first(self) -> float:
        """Return the seconds from the text to the first gradient."""
        start = time.perf_counter()
        self.peer.first(self.point)
        return time.perf_counter() - start

    def prepare(self) -> str:
        """Make the program ready."""
        self.peer.prepare()
        self.peer.prepare_one()
        self.arguments = self.peer.point(self.point)
        return "ready"

    def check_one(self) -> list[float]:
        """Return value and gradient at one state, to be compared."""
        value, gradient = self.peer.one(*self.arguments)
        return [float(np.asarray(value).ravel()[0]), *np.asarray(gradient).ravel().tolist()]

    def one(self) -> float:
        """Return the seconds that a call at one state takes."""
        return self._repeat(lambda: self.peer.one(*self.arguments))

    def _repeat(self, call: Callable[[], Any]) -> float:
        """Return the seconds that a call takes, from as many as take about 0.1 s."""
        if not self.repeats:
            start = time.perf_counter()
            call()
            self.repeats = max(1, int(0.1 / (time.perf_counter() - start)))
        start = time.perf_counter()
        for _ in range(self.repeats):
            call()
        return (time.perf_counter() - start) / self.repeats

    def whole(self) -> float:
        """Return the seconds from the text to the gradients at all states."""
        states = self.peer.states(states_of(self.workload))
        start = time.perf_counter()
        self.peer.prepare()
        self.peer.many(states)
        return time.perf_counter() - start

    def check_many(self) -> list[float]:
        """Return the gradient at the first and the last of many states, to be compared."""
        self.states = self.peer.states(states_of(self.workload))
        answer = self.peer.many(self.states)
        gradient = np.asarray(answer[1])
        return [*gradient[:, 0].tolist(), *gradient[:, -1].tolist()]

    def many(self) -> float:
        """Return the seconds for a state, from runs over all of them."""
        return self._repeat(lambda: self.peer.many(self.states)) / self.workload.states

    def memory(self) -> float:
        """Return the most bytes that this process has held."""
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def variables_of(workload: Workload) -> tuple[str, ...]:
    from qsts_core import Expression

    return Expression(workload.text).variables


def point_of(workload: Workload) -> list[float]:
    return [float(x) for x in states_of(workload)[:, 0]]


def states_of(workload: Workload) -> Any:
    shape = (len(variables_of(workload)), workload.states)
    return np.random.default_rng(0).uniform(0.6, 1.4, shape)


# In the process that asks -------------------------------------------------------------------------


class Program:
    """A process that runs one program on one workload."""

    def __init__(self, peer: str, workload: str) -> None:
        self.name = peer
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve", peer, workload],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=os.environ | ONE_THREAD,
        )  # fmt: skip
        self.trouble = ""
        self._answer()

    def ask(self, task: str) -> Any:
        """Return the answer to a task, or `None` where there is none; `trouble` says why."""
        if self.trouble:
            return None
        assert self.process.stdin is not None
        self.process.stdin.write(task + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.process.stdout is not None
        timer = threading.Timer(LIMIT, self.process.kill)
        timer.start()
        line = self.process.stdout.readline()
        in_time = timer.is_alive()
        timer.cancel()
        ended = "the process ended" if in_time else "TimeoutError"
        answer = json.loads(line) if line else {"error": ended}
        self.trouble = answer.get("error", "")
        if self.trouble:
            print(f"{self.name}: {self.trouble}", file=sys.stderr)
        return answer.get("ok")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def measure(workload: Workload, peers: list[str], rounds: int) -> dict[str, dict[str, Any]]:
    """Return for each program the median of each column, or why there is none."""
    results: dict[str, dict[str, Any]] = {peer: {} for peer in peers}
    fresh = {(peer, task): Taken() for peer in peers for task in ("first", "whole")}
    for _ in range(rounds):
        for (peer, task), taken in fresh.items():  # each in a fresh process: nothing is remembered
            if not taken.trouble:
                program = Program(peer, workload.name)
                taken.take(program, task)
                program.close()
    for (peer, task), taken in fresh.items():
        results[peer][task] = taken.median()
    for task, check in (("one", "check_one"), ("many", "check_many")):
        programs = [Program(peer, workload.name) for peer in peers]
        compare(programs, check)
        times = {program.name: Taken() for program in programs}
        for _ in range(rounds):
            for program in programs:
                times[program.name].take(program, task)
        for program in programs:
            results[program.name][task] = times[program.name].median()
            results[program.name]["memory"] = program.ask("memory") or program.trouble
            program.close()
    return results


class Taken:
    """The times that a program took, or why there are none."""

    def __init__(self) -> None:
        self.times: list[float] = []
        self.trouble = ""

    def take(self, program: Program, task: str) -> None:
        seconds = program.ask(task)
        if seconds is None:
            self.trouble = program.trouble
        else:
            self.times.append(seconds)

    def median(self) -> Any:
        return statistics.median(self.times) if self.times else self.trouble


def compare(programs: list[Program], check: str) -> None:
    """Give trouble to each program whose numbers are not those of the first, which is ours."""
    expected: list[float] = []
    for program in programs:
        program.ask("prepare")
        got = program.ask(check)
        if got is not None:
            expected = expected or got
            if not np.allclose(got, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max()):
                program.trouble = "another answer"


# The table ----------------------------------------------------------------------------------------


def show(column: str, number: Any) -> str:
    if not isinstance(number, float):
        return REASONS.get(str(number).split(":")[0], "–")
    if column == "memory":
        return f"{number / 2**20:.0f} MB"
    unit, scale = next((u, s) for u, s in UNITS if number >= s or s == 1e-9)
    return f"{number / scale:.3g} {unit}"


UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
REASONS = {
    "ModuleNotFoundError": "missing", "ImportError": "missing", "TimeoutError": f"> {LIMIT} s",
    "another answer": "wrong",
}  # fmt: skip


def table(workload: Workload, results: dict[str, dict[str, Any]]) -> str:
    """Return the results of a workload in Markdown, ratios to ours in brackets."""
    lines = [
        f"**{workload.name}** ({nodes_of(workload)} nodes, {len(variables_of(workload))} variables;"
        f" throughput at {workload.states:,} states, for each)",
        "",
        "| | " + " | ".join(COLUMNS.values()) + " |",
        "|---|" + "---:|" * len(COLUMNS),
    ]
    ours = results.get("ours, native", {})
    for peer, row in results.items():
        cells = []
        for column in COLUMNS:
            number, base = row.get(column), ours.get(column)
            text = show(column, number)
            if isinstance(number, float) and isinstance(base, float) and row is not ours:
                text += f" ({number / base:.2g}×)"
            cells.append(text)
        lines.append(f"| {peer} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def nodes_of(workload: Workload) -> int:
    from qsts_core import Expression

    return len(Expression(workload.text).graph.nodes)


def machine() -> str:
    """Describe what this ran on, and with which versions."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(": ")[1] for line in info.read_text().splitlines() if "model name" in line
        ]
        cpu = names[0] if names else cpu
    packages = sorted({peer.package for peer in PEERS.values()} - {"qsts"} | {"numpy", "llvmlite"})
    return (
        f"{cpu}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {installed(name)}" for name in packages)
    )


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing"


def touch_memory() -> None:
    """Write to half of what is free: where the machine is virtual, the first use is slow.

    A process of its own does it, for the most that a process has held is handed to its children.
    """
    with suppress(OSError, ValueError, KeyError):
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = int(dict(line.split(":") for line in lines)["MemAvailable"].split()[0]) * 1024
        write = f"b = bytearray({free // 2}); b[::4096] = bytes(len(range(0, {free // 2}, 4096)))"
        subprocess.run([sys.executable, "-c", write], check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workloads", nargs="*", default=[w.name for w in WORKLOADS])
    parser.add_argument("--peers", nargs="*", default=list(PEERS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", nargs=2, help="what it calls itself with")
    given = parser.parse_args()
    if given.serve:
        serve(*given.serve)
        return
    peers = [name for name in PEERS if name in given.peers or name == "ours, native"]
    touch_memory()
    print(machine(), end="\n\n")
    for workload in WORKLOADS:
        if workload.name in given.workloads:
            print(table(workload, measure(workload, peers, given.rounds)), flush=True)


if __name__ == "__main__":
    main()
