"""Exported files in a browser, from the disk: they play, ask for nothing, and run no text."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Dialog, Page

from qsts_core import Expression, Trace
from qsts_core.export import page as pages
from qsts_core.export.svg import Drawing
from tests.export.hostile import hostile


@pytest.fixture
def alone(browser: Browser) -> Iterator[Page]:
    """A tab without a server; an error in it, a dialog or a request fails the test."""
    context = browser.new_context(offline=True)
    tab, problems = context.new_page(), []

    def refuse(dialog: Dialog) -> None:
        problems.append("a dialog")
        dialog.dismiss()

    tab.on("pageerror", lambda error: problems.append(f"error: {error}"))
    tab.on("console", lambda message: problems.append(f"console: {message.text}"))
    tab.on("dialog", refuse)
    tab.on("request", lambda request: problems.append(request.url))
    yield tab
    context.close()
    assert [it for it in problems if not it.startswith(("file:", "about:"))] == []


def seed() -> Trace:
    return Expression("(x+y) + x*(x+y)").trace({"x": 2, "y": 3})


def words_on(tab: Page) -> list[str]:
    return [text for text in tab.locator("svg text").all_text_contents() if text]


def drawn(trace: Trace, step: int) -> list[str]:
    texts = (element.text for element in Drawing(trace).element(step).iter("text"))
    return [text for text in texts if text]


def test_a_film_plays_from_the_disk(alone: Page, tmp_path: Path) -> None:
    place = tmp_path / "film.html"
    seed().save(place, step=9)
    alone.goto(place.as_uri())
    alone.locator("body[data-step='9']").wait_for()
    alone.keyboard.press("ArrowRight")
    assert "step 10 of 12" in (alone.locator("svg").text_content() or "")
    for _ in range(10):
        alone.keyboard.press("ArrowLeft")
    assert words_on(alone) == drawn(seed(), 0)
    alone.get_by_text("Play").click()
    alone.locator("body[data-step='12']").wait_for()
    assert words_on(alone) == drawn(seed(), 12)
    assert alone.get_by_text("Play").is_visible()


def test_a_film_plays_in_the_sandboxed_frame_of_a_cell(alone: Page, tmp_path: Path) -> None:
    place = tmp_path / "cell.html"
    place.write_text(f"<!doctype html><meta charset=utf-8>{pages.frame(seed())}", encoding="utf-8")
    alone.goto(place.as_uri())
    inside = alone.frame_locator("iframe")
    inside.get_by_label("Step on").click()
    inside.locator("body[data-step='1']").wait_for()


@pytest.mark.parametrize("kind", ["html", "svg"])
def test_hostile_names_stay_words(kind: str, alone: Page, tmp_path: Path) -> None:
    place = tmp_path / f"hostile.{kind}"
    hostile().save(place)
    alone.goto(place.as_uri())
    assert alone.locator("img").count() == 0
    assert "$(rm" in alone.locator("svg").last.inner_html()
