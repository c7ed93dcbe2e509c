"""How long a person waits for the picture while a value is dragged: the sweep and the painting.

Run on demand: `pytest tests/benchmarks`. Frames are those of a screen at 60 Hz.
"""

from collections.abc import Callable, Sequence
from statistics import median, quantiles

import pytest
from playwright.sync_api import Page

from qsts_core import Expression
from tests.benchmarks.test_player import of_size

pytestmark = pytest.mark.benchmark

OpenApp = Callable[..., Page]
Report = Callable[[Sequence[tuple[str, ...]]], None]

DRAG = """async (count) => {
    const handle = document.querySelector('[data-qsts="handle"][data-variable="x"]');
    const value = document.querySelector('.qsts-row[data-node="z1"] [data-field="value"]');
    const painted = () => new Promise((done) => requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = done;
        channel.port2.postMessage(null);
    }));
    const { left, top } = handle.getBoundingClientRect();
    const at = (kind, x) => new PointerEvent(kind, {
        clientX: left + 2 + x, clientY: top + 2, button: 0, bubbles: true, cancelable: true,
    });
    handle.dispatchEvent(at('pointerdown', 0));
    window.dispatchEvent(at('pointermove', 6));
    await painted();
    const times = [];
    for (let k = 0; k < count; k += 1) {
        const before = value.textContent;
        const start = performance.now();
        window.dispatchEvent(at('pointermove', 7 + k));
        do await painted(); while (value.textContent === before);
        times.push(performance.now() - start);
    }
    window.dispatchEvent(at('pointerup', 7 + count));
    return times;
}"""


@pytest.mark.parametrize(("size", "middle", "late"), [(100, 16, 33), (1000, 33, 50)])
def test_a_dragged_value_is_painted_in_time(
    size: int, middle: int, late: int, page: Page, open_app: OpenApp, report: Report
) -> None:
    text = of_size(size)
    steps = len(Expression(text).trace({"x": 1, "y": 1}))
    open_app(page, f=text, at="x=1,y=0.5", step=steps)
    times: list[float] = page.evaluate(DRAG, 60)
    here, worst = median(times), quantiles(times, n=20)[-1]
    report([("a value moved to paint, ms", "median", "95 %"),
            (f"{size} nodes", f"{here:.1f}", f"{worst:.1f}")])  # fmt: skip
    assert here <= middle + 1  # a frame of the screen is 16.7
    assert worst <= late
