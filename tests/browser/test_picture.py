"""The picture at every step, by the boxes on the page: nothing covers what is not its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

OpenApp = Callable[..., Page]
READY = '[data-qsts="player"][data-ready="true"]'

FAULTS = Path(__file__).with_name("faults.js").read_text(encoding="utf-8")


def faults_at_each_step(page: Page, open_app: OpenApp, text: str, at: str) -> dict[int, list[str]]:
    open_app(page, f=text, at=at)
    page.locator("[data-qsts=chart]").focus()
    steps = int(page.locator(READY).get_attribute("data-steps") or 0)
    found = {}
    for step in range(1, steps + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'{READY}[data-step="{step}"]')
        if faults := page.evaluate(FAULTS):
            found[step] = faults
    return found


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("mish(u)*sec(v)-round(w)*u^3", "u=1,v=2,w=3"),
        ("(x+y) + x*(x+y)", "x=2,y=3"),
        ("x*x - x^x", "x=-2.5"),
        ("sin(x*y)+exp(x-y)*z/(x+2)", "x=1,y=2,z=3"),
        ("max(x,y)*min(x,y) - abs(x)", "x=1,y=1"),
        ("atan2(x,y)*hypot(x,y)", "x=-0.000123456789,y=123456.789"),
        ("sigmoid(w1*x1+w2*x2+b)", "w1=0.1,x1=1,w2=2,x2=3,b=4"),
        ("((x*x)*(x*x))*((x*x)*(x*x))", "x=1.1"),
        ("where(x > 0, sqrt(x)*y, x*y) + x", "x=-4,y=3"),
        ("x*y + x*z + x*w + x*u", "x=0.12345678,y=1234567,z=-1.5e-9,w=7,u=0.3"),
    ],
)
def test_nothing_covers_what_it_does_not_belong_to(
    new_page: Callable[..., Page], open_app: OpenApp, text: str, at: str
) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    assert faults_at_each_step(page, open_app, text, at) == {}
    page.set_viewport_size({"width": 390, "height": 844})
    assert faults_at_each_step(page, open_app, text, at) == {}
