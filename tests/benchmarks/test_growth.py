"""How every public method grows with the graph, in time and in memory.

Run on demand: `pytest tests/benchmarks`. What is asserted is the exponent: from the second size to
the last, time and memory go as nodes^exponent. The figures are for reading.
"""

import math
import pickle
import time
import tracemalloc
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from qsts_core import Expression

pytestmark = pytest.mark.benchmark

Report = Callable[[Sequence[tuple[str, ...]]], None]

SIZES = (1_000, 10_000, 100_000)  # nodes
SHAPES: dict[str, Callable[[int], str]] = {
    "chain": lambda n: "\n".join(["x = x + y"] * (n - 2)),
    "nest": lambda n: "sin(" * (n - 1) + "x" + ")" * (n - 1),
    "sum": lambda n: "+".join(f"x{i}" for i in range(n // 2)),
    "statements": lambda n: "\n".join(["t = x*y", *["t = t*y + t"] * (n // 2 - 2)]),
}
METHODS: dict[str, Callable[[Expression, dict[str, float]], Any]] = {
    "Expression": lambda e, at: Expression(e.text),
    "count_nodes": lambda e, at: Expression(e.text).count_nodes(),
    "value": lambda e, at: e.value(at),
    "gradient": lambda e, at: e.gradient(at),
    "trace": lambda e, at: e.trace(at),
    "trace, steps": lambda e, at: sum(1 for _ in e.trace(at)),
    "trace, building": lambda e, at: e.trace(at, build=True),
    "to_dict": lambda e, at: e.trace(at).to_dict(),
    "to_dict, building": lambda e, at: e.trace(at, build=True).to_dict(),
    "pickle of a trace": lambda e, at: pickle.loads(pickle.dumps(e.trace(at, build=True))),
    "str": lambda e, at: str(e),
    "hash, ==": lambda e, at: hash(e) == hash(e) and e == Expression(e.text),
    "function": lambda e, at: Expression(e.text).function("python")(*at.values()),
    "batch": lambda e, at: Expression(e.text).batch([[0.5]] * len(at), "numpy"),
    "to_networkx": lambda e, at: e.to_networkx(at),
}
MOST = 1.2
"""The largest exponent: a table that no longer fits a cache makes linear work look like this."""


def measure(method: Callable[[Expression, dict[str, float]], Any], text: str) -> tuple[float, int]:
    """Return the least time of a call in seconds, and the peak of what it takes, in bytes."""
    expression = Expression(text)
    at = dict.fromkeys(expression.variables, 0.5)
    _ = expression.tape
    times = []
    for _round in range(3):
        start = time.process_time()
        method(expression, at)
        times.append(time.process_time() - start)
    tracemalloc.start()
    method(expression, at)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return min(times), peak


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", METHODS)
def test_it_grows_as_the_graph(name: str, shape: str, report: Report) -> None:
    texts = [SHAPES[shape](size) for size in SIZES]
    counts = [len(Expression(text).graph.nodes) for text in texts]
    assert counts == pytest.approx(SIZES, rel=0.01)
    measure(METHODS[name], texts[0])  # what is loaded on first use is no part of it
    measured = [measure(METHODS[name], text) for text in texts]
    tens = math.log(counts[-1] / counts[-2])
    in_time, in_memory = (
        math.log(last / before) / tens
        for before, last in zip(measured[-2], measured[-1], strict=True)
    )
    report(
        [
            (f"{name}, {shape}", *(f"{size:,}" for size in SIZES), "exponent"),
            ("ms", *(f"{1e3 * seconds:.2f}" for seconds, _ in measured), f"{in_time:.2f}"),
            ("MB", *(f"{peak / 1e6:.2f}" for _, peak in measured), f"{in_memory:.2f}"),
        ]
    )
    assert in_memory <= MOST
    assert in_time <= MOST
