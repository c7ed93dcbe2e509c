"""The lens "Cost" without a browser: what it says before, after and amid a measurement."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import files
from qsts_core.lenses import cost as lens
from qsts_core.study import worker
from qsts_core.study.cost import Cost
from qsts_core.study.families import FAMILIES
from qsts_core.study.growth import Growth, measure_growth
from qsts_core.study.headline import CASES, Finding, measure_headline
from qsts_core.study.measure import measure_cost
from qsts_core.study.pool import POOL

PATIENCE = 60
POST = "(x+y) + x*(x+y)"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure in two rounds, and in threads, which do not ask where the functions come from."""
    monkeypatch.setattr(POOL, "processes", False)
    monkeypatch.setattr(lens, "cost_so_far", once(measure_cost, rounds=2))
    monkeypatch.setattr(lens, "headline_so_far", once(measure_headline, rounds=2))


def once(measure: Callable[..., Iterator[Any]], **more: int) -> Callable[..., Iterator[Any]]:
    """Return a task of a measurement: what remains is asked for last, and not used."""
    return lambda *words: ((result, None) for result in measure(*words[:-1], **more))


def stop_all() -> None:
    """Stop as pressing Stop does, from within."""
    for work in list(POOL._running):
        POOL.withdraw(work)


def visit(page: str = "cost", **parameters: str) -> AppTest:
    """Open a page of the app at an address."""
    app = AppTest.from_file(str(files.app()), default_timeout=PATIENCE)
    for name, content in parameters.items():
        app.query_params[name] = content
    run(app)
    return go_to(app, page)


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def go_to(app: AppTest, page: str) -> AppTest:
    """Go to the page with this path; AppTest itself switches between files only."""
    hashes = {info["url_pathname"]: known for known, info in app._registered_pages.items()}
    app._page_hash = hashes[page]
    return run(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click()
    return run(app)


def html(app: AppTest) -> str:
    texts = [element.proto.body for element in app.get("html")]
    return "\n".join(text for text in texts if not text.startswith("<style>"))


def table(app: AppTest) -> dict[str, list[str]]:
    """Return the table of the cost: by quantity what stands in its three cells."""
    rows = re.findall(r'<tr data-quantity="(\w+)">(.*?)</tr>', html(app), re.DOTALL)
    return {name: re.findall(r'data-field="amount"[^>]*>([^<]*)<', row) for name, row in rows}


def headline(app: AppTest) -> str:
    """Return the body of the headline's table."""
    return html(app).split('data-qsts="headline"')[1].split("<tbody>")[1].split("</tbody>")[0]


def charts(app: AppTest) -> int:
    return len(app.get("plotly_chart"))


def test_counts_stand_there_before_anything_is_measured() -> None:
    app = visit(f=POST)
    assert table(app)["nodes"] == ["9", "6", "5"]
    assert table(app)["operations"] == ["12", "12", "9"]
    assert table(app)["gradient"] == ["–"] * 3
    assert "Counted, and not yet measured." in html(app)
    assert charts(app) == 1


def test_a_measurement_fills_the_table_and_outlives_reruns_and_pages() -> None:
    app = press(visit(f=POST, at="x=2,y=3"), "measure cost")
    known = table(app)
    assert all("–" not in cells for cells in known.values())
    assert "Measured at x = 2, y = 3." in html(app)
    assert 'data-qsts="verdict"' in html(app)
    assert table(run(app)) == known
    assert table(go_to(go_to(app, ""), "cost")) == known
    app.text_area(key="formula").set_value("x*y")
    assert table(run(app))["gradient"] == ["–"] * 3
    app.text_area(key="formula").set_value(POST)
    assert table(run(app)) == known


def test_stopping_keeps_what_was_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    def three_samples(text: str, at: dict[str, float], rest: None) -> Iterator[tuple[Cost, None]]:
        for cost in measure_cost(text, at, rounds=2):
            yield cost, None
            if sum(len(by) for by in cost.samples.values()) > 3:
                time.sleep(worker.BETWEEN)
                yield cost, None
                stop_all()

    monkeypatch.setattr(lens, "cost_so_far", three_samples)
    app = run(press(visit(f=POST), "measure cost"))
    assert "–" not in table(app)["build"]
    assert "descent" not in app.session_state.costs[POST].samples
    assert table(app)["descent"] == ["–"] * 3
    assert re.search(r"\d+% is measured, and kept", html(app))
    assert not [button for button in app.button if button.label == "Stop"]


def test_a_tree_too_large_is_counted_and_left_out_in_words() -> None:
    app = press(visit(f="t = x*x" + "; t = t*t" * 99), "measure cost")
    assert table(app)["nodes"] == ["about 2.53e30", "about 1.26e30", "101"]
    assert f'title="{2**101 - 1:,}"' in html(app)
    gradient = table(app)["gradient"]
    assert gradient[:2] == ["–", "–"]
    assert gradient[2] != "–"
    assert "it has about 2.53e30 nodes; up to 20,000 are built" in html(app)
    assert "The tree is not measured: it has about 2.53e30 nodes" in html(app)


def test_the_headline_is_one_click() -> None:
    app = visit()
    assert 'data-qsts="headline"' not in html(app)
    body = headline(press(app, "measure headline"))
    assert body.count("<tr>") == len(CASES)
    assert "<b>9, 6, 5</b>" in body
    assert body.count('data-against="none"') == body.count('data-against="variables"')
    assert body.count('data-against="none"') == 2 * len(CASES)
    assert "Nothing repeats in this formula, so sharing saves nothing." in body
    assert headline(run(app)) == body


def test_a_stopped_headline_keeps_its_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def two(rest: None) -> Iterator[tuple[list[Finding], None]]:
        for findings in measure_headline(rounds=1):
            if len(findings) == 2:
                time.sleep(worker.BETWEEN)
            yield findings, None
            if len(findings) == 2:
                stop_all()

    monkeypatch.setattr(lens, "headline_so_far", two)
    app = run(press(visit(), "measure headline"))
    assert headline(app).count("<tr>") == 2
    assert f"2 of {len(CASES)} formulas are measured, and kept." in html(app)


def test_a_family_grows_in_two_charts() -> None:
    app = visit()
    assert "Not measured yet" in app.info[0].value
    app.selectbox(key="family").set_value("Speelpenning's product")
    run(app)
    app.slider(key="depth of Speelpenning's product").set_value(6)
    press(app, "measure growth")
    assert (charts(app), len(app.info)) == (2, 0)
    assert "With 3 variables: x1*x2*x3." in html(app)
    for measured in lens.MEASURED:
        app.button_group(key="measured").set_value([measured])
        assert charts(run(app)) == 2
    assert charts(press(app, "measure growth")) == 2  # nothing is left to measure
    go_to(go_to(app, ""), "cost")
    assert app.selectbox(key="family").value == "Speelpenning's product"
    assert app.slider(key="depth of Speelpenning's product").value == 6
    assert charts(app) == 2


def test_a_stopped_growth_keeps_its_depths(monkeypatch: pytest.MonkeyPatch) -> None:
    def three(
        family: str, largest: int, known: Growth, rest: Growth
    ) -> Iterator[tuple[Growth, Growth]]:
        for growth in measure_growth(FAMILIES[family], largest, known, rounds=1):
            done = sum(cost.done == 1.0 for cost in growth.values()) == 3
            if done:
                time.sleep(worker.BETWEEN)
            yield growth, growth
            if done:
                stop_all()

    monkeypatch.setattr(lens, "growth_so_far", three)
    app = run(press(visit(), "measure growth"))
    known = app.session_state.growths["nested squares"]
    assert [depth for depth, cost in known.items() if cost.done == 1.0] == [1, 2, 3]
    assert charts(app) == 2


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_is_counted_as_far_as_its_slider_goes(name: str) -> None:
    app = visit()
    app.selectbox(key="family").set_value(name)
    run(app)
    app.slider(key=f"depth of {name}").set_value(FAMILIES[name].largest)
    assert charts(run(app)) == 1


def test_the_formula_and_its_values_are_those_of_the_other_pages() -> None:
    app = visit("", f="a*b + a", at="a=4,b=-2.5", sharing="variables")
    go_to(app, "cost")
    assert app.text_area(key="formula").value == "a*b + a"
    assert {box.label: float(box.value or "nan") for box in app.text_input} == {"a": 4.0, "b": -2.5}
    assert app.session_state.sharing == "variables"
    app.text_area(key="formula").set_value("a*b")
    run(app)
    app.text_input(key="value b").set_value("7")
    run(app)
    go_to(app, "")
    assert app.text_area(key="formula").value == "a*b"
    assert {box.label: float(box.value or "nan") for box in app.text_input} == {"a": 4.0, "b": 7.0}


def test_an_error_keeps_the_last_good_cost() -> None:
    app = visit(f=POST)
    app.text_area(key="formula").set_value("(x+y")
    assert table(run(app))["nodes"] == ["9", "6", "5"]
    assert len(app.code) == 1


def test_an_error_on_arrival_offers_a_way_out() -> None:
    app = visit(f="2 * sine(x)")
    assert "choose an example" in app.info[0].value
    assert table(app) == {}
    assert charts(app) == 1  # the families need no formula


def test_names_are_shown_as_they_are() -> None:
    app = press(visit(f="a_1 * b_1", at="a_1=1,b_1=2"), "measure cost")
    assert "Measured at a_1 = 1, b_1 = 2." in html(app)
