"""The app without a browser: what its widgets say, after what a person does."""

import json
import math
import re
from html import unescape
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import Expression, files
from qsts_core.lenses import backward, stage
from qsts_core.lenses.address import write_values
from qsts_core.lenses.backward import MOST_TOKENS
from qsts_core.lenses.inputs import LONGEST_TEXT, MOST_NODES, parse
from qsts_core.lenses.value_boxes import MOST_SLIDERS, SLIDER_REACH
from qsts_core.trace import Trace
from qsts_core.values import read_value

PATIENCE = 60


def visit(**parameters: str) -> AppTest:
    """Open the app at an address."""
    app = AppTest.from_file(str(files.app()), default_timeout=PATIENCE)
    for name, content in parameters.items():
        app.query_params[name] = content
    return run(app)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def type_formula(app: AppTest, text: str) -> AppTest:
    app.text_area(key="formula").set_value(text)
    return run(app)


def values(app: AppTest) -> dict[str, float]:
    return {box.label: read_value(box.value or "") for box in app.text_input}


def bodies(app: AppTest) -> list[str]:
    """Return what the app shows as HTML."""
    return [html.proto.body for html in app.get("html")]


def facts(app: AppTest) -> str:
    """Return the line of facts, without its tags."""
    (line,) = [text for text in bodies(app) if 'data-qsts="facts"' in text]
    return re.sub("<[^>]*>", " ", line)


def complaints(app: AppTest) -> str:
    """Return what the app says of the address and of names, as a person reads it."""
    lines = [text for text in bodies(app) if 'data-qsts="complaints"' in text]
    return unescape(re.sub("<[^>]*>", " ", " ".join(lines))).strip()


def troubles(app: AppTest) -> list[str]:
    """Return what the app says under boxes whose content is no number."""
    return [text for text in bodies(app) if 'class="qsts-trouble" role' in text]


def words(app: AppTest) -> str:
    """Return everything that the app says in boxes."""
    boxes = (*app.error, *app.warning, *app.info, *app.code, *app.caption)
    return "\n".join([*(box.value for box in boxes), complaints(app)])


def shows_picture(app: AppTest) -> bool:
    return len(app.get("plotly_chart")) == 1


def test_a_first_visit_shows_the_seed_formula() -> None:
    app = visit()
    assert app.text_area(key="formula").value == "(x+y) + x*(x+y)"
    assert values(app) == {"x": 2.0, "y": 3.0}
    assert " ".join(facts(app).split()) == (
        "value 15 gradient ∂x 8 ∂y 3 nodes 5 unique · 6 threaded · 9 as a tree"
    )
    assert shows_picture(app)


def test_an_address_is_taken_up() -> None:
    app = visit(f="a*b", at="a=4,b=-2.5", sharing="none", step="3")
    assert values(app) == {"a": 4.0, "b": -2.5}
    assert app.session_state.sharing == "none"
    assert app.session_state.start == 3


def test_a_bad_address_says_so_and_shows_the_rest() -> None:
    app = visit(f="a*b", at="a=4,b=oops", sharing="some", step="x")
    assert values(app) == {"a": 4.0, "b": 2.0}
    assert all(named in words(app) for named in ("b=oops", "'some'", "'x'"))
    assert shows_picture(app)


def test_values_that_nobody_gave_count_up_from_one() -> None:
    assert values(visit(f="u*v + w")) == {"u": 1.0, "v": 2.0, "w": 3.0}


def test_number_and_slider_are_one_value() -> None:
    app = visit()
    app.text_input(key="value x").set_value("−1,5")
    run(app)
    assert app.slider(key="slider x").value == -1.5
    app.slider(key="slider y").set_value(0.5)
    run(app)
    assert values(app) == {"x": -1.5, "y": 0.5}


def test_a_slider_reaches_as_far_as_its_number() -> None:
    app = visit()
    app.text_input(key="value x").set_value("1234.5")
    run(app)
    assert app.slider(key="slider x").value == 1234.5
    assert app.slider(key="slider x").max >= 1234.5


