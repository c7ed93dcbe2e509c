"""How the engines grow with the graph: compiling, and running at many states.

Run on demand: `pytest tests/benchmarks`. Only ratios within one run are promised; how the engines
stand against other programs is measured by `engines.py`, beside this file.
"""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from qsts_core import Expression
from qsts_core.engine.blocks import compile_blocks
from qsts_core.engine.call import compile_call
from qsts_core.engine.native import compile_native
from qsts_core.engine.python import compile_function
from tests.benchmarks.stopwatch import no_collector, race
from tests.benchmarks.workloads import random_formula, rosenbrock

pytestmark = pytest.mark.benchmark

Report = Callable[[Sequence[tuple[str, ...]]], None]

STATES = 2_000
FORMULAS: dict[str, Callable[[int], str]] = {
    "Rosenbrock": lambda nodes: rosenbrock(nodes // 9),
    "random": random_formula,
}
SIZES = (1_000, 10_000)
COMPILERS: dict[str, Callable[..., Any]] = {
    "python": compile_function,
    "one state, native": compile_call,
    "numpy": compile_blocks,
    "native": compile_native,
}
LEAVES_THE_CACHE = "generated Python and its numbers leave the cache between the two: 12.2 to 12.4"
SETTLED = 1e-3
"""Seconds below which what is always the same, not the size of the graph, sets the time."""


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("engine", COMPILERS)
def test_ten_times_the_nodes_take_at_most_twelve_times_as_long(
    engine: str, formula: str, report: Report
) -> None:
    expressions = [Expression(FORMULAS[formula](size)) for size in SIZES]
    compile_tape = COMPILERS[engine]
    compilers = {
        str(size): partial(compile_tape, e.tape) for size, e in zip(SIZES, expressions, strict=True)
    }
    with no_collector():
        compiling = list(race(compilers, rounds=5).values())
    runners = {
        str(size): runner(compile_tape, e) for size, e in zip(SIZES, expressions, strict=True)
    }
    running = list(race(runners, rounds=5).values())
    rows: list[tuple[str, ...]] = [
        (f"{engine}: {formula}", "nodes", "compile, ms", "for × 10", "run, ms", "for × 10")
    ]
    nodes = [len(e.graph.nodes) for e in expressions]
    cells = zip(nodes, *columns(compiling, nodes), *columns(running, nodes), strict=True)
    rows += [("", f"{count:,}", *others) for count, *others in cells]
    report(rows)
    assert max(growths(compiling, nodes)) <= 12
    assert max(growths(running, nodes)) <= (14 if engine == "python" else 12), LEAVES_THE_CACHE


def runner(compile_tape: Callable[..., Any], expression: Expression) -> Callable[[], object]:
    """Return what runs a compiled formula: at one state many times, or at many states."""
    compiled = compile_tape(expression.tape)
    count = len(expression.variables)
    states = np.random.default_rng(0).uniform(0.6, 1.4, (count, STATES))
    if callable(compiled):
        point = states[:, 0].tolist()
        return lambda: [compiled(None, *point) for _ in range(100)]
    values, gradient = np.empty(STATES), np.empty(states.shape)
    return lambda: compiled.fill(states, values, gradient)


def growths(times: list[float], nodes: list[int]) -> list[float]:
    """Return how times grow for ten times the nodes, from row to row."""
    return [
        10 * (later / max(earlier, SETTLED)) / (more / fewer)
        for (earlier, later), (fewer, more) in zip(pairwise(times), pairwise(nodes), strict=True)
    ]


def columns(times: list[float], nodes: list[int]) -> tuple[list[str], list[str]]:
    growth = ["", *(f"× {factor:.1f}" for factor in growths(times, nodes))]
    return [f"{1e3 * seconds:.2f}" for seconds in times], growth
