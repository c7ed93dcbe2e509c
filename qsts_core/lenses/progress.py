"""Long work on a page: shown while it runs, stopped by a button, kept from run to run.

In goes a task; out comes the work, whose items are complete as far as they go. What is quick is
done at once; what is not is done by the pool of the server, while the page shows how far it is and
offers Stop. A rerun finds the work where it is. One piece of work of a visitor runs at a time, and
what a visitor's work holds is given back soon after the visitor is gone.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.runtime import Runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qsts_core.study.pool import POOL, Work
from qsts_core.study.worker import Task

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

__all__ = ["begin_work", "find_work", "gather", "tell_why", "watch"]

QUICK = 0.15
"""Seconds of work that the page does itself."""

PATIENCE = 0.2
"""Seconds after which a person wants to see that something happens."""

BETWEEN = 0.1
"""Seconds between two looks at the progress."""

AWAY = 5.0
"""Seconds between two looks at who is gone."""


def gather(
    name: str, key: object, task: Task, seconds: float, total: int, count: Callable[[Any], int]
) -> Work:
    """Do the work called `name`, or go on with it, or return it if it is done or stopped.

    `seconds` is about how long it takes; `count` says how many of the `total` an item has.
    """
    work = find_work(name, key)
    room = st.empty()  # always there, so that what stands below is not built anew
    if work is None:
        work = begin_work(name, key, task)
        if seconds <= QUICK:  # work that was found is the pool's, and nobody else's
            work.run()

    def tell() -> tuple[int, str]:
        have = sum(map(count, work.items))
        return have, f"the {name} is at {have:,} of {total:,}"

    for _ in watch(name, work, room, lambda: tell()[0] / max(total, 1)):
        pass
    if not work.done:
        with room.container(horizontal=True, vertical_alignment="center"):
            st.text(f"{tell_why(work)}; {tell()[1]}.")
            st.button("Go on", key=f"go on {name}", on_click=POOL.submit, args=(work,))
    return work


def tell_why(work: Work) -> str:
    """Say why work stands still."""
    if work.failure:
        return f"It did not succeed: {work.failure}"
    if work.paused == "time":
        return f"Paused after {work.task.seconds:.0f} seconds of computing"
    return "Stopped"


def find_work(name: str, key: object) -> Work | None:
    """Return the work called `name` if it is for this key; end what is for another."""
    works = _works()
    work = works.get(name)
    if work is not None and work.key != key:
        POOL.withdraw(works.pop(name))
        return None
    return work


def begin_work(name: str, key: object, task: Task) -> Work:
    """Return new work, to be watched."""
    _works()[name] = work = Work(key, task)
    return work


def watch(
    name: str, work: Work, room: DeltaGenerator, share: Callable[[], float]
) -> Iterator[None]:
    """Have the work done and show how far it is; yield whenever there may be something new.

    The page is asked at every look whether it is to run again, so that Stop, a button like any
    other, is heard within a moment.
    """
    _take_turn(work)
    begun = time.monotonic()
    bar: DeltaGenerator | None = None
    while not work.is_over:
        work.news.wait(BETWEEN)
        work.news.clear()
        seconds = time.monotonic() - begun
        if work.is_over or seconds < PATIENCE:
            continue
        if bar is None:
            with room.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0)
                st.button("Stop", key=f"stop {name}", on_click=POOL.withdraw, args=(work,))
        before = POOL.before(work)
        waits = f"waits for its turn, {before:,} before it" if before else f"{seconds:.1f} s"
        bar.progress(min(share(), 1.0), f"The {name}: {share():.0%}, {waits}")
        yield
    room.empty()
    yield


def _take_turn(work: Work) -> None:
    """Let this work be the one of its visitor that runs."""
    for other in _works().values():
        if other is not work:
            POOL.withdraw(other, "turn")
    if work.paused == "turn" or not work.is_over:
        POOL.submit(work)


# Who is gone ------------------------------------------------------------------------------------

_VISITORS: dict[str, dict[str, Work]] = {}
_LOCK = threading.Lock()


def _works() -> dict[str, Work]:
    """Return the work of this visitor, by name."""
    works: dict[str, Work] = st.session_state.setdefault("works", {})
    context = get_script_run_ctx()
    if context is not None and Runtime.exists():
        with _LOCK:
            if not _VISITORS:
                threading.Thread(target=_look_who_is_gone, name="qsts gone", daemon=True).start()
            _VISITORS[context.session_id] = works
    return works


def _look_who_is_gone() -> None:
    """Give back what the work of visitors held whose session ended; who returns begins anew."""
    while True:
        time.sleep(AWAY)
        with _LOCK:
            if not Runtime.exists():  # the server is about to end
                _VISITORS.clear()
                return
            is_here = Runtime.instance().is_active_session
            for visitor in [one for one in _VISITORS if not is_here(one)]:
                works = _VISITORS.pop(visitor)
                for work in works.values():
                    POOL.withdraw(work)
                works.clear()
            if not _VISITORS:
                return
