"""The lens "Duplicates" in a real browser: three graphs on one clock."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from qsts_core import Expression, Trace
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import Letters

SEED = "(x+y) + x*(x+y)"
AT = {"x": 2.0, "y": 3.0}
OpenApp = Callable[..., Page]


def stage(sharing: Sharing) -> str:
    return f".st-key-qsts-{sharing}-stage"


def go_there(page: Page) -> None:
    page.get_by_role("link", name="Duplicates").click()
    for sharing in SHARINGS:
        ready = f'{stage(sharing)} [data-qsts="player"][data-ready="true"]'
        page.wait_for_selector(ready)


def adjoints(page: Page, sharing: Sharing) -> dict[str, str]:
    rows = page.locator(f"{stage(sharing)} .qsts-row[data-node]")
    pairs: list[tuple[str, str]] = rows.evaluate_all(
        """rows => rows.map((row) =>
            [row.dataset.node, row.querySelector('[data-field=adjoint]').textContent])"""
    )
    return dict(pairs)


def expected(trace: Trace) -> dict[str, str]:
    return {
        Letters().name_node(index): "–" if adjoint is None else f"{adjoint:g}"
        for index, adjoint in enumerate(trace.run.adjoints)
    }


def step_of(page: Page, sharing: Sharing) -> str | None:
    return page.locator(f'{stage(sharing)} [data-qsts="player"]').get_attribute("data-step")


def test_three_graphs_step_together_to_their_own_ends(page: Page, open_app: OpenApp) -> None:
    traces = {sharing: Expression(SEED, sharing).trace(AT) for sharing in SHARINGS}
    open_app(page)
    go_there(page)
    page.locator(f"{stage('unique')} [data-qsts=chart]").focus()
    for step in range(1, len(traces["none"]) + 1):
        page.keyboard.press("ArrowRight")
        for sharing, trace in traces.items():
            player = page.locator(f'{stage(sharing)} [data-qsts="player"]')
            expect(player).to_have_attribute("data-step", str(min(step, len(trace))))
    for sharing, trace in traces.items():
        assert adjoints(page, sharing) == expected(trace), sharing
        counts = page.locator(f"{stage(sharing)} .qsts-counts")
        expect(counts).to_contain_text(f"{len(trace.tape.edges)} contributions")
        expect(counts).to_contain_text(f"{len(trace.tape.graph.nodes)} nodes")
    page.keyboard.press("Home")
    for sharing in SHARINGS:
        player = page.locator(f'{stage(sharing)} [data-qsts="player"]')
        expect(player).to_have_attribute("data-step", "0")


def test_one_bar_serves_all_three(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    bars = page.locator(".qsts-bar:visible")
    expect(bars).to_have_count(1)
    bars.locator("[data-action=last]").click()
    for sharing in SHARINGS:
        steps = str(len(Expression(SEED, sharing).trace(AT)))
        player = page.locator(f'{stage(sharing)} [data-qsts="player"]')
        expect(player).to_have_attribute("data-step", steps)


def test_the_tree_is_summed_on_screen(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    expect(page.get_by_text("z₁'s 1 + z₄'s 5 + z₅'s 2 = 8")).to_be_visible()


def test_changing_the_page_keeps_formula_values_step_and_address(
    page: Page, open_app: OpenApp
) -> None:
    open_app(page, f="x*sin(y)", at="x=1.5,y=0.25", step=4)
    go_there(page)
    page.wait_for_url("**/duplicates?*f=x*")
    expect(page.locator(".st-key-formula textarea")).to_have_value("x*sin(y)")
    page.get_by_role("link", name="Backward pass").click()
    expect(page.locator('[data-qsts="player"]')).to_have_count(1)
    expect(page.locator('[data-qsts="player"]')).to_have_attribute("data-step", "4")
    expect(page.get_by_label("y", exact=True)).to_have_value("0.25")
    page.wait_for_url("**step=4**")


def test_a_tree_too_large_is_refused_with_its_exact_size(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="t=x*x;" + "t=t*t;" * 60, at="x=1")
    page.get_by_role("link", name="Duplicates").click()
    page.wait_for_selector(f"{stage('unique')} [data-qsts=player][data-ready=true]")
    expect(page.get_by_text(f"{2**62 - 1:,} nodes")).to_be_visible()
    expect(page.locator(".qsts-bar:visible")).to_have_count(1)  # another leads in its place


def test_the_address_has_the_step_and_an_address_is_taken_up(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    page.locator(f"{stage('unique')} [data-qsts=chart]").focus()
    for _ in range(11):
        page.keyboard.press("ArrowRight")
    page.wait_for_url(re.compile(r"/duplicates\?.*step=11"))
    page.goto(page.url.replace("step=11", "step=7"))
    for sharing in SHARINGS:
        page.wait_for_selector(f'{stage(sharing)} [data-ready="true"][data-step="7"]')


def test_one_clock_has_one_voice(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    go_there(page)
    live = page.locator('.qsts-voice[role="status"]')
    expect(live).to_have_count(1)
    expect(page.locator(".qsts-sentence")).to_have_count(3)


def test_counts_have_their_number(page: Page, open_app: OpenApp) -> None:
    open_app(page, f="x", step=99)
    go_there(page)
    counts = page.locator(f"{stage('unique')} .qsts-counts")
    expect(counts).to_contain_text("1 node")
    expect(counts).not_to_contain_text("1 nodes")
    expect(page.get_by_text("Why the tree is not enough")).to_have_count(0)
    expect(page.locator(".qsts-film")).to_have_count(0)


def test_the_film_merges_node_by_node_and_counts_parents(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED)
    go_there(page)
    film = page.locator('[data-qsts="film"]')
    forward = film.get_by_label("one merge forward")
    told = []
    for scene in range(1, 7):
        forward.click()
        expect(film).to_have_attribute("data-scene", str(scene))
        expect(film).to_have_attribute("data-moving", "false")
        told.append(film.locator(".qsts-film-counts").inner_text())
    assert [told[0][-15:], told[1][-15:], told[2][-15:]] == [
        "parents of x: 2",
        "parents of x: 3",
        "parents of y: 2",
    ]
    expect(film.locator(".qsts-film-node")).to_have_count(5)
    expect(film.locator(".qsts-film-edge")).to_have_count(6)
    expect(forward).to_be_disabled()


def test_a_formula_is_compared_and_stays_in_the_address(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3")
    go_there(page)
    box = page.get_by_label("Formula to compare with")
    box.click()
    page.keyboard.type("(x+1)*(x+y)")
    expect(page.get_by_role("option")).to_have_text(["(x+1)*(x+y)"])
    page.keyboard.press("Enter")
    agreement = "Here both are 15, and both have ∂f/∂x = 8, ∂f/∂y = 3."
    expect(page.get_by_text(agreement)).to_be_visible(timeout=30_000)
    for place in ("compare-this", "compare-other"):
        page.wait_for_selector(f".st-key-qsts-{place}-stage [data-ready=true]")
    page.wait_for_url(re.compile(r"compare="))
    expect(page.locator(".qsts-bar:visible")).to_have_count(1)


UNCOVERED = """() => {
    const main = document.querySelector('.stMain');
    main.scrollTo(0, main.scrollHeight);
    const shown = [...main.querySelectorAll('summary, button, a[href], input, select, textarea')]
        .filter((element) => !element.closest('.qsts-bar') && element.offsetParent !== null)
        .filter((element) => element.matches('summary') || !element.closest('details:not([open])'));
    const low = (element) => element.getBoundingClientRect().bottom;
    const last = shown.reduce((one, other) => (low(other) > low(one) ? other : one));
    const box = last.getBoundingClientRect();
    const bar = document.querySelector('.qsts-bar:not([data-follows] *)')?.getBoundingClientRect();
    const inside = box.bottom <= window.innerHeight;
    return inside && (!bar || box.bottom <= bar.top || box.top >= bar.bottom || !covers(bar, box))
        ? '' : last.outerHTML.slice(0, 200);
    function covers(one, other) {
        return one.left < other.right && other.left < one.right;
    }
}"""


@pytest.mark.parametrize("size", [(1440, 900), (1440, 1700), (1024, 768), (390, 844)])
def test_the_end_of_every_lens_can_be_scrolled_clear_of_the_bar(
    new_page: Callable[..., Page], open_app: OpenApp, size: tuple[int, int]
) -> None:
    page = new_page(viewport={"width": size[0], "height": size[1]})
    for lens in ("", "duplicates", "cost", "descent", "post"):
        open_app(page)
        if lens:
            page.evaluate("(lens) => document.querySelector(`a[href$='/${lens}']`).click()", lens)
            page.wait_for_url(re.compile(f"/{lens}"))
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0, timeout=30_000)
        page.wait_for_function(f"() => ({UNCOVERED})() === ''", timeout=10_000)


def test_the_graphs_have_one_scale_and_twins_are_lit_together(
    page: Page, open_app: OpenApp
) -> None:
    open_app(page, f=SEED, at="x=2,y=3")
    go_there(page)
    page.wait_for_function(  # once the page has found its width
        """stages => {
            const all = (stage) => [...document.querySelectorAll(`${stage} .point`)];
            const wide = stages.map((stage) => all(stage).pop().getBBox().width);
            return Math.max(...wide) - Math.min(...wide) < 0.2;
        }""",
        arg=[stage(sharing) for sharing in SHARINGS],
        timeout=5000,
    )
    for sharing, twins in zip(SHARINGS, (2, 2, 1), strict=True):
        expect(page.locator(f"{stage(sharing)} .qsts-twin")).to_have_text(["①"] * twins)
    page.locator(f"{stage('none')} [data-qsts=chart]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    # The tree computes its first sum in its third step: the other sum of the same is lit with it.
    lit = page.locator(f"{stage('none')} .point[data-together]")
    expect(lit).to_have_count(2)
    names = lit.evaluate_all("points => points.map((point) => point.dataset.node)")
    assert names == ["z3", "z7"]
    box = page.locator(f"{stage('unique')} .point[data-node=z3]").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + box["height"] / 2 + 1)
    expect(page.locator(".point[data-lit]")).to_have_count(5)
