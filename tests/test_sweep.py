"""Forward and backward: what a run holds, what is skipped, and what is not a number."""

import math
from math import inf, nan
from typing import Any

import pytest
from hypothesis import given

from qsts_core import Expression
from qsts_core.graph import SHARINGS, Sharing, build
from qsts_core.reading.postfix import read
from qsts_core.sweep import Tape, run
from tests import strategies


def test_a_run_by_node_and_by_edge() -> None:
    tape = Expression("(x+y) + x*(x+y)").tape
    result = run(tape, {"x": 2.0, "y": 3.0})
    assert result.values == [2.0, 3.0, 5.0, 10.0, 15.0]
    assert result.adjoints == [8.0, 3.0, 3.0, 1.0, 1.0]
    assert tape.due == [2, 1, 2, 1, 1]
    assert [(e.parent, e.slot, e.child) for e in tape.edges] == [
        (4, 0, 2), (4, 1, 3), (3, 0, 0), (3, 1, 2), (2, 0, 0), (2, 1, 1),
    ]  # fmt: skip
    assert result.locals == [1.0, 1.0, 5.0, 2.0, 1.0, 1.0]
    assert result.contributions == [1.0, 1.0, 5.0, 2.0, 3.0, 3.0]
    assert result.sums == [1.0, 1.0, 5.0, 3.0, 8.0, 3.0]
    assert result.value == 15.0
    assert result.gradient() == {"x": 8.0, "y": 3.0}


def test_both_edges_of_a_square_exist() -> None:
    tape = Expression("x*x").tape
    assert [(e.parent, e.slot, e.child) for e in tape.edges] == [(1, 0, 0), (1, 1, 0)]
    assert tape.due == [2, 1]
    assert run(tape, {"x": 3.0}).contributions == [3.0, 3.0]


@pytest.mark.parametrize(
    ("text", "carried"),
    [
        ("x^2", [(0, 0)]),  # never log(0)
        ("x*2", [(0, 0)]),
        ("2/x", [(1, 1)]),
        ("x + sin(2)*pi", [(0, 0)]),
        ("log(0)*x", [(1, 2)]),
        ("2^x", [(1, 1)]),
        ("2 + 3", []),
        ("x", []),
    ],
)
def test_slots_fed_by_constants_carry_nothing(text: str, carried: list[tuple[int, int]]) -> None:
    tape = Expression(text).tape
    assert [(edge.slot, edge.child) for edge in tape.edges] == carried
    constants = {i for i, active in enumerate(tape.active) if not active}
    result = run(tape, dict.fromkeys(Expression(text).variables, 0.5))
    last = tape.graph.output
    assert all(result.adjoints[i] is None for i in constants if i != last)
    assert all(tape.due[i] == 0 for i in constants if i != last)


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize(
    ("text", "at", "gradient"),
    [
        ("x^2", {"x": 0}, {"x": 0}),
        ("x^1", {"x": 0}, {"x": 1}),
        ("x^0", {"x": 0}, {"x": 0}),
        ("x^3", {"x": -2}, {"x": 12}),
        ("x^y", {"x": 0, "y": 2}, {"x": 0, "y": 0}),
        ("x^y", {"x": -2, "y": 2}, {"x": -4, "y": nan}),
        ("2^x", {"x": 0}, {"x": math.log(2)}),
        ("0^x", {"x": 2}, {"x": 0}),
        ("abs(x)", {"x": 0}, {"x": 0}),
        ("relu(x)", {"x": 0}, {"x": 0}),
        ("max(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}),
        ("min(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}),
        ("max(x, x)", {"x": 1}, {"x": 1}),
        ("max(x, 0)", {"x": 0}, {"x": 0.5}),
        ("sqrt(x)", {"x": 0}, {"x": inf}),
        ("sqrt(-x)", {"x": 0}, {"x": -inf}),
        ("sqrt(x)", {"x": -1}, {"x": nan}),
        ("0*sqrt(x)", {"x": 0}, {"x": nan}),
        ("1/x", {"x": 0}, {"x": -inf}),
        ("log(x)", {"x": 0}, {"x": inf}),
        ("x - x", {"x": inf}, {"x": 0}),
        ("exp(x)", {"x": 1000}, {"x": inf}),
        ("x*y", {"x": 0, "y": inf}, {"x": inf, "y": 0}),
        ("x + y*0", {"x": 1, "y": 2}, {"x": 1, "y": 0}),
        ("sin(x)", {"x": inf}, {"x": nan}),
    ],
)
def test_gradients_at_kinks_and_edges(
    text: str, at: dict[str, float], gradient: dict[str, float], sharing: Sharing
) -> None:
    expected = {name: float(number) for name, number in gradient.items()}
    assert Expression(text, sharing).gradient(at) == pytest.approx(
        expected, rel=1e-15, abs=0, nan_ok=True
    )


@given(program=strategies.programs(), at=strategies.states)
def test_due_contributions_add_up_to_the_adjoint(
    program: tuple[str, Any], at: dict[str, float]
) -> None:
    expression = Expression(program[0])
    result = run(expression.tape, strategies.restrict(at, expression.variables))
    tape = result.tape
    arrived = [float(i == tape.graph.output) for i in range(len(tape.graph.nodes))]
    count = [int(seeded) for seeded in arrived]
    for edge, contribution in zip(tape.edges, result.contributions, strict=True):
        arrived[edge.child] += contribution
        count[edge.child] += 1
        assert count[edge.parent] == tape.due[edge.parent]  # a parent is final before it sends
    assert count == tape.due
    assert arrived == pytest.approx([a or 0.0 for a in result.adjoints], rel=0, abs=0, nan_ok=True)


def test_a_tape_names_the_variables_of_its_graph_where_it_is_told_none() -> None:
    assert Tape(build(read("3*y + x*y"))).names == ("y", "x")
