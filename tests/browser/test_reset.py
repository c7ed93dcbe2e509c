"""The reset in a real browser: the next state on the same graph, and what is left of the last."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from qsts_core import Expression
from qsts_core.graph import SHARINGS
from tests.browser.test_duplicates import go_there, stage
from tests.browser.test_player import (
    SEED,
    SEED_AT,
    at_step,
    expected_ledger,
    player,
    read_ledger,
)

OpenApp = Callable[..., Page]
CHART = ".st-key-qsts-stage [data-qsts=chart]"
BUTTON = "Next state, same graph"


def test_the_next_state_resets_and_runs_the_same_graph(page: Page, open_app: OpenApp) -> None:
    trace = Expression(SEED).trace({"x": 3, "y": 4}, after=SEED_AT)
    open_app(page, f=SEED, at="x=2,y=3")
    page.locator(CHART).focus()
    page.keyboard.press("End")
    page.get_by_role("button", name=BUTTON).click()
    expect(player(page)).to_have_attribute("data-steps", str(len(trace)), timeout=60_000)
    at_step(page, 0)
    page.locator(CHART).focus()
    for step in [*range(len(trace) + 1), *range(len(trace) - 1, -1, -1)]:
        here = int(player(page).get_attribute("data-step") or -1)
        if step != here:
            page.keyboard.press("ArrowRight" if step > here else "ArrowLeft")
        at_step(page, step)
        assert read_ledger(page) == expected_ledger(trace, step), step
        phase = trace[step - 1].phase if step else "start"
        expect(player(page)).to_have_attribute("data-phase", phase)
        if phase == "reset":
            told = player(page).get_by_role("status")
            expect(told).to_contain_text("5 values and 5 adjoints to nothing")
    page.wait_for_url("**after=*")


def test_three_graphs_reset_as_much_as_they_hold(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=3,y=4", after="x=2,y=3")
    go_there(page)
    page.locator(f"{stage('unique')} [data-qsts=chart]").focus()
    for sharing in SHARINGS:
        expect(page.locator(f"{stage(sharing)} [data-count=resets]")).to_have_text("0")
    page.keyboard.press("ArrowRight")
    for sharing in SHARINGS:
        count = str(Expression(SEED).count_nodes()[sharing])
        expect(page.locator(f"{stage(sharing)} [data-count=resets]")).to_have_text(count)


def test_the_sharing_is_asked_for_where_it_does_something(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3", sharing="none")
    expect(page.get_by_role("radiogroup", name="Sharing")).to_have_count(0)
    page.get_by_text("Film and picture").click()
    expect(page.get_by_role("radiogroup", name="Sharing")).to_be_visible()
    page.keyboard.press("Escape")
    go_there(page)
    page.get_by_text("Examples", exact=True).first.click()
    expect(page.get_by_role("combobox", name="Examples")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="Sharing")).to_have_count(0)
    page.wait_for_url("**sharing=none**")
