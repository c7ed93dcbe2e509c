"""Whatever is pressed while a step still moves, the picture ends where the last key asked."""

import random
from collections.abc import Callable

from playwright.sync_api import Page, expect

from qsts_core import Expression

OpenApp = Callable[..., Page]
SEED = "(x+y) + x*(x+y)"
PLAYER = '[data-qsts="player"]'
ENDS = """() => JSON.stringify({
    plates: [...document.querySelectorAll('.qsts-plate')].map((plate) => plate.textContent),
    rows: [...document.querySelectorAll('.qsts-row[data-node]')].map((row) => row.textContent),
    lanes: [...document.querySelectorAll('.qsts-lane')].map((lane) => lane.dataset.passed),
    formula: document.querySelector('.qsts-formula').textContent,
})"""


def ends_at(page: Page, step: int) -> str:
    """Wait until nothing moves, and return what the page says."""
    expect(page.locator(f'{PLAYER}[data-step="{step}"]:not([data-moving])')).to_have_count(1)
    return str(page.evaluate(ENDS))


def test_two_hundred_interruptions_end_in_the_state_that_was_asked_for(
    new_page: Callable[..., Page], open_app: OpenApp
) -> None:
    steps = len(Expression(SEED).trace({"x": 2.0, "y": 3.0}))
    still = open_app(new_page(), f=SEED, at="x=2,y=3")
    still.locator("[data-qsts=chart]").focus()
    ends = [ends_at(still, 0)]
    for step in range(1, steps + 1):
        still.keyboard.press("ArrowRight")
        ends.append(ends_at(still, step))
    page = open_app(new_page(reduced_motion="no-preference"), f=SEED, at="x=2,y=3")
    page.locator("[data-qsts=chart]").focus()
    chance, step = random.Random(20), 0
    for press in range(1, 201):
        key = chance.choice(["ArrowRight"] * 6 + ["ArrowLeft", "ArrowLeft", "End", "Home"])
        page.keyboard.press(key)
        moves = {"ArrowRight": step + 1, "ArrowLeft": step - 1, "End": steps, "Home": 0}
        step = min(max(moves[key], 0), steps)
        page.wait_for_timeout(chance.choice([0, 5, 40, 120]))
        if press % 20 == 0:
            assert ends_at(page, step) == ends[step], press
