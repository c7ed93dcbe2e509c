"""A file is written whole or not at all: beside its place first, then moved there."""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from qsts_core.errors import ArgumentError

__all__ = ["write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; where that fails, what was there before is still there.

    Raises
    ------
    ArgumentError
        If it cannot be written; it says why.
    """
    if path.is_dir():
        raise ArgumentError(f"{path} cannot be written: it is a folder")
    place = path.resolve()  # of a link, where it leads to
    beside = place.with_name(f".{place.name[:100]}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            shutil.copymode(place, beside)
        beside.replace(place)
    except (OSError, ValueError) as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        why = getattr(error, "strerror", None) or str(error)
        raise ArgumentError(f"{path} cannot be written: {why}") from error
