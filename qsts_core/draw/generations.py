"""Place a large graph by topological generations: quick, at the price of crossings.

A mark's column is its generation, counted from the output, so that it stands right
before its first use; within a column marks are ordered by the mean row of their
neighbours, swept forth and back a few times.  Edges are smooth curves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import networkx as nx

from qsts_core.draw.bezier import Paths, Places, Point, smooth_path
from qsts_core.draw.dot import ASPECT

SWEEPS = 4

PITCH, MOST_PITCH = 3.2, 24.0
"""Radii from one row or column to the next; rows may part further to use a tall room."""


def place(drawn: nx.MultiDiGraph[int], radius: float) -> tuple[Places, Paths]:
    """Return the place of every mark and the control points of every edge."""
    columns = _order_columns(drawn, _columns(drawn))
    rows = max(len(column) for column in columns)
    column_pitch = max(PITCH, ASPECT * rows * PITCH / len(columns)) * radius
    row_pitch = min(max(PITCH, PITCH * len(columns) / ASPECT / rows), MOST_PITCH) * radius
    places = {}
    for index, column in enumerate(columns):
        for row, mark in enumerate(column):
            places[mark] = (index * column_pitch, ((len(column) - 1) / 2 - row) * row_pitch)
    return places, _paths(drawn, places, radius)


def _columns(drawn: nx.MultiDiGraph[int]) -> list[list[int]]:
    """Return the generations counted from the output: every mark right before its first use."""
    return [list(marks) for marks in nx.topological_generations(drawn.reverse(copy=False))][::-1]


def _order_columns(drawn: nx.MultiDiGraph[int], columns: list[list[int]]) -> list[list[int]]:
    row = {mark: index - len(column) / 2 for column in columns for index, mark in enumerate(column)}
    for sweep in range(SWEEPS):
        forth = sweep % 2 == 0
        neighbours = drawn.predecessors if forth else drawn.successors
        for column in columns if forth else reversed(columns):
            _order_column(column, row, neighbours)
    return columns


def _order_column(
    column: list[int], row: dict[int, float], neighbours: Callable[[int], Iterable[int]]
) -> None:
    def mean_row(mark: int) -> float:
        rows = [row[neighbour] for neighbour in neighbours(mark)]
        return sum(rows) / len(rows) if rows else row[mark]

    column.sort(key=mean_row)
    for index, mark in enumerate(column):
        row[mark] = index - len(column) / 2


def _paths(drawn: nx.MultiDiGraph[int], places: Places, radius: float) -> Paths:
    many = Counter((mark, parent) for mark, parent in drawn.edges())
    paths: Paths = {}
    for mark, parent, slot in drawn.edges(keys=True):
        bow = radius * (1.0 if slot == 0 else -1.0) if many[mark, parent] > 1 else 0.0
        start: Point = (places[mark][0] + radius, places[mark][1])
        end: Point = (places[parent][0] - radius, places[parent][1])
        paths[mark, parent, slot] = smooth_path(start, end, bow)
    return paths
