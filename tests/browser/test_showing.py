"""The keys of a page just opened; the stage alone on a projector, and in a frame elsewhere."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from qsts_core import Expression
from tests.browser.conftest import PATIENCE
from tests.browser.serving import Server

OpenApp = Callable[..., Page]
NewPage = Callable[..., Page]
PRODUCT = "x*y"
LAST = len(Expression(PRODUCT).trace({"x": 1, "y": 2}))
PLAYER = '[data-qsts="player"]'
READY = f'{PLAYER}[data-ready="true"]'


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_keys_work_as_soon_as_the_player_is_ready(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    keys = {"ArrowRight": 1, "PageDown": 2, "PageUp": 1, "ArrowLeft": 0, "End": 12, "Home": 0}
    for key, step in keys.items():
        page.keyboard.press(key)
        expect(page.locator(PLAYER)).to_have_attribute("data-step", str(step))


def test_keys_in_a_field_are_the_fields_own(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    page.get_by_role("textbox").first.focus()
    for key in ("ArrowRight", "PageDown", "Home", "f"):
        page.keyboard.press(key)
    page.keyboard.press("Backspace")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    expect(page.locator(PLAYER)).to_have_attribute("data-step", "1")


def test_a_path_hears_its_keys_at_once(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/descent")
    page.wait_for_selector('[data-qsts="path-player"][data-ready="true"]', timeout=PATIENCE)
    page.keyboard.press("PageDown")
    page.wait_for_selector('[data-qsts="path-player"][data-step="1"]')


def test_of_several_players_one_hears_the_keys_of_the_page(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/duplicates")
    expect(page.locator(READY)).to_have_count(3, timeout=PATIENCE)
    page.keyboard.press("ArrowRight")
    for index in range(3):
        expect(page.locator(PLAYER).nth(index)).to_have_attribute("data-step", "1")


SHARES = """() => {
    const box = (selector) => document.querySelector(selector).getBoundingClientRect();
    const whole = box('[data-qsts=stage]');
    return {
        stage: (Math.min(whole.bottom, innerHeight) - whole.top) / innerHeight,
        wide: document.documentElement.scrollWidth > innerWidth
            || box('.qsts-bar').right > innerWidth,
        chart: box('.js-plotly-plot').height / innerHeight,
    };
}"""
PARTS = (".js-plotly-plot", ".qsts-formula", ".qsts-scrubber")


@pytest.mark.parametrize("size", [(3840, 2160), (1440, 900), (1024, 768), (390, 844)])
def test_presented_the_stage_is_alone(
    new_page: NewPage, open_app: OpenApp, size: tuple[int, int]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    open_app(page, present="1", step="9")
    page.wait_for_function(f"() => ({SHARES})().stage > 0.96")
    shares = page.evaluate(SHARES)
    assert not shares["wide"]
    assert shares["chart"] > 0.4
    for part in PARTS:
        expect(page.locator(part)).to_be_in_viewport(ratio=0.99)
    expect(page.locator(".qsts-ledger")).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()


def test_a_key_presents_and_the_address_says_so(page: Page, open_app: OpenApp) -> None:
    open_app(page, step="3")
    page.keyboard.press("f")
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    assert query(page)["present"] == ["1"]
    expect(page.get_by_role("button", name="present")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**step=4*")
    assert query(page)["present"] == ["1"]
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("stHeader")).to_be_visible()
    assert "present" not in query(page)


FRAME = """(url) => {
    window.heard = [];
    addEventListener('message', ({ data }) => data?.qsts && window.heard.push(data.key));
    document.body.replaceChildren();
    document.body.insertAdjacentHTML('beforeend', '<button>around</button>'
        + `<iframe src="${url}" width="640" height="420"></iframe>`);
}"""


def test_in_a_frame_it_is_small_and_leads_nowhere_but_to_the_whole(
    page: Page, server: Server
) -> None:
    page.goto(f"{server.url}/_stcore/health")  # a page of the same host that is none of ours
    page.evaluate(FRAME, f"{server.url}/?view=embed&f={PRODUCT}&step=1")
    frame = page.frame_locator("iframe")
    expect(frame.locator(READY)).to_have_count(1, timeout=PATIENCE)
    expect(frame.locator(".js-plotly-plot")).to_be_in_viewport(ratio=0.99)
    expect(frame.locator(".qsts-scrubber")).to_be_in_viewport(ratio=0.99)
    expect(frame.get_by_test_id("stHeader")).to_be_hidden()
    expect(frame.locator(".qsts-present")).to_be_hidden()
    whole = frame.get_by_role("link", name="open in full")
    whole.focus()
    assert "view" not in parse_qs(urlsplit(whole.get_attribute("href") or "").query)
    for _ in range(9):
        page.keyboard.press("PageDown")
    expect(frame.locator(PLAYER)).to_have_attribute("data-step", str(LAST))
    page.wait_for_function(f"() => window.heard.length === {1 + 9 - LAST}")
    page.keyboard.press("Escape")
    assert frame.locator("body").evaluate("() => document.activeElement === document.body")
