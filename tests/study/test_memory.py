"""Bytes: what is counted, and what exists anyway."""

import sys
import tracemalloc

import pytest

from qsts_core import Expression
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.study.families import FAMILIES
from qsts_core.study.memory import graph_bytes, run_bytes
from qsts_core.sweep import Tape, run


def weigh(text: str, sharing: Sharing = "unique") -> tuple[int, int]:
    expression = Expression(text, sharing)
    point = dict.fromkeys(expression.variables, 0.3)
    tape = expression.tape
    return graph_bytes(expression.graph, tape), run_bytes(run(tape, point))


def test_a_run_of_one_leaf_is_two_arrays_of_one_and_three_empty_ones() -> None:
    # The value is the caller's; the adjoint, the seed's 1.0, is the only number of the run's own.
    arrays = 2 * sys.getsizeof([0.0]) + 3 * sys.getsizeof([])
    assert weigh("x")[1] == arrays + sys.getsizeof(1.0)


def test_where_nothing_repeats_all_sharings_weigh_the_same() -> None:
    text = FAMILIES["Speelpenning's product"].write(50)
    assert len({weigh(text, sharing) for sharing in SHARINGS}) == 1


def test_a_name_and_a_number_weigh_nothing_for_the_text_has_them_anyway() -> None:
    assert weigh("x*x")[0] == weigh("longer*longer")[0]
    assert weigh("x*2")[0] == weigh("x*0.123456789")[0]


@pytest.mark.parametrize("sharing", SHARINGS)
def test_the_sum_is_near_what_the_interpreter_allocates(sharing: Sharing) -> None:
    text = FAMILIES["Rosenbrock's function"].write(60)
    expression = Expression(text, sharing)
    point = dict.fromkeys(expression.variables, 0.3)
    tracemalloc.start()
    tape = Tape(expression.graph)
    before, _ = tracemalloc.get_traced_memory()
    kept = run(tape, point)
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert run_bytes(kept) == pytest.approx(after - before, rel=0.35, abs=1000)


@pytest.mark.parametrize("family", ["nested squares", "the post's formula in itself"])
@pytest.mark.parametrize("depth", [3, 4, 6])
def test_unique_nodes_take_at_most_half_the_memory_of_nested_trees(family: str, depth: int) -> None:
    text = FAMILIES[family].write(depth)
    assert 2 * sum(weigh(text)) <= sum(weigh(text, "none"))
