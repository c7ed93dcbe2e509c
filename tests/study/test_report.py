"""A cost as rows of a table."""

import math

import pytest

from qsts_core.graph import SHARINGS
from qsts_core.study.cost import count_cost
from qsts_core.study.measure import measure_cost
from qsts_core.study.report import cost_rows, table_rows, tell_left_out

POST = "(x+y) + x*(x+y)"
QUANTITIES = [
    "nodes", "edges", "operations", "graph", "run", "stack", "build", "reset", "gradient",
    "descent",
]  # fmt: skip


def test_every_quantity_has_a_row_and_every_sharing_a_cell() -> None:
    *_, cost = measure_cost(POST, rounds=2)
    rows = cost_rows(cost)
    assert [row.quantity for row in rows] == QUANTITIES
    for row in rows:
        assert tuple(row.cells) == SHARINGS
        assert row.cells["unique"].ratio == ""
        assert row.cells["unique"].decades == 0.0
        assert not any(cell.reason for cell in row.cells.values())
        assert all(cell.spread for cell in row.cells.values()) == (row.quantity in QUANTITIES[6:])


def test_what_is_not_known_is_a_dash_with_its_reason() -> None:
    gradient = cost_rows(count_cost(POST))[8]
    for cell in gradient.cells.values():
        assert (cell.amount, cell.ratio, cell.decades) == ("–", "", None)
        assert cell.reason == "not measured so far"


def test_counts_and_ratios_of_any_size_are_written() -> None:
    nodes, edges, _ = cost_rows(count_cost("t = x*x" + "; t = t*t" * 999))[:3]
    assert nodes.cells["none"].amount == "about 2.14e301"
    assert nodes.cells["none"].ratio == "×2.14e298"
    assert nodes.cells["none"].exact == f"{2**1001 - 1:,}"
    assert edges.cells["none"].decades == pytest.approx(math.log10((2**1001 - 2) // 2000))
    assert cost_rows(count_cost("t = x*x" + "; t = t*t" * 29))[0].cells["none"].ratio == "×6.93e+07"


def test_a_formula_without_edges_has_nothing_to_compare() -> None:
    edges = cost_rows(count_cost("x"))[1]
    assert [(cell.amount, cell.ratio) for cell in edges.cells.values()] == [("0", "")] * 3


def test_the_terminals_table_has_one_line_a_quantity() -> None:
    table = table_rows(count_cost(POST))
    assert table[0] == ["", "tree", "threaded", "unique"]
    assert table[1] == ["nodes", "9 ×1.80", "6 ×1.20", "5"]
    assert table[-1] == ["descent", "–", "–", "–"]


def test_what_is_left_out_is_told_once_a_reason() -> None:
    assert list(tell_left_out(count_cost(POST))) == []
    told = list(tell_left_out(count_cost("t = x*x" + "; t = t*t" * 13)))
    assert told == [
        "tree: it has 32,767 nodes; up to 20,000 are built "
        "(memory, graph; memory, run; memory, unique stack; build; reset; gradient)",
        "tree: it has 32,767 nodes; up to 2,000 are descended (descent)",
        "threaded: it has 16,384 nodes; up to 2,000 are descended (descent)",
    ]
