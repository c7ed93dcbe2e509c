"""Tasks that a pool can be given: what travels to another process must be of a module."""

import time
from collections.abc import Iterator


def count_to(last: int, pause: float, rest: int | None) -> Iterator[tuple[int, int]]:
    """Count, with a pause in seconds before each number."""
    for number in range(rest or 0, last):
        time.sleep(pause)
        yield number, number + 1


def fail(rest: None) -> Iterator[tuple[int, None]]:
    """Fail after one item."""
    yield 1, None
    raise ValueError("there is no disk")
