"""The lens "Descent" in a real browser: by keyboard, by clicks, and the way back to the sweep."""

import itertools
import math
import re
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from qsts_core import Expression, files
from qsts_core.lenses.descent_choices import examples
from qsts_core.study.descent import Settings, Step, descend, gradient_work
from tests.browser.serving import serving

READY = '[data-qsts="path-player"][data-ready="true"]'
ROSENBROCK, HIMMELBLAU, XOR = (
    next(name for name in examples() if start in name) for start in ("Rosen", "Himmel", "XOR")
)
OpenApp = Callable[..., Page]


def player(page: Page) -> Locator:
    return page.locator('[data-qsts="path-player"]')


def at_step(page: Page, step: int) -> None:
    expect(player(page)).to_have_attribute("data-step", str(step))


def go_there(page: Page) -> None:
    page.get_by_role("link", name="Descent").click()
    page.wait_for_selector(READY)


def choose(page: Page, name: str) -> list[Step]:
    """Choose an example by keyboard; return the path that is to be seen."""
    box = page.get_by_role("combobox", name="Examples to descend")
    box.focus()
    box.press_sequentially(name)
    box.press("Enter")
    steps = path_of(name)
    page.wait_for_selector(f'{READY}[data-steps="{steps[-1].index}"]')
    expect(ground(page)).to_have_count(1)  # while the page changes, the last chart may linger
    page.wait_for_selector(f'{READY}[data-steps="{steps[-1].index}"]')
    expect(player(page).locator("[data-work='unique nodes reset']")).to_have_text(
        str(gradient_work(Expression(examples()[name]["f"]))["unique"].nodes)
    )
    return steps


def path_of(name: str) -> list[Step]:
    case = examples()[name]
    expression = Expression(case["f"])
    moving = expression.variables if case.get("all") else tuple(case["ranges"])
    settings = Settings(case["method"], case["rate"], case["steps"])
    return list(descend(expression, case["at"], moving, settings))


def number(page: Page, field: str) -> float:
    cell = player(page).locator(f"[data-field='{field}']")
    return float(cell.get_attribute("data-number") or "nan")


def ground(page: Page) -> Locator:
    return page.locator('[data-qsts-room="ground"] [data-qsts="path-chart"]')


