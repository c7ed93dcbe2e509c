"""Descents against known minima and against another, tiny implementation."""

import json
import math
import pickle
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import pytest

from qsts_core import Expression, PointError, files
from qsts_core.graph import SHARINGS
from qsts_core.study.descent import (
    FAR,
    Settings,
    Step,
    begin_walk,
    descend,
    descend_together,
    gradient_work,
    walk_on,
)
from qsts_core.study.landscape import Axis, measure_field, scatter, survey, view
from qsts_core.study.methods import LETTERS, METHODS, choose_letters

ROSENBROCK = "(1-x)^2 + 100*(y-x^2)^2"
EXAMPLES: list[dict[str, Any]] = json.loads(files.asset("descent.json").read_text("utf-8"))
Slopes = Callable[[np.ndarray], np.ndarray]


def path(
    text: str, start: dict[str, float], settings: Settings, moving: Sequence[str] = ()
) -> list[Step]:
    expression = Expression(text)
    return list(descend(expression, start, moving or expression.variables, settings))


# By hand, on arrays: from the formulas of the papers, not from this project's rules. ------------


def slopes_of_rosenbrock(point: np.ndarray) -> np.ndarray:
    x, y = point
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def by_cauchy(x: np.ndarray, slopes: Slopes, rate: float, steps: int) -> np.ndarray:
    for _ in range(steps):
        x = x - rate * slopes(x)
    return x


def by_polyak(x: np.ndarray, slopes: Slopes, rate: float, steps: int) -> np.ndarray:
    before = x
    for _ in range(steps):
        x, before = x - rate * slopes(x) + 0.9 * (x - before), x
    return x


def by_kingma_and_ba(x: np.ndarray, slopes: Slopes, rate: float, steps: int) -> np.ndarray:
    m, v = np.zeros_like(x), np.zeros_like(x)
    for t in range(1, steps + 1):
        g = slopes(x)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        x = x - rate * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return x


@pytest.mark.parametrize(
    ("method", "by_hand", "rate"),
    [
        ("gradient descent", by_cauchy, 0.001),
        ("momentum", by_polyak, 0.0005),
        ("Adam", by_kingma_and_ba, 0.02),
    ],
)
def test_each_method_goes_where_its_paper_says(method: str, by_hand: Any, rate: float) -> None:
    *_, last = path(ROSENBROCK, {"x": -1.2, "y": 1.0}, Settings(method, rate, 200))
    expected = by_hand(np.array([-1.2, 1.0]), slopes_of_rosenbrock, rate, 200)
    assert last.index == 200
    assert last.point == pytest.approx(tuple(expected), rel=1e-9)


# The run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_a_bowl_is_descended_to_its_bottom(method: str) -> None:
    settings = Settings(method, 0.05, 2000)
    *_, last = path("(x-3)^2 + 2*(y+1)^2", {"x": 0.0, "y": 0.0}, settings)
    assert last.point == pytest.approx((3, -1), abs=1e-5)
    assert last.size < 1e-4


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: str(case["name"]))
def test_each_example_descends_as_it_is_set_up(case: dict[str, Any]) -> None:
    expression = Expression(case["f"])
    moving = expression.variables if case.get("all") else tuple(case["ranges"])
    settings = Settings(case["method"], case["rate"], case["steps"])
    steps = list(descend(expression, case["at"], moving, settings))
    assert steps[-1].value < steps[0].value / 2
    assert len(case["ranges"]) == 2
    for name, (low, high) in case["ranges"].items():
        assert low <= case["at"][name] <= high
    if "minimum" in case and "at" in case["minimum"]:
        known = case["minimum"]
        assert expression.value(known["at"]) == pytest.approx(known["value"], abs=1e-12)


def test_the_descent_of_the_post_ends_where_its_program_ends() -> None:
    (case,) = [case for case in EXAMPLES if "post" in case["name"]]
    expression = Expression(case["f"])
    assert list(expression.count_nodes().values()) == [11, 8, 7]
    settings = Settings(case["method"], case["rate"], case["steps"])
    *_, last = descend(expression, case["at"], ("x", "y", "z"), settings)
    assert last.index == 100
    assert last.point == pytest.approx((-0.035815, 0.60256, 0.6695), abs=5e-6, rel=1e-5)
    assert last.value == pytest.approx(-0.00770175, abs=5e-9)


def test_the_net_learns_xor() -> None:
    (case,) = [case for case in EXAMPLES if "XOR" in case["name"]]
    expression = Expression(case["f"])
    settings = Settings(case["method"], case["rate"], case["steps"])
    *_, last = descend(expression, case["at"], expression.variables, settings)
    assert last.value < 1e-4


