"""Work that may take long: shown while it runs, stopped by a button, kept from run to run.

In goes an iterator of known length; out come its items. What is done stays in the session, so
whatever reruns the page in between goes on from there instead of beginning again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

__all__ = ["Work", "gather"]

PATIENCE = 0.4
"""Seconds after which a person wants to see that something happens."""

BETWEEN = 0.15
"""Seconds between two looks at the progress."""


@dataclass
class Work:
    """What is known of a piece of work.

    Attributes
    ----------
    key
        What it was done for; another key begins anew.
    items
        What came so far.
    done, stopped
        Whether the iterator is at its end; whether a person stopped it before.
    lock
        Held while an item is taken.
    """

    key: object
    iterator: Iterator[Any]
    items: list[Any] = field(default_factory=list)
    done: bool = False
    stopped: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Take one more item; return whether there was one.

        A run of the page may begin while the last one is still here: they take turns.
        """
        with self.lock:
            for item in self.iterator:
                self.items.append(item)
                return True
            self.done = True
            return False


def gather(name: str, key: object, begin: Callable[[], Iterator[Any]], total: int) -> Work:
    """Do the work called `name`, or go on with it, or return it if it is done or stopped.

    At least one item is taken, so that there is something to show.
    """
    slot = f"work {name}"
    work: Work | None = st.session_state.get(slot)
    if work is None or work.key != key:
        work = st.session_state[slot] = Work(key, begin())
    room = st.empty()  # always there, so that what stands below is not built anew
    if not work.done and not (work.stopped and work.items):
        _run(work, slot, room, name, total)
    if work.stopped and not work.done:
        with room.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"Stopped: the {name} is at {len(work.items):,} of {total:,}.")
            st.button("Go on", key=f"go on {name}", on_click=_go_on, args=(slot,))
    return work


def _run(work: Work, slot: str, room: Any, name: str, total: int) -> None:
    begun = looked = time.monotonic()
    bar: Any = None
    while work.take() and not work.stopped:
        now = time.monotonic()
        if now - begun < PATIENCE or now - looked < BETWEEN:
            continue
        looked = now
        text = f"The {name}: {len(work.items):,} of {total:,}"
        if bar is None:
            with room.container(horizontal=True, vertical_alignment="center"):
                bar = st.progress(0.0)
                st.button("Stop", key=f"stop {name}", on_click=_stop, args=(slot,))
        bar.progress(min(len(work.items) / max(total, 1), 1.0), text)
    room.empty()


def _stop(slot: str) -> None:
    st.session_state[slot].stopped = True


def _go_on(slot: str) -> None:
    st.session_state[slot].stopped = False
