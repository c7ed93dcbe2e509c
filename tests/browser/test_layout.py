"""Where things stand on the page: nothing leaves the window, nothing covers what it should not."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qsts_core import Expression

OpenApp = Callable[..., Page]
READY = '[data-qsts="player"][data-ready="true"]'

PLACES = """() => {
    const box = (selector) => document.querySelector(selector)?.getBoundingClientRect();
    const [chart, bar] = [box('.st-key-qsts-stage .js-plotly-plot'), box('.qsts-bar')];
    return chart && bar && { chart: [chart.top, chart.bottom], bar: [bar.top, bar.bottom] };
}"""
IN_ORDER = f"""() => {{
    const places = ({PLACES})();
    return places && places.chart[1] <= places.bar[0] && places.bar[1] <= window.innerHeight;
}}"""
IN_SIGHT = f"() => ({PLACES})()?.bar[1] <= window.innerHeight"


def type_formula(page: Page, text: str) -> None:
    box = page.locator(".st-key-formula textarea")
    box.fill(text)
    box.press("Control+Enter")
    steps = len(Expression(text).trace(dict.fromkeys(Expression(text).variables, 1.0)))
    page.wait_for_selector(f'{READY}[data-steps="{steps}"]')


def test_a_new_formula_leaves_the_chart_above_the_bar(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    for _ in range(4):
        for text in ("2+3", "sqrt(x-2)", "x*y+sin(x)"):
            type_formula(page, text)
            page.wait_for_function(IN_ORDER, timeout=5000)


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900)])
@pytest.mark.parametrize("query", [{}, {"f": "tanh(w*x+b) - y"}, {"f": "log(x-3)", "at": "x=2"}])
def test_the_bar_ends_within_the_window(
    new_page: Callable[..., Page], open_app: OpenApp, size: tuple[int, int], query: dict[str, str]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    open_app(page, **query)
    page.wait_for_function(IN_ORDER, timeout=5000)


def test_in_a_low_window_the_bar_stays_in_sight(
    new_page: Callable[..., Page], open_app: OpenApp
) -> None:
    page = new_page(viewport={"width": 1280, "height": 480})
    open_app(page, f="tanh(w*x+b) - y")
    page.wait_for_function(IN_SIGHT, timeout=5000)
    assert page.evaluate("() => document.querySelector('.stMain').scrollTop") == 0
    page.mouse.move(8, 300)  # over nothing that scrolls by itself
    page.mouse.wheel(0, 2000)
    page.wait_for_function("() => document.querySelector('.stMain').scrollTop > 100")
    page.wait_for_function(IN_SIGHT, timeout=5000)
    expect(page.locator(".qsts-bar")).to_be_in_viewport()


CUT = """() => {
    const fields = '.qsts-row[data-node] :is([data-field=value], [data-field=adjoint])';
    const panel = document.querySelector('.qsts-formula');
    const wide = (element) => element.scrollWidth > element.clientWidth;
    const cells = [...document.querySelectorAll(fields)].filter(wide);
    const sentence = document.querySelector('.qsts-sentence');
    return [...cells.map((cell) => cell.textContent), ...(wide(panel) ? ['the formula'] : []),
        ...(sentence.scrollHeight > sentence.clientHeight ? ['the sentence'] : [])];
}"""


@pytest.mark.parametrize("size", [(1440, 900), (1280, 720)])
@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("exp(-x^2)*y - 1e-9", "x=6.3,y=-0.000123456789"),
        ("atan2(x,y)*hypot(x,y)", "x=-0.000123456789,y=123456.789"),
        ("(y-sigmoid(w*x+b))^2", "x=0.123456,y=0.4242422,w=-1.2345678,b=3.14159"),
    ],
)
def test_no_number_and_no_sentence_is_cut(
    new_page: Callable[..., Page], open_app: OpenApp, size: tuple[int, int], text: str, at: str
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    open_app(page, f=text, at=at)
    page.locator("[data-qsts=chart]").focus()
    steps = int(page.locator(READY).get_attribute("data-steps") or 0)
    for step in range(1, steps + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_selector(f'{READY}[data-step="{step}"]')
        assert page.evaluate(CUT) == [], step
    row = page.locator(".qsts-row[data-current]")
    expect(row).to_be_in_viewport(ratio=0.9 if size[1] > 800 else 0)


def test_a_number_is_whole_in_its_title(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="exp(-x^2)", at="x=6.3", step=99)
    cell = page.locator('.qsts-row[data-node="z5"] [data-field="value"]')
    expect(cell).to_have_text("5.792·10⁻¹⁸")
    expect(cell).to_have_attribute("title", cell.get_attribute("data-number") or "")


COVERED = """() => {
    const texts = [...document.querySelectorAll('.qsts-plate')].flatMap((badge) =>
        [...badge.querySelectorAll('.qsts-name, .qsts-value, .qsts-adjoint-cell')]
            .map((part) => [badge.dataset.node, part]));
    const points = [...document.querySelectorAll('[data-qsts=chart] .point')]
        .map((point) => [point.dataset.node, point]);
    const boxes = (list) => list.map(([node, part]) => [node, part.getBoundingClientRect()]);
    const [small, all] = [boxes(texts), boxes([...texts, ...points])];
    const covers = (one, other) =>
        Math.min(one.right, other.right) - Math.max(one.left, other.left) > 4
        && Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 5;
    return small.flatMap(([node, box]) => all
        .filter(([other, place]) => other !== node && box.width && place.width)
        .filter(([, place]) => covers(box, place))
        .map(([other]) => `${node} and ${other}`));
}"""


@pytest.mark.parametrize("size", [(1920, 1080), (1440, 900), (1280, 720)])
def test_names_and_numbers_of_small_graphs_stand_free(
    new_page: Callable[..., Page], open_app: OpenApp, size: tuple[int, int]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    for text in (
        "a*b+c*d",
        "a*b+c*d+e*f",
        "sigmoid(w1*x1+w2*x2+b)",
        "exp(-(x-m)^2/(2*s^2))",
        "log(x)/x+sqrt(y-3)",
        "1/(1+exp(-(w*x+b)))",
    ):
        open_app(page, f=text, step=999)
        if page.locator("[data-qsts=chart][data-compact]").count():
            expect(page.locator(".qsts-card")).not_to_have_count(0)  # they speak for the actors
        else:  # a constant is its own number
            marks = page.locator("[data-qsts=chart] .point:not([data-shape=diamond])").count()
            expect(page.locator(".qsts-plate")).to_have_count(marks)
        assert page.evaluate(COVERED) == [], text