def test_the_first_step_is_the_start_and_each_has_the_gradient_there() -> None:
    expression = Expression(ROSENBROCK)
    steps = path(ROSENBROCK, {"x": -1.2, "y": 1.0}, Settings(rate=0.001, steps=5))
    assert [step.index for step in steps] == list(range(6))
    assert steps[0].point == (-1.2, 1.0)
    for step in steps:
        at = dict(zip("xy", step.point, strict=True))
        assert step.value == expression.value(at)
        assert dict(zip("xy", step.slopes, strict=True)) == expression.gradient(at)


def test_only_what_moves_moves() -> None:
    start = {"x": 1.0, "y": 2.0, "z": 3.0}
    steps = path("x^2 + y^2 + z^2 + x*y", start, Settings(steps=3), ("z", "x"))
    assert steps[0].point == (3.0, 1.0)
    assert steps[1].point == pytest.approx((2.4, 1 - 0.1 * (2 + 2)))
    assert steps[1].value == pytest.approx(steps[1].point[1] ** 2 + 4 + 2.4**2 + 2 * 0.6)


def test_no_steps_are_the_start_alone() -> None:
    (only,) = path("x^2", {"x": 1.0}, Settings(steps=0))
    assert only.ending == "All 0 steps are taken."


def test_divergence_is_said_and_the_path_kept() -> None:
    steps = path("x^4", {"x": 10.0}, Settings(rate=1.0))
    assert steps[-1].ending.startswith("Diverged")
    assert "smaller learning rate" in steps[-1].ending
    assert all(abs(step.point[0]) <= FAR for step in steps)
    assert len(steps) > 1
    assert not any(step.ending for step in steps[:-1])


def test_a_value_that_is_no_number_stops_the_run() -> None:
    steps = path("x + log(x)", {"x": 0.5}, Settings(rate=0.3))
    assert steps[-1].ending == (
        "Stopped at step 1: the value there is nan. A smaller learning rate may keep away."
    )
    assert math.isnan(steps[-1].value)


def test_a_slope_that_is_infinite_stops_the_run() -> None:
    (only,) = path("sqrt(x)", {"x": 0.0}, Settings())
    assert only.ending == "Stopped at step 0: ∂f/∂x there is inf. Start somewhere else."


def test_a_gradient_of_zero_stops_the_run() -> None:
    steps = path("x*y", {"x": 0.0, "y": 0.0}, Settings())
    assert steps[-1].ending == "The point stands still since step 0: the gradient is 0."


@pytest.mark.parametrize("scale", [1e-3, 1.0, 4e200, 1.7e308])
def test_the_first_move_of_adam_is_the_rate_whatever_the_scale(scale: float) -> None:
    settings = Settings("Adam", 0.05, 3)
    expression = Expression(f"{scale!r}*x")
    steps = list(descend(expression, {"x": 1.0}, ("x",), settings))
    assert [step.point[0] for step in steps] == pytest.approx([1, 0.95, 0.9, 0.85], rel=1e-5)
    clouds = descend_together(expression, [[1.0]], {"x": 0}, ("x",), settings)
    assert [cloud.points[0, 0] for cloud in clouds] == pytest.approx([1, 0.95, 0.9, 0.85], rel=1e-5)


@pytest.mark.parametrize(
    ("text", "start", "method", "says"),
    [
        ("1e-8*x", {"x": 1e10}, "gradient descent", "x cannot move: a move of −1·10⁻⁹ is lost "
         "beside 1·10¹⁰, where the next float64 is 1.907·10⁻⁶ away."),
        ("5e-324*x", {"x": 1.0}, "gradient descent", "x cannot move: its derivative 4.941·10⁻³²⁴ "
         "makes a move that is below every float64."),
        ("exp(x)+y^2", {"x": -400.0, "y": 1.0}, "gradient descent", "All 100 steps are taken. "
         "x cannot move: a move of −1.915·10⁻¹⁷⁵ is lost beside −400, where"),
        ("exp(x)+y^2", {"x": 400.0, "y": 1.0}, "gradient descent", "Diverged: the move after "
         "step 0 takes x to"),
        ("1e-8*x+1e-8*y", {"x": 1e10, "y": 1e10}, "momentum", "away. So it is with 1 more."),
    ],
)  # fmt: skip
def test_a_step_that_cannot_move_says_which_number_is_to_blame(
    text: str, start: dict[str, float], method: str, says: str
) -> None:
    assert says in path(text, start, Settings(method))[-1].ending


