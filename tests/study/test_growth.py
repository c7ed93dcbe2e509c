"""Families of formulas, their growth, and the headline that they are held against."""

import math
from itertools import groupby

import pytest

from qsts_core import Expression
from qsts_core.graph import SHARINGS
from qsts_core.study.cost import LARGEST_TIMED
from qsts_core.study.families import DESCENDED, FAMILIES, POST
from qsts_core.study.growth import MOST_DEPTHS, Growth, count_growth, depths, measure_growth
from qsts_core.study.headline import CASES, measure_headline
from qsts_core.study.verdict import judge

each_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)


def nodes(name: str, depth: int) -> tuple[int, ...]:
    counts = Expression(FAMILIES[name].write(depth)).count_nodes()
    return tuple(counts[sharing] for sharing in SHARINGS)


@pytest.mark.parametrize(
    ("name", "depth", "counts"),
    [
        ("nested squares", 1, (3, 2, 2)),
        ("nested squares", 10, (2**11 - 1, 2**10, 11)),
        ("the post's formula in itself", 1, (9, 6, 5)),
        ("the post's formula in itself", 2, (33, 18, 8)),
        ("Rosenbrock's function", 2, (15, 14, 12)),
        ("Speelpenning's product", 7, (13, 13, 13)),
        ("a tanh net", 1, (21, 19, 19)),
    ],
)
def test_the_nodes_of_a_member(name: str, depth: int, counts: tuple[int, ...]) -> None:
    assert nodes(name, depth) == counts


@each_family
def test_every_member_has_a_finite_gradient(family: object) -> None:
    chosen = FAMILIES[family.name]  # type: ignore[attr-defined]
    for depth in depths(chosen, chosen.largest):
        expression = Expression(chosen.write(depth))
        gradient = expression.gradient(dict.fromkeys(expression.variables, chosen.value))
        assert all(map(math.isfinite, gradient.values())), depth


@each_family
def test_depths_go_from_the_smallest_to_the_largest(family: object) -> None:
    chosen = FAMILIES[family.name]  # type: ignore[attr-defined]
    for largest in (chosen.smallest + 1, chosen.usual, chosen.largest):
        looked_at = depths(chosen, largest)
        assert (looked_at[0], looked_at[-1]) == (chosen.smallest, largest)
        assert looked_at == sorted(set(looked_at))
        assert len(looked_at) <= MOST_DEPTHS


def test_growth_is_counted_at_once_and_measured_depth_by_depth() -> None:
    squares = FAMILIES["nested squares"]
    counted, *rest = measure_growth(squares, 4, rounds=1)
    assert counted == count_growth(squares, 4)
    stages = [measured_depths(growth) for growth in rest]
    assert [stage for stage, _ in groupby(stages)] == [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]
    assert rest[-1][4].timing("gradient", "none")
    assert rest[-1][4].timing("descent", "none") is None


def test_what_is_known_is_not_measured_again() -> None:
    squares = FAMILIES["nested squares"]
    measuring = measure_growth(squares, 4, rounds=1)
    stopped = next(growth for growth in measuring if measured_depths(growth) == [1, 2])
    first, *_, last = measure_growth(squares, 4, stopped, rounds=1)
    assert first == stopped
    assert measured_depths(last) == [1, 2, 3, 4]
    assert (last[1], last[2]) == (stopped[1], stopped[2])


def measured_depths(growth: Growth) -> list[int]:
    return [depth for depth, cost in growth.items() if cost.done == 1.0]


def test_large_trees_are_counted_and_not_timed() -> None:
    *_, growth = measure_growth(FAMILIES["nested squares"], 60, rounds=1)
    assert growth[60].counts["none"].nodes == 2**61 - 1
    for cost in growth.values():
        timed = cost.timing("gradient", "none") is not None
        assert timed == (cost.counts["none"].nodes <= LARGEST_TIMED)
        assert cost.timing("gradient", "unique")


# The headline


def test_the_headline_is_held_against_the_posts_formula_and_every_family() -> None:
    assert [case.text for case in CASES[:2]] == [POST, DESCENDED]
    assert all(any(case.name.startswith(name) for case in CASES) for name in FAMILIES)
    findings = list(measure_headline(rounds=1))
    assert [len(found) for found in findings] == list(range(1, len(CASES) + 1))
    last = findings[-1]
    assert [finding.case for finding in last] == list(CASES)
    assert "hold" in judge(last[0].cost)
    assert judge(last[-1].cost).startswith("Nothing repeats in this formula")
