"""The lens "Cost" in a real browser: measured, stopped, and left for another page."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

OpenApp = Callable[..., Page]
PATIENCE = 60_000  # milliseconds that a measurement may take on a busy machine


def amount(page: Page, quantity: str, sharing: str) -> Locator:
    row = page.locator(f'[data-qsts="cost"] tr[data-quantity="{quantity}"]')
    return row.locator(f'td[data-sharing="{sharing}"] [data-field="amount"]')


def go_to(page: Page, name: str) -> None:
    page.get_by_role("link", name=name).click()


def press(page: Page, name: str) -> None:
    page.get_by_test_id("stMainBlockContainer").get_by_role("button", name=name, exact=True).click()


def test_a_formula_is_measured_and_keeps_its_cost_and_its_address(
    page: Page, open_app: OpenApp
) -> None:
    open_app(page, f="x*y + (x*y)^2", at="x=4,y=0.5", sharing="variables")
    go_to(page, "Cost")
    expect(amount(page, "nodes", "none")).to_have_text("9")
    expect(amount(page, "nodes", "unique")).to_have_text("6")
    expect(amount(page, "gradient", "unique")).to_have_text("–")
    page.wait_for_url(re.compile(r"/cost\?f=x\*y.*&sharing=variables&at=x%3D4%2Cy%3D0.5"))
    press(page, "Measure")
    page.wait_for_selector('[data-qsts="verdict"]', timeout=PATIENCE)
    expect(amount(page, "descent", "unique")).not_to_have_text("–", timeout=PATIENCE)
    measured = amount(page, "build", "unique").inner_text()
    go_to(page, "Backward pass")
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]')
    expect(page.locator(".st-key-formula textarea")).to_have_value("x*y + (x*y)^2")
    page.wait_for_url(re.compile(r"/\?.*sharing=variables&at=x%3D4%2Cy%3D0.5"))
    go_to(page, "Cost")
    expect(amount(page, "build", "unique")).to_have_text(measured)


def test_stop_keeps_what_was_measured(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="+".join(f"sin({k}*x)" for k in range(2, 390)))  # seconds of descent
    go_to(page, "Cost")
    press(page, "Measure")
    expect(amount(page, "gradient", "unique")).not_to_have_text("–", timeout=PATIENCE)
    press(page, "Stop")
    expect(page.locator(".qsts-note", has_text="is measured, and kept")).to_be_visible()
    expect(page.locator(".st-key-stop_cost, .st-key-stop-cost")).to_have_count(0)
    expect(amount(page, "build", "none")).not_to_have_text("–")
    expect(amount(page, "gradient", "none")).not_to_have_text("–")


def test_a_family_grows_under_ones_eyes(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_to(page, "Cost")
    expect(page.locator(".st-key-qsts-growth-nodes .js-plotly-plot .trace")).to_have_count(3)
    press(page, "Measure the family")
    chart = page.locator(".st-key-qsts-growth-measured .js-plotly-plot")
    expect(chart.locator(".trace")).to_have_count(3, timeout=PATIENCE)
    expect(
        page.get_by_test_id("stMainBlockContainer").get_by_role("button", name="Stop")
    ).to_have_count(0, timeout=PATIENCE)
    # All 16 depths have a unique graph; trees are timed as far as 20,000 nodes.
    for index, points in enumerate([13, 14, 16]):
        expect(chart.locator(".trace").nth(index).locator(".point")).to_have_count(points)
