"""Python's collector of cyclic garbage, paused while many small objects are made that stay.

There are no cycles among tokens, nodes, edges and steps, and the collector would look through all
of them again and again. It is one for the whole process, so it is paused where that pays alone.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collector_paused"]

_WORTH_IT = 2_000
"""How many objects make it pay: with fewer it saves less than a tenth of the time."""

_lock = threading.Lock()
_pauses = 0  # how many there are now, in all threads
_resume = False  # whether the last of them to end is to enable the collector again


@contextmanager
def collector_paused(objects: int) -> Iterator[None]:
    """Pause the collector while about so many objects are made.

    Pauses may be nested, and overlap in several threads: the first one switches the collector off
    if it is on, and the last one to end, by an exception too, switches it on again.
    """
    if objects < _WORTH_IT:
        yield
        return
    _begin()
    try:
        yield
    finally:
        _end()


def _begin() -> None:
    global _pauses, _resume
    with _lock:
        if _pauses == 0:
            _resume = gc.isenabled()
            gc.disable()
        _pauses += 1


def _end() -> None:
    global _pauses
    with _lock:
        _pauses -= 1
        if _pauses == 0 and _resume:
            gc.enable()