def test_an_error_keeps_the_last_good_picture_and_values() -> None:
    app = type_formula(visit(), "(x+y) + x*(x+y")
    assert app.code[0].value.splitlines()[1].index("^") == "(x+y) + x*(x+y".index("(x+y", 3)
    assert "never closed" in words(app)
    assert values(app) == {"x": 2.0, "y": 3.0}
    assert "value 15" in " ".join(facts(app).split())
    assert shows_picture(app)
    recovered = type_formula(app, "(x+y) * x")
    assert not recovered.code
    assert "value 10" in " ".join(facts(recovered).split())


def test_an_error_on_arrival_offers_a_way_out() -> None:
    app = visit(f="2 * sine(x)")
    assert "Did you mean 'sin'?" in words(app)
    assert "choose an example" in words(app)
    assert not shows_picture(app)


def test_values_outlive_a_formula_that_does_not_use_them() -> None:
    app = visit()
    app.text_input(key="value y").set_value("7")
    run(app)
    type_formula(app, "x")
    assert values(type_formula(app, "x+y")) == {"x": 2.0, "y": 7.0}


def test_a_new_formula_starts_at_its_first_step() -> None:
    app = visit(step="5")
    assert app.session_state.start == 5
    assert type_formula(app, "x+y").session_state.start == 0


@pytest.mark.parametrize("sharing", ["unique", "variables", "none"])
def test_every_example_runs_by_every_sharing(sharing: str) -> None:
    app = visit(sharing=sharing)
    for name in app.selectbox(key="example").options:
        app.selectbox(key="example").set_value(name)
        run(app)
        assert shows_picture(app), name
        assert not app.warning, name


def test_an_example_brings_its_values_and_its_source() -> None:
    app = visit()
    app.selectbox(key="example").set_value("Rosenbrock")
    run(app)
    assert values(app) == {"y": 1.0, "x": -1.2}
    assert "Rosenbrock 1960" in words(app)
    assert app.text_area(key="formula").value == "100*(y-x^2)^2+(1-x)^2"
    type_formula(app, "x")
    assert app.selectbox(key="example").value is None


def test_births_of_nan_are_told_in_words() -> None:
    app = visit(f="log(x-3)", at="x=2")
    assert "z₄ = log(z₃), at z₃ = −1, is nan" in words(app)
    assert shows_picture(app)


def test_a_text_beyond_the_limit_is_refused_in_words() -> None:
    app = type_formula(visit(), "+".join(["x"] * LONGEST_TEXT))
    assert f"{2 * LONGEST_TEXT - 1:,} characters" in words(app)
    assert shows_picture(app)  # the last good one


def test_a_graph_beyond_the_limit_is_refused_in_words() -> None:
    text = "+".join(f"{k}*x" for k in range(2, MOST_NODES // 2 + 3))
    nodes = len(Expression(text).graph.nodes)
    assert nodes > MOST_NODES
    app = type_formula(visit(), text)
    assert f"{nodes:,} nodes" in words(app)
    assert "value" in facts(app)
    assert not shows_picture(app)


def test_a_tree_too_large_to_build_is_shown_with_unique_nodes() -> None:
    app = visit(f="t=x*x;" + "t=t*t;" * 60, at="x=1", sharing="none")
    assert "has about 4.61e18 nodes" in words(app)
    assert shows_picture(app)
    assert "about 4.61e18 as a tree" in " ".join(facts(app).split())


def test_many_variables_stand_in_a_table() -> None:
    count = MOST_SLIDERS + 10
    app = visit(f="*".join(f"x{k}" for k in range(count)))
    assert len(app.text_input) == len(app.slider) == MOST_SLIDERS
    assert "10 further variables" in words(app)


@pytest.mark.parametrize(
    "text", ["", " \n", "((((", "x y", "\0", "😀", "x=", "sin", "1e999", "<b>x</b>", "`x`"]
)
def test_nothing_typed_breaks_the_app(text: str) -> None:
    app = type_formula(visit(), text)
    assert len(app.code) == 1
    assert shows_picture(app)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("−3", -3.0), ("2,5", 2.5), ("1/2", 0.5), ("3×10^2", 300.0), ("-pi", -math.pi)],
)
def test_a_box_takes_a_number_as_it_is_written(typed: str, number: float) -> None:
    app = visit(f="x^2", at="x=3")
    app.text_input(key="value x").set_value(typed)
    run(app)
    assert app.text_input(key="value x").value == typed
    assert addressed(app)["at"] == write_values({"x": float(number)})
    assert not troubles(app)


