"""How long a person waits for the picture: a step of the player, and a new formula.

Run on demand: `pytest tests/benchmarks`. Frames are those of a screen at 60 Hz.
"""

from collections.abc import Callable, Sequence
from statistics import median, quantiles
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qsts_core import Expression
from qsts_core.construction import build_steps
from qsts_core.lenses.backward import MOST_TOKENS
from qsts_core.reading.plain import tokenize

pytestmark = pytest.mark.benchmark

FRAME = 1000 / 60  # milliseconds
OpenApp = Callable[..., Page]
Report = Callable[[Sequence[tuple[str, ...]]], None]

STEP = """async (count) => {
    const player = document.querySelector('[data-qsts="player"]');
    const chart = document.querySelector('[data-qsts="chart"]');
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    }));
    const times = [];
    let blank = 0;
    chart.focus();
    for (let k = 0; k < count; k += 1) {
        const wanted = Number(player.dataset.step) + 1;
        const start = performance.now();
        chart.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
        do await painted(); while (Number(player.dataset.step) !== wanted);
        times.push(performance.now() - start);
        blank += chart.querySelectorAll('.point').length === 0;
    }
    return { times, blank };
}"""


def of_size(nodes: int) -> str:
    """Return a formula of about so many nodes, every third of them used twice."""
    terms = nodes // 5
    lines = ["s0 = x*y"]
    lines += [f"s{k} = s{k - 1} + sin(s{k - 1}*{k + 1})/x" for k in range(1, terms)]
    return "; ".join(lines)


def test_a_step_is_painted_within_two_frames(page: Page, open_app: OpenApp, report: Report) -> None:
    text = of_size(1000)
    nodes = len(Expression(text).graph.nodes)
    assert 900 <= nodes <= 1100
    rows = [("step to paint, ms", "median", "95 %")]
    worst: list[tuple[float, float]] = []
    for phase, start in (("forward", 100), ("backward", nodes + 100)):
        open_app(page, f=text, at="x=1,y=0.5", step=start)
        measured: dict[str, Any] = page.evaluate(STEP, 100)
        middle, late = median(measured["times"]), quantiles(measured["times"], n=20)[-1]
        rows.append((f"{phase}, {nodes} nodes", f"{middle:.1f}", f"{late:.1f}"))
        worst.append((middle, late))
        assert measured["blank"] == 0
    report(rows)
    assert max(middle for middle, _ in worst) <= 2 * FRAME
    assert max(late for _, late in worst) <= 3 * FRAME


def test_a_step_of_the_building_is_painted_within_two_frames(
    page: Page, open_app: OpenApp, report: Report
) -> None:
    text = of_size(155)
    tokens = len(tokenize(text))
    assert MOST_TOKENS - 20 <= tokens <= MOST_TOKENS
    rows = [("step of the building to paint, ms", "median", "95 %")]
    worst: list[tuple[float, float]] = []
    for part, start in (("begins", 10), ("ends", len(list(build_steps(text))) - 110)):
        open_app(page, f=text, at="x=1,y=0.5", build=1, step=start)
        measured: dict[str, Any] = page.evaluate(STEP, 100)
        middle, late = median(measured["times"]), quantiles(measured["times"], n=20)[-1]
        rows.append((f"where it {part}, {tokens} tokens", f"{middle:.1f}", f"{late:.1f}"))
        worst.append((middle, late))
    report(rows)
    assert max(middle for middle, _ in worst) <= 2 * FRAME
    assert max(late for _, late in worst) <= 3 * FRAME


def test_forty_presses_are_forty_steps(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=of_size(1000), at="x=1,y=0.5")
    page.locator("[data-qsts=chart]").focus()
    for _ in range(40):
        page.keyboard.down("ArrowRight")
    expect(page.locator('[data-qsts="player"]')).to_have_attribute("data-step", "40")


def test_a_new_formula_of_a_hundred_nodes_is_there_soon(
    page: Page, open_app: OpenApp, report: Report
) -> None:
    open_app(page)
    times = []
    for size in (98, 100, 102, 104, 106):
        text = of_size(size) + f" + {size}"
        steps = len(Expression(text).trace({"x": 2, "y": 3}))
        box = page.locator(".st-key-formula textarea")
        box.fill(text)
        start = page.evaluate("() => performance.now()")
        box.press("Control+Enter")
        page.wait_for_selector(f'[data-qsts="player"][data-steps="{steps}"][data-ready="true"]')
        times.append(page.evaluate("() => performance.now()") - start)
    report([("new formula to picture, ms", "median", "worst"),
            ("100 nodes", f"{median(times):.0f}", f"{max(times):.0f}")])  # fmt: skip
    assert median(times) < 1500
