"""Arrays that begin where a cache line does."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Numbers", "aligned_empty"]

Numbers: TypeAlias = NDArray[np.float64]

LINE = 64
"""Bytes of a cache line, and of the widest vector."""

SMALL = 4096
"""Numbers below which it takes longer to align an array than is gained."""


def aligned_empty(shape: tuple[int, ...]) -> Numbers:
    """Return an array of float64 of any content; a large one begins where a cache line does.

    numpy's own begin a quarter into a cache line, and a vector that lies across two is written
    twice: with a gradient of many rows that is a sixth of the time.

    Examples
    --------
    >>> array = aligned_empty((30, 500))
    >>> array.shape, array.flags.c_contiguous, array.ctypes.data % 64
    ((30, 500), True, 0)
    """
    count = math.prod(shape)
    if count < SMALL:
        return np.empty(shape)
    buffer = np.empty(count + LINE // 8)
    first = -buffer.ctypes.data % LINE // 8
    return buffer[first : first + count].reshape(shape)
