"""Times that can be compared: taken in turns, in one process, summed up by their medians."""

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from statistics import median


def race(
    contestants: Mapping[str, Callable[[], object]], rounds: int, calls: int = 1
) -> dict[str, float]:
    """Run each contestant `calls` times a round; return its median time of a call in seconds.

    It is the time of this process: what else the machine does is not in it.
    """
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            gc.collect()  # nobody pays for what the one before left behind
            start = time.process_time()
            for _ in range(calls):
                contestant()
            times[name].append((time.process_time() - start) / calls)
    return {name: median(measured) for name, measured in times.items()}


@contextmanager
def no_collector() -> Iterator[None]:
    """Switch the cyclic garbage collector off, as timeit does."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """Align rows of cells: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for first, *others in rows:
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        lines.append("  ".join(cells))
    return "\n" + "\n".join(lines) + "\n"
