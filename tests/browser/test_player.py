"""The app in a real browser: what a person sees and presses, against what `Trace` says."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from qsts_core import Expression, Trace
from qsts_core.notation import Letters

SEED = "(x+y) + x*(x+y)"
SEED_AT = {"x": 2.0, "y": 3.0}
OpenApp = Callable[..., Page]


def player(page: Page) -> Locator:
    return page.locator('[data-qsts="player"]')


def at_step(page: Page, step: int) -> None:
    """Wait until the player shows a step."""
    expect(player(page)).to_have_attribute("data-step", str(step))


def focus_picture(page: Page) -> None:
    page.locator(".st-key-qsts-stage .js-plotly-plot").click(position={"x": 5, "y": 120})


def type_formula(page: Page, text: str) -> None:
    box = page.locator(".st-key-formula textarea")
    box.fill(text)
    box.press("Control+Enter")


def read_ledger(page: Page) -> dict[str, dict[str, str]]:
    """Return the texts of the ledger's cells, by node and field."""
    rows: dict[str, dict[str, str]] = page.evaluate(
        """() => {
            const cells = (row) => [...row.querySelectorAll('[data-field]')]
                .map((cell) => [cell.dataset.field, cell.textContent.trim()]);
            const rows = [...document.querySelectorAll('.qsts-row[data-node]')];
            const named = (row) => [row.dataset.node, Object.fromEntries(cells(row))];
            return Object.fromEntries(rows.map(named));
        }"""
    )
    return rows


def expected_ledger(trace: Trace, step: int) -> dict[str, dict[str, str]]:
    """Return what the ledger must say after `step` steps, for numbers that need no rounding."""
    state = trace.state(step)
    return {
        Letters().name_node(index): {
            "value": "–" if value is None else f"{value:g}",
            "adjoint": "–" if adjoint is None else f"{adjoint:g}",
            "state": f"{arrived} of {due}" if due else "–",
        }
        for index, (value, adjoint, arrived, due) in enumerate(
            zip(state.values, state.adjoints, state.arrived, trace.tape.due, strict=True)
        )
    }


def test_the_seed_formula_from_start_to_end_and_back(page: Page, open_app: OpenApp) -> None:
    trace = Expression(SEED).trace(SEED_AT)
    open_app(page)
    at_step(page, 0)
    expect(player(page)).to_have_attribute("data-steps", str(len(trace)))
    focus_picture(page)
    for step in [*range(len(trace) + 1), *range(len(trace) - 1, -1, -1)]:
        here = int(player(page).get_attribute("data-step") or -1)
        if step != here:
            page.keyboard.press("ArrowRight" if step > here else "ArrowLeft")
        at_step(page, step)
        assert read_ledger(page) == expected_ledger(trace, step), step
        phase = trace[step - 1].phase if step else "start"
        expect(player(page)).to_have_attribute("data-phase", phase)


def test_every_sharing_ends_with_the_ledger_of_its_trace(page: Page, open_app: OpenApp) -> None:
    for sharing in ("unique", "variables", "none"):
        trace = Expression(SEED, sharing).trace(SEED_AT)
        open_app(page, f=SEED, at="x=2,y=3", sharing=sharing)
        focus_picture(page)
        page.keyboard.press("End")
        at_step(page, len(trace))
        assert read_ledger(page) == expected_ledger(trace, len(trace))