def test_exp_at_400_moves_by_the_rate_of_adam() -> None:
    steps = path("exp(x)+y^2", {"x": 400.0, "y": 1.0}, Settings("Adam", 0.05, 100))
    assert steps[1].point == pytest.approx((399.95, 0.95))
    assert steps[-1].ending == "All 100 steps are taken."


def test_no_letter_of_a_rule_is_a_name_of_the_program() -> None:
    assert choose_letters(()) == {part: letters[0] for part, letters in LETTERS.items()}
    greedy = {letter for letters in LETTERS.values() for letter in letters} | {"x′"}
    chosen = choose_letters(greedy)
    assert not greedy & set(chosen.values())
    assert len(set(chosen.values())) == len(LETTERS)
    for method in METHODS.values():
        assert chosen["point"] in method.rule.format(**chosen)


def test_a_walk_goes_on_where_it_was_left() -> None:
    expression, start = Expression(ROSENBROCK), {"x": -1.2, "y": 1.0}
    for method in METHODS:
        settings = Settings(method, 0.0005, 30)
        whole = list(descend(expression, start, ("x", "y"), settings))
        walk = begin_walk(expression, start, ("x", "y"))
        first = list(islice(walk_on(expression, walk, ("x", "y"), settings), 11))
        rest = list(walk_on(expression, pickle.loads(pickle.dumps(walk)), ("x", "y"), settings))
        assert first + rest == whole


@pytest.mark.parametrize("wrong", [(), ("x", "x"), ("q",)])
def test_what_moves_is_checked(wrong: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="what moves is one or more of x, each once"):
        descend(Expression("x^2"), {"x": 1}, wrong)
    with pytest.raises(ValueError, match="what moves"):
        descend_together(Expression("x^2"), [[1]], {"x": 1}, wrong)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"method": "Newton"}, "method is one of gradient descent, momentum, Adam"),
        ({"rate": 0.0}, "positive"),
        ({"rate": math.nan}, "positive"),
        ({"steps": -1}, "at least 0"),
    ],
)
def test_settings_are_checked(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(**settings)


def test_a_missing_value_is_said_at_once() -> None:
    with pytest.raises(PointError, match="'y'"):
        descend(Expression("x*y"), {"x": 1}, ("x",))


# Many at once -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", METHODS)
def test_together_each_start_goes_as_it_would_alone(method: str) -> None:
    settings = Settings(method, 0.0005, 60)
    expression = Expression(ROSENBROCK)
    starts = np.array([[-1.2, 0.5, 2.0], [1.0, -0.5, 0.0]])
    clouds = list(descend_together(expression, starts, {"x": 0, "y": 0}, ("x", "y"), settings))
    assert len(clouds) == 61
    for k in range(3):
        start = {"x": starts[0, k], "y": starts[1, k]}
        alone = list(descend(expression, start, ("x", "y"), settings))
        there = np.array([step.point for step in alone])
        together = np.array([cloud.points[:, k] for cloud in clouds])
        np.testing.assert_allclose(together, there, rtol=1e-9, atol=1e-12)


def test_a_start_that_diverges_stays_and_the_others_go_on() -> None:
    settings = Settings(rate=0.1, steps=50)
    start = np.array([[0.5, 100.0, math.nan]])
    clouds = list(descend_together(Expression("x^4"), start, {"x": 0}, ("x",), settings))
    assert clouds[-1].moving.tolist() == [True, False, False]
    assert np.isfinite(clouds[-1].points[0, :2]).all()
    assert start.tolist()[0][:2] == [0.5, 100.0]


def test_starts_of_the_wrong_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"not \(2, starts\)"):
        descend_together(Expression("x*y"), [[1, 2]], {"x": 0, "y": 0}, ("x", "y"))


# What it costs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["(x+y) + x*(x+y)", ROSENBROCK, *(c["f"] for c in EXAMPLES)])
def test_the_work_is_that_of_the_graphs_built(text: str) -> None:
    work = gradient_work(Expression(text))
    for sharing in SHARINGS:
        built = Expression(text, sharing)
        assert work[sharing].nodes == len(built.graph.nodes)
        assert work[sharing].evaluations == len(built.tape.operations)
        assert work[sharing].contributions == len(built.tape.edges)


def test_the_work_of_a_tree_too_large_to_build_is_exact() -> None:
    work = gradient_work(Expression("t = x*x" + "; t = t*t" * 199))
    assert work["none"].nodes == 2**201 - 1
    assert work["none"].contributions == 2**201 - 2
    assert work["unique"].nodes == 201


# The ground -------------------------------------------------------------------------------------


