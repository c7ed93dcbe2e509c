"""Counts, against graphs that are built and against the tree counted by hand."""

from typing import Any

import pytest
from hypothesis import given

from qsts_core.graph import SHARINGS, Sharing, build
from qsts_core.reading.postfix import read
from qsts_core.study.size import Count, count
from qsts_core.sweep import Tape
from tests import strategies

POST = "(x+y) + x*(x+y)"


@pytest.mark.parametrize("sharing", SHARINGS)
@given(program=strategies.programs())
def test_counts_are_those_of_the_graph_that_is_built(
    sharing: Sharing, program: tuple[str, Any]
) -> None:
    read_text = read(program[0])
    graph = build(read_text, sharing)
    computed = sum(bool(node.inputs) for node in graph.nodes)
    contributions = len(Tape(graph).edges)
    built = Count(len(graph.nodes), graph.edges, computed, contributions)
    assert count(read_text, sharing) == built


@given(program=strategies.programs())
def test_a_tree_computes_each_operation_as_often_as_it_stands_there(
    program: tuple[str, Any],
) -> None:
    text, tree = program
    assert count(read(text), "none").evaluations == operations(tree)


def operations(tree: Any) -> int:
    return 1 + sum(map(operations, tree[1:])) if isinstance(tree, tuple) else 0


@pytest.mark.parametrize(
    ("text", "sharing", "expected"),
    [
        (POST, "none", (9, 8, 4, 8)),
        (POST, "variables", (6, 8, 4, 8)),
        (POST, "unique", (5, 6, 3, 6)),
        ("x^2", "none", (3, 2, 1, 1)),  # nothing flows back into a constant
        ("2^3 + x", "none", (5, 4, 2, 1)),
        ("2 + 3", "none", (3, 2, 1, 0)),
        ("t = 2*3; t*x + t", "none", (9, 8, 4, 2)),
        ("t = sin(y); x", "none", (2, 0, 0, 0)),  # idle, but for its variable
        ("t = x; t", "unique", (1, 0, 0, 0)),
    ],
)
def test_the_counts_of_a_text(text: str, sharing: Sharing, expected: tuple[int, ...]) -> None:
    assert count(read(text), sharing) == expected


def test_operations_are_evaluations_and_contributions() -> None:
    assert [count(read(POST), sharing).operations for sharing in SHARINGS] == [12, 12, 9]


def test_a_tree_that_no_machine_could_hold_is_counted_exactly() -> None:
    doubled = read("t = x*x" + "; t = t*t" * 999)
    assert count(doubled, "none") == (2**1001 - 1, 2**1001 - 2, 2**1000 - 1, 2**1001 - 2)
    assert count(doubled, "variables")[:2] == (2**1000, 2**1001 - 2)
    assert count(doubled, "unique") == (1001, 2000, 1000, 2000)
