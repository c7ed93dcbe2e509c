"""The tables of a cost as HTML: every ratio on one axis."""

import math
import re

import pytest

from qsts_core.graph import SHARINGS
from qsts_core.lenses.tables import Scale, cost_table
from qsts_core.study.cost import count_cost

POST = "(x+y) + x*(x+y)"


def places(html: str, quantity: str) -> dict[str, float]:
    """Return where the marks of a row stand, in percent of the axis."""
    row = re.search(rf'<tr data-quantity="{quantity}">.*?</tr>', html)
    assert row is not None
    marks = re.findall(r'<span data-sharing="(\w+)" style="left:([\d.]+)%">', row[0])
    return {sharing: float(place) for sharing, place in marks}


def test_the_marks_stand_in_the_order_of_the_ratios_on_one_axis() -> None:
    html = cost_table(count_cost(POST))
    nodes, edges = places(html, "nodes"), places(html, "edges")
    assert tuple(nodes) == SHARINGS
    assert nodes["unique"] < nodes["variables"] < nodes["none"]
    assert nodes["unique"] == edges["unique"]
    assert edges["variables"] == edges["none"]  # 8 edges both
    apart = (nodes["none"] - nodes["unique"]) / (nodes["variables"] - nodes["unique"])
    assert apart == pytest.approx(math.log(9 / 5) / math.log(6 / 5), rel=1e-3)


def test_what_is_not_measured_has_no_mark() -> None:
    assert places(cost_table(count_cost(POST)), "gradient") == {}
    assert places(cost_table(count_cost("x")), "edges") == {}


@pytest.mark.parametrize("squarings", [1, 5, 20, 999])
def test_an_axis_of_any_length_has_few_ticks_and_every_mark(squarings: int) -> None:
    html = cost_table(count_cost("t = x*x" + "; t = t*t" * squarings))
    for quantity in ("nodes", "edges", "operations"):
        assert all(0 <= place <= 100 for place in places(html, quantity).values())
    ticks = re.findall(r'<small style="left:[\d.]+%">(.*?)</small>', html)
    assert ticks[0] == "1×"
    assert 2 <= len(ticks) <= 6
    assert max(map(len, ticks)) <= len("10<sup>300</sup>×")


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [(1.0, [1, 2]), (4.0, [1, 2]), (6.0, [1, 2, 5]), (50.0, [1, 10]), (5000.0, [1, 10, 100, 1000])],
)
def test_ticks_are_round(largest: float, ticks: list[int]) -> None:
    assert Scale.of([math.log10(largest)]).ticks == ticks


def test_less_than_unique_stands_left_of_the_line_of_1() -> None:
    scale = Scale.of([math.log10(0.8)])
    assert 0.0 < scale.place(math.log10(0.8)) < scale.place(0.0) < scale.place(math.log10(2.0)) < 1
