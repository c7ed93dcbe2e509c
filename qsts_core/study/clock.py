"""Seconds that can be compared: taken in turns, many calls to a sample, summed up by quartiles.

They are seconds of the processor spent by the thread that measures, so waiting for others, such
as a server's own threads, does not count; on Windows, whose clock of threads is too coarse, they
are seconds on the wall. Whoever else disturbs does so to all contestants alike, because each round
has one sample of each; the order is turned round every other time. Nothing is subtracted, and the
garbage collector is left alone, as it would be in use.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import repeat
from statistics import quantiles
from typing import Any, NamedTuple, TypeVar

__all__ = ["SHORTEST_SAMPLE", "Timing", "race", "summarize"]

SHORTEST_SAMPLE = 2e-3
"""Seconds that a sample lasts at least; what is faster is called more than once for it."""

Name = TypeVar("Name")

_clock = time.perf_counter if sys.platform == "win32" else time.thread_time


class Timing(NamedTuple):
    """The seconds of one call: the median of the samples, and their lower and upper quartile."""

    median: float
    low: float
    high: float
    samples: int


def summarize(samples: Iterable[float]) -> Timing:
    """Return the median and the quartiles of some samples, at least one.

    Examples
    --------
    >>> summarize([3.0, 1.0, 2.0, 5.0, 4.0])
    Timing(median=3.0, low=2.0, high=4.0, samples=5)
    """
    known = sorted(samples)
    if len(known) == 1:
        return Timing(known[0], known[0], known[0], 1)
    low, median, high = quantiles(known, n=4, method="inclusive")
    return Timing(median, low, high, len(known))


def race(
    contestants: Mapping[Name, Callable[[], Any]], rounds: int
) -> Iterator[tuple[Name, float]]:
    """Yield a contestant and the seconds that one call of it took, `rounds` times for each.

    Examples
    --------
    >>> [name for name, seconds in race({"a": int, "b": str}, rounds=2)]
    ['a', 'b', 'b', 'a']
    """
    calls = {name: _calls(contestant) for name, contestant in contestants.items()}
    order = list(contestants)
    for _ in range(rounds):
        for name in order:
            yield name, _time(contestants[name], calls[name])
        order.reverse()


def _calls(contestant: Callable[[], Any]) -> int:
    """Return how many calls a sample needs; those made here warm up, and do not count."""
    calls = 1
    while (seconds := _time(contestant, calls) * calls) < SHORTEST_SAMPLE:
        calls *= max(2, min(10, round(SHORTEST_SAMPLE / max(seconds, 1e-9))))
    return calls


def _time(contestant: Callable[[], Any], calls: int) -> float:
    start = _clock()
    for _ in repeat(None, calls):
        contestant()
    return (_clock() - start) / calls