def test_the_ground_is_the_formula_at_every_point() -> None:
    expression = Expression("x*sin(y) + z")
    axes = Axis("y", -1, 2), Axis("x", 0, 3)
    ground = view(expression, {"x": 9, "y": 9, "z": 5}, axes, 7)
    for row, x in enumerate(ground.places[1]):
        for column, y in enumerate(ground.places[0]):
            expected = expression.value({"x": x, "y": y, "z": 5})
            assert ground.values[row, column] == pytest.approx(expected, rel=1e-12)


def test_the_ground_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    from qsts_core.study import landscape

    expression, at = Expression(ROSENBROCK), {"x": 0.0, "y": 0.0}
    axes = Axis("x", -2, 2), Axis("y", -1, 3)
    whole = view(expression, at, axes, 20).values
    monkeypatch.setattr(landscape, "STATES_AT_FIRST", 40)
    monkeypatch.setattr(landscape, "STATES_AT_ONCE", 65)
    monkeypatch.setattr(landscape, "QUICK", math.inf)  # a busy machine makes them no smaller
    pieces = list(survey(expression, at, axes, 20))
    assert [following for _, following in pieces] == [2, 5, 8, 11, 14, 17, 20]
    np.testing.assert_array_equal(np.vstack([rows for rows, _ in pieces]), whole)
    (*_, (rest, _)) = survey(expression, at, axes, 20, first=18)
    np.testing.assert_array_equal(rest, whole[18:])


def test_blocks_shrink_where_they_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    from qsts_core.study import landscape

    monkeypatch.setattr(landscape, "SLOW", 0.0)
    monkeypatch.setattr(landscape, "QUICK", 0.0)
    axes = Axis("x", -2, 2), Axis("y", -1, 3)
    pieces = survey(Expression(ROSENBROCK), {"x": 0.0, "y": 0.0}, axes, 100)
    assert [len(rows) for rows, _ in pieces][:6] == [10, 5, 2, 1, 1, 1]


def test_the_share_that_is_not_finite_is_known() -> None:
    ground = view(Expression("log(x)"), {"x": 1}, [Axis("x", -1, 1)], 101)
    assert ground.missing == pytest.approx(51 / 101)


def test_the_field_is_the_gradient() -> None:
    axes = Axis("x", -2, 2), Axis("y", -1, 3)
    field = measure_field(Expression(ROSENBROCK), {"x": 0, "y": 0}, axes, 5)
    for place, slopes in zip(field.places.T, field.slopes.T, strict=True):
        assert tuple(slopes) == pytest.approx(tuple(slopes_of_rosenbrock(place)), rel=1e-9)


def test_the_field_is_empty_where_there_is_no_ground() -> None:
    axes = Axis("x", -1, 1), Axis("y", -1, 1)
    field = measure_field(Expression("log(x) + y^2"), {"x": 1, "y": 1}, axes, 4)
    np.testing.assert_array_equal(np.isnan(field.slopes).all(axis=0), field.places[0] < 0)
    np.testing.assert_array_equal(np.isfinite(field.slopes).all(axis=0), field.places[0] > 0)


@pytest.mark.parametrize(
    ("axes", "points", "says"),
    [
        ([], 10, "one or two different"),
        ([Axis("x", 0, 1)] * 2, 10, "one or two different"),
        ([Axis("q", 0, 1)], 10, "not in the formula"),
        ([Axis("x", 1, 1)], 10, "to a larger one"),
        ([Axis("x", 0, math.inf)], 10, "to a larger one"),
        ([Axis("x", 0, 5e-324)], 10, "to a larger one"),
        ([Axis("x", 1, 1 + 1e-15)], 10, "at least 1e-09 of it away"),
        ([Axis("x", 0, 1)], 1, "at least 2 points"),
    ],
)
def test_a_ground_that_cannot_be_is_refused(axes: list[Axis], points: int, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        view(Expression("x^2"), {"x": 0}, axes, points)


def test_scattered_starts_lie_in_the_ranges_and_are_always_the_same() -> None:
    axes = [Axis("x", -2, -1), Axis("y", 5, 6)]
    points = scatter(axes, ("y", "x", "z"), {"x": 0, "y": 0, "z": 7}, 50)
    assert ((points[0] >= 5) & (points[0] <= 6)).all()
    assert ((points[1] >= -2) & (points[1] <= -1)).all()
    assert (points[2] == 7).all()
    again = scatter(axes, ("y", "x", "z"), {"x": 0, "y": 0, "z": 7}, 50)
    np.testing.assert_array_equal(points, again)
