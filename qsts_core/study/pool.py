"""Long work beside the server: a few processes that many visitors share.

In goes a task; out comes `Work`, whose items grow while a process computes them. A process is
started when there is work, ends when there has been none for a while, and is killed when its work
is withdrawn: nothing else stops a computation at once, whatever it is in the middle of. Measured
against threads of the server with the same bounds (tests/benchmarks/test_room.py).
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from qsts_core.study.worker import Frame, Task, run_task

__all__ = ["POOL", "Pool", "Work"]

IDLE = 20.0
"""Seconds without work after which a process ends."""

MOST_PROCESSES = 4

PATIENCE = 2.0
"""Seconds that a killed process may take to end."""


class Work:
    """A task, and what is known of it so far.

    Attributes
    ----------
    key
        What it is done for.
    items
        What came so far; one item if each stands for all before it.
    done, failure
        Whether it is at its end, or why it came to none.
    task
        What remains to be done.
    paused
        Why it stands still: "", "by hand", or "time" where it has used up its seconds.
    """

    def __init__(self, key: object, task: Task) -> None:
        self.key = key
        self.items: list[Any] = []
        self.done = False
        self.failure = ""
        self.paused = ""
        self.news = threading.Event()
        self.task = task

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes unless somebody asks for it."""
        return self.done or bool(self.failure or self.paused)

    def take(self, frame: Frame) -> None:
        """Take up what was computed."""
        if frame.items:
            self.items = frame.items[-1:] if self.task.latest else [*self.items, *frame.items]
        self.task = replace(self.task, rest=None if frame.done else frame.rest)
        self.done, self.failure = frame.done, frame.failure
        self.news.set()

    def run(self) -> None:
        """Do all of it here and now: for what is quicker than to ask for it."""
        for frame in run_task(self.task):
            self.take(frame)


class Pool:
    """At most `size` tasks at a time, first come first served.

    Parameters
    ----------
    size
        How many; by default one for each core, up to `MOST_PROCESSES`.
    processes
        Whether processes compute; else threads of this one do, as where no process can be started.
    """

    def __init__(self, size: int | None = None, *, processes: bool = True) -> None:
        self.size = size or min(os.cpu_count() or 1, MOST_PROCESSES)
        self.processes = processes
        self._waiting: deque[Work] = deque()
        self._running: dict[Work, subprocess.Popen[bytes] | None] = {}
        self._threads = 0
        self._idle = 0
        self._change = threading.Condition()

    def submit(self, work: Work) -> None:
        """Let a piece of work be done, if it is not yet waiting or running."""
        with self._change:
            if work.paused:  # it may be about to end
                self._change.wait_for(lambda: work not in self._running, PATIENCE)
            if work in self._waiting or work in self._running:
                return
            work.paused = work.failure = ""
            self._waiting.append(work)
            if self._idle < len(self._waiting) and self._threads < self.size:
                self._threads += 1
                threading.Thread(target=self._serve, name="qsts work", daemon=True).start()
            self._change.notify()

    def withdraw(self, work: Work, why: str = "by hand") -> None:
        """Stop a piece of work at once; what it has computed so far stays with it."""
        with self._change:
            if work.is_over:
                return
            work.paused = why
            if work in self._waiting:
                self._waiting.remove(work)
            elif process := self._running.get(work):
                process.kill()
        work.news.set()

    def before(self, work: Work) -> int:
        """Return how many others must come to their end before this one begins."""
        with self._change:
            return self._waiting.index(work) + 1 if work in self._waiting else 0

    def _serve(self) -> None:
        """Do one piece of work after the other, in a process of this thread's own."""
        process: subprocess.Popen[bytes] | None = None
        while work := self._next():
            if not self.processes:
                _end(process)
                process = None
            elif process is None or process.poll() is not None:
                _end(process)  # one that ended between two pieces of work still holds its pipes
                process = _start()
            with self._change:
                self._running[work] = process  # from here on, who withdraws it kills
                withdrawn = bool(work.paused)
            limit = threading.Timer(work.task.seconds, self.withdraw, (work, "time"))
            limit.daemon = True
            limit.start()
            if not withdrawn:
                _compute(work, process)
            limit.cancel()
            with self._change:
                del self._running[work]
                self._change.notify_all()
            work.news.set()
        _end(process)

    def _next(self) -> Work | None:
        with self._change:
            self._idle += 1
            self._change.wait_for(lambda: self._waiting, IDLE)
            self._idle -= 1
            if self._waiting:
                work = self._waiting.popleft()
                self._running[work] = None  # at once: asked for again, it must not be done twice
                return work
            self._threads -= 1
            return None

    def close(self) -> None:
        """End every process."""
        with self._change:
            self._waiting.clear()
            for process in filter(None, self._running.values()):
                process.kill()


def _compute(work: Work, process: subprocess.Popen[bytes] | None) -> None:
    """Let a process do the work, or this thread where there is none."""
    if process is None:
        for frame in run_task(work.task):
            if work.paused:
                return
            work.take(frame)
        return
    try:
        pickle.dump(work.task, process.stdin, protocol=pickle.HIGHEST_PROTOCOL)  # type: ignore[arg-type]  # it is a pipe
        process.stdin.flush()  # type: ignore[union-attr]  # it is a pipe
        while not (work.done or work.failure):
            frame = pickle.load(process.stdout)  # type: ignore[arg-type]  # it is a pipe
            if work.paused:
                break
            work.take(frame)
    except Exception as error:  # whatever a broken pipe may bring
        if not isinstance(error, (EOFError, OSError)):
            traceback.print_exc()
        if not work.paused:
            work.failure = "the process that computed it has ended; was there too little memory?"
        _end(process)
    if work.paused:
        _end(process)


def _start() -> subprocess.Popen[bytes] | None:
    """Start a process that finds this package, or return nothing where none can be started."""
    home = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (home, os.environ.get("PYTHONPATH"))))
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", "from qsts_core.study.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": path},
        )
    except OSError:
        return None


def _end(process: subprocess.Popen[bytes] | None) -> None:
    """End a process, if it has not ended yet, and close its pipes."""
    if process is None:
        return
    process.kill()
    for pipe in filter(None, (process.stdin, process.stdout)):
        with suppress(OSError):  # what it was not told in time
            pipe.close()
    process.wait()


POOL = Pool()
"""The one of this server."""

atexit.register(POOL.close)
