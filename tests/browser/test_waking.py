"""A page that slept, or that nobody looks at; and what many formulas leave behind in it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PATIENCE, OpenApp
from tests.browser.serving import Server
from tests.browser.test_history import IDLE

PLAYERS = {"": "player", "descent": "path-player"}
LONG = " + ".join(f"sin({k}*x)" for k in range(2, 14))

# No frame comes for a while, as in a sleep. Returned: how many steps the next two frames bring.
SLEEP = """async (player) => {
  const before = Number(player.dataset.step);
  for (const until = performance.now() + 6000; performance.now() < until; );
  await new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)));
  return Number(player.dataset.step) - before;
}"""

HIDE = """() => {
  Object.defineProperty(document, "hidden", { get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def play(page: Page, server: Server, lens: str) -> None:
    """Let the player of a lens play a long film, at a speed that a jump would show."""
    player = f'[data-qsts="{PLAYERS[lens]}"]'
    page.goto(f"{server.url}/{lens}?f={LONG.replace('+', '%2B')}&steps=400")
    page.wait_for_selector(f'{player}[data-ready="true"]', timeout=PATIENCE)
    page.wait_for_selector(IDLE)
    speed = page.locator(player).get_by_label("speed")
    speed.fill("3" if lens == "" else "0")
    page.locator(f'{player} [data-action="play"]').click()
    page.wait_for_function(
        "(player) => Number(document.querySelector(player).dataset.step) > 2", arg=player
    )


@pytest.mark.parametrize("lens", PLAYERS)
def test_playing_does_not_make_up_for_a_sleep(page: Page, server: Server, lens: str) -> None:
    play(page, server, lens)
    jumped = page.locator(f'[data-qsts="{PLAYERS[lens]}"]').evaluate(SLEEP)
    assert jumped < 10


@pytest.mark.parametrize("lens", PLAYERS)
def test_a_page_that_nobody_sees_pauses(page: Page, server: Server, lens: str) -> None:
    play(page, server, lens)
    page.evaluate(HIDE)
    expect(page.locator(f'[data-qsts="{PLAYERS[lens]}"] [data-action="play"]')).to_have_text("Play")


def test_twenty_formulas_leave_nothing_behind(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x*y")
    watching = page.context.new_cdp_session(page)

    def count() -> tuple[int, int, int]:
        """Return the listeners of the window, those of everything, and the nodes of the page."""
        window = watching.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
        heard = watching.send("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
        watching.send("HeapProfiler.collectGarbage")
        all_of_them = watching.send("Memory.getDOMCounters")
        return len(heard), all_of_them["jsEventListeners"], all_of_them["nodes"]

    def take_up(formula: str) -> None:
        box = page.locator(".st-key-formula textarea")
        box.fill(formula)
        box.press("Control+Enter")
        page.wait_for_function(
            "(text) => new URL(window.location.href).searchParams.get('f') === text", arg=formula
        )
        page.wait_for_selector(IDLE)
        page.wait_for_selector('[data-qsts="player"][data-ready="true"]')

    take_up("x*y + 2")
    take_up("x*y + 3")
    before = count()
    for k in range(4, 24):
        take_up(f"x*y + {k}")
    after = count()
    assert after[0] == before[0]
    assert after[1] < before[1] + 40  # what is left of the last picture or two may wait
    assert after[2] < before[2] + 200
