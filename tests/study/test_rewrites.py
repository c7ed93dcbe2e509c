"""Rewrites: each gains digits at a point where it helps, and is not offered where it need not."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from qsts_core import Expression
from qsts_core.__main__ import main
from qsts_core.study.digits import Digits, measure_digits
from qsts_core.study.rewrites import RULES, Rewrite, find_rewrites, readable_rules
from tests.strategies import restrict, states, trees, write

# What is found, what is better, and where it helps: the values of a and b.
CASES: list[tuple[str, str, dict[str, float]]] = [
    ("log(1 + exp(a))", "softplus(a)", {"a": 1000}),
    ("log(exp(a) + exp(b))", "logaddexp(a, b)", {"a": 1000, "b": 999}),
    ("log(exp(a) + exp(b))", "max(a, b) + softplus(-abs(a - b))", {"a": 1000, "b": 999}),
    ("log(sigmoid(a))", "-softplus(-a)", {"a": -1000}),
    ("log(1 - sigmoid(a))", "-softplus(a)", {"a": 1000}),
    ("1 - sigmoid(a)", "sigmoid(-a)", {"a": 40}),
    ("log(1/(1 + exp(a)))", "-softplus(a)", {"a": 1000}),
    ("1/(1 + exp(-a))", "sigmoid(a)", {"a": -720}),
    ("1/(1 + exp(a))", "sigmoid(-a)", {"a": 720}),
    ("exp(a)/(1 + exp(a))", "sigmoid(a)", {"a": 1000}),
    ("exp(a)/(exp(a) + exp(b))", "sigmoid(a - b)", {"a": 1000, "b": 999}),
    ("exp(a)/exp(b)", "exp(a - b)", {"a": 1000, "b": 999}),
    ("exp(a)*exp(b)", "exp(a + b)", {"a": 800, "b": -790}),
    ("log(exp(a))", "a", {"a": 1e-9}),
    ("exp(a) - 1", "expm1(a)", {"a": 1e-9}),
    ("exp(a) - 1", "2*sinh(a/2)*exp(a/2)", {"a": 1e-9}),
    ("exp(a) - exp(b)", "2*exp((a + b)/2)*sinh((a - b)/2)", {"a": 1, "b": 1 + 1e-9}),
    ("(exp(a) - exp(-a))/2", "sinh(a)", {"a": 1e-9}),
    ("(exp(a) - exp(-a))/(exp(a) + exp(-a))", "tanh(a)", {"a": 1e-9}),
    ("1 - square(tanh(a))", "1/cosh(a)^2", {"a": 40}),
    ("1 - tanh(a)", "2*sigmoid(-2*a)", {"a": 40}),
    ("log(1 + a)", "log1p(a)", {"a": 1e-9}),
    ("log(1 + a)", "softplus(log(a))", {"a": 1e-9}),
    ("log(a/b)", "log(a) - log(b)", {"a": 1e200, "b": 1e-200}),
    ("log(a*b)", "log(a) + log(b)", {"a": 1e200, "b": 1e200}),
    ("log(a^b)", "b*log(a)", {"a": 1000, "b": 999}),
    ("log(a + b) - log(a)", "log1p(b/a)", {"a": 1, "b": 1e-9}),
    ("sqrt(a + b) - sqrt(a)", "b/(sqrt(a + b) + sqrt(a))", {"a": 1, "b": 1e-9}),
    ("sqrt(a) - sqrt(b)", "(a - b)/(sqrt(a) + sqrt(b))", {"a": 1e9 + 1, "b": 1e9}),
    ("sqrt(square(a) + square(b))", "hypot(a, b)", {"a": 1e200, "b": 1e200}),
    ("sqrt(square(a))", "abs(a)", {"a": 1e-200}),
    ("sqrt(a*b)", "sqrt(a)*sqrt(b)", {"a": 1e200, "b": 1e200}),
    ("square(a) - square(b)", "(a - b)*(a + b)", {"a": 1e9 + 1, "b": 1e9}),
    ("square(a) - 1", "(a - 1)*(a + 1)", {"a": 1 + 1e-9}),
    ("1 - square(a)", "(1 - a)*(1 + a)", {"a": 1 - 1e-9}),
    ("square(a)/a", "a", {"a": 1e-200}),
    ("1/(a + b) - 1/a", "-b/(a*(a + b))", {"a": 1, "b": 1e-9}),
    ("1/a - 1/b", "(b - a)/(a*b)", {"a": 1e9 + 1, "b": 1e9}),
    ("(a + b) - a", "b", {"a": 1e16, "b": 0.3}),
    ("(a - b) - a", "-b", {"a": 1e16, "b": 0.3}),
    ("1 - cos(a)", "2*sin(a/2)^2", {"a": 1e-9}),
    ("cos(a) - 1", "-2*sin(a/2)^2", {"a": 1e-9}),
    ("1 - square(cos(a))", "sin(a)^2", {"a": 1e-9}),
    ("1 - square(sin(a))", "cos(a)^2", {"a": 1.5707963}),
    ("sin(a + b) - sin(a)", "2*cos(a + b/2)*sin(b/2)", {"a": 1, "b": 1e-9}),
    ("cos(a + b) - cos(a)", "-2*sin(a + b/2)*sin(b/2)", {"a": 1, "b": 1e-9}),
    ("sin(a) - sin(b)", "2*cos((a + b)/2)*sin((a - b)/2)", {"a": 1, "b": 1 + 1e-9}),
    ("cos(a) - cos(b)", "-2*sin((a + b)/2)*sin((a - b)/2)", {"a": 1, "b": 1 + 1e-9}),
    ("atan(a + b) - atan(a)", "atan2(b, 1 + a*(a + b))", {"a": 1e9, "b": 1}),
    ("atan(a) - atan(b)", "atan2(a - b, 1 + a*b)", {"a": 1e9 + 1, "b": 1e9}),
]
HERE = [case for case in CASES if any(rule == case[:2] for rule, *_ in readable_rules())]
CALM = {"a": 0.7, "b": 1.3}


def rewrites_of(formula: str, at: dict[str, float]) -> tuple[Rewrite, ...]:
    e = Expression(formula)
    at = restrict(at, e.variables)
    return find_rewrites(e, measure_digits(e, at))


def test_every_rule_has_its_case() -> None:
    assert [(found, better) for found, better, _ in CASES] == [tuple(rule) for rule in RULES]
    assert len(HERE) >= 30


def whole(found: str) -> str:
    """Return a formula that keeps its variables when the rule drops one."""
    return f"b + ({found})*a" if found in ("(a + b) - a", "(a - b) - a") else found


def is_promised(one: Rewrite, again: Digits) -> bool:
    """Whether a program has the digits promised; the truth was spelled, which may cost the last."""
    measured = [again.digits, *again.gradient_digits.values()]
    return any(abs(digits - one.digits_after) <= 1 for digits in measured if digits is not None)


@pytest.mark.parametrize(("found", "better", "at"), HERE, ids=[f"{f} → {b}" for f, b, _ in HERE])
def test_a_rule_helps_where_it_does(found: str, better: str, at: dict[str, float]) -> None:
    e = Expression(whole(found))
    at = restrict(at, e.variables)
    digits = measure_digits(e, at)
    spelled = str(Expression(better)), better
    offered = [one for one in find_rewrites(e, digits) if one.better in spelled or better == "a"]
    assert offered, find_rewrites(e, digits)
    again = measure_digits(Expression(offered[0].program), at)
    assert is_promised(offered[0], again)
    assert offered[0].digits_after > offered[0].digits_before + 1
    # It is the same function: the truth is the same.
    assert float(again.true_value or 0) == pytest.approx(float(digits.true_value or 0), rel=1e-15)


@pytest.mark.parametrize("found", dict.fromkeys(found for found, *_ in HERE))
def test_a_rule_is_not_offered_where_nothing_is_lost(found: str) -> None:
    assert rewrites_of(whole(found), CALM) == ()


def test_a_rule_that_changes_the_meaning_gains_nothing() -> None:
    """1 + a for a < 0 has a logarithm; softplus(log(a)) has none."""
    better = [one.better for one in rewrites_of("log(1 + a)", {"a": -1e-9})]
    assert "softplus(log(a))" not in better


def test_both_orders_and_every_square_are_matched() -> None:
    at = {"a": 1e200, "b": 1e200}
    for formula in ("sqrt(b*b + a^2)", "sqrt(square(a) + b*b)"):
        assert "hypot" in rewrites_of(formula, at)[0].better
    assert rewrites_of("log(exp(a) + 1)", {"a": 1000})[0].better == "softplus(a)"


def test_the_whole_program_is_rewritten() -> None:
    (one, *_) = rewrites_of("t = log(1+exp(a)); t*b + t", {"a": 1000, "b": 2})
    assert Expression(one.program) == Expression("t = softplus(a); t*b + t")


@settings(max_examples=60, deadline=None)
@given(trees, states)
def test_a_rewritten_program_has_the_digits_that_were_promised(
    tree: Any, state: dict[str, float]
) -> None:
    e = Expression(write(tree))
    at = restrict(state, e.variables)
    for one in find_rewrites(e, measure_digits(e, at))[:1]:
        again = measure_digits(Expression(one.program), at)
        assert is_promised(one, again)


def test_the_command_offers_it(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["digits", "log(exp(a)+exp(b))", "a=1000", "b=999"]
    assert main([*words, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)["rewrites"]
    assert plain[0].keys() == {"from", "to", "program", "digits_before", "digits_after"}
    assert plain[0]["digits_before"] == 0
    assert plain[0]["digits_after"] >= 15
    assert main(words) == 0
    assert "write max(a, b) + softplus(-abs(a - b)) for log" in capsys.readouterr().out
