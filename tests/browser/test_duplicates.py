"""The lens "Duplicates" in a real browser: three graphs on one clock."""

from collections.abc import Callable

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
    expect(page.get_by_text("z1's 1 + z4's 5 + z5's 2 = 8")).to_be_visible()


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
