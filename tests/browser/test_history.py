"""The browser's "back" and "forward": a formula is a step; a value or a step of the film is not."""

from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PATIENCE, OpenApp
from tests.browser.serving import Server

IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def commit(page: Page, text: str) -> None:
    box = page.locator(".st-key-formula textarea")
    box.fill(text)
    box.press("Control+Enter")
    await_address(page, f=text)


def await_address(page: Page, **query: str) -> None:
    """Wait until the address says so, and the box too."""
    page.wait_for_function(
        """(wanted) => {
          const said = new URL(window.location.href).searchParams;
          return Object.entries(wanted).every(([name, content]) => said.get(name) === content);
        }""",
        arg=query,
        timeout=PATIENCE,
    )
    if "f" in query:
        page.wait_for_function(
            "(text) => document.querySelector('.st-key-formula textarea')?.value === text",
            arg=query["f"],
            timeout=PATIENCE,
        )
    page.wait_for_selector(IDLE)


def said(page: Page) -> dict[str, str]:
    return {name: texts[0] for name, texts in parse_qs(urlsplit(page.url).query).items()}


def entries(page: Page) -> int:
    return int(page.evaluate("window.history.length"))


def test_back_and_forward_restore_formula_values_and_step(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x*y", at="x=4,y=5")
    before = entries(page)
    page.locator('[data-action="last"]').click()
    last = page.locator('[data-qsts="player"]').get_attribute("data-steps") or ""
    await_address(page, step=last)
    commit(page, "x*y*z+7")
    page.get_by_label("x", exact=True).fill("1/2")
    page.get_by_label("x", exact=True).press("Enter")
    await_address(page, at="x=0.5,y=5,z=3")
    commit(page, "x+1")
    assert entries(page) == before + 2
    page.go_back()
    await_address(page, f="x*y*z+7", at="x=0.5,y=5,z=3")
    page.go_back()
    await_address(page, f="x*y", at="x=4,y=5", step=last)
    page.wait_for_selector(f'[data-qsts="player"][data-ready="true"][data-step="{last}"]')
    assert page.get_by_label("x", exact=True).input_value() == "4"
    page.go_forward()
    await_address(page, f="x*y*z+7", at="x=0.5,y=5,z=3")
    page.go_forward()
    await_address(page, f="x+1")
    assert entries(page) == before + 2


def test_back_leads_through_the_lenses_as_each_was_shown(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x*y")
    page.get_by_role("link", name="Duplicates").click()
    page.wait_for_url("**/duplicates?*f=*")
    page.wait_for_selector(IDLE)
    commit(page, "x*x+y")
    page.go_back()
    await_address(page, f="x*y")
    assert urlsplit(page.url).path == "/duplicates"
    page.go_back()
    page.wait_for_function("() => window.location.pathname === '/'")
    await_address(page, f="x*y")
    page.go_forward()
    page.go_forward()
    await_address(page, f="x*x+y")
    assert urlsplit(page.url).path == "/duplicates"


def test_an_example_is_a_step_too(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x*y")
    page.get_by_role("button", name="Examples").click()
    page.get_by_role("combobox", name="Examples").click()
    page.get_by_role("option", name="Rosenbrock", exact=True).click()
    await_address(page, f="100*(y-x^2)^2+(1-x)^2")
    page.go_back()
    await_address(page, f="x*y")


@pytest.mark.parametrize("path", ["cost", "descent", "duplicates"])
def test_a_lens_opened_by_its_own_address_asks_for_nothing_that_is_not_there(
    page: Page, server: Server, path: str
) -> None:
    page.goto(f"{server.url}/{path}?f=x*y")  # an error on the console would fail the test
    page.wait_for_selector(f'a[href*="{path}"]', timeout=PATIENCE)
    await_address(page, f="x*y")
