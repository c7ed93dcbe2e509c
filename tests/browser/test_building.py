"""The building of the graph in a real browser: from the text to its nodes, and back."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qsts_core import Expression
from qsts_core.construction import BuildStep, Stacks, describe_program
from qsts_core.lenses.recognition import QUESTION
from qsts_core.notation import Letters
from tests.browser.test_player import (
    SEED,
    SEED_AT,
    at_step,
    expected_ledger,
    focus_picture,
    player,
    read_ledger,
)

OpenApp = Callable[..., Page]
SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
PROGRAM = "t = 2x²; u = y/3; t(t+1) - max(-x, sin(y))"
LOOK = """() => {
    const shown = (element) => element && getComputedStyle(element).visibility !== 'hidden'
        && element.getClientRects().length > 0;
    const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
    const chips = (rack) => all(`[data-rack="${rack}"] .qsts-chip`)
        .filter((chip) => chip.dataset.chip !== 'gone').map((chip) => chip.textContent);
    return {
        operators: chips('operators'), postfix: chips('postfix'), nodes: chips('nodes'),
        points: all('[data-qsts="chart"] .point').map((point) => point.dataset.node),
        labels: all('[data-qsts="chart"] .textpoint text').length,
        edges: all('.qsts-grown-edge').length,
        whole: all('[data-qsts="chart"] .shapelayer path').length,
        token: all('.qsts-source mark[data-token]').map((mark) => mark.textContent).join(''),
        dimmed: document.querySelectorAll('.qsts-row[data-unmade]').length,
    };
}"""


def named(node: int) -> str:
    return Letters().name_node(node).translate(SUBSCRIPTS)


def spelled(text: str) -> str:
    return {"*": "×", "-": "−", "neg": "−"}.get(text, text)


def expected_look(steps: list[BuildStep], count: int, expression: Expression) -> dict[str, Any]:
    """Return what the page shows after the first `count` steps of the building."""
    nodes = expression.graph.nodes
    step = steps[count - 1] if count else None
    queue = describe_program(step.program)["entries"][: step.queued] if step else []
    stacks = Stacks()
    for taken in steps[:count]:
        stacks.apply(taken)
    made = sorted({s.node for s in steps[:count] if s.node is not None})
    return {
        "operators": [spelled(op) for op in stacks.operators],
        "postfix": [spelled(entry["text"]) for entry in queue],
        "nodes": [named(node) for node in stacks.nodes],
        "points": [Letters().name_node(node) for node in made],
        "labels": len(made),
        "edges": sum(len(nodes[node].inputs) for node in made),
        "whole": 0,
        "token": expression.text[step.token.start : step.token.end] if step else "",
        "dimmed": len(nodes) - len(made),
    }


def sentence(page: Page) -> str:
    return player(page).locator('[role="status"]').text_content() or ""


def press_tab_until(page: Page, selector: str) -> None:
    for _ in range(80):
        if page.evaluate("(s) => document.activeElement?.matches(s) ?? false", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {selector}")


def test_the_post_s_formula_from_text_to_graph_with_the_keyboard_alone(
    page: Page, open_app: OpenApp
) -> None:
    expression = Expression(SEED)
    steps = list(expression.build_steps())
    plain = expression.trace(SEED_AT)
    open_app(page)
    press_tab_until(page, ".st-key-film-menu button")
    page.keyboard.press("Enter")
    press_tab_until(page, ".st-key-build input")
    page.keyboard.press("Space")
    expect(player(page)).to_have_attribute("data-steps", str(len(steps) + len(plain)))
    page.wait_for_url("**build=1**")
    page.keyboard.press("Escape")
    press_tab_until(page, '[data-qsts="chart"]')
    for count in [*range(len(steps) + 1), *range(len(steps) - 1, -1, -1), *range(1, 21)]:
        here = int(player(page).get_attribute("data-step") or -1)
        if here != count:
            page.keyboard.press("ArrowRight" if here < count else "ArrowLeft")
        at_step(page, count)
        assert page.evaluate(LOOK) == expected_look(steps, count, expression), count
        expect(player(page)).to_have_attribute("data-phase", "build" if count else "start")
    assert "seen before, z₃" in sentence(page)
    assert "no twin appears" in sentence(page)
    expect(player(page).locator(".qsts-deed")).to_contain_text("(+, z₁, z₂)")
    expect(player(page).locator(".qsts-verdict")).to_have_text("seen before: z₃")
    expect(page.locator(".qsts-found")).to_have_count(1)
    seen = player(page).locator("mark[data-seen]").all_text_contents()
    assert "".join(seen) == "x+y"
    page.keyboard.press("Home")
    at_step(page, 0)
    assert page.evaluate(LOOK) == expected_look(steps, 0, expression)
    page.keyboard.press("End")
    at_step(page, len(steps) + len(plain))
    assert read_ledger(page) == expected_ledger(plain, len(plain))
    assert page.evaluate(LOOK)["whole"] == 2


def test_a_jump_shows_what_stepping_shows(page: Page, open_app: OpenApp) -> None:
    expression = Expression(PROGRAM)
    steps = list(expression.build_steps())
    open_app(page, f=PROGRAM, at="x=2,y=3", build=1, step=21)
    at_step(page, 21)
    assert page.evaluate(LOOK) == expected_look(steps, 21, expression)
    focus_picture(page)
    page.keyboard.press("End")
    page.wait_for_selector("[data-qsts=player][data-phase=backward]")
    page.keyboard.press("Home")
    at_step(page, 0)
    assert page.evaluate(LOOK) == expected_look(steps, 0, expression)
    for count in range(1, 31):
        page.keyboard.press("ArrowRight")
        at_step(page, count)
    assert page.evaluate(LOOK) == expected_look(steps, 30, expression)


def test_by_node_every_node_made_or_found_is_one_stop(page: Page, open_app: OpenApp) -> None:
    steps = list(Expression(SEED).build_steps())
    stops = [count for count, step in enumerate(steps, 1) if step.node is not None]
    open_app(page, build=1)
    focus_picture(page)
    for stop in stops:
        page.keyboard.press("Shift+ArrowRight")
        at_step(page, stop)
    for stop in [*stops[-2::-1], 0]:
        page.keyboard.press("Shift+ArrowLeft")
        at_step(page, stop)


def test_statements_and_implied_products_are_shown_as_what_they_are(
    page: Page, open_app: OpenApp
) -> None:
    steps = list(Expression(PROGRAM).build_steps())
    open_app(page, f=PROGRAM, at="x=2,y=3", build=1)
    focus_picture(page)
    told = {0: sentence(page)}
    for count in range(1, len(steps) + 1):
        page.keyboard.press("ArrowRight")
        at_step(page, count)
        told[count] = sentence(page)
    assert all(told.values())
    assert all(one != other for one, other in pairwise(told.values()))
    implied = [count for count, step in enumerate(steps, 1) if step.implied]
    assert len(implied) == 4
    assert all("implied" in told[count] for count in implied)
    everything = " ".join(told.values())
    for words in (
        "t now stands for z₄.", "t stands for z₄", "The output does not use u",
        "sin is a function", "minus of one input", "The graph is complete; z₁₂ is the output.",
    ):  # fmt: skip
        assert words in everything
    names = player(page).locator('[data-rack="names"] .qsts-chip')
    assert names.all_text_contents() == ["t → z₄", "u → not used"]


def test_the_pointer_on_a_character_lights_its_node(page: Page, open_app: OpenApp) -> None:
    open_app(page, build=1, step=11)
    at_step(page, 11)
    lit = page.locator('[data-qsts="chart"] .point[data-lit]')

    def point_at(character: int) -> None:
        x, y = page.evaluate(
            """(character) => {
                const walker = document.createTreeWalker(
                    document.querySelector('.qsts-source-text'), NodeFilter.SHOW_TEXT);
                let before = 0;
                while (walker.nextNode() && before + walker.currentNode.length <= character)
                    before += walker.currentNode.length;
                const range = document.createRange();
                range.setStart(walker.currentNode, character - before);
                range.setEnd(walker.currentNode, character - before + 1);
                const box = range.getBoundingClientRect();
                return [box.left + 0.2 * box.width, box.top + box.height / 2];
            }""",
            character,
        )
        page.mouse.move(x, y)

    point_at(SEED.index("+"))
    expect(lit).to_have_attribute("data-node", "z3")
    marked = player(page).locator("mark[data-hovered]")
    assert "".join(marked.all_text_contents()) == "x+yx+y"
    point_at(SEED.index("y"))
    expect(lit).to_have_attribute("data-node", "z2")
    point_at(SEED.index("*"))  # not made yet
    expect(lit).to_have_count(0)
    page.mouse.move(5, 5)
    expect(marked).to_have_count(0)


def test_the_switch_keeps_the_moment_when_it_goes(page: Page, open_app: OpenApp) -> None:
    steps = len(list(Expression(SEED).build_steps()))
    open_app(page, build=1, step=steps + 10)
    at_step(page, steps + 10)
    before = read_ledger(page)
    page.get_by_text("Film and picture").click()
    switch = page.locator(".st-key-build label")
    switch.click()
    at_step(page, 10)
    assert read_ledger(page) == before
    page.wait_for_url(lambda url: "build=" not in url)
    switch.click()
    at_step(page, 0)
    expect(player(page)).to_have_attribute("data-steps", str(steps + 12))


def test_a_tree_is_built_without_looking_up(page: Page, open_app: OpenApp) -> None:
    text = "t = 2x; t+t"
    expression = Expression(text, "none")
    steps = list(expression.build_steps())
    open_app(page, f=text, at="x=2", sharing="none", build=1)
    focus_picture(page)
    for count in range(1, len(steps) + 1):
        page.keyboard.press("ArrowRight")
        at_step(page, count)
        assert page.evaluate(LOOK) == expected_look(steps, count, expression), count
    assert "not looked up here: new, z₇" in sentence(page)


def test_the_switch_outlives_a_visit_to_another_lens(page: Page, open_app: OpenApp) -> None:
    open_app(page, build=1)
    page.get_by_role("link", name="Duplicates").click()
    expect(player(page)).to_have_count(3)
    page.get_by_role("link", name="Backward pass").click()
    expect(player(page)).to_have_count(1)
    expect(player(page)).to_have_attribute("data-steps", "35")
    page.wait_for_url("**build=1**")


def test_the_look_up_of_the_step_is_marked_in_the_table(page: Page, open_app: OpenApp) -> None:
    steps = list(Expression(SEED).build_steps())
    ends = [k for k, step in enumerate(steps, 1) if step.node is not None]
    found = next(k for k in ends if steps[k - 1].reused)
    open_app(page, f=SEED, at="x=2,y=3", build="1", step=str(found))
    page.get_by_text(QUESTION).click()
    marked = """() => [...document.querySelectorAll('.qsts-lookups tbody tr')]
        .filter((row) => getComputedStyle(row.firstElementChild).fontWeight === '600')
        .map((row) => row.firstElementChild.textContent)"""
    expect(page.locator(".qsts-lookups tbody tr").first).to_be_visible()
    assert page.evaluate(marked) == [str(ends.index(found) + 1)]
    page.locator(".qsts-lookups").get_by_text("made", exact=True).first.wait_for()
    page.get_by_text("in order", exact=True).click()
    expect(page.locator(".qsts-lookups thead th")).to_have_count(2)
    node = steps[found - 1].node
    expect(page.locator(f'.qsts-lookups tr[data-node="{node}"] td').first).to_have_css(
        "font-weight", "600"
    )
    assert len(page.evaluate(marked)) == 1


def test_the_marked_look_up_is_in_sight_when_the_table_opens_and_while_it_is_open(
    page: Page, open_app: OpenApp
) -> None:
    text = "+".join(f"x*{k}" for k in range(2, 14))
    count = len(list(Expression(text).build_steps()))
    open_app(page, f=text, at="x=1", build="1", step=str(count))
    page.get_by_text(QUESTION).click()
    in_sight = """() => {
        const table = document.querySelector('.qsts-lookups');
        const box = table.getBoundingClientRect();
        const marked = (row) => getComputedStyle(row.firstElementChild).fontWeight === '600';
        const row = [...table.querySelectorAll('tbody tr')].find(marked);
        if (!row) return null;
        const { top, bottom } = row.getBoundingClientRect();
        return [top >= box.top - 1 && bottom <= box.bottom + 1, table.scrollTop > 0];
    }"""
    expect(page.locator(".qsts-lookups tbody tr").first).to_be_visible()
    assert page.evaluate(in_sight) == [True, True]
    back = page.get_by_role("button", name="one step back (←)")
    for step in range(count - 1, 0, -1):
        back.dispatch_event("keydown", {"key": "ArrowLeft"})  # a press elsewhere closes the menu
        at_step(page, step)
        assert page.evaluate(in_sight) in ([True, True], [True, False], None), step
    assert page.evaluate("() => document.querySelector('.qsts-lookups').scrollTop") == 0
