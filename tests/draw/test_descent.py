"""The pictures of a descent as data, and what its player receives."""

import base64
import json
import math
import re
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qsts_core import Expression, files
from qsts_core.draw import path_player
from qsts_core.draw.descent import course_figure, totals_figure
from qsts_core.draw.ground import contour_figure, curve_figure, surface_figure
from qsts_core.draw.levels import SCALES, Scale, choose_levels
from qsts_core.draw.path_player import MODULES, pack_others, path_css, path_data, path_javascript
from qsts_core.study.descent import Settings, descend, gradient_work
from qsts_core.study.landscape import Axis, Landscape, measure_field, view
from qsts_core.study.path import (
    Others,
    Path,
    drift_in_pieces,
    join_others,
    join_path,
    walk_in_pieces,
)

ROSENBROCK = Expression("(1-x)^2 + 100*(y-x^2)^2")
AXES = Axis("x", -2, 2), Axis("y", -1, 3)
START = {"x": -1.2, "y": 1.0}
DECLARATION = re.compile(
    r"^(?:export )?(?:default )?(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE
)


def rosenbrock(points: int = 60) -> Landscape:
    return view(ROSENBROCK, START, AXES, points)


def unpack(packed: dict[str, str]) -> np.ndarray:
    numbers = np.frombuffer(base64.b64decode(packed["bdata"]), dtype="<f4")
    return numbers.reshape([int(length) for length in packed["shape"].split(",")])


def received(**more: Any) -> dict[str, Any]:
    settings = Settings(rate=0.001, steps=10)
    pieces = walk_in_pieces(ROSENBROCK.text, START, ("x", "y"), settings, ("x", "y"))
    path = join_path([piece for piece, _ in pieces])
    chosen: dict[str, Any] = {
        "names": ("x", "y"), "moving": ("x", "y"), "axes": ("x", "y"),
        "start": START, "settings": [0.001],
        "work": gradient_work(ROSENBROCK), "query": {"f": ROSENBROCK.text}, "charts": ["a", "b"],
    }  # fmt: skip
    return path_data(path, **(chosen | more))


# Levels -----------------------------------------------------------------------------------------


def test_a_valley_is_drawn_by_powers_of_ten() -> None:
    levels = choose_levels(rosenbrock().values)
    assert levels.base == 0
    bands = (levels.last - levels.first) / levels.apart + 1
    assert 8 <= bands <= 16
    assert "100" in [text for _, text in levels.ticks]


@pytest.mark.parametrize("text", ["exp(exp(x)) + y^2", "x^20 + y^2", "exp(-40x) + exp(-40y)"])
def test_low_ground_is_legible_below_a_wall_of_many_powers_of_ten(text: str) -> None:
    axes = Axis("x", -4, 4), Axis("y", -4, 4)
    ground = view(Expression(text), {"x": 0, "y": 0}, axes, 60)
    levels = choose_levels(ground.values)
    assert np.mean(levels.heights <= levels.first) < 0.15
    assert (levels.last - levels.first) / levels.apart <= 16
    assert levels.heights.max() <= levels.last + levels.apart
    assert levels.height(1e30) == levels.last + levels.apart


def test_a_plane_is_drawn_by_equal_steps() -> None:
    plane = view(Expression("x + 2y"), {"x": 0, "y": 0}, AXES, 30)
    levels = choose_levels(plane.values)
    assert not levels.logarithmic
    assert levels.title == "f"
    assert (levels.first, levels.last, levels.apart) == (-4.0, 8.0, 1.0)


def test_below_zero_the_least_is_subtracted_and_named() -> None:
    levels = choose_levels(rosenbrock().values - 7.5, "logarithmic")
    assert levels.logarithmic
    assert levels.title == f"f + {-levels.base:.4g}"
    assert levels.height(levels.base + 100) == pytest.approx(2)


def test_what_is_not_finite_is_a_gap() -> None:
    values = np.array([[1.0, math.inf], [math.nan, 1000.0]])
    scales: tuple[Scale, ...] = ("linear", "logarithmic")
    for scale in scales:
        heights = choose_levels(values, scale).heights
        assert np.isfinite(heights).tolist() == [[True, False], [False, True]]


