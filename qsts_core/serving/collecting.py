"""How often the garbage of cycles is looked for.

Streamlit looks through every object of the process after each rerun. With the libraries that draw
and compute, and the sessions of a class, there are so many that this takes several times as long as
the rerun itself, and everybody waits for it. Here what is there after the first rerun, the
libraries above all, is never looked at again, and looking takes a bounded share of the time.
"""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

from streamlit.runtime.scriptrunner import script_runner

__all__ = ["SHARE", "Seldom", "collect_seldom"]

SHARE = 0.02
"""The share of the time that looking may take."""


class Seldom:
    """Looks for garbage when asked, unless that was done a moment ago.

    Parameters
    ----------
    collect
        What looks, given the oldest generation to be looked at; it returns how much it found.
    settle
        What is done once, after the first look: by then a page was shown, and all is imported.
    clock
        Seconds, from any beginning.
    """

    def __init__(
        self,
        collect: Callable[[int], int] = gc.collect,
        settle: Callable[[], object] = gc.freeze,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._look, self._settle, self._clock = collect, settle, clock
        self._due: float | None = None
        self._turn = threading.Lock()

    def collect(self, generation: int = 2) -> int:
        """Look, or return 0 at once: before its time, or while another thread looks."""
        early = self._due is not None and self._clock() < self._due
        if early or not self._turn.acquire(blocking=False):
            return 0
        try:
            begun = self._clock()
            found = self._look(generation)
            ended = self._clock()
            if self._due is None:
                self._settle()
            self._due = ended + (ended - begun) / SHARE
            return found
        finally:
            self._turn.release()


def collect_seldom() -> None:
    """Have Streamlit look for garbage seldom."""
    if hasattr(script_runner, "gc"):  # the module's own name for it: nothing else is changed
        script_runner.gc = SimpleNamespace(collect=Seldom().collect)
