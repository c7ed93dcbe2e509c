"""What the commands print: tables, and JSON of one line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

__all__ = ["print_json", "print_table", "print_warnings"]


def print_table(rows: list[list[str]]) -> None:
    """Print rows of cells in columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for line in _lines(rows, widths):
        print(line)


def _lines(rows: list[list[str]], widths: list[int]) -> Iterator[str]:
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def print_warnings(warnings: tuple[str, ...]) -> None:
    """Print where numbers that are not finite are born."""
    for warning in warnings:
        print(f"warning: {warning}")


def print_json(content: dict[str, Any]) -> None:
    """Print plain data as one line of JSON."""
    print(json.dumps(content, allow_nan=False))
