"""What sharing saves and what its look-ups cost: time to build, memory, time for a gradient.

Run on demand: `pytest tests/benchmarks/test_cost.py`. Only ratios within one run are promised.
"""

from collections.abc import Callable
from functools import partial

import pytest

from qsts_core import Expression, Graph, Sharing
from qsts_core.graph import SHARINGS, Assembly, build
from qsts_core.reading.postfix import Program, read
from qsts_core.study.clock import race, summarize
from qsts_core.study.families import FAMILIES, POST
from qsts_core.study.headline import measure_headline
from qsts_core.study.measure import measure_cost
from qsts_core.study.report import table_rows
from qsts_core.study.size import count
from qsts_core.study.verdict import judge, memory_ratio

pytestmark = pytest.mark.benchmark

Report = Callable[[list[tuple[str, ...]]], None]
ROUNDS = 31

NOTHING_REPEATS = {
    "a sum of many": "+".join(f"x{i}" for i in range(1000)),
    "Speelpenning's product": FAMILIES["Speelpenning's product"].write(1000),
    "sines of sums": "+".join(f"sin({i} + x{i})" for i in range(400)),
    "five nodes": "x*y + z",
}
A_THIRD_REPEATS = {
    "a third": "+".join(f"sin(x{i})*sin(x{i})" for i in range(300)),  # 4 of 6 in a term stay
    "Rosenbrock": FAMILIES["Rosenbrock's function"].write(100),
    "one product again and again": "+".join(["sin(x*y)"] * 400),
    "the post's own formula": POST,
    "nested squares": FAMILIES["nested squares"].write(8),
}
NESTED = ("nested squares", "the post's formula in itself")


HEAD = ("build", "nodes repeated", "tree, µs", "unique, µs", "unique/tree", "without size check")


def race_builds(name: str, text: str, report: Report) -> float:
    """Return how many times the time of the tree's build the unique graph's build takes.

    Before `build` repeats nodes it asks how many; the last column is without that question.
    """
    program = read(text)
    contestants: dict[tuple[str, Sharing], Callable[[], object]] = {}
    ends: tuple[Sharing, Sharing] = ("none", "unique")
    for sharing in ends:
        contestants["build", sharing] = partial(build, program, sharing)
        contestants["bare", sharing] = partial(assemble, program, sharing)
    samples: dict[tuple[str, Sharing], list[float]] = {key: [] for key in contestants}
    for key, seconds in race(contestants, ROUNDS):
        samples[key].append(seconds)
    medians = {key: summarize(seconds).median for key, seconds in samples.items()}
    tree, unique = (count(program, sharing).nodes for sharing in ends)
    ratio = medians["build", "unique"] / medians["build", "none"]
    times = (f"{1e6 * medians['build', sharing]:.1f}" for sharing in ends)
    bare = medians["bare", "unique"] / medians["bare", "none"]
    report([HEAD, (name, f"{1 - unique / tree:.0%}", *times, f"{ratio:.2f}", f"{bare:.2f}")])
    return ratio


def assemble(program: Program, sharing: Sharing) -> Graph:
    return Assembly(program, sharing).graph()


def share_repeated(text: str) -> float:
    counts = Expression(text).count_nodes()
    return 1 - counts["unique"] / counts["none"]


@pytest.mark.parametrize("name", NOTHING_REPEATS)
def test_look_ups_cost_at_most_half_of_the_build(name: str, report: Report) -> None:
    assert share_repeated(NOTHING_REPEATS[name]) == 0
    assert race_builds(name, NOTHING_REPEATS[name], report) <= 1.5


@pytest.mark.parametrize("name", A_THIRD_REPEATS)
def test_sharing_builds_faster_where_a_third_repeats(name: str, report: Report) -> None:
    assert share_repeated(A_THIRD_REPEATS[name]) >= 1 / 3
    assert race_builds(name, A_THIRD_REPEATS[name], report) < 1


@pytest.mark.parametrize("depth", [3, 4, 5, 7])
@pytest.mark.parametrize("name", NESTED)
def test_nested_formulas_take_half_the_memory_and_half_the_time(
    name: str, depth: int, report: Report
) -> None:
    family = FAMILIES[name]
    text = family.write(depth)
    at = dict.fromkeys(Expression(text).variables, family.value)
    *_, cost = measure_cost(text, at, quantities=["gradient"], rounds=ROUNDS)
    memory, speed = memory_ratio(cost), cost.ratio("gradient", "none")
    assert memory
    assert speed
    head = ("", "memory, tree/unique", "time of a gradient, tree/unique")
    report([head, (f"{name}, {depth}", f"{memory:.2f}", f"{speed:.2f}")])
    assert memory >= 2
    assert speed >= 2


def test_the_figures_of_the_posts_own_formula(report: Report) -> None:
    *_, cost = measure_cost(POST, {"x": 2, "y": 3}, rounds=ROUNDS)
    report([tuple(row) for row in table_rows(cost)])
    assert [cost.counts[sharing].nodes for sharing in SHARINGS] == [9, 6, 5]


def test_the_headline(report: Report) -> None:
    *_, findings = measure_headline()
    report([("the headline", ""), *((f.case.name, judge(f.cost)) for f in findings)])