TINY = 5e-324
REALS = st.floats() | st.sampled_from([0.0, TINY, 3 * TINY, 1e-310, 1e10, 1e10 + 1e-5, 1.7e308])


@given(st.lists(REALS, min_size=1, max_size=12), st.sampled_from(SCALES))
@example([TINY, 0.0], "linear")
@example([5.0, 5.0], "auto")
@example([math.nan, math.inf], "auto")
@example([-1.7e308, 1.7e308], "linear")
@example([-1.7e308, 1.7e308], "logarithmic")
@example([1.7e308, 1.7e308], "auto")
@example([1e10, 1e10 + 1e-5], "linear")
def test_every_ground_has_levels_that_a_float32_tells_apart(
    numbers: list[float], scale: Scale
) -> None:
    values = np.array([numbers])
    levels = choose_levels(values, scale)
    assert 0 < levels.apart < math.inf
    assert levels.first <= levels.last
    assert (levels.last - levels.first) / levels.apart < 25
    travelling = levels.heights.astype("<f4")
    assert np.isfinite(travelling).tolist() == np.isfinite(values).tolist()
    finite = np.array([number for number in numbers if math.isfinite(number)])
    if finite.size and finite.min() < finite.max() and not levels.logarithmic:
        assert np.nanmin(travelling) < np.nanmax(travelling)
        assert levels.first - levels.apart <= np.nanmin(travelling)
        assert np.nanmax(travelling) <= levels.last + 1.001 * levels.apart
    for number, height in zip(numbers, levels.heights[0], strict=True):
        if math.isfinite(number):
            assert levels.height(number) == pytest.approx(height, rel=1e-6, abs=1e-9)
    assert len({text for _, text in levels.ticks}) == len(levels.ticks)


@pytest.mark.parametrize(
    ("text", "label"),
    [("exp(-744+x*0.1+y*0.1)", "1e-323"), ("1e-323*x+0*y", "5e-324"), ("1e300*x+y", "2e+300")],
)
def test_ranges_below_and_above_every_float32_are_labelled(text: str, label: str) -> None:
    axes = Axis("x", -2, 4), Axis("y", -1, 5)
    levels = choose_levels(view(Expression(text), {"x": 1, "y": 2}, axes, 30).values, "linear")
    assert label in [text for _, text in levels.ticks]


def test_an_unknown_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="scale is one of auto, logarithmic, linear"):
        choose_levels(np.eye(2), "cubic")  # type: ignore[arg-type]


FORMULAS = ("x*y", "exp(300x)+y", "log(x)-1/y", "1e-320*x+0*y", "x^200-y^200", "x-x+y-y")


@given(st.sampled_from(FORMULAS), st.lists(st.floats(-1e15, 1e15), min_size=4, max_size=4))
def test_every_ground_is_drawn(text: str, ends: list[float]) -> None:
    axes = (Axis("x", *sorted(ends[:2])), Axis("y", *sorted(ends[2:])))
    assume(all(axis.is_wide_enough for axis in axes))
    expression, at = Expression(text), {"x": 1, "y": 1}
    ground = view(expression, at, axes, 8)
    corners = [(ends[0], ends[2]), (axes[0].low, axes[1].high), (2e15, -2e15)]
    figures = [
        contour_figure(ground, "auto", measure_field(expression, at, axes, 3)),
        surface_figure(ground, corners, [0.0, 1e300, -5e-324]),
        curve_figure(view(expression, at, axes[:1], 9)),
    ]
    for figure in figures:
        assert json.loads(json.dumps(figure, allow_nan=False)) == figure
    for axis in axes:
        assert math.isfinite(axis.rounded(axis.low))


# Figures ----------------------------------------------------------------------------------------