@pytest.mark.parametrize("typed", ["", "three", "2*y", "1,234", "inf", "1e300", "<b>"])
def test_what_is_no_number_stays_in_its_box_with_its_sentence(typed: str) -> None:
    app = visit(f="x^2", at="x=3")
    app.text_input(key="value x").set_value(typed)
    run(app)
    assert app.text_input(key="value x").value == typed
    assert addressed(app)["at"] == "x=3"
    (trouble,) = troubles(app)
    assert "Still 3." in trouble
    assert "<b>" not in trouble
    app.slider(key="slider x").set_value(1.0)
    assert not troubles(run(app))
    assert app.text_input(key="value x").value == "1"


def test_a_slider_reaches_no_further_than_its_number_needs() -> None:
    app = visit(f="x^2", at="x=3000")
    app.text_input(key="value x").set_value("2")
    run(app)
    assert app.slider(key="slider x").max == SLIDER_REACH


def test_complaints_go_once_the_person_does_something() -> None:
    app = visit(f="x*y", at="x=oops,q=3,y=1e30")
    assert all(named in complaints(app) for named in ("x=oops", "'q'", "up to 1e+15"))
    type_formula(app, "x+y")
    assert not complaints(app)


def test_a_thousand_complaints_are_three_and_a_count() -> None:
    app = visit(f="x*y", at=",".join(f"q{k}=1" for k in range(4000)))
    assert re.findall("'(q.*?)'", complaints(app)) == ["q0", "q1", "q2"]
    assert "and 3,997 more" in complaints(app)
    assert "value q7" not in app.session_state  # it lasts an hour, and holds nothing of them
    assert "value q7" in visit(f="x*y", at="q7=1").session_state  # for the next formula


def test_a_step_past_the_last_one_is_told_until_the_person_does_something() -> None:
    app = visit(f="x*y", step="99999999")
    assert "step 99999999, and the last one here is 6" in complaints(app)
    type_formula(app, "x+y")
    assert not complaints(app)
    assert not complaints(visit(f="x*y", step="6"))


def test_an_address_makes_no_links_and_no_marks() -> None:
    app = visit(f="x", sharing="http://evil.example", step="<b>7</b>", build="**no**")
    assert "'http://evil.example'" in complaints(app)
    assert not app.warning  # a warning is Markdown, and Markdown makes links of what looks like one
    (raw,) = [body for body in bodies(app) if 'data-qsts="complaints"' in body]
    assert "<b>" not in raw
    assert "<a" not in raw


def test_names_that_look_alike_are_noted() -> None:
    assert "looks like 'x' (Latin)" in complaints(visit(f="x + \u0445"))
    assert not complaints(visit(f="x + y"))


def test_the_step_of_the_address_is_used_once() -> None:
    app = visit(step="9")
    app.text_input(key="value x").set_value("5")
    run(app)
    assert app.session_state.start == 0


def test_a_large_tree_is_not_even_built() -> None:
    parse.cache_clear()
    text = "t=x*x;" + "t=t*t;" * 18 + "t"
    app = visit(f=text, at="x=1", sharing="none")
    assert "1,048,575 nodes" in words(app)
    assert shows_picture(app)
    type_formula(app, f"{text}+")
    assert "value is missing" in words(app)
    assert "1 as a tree" not in facts(app)
    assert "1,048,575" in facts(app)  # still the last good one


def test_names_are_not_read_as_markdown() -> None:
    app = visit(f="_x_ + __y__")
    assert {box.label for box in app.text_input} == {r"\_x\_", r"\_\_y\_\_"}


