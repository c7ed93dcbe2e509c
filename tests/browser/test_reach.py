"""Whoever comes: by ear, in a language written from right to left, with a printout."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenApp

POST = "(x+y) + x*(x+y)"
WATCH_THE_VOICE = """() => {
  window.said = [];
  const voice = document.querySelector('.qsts-voice');
  const watch = new MutationObserver(() => window.said.push(voice.textContent));
  watch.observe(voice, { childList: true, characterData: true, subtree: true });
}"""
DIRECTIONS = """(parts) => Object.fromEntries(parts.map(
  (part) => [part, getComputedStyle(document.querySelector(part)).direction]))"""
TRANSLATED = """(parts) => Object.fromEntries(parts.map(
  (part) => [part, document.querySelector(part).closest('[translate]').translate]))"""
ON_PAPER = """() => {
  const box = (element) => element.getBoundingClientRect();
  const all = (part) => [...document.querySelectorAll(part)];
  const shown = (part) => all(part).filter((element) => box(element).height > 0).length;
  const within = (one) => one.left >= 0 && one.right <= window.innerWidth;
  const ledger = document.querySelector('.qsts-ledger');
  const stage = document.querySelector('[data-qsts=stage]');
  return {
    bars: shown('.qsts-bar') + shown('.stSlider') + shown('.stAppHeader'),
    nodes: all('[data-qsts=chart] .point').map(box).filter(within).length,
    rows: shown('.qsts-row[data-node]'),
    cut: ledger.scrollHeight - ledger.clientHeight,
    order: ['.qsts-source', '[data-qsts-room]', '.qsts-legend', '.qsts-formula', '.qsts-ledger']
      .map((part) => box(document.querySelector(part)).top),
    address: getComputedStyle(stage, '::after').content,
    scrolls: getComputedStyle(document.querySelector('.stMain')).overflowY,
  };
}"""


def test_a_lens_is_named_heard_read_and_printed(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=POST, at="x=2,y=3")
    expect(page).to_have_title(f"Backward pass – {POST} – qsts")
    expect(page.locator("h1")).to_have_text(["Backward pass"])
    # By ear: nothing while it plays, one sentence where it stops.
    play, back = page.locator(".qsts-play"), page.locator('[data-action="back"]')
    expect(play).to_have_attribute("aria-pressed", "false")
    expect(back).to_have_attribute("aria-disabled", "true")
    page.evaluate(WATCH_THE_VOICE)
    page.locator("[data-qsts=chart]").focus()
    for _ in range(3):
        page.keyboard.press("+")
    page.keyboard.press("Space")
    expect(play).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(
        "() => Number(document.querySelector('[data-qsts=player]').dataset.step) >= 4"
    )
    assert page.evaluate("window.said") == []
    page.keyboard.press("Space")
    expect(play).to_have_attribute("aria-pressed", "false")
    expect(back).to_have_attribute("aria-disabled", "false")
    expect(page.locator(".qsts-voice")).to_have_text(page.locator(".qsts-sentence").inner_text())
    assert len(page.evaluate("window.said")) == 1
    # From right to left, and translated.
    page.evaluate("document.documentElement.dir = 'rtl'")
    parts = [".qsts-source", ".qsts-formula", ".qsts-ledger"]
    fields = [".qsts-scrubber", ".qsts-facts", ".st-key-formula textarea"]
    assert set(page.evaluate(DIRECTIONS, parts + fields).values()) == {"ltr"}
    assert set(page.evaluate(TRANSLATED, parts).values()) == {False}
    assert set(page.evaluate(TRANSLATED, [".qsts-sentence", ".qsts-voice"]).values()) == {True}
    page.evaluate("document.documentElement.dir = ''")
    # On paper: A4 without its margins is 703 pixels wide.
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1032})
    paper = page.evaluate(ON_PAPER)
    assert paper.pop("address").startswith('"http')
    order = paper.pop("order")
    assert order == sorted(order)
    assert paper == {"bars": 0, "nodes": 5, "rows": 5, "cut": 0, "scrolls": "visible"}


@pytest.mark.parametrize("lens", ["duplicates", "cost", "post"])
def test_each_lens_has_a_title_and_one_first_heading(
    page: Page, open_app: OpenApp, lens: str
) -> None:
    open_app(page, f=POST, at="x=2,y=3")
    page.goto(page.url.replace("/?", f"/{lens}?"))
    heading = page.locator("h1")
    expect(heading).to_have_count(1)
    expect(page).to_have_title(f"{heading.inner_text()} – {POST} – qsts")
    levels = page.locator("h1, h2, h3").evaluate_all("(all) => all.map((one) => one.tagName)")
    assert levels[0] == "H1"
    assert all(int(after[1]) - int(before[1]) <= 1 for before, after in pairwise(levels))
