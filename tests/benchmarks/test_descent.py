"""How long a person waits for the ground of a descent: 500 × 500 points of 100 nodes.

Run on demand: `pytest tests/benchmarks`.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median

import pytest

from qsts_core import Expression
from qsts_core.draw.ground import contour_figure
from qsts_core.study.descent import Settings, descend, descend_together
from qsts_core.study.landscape import Axis, scatter, view

pytestmark = pytest.mark.benchmark

AXES = Axis("x", 0.5, 2), Axis("y", -1, 1)
AT = {"x": 1.0, "y": 0.5}
Report = Callable[[Sequence[tuple[str, ...]]], None]


def of_hundred_nodes(extra: int) -> Expression:
    """Return a formula that has not been compiled before."""
    lines = ["s0 = x*y"]
    lines += [f"s{k} = s{k - 1} + sin(s{k - 1}*{k + 1})/x" for k in range(1, 20)]
    expression = Expression("; ".join(lines) + f" + {extra}")
    assert 95 <= len(expression.graph.nodes) <= 105
    return expression


def timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def test_the_ground_is_there_within_a_second(report: Report) -> None:
    survey, drawn = [], []
    for extra in range(7):
        expression = of_hundred_nodes(extra + 100)
        survey.append(timed(lambda e=expression: view(e, AT, AXES, 500)))  # type: ignore[misc]
        ground = view(expression, AT, AXES, 500)
        drawn.append(timed(lambda g=ground: contour_figure(g)))  # type: ignore[misc]
    report([("500 × 500 points of 100 nodes, ms", "median", "worst"),
            ("text known, nothing compiled: values", *_figures(survey)),
            ("levels and figure", *_figures(drawn))])  # fmt: skip
    assert median(survey) + median(drawn) < 1


def test_a_thousand_steps_and_a_cloud_are_there_soon(report: Report) -> None:
    expression = of_hundred_nodes(1)
    settings = Settings("Adam", 0.001, 1000)
    starts = scatter(AXES, ("x", "y"), AT, 300)
    alone, together = [], []
    for _ in range(3):
        alone.append(timed(lambda: list(descend(expression, AT, ("x", "y"), settings))))
        flow = lambda: list(descend_together(expression, starts, AT, ("x", "y"), settings))  # noqa: E731
        together.append(timed(flow))
    report([("1,000 steps of 100 nodes, ms", "median", "worst"),
            ("one start", *_figures(alone)), ("300 starts", *_figures(together))])  # fmt: skip
    assert median(alone) < 1


def _figures(seconds: list[float]) -> tuple[str, str]:
    return f"{1000 * median(seconds):.0f}", f"{1000 * max(seconds):.0f}"
