"""The lens "Descent" without a browser: what its widgets do and say."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import files
from qsts_core.lenses import progress
from qsts_core.lenses.descent_choices import MOST_STARTS, RATES, examples

PAGE = """
from qsts_core.lenses import descent
from qsts_core.lenses.inputs import ask_for_inputs
descent.show(ask_for_inputs())
"""


def visit(**parameters: str) -> AppTest:
    """Open the lens at an address."""
    app = AppTest.from_string(PAGE, default_timeout=60)
    for name, content in parameters.items():
        app.query_params[name] = content
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def words(app: AppTest) -> str:
    boxes = (*app.info, *app.caption, *app.markdown, *app.warning)
    return "\n".join(box.value for box in boxes)


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def steps(app: AppTest) -> list[Any]:
    items: list[Any] = app.session_state["work descent"].items
    return items


def choose(app: AppTest, name: str) -> AppTest:
    app.selectbox(key="descent example").set_value(name)
    return run(app)


def test_the_page_is_among_those_of_the_app() -> None:
    assert 'url_path="descent"' in files.app().read_text("utf-8")


def test_the_seed_formula_is_descended_from_its_values() -> None:
    app = visit()
    assert steps(app)[0].point == (2.0, 3.0)
    assert len(steps(app)) == 101
    assert charts(app) == 3
    assert "9 nodes and 8 contributions each time, unique nodes for 5 and 6" in words(app)


@pytest.mark.parametrize("name", list(examples()))
def test_each_example_is_taken_up(name: str) -> None:
    case = examples()[name]
    app = choose(visit(), name)
    assert app.text_area(key="formula").value == case["f"]
    first = steps(app)[0]
    moving = list(case["at"]) if case.get("all") else list(case["ranges"])
    assert len(first.point) == len(moving)
    assert steps(app)[-1].value < first.value
    assert app.selectbox(key="descent method").value == case["method"]
    assert case["rate"] in RATES
    assert case["source"] in words(app)


def test_the_variables_that_are_drawn_move_and_the_others_are_held() -> None:
    app = visit(f="x^2 + y^2 + z^2", at="x=1,y=2,z=3")
    assert "What moves: x, y; held at their values: z." in words(app)
    (upward,) = [box for box in app.selectbox if box.label == "Upward"]
    upward.set_value("z")
    run(app)
    assert "What moves: x, z; held at their values: y." in words(app)
    app.toggle(key="descent all").set_value(True)
    run(app)
    assert "What moves: x, y, z. More moves than is drawn" in words(app)


def test_a_formula_of_one_variable_has_a_curve() -> None:
    app = visit(f="(x-1)^2", at="x=4")
    assert charts(app) == 3
    assert steps(app)[-1].point[0] == pytest.approx(1, abs=1e-3)


def test_a_formula_without_variables_is_refused_in_words() -> None:
    app = visit(f="2 + 3")
    assert "has no variable, so there is nowhere to go" in words(app)
    assert charts(app) == 0


def test_a_start_outside_of_the_picture_is_said() -> None:
    app = choose(visit(), "Rosenbrock's valley")
    app.number_input(key="number x").set_value(7.0)
    run(app)
    assert "The start lies outside of the picture: x." in words(app)


def test_ground_without_numbers_is_said() -> None:
    app = visit(f="log(x) + y", at="x=1,y=1")
    assert "of the picture the value is not finite" in words(app)


def test_many_starts_go_together_and_too_many_are_fewer() -> None:
    app = choose(visit(), "Himmelblau, four minima")
    assert app.session_state["work cloud"].items[-1].points.shape == (2, 79)
    app.number_input(key="descent starts").set_value(MOST_STARTS)
    app.number_input(key="descent steps").set_value(5000)
    run(app)
    assert "Over 5,000 steps, 79 starts are drawn, not 500." in words(app)


def test_arrows_levels_and_surface_can_be_chosen() -> None:
    app = choose(visit(), "Rosenbrock's valley")
    app.toggle(key="descent arrows").set_value(True)
    app.radio(key="descent scale").set_value("linear")
    app.select_slider(key="descent points").set_value(100)
    app.toggle(key="descent surface").set_value(True)
    run(app)
    assert charts(app) == 4


def test_an_empty_range_is_widened_and_said() -> None:
    app = visit(f="x*y", at="x=1,y=1")
    (low,) = [number for number in app.number_input if number.label == "x from"]
    low.set_value(4.0)
    run(app)
    assert "The range of x is empty" in words(app)


# Long work --------------------------------------------------------------------------------------

LONG = """
import streamlit as st
from qsts_core.lenses.progress import gather
work = gather("count", st.session_state.get("upto", 5), lambda: iter(range(5)), 5)
st.write(f"{work.items} {work.done} {work.stopped}")
"""


def test_work_is_done_once_for_one_key() -> None:
    app = AppTest.from_string(LONG).run()
    first = app.session_state["work count"]
    assert (first.items, first.done) == ([0, 1, 2, 3, 4], True)
    assert app.run().session_state["work count"] is first
    app.session_state["upto"] = 6
    assert app.run().session_state["work count"] is not first


def test_stopped_work_keeps_what_it_has_and_can_go_on() -> None:
    app = AppTest.from_string(LONG)
    rest: Iterator[int] = iter([2, 3, 4])
    app.session_state["work count"] = progress.Work(5, rest, [0, 1], stopped=True)
    app.run()
    assert "Stopped: the count is at 2 of 5." in app.caption[0].value
    app.button[0].click()
    app.run()
    assert app.session_state["work count"].items == [0, 1, 2, 3, 4]
    assert not app.button


def test_two_runs_of_a_page_at_once_take_turns() -> None:
    def slowly() -> Iterator[int]:
        for k in range(40):
            time.sleep(0.001)
            yield k

    work = progress.Work(1, slowly())
    with ThreadPoolExecutor(2) as pool:
        for taker in [pool.submit(lambda: [0 for _ in iter(work.take, False)]) for _ in "ab"]:
            taker.result()
    assert work.items == list(range(40))
    assert work.done


def test_a_descent_stopped_by_hand_says_so() -> None:
    app = choose(visit(), "Rosenbrock's valley")
    work = app.session_state["work descent"]
    work.items, work.done, work.stopped = work.items[:50], False, True
    run(app)
    assert "Stopped: the descent is at 50 of 401." in words(app)
    assert "What 50 gradients took" in words(app)
