"""Conditions and gates: what is read, and that nothing comes back through a closed gate."""

import math
from collections.abc import Mapping
from itertools import product

import numpy as np
import pytest

from qsts_core import Expression
from qsts_core.errors import FormulaError
from qsts_core.graph import SHARINGS
from qsts_core.sweep import Tape
from qsts_core.trace import BackwardStep
from tests import independent
from tests.engine.agreement import bits

TRAPS: list[tuple[str, Mapping[str, float], Mapping[str, float]]] = [
    ("where(x > 0, sqrt(x), 0)", {"x": -1}, {"x": 0}),
    ("where(x > 0, sqrt(x), 0)", {"x": 0}, {"x": 0}),
    ("where(x > 0, sqrt(x), 0)", {"x": 4}, {"x": 0.25}),
    ("where(x > 0, log(x), x)*y", {"x": 0, "y": 2}, {"x": 2, "y": 0}),
    ("x if x == 0 else sin(x)/x", {"x": 0}, {"x": 1}),
    ("if x != 0 then sin(x)/x else 1", {"x": 0}, {"x": 0}),
    ("x < 0 ? exp(x) : y < 0 ? 1/y : x*y", {"x": 1000, "y": 0}, {"x": 0, "y": 1000}),
    ("t = 1/x; where(x != 0, t, 0) + where(y > 0, t*y, y)", {"x": 0, "y": -1}, {"x": 0, "y": 1}),
    ("t = 1/x; where(x == 2, t, 0) + where(y > 0, t*y, y)", {"x": 4, "y": 8},
     {"x": -0.5, "y": 0.25}),
    ("where(x > 0 and not y > 0 or x < -5, x*y, x/y)", {"x": -6, "y": 0}, {"x": 0, "y": -6}),
    ("Piecewise((x^2, x < 0), (y, x < 1), (x*y, True))", {"x": 3, "y": 2}, {"x": 2, "y": 3}),
    ("(x > y)*x", {"x": 3, "y": 2}, {"x": 1, "y": 0}),
    ("x >= 2", {"x": 3}, {"x": 0}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "at", "gradient"), TRAPS)
def test_a_branch_that_is_not_taken_leaves_no_trace(
    text: str, at: Mapping[str, float], gradient: Mapping[str, float]
) -> None:
    for sharing in SHARINGS:
        e = Expression(text, sharing)
        assert e.gradient(at) == gradient
        assert e.check(at).wrong == ()
        point = e.point(at)
        for engine in ("sweep", "python", "native"):
            slopes = e.function(engine)(*point.values())[1]
            assert dict(zip(e.variables, slopes, strict=True)) == gradient


STATES = (0.0, -0.0, 1.0, -1.0, 2.5, -4.0, math.inf, -math.inf, math.nan)
GATED = [
    "where(x > 0, sqrt(x), x)*y",
    "t = sqrt(x); where(x > 0, t, y) + where(y > 0, t*y, 2)",
    "where(x > 0, log(x), where(x < -3, 1/(x + 4), x*y))",
    "where(x > 0 and y > 0 or x < -2, x/y, y/x) + (not x)*y",
    "when(x, y) + unless(y, x*sqrt(y))",
    "clip(where(x >= 0, 1/x, x), -2, y) + where(x != y, x/y, 1)",
]


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("text", GATED)
def test_all_engines_block_the_same(text: str, sharing: str) -> None:
    e = Expression(text, sharing)  # type: ignore[arg-type]
    states = np.array(list(product(STATES, STATES))).T
    function = e.function("python")
    right = []
    for point in states.T.tolist():
        result = e.trace(dict(zip(e.variables, point, strict=True))).run
        right.append([result.value, *result.gradient().values()])
        value, slopes = function(*point)
        assert bits([value, *slopes]) == bits(right[-1]), point
    for engine in ("numpy", "native"):
        values, gradient = e.batch(states, engine)
        got = np.vstack([values, gradient]).T
        np.testing.assert_allclose(got, np.array(right), rtol=1e-12, atol=0)


def test_a_blocked_step_brings_nothing_and_says_so() -> None:
    trace = Expression("where(x > 0, sqrt(x), 0)").trace({"x": -1})
    steps = [step for step in trace if isinstance(step, BackwardStep)]
    blocked = [step for step in steps if step.blocked]
    assert [(s.parent, s.child) for s in blocked] == [(4, 3), (3, 0)]
    told = blocked[0].to_dict()
    assert told["blocked"] is True
    assert [told[key] for key in ("local", "contribution", "before", "after")] == [None] * 4
    assert "blocked" not in steps[0].to_dict()
    assert trace.run.adjoints[0] is None, "not reached is not 0"
    assert trace.run.gradient() == {"x": 0.0}
    assert trace.state(len(trace)).adjoints == tuple(trace.run.adjoints)


def test_an_adjoint_counts_a_blocked_edge_as_arrived() -> None:
    trace = Expression("where(x > 0, sqrt(x), x)").trace({"x": -4})
    last = trace[-1]
    assert isinstance(last, BackwardStep)
    assert (last.blocked, last.before, last.after) == (True, 1.0, 1.0)
    assert (last.arrived, last.due) == (2, 2)


def test_no_derivative_goes_through_a_condition() -> None:
    tape = Expression("u = x^2; where(u > y, x, 2)").tape
    nodes = tape.graph.nodes
    through = {nodes[edge.parent].op for edge in tape.edges}
    assert through == {"+", "when"}
    assert not tape.active[[node.op for node in nodes].index(">")]


