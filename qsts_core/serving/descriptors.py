"""How many connections the system allows: each is a file to it, and files are counted."""

from __future__ import annotations

import math

__all__ = ["most_visitors", "raise_limit"]

RESERVED = 64
"""Files that the server needs for itself: its libraries, its log, its event loop."""

PER_VISITOR = 6
"""Files per visitor: the WebSocket, three of the session's event loop, two spare connections."""

ENOUGH = 1_000
"""Files from which on nothing need be said."""

HIGHEST = 65_536
"""Where there is no limit to raise to; more would cost memory in the system's tables."""


def raise_limit() -> int | None:
    """Raise the limit of open files as far as this user may; return it, or `None` for no limit."""
    try:
        import resource
    except ImportError:  # Windows counts no files
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = HIGHEST if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return None if soft == resource.RLIM_INFINITY else max(soft, wanted)


def most_visitors(files: int | None) -> int | None:
    """Return how many people such a limit has room for.

    Examples
    --------
    >>> most_visitors(256), most_visitors(None)
    (32, None)
    """
    return None if files is None else max(math.floor((files - RESERVED) / PER_VISITOR), 1)
