"""The table of operations as MathML."""

import json
import re
from itertools import product
from math import inf, nan
from operator import eq, gt, le, lt, ne
from typing import Any

import pytest

from qsts_core import Expression
from qsts_core.draw import mathml
from qsts_core.draw.mathml import rule, typeset_cases, typeset_operation
from qsts_core.ops import OPERATIONS
from qsts_core.rules import local_function

TAGS = {"mrow", "mo", "mn", "mi", "mfrac", "msup", "msqrt", "mroot"}
CHILDREN = {"mfrac": 2, "msup": 2, "mroot": 2}

each_rule = pytest.mark.parametrize(
    ("op", "slot"),
    [(row.name, k) for row in OPERATIONS.values() for k in range(row.arity) if row.locals[k]],
)


def read(tree: list[Any]) -> str:
    """Write a tree on one line, its fractions and powers with braces for what they enclose."""
    tag, *children = tree
    if tag == "slot" or tag in ("mo", "mn", "mi"):
        return str(children[0])
    parts = [read(child) for child in children]
    if tag in CHILDREN:
        mark = {"mfrac": "/", "msup": "^", "mroot": "root"}[tag]
        return mark.join("{" + part + "}" for part in parts)
    return f"√{{{parts[0]}}}" if tag == "msqrt" else "".join(parts)


@pytest.mark.parametrize(
    ("op", "text"),
    [
        ("+", "a+b"), ("-", "a−b"), ("*", "a×b"), ("/", "{a}/{b}"), ("^", "{a}^{b}"), ("neg", "−a"),
        ("sin", "sin(a)"), ("sqrt", "√{a}"), ("cbrt", "{a}root{3}"), ("abs", "|a|"),
        ("square", "{a}^{2}"), ("sigmoid", "σ(a)"), ("max", "max(a,b)"), ("atan2", "atan2(a,b)"),
    ],
)  # fmt: skip
def test_an_operation(op: str, text: str) -> None:
    assert read(typeset_operation(op)) == text


@pytest.mark.parametrize(
    ("op", "slot", "text"),
    [
        ("+", 0, "1"), ("-", 1, "−1"), ("*", 0, "b"), ("*", 1, "a"), ("/", 0, "{1}/{b}"),
        ("/", 1, "{−z}/{b}"), ("^", 0, "b×{a}^{b−1} if b≠0; 0 if b=0"),
        ("^", 1, "z×log(a) if z≠0; 0 if z=0"), ("sin", 0, "cos(a)"),
        ("cos", 0, "−sin(a)"), ("tan", 0, "1+{z}^{2}"), ("exp", 0, "z"), ("sqrt", 0, "{1}/{2×z}"),
        ("log2", 0, "{1}/{a×log(2)}"), ("relu", 0, "1 if a>0; 0 if a≤0"),
        ("max", 0, "1 if a>b; {1}/{2} if a=b; 0 if a<b"),
        ("max", 1, "1 if b>a; {1}/{2} if b=a; 0 if b<a"),
        ("asin", 0, "{1}/{√{1−{a}^{2}}}"), ("acos", 0, "{−1}/{√{1−{a}^{2}}}"),
        ("tanh", 0, "{1}/{{cosh(a)}^{2}}"), ("sigmoid", 0, "z×σ(−a)"), ("abs", 0, "sign(a)"),
        ("erf", 0, "{2}/{√{π}}×exp(−{a}^{2})"), ("atan2", 1, "{{−a}/{hypot(a,b)}}/{hypot(a,b)}"),
        ("hypot", 0, "{a}/{z}"),
    ],
)  # fmt: skip
def test_a_local_derivative(op: str, slot: int, text: str) -> None:
    cases = typeset_cases(op, slot)
    told = [read(case.math) + (f" if {''.join(case.when)}" if case.when else "") for case in cases]
    assert "; ".join(told) == text


def check(tree: Any) -> None:
    """Check that a tree is lists of known tags, each with the children that MathML gives it."""
    assert isinstance(tree, list)
    tag, *children = tree
    if tag == "slot":
        assert children[0] in ("a", "b", "z")
    elif tag in ("mo", "mn", "mi"):
        assert len(children) == 1
        assert isinstance(children[0], str)
        assert children[0]
    else:
        assert tag in TAGS
        assert len(children) == CHILDREN.get(tag, len(children))
        for child in children:
            check(child)


@each_rule
def test_a_tree_is_well_formed(op: str, slot: int) -> None:
    check(typeset_operation(op))
    cases = typeset_cases(op, slot)
    for case in cases:
        check(case.math)
    places = {"a"} if OPERATIONS[op].arity == 1 else {"a", "b"}
    assert set(slots(typeset_operation(op))) == places
    assert all(set(slots(case.math)) <= places | {"z"} for case in cases)


def slots(tree: list[Any]) -> list[str]:
    if tree[0] == "slot":
        return [tree[1]]
    return [name for child in tree[1:] if isinstance(child, list) for name in slots(child)]


CORNERS = (-inf, -2.0, -1.0, -0.0, 0.0, 0.5, 1.0, 2.0, inf, nan)
COMPARE = {">": gt, "<": lt, "≤": le, "=": eq, "≠": ne}


def compute(program: list[list[Any]], slots: dict[str, float]) -> float:
    results: list[float] = []
    for op, *rest in program:
        if op in ("slot", "number"):
            results.append(slots[rest[0]] if op == "slot" else rest[0])
        else:
            results.append(OPERATIONS[op].compute(*(results[index] for index in rest)))
    return results[-1]


@each_rule
def test_the_case_that_holds_is_the_rule_that_ran(op: str, slot: int) -> None:
    """What is shown computes what the sweep computes, guards and ties and NaN included."""
    local = local_function(op, slot)
    for a, b in product(CORNERS, CORNERS if OPERATIONS[op].arity == 2 else (nan,)):
        z = OPERATIONS[op].compute(*(a, b)[: OPERATIONS[op].arity])
        slots = {"a": a, "b": b, "z": z, "0": 0.0}
        held = [
            case for case in typeset_cases(op, slot)
            if case.when is None
            or COMPARE[case.when[1]](slots[case.when[0]], slots[case.when[2]])
        ]  # fmt: skip
        assert len(held) <= 1
        shown = compute(held[0].program, slots) if held else nan
        assert shown == pytest.approx(local(a, b, z), rel=1e-15, nan_ok=True), (a, b, z)


@pytest.mark.parametrize("op", OPERATIONS)
def test_a_row_is_plain_data(op: str) -> None:
    row = rule(op)
    assert json.loads(json.dumps(row)) == row
    assert row["symbol"] == OPERATIONS[op].symbol
    assert [local["text"] for local in row["locals"]] == list(OPERATIONS[op].locals)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a-(b-z)", "a−(b−z)"),
        ("a-(b+z)", "a−(b+z)"),
        ("(a-b)-z", "a−b−z"),
        ("a*(b*z)", "a(b z)"),
        ("a*(b+z)", "a(b+z)"),
        ("-(a-b)", "−(a−b)"),
        ("(a+b)^z", "{(a+b)}^{z}"),
        ("(a-b)/(b-z)", "{a−b}/{b−z}"),
    ],
)
def test_parentheses_stand_where_leaving_them_out_would_change_the_order(
    text: str, written: str
) -> None:
    trees: list[tuple[list[Any], int]] = []
    for node in Expression(text).graph.nodes:
        trees.append(mathml._node(node, trees))
    assert re.sub("[·×]", "", read(trees[-1][0])) == re.sub(" ", "", written)
