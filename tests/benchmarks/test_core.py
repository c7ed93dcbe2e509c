"""How the core grows with the text, and how it stands against micrograd.

Run on demand: `pytest tests/benchmarks`. Only ratios within one run are promised.
"""

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import pytest

from qsts_core import Expression
from qsts_core.reading.plain import tokenize
from tests.benchmarks.stopwatch import no_collector, race

pytestmark = pytest.mark.benchmark

Report = Callable[[Sequence[tuple[str, ...]]], None]


# Text to trace

SIZES = (1_000, 10_000, 100_000)  # tokens, more or less
TEXTS: dict[str, Callable[[int], str]] = {
    "a sum of one variable": lambda n: "+".join(["x"] * (n // 2)),
    "a sum of many": lambda n: "+".join(f"x{i}" for i in range(n // 2)),
    "parentheses": lambda n: "(" * (n // 2) + "x" + ")" * (n // 2),
    "nested functions": lambda n: "sin(" * (n // 3) + "x" + ")" * (n // 3),
    "statements": lambda n: ";".join(["t = x*y", *["t = t*y + x"] * (n // 8)]),
    "Rosenbrock": lambda n: rosenbrock(n // 22),
}


def rosenbrock(variables: int) -> str:
    return " + ".join(
        f"100*(x{i + 1} - x{i}^2)^2 + (1 - x{i})^2" for i in range(1, max(variables, 2))
    )


def watch(text: str) -> None:
    """Go from a text to every step of its trace."""
    expression = Expression(text)
    for _ in expression.trace(dict.fromkeys(expression.variables, 0.5)):
        pass


def measure(texts: list[str]) -> list[float]:
    contestants = {str(size): partial(watch, text) for size, text in zip(SIZES, texts, strict=True)}
    return list(race(contestants, rounds=7).values())


def growths(times: list[float]) -> list[float]:
    return [later / earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize("name", TEXTS)
def test_ten_times_the_text_takes_at_most_twelve_times_as_long(name: str, report: Report) -> None:
    """Without Python's cyclic collector, whose figures are shown beside.

    `Expression` pauses it while it builds; what is left of it are the steps, made and dropped.
    """
    texts = [TEXTS[name](size) for size in SIZES]
    watch(texts[0])  # the local derivatives are read on first use
    with no_collector():
        times = measure(texts)
    collected = measure(texts)
    rows: list[tuple[str, ...]] = [
        (f"text to trace: {name}", "tokens", "ms", "growth", "ms, collector on", "growth")
    ]
    for text, *cells in zip(texts, *columns(times), *columns(collected), strict=True):
        rows.append(("", f"{len(tokenize(text)):,}", *cells))
    report(rows)
    assert max(growths(times)) <= 12


def columns(times: list[float]) -> tuple[list[str], list[str]]:
    """Write times in milliseconds, and how they grow from row to row."""
    growth = ["", *(f"× {factor:.1f}" for factor in growths(times))]
    return [f"{1e3 * seconds:.1f}" for seconds in times], growth


# Against micrograd


def build_with_micrograd(point: Sequence[float]) -> list[float]:
    """Compute Rosenbrock's gradient the way of micrograd: the graph is made as it is computed."""
    value = import_module("micrograd.engine").Value
    x: list[Any] = [value(number) for number in point]
    total: Any = 0
    for i in range(len(x) - 1):
        total = total + 100 * (x[i + 1] - x[i] ** 2) ** 2 + (1 - x[i]) ** 2
    total.backward()
    return [float(variable.grad) for variable in x]


@pytest.mark.parametrize("variables", [10, 100])
def test_a_gradient_is_three_times_faster_than_micrograds(variables: int, report: Report) -> None:
    assert find_spec("micrograd"), "this benchmark compares with micrograd: pip install micrograd"
    expression = Expression(rosenbrock(variables))
    point = [0.5 + 0.01 * i for i in range(variables)]
    at = dict(zip(expression.variables, sorted_like(expression, point), strict=True))
    gradient = expression.gradient(at)
    mine = [gradient[f"x{i + 1}"] for i in range(variables)]
    assert mine == pytest.approx(build_with_micrograd(point), rel=1e-9, abs=1e-9)
    medians = race(
        {"qsts": lambda: expression.gradient(at), "micrograd": lambda: build_with_micrograd(point)},
        rounds=25,
        calls=max(1, 1000 // variables),
    )
    ratio = medians["micrograd"] / medians["qsts"]
    report(
        [
            (f"gradient, Rosenbrock in {variables}", "µs"),
            *((name, f"{1e6 * seconds:.0f}") for name, seconds in medians.items()),
            ("ratio", f"{ratio:.1f}"),
        ]
    )
    assert ratio >= 3


def sorted_like(expression: Expression, point: Sequence[float]) -> list[float]:
    """Return the numbers of x1, x2, … in the order in which the formula names its variables."""
    return [point[int(name.removeprefix("x")) - 1] for name in expression.variables]
