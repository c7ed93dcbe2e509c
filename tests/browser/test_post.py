"""The page on the post in a real browser: every statement opens where it can be seen."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from qsts_core.study.post import STATEMENTS, Statement

OpenApp = Callable[..., Page]
PATIENCE = 60_000
FILMED = [statement for statement in STATEMENTS if statement.place.moment is not None]
OTHERS = [statement for statement in STATEMENTS if statement.place.moment is None]


def open_statement(page: Page, statement: Statement) -> None:
    page.get_by_role("link", name="The post", exact=True).click()
    page.locator(f'[data-statement="{statement.key}"]').click()
    page.wait_for_selector(".st-key-formula textarea", timeout=PATIENCE)
    expect(page.locator(".st-key-formula textarea")).to_have_value(statement.place.formula)


@pytest.mark.parametrize("statement", FILMED, ids=lambda statement: statement.key)
def test_a_statement_opens_its_film_at_its_step(
    page: Page, open_app: OpenApp, statement: Statement
) -> None:
    open_app(page)
    open_statement(page, statement)
    step = parse_qs(urlsplit(statement.place.address).query)["step"][0]
    player = page.locator(f'[data-qsts="player"][data-ready="true"][data-step="{step}"]')
    expect(player.first).to_be_attached(timeout=PATIENCE)
    lens = statement.place.lens if statement.place.lens != "backward" else ""
    assert re.search(rf"/{lens}\?", page.url)


@pytest.mark.parametrize("statement", OTHERS, ids=lambda statement: statement.key)
def test_a_statement_on_cost_or_descent_opens_that(
    page: Page, open_app: OpenApp, statement: Statement
) -> None:
    open_app(page)
    open_statement(page, statement)
    assert f"/{statement.place.lens}?" in page.url
    shown = '[data-qsts="cost"]' if statement.place.lens == "cost" else ".js-plotly-plot"
    expect(page.locator(shown).first).to_be_visible(timeout=PATIENCE)


def test_every_statement_and_every_word_stands_there(page: Page, open_app: OpenApp) -> None:
    open_app(page)
    page.get_by_role("link", name="The post", exact=True).click()
    expect(page.locator("[data-statement]")).to_have_count(len(STATEMENTS))
    for claim in ("right", "wrong", "left open", "measured"):
        wanted = sum(statement.claim == claim for statement in STATEMENTS)
        expect(page.locator(f'[data-claim="{claim}"]')).to_have_count(wanted)
