"""Which nodes become one, against what the nodes stand for."""

import pytest
from hypothesis import given

from qsts_core import Expression
from qsts_core.graph import Sharing
from qsts_core.printer import write_nodes
from qsts_core.study.merging import merged, variables_of, where_merged
from tests.strategies import programs

texts = programs().map(lambda program: program[0])

PAIRS: list[tuple[Sharing, Sharing]] = [
    ("none", "variables"),
    ("none", "unique"),
    ("variables", "unique"),
]


@pytest.mark.parametrize(("finer", "coarser"), PAIRS)
@given(text=texts)
def test_merged_nodes_stand_for_the_same_text(finer: Sharing, coarser: Sharing, text: str) -> None:
    fine, coarse = Expression(text, finer).graph, Expression(text, coarser).graph
    places = where_merged(fine, coarse)
    fine_texts, coarse_texts = write_nodes(fine, 10**6), write_nodes(coarse, 10**6)
    assert [coarse_texts[place] for place in places] == list(fine_texts)
    assert set(places) == set(range(len(coarse.nodes)))
    assert places[fine.output] == coarse.output


@pytest.mark.parametrize(("finer", "coarser"), PAIRS)
@given(text=texts)
def test_edges_survive_a_merge(finer: Sharing, coarser: Sharing, text: str) -> None:
    fine, coarse = Expression(text, finer).graph, Expression(text, coarser).graph
    places = where_merged(fine, coarse)
    for index, node in enumerate(fine.nodes):
        assert coarse.nodes[places[index]].inputs == tuple(places[i] for i in node.inputs)


def test_what_merges_in_the_seed_formula() -> None:
    text = "(x+y) + x*(x+y)"
    tree, threaded = Expression(text, "none").graph, Expression(text, "variables").graph
    assert merged(tree, threaded) == {0: (0, 3, 4), 1: (1, 5)}
    assert merged(threaded, Expression(text).graph) == {2: (2, 3)}
    assert variables_of(tree) == {"x": (0, 3, 4), "y": (1, 5)}


def test_what_only_looks_alike_does_not_merge() -> None:
    text = "(a+b)*c + (d+e)*c"
    assert merged(Expression(text, "variables").graph, Expression(text).graph) == {}
