"""A value is changed where it is looked at: every number follows, and the server is told once."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, WebSocket, expect

from qsts_core import Expression
from qsts_core.notation import show
from tests.browser.test_player import at_step, expected_ledger, player, read_ledger, type_formula

SEED = "(x+y) + x*(x+y)"
OpenApp = Callable[..., Page]


def handle(page: Page, name: str) -> Locator:
    return page.locator(f'[data-qsts="handle"][data-variable="{name}"]').first


def facts(page: Page, field: str) -> Locator:
    return page.locator(f'[data-qsts="facts"] [data-field="{field}"]')


def hold(page: Page, name: str) -> tuple[float, float]:
    """Press on a variable, and return where."""
    box = handle(page, name).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y


def ledger_is(page: Page, at: dict[str, float], step: int) -> None:
    expect(page.locator('.qsts-row[data-node="z1"] [data-field="value"]')).to_have_text(
        f"{at['x']:g}"
    )
    got = read_ledger(page)
    expected = expected_ledger(Expression(SEED).trace(at), step)
    assert {name: row["state"] for name, row in got.items()} == {
        name: row["state"] for name, row in expected.items()
    }
    state = Expression(SEED).trace(at).state(step)
    for row, value, adjoint in zip(
        [got[f"z{k}"] for k in range(1, 6)], state.values, state.adjoints, strict=True
    ):
        assert row["value"] == ("–" if value is None else show(value))
        assert row["adjoint"] == ("–" if adjoint is None else show(adjoint))


def test_a_dragged_value_moves_every_number_and_asks_nothing(page: Page, open_app: OpenApp) -> None:
    sent: list[object] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: sent.append(frame))

    page.on("websocket", listen)
    open_app(page, f=SEED, at="x=2,y=3", step=10)
    at_step(page, 10)
    x, y = hold(page, "x")
    before = len(sent)
    for pixels in (30, 60, 100):
        page.mouse.move(x + pixels, y)
        ledger_is(page, {"x": 2 + pixels / 100, "y": 3.0}, 10)
        at_step(page, 10)
        value = Expression(SEED).value({"x": 2 + pixels / 100, "y": 3})
        expect(facts(page, "value")).to_have_text(show(value))
    assert len(sent) == before
    page.mouse.up()
    page.wait_for_url(re.compile("at=x%3D3%2Cy%3D3"))
    expect(page.get_by_label("x", exact=True).first).to_have_value("3")
    page.wait_for_timeout(600)  # nothing more follows
    assert len(sent) == before + 1
    ledger_is(page, {"x": 3.0, "y": 3.0}, 10)


def test_keys_move_a_value_coarsely_and_finely_and_the_step_still_moves(
    page: Page, open_app: OpenApp
) -> None:
    open_app(page, f=SEED, at="x=2,y=3", step=12)
    handle(page, "y").focus()
    value = page.locator('.qsts-row[data-node="z2"] [data-field="value"]')
    for key, after in (
        ("ArrowUp", "3.1"), ("Shift+ArrowUp", "4.1"), ("Alt+ArrowDown", "4.09"),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(value).to_have_text(after)
    page.wait_for_url(re.compile("y%3D4.09"))
    expect(page.get_by_label("y", exact=True).first).to_have_value("4.09")
    page.keyboard.press("ArrowUp")  # the focus is still there
    expect(value).to_have_text("4.19")
    page.keyboard.press("ArrowLeft")
    at_step(page, 11)


def test_enter_types_a_number(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3")
    handle(page, "x").focus()
    page.keyboard.press("Enter")
    field = page.locator('.qsts-typed[data-variable="x"]')
    field.fill("many")
    field.press("Enter")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("1e-9")
    field.press("Enter")
    expect(field).to_have_count(0)
    page.wait_for_url(re.compile("at=x%3D1e-0?9"))
    expect(page.get_by_label("x", exact=True).first).to_have_value(re.compile("1e-0?9"))


def test_a_late_answer_does_not_jump_back(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3", step=12)
    value = page.locator('.qsts-row[data-node="z1"] [data-field="value"]')
    x, y = hold(page, "x")
    page.mouse.move(x + 50, y)
    page.mouse.up()  # a rerun is on its way with 2.5
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 100, y)
    expect(value).to_have_text("3.5")
    page.wait_for_timeout(1500)
    expect(value).to_have_text("3.5")
    page.mouse.up()
    expect(page.get_by_label("x", exact=True).first).to_have_value("3.5")
    expect(value).to_have_text("3.5")


def test_a_number_box_still_changes_the_picture_after_a_drag(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3", step=12)
    x, y = hold(page, "x")
    page.mouse.move(x + 100, y)
    page.mouse.up()
    box = page.locator('input[data-qsts="value"][data-variable="x"]').first
    expect(box).to_have_value("3")
    page.wait_for_url(re.compile("at=x%3D3%2Cy%3D3"))
    box.fill("7")
    box.press("Enter")
    expect(page.locator('.qsts-row[data-node="z1"] [data-field="value"]')).to_have_text("7")
    expect(facts(page, "value")).to_have_text("80")


def test_another_formula_after_a_drag_starts_anew(page: Page, open_app: OpenApp) -> None:
    open_app(page, f=SEED, at="x=2,y=3", step=12)
    x, y = hold(page, "x")
    page.mouse.move(x + 100, y)
    page.mouse.up()
    type_formula(page, "x*x")
    expect(player(page)).to_have_attribute("data-steps", "5")
    expect(page.locator('.qsts-row[data-node="z1"]')).to_be_visible()
