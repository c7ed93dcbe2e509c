"""The lens "Why" without a browser: the sentence, the rewrite that is taken, and its tables."""

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import Expression, files
from qsts_core.lenses.why_examples import EXAMPLES

PATIENCE = 60
# The page as app.py shows it; AppTest does not follow a page that is a function.
SCRIPT = """
from qsts_core.lenses import why
from qsts_core.lenses.inputs import ask_for_inputs
why.show(ask_for_inputs())
"""


def visit(formula: str, at: str) -> AppTest:
    app = AppTest.from_string(SCRIPT, default_timeout=PATIENCE)
    app.query_params["f"], app.query_params["at"] = formula, at
    app.run()
    assert not app.exception
    return app


def told(app: AppTest) -> str:
    return "".join(html.proto.body for html in app.get("html"))


def test_the_origin_is_told() -> None:
    shown = told(visit("sqrt(sqrt(x-2))", "x=1"))
    assert 'data-cause="domain"' in shown
    assert "z₄: sqrt(x - 2) is not defined" in shown
    assert "Nothing is wrong" in told(visit("x*y", "x=2,y=3"))


def test_a_rewrite_is_taken_into_the_formula() -> None:
    app = visit("log(1+exp(x))", "x=1000")
    app.button(key="rewrite first").click().run()
    assert not app.exception
    assert Expression(app.text_area(key="formula").value or "") == Expression("softplus(x)")
    assert "Nothing is wrong" in told(app)


@pytest.mark.parametrize("formula", ["x*x", "sqrt(x)", "3+4"])
def test_the_check_is_a_table(formula: str) -> None:
    app = visit(formula, "x=2")
    app.toggle(key="check adjoints").set_value(True).run()
    assert not app.exception
    assert 'data-qsts="check"' in told(app)


def test_the_worst_stands_above_the_stage() -> None:
    # The digits are lost, which makes numbers wrong; the dead unit is 0 and right.
    shown = told(visit("relu(y) + log(1+x)/x", "x=1e-15,y=-1"))
    assert 0 < shown.index('data-cause="digits-lost"') < shown.index('data-cause="dead"')


@pytest.mark.parametrize("place", range(len(EXAMPLES)))
def test_an_example_that_fails_is_told_by_its_cause(place: int) -> None:
    app = visit("x*y", "x=2,y=3")
    app.button(key=f"failing {place}").click().run()
    assert not app.exception
    example, shown = EXAMPLES[place], told(app)
    assert Expression(app.text_area(key="formula").value or "") == Expression(example.formula)
    first = shown.index("data-cause=")
    assert shown[first:].startswith(f'data-cause="{example.cause}"')


def test_the_app_has_the_page() -> None:
    assert '"why"' in files.app().read_text(encoding="utf-8")