def test_every_figure_is_json_and_one_that_plotly_takes() -> None:
    steps = list(descend(ROSENBROCK, START, ("x", "y"), Settings(rate=0.001, steps=10)))
    field = measure_field(ROSENBROCK, START, AXES)
    curve = view(Expression("log(x)"), {"x": 1}, [Axis("x", -1, 2)], 50)
    figures = [
        contour_figure(rosenbrock(), "auto", field, "s"),
        curve_figure(curve, "s"),
        surface_figure(rosenbrock(), [s.point for s in steps], [s.value for s in steps]),
        course_figure([s.value for s in steps], [s.size for s in steps], "s"),
        totals_figure(gradient_work(ROSENBROCK), 11),
    ]
    for figure in figures:
        assert json.loads(json.dumps(figure, allow_nan=False)) == figure
        go.Figure(figure)


def test_the_contours_are_the_ground() -> None:
    figure = contour_figure(rosenbrock(), "linear", None, "mine")
    assert figure["layout"]["meta"] == {"qsts": "mine"}
    np.testing.assert_allclose(unpack(figure["data"][0]["z"]), rosenbrock().values, rtol=1e-6)
    assert figure["layout"]["xaxis"]["range"] == [-2, 2]


def test_the_arrows_point_downhill() -> None:
    axes = Axis("x", -1, 1), Axis("y", -1, 1)
    slope = Expression("3x + 0*y")
    ground = view(slope, {"x": 0, "y": 0}, axes, 10)
    field = measure_field(slope, {"x": 0, "y": 0}, axes, 3)
    arrows = contour_figure(ground, "auto", field)["data"][1]
    assert arrows["x"].count(None) == 9
    assert arrows["x"][1] < arrows["x"][0]
    assert arrows["y"][1] == pytest.approx(arrows["y"][0])


def test_where_there_is_no_slope_there_is_no_arrow() -> None:
    flat = Expression("0*x + 0*y")
    ground = view(flat, {"x": 0, "y": 0}, AXES, 10)
    field = measure_field(flat, {"x": 0, "y": 0}, AXES, 3)
    assert contour_figure(ground, "auto", field)["data"][1]["x"] == []


def test_the_surface_leaves_out_what_is_not_over_it() -> None:
    figure = surface_figure(rosenbrock(), [(0, 0), (9, 0), (1, 1)], [1.0, 1.0, math.nan])
    assert figure["data"][1]["x"] == [0]


def test_the_path_stays_above_a_surface_that_is_coarser_than_the_valley() -> None:
    ground = rosenbrock()
    column, row = (
        int(places.searchsorted(at)) for places, at in zip(ground.places, (0.9, 0.81), strict=True)
    )
    x, y = ground.places[0][column : column + 2].mean(), ground.places[1][row : row + 2].mean()
    value = ROSENBROCK.value({"x": x, "y": y})
    surface, path = surface_figure(ground, [(x, y)], [value])["data"]
    middle = unpack(surface["z"])[row : row + 2, column : column + 2].mean()
    assert path["z"][0] > middle > math.log10(value)


def test_totals_of_a_tree_without_end_are_drawn_by_powers_of_ten() -> None:
    work = gradient_work(Expression("t = x*x" + "; t = t*t" * 1999))
    figure = totals_figure(work, 100)
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert json.dumps(figure, allow_nan=False)
    assert figure["data"][2]["text"][0].startswith("about 2.")


def test_the_course_leaves_out_what_a_logarithm_cannot_show() -> None:
    figure = course_figure([2.0, math.nan], [0.0, math.inf])
    assert [trace["y"] for trace in figure["data"]] == [[2.0, None], [None, None]]


def test_the_course_labels_whole_steps_and_numbers_in_full() -> None:
    layout = course_figure([2.0 * 10 ** (k / 3) for k in range(4)], [3.0] * 4)["layout"]
    assert layout["xaxis"]["dtick"] == 1
    assert layout["xaxis"]["range"][0] < 0
    assert layout["xaxis"]["range"][1] > 3
    assert layout["yaxis"]["tickformat"]
    steeper = course_figure([100.0**k for k in range(20)], [3.0] * 20)["layout"]
    assert "dtick" not in steeper["xaxis"]
    assert "tickformat" not in steeper["yaxis"]
    assert course_figure([3.0] * 20, [0.0] * 20)["layout"]["yaxis"]["dtick"] == 1