def test_rosenbrock_is_descended_by_keyboard(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    steps = choose(page, ROSENBROCK)
    ground(page).focus()
    for step in range(1, 6):
        page.keyboard.press("ArrowRight")
        at_step(page, step)
        assert number(page, "at-x") == pytest.approx(steps[step].point[0], rel=1e-12)
        assert number(page, "slope-y") == pytest.approx(steps[step].slopes[1], rel=1e-9)
    page.keyboard.press("Shift+ArrowRight")
    at_step(page, 15)
    work = gradient_work(Expression(examples()[ROSENBROCK]["f"]))
    for sharing, count in work.items():
        cell = player(page).locator(f"[data-work='{sharing} contributions']")
        expect(cell).to_have_text(f"{16 * count.contributions:,}")
    page.keyboard.press("End")
    at_step(page, len(steps) - 1)
    expect(player(page).get_by_role("status")).to_contain_text("All 400 steps are taken.")
    page.keyboard.press("Home")
    at_step(page, 0)


def test_forty_presses_are_forty_steps(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, ROSENBROCK)
    ground(page).focus()
    for _ in range(40):
        page.keyboard.down("ArrowRight")
    at_step(page, 40)


def test_space_plays_to_the_end(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, ROSENBROCK)
    ground(page).focus()
    for _ in range(5):
        page.keyboard.press("+")
    page.keyboard.press("Space")
    at_step(page, 400)
    expect(player(page).locator("[data-action=play]")).to_contain_text("Play")


def test_the_marker_stands_where_the_step_is(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    steps = choose(page, ROSENBROCK)
    ground(page).focus()
    page.keyboard.press("Shift+ArrowRight")
    at_step(page, 10)
    x, y = page.evaluate(
        """() => {
            const chart = document.querySelector('[data-qsts-room="ground"] .js-plotly-plot');
            const { xaxis, yaxis } = chart._fullLayout._plots.xy;
            const here = chart.querySelector('[data-qsts="here"]');
            return [xaxis.p2d(+here.getAttribute('cx')), yaxis.p2d(+here.getAttribute('cy'))];
        }"""
    )
    assert (x, y) == pytest.approx(steps[10].point, abs=0.01)


def test_the_net_learns_xor_by_keyboard(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    steps = choose(page, XOR)
    ground(page).focus()
    page.keyboard.press("End")
    at_step(page, 200)
    assert number(page, "at-v1") == pytest.approx(steps[-1].point[0], rel=1e-9)
    assert number(page, "slope-b1") == pytest.approx(steps[-1].slopes[1], rel=1e-6, abs=1e-12)
    expect(player(page)).to_contain_text("and 6 more that move")
    expect(page.get_by_text("the path its shadow")).to_be_visible()


@pytest.mark.parametrize("name", [XOR, HIMMELBLAU])
def test_the_last_sentence_moves_nothing_and_hides_nothing(
    name: str, new_page: Callable[..., Page], open_app: OpenApp
) -> None:
    page = open_app(new_page(viewport={"width": 1280, "height": 720}))
    go_there(page)
    choose(page, name)
    ground(page).focus()
    page.keyboard.press("ArrowRight")  # the stage scrolls into sight
    at_step(page, 1)
    before = places_beside(page)
    page.keyboard.press("End")
    at_step(page, int(player(page).get_attribute("data-steps") or 0))
    assert places_beside(page) == before
    assert page.locator(".qsts-side").evaluate("side => side.scrollHeight <= side.clientHeight")


def places_beside(page: Page) -> list[object]:
    """Return where the course and the parts under the sentence are."""
    parts = ('[data-qsts-room="course"]', ".qsts-path-rows", ".qsts-work", ".qsts-path-link")
    return [page.locator(part).bounding_box() for part in parts[:-1]] + [
        page.locator(parts[-1]).evaluate("link => link.getBoundingClientRect().top")
    ]


def test_a_new_path_leaves_both_charts_where_they_are(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, ROSENBROCK)
    page.evaluate(
        """() => {
            window.seen = new Set();
            const look = () => {
                for (const room of document.querySelectorAll("[class*=st-key-qsts-descent-stage] > *")) {
                    const { left, top, width, height } = room.getBoundingClientRect();
                    if (room.querySelector(".stPlotlyChart") && height > 0) window.seen.add([left, top, width, height].map(Math.round).join());
                }
                requestAnimationFrame(look);
            };
            look();
        }"""  # noqa: E501  # a script is not prose
    )
    box = page.get_by_role("spinbutton", name="Steps")
    box.fill("390")
    box.press("Enter")
    page.wait_for_selector(f'{READY}[data-steps="390"]')
    assert page.evaluate("window.seen.size") == 2


def test_the_arrow_is_the_step(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    steps = choose(page, HIMMELBLAU)
    ground(page).focus()
    arrow = page.locator(".qsts-path-next")
    lengths = [math.dist(one.point, two.point) for one, two in itertools.pairwise(steps)]
    longest = lengths.index(max(lengths))
    for _ in range(longest):
        page.keyboard.press("ArrowRight")
    at_step(page, longest)
    expect(arrow).to_have_attribute("d", re.compile("^M.*[^Z]$"))
    tip = page.evaluate(
        """() => {
            const chart = document.querySelector('[data-qsts-room="ground"] .js-plotly-plot');
            const { xaxis, yaxis } = chart._fullLayout._plots.xy;
            const [x, y] = chart.querySelector('.qsts-path-next').getAttribute('d').split('L')[1].split('M')[0].split(',');
            return [xaxis.p2d(+x), yaxis.p2d(+y)];
        }"""  # noqa: E501  # a script is not prose
    )
    assert tip == pytest.approx(steps[longest + 1].point, abs=0.02)
    after = next(k for k in range(longest, len(lengths)) if lengths[k] < lengths[longest] / 10)
    for _ in range(longest, after):
        page.keyboard.press("ArrowRight")
    at_step(page, after)  # so short a step shows its direction alone
    expect(arrow).to_have_attribute("d", re.compile("^M.*Z$"))
    page.keyboard.press("End")
    at_step(page, len(steps) - 1)
    expect(arrow).to_have_attribute("d", "")


def test_the_others_leave_their_trails(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, HIMMELBLAU)
    ground(page).focus()
    trails = page.locator(".qsts-path-others")
    expect(trails).to_have_attribute("d", "")
    page.keyboard.press("Shift+ArrowRight")
    at_step(page, 10)
    assert (trails.get_attribute("d") or "").count("M") == 79


def test_playing_is_silent_and_a_stop_says_one_sentence(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, ROSENBROCK)
    ground(page).focus()
    expect(player(page).get_by_role("status")).to_contain_text("Start")
    page.evaluate(
        """() => {
            window.said = [];
            const voice = document.querySelector('[data-qsts="path-player"] [role=status]');
            const listen = () => window.said.push(voice.textContent);
            new MutationObserver(listen).observe(voice, { childList: true, characterData: true, subtree: true });
        }"""  # noqa: E501  # a script is not prose
    )
    page.keyboard.press("Space")
    page.wait_for_function(
        "() => Number(document.querySelector('[data-qsts=path-player]').dataset.step) > 20"
    )
    assert page.evaluate("window.said") == []
    page.keyboard.press("Space")
    page.wait_for_function("() => window.said.length > 0")
    page.wait_for_timeout(600)  # nothing more is said: there is nothing to wait for
    (sentence,) = page.evaluate("window.said")
    assert sentence.startswith(f"Step {player(page).get_attribute('data-step')}:")


def test_no_listener_stays_on_the_window(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    watching = page.context.new_cdp_session(page)

    def count() -> int:
        window = watching.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
        return len(
            watching.send("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
        )

    def take_up(formula: str) -> None:
        box = page.locator(".st-key-formula textarea")
        box.fill(formula)
        box.press("Control+Enter")
        page.wait_for_function(
            "(text) => [...document.querySelectorAll('.js-plotly-plot')]"
            ".filter(one => one.layout?.meta?.qsts?.endsWith(` of ${text}`)).length === 2",
            arg=formula,
        )
        page.wait_for_selector(READY)

    take_up("x*y")
    before = count()
    for k in range(2, 7):
        take_up(f"x*y + {k}")
    assert count() <= before


def test_a_click_on_the_ground_is_the_new_start(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, HIMMELBLAU)
    expect(page.get_by_label("x", exact=True)).to_have_value("-0.5")
    box = ground(page).bounding_box()
    assert box is not None
    ground(page).click(position={"x": box["width"] * 0.6, "y": box["height"] * 0.25})
    expect(page.get_by_label("x", exact=True)).not_to_have_value("-0.5")
    x, y = (float(page.get_by_label(name, exact=True).input_value()) for name in "xy")
    assert 0 < x < 3
    assert 0 < y < 5
    expect(player(page).locator("[data-field='at-x']")).to_have_attribute("data-number", f"{x:g}")
    at_step(page, 0)


def test_a_number_is_the_new_start_by_keyboard(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, HIMMELBLAU)
    box = page.get_by_label("x", exact=True)
    box.fill("3.5")
    box.press("Enter")
    expect(player(page).locator("[data-field='at-x']")).to_have_attribute("data-number", "3.5")


def test_the_others_are_dots_that_gather(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    choose(page, HIMMELBLAU)
    cloud = page.locator(".qsts-path-cloud")
    assert (cloud.get_attribute("d") or "").count("M") == 79
    ground(page).focus()
    page.keyboard.press("End")
    at_step(page, int(player(page).get_attribute("data-steps") or 0))
    gathered = {
        tuple(round(float(pixel) / 8) for pixel in dot.removesuffix("h0").split(","))
        for dot in (cloud.get_attribute("d") or "").split("M")[1:]
    }
    assert 4 <= len(gathered) < 20


def test_a_step_leads_back_to_its_backward_pass(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    steps = choose(page, ROSENBROCK)
    ground(page).focus()
    page.keyboard.press("Shift+ArrowRight")
    at_step(page, 10)
    href = page.locator('[data-qsts="way-back"]').get_attribute("href") or ""
    page.goto(href)
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]')
    value = page.locator('[data-qsts="facts"] [data-field="value"]').inner_text()
    assert float(value) == pytest.approx(steps[10].value, rel=1e-5)
    slope = page.locator('[data-qsts="facts"] [data-variable="x"]').inner_text()
    assert float(slope) == pytest.approx(steps[10].slopes[0], rel=1e-5)


def test_a_copied_address_shows_the_same_path_at_the_same_step(
    page: Page, browser: Browser, open_app: OpenApp
) -> None:
    open_app(page)
    go_there(page)
    choose(page, ROSENBROCK)
    box = page.get_by_role("spinbutton", name="Steps")
    box.fill("60")
    box.press("Enter")
    page.wait_for_selector(f'{READY}[data-steps="60"]')
    ground(page).focus()
    page.keyboard.press("Shift+ArrowRight")
    at_step(page, 10)
    page.wait_for_url("**&step=10")
    query = parse_qs(urlsplit(page.url).query)
    expected = {"method": "momentum", "rate": "0.001", "steps": "60", "draw": "x=-2..2,y=-1..3"}
    assert {name: query[name] for name in expected} == {k: [v] for k, v in expected.items()}

    # Not a watched tab: at a page's own path Streamlit first asks for itself where it is not.
    other = browser.new_page(viewport={"width": 1440, "height": 900})
    other.goto(page.url)
    other.wait_for_selector(f'{READY}[data-steps="60"][data-step="10"]')
    assert drawn(other) == drawn(page)
    assert other.url == page.url
    leave_and_come_back(other)
    assert parse_qs(urlsplit(other.url).query) == query
    other.close()


def drawn(page: Page) -> list[str | None]:
    """Return the path as it is drawn, and the ranges of the ground."""
    names = ("ahead", "trail", "halo")
    paths = [ground(page).locator(f".qsts-path-{name}").get_attribute("d") for name in names]
    return [*paths, ground(page).evaluate("one => JSON.stringify(one.layout.xaxis.range)")]


def leave_and_come_back(page: Page) -> None:
    """Go by way of the backward pass, whose address is its own."""
    page.get_by_role("link", name="Backward pass", exact=True).click()
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]')
    page.wait_for_url("**step=0")
    assert set(parse_qs(urlsplit(page.url).query)) == {"f", "at", "sharing", "step"}
    go_there(page)
    page.wait_for_url("**step=10*")


def test_a_run_that_diverges_keeps_its_path_and_its_sentence(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x^4 + y^4", at="x=10,y=10")
    go_there(page)
    ground(page).focus()
    page.keyboard.press("End")
    expect(player(page).get_by_role("status")).to_contain_text("Diverged")
    expect(player(page).get_by_role("status")).to_contain_text(
        re.compile("takes x to −.*·10.*\\. A")
    )
    last = int(player(page).get_attribute("data-steps") or 0)
    assert last > 0
    at_step(page, last)


def test_one_variable_has_a_curve(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="(x-1)^2", at="x=4")
    go_there(page)
    ground(page).focus()
    page.keyboard.press("End")
    at_step(page, int(player(page).get_attribute("data-steps") or 0))
    assert number(page, "at-x") == pytest.approx(1, abs=1e-3)


SLOW = """
import sys
sys.path.insert(0, {root!r})
import streamlit as st
from qsts_core.lenses.progress import gather
from qsts_core.study.worker import Task
from tests.lenses.slow import count_to

work = gather("walk", 1, Task(count_to, (600, 0.05)), 30, 600, lambda number: 1)
st.write(f"got {{len(work.items)}}")
"""


def test_long_work_shows_its_progress_and_can_be_stopped(browser: Browser, tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW.format(root=str(files.home())), encoding="utf-8")
    with serving([sys.executable, "-m", "streamlit", "run", str(script)]) as running:
        page = browser.new_page()
        page.goto(running.url)
        expect(page.get_by_text(re.compile("The walk: [1-9]"))).to_be_visible(timeout=30_000)
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("Stopped; the walk is at")).to_be_visible()
        got = int(page.get_by_text("got ").inner_text().split()[1])
        assert 0 < got < 600
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text(re.compile("The walk: [5-9]%"))).to_be_visible()
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("Stopped; the walk is at")).to_be_visible()
        # The words of the run before stand until this one has ended.
        expect(page.get_by_text("got ")).not_to_have_text(re.compile(rf"got {got}\b"))
        assert math.inf > int(page.get_by_text("got ").inner_text().split()[1]) > got
        page.close()
        assert not running.tracebacks()
