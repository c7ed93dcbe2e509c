"""Fixtures for tests that look at the app through a browser.

`page` is a tab of the machine's Chromium that tolerates nothing: an error on the console or in the
page, a request to any other host, or a traceback on the server fails the test.
`open_app(page, f="x*x", at="x=3")` goes to the app and waits until the player is ready.
The machine's Chromium is the one that `QSTS_CHROMIUM` names, or the first found by its usual names.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.browser.serving import Server, serving

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
READY = '[data-qsts="player"][data-ready="true"]'
# On the way to a page of its own address Streamlit first asks below it, then at the root.
PROBED = re.compile(r"/\w+/_stcore/(health|host-config)$")
PATIENCE = 30_000  # milliseconds until the player must be ready, on a busy machine too
FLAGS = [
    "--headless",
    "--no-sandbox",  # a container's root cannot use the sandbox; the page is our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    # Chromium's own calls home would be refused on a closed network, many at a time.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# A step is its end state at once: what moves has tests of its own, which ask for motion.
USUAL = {
    "viewport": {"width": 1440, "height": 900},
    "color_scheme": "light",
    "reduced_motion": "reduce",
}

OpenApp = Callable[..., Page]
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder as `browser`."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def server() -> Iterator[Server]:
    """The app on a port of its own."""
    with serving([sys.executable, "-m", "qsts_core", "app"]) as running:
        yield running


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Where there is none: on CI a failure, elsewhere a skip."""
    found = [os.environ.get("QSTS_CHROMIUM"), *map(shutil.which, BROWSERS)]
    chromium = next(filter(None, found), None)
    if chromium is None:
        reason = f"no {', '.join(BROWSERS)} on this machine, and QSTS_CHROMIUM is not set"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def new_page(browser: Browser, server: Server) -> Iterator[NewPage]:
    """Makes watched tabs, as Playwright's new_context takes it: `new_page(color_scheme="dark")`."""
    problems: list[str] = []
    contexts = []
    logged = server.log.stat().st_size

    def make(**options: object) -> Page:
        chosen = USUAL | options
        context = browser.new_context(**chosen)  # type: ignore[arg-type]  # options are checked by Playwright
        contexts.append(context)
        page = context.new_page()
        _watch(page, server, problems)
        return page

    yield make
    for context in contexts:
        context.close()
    if said := server.tracebacks(since=logged):
        problems.append(f"the server said:\n{said}")
    if problems:
        pytest.fail("the page is not clean:\n" + "\n".join(dict.fromkeys(problems)), pytrace=False)


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """One watched tab, 1440 by 900, light."""
    return new_page()


@pytest.fixture
def open_app(server: Server) -> OpenApp:
    """Goes to the app with `f`, `at`, `sharing`, `step` in its address and waits for its player."""

    def go(page: Page, **query: object) -> Page:
        page.goto(f"{server.url}/?{urlencode(query)}")
        page.wait_for_selector(READY, timeout=PATIENCE)
        return page

    return go


def _watch(page: Page, server: Server, problems: list[str]) -> None:
    """Add to `problems` whatever a clean page would not do."""
    home = urlsplit(server.url).netloc

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBED.search(message.location.get("url", "")):
            problems.append(f"console error: {message.text} ({message.location.get('url', '')})")

    def see(url: str) -> None:
        there = urlsplit(url)
        if there.scheme not in {"data", "blob", "about"} and there.netloc != home:
            problems.append(f"request to another host: {url}")

    page.on("console", hear)
    page.on("pageerror", lambda error: problems.append(f"error in the page: {error}"))
    page.on("request", lambda request: see(request.url))
    page.on("websocket", lambda socket: see(socket.url))
