"""A server that starts anew under an open page: the edit that finds it out is kept."""

import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE
from tests.browser.serving import free_port
from tests.browser.test_history import IDLE, await_address, commit

CONNECTED = '[data-testid="stApp"][data-test-connection-state="CONNECTED"]'


class Restartable:
    """The app on a port that outlives its process."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "qsts_core", "app", f"--port={self.port}", "--no-browser"]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE)
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health"):
                return
            time.sleep(0.1)
        raise RuntimeError("the server does not answer")

    def stop(self) -> str:
        """End the server, and return what it said on standard error."""
        self.process.terminate()
        return self.process.communicate(timeout=20)[1].decode(errors="replace")


@pytest.fixture
def app() -> Iterator[Restartable]:
    running = Restartable()
    yield running
    assert "Traceback" not in running.stop()


@pytest.fixture
def page(browser: Browser, app: Restartable) -> Iterator[Page]:
    """A tab that has opened one formula and taken up another."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{app.url}/?f=x*y&at=x=4,y=5")
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]', timeout=PATIENCE)
    commit(page, "x*y*z+7")
    page.get_by_label("z", exact=True).fill("6")
    page.get_by_label("z", exact=True).press("Enter")
    await_address(page, at="x=4,y=5,z=6")
    yield page
    context.close()


def restart(page: Page, app: Restartable) -> None:
    app.stop()
    page.wait_for_selector(CONNECTED, state="detached", timeout=PATIENCE)
    app.start()
    page.wait_for_selector(CONNECTED, timeout=PATIENCE)


def type_value(page: Page) -> None:
    page.get_by_label("x", exact=True).fill("2,5")
    page.get_by_label("x", exact=True).press("Enter")


def move_slider(page: Page) -> None:
    page.get_by_role("slider", name="y, by a slider").press("ArrowLeft")


def choose(page: Page, menu: str, words: str) -> None:
    page.get_by_text(menu).click()
    page.get_by_text(words, exact=True).click()


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (lambda page: commit(page, "x*z+1"), {"f": "x*z+1", "at": "x=4,z=6"}),
        (type_value, {"f": "x*y*z+7", "at": "x=2.5,y=5,z=6"}),
        (move_slider, {"f": "x*y*z+7", "at": "x=4,y=4.99,z=6"}),
        (lambda page: choose(page, "Film and picture", "tree"),
         {"f": "x*y*z+7", "at": "x=4,y=5,z=6", "sharing": "none"}),
        (lambda page: choose(page, "Film and picture", "build the graph first"),
         {"f": "x*y*z+7", "at": "x=4,y=5,z=6", "build": "1"}),
    ],
    ids=["formula", "value", "slider", "sharing", "switch"],
)  # fmt: skip
def test_the_first_edit_wins(
    page: Page, app: Restartable, edit: Callable[[Page], None], kept: dict[str, str]
) -> None:
    restart(page, app)
    edit(page)
    await_address(page, **kept)
    page.wait_for_selector('[data-qsts="player"][data-ready="true"]')


@pytest.mark.parametrize("lens", ["Duplicates", "Cost", "Descent"])
def test_the_first_edit_wins_on_every_lens(page: Page, app: Restartable, lens: str) -> None:
    page.get_by_role("link", name=lens).click()
    page.wait_for_url(f"**/{lens.lower()}?*f=*", timeout=PATIENCE)
    page.wait_for_selector(IDLE, timeout=PATIENCE)  # or the edit is made on what the lens replaces
    restart(page, app)
    commit(page, "x*z+1")
    await_address(page, f="x*z+1", at="x=4,z=6")


def test_the_choices_of_a_descent_outlive_the_session(page: Page, app: Restartable) -> None:
    page.get_by_role("link", name="Descent").click()
    page.wait_for_selector('[data-qsts="path-player"][data-ready="true"]', timeout=PATIENCE)
    box = page.get_by_role("spinbutton", name="Starts")
    box.fill("8")
    box.press("Enter")
    await_address(page, starts="8")
    restart(page, app)
    steps = page.get_by_role("spinbutton", name="Steps")
    steps.fill("33")
    steps.press("Enter")
    await_address(page, f="x*y*z+7", at="x=4,y=5,z=6", starts="8", steps="33")