def test_a_graph_without_conditions_has_no_gates() -> None:
    tape = Expression("relu(x) + max(x, y) + step(x)").tape
    assert isinstance(tape, Tape)
    assert tape.gates == {}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("x < 1 and y > 2 or not x", "x < 1 and y > 2 or not x"),
        ("(x < 1) == (y > 2)", "(x < 1) == (y > 2)"),
        ("not (x and y)", "not (x and y)"),
        ("(x or y) and x", "(x or y) and x"),
        ("x ≤ y", "x <= y"),
        ("x ≥ y ∧ ¬ y", "x >= y and not y"),
        ("x + 1 > y*2", "x + 1 > y*2"),
        ("x*(y > 0)", "x*(y > 0)"),
        ("-x < -y^2", "-x < -y^2"),
        ("where(x, y, 1)", "where(x, y, 1)"),
        ("u := x*y; u + 1", "x*y + 1"),
    ],
)
def test_precedence_is_that_of_python(text: str, printed: str) -> None:
    e = Expression(text)
    assert str(e) == printed
    assert Expression(str(e)) == e


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("text", [case[0] for case in TRAPS] + GATED)
def test_it_is_printed_and_read_again(text: str, sharing: str) -> None:
    e = Expression(text, sharing)  # type: ignore[arg-type]
    assert Expression(str(e), sharing) == e  # type: ignore[arg-type]
    assert Expression(e.latex(), sharing) == e  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x if x > 0 else y", "where(x > 0, x, y)"),
        ("if x > 0 then x else y", "where(x > 0, x, y)"),
        ("x > 0 ? x : y", "where(x > 0, x, y)"),
        ("x if x > 0 else y if y > 0 else 2", "where(x > 0, x, where(y > 0, y, 2))"),
        ("if x > 0 then x else if y > 0 then y else 2", "where(x > 0, x, where(y > 0, y, 2))"),
        ("x > 0 ? y > 0 ? 1 : x : 2", "where(x > 0, where(y > 0, 1, x), 2)"),
        ("2*(x if x > 0 else y) + 1", "2*where(x > 0, x, y) + 1"),
        ("max(x if x > 0 else y, 1)", "max(where(x > 0, x, y), 1)"),
        ("t = x if x > 0 else y; t*t", "t = where(x > 0, x, y); t*t"),
        ("f(t) = t if t > 0 else -t; f(x)*f(y)", "f(t) = where(t > 0, t, -t); f(x)*f(y)"),
        ("sum(i=1..2, where(w[i] > i, w[i], 0))",
         "where(w_1 > 1, w_1, 0) + where(w_2 > 2, w_2, 0)"),
        ("Piecewise((x, x > 0), (y, True))", "where(x > 0, x, y)"),
        ("np.where(x > 0, x, y)", "where(x > 0, x, y)"),
        ("lambda x, y: x if x > 0 else y", "where(x > 0, x, y)"),
    ],
)  # fmt: skip
def test_a_condition_is_written_in_many_ways(one: str, other: str) -> None:
    at = {"x": 0.7, "y": -1.5, "w_1": 3.0, "w_2": 1.0}
    for turn in (1, -1):
        e, right = Expression(one), Expression(other)
        point = {name: turn * at[name] for name in e.variables}
        assert set(e.variables) == set(right.variables)
        assert (e.value(point), e.gradient(point)) == (right.value(point), right.gradient(point))


@pytest.mark.parametrize(
    ("text", "carets", "way_out"),
    [
        ("0 < x < 1", "  ^^^^^", "0 < x and x < 1"),
        ("x if x > 0", "  ^^", "x if x > 0 else 0"),
        ("x > 0 ? x", "      ^", "x > 0 ? x : 0"),
        ("x : y", "  ^", "x > 0 ? x : 0"),
        ("2*if x > 0 then x else 0", "  ^^", "2*(if x > 0 then x else 0)"),
        ("where(x > 0, x)", "^^^^^", "where(x > 0, x, 0)"),
        ("where(x = 0, x, 1)", "        ^", "t = x*y; t == 2"),
        ("1 - not x", "    ^^^", "1 - (not x > 0)"),
        ("Piecewise(x, y)", "^^^^^^^^^", "Piecewise((x, x > 0), (0, True))"),
    ],
)
def test_what_is_wrong_is_told_with_a_way_out(text: str, carets: str, way_out: str) -> None:
    with pytest.raises(FormulaError) as caught:
        Expression(text)
    error = caught.value
    assert " " * error.start + "^" * (error.end - error.start) == carets
    assert way_out in error.message
    Expression(way_out)


def test_a_long_chain_of_conditions_takes_linear_time() -> None:
    chain = " else ".join(f"{k} if x < {k}" for k in range(2000))
    e = Expression(f"{chain} else x")
    assert e.gradient({"x": 3000}) == {"x": 1.0}
    assert e.gradient({"x": 70}) == {"x": 0.0}


def test_the_slope_of_a_choice_is_that_of_what_was_chosen() -> None:
    e = Expression("where(x*y > 1, x^2*y, sin(x)/y) + (y if x > y else x*y)")
    for x, y in product((0.3, 1.7, -2.2), (0.6, 1.9, -1.3)):
        taken = "x^2*y" if x * y > 1 else "sin(x)/y"
        other = "y" if x > y else "x*y"
        right = independent.gradient(f"{taken} + {other}", {"x": x, "y": y})
        assert e.gradient({"x": x, "y": y}) == pytest.approx(right, rel=1e-13)