def test_keys_move_by_node_and_to_the_ends(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    focus_picture(page)
    page.keyboard.press("End")
    at_step(page, 12)
    page.keyboard.press("Shift+ArrowLeft")
    at_step(page, 10)  # before z3 sends to z1 and z2
    page.keyboard.press("Shift+ArrowLeft")
    at_step(page, 8)
    page.keyboard.press("Shift+ArrowRight")
    at_step(page, 10)
    page.keyboard.press("Home")
    at_step(page, 0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_keys_are_left_alone_while_typing(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    box = page.locator(".st-key-formula textarea")
    box.click()
    for key in ("ArrowRight", "End", " ", "?", "+"):
        box.press(key)
    at_step(page, 0)
    expect(box).to_have_value(f"{SEED} ?+")


def test_a_held_key_loses_no_step(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="+".join(f"x{k}*x{k}" for k in range(12)))
    focus_picture(page)
    for _ in range(40):
        page.keyboard.down("ArrowRight")  # without "up" in between: what holding a key sends
    page.keyboard.up("ArrowRight")
    at_step(page, 40)


def test_play_runs_to_the_end(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    focus_picture(page)
    for _ in range(12):
        page.keyboard.press("+")
    page.keyboard.press("Space")
    at_step(page, 12)
    assert read_ledger(page)["z1"]["adjoint"] == "8"
    assert read_ledger(page)["z2"]["adjoint"] == "3"


def test_scrubbing_shows_the_state_of_its_step(page: Page, open_app: OpenApp) -> None:
    trace = Expression(SEED).trace(SEED_AT)
    open_app(page)
    scrubber = player(page).get_by_role("slider").first
    box = scrubber.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for part in (0.3, 0.9, 0.6):
        page.mouse.move(box["x"] + part * box["width"], box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_function(
        "() => Number(document.querySelector('[data-qsts=player]').dataset.step) > 4"
    )
    step = int(player(page).get_attribute("data-step") or -1)
    assert 5 <= step <= 9
    assert read_ledger(page) == expected_ledger(trace, step)


def test_changing_a_value_keeps_the_step(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3", step=10)
    at_step(page, 10)
    number = page.get_by_label("y", exact=True)
    number.fill("5")
    number.press("Enter")
    trace = Expression(SEED).trace({"x": 2, "y": 5})
    expect(page.locator('.qsts-row[data-node="z2"] [data-field="value"]')).to_have_text("5")
    at_step(page, 10)
    assert read_ledger(page) == expected_ledger(trace, 10)


def test_another_layout_of_the_same_graph_keeps_the_step(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x^2 + y^2", at="x=2,y=3")
    focus_picture(page)
    for step in range(1, 8):
        page.keyboard.press("ArrowRight")
        at_step(page, step)
    points = page.locator("[data-qsts=chart] .point")
    marks = points.count()
    page.get_by_text("Film and picture").click()
    page.get_by_text("constants at each use").click()
    expect(points).to_have_count(marks + 1)
    expect(player(page)).to_have_attribute("data-ready", "true")
    at_step(page, 7)
    expect(page.locator("[data-qsts=chart] .point[data-current]")).to_have_count(1)


def test_a_layered_picture_says_so(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    words = page.get_by_text("laid out in layers")
    expect(words).to_be_hidden()
    text = "; ".join(["t = x*x", *["t = t*t + 2"] * 300, "t"])
    open_app(page, f=text, at="x=0.5")
    expect(words).to_be_visible()


def test_a_formula_changed_in_mid_play_starts_anew(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    focus_picture(page)
    page.keyboard.press("Space")
    page.wait_for_function("() => document.querySelector('[data-qsts=player]').dataset.step > 1")
    type_formula(page, "sin(x)*y")
    trace = Expression("sin(x)*y").trace(SEED_AT)
    expect(player(page)).to_have_attribute("data-steps", str(len(trace)))
    at_step(page, 0)
    expect(page.locator('.qsts-row[data-node="z5"]')).to_have_count(0)
    focus_picture(page)
    page.keyboard.press("End")
    at_step(page, len(trace))


def test_an_error_keeps_the_picture_and_the_step(page: Page, open_app: OpenApp) -> None:
    open_app(page, step=7)
    at_step(page, 7)
    type_formula(page, "(x+y) + x*(x+y")
    expect(page.locator(".st-key-qsts-error")).to_contain_text("this '(' is never closed")
    at_step(page, 7)
    assert read_ledger(page) == expected_ledger(Expression(SEED).trace(SEED_AT), 7)
    type_formula(page, SEED)
    expect(page.locator(".st-key-qsts-error")).to_have_count(0)
    at_step(page, 7)


def test_both_edges_of_a_square_are_drawn(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x*x", at="x=3")
    edges: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.st-key-qsts-stage .shapelayer path')]
            .map((path) => path.getAttribute('d')).join(' ').match(/M[^M]*C[^M]*/g)"""
    )
    assert len(set(edges)) == 2
    focus_picture(page)
    page.keyboard.press("End")
    at_step(page, 5)
    ledger = read_ledger(page)
    assert ledger["z1"] == {"value": "3", "adjoint": "6", "state": "2 of 2"}


def test_the_address_holds_the_state_both_ways(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    type_formula(page, "x*cos(q)")
    expect(player(page)).to_have_attribute("data-steps", "8")
    number = page.get_by_label("q", exact=True)
    number.fill("0.5")
    number.press("Enter")
    expect(page.locator('[data-qsts="facts"]')).to_contain_text("1.75517")
    focus_picture(page)
    for step in range(1, 7):
        page.keyboard.press("ArrowRight")
        at_step(page, step)
    page.wait_for_url("**step=6**")
    before = read_ledger(page)
    page.reload()
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]')
    at_step(page, 6)
    assert read_ledger(page) == before
    expect(page.locator(".st-key-formula textarea")).to_have_value("x*cos(q)")
    expect(page.get_by_label("q", exact=True)).to_have_value("0.5")


def test_a_click_pins_a_node_and_marks_its_places(page: Page, open_app: OpenApp) -> None:
    open_app(page, step=12)
    at_step(page, 12)
    page.locator('.qsts-row[data-node="z3"]').click()
    expect(page.locator(".qsts-pinned")).to_have_attribute("data-pinned", "z3")
    marks = player(page).locator("mark[data-picked]")
    assert "".join(marks.all_text_contents()) == "x+yx+y"
    page.keyboard.press("Escape")
    expect(marks).to_have_count(0)


def test_a_press_on_a_node_pins_it_and_a_drag_does_not(page: Page, open_app: OpenApp) -> None:
    open_app(page, step=12)
    box = page.locator('[data-qsts="chart"] .points .point').nth(2).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pinned = page.locator(".qsts-pinned[data-pinned]")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=4)
    page.mouse.up()
    expect(pinned).to_have_count(0)
    page.reload()
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]')
    page.mouse.click(x, y)
    expect(page.locator(".qsts-pinned")).to_have_attribute("data-pinned", "z3")


def test_the_sentence_is_told_to_screen_readers(page: Page, open_app: OpenApp) -> None:
    open_app(page, step=10)
    status = player(page).locator('[role="status"]')
    expect(status).to_contain_text("contribution 2")
    expect(status).to_contain_text("1 + 2 = 3, final")


def test_numbers_that_are_not_finite_are_shown_as_such(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="log(x-3)", at="x=2")
    focus_picture(page)
    page.keyboard.press("End")
    expect(page.locator('.qsts-row[data-node="z4"] [data-field="value"]')).to_have_text("nan")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_themes_have_legible_ink(
    new_page: Callable[..., Page], open_app: OpenApp, scheme: str
) -> None:
    page = open_app(new_page(color_scheme=scheme))
    ink, paper = (_luminance(page, name) for name in ("color", "background-color"))
    contrast = (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
    assert contrast > 7  # WCAG 2, level AAA
    assert (paper > 0.5) == (scheme == "light")


def _luminance(page: Page, name: str) -> float:
    """Return the relative luminance (WCAG 2) of a colour of the page."""
    text: str = page.evaluate(
        "(name) => getComputedStyle(document.querySelector('.stApp'))[name]", name
    )
    channels = [int(part) / 255 for part in text[text.index("(") + 1 : -1].split(",")[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_narrow_screen_stacks(new_page: Callable[..., Page], open_app: OpenApp) -> None:
    page = open_app(new_page(viewport={"width": 600, "height": 900}))
    widths: dict[str, Any] = page.evaluate(
        "() => ({page: document.documentElement.scrollWidth, window: window.innerWidth})"
    )
    assert widths["page"] <= widths["window"], json.dumps(widths)


def test_what_stops_being_finite_on_the_way_back_is_marked_there(
    page: Page, open_app: OpenApp
) -> None:
    trace = Expression("sqrt(x^2+y^2)").trace({"x": 0, "y": 0})
    plain = trace.to_dict()["steps"]
    births = [k for k, step in enumerate(plain, 1) if step.get("born")]
    assert births
    open_app(page, f=trace.text, at="x=0,y=0", step=len(trace))
    born = {Letters().name_node(plain[k - 1]["to"]) for k in births}
    for node in trace.to_dict()["nodes"]:
        marked = int(node["name"] in born)
        row = page.locator(f'.qsts-row[data-node="{node["name"]}"]')
        badge = page.locator(f'.qsts-plate[data-node="{node["name"]}"]')
        expect(row.locator('[data-field="adjoint"][data-born]')).to_have_count(marked)
        expect(badge.locator(".qsts-adjoint", has_text="▲")).to_have_count(marked)
    focus_picture(page)
    for step in range(len(trace) - 1, births[0] - 2, -1):
        page.keyboard.press("ArrowLeft")
        at_step(page, step)
        pill = page.locator(".qsts-formula .qsts-pill", has_text="born here")
        expect(pill).to_have_count(int(step in births))
    expect(page.locator("[data-born]")).to_have_count(0)


def test_what_an_address_gives_is_text_and_asks_nothing_of_another_host(
    page: Page, open_app: OpenApp
) -> None:
    open_app(page, f="x*y", at="x=![](http://example.org/pixel.png)")
    expect(page.get_by_text("The address gives 'x=![](http://example.org/pixel")).to_be_visible()


def test_a_lane_is_seen_once_it_has_been_passed_and_then_says_its_factor(
    page: Page, open_app: OpenApp
) -> None:
    open_app(page, f="where(x > 0, sqrt(x), x*y)", at="x=-4,y=3")
    expect(page.locator(".qsts-sample-blocked")).to_be_visible()
    lanes, labels = page.locator(".qsts-lane:visible"), page.locator(".qsts-lane-label:visible")
    expect(lanes).to_have_count(0)
    focus_picture(page)
    page.keyboard.press("End")
    total = page.locator(".qsts-lane").count()
    expect(page.locator('.qsts-lane[data-passed="true"]:visible')).to_have_count(total)
    expect(labels.filter(has_text="× 3")).to_have_count(1)
    # A blocked edge has arrived and brought nothing: plate and ledger count alike.
    expect(page.locator('.qsts-slot[data-blocked="true"]')).to_have_count(1)
    expect(page.locator('.qsts-slot[data-full="false"][data-blocked="false"]')).to_have_count(0)
