"""The figure of a growth: plain data, legible without colour, at any size."""

import json
from typing import Any

import plotly.graph_objects as go
import pytest

from qsts_core.draw.growth import COLORS, QUANTITIES, draw_growth
from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import SHARINGS
from qsts_core.study.families import FAMILIES, Family
from qsts_core.study.growth import count_growth, measure_growth

SQUARES = FAMILIES["nested squares"]


def lines(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure["data"]}


@pytest.mark.parametrize("quantity", QUANTITIES)
@pytest.mark.parametrize("family", FAMILIES.values(), ids=lambda family: family.name)
def test_every_figure_is_one_that_plotly_takes(family: Family, quantity: str) -> None:
    *_, growth = measure_growth(family, family.smallest + 2, rounds=2)
    figure = draw_growth(growth, family, quantity)
    go.Figure(figure)
    json.dumps(figure, allow_nan=False)
    assert [trace["x"] for trace in figure["data"]] == [list(growth)] * 3
    assert figure["layout"]["yaxis"]["type"] == "log"


def test_the_sharings_differ_by_more_than_colour() -> None:
    traces = draw_growth(count_growth(SQUARES, 4), SQUARES, "nodes")["data"]
    assert [trace["name"] for trace in traces] == [SHARINGS_SHOWN[sharing] for sharing in SHARINGS]
    assert len({trace["line"]["dash"] for trace in traces}) == 3
    assert len({trace["marker"]["symbol"] for trace in traces}) == 3
    sizes = [trace["marker"]["size"] for trace in traces]
    assert sizes == sorted(sizes, reverse=True)  # what is drawn later hides nothing before it


@pytest.mark.parametrize("paper", ["#fbfaf7", "#12151b"])
@pytest.mark.parametrize("sharing", SHARINGS)
def test_the_colours_stand_out_from_light_and_dark_paper(sharing: str, paper: str) -> None:
    brighter, darker = sorted(map(luminance, (COLORS[sharing], paper)), reverse=True)  # type: ignore[index]
    assert (brighter + 0.05) / (darker + 0.05) >= 3  # WCAG 2.1, 1.4.11


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_counts_beyond_any_integer_of_the_browser_are_drawn_and_told() -> None:
    tree = lines(draw_growth(count_growth(SQUARES, 60), SQUARES, "nodes"))["tree"]
    assert tree["y"][-1] == float(2**61 - 1)
    assert tree["text"][-1] == "about 2.30e18 nodes"
    assert tree["text"][0] == "3 nodes"


def test_what_is_not_measured_has_no_mark() -> None:
    figure = draw_growth(count_growth(SQUARES, 60), SQUARES, "gradient")
    assert all(trace["x"] == [] for trace in figure["data"])
    go.Figure(figure)
    *_, growth = measure_growth(SQUARES, 60, rounds=1)
    traces = lines(draw_growth(growth, SQUARES, "gradient"))
    assert len(traces["tree"]["x"]) < len(traces["unique"]["x"]) == len(growth)


def test_times_have_their_quartiles_and_counts_have_none() -> None:
    *_, growth = measure_growth(SQUARES, 3, rounds=3)
    bars = lines(draw_growth(growth, SQUARES, "gradient"))["unique"]["error_y"]
    assert len(bars["array"]) == len(bars["arrayminus"]) == len(growth)
    assert min(bars["array"] + bars["arrayminus"]) >= 0
    assert not lines(draw_growth(growth, SQUARES, "graph"))["tree"]["error_y"]["visible"]


@pytest.mark.parametrize(
    ("quantity", "texts"),
    [
        ("nodes", ["1", "10"]),
        ("graph", ["100 B", "1 kB", "10 kB"]),
    ],
)
def test_the_ticks_are_powers_of_ten_with_their_unit(quantity: str, texts: list[str]) -> None:
    *_, growth = measure_growth(SQUARES, 2, rounds=1)
    axis = draw_growth(growth, SQUARES, quantity)["layout"]["yaxis"]
    assert axis["ticktext"] == texts or axis["ticktext"] == texts[1:]
    assert len(axis["tickvals"]) == len(axis["ticktext"])


def test_an_axis_over_many_powers_has_few_ticks() -> None:
    axis = draw_growth(count_growth(SQUARES, 60), SQUARES, "nodes")["layout"]["yaxis"]
    assert len(axis["tickvals"]) <= 9
    assert axis["ticktext"][-1] == "10<sup>18</sup>"