def test_a_failure_is_a_sentence_and_the_picture_stays(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:

    def fail_for_one(trace: Trace, **options: Any) -> None:
        if "unlucky" in trace.text:
            raise ZeroDivisionError("a secret of the server")
        stage.show_stage(trace, **options)

    monkeypatch.setattr(backward, "show_stage", fail_for_one)
    app = type_formula(visit(), "unlucky + 1")
    assert "a secret" not in words(app)
    (number,) = re.findall("failure ([0-9a-f]{6})", words(app))
    assert number in caplog.text
    assert "a secret of the server" in caplog.text
    assert shows_picture(app)
    assert received(app, "qsts.player")["film"]["expression"] == "(x+y) + x*(x+y)"
    assert app.text_area(key="formula").value == "unlucky + 1"
    type_formula(app, "x*y")
    assert not app.error


def test_a_failure_on_arrival_is_a_sentence_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(backward, "too_large", lambda trace: 1 // 0)
    app = visit(f="x*y")
    assert re.search("failure [0-9a-f]{6}", words(app))
    assert "ZeroDivisionError" in caplog.text


# The building of the graph


def received(app: AppTest, component: str) -> dict[str, Any]:
    """Return the data that the app gives to one of its components."""
    (given,) = [
        json.loads(found.proto.json)
        for found in app.get("bidi_component")
        if found.proto.component_name == component
    ]
    return dict(given)


def builds(app: AppTest) -> bool:
    """Whether the film that the player is given begins with the building."""
    return "building" in received(app, "qsts.player")["film"]


def addressed(app: AppTest) -> dict[str, Any]:
    query: dict[str, Any] = received(app, "qsts.address")["query"]
    return query


def duplicates_alone() -> None:
    from qsts_core.lenses import duplicates
    from qsts_core.lenses.inputs import ask_for_inputs

    duplicates.show(ask_for_inputs())


def test_the_switch_begins_the_film_with_the_building() -> None:
    app = visit()
    assert (app.toggle(key="build").value, builds(app)) == (False, False)
    app.toggle(key="build").set_value(True)
    assert builds(run(app))
    app.toggle(key="build").set_value(False)
    assert not builds(run(app))


def test_the_switch_is_in_the_address_both_ways() -> None:
    app = visit(build="1")
    assert app.toggle(key="build").value
    assert addressed(app)["build"] == "1"
    app.toggle(key="build").set_value(False)
    assert addressed(run(app))["build"] is None


def test_the_switch_outlives_another_formula() -> None:
    app = type_formula(visit(build="1"), "t = 2x; t*t")
    assert app.toggle(key="build").value
    assert builds(app)


def test_a_text_too_long_to_watch_is_refused_in_words() -> None:
    longest = "+".join(["x"] * (MOST_TOKENS // 2))  # its end is a token too
    app = visit(build="1", f=longest)
    assert builds(app)
    app = type_formula(app, longest + "+x")
    assert f"{MOST_TOKENS + 2} tokens" in words(app)
    assert f"up to {MOST_TOKENS}" in words(app)
    assert shows_picture(app)
    assert not builds(app)


def test_the_note_on_recognition_is_the_same_in_both_lenses() -> None:
    def notes(app: AppTest) -> list[str]:
        return [m.value for m in app.markdown if "(a+b)*c + (d+e)*c" in m.value]

    (here,) = notes(visit())
    assert "ordered set" in here
    assert notes(run(AppTest.from_function(duplicates_alone, default_timeout=PATIENCE))) == [here]


@pytest.mark.parametrize(
    ("formula", "note"),
    [
        (r"\frac{x}{y}", "Read as LaTeX: letters side by side are a product."),
        ("np.sin(x)", "Read as Python."),
        ("x*y + xy", "xy is one name; for the product write x*y."),
        ("f(t) = t^2; f(x) + f(y)", None),
    ],
)
def test_the_page_says_how_a_text_was_read(formula: str, note: str | None) -> None:
    app = visit(f=formula, build="1")
    told = [text for text in bodies(app) if 'data-qsts="notes"' in text]
    assert len(told) == (note is not None)
    if note is not None:
        assert note in unescape(told[0])


# The next state


def test_the_next_state_begins_with_the_reset_of_the_last() -> None:
    app = visit(f="x*y", at="x=2,y=3")
    button = next(b for b in app.button if b.label == "Next state, same graph")
    button.click()
    run(app)
    assert values(app) == {"x": 3, "y": 4}
    assert app.session_state.after == {"x": 2, "y": 3}
    back = next(b for b in app.button if b.label == "Without the reset after x=2, y=3")
    back.click()
    run(app)
    assert app.session_state.after is None
    assert values(app) == {"x": 3, "y": 4}


def test_another_formula_has_no_state_before() -> None:
    app = visit(f="x*y", at="x=2,y=3", after="x=1,y=1")
    assert [b.label for b in app.button if "reset" in b.label]
    type_formula(app, "x+y")
    assert not [b.label for b in app.button if "reset" in b.label]
