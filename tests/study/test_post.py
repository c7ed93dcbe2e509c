"""The post's statements: each number against what is worked out here, each place tried."""

from urllib.parse import parse_qs, urlsplit

import pytest

from qsts_core import Expression
from qsts_core.lenses.address import read_address
from qsts_core.study.families import DESCENDED
from qsts_core.study.post import STATEMENTS, WORDS, Statement, told
from qsts_core.study.post_facts import MOMENTS, REASONS, descended, measured, slip

POST = "(x+y) + x*(x+y)"
each = pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement.key)


def test_every_statement_has_its_reason_and_every_reason_and_moment_is_used() -> None:
    assert [statement.key for statement in STATEMENTS] == list(REASONS)
    assert {s.place.moment for s in STATEMENTS} - {None} == set(MOMENTS)
    assert len({word.theirs for word in WORDS}) == len(WORDS)


@each
def test_a_place_is_one_that_the_app_opens(statement: Statement) -> None:
    address = urlsplit(statement.place.address)
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    page = statement.place.lens if statement.place.lens != "backward" else ""
    assert address.path == f"./{page}"
    read = read_address(
        {k: v for k, v in query.items() if k in ("f", "at", "sharing", "build", "after")}
    )
    assert read.complaints == ()
    assert read.formula == statement.place.formula
    assert read.at == dict(statement.place.at)
    assert read.after == statement.place.after
    trace = Expression(read.formula, read.sharing).trace(
        read.at, build=read.build, after=read.after
    )
    if statement.place.lens != "descent":
        assert 0 <= int(query.get("step", 0)) <= len(trace)


@each
def test_a_reason_is_a_sentence(statement: Statement) -> None:
    said = told(statement.key)
    assert said[-1] in ".)"
    assert "nan" not in said
    assert "None" not in said


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        ("function", "5 nodes: z₁ = x, z₂ = y, z₃ = z₁ + z₂, z₄ = z₁ × z₃, z₅ = z₃ + z₄"),
        ("sum", "1 + 2 = 3"),
        ("worked", "f = 15, ∂f/∂x = 8, ∂f/∂y = 3"),
        ("slip", "the adjoint 5, and the gradient 36, 11 in place of 8, 3"),
        ("tree", "9 nodes"),
        ("threaded", "6 nodes in place of 9; x has 3 parents"),
        ("apart", "1 + 5 + 2 = 8"),
        ("postfix", "x y + x x y + * +"),
        ("expression", "9 entries"),
        ("unique", "5 nodes are made and 4 found (x, x, y, +)"),
        ("labels", "36 or 18"),
        ("factored", "5 and 6 unique nodes"),
        ("reset", "5 in place of 6 threaded, 9 as a tree"),
        ("speed", "12 operations as a tree or threaded, 9 with unique nodes: 1.33 times"),
        ("descent", "x = −0.0358149, y = 0.602561, z = 0.669496, f = −0.00770175"),
        ("descent", "11 nodes as a tree, 8 threaded, 7 unique"),
    ],
)
def test_the_numbers_of_a_reason(key: str, numbers: str) -> None:
    assert numbers in told(key)


def test_the_slip_by_hand() -> None:
    x, y = 2.0, 3.0
    z3 = x + y
    z4_adjoint = 1 * z3  # where the sum's local derivative, 1, belongs
    z3_adjoint = 1 + z4_adjoint * x
    assert slip() == (z4_adjoint, z3_adjoint + z4_adjoint * z3, z3_adjoint)


def test_the_repositorys_descent_by_hand() -> None:
    x = y = z = 1.0
    for _ in range(100):  # f = x z (x+y)^2
        sum_ = x + y
        by_x, by_y, by_z = z * sum_**2 + 2 * x * z * sum_, 2 * x * z * sum_, x * sum_**2
        x, y, z = x - 0.01 * by_x, y - 0.01 * by_y, z - 0.01 * by_z
    last = descended()
    assert last.point == pytest.approx((x, y, z), rel=1e-12)
    assert last.value == pytest.approx(x * z * (x + y) ** 2, rel=1e-12)
    assert Expression(DESCENDED).count_nodes() == {"none": 11, "variables": 8, "unique": 7}


def test_what_was_measured_says_when_and_where_and_is_plausible() -> None:
    figures = measured()
    assert figures["when"] >= "2026"
    assert figures["where"].startswith("CPython 3.")
    assert figures["rounds"] >= 101
    for name in ("five nodes", "product"):
        assert 1.0 < figures["build"][name]["unique / tree"] < 1.5
    assert figures["gradient"]["post"]["tree / unique"] > 1.0
