"""The lens "Descent" without a browser: what its widgets do and say."""

import json
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import Expression, files
from qsts_core.lenses import progress
from qsts_core.lenses.descent_choices import MOST_POSITIONS, OPTIONS, RATES, examples
from qsts_core.study.descent import Settings, descend
from qsts_core.study.path import WHOLE_NUMBERS, Others, Path, join_others, join_path
from qsts_core.study.pool import Pool, Work
from qsts_core.study.worker import Frame, Task
from tests.lenses.slow import count_to

COLUMNS = ("values", "sizes", "points", "slopes")

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


def path(app: AppTest) -> Path:
    return join_path(app.session_state["works"]["descent"].items)


def others(app: AppTest) -> Others:
    return join_others(app.session_state["works"]["cloud"].items)


def choose(app: AppTest, name: str) -> AppTest:
    app.selectbox(key="descent example").set_value(name)
    return run(app)


def test_the_page_is_among_those_of_the_app() -> None:
    assert '(descent.show, "Descent", "descent"' in files.app().read_text("utf-8")


def test_the_seed_formula_is_descended_from_its_values() -> None:
    app = visit()
    assert path(app).points[0] == (2.0, 3.0)
    assert len(path(app).values) == 101
    assert charts(app) == 3
    assert "9 nodes and 8 contributions each time, unique nodes for 5 and 6" in words(app)


@pytest.mark.parametrize("name", list(examples()))
def test_each_example_is_taken_up(name: str) -> None:
    case = examples()[name]
    app = choose(visit(), name)
    assert app.text_area(key="formula").value == case["f"]
    moving = list(case["at"]) if case.get("all") else list(case["ranges"])
    assert len(path(app).last) == len(moving)
    assert path(app).values[-1] < path(app).values[0]
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
    assert path(app).last[0] == pytest.approx(1, abs=1e-3)


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
    assert others(app).places.shape == (61, 79, 2)
    app.number_input(key="descent starts").set_value(500)
    app.number_input(key="descent steps").set_value(5000)
    run(app)
    assert "Over 5,000 steps, 39 starts are drawn, not 500." in words(app)


def test_arrows_levels_and_surface_can_be_chosen() -> None:
    app = choose(visit(), "Rosenbrock's valley")
    app.toggle(key="descent arrows").set_value(True)
    app.radio(key="descent levels").set_value("linear")
    app.select_slider(key="descent points").set_value(100)
    app.toggle(key="descent surface").set_value(True)
    run(app)
    assert charts(app) == 4


@pytest.mark.parametrize(
    "address",
    [
        {"f": "exp(-744+x*0.1+y*0.1)", "levels": "linear"},
        {"f": "1e-323*x+0*y"},
        {"f": "5e-324*x*y"},
        {"f": "x*y", "draw": "x=0..5e-324", "surface": "1", "arrows": "1"},
        {"f": "1e300*x^9-1e300*y", "draw": "x=-1e15..1e15,y=0..1e-25", "surface": "1"},
        {"f": "0*x+0*y", "levels": "logarithmic", "surface": "1"},
    ],
)
def test_narrow_flat_and_huge_ranges_have_a_picture(address: dict[str, str]) -> None:
    assert charts(visit(**address)) >= 3


def test_an_empty_range_is_widened_and_said() -> None:
    app = visit(f="x*y", at="x=1,y=1")
    for end in [number for number in app.number_input if number.label in ("x from", "x to")]:
        end.set_value(4.0)
    run(app)
    assert "The range of x is too narrow to draw; it reaches 1 to each side." in words(app)


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
    start = {"x": 1.0, "y": 2.0, "z": 3.0}
    walk = list(descend(Expression(ELSEWHERE["f"]), start, ("x", "y", "z"), settings))
    assert path(app).values == [step.value for step in walk]
    assert path(app).points == [(z, x, y) for x, y, z in (step.point for step in walk)]
    assert player(app)["axes"] == ["z", "x"]
    assert others(app).places.shape == (41, 8, 2)
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
    assert kept(app)["draw"] == "x,y=..9"


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
    assert "39 starts are drawn, not 500" in words(app)
    assert others(app).places.size <= 2 * MOST_POSITIONS
    kept_numbers = sum(map(len, path(app).whole.values()))
    assert kept_numbers <= 1.1 * WHOLE_NUMBERS + 60 * len(
        app.session_state["works"]["descent"].items
    )
    assert len(path(app).points[0]) == 3


def test_an_emptied_end_of_a_range_is_as_the_path_needs() -> None:
    app = visit(f="x*y", at="x=1,y=2", draw="x=0..3,y")
    (low,) = [number for number in app.number_input if number.label == "x from"]
    low.set_value(None)
    run(app)
    assert kept(app) == {"draw": "x=..3,y"}