def test_a_curve_is_as_high_as_its_path_needs() -> None:
    ground = view(Expression("x^4"), {"x": 0}, [Axis("x", -10, 10)], 50)
    assert "range" not in curve_figure(ground)["layout"]["yaxis"]
    layout = curve_figure(ground, "", [6.0, 1.0, math.nan, -1.0])["layout"]
    assert layout["yaxis"]["range"] == pytest.approx([-1 - 0.35 * 7, 6 + 0.35 * 7])


# The player -------------------------------------------------------------------------------------


def test_the_data_are_json_as_they_stand() -> None:
    sick = Path(
        [2.0, math.nan], [0.5, math.inf], [(1.0,), (0.0,)], [(0.5,), (-math.inf,)], {1: (0.0,)},
        "Stopped.",
    )  # fmt: skip
    pieces = drift_in_pieces("log(x)", {"x": 1}, (Axis("x", -1, 1),), ("x",), Settings(), 2)
    cloud = pack_others(join_others([piece for piece, _ in pieces]))
    data = path_data(
        sick, names=["x"], moving=["x"], axes=["x"], start={"x": 1.0},
        work=gradient_work(Expression("log(x)")),
        query={}, settings=[Settings()], charts=["a", "b"], clouds=cloud,
    )  # fmt: skip
    assert json.loads(json.dumps(data, allow_nan=False)) == data
    assert data["values"] == [2.0, "nan"]
    assert data["sizes"] == [0.5, "inf"]


def test_another_rate_is_another_path_and_another_grid_is_not() -> None:
    one = received()
    assert received()["version"] == one["version"]
    assert received(settings=[0.002])["signature"] != one["signature"]
    assert received(start=START | {"x": 0.0})["signature"] != one["signature"]
    other = received(charts=["c", "b"])
    assert other["signature"] == one["signature"]
    assert other["version"] != one["version"]


def test_work_beyond_every_float_travels_as_digits() -> None:
    work = gradient_work(Expression("t = x*x" + "; t = t*t" * 1999))
    assert received(work=work)["work"]["none"][0] == str(2**2001 - 1)


def test_clouds_are_packed_by_step_start_and_axis() -> None:
    places = np.arange(8, dtype="<f4").reshape(2, 2, 2)
    packed = pack_others(Others(places, [2, 1], [15.0, math.nan]))
    numbers = np.frombuffer(base64.b64decode(packed["bdata"]), dtype="<f4").reshape(2, 2, 2)
    assert numbers.tolist() == places.tolist()
    assert (packed["count"], packed["steps"]) == (2, 2)
    assert packed["medians"] == [15.0, "nan"]


def test_a_point_of_many_variables_travels_whole_at_some_steps_only() -> None:
    assert received()["whole"] is None
    path = Path([1.0] * 3, [0.0] * 3, [(1.0,)] * 3, [(0.0,)] * 3, {0: (1.0, 2.0), 2: (1.0, 3.0)})
    data = path_data(
        path, names=["x"], moving=["x", "y"], axes=["x"], start={"x": 1.0, "y": 2.0},
        work=gradient_work(Expression("x+y")), query={}, settings=[], charts=["a", "b"],
    )  # fmt: skip
    assert data["whole"] == [(0, (1.0, 2.0)), (2, (1.0, 3.0))]
    assert data["ending"] == "Left off at step 2."


def test_the_script_is_one_module_without_imports_or_clashes() -> None:
    script = path_javascript()
    assert not re.search(r"^import\b", script, re.MULTILINE)
    assert len(re.findall(r"^export\b", script, re.MULTILINE)) == 1
    names = DECLARATION.findall(script)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", MODULES)
def test_a_module_comes_after_those_it_imports(name: str) -> None:
    text = files.asset(name).read_text("utf-8")
    imported = re.findall(r'from "\./(.+?)"', text)
    assert all(MODULES.index(other) < MODULES.index(name) for other in imported)


def test_the_style_is_that_of_the_player_and_more() -> None:
    assert ".qsts-bar" in path_css()
    assert ".qsts-path-trail" in path_css()
    assert path_player.__doc__
