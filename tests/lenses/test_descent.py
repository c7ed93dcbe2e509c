"""The lens "Descent" without a browser: what its widgets do and say."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import Expression, files
from qsts_core.lenses import progress
from qsts_core.lenses.descent_choices import (
    MOST_COORDINATES,
    MOST_POSITIONS,
    MOST_STARTS,
    RATES,
    examples,
)
from qsts_core.study.descent import Settings, descend

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
    complaints = [body.proto.body for body in app.get("html") if "complaints" in body.proto.body]
    return "\n".join([*(box.value for box in boxes), unescape(" ".join(complaints))])


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
    app.text_input(key="value x").set_value("7")
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


# The address ------------------------------------------------------------------------------------

ELSEWHERE = {
    "f": "x^2 + y^2 + z^2",
    "at": "x=1,y=2,z=3",
    "method": "Adam",
    "rate": "0.2",
    "steps": "40",
    "starts": "9",
    "draw": "z=-4..4,x=-1.5..2",
    "all": "1",
    "slice": "end",
    "levels": "linear",
    "points": "100",
    "arrows": "1",
    "surface": "1",
}


def kept(app: AppTest) -> dict[str, str]:
    """Return what of the descent stands in the address, as the page keeps it."""
    (keeper,) = [
        json.loads(component.proto.json)
        for component in app.get("bidi_component")
        if "address keeper descent" in component.proto.id
    ]
    return {name: text for name, text in keeper["query"].items() if text is not None}


def player(app: AppTest) -> dict[str, Any]:
    (data,) = [
        json.loads(component.proto.json)
        for component in app.get("bidi_component")
        if "qsts-path-player" in component.proto.id
    ]
    return dict(data)


def test_a_copied_address_shows_the_same_path() -> None:
    app = visit(**ELSEWHERE)
    assert {**kept(app), "f": ELSEWHERE["f"], "at": ELSEWHERE["at"]} == ELSEWHERE
    settings = Settings("Adam", 0.2, 40)
    path = descend(
        Expression(ELSEWHERE["f"]), {"x": 1.0, "y": 2.0, "z": 3.0}, ("x", "y", "z"), settings
    )
    assert steps(app) == list(path)
    assert player(app)["axes"] == ["z", "x"]
    assert app.session_state["work cloud"].items[0].points.shape == (3, 8)
    assert charts(app) == 4
    assert not app.warning


def test_a_first_visit_says_nothing_of_the_descent_in_the_address() -> None:
    assert kept(visit()) == {}


def test_what_is_chosen_stands_in_the_address() -> None:
    app = visit(f="x*y", at="x=1,y=2")
    app.selectbox(key="descent method").set_value("momentum")
    app.number_input(key="descent steps").set_value(7)
    app.toggle(key="descent surface").set_value(True)
    run(app)
    assert kept(app) == {"method": "momentum", "steps": "7", "surface": "1"}
    (high,) = [number for number in app.number_input if number.label == "y to"]
    high.set_value(9.0)
    run(app)
    assert kept(app)["draw"] == "x,y=-1..9"


def test_a_start_that_moves_leaves_the_ranges_in_the_address() -> None:
    app = visit(f="x*y", at="x=1,y=2")
    app.text_input(key="value x").set_value("2.5")
    run(app)
    assert kept(app) == {"draw": "x=-2..4,y"}


def test_a_new_formula_leaves_no_ranges_of_another_in_the_address() -> None:
    app = choose(visit(), "Rosenbrock's valley")
    assert kept(app)["draw"] == "x=-2..2,y=-1..3"
    app.text_area(key="formula").set_value("x + y^2")
    run(app)
    assert "draw" not in kept(app)
    app.text_area(key="formula").set_value("2 + 3")
    run(app)
    assert kept(app) == {}


def test_the_ranges_of_an_address_are_not_those_of_a_formula_that_is_typed() -> None:
    app = visit(f="sine(x)", draw="x=7..8", rate="0.2")
    app.text_area(key="formula").set_value("x*y")
    run(app)
    assert kept(app) == {"rate": "0.2"}


def test_a_bad_address_of_a_descent_says_so_until_the_person_leads() -> None:
    app = visit(f="x*y", rate="0.3", draw="q=1..2,y=1..2", arrows="1")
    assert "'0.3'" in words(app)
    assert "'q=1..2'" in words(app)
    assert kept(app) == {"draw": "y=1..2,x", "arrows": "1"}
    app.number_input(key="descent steps").set_value(50)
    run(app)
    assert "The address" not in words(app)


def test_the_step_of_the_address_is_one_of_the_path_and_of_that_path_only() -> None:
    app = visit(f="x*y", step="12")
    assert player(app)["first_step"] == 12
    assert app.session_state.start == 0
    app.number_input(key="descent steps").set_value(50)
    run(app)
    assert player(app)["first_step"] == 0


def test_no_address_asks_for_more_than_is_shown() -> None:
    names = [f"x{k}" for k in range(60)]
    app = visit(f="+".join(f"{name}^2" for name in names), steps="5000", starts="500", all="1")
    path, cloud = steps(app), app.session_state["work cloud"].items
    assert len(path) <= MOST_COORDINATES // 60 + 1
    assert len(cloud) * (cloud[0].points.shape[1] + 1) <= MOST_POSITIONS


def test_an_emptied_end_of_a_range_is_the_one_it_began_with() -> None:
    app = visit(f="x*y", at="x=1,y=2", draw="x=0..3,y")
    (low,) = [number for number in app.number_input if number.label == "x from"]
    low.set_value(None)
    run(app)
    assert kept(app) == {"draw": "x=-2..3,y"}


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