def test_no_widget_of_an_option_is_forgotten() -> None:
    app = visit(f="x^2+y^2+z^2", all="1")
    kinds = ("selectbox", "select_slider", "number_input", "radio", "toggle")
    keys = {widget.key for kind in kinds for widget in getattr(app, kind)}
    assert {option.key for option in OPTIONS} <= keys


def test_the_rule_is_in_letters_that_the_program_does_not_use() -> None:
    assert "x ← x − α·g (Cauchy 1847)" in words(visit(f="u*v"))
    app = visit(f="x*α + g^2")
    assert "θ ← θ − η·d (Cauchy 1847)" in words(app)
    assert app.select_slider(key="descent rate").label == "Learning rate η"


def test_a_step_past_the_last_one_is_told() -> None:
    assert "step 99999999, and the last one here is 100" in words(visit(f="x^2", step="99999999"))
    assert "step 101" in words(visit(f="x^2", step="101"))
    assert "the last one" not in words(visit(f="x^2", step="100"))


def test_all_that_is_wrong_with_an_address_has_three_sentences() -> None:
    app = visit(f="x*y", at="q=1,r=2", step="7e3", steps="many", method="none", rate="-1")
    assert words(app).count("The address gives") == 3
    assert "and 3 more" in words(app)


# Long work --------------------------------------------------------------------------------------

LONG = """
import streamlit as st
from qsts_core.lenses.progress import gather
from qsts_core.study.worker import Task
from tests.lenses.slow import count_to
work = gather("count", st.session_state.get("upto", 5), Task(count_to, (5, 0)), 0, 5, lambda k: 1)
st.write(f"{work.items} {work.done} {work.paused}")
"""


def test_work_is_done_once_for_one_key() -> None:
    app = AppTest.from_string(LONG).run()
    first = app.session_state["works"]["count"]
    assert (first.items, first.done) == ([0, 1, 2, 3, 4], True)
    assert app.run().session_state["works"]["count"] is first
    app.session_state["upto"] = 6
    assert app.run().session_state["works"]["count"] is not first


def test_stopped_work_keeps_what_it_has_and_can_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(1)
    monkeypatch.setattr(progress, "POOL", pool)
    app = AppTest.from_string(LONG, default_timeout=60)
    work = Work(5, Task(count_to, (5, 0)))
    work.take(Frame([0, 1], 2))
    work.paused = "by hand"
    app.session_state["works"] = {"count": work}
    app.run()
    assert "Stopped; the count is at 2 of 5." in app.text[0].value
    app.button[0].click()
    app.run()
    after = Work(None, Task(count_to, (1, 0)))
    pool.submit(after)  # the only process takes it when it is done with what came before
    while not after.is_over:
        assert after.news.wait(60)
        after.news.clear()
    assert app.session_state["works"]["count"].items == [0, 1, 2, 3, 4]
    assert after.items == [0]  # and finds nothing in the pipe that was for another
    assert not app.button
    pool.close()


@pytest.mark.parametrize(
    ("why", "says"), [("time", "Paused after 30 seconds"), ("", "It did not succeed")]
)
def test_work_that_was_not_finished_says_why(why: str, says: str) -> None:
    app = AppTest.from_string(LONG)
    work = Work(5, Task(count_to, (5, 0)))
    work.take(Frame([0], 1, failure="" if why else "there is no disk"))
    work.paused = why
    app.session_state["works"] = {"count": work}
    app.run()
    assert says in app.text[0].value
    assert why or "there is no disk" in app.text[0].value


def test_a_descent_stopped_by_hand_says_so() -> None:
    app = choose(visit(), "Rosenbrock's valley")
    work = app.session_state["works"]["descent"]
    whole = join_path(work.items)
    work.items = [
        replace(whole, **{name: getattr(whole, name)[:50] for name in COLUMNS}, ending="")
    ]
    work.items[0].whole[49] = (0.0, 0.0)
    work.done, work.paused = False, "by hand"
    run(app)
    assert "Stopped; the descent is at 50 of 401." in app.text[0].value
    assert "What 50 gradients took" in words(app)
    assert player(app)["ending"] == "Left off at step 49."


def test_a_descent_stopped_before_its_first_step_says_so() -> None:
    app = visit()
    work = app.session_state["works"]["descent"]
    work.items, work.done, work.paused = [], False, "by hand"
    run(app)
    assert "stopped before its first step" in words(app)
    assert charts(app) == 0


def test_what_is_long_is_done_by_the_pool_and_comes_to_the_same() -> None:
    text = "+".join(f"sin({k}*x+y)" for k in range(1, 500))
    app = visit(f=text, at="x=0.1,y=0.2", steps="40", rate="1e-06")
    at = {"x": 0.1, "y": 0.2}
    walk = list(descend(Expression(text), at, ("x", "y"), Settings(rate=1e-6, steps=40)))
    assert path(app).values == [step.value for step in walk]
    assert len(app.session_state["works"]["ground"].items) > 1
