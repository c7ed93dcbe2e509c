"""The steps, the state after any of them, the warnings, and the JSON form."""

import json
import math
import pickle
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from qsts_core import BackwardStep, Expression, ForwardStep, ResetStep, SeedStep, State, Trace
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.trace import SCHEMA
from tests import strategies

SEED = Expression("(x+y) + x*(x+y)").trace({"x": 2, "y": 3})


def backward(*fields: Any) -> BackwardStep:
    return BackwardStep(*fields)


def test_the_twelve_steps_of_the_seed_formula() -> None:
    forward = [ForwardStep(i, v) for i, v in enumerate([2.0, 3.0, 5.0, 10.0, 15.0])]
    assert list(SEED) == [
        *forward,
        SeedStep(4),
        backward(4, 2, 0, "1", 1.0, 1.0, None, 1.0, 1, 2),
        backward(4, 3, 1, "1", 1.0, 1.0, None, 1.0, 1, 1),
        backward(3, 0, 0, "b", 5.0, 5.0, None, 5.0, 1, 2),
        backward(3, 2, 1, "a", 2.0, 2.0, 1.0, 3.0, 2, 2),
        backward(2, 0, 0, "1", 1.0, 3.0, 5.0, 8.0, 2, 2),
        backward(2, 1, 1, "1", 1.0, 3.0, None, 3.0, 1, 1),
    ]
    assert [step.phase for step in SEED] == ["forward"] * 5 + ["seed"] + ["backward"] * 6


def test_it_is_a_sequence() -> None:
    assert len(SEED) == 12
    assert SEED[-1] == SEED[11] == list(SEED)[-1]
    assert SEED[4:7] == list(SEED)[4:7]
    assert SEED[::-1] == list(SEED)[::-1]
    assert SeedStep(4) in SEED
    assert SEED.index(SeedStep(4)) == 5
    for index in (12, -13):
        with pytest.raises(IndexError, match=f"there are 12 steps, from 0; .* {index}"):
            SEED[index]


@pytest.mark.parametrize("steps", [-1, 13])
def test_there_is_no_state_beyond_the_steps(steps: int) -> None:
    with pytest.raises(IndexError, match=f"there are 12 steps; there is no state after {steps}"):
        SEED.state(steps)


def test_states_of_the_seed_formula() -> None:
    nothing = (None,) * 5
    all_values = (2.0, 3.0, 5.0, 10.0, 15.0)
    assert SEED.state(0) == State(nothing, nothing, (0,) * 5)
    assert SEED.state(3) == State((2.0, 3.0, 5.0, None, None), nothing, (0,) * 5)
    assert SEED.state(6) == State(all_values, (None,) * 4 + (1.0,), (0, 0, 0, 0, 1))
    assert SEED.state(10) == State(all_values, (5.0, None, 3.0, 1.0, 1.0), (1, 0, 2, 1, 1))
    assert SEED.state(12) == State(all_values, (8.0, 3.0, 3.0, 1.0, 1.0), (2, 1, 2, 1, 1))


def replay(trace: Trace) -> Iterator[State]:
    """Yield the state before any step and after each, from nothing but the steps' JSON form."""
    form = trace.to_dict()
    count = len(form["nodes"])
    values: list[Any] = [None] * count
    adjoints: list[Any] = [None] * count
    arrived = [0] * count
    yield State(tuple(values), tuple(adjoints), tuple(arrived))
    for step in form["steps"]:
        if step["phase"] == "forward":
            values[step["node"]] = step["value"]
        else:
            node = step["node"] if step["phase"] == "seed" else step["to"]
            if step["phase"] == "backward":
                assert same(step["before"], adjoints[node])
                assert step["arrived"] == arrived[node] + 1
                assert step["due"] == form["nodes"][node]["due"]
                check_arithmetic(step, adjoints[step["from"]])
            adjoints[node] = step["after"]
            arrived[node] += 1
        yield State(tuple(values), tuple(adjoints), tuple(arrived))
    assert arrived == [node["due"] for node in form["nodes"]]


def same(one: Any, other: Any) -> bool:
    return one == other or (one is not None and str(one) == str(other))


def check_arithmetic(step: dict[str, Any], adjoint: Any) -> None:
    """Check that a step says how its numbers follow from each other."""
    if step.get("blocked"):
        assert (step["local"], step["contribution"]) == (None, None)
        assert same(step["after"], step["before"])
        return
    local, contribution = float(step["local"]), float(step["contribution"])
    before = 0.0 if step["before"] is None else float(step["before"])
    assert contribution == pytest.approx(float(adjoint) * local, rel=0, abs=0, nan_ok=True)
    assert float(step["after"]) == pytest.approx(before + contribution, rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("sharing", SHARINGS)
@given(program=strategies.programs(), at=strategies.states)
def test_a_state_is_what_replaying_the_steps_gives(
    sharing: Sharing, program: tuple[str, Any], at: dict[str, float]
) -> None:
    expression = Expression(program[0], sharing)
    trace = expression.trace(strategies.restrict(at, expression.variables))
    for steps, replayed in enumerate(replay(trace)):
        state = trace.state(steps)
        for field in ("values", "adjoints", "arrived"):
            assert list(map(str, getattr(state, field))) == list(map(str, getattr(replayed, field)))
    final = trace.state(len(trace))
    gradient = dict.fromkeys(expression.variables, 0.0)
    for node, adjoint in zip(trace.tape.graph.nodes, final.adjoints, strict=True):
        if node.op == "variable":
            gradient[node.name] += adjoint or 0.0
    assert gradient == pytest.approx(trace.run.gradient(), rel=0, abs=0, nan_ok=True)


@pytest.mark.parametrize("build", [False, True])
@pytest.mark.parametrize(
    ("text", "at"), [("t = x*y; t + sin(t)", {"x": 2, "y": 3}), ("log(x)", {"x": -1})]
)
def test_it_crosses_processes_and_is_equal(text: str, at: dict[str, float], build: bool) -> None:
    trace = Expression(text).trace(at, build=build)
    ask = "import pickle, sys; sys.stdout.buffer.write(pickle.dumps(pickle.load(sys.stdin.buffer)))"
    answer = subprocess.run(
        [sys.executable, "-c", ask], input=pickle.dumps(trace), capture_output=True, check=True
    )
    other = pickle.loads(answer.stdout)
    assert other == trace
    assert hash(other) == hash(trace)
    assert other.to_dict() == trace.to_dict()
    assert other.warnings == trace.warnings


def test_it_is_equal_where_text_sharing_steps_and_numbers_are() -> None:
    expression = Expression("x*y")
    at = {"x": 2.0, "y": 3.0}
    assert expression.trace(at) == Expression("x*y").trace({"y": 3, "x": 2})
    for other in (
        Expression("x*y ").trace(at),
        Expression("x*y", "none").trace(at),
        expression.trace(at, build=True),
        expression.trace(at | {"x": 2.5}),
        "x*y",
    ):
        assert expression.trace(at) != other
    assert expression.trace(at | {"x": 0.0}) != expression.trace(at | {"x": -0.0})


def test_a_step_is_plain_whatever_it_was_asked_by() -> None:
    assert SEED[np.int64(0)] == SEED[0]
    for index in (0, 5, 9):
        told = SEED[np.int64(index)].to_dict()
        plain = {str, int, float, bool, list, type(None)}
        assert {type(field) for field in told.values()} <= plain
    with pytest.raises(TypeError):
        SEED[1.5]  # type: ignore[call-overload]  # on purpose


# The reset


@given(program=strategies.programs(), at=strategies.states)
def test_after_the_reset_everything_is_as_on_a_new_graph(
    program: tuple[str, Any], at: dict[str, float]
) -> None:
    expression = Expression(program[0])
    point = strategies.restrict(at, expression.variables)
    first = expression.trace(dict.fromkeys(expression.variables, 0.5))
    alone, again = expression.trace(point), expression.trace(point, after=first.at)
    assert len(again) == len(alone) + 1
    assert repr(again[1:]) == repr(list(alone))
    for steps in range(len(alone) + 1):
        assert repr(again.state(steps + 1)) == repr(alone.state(steps))
    assert repr(again.state(0)) == repr(first.state(len(first)))


def test_the_reset_takes_all_that_the_run_before_has_left() -> None:
    trace = Expression("t = y; x*2").trace({"x": 5, "y": 6}, after={"x": 3, "y": 4})
    assert trace[0] == ResetStep((4.0, 3.0, 2.0, 6.0), (None, 2.0, None, 1.0))
    assert trace.state(0) == State((4.0, 3.0, 2.0, 6.0), (None, 2.0, None, 1.0), (0, 1, 0, 1))
    assert trace.state(1) == State((None,) * 4, (None,) * 4, (0,) * 4)
    assert trace.to_dict()["steps"][0] == {
        "phase": "reset", "values": [4.0, 3.0, 2.0, 6.0], "adjoints": [None, 2.0, None, 1.0],
    }  # fmt: skip
    assert pickle.loads(pickle.dumps(trace)) == trace
    assert trace != Expression("t = y; x*2").trace({"x": 5, "y": 6}, after={"x": 1, "y": 4})


def test_what_is_built_has_not_run_before() -> None:
    with pytest.raises(ValueError, match="the building or with a reset"):
        Expression("x").trace({"x": 1}, build=True, after={"x": 2})


# The JSON form


def test_the_json_form_of_the_seed_formula() -> None:
    form = SEED.to_dict()
    assert {name: form[name] for name in form if name not in ("nodes", "steps")} == {
        "schema": SCHEMA,
        "expression": "(x+y) + x*(x+y)",
        "sharing": "unique",
        "at": {"x": 2.0, "y": 3.0},
        "value": 15.0,
        "gradient": {"x": 8.0, "y": 3.0},
        "warnings": [],
        "output": 4,
        "letters": {"node": "z", "left": "a", "right": "b", "output": "f"},
    }
    assert form["nodes"][0] == {
        "id": 0, "name": "z1", "op": "variable", "label": "x", "text": "x", "inputs": [], "due": 2,
        "places": [[1, 2], [8, 9], [11, 12]],
    }  # fmt: skip
    assert form["nodes"][3] == {
        "id": 3, "name": "z4", "op": "*", "label": "×", "text": "x*(x + y)", "inputs": [0, 2],
        "due": 1, "places": [[8, 15]],
    }  # fmt: skip
    assert form["steps"][0] == {"phase": "forward", "node": 0, "value": 2.0, "born": []}
    assert form["steps"][5] == {"phase": "seed", "node": 4, "after": 1.0}
    assert form["steps"][6] == {
        "phase": "backward", "from": 4, "to": 2, "slot": 0, "rule": "1", "local": 1.0,
        "contribution": 1.0, "before": None, "after": 1.0, "arrived": 1, "due": 2, "born": [],
    }  # fmt: skip
    assert form["steps"][9] == {
        "phase": "backward", "from": 3, "to": 2, "slot": 1, "rule": "a", "local": 2.0,
        "contribution": 2.0, "before": 1.0, "after": 3.0, "arrived": 2, "due": 2, "born": [],
    }  # fmt: skip


@given(program=strategies.programs(), at=strategies.states)
def test_the_json_form_is_json(program: tuple[str, Any], at: dict[str, float]) -> None:
    expression = Expression(program[0])
    form = expression.trace(strategies.restrict(at, expression.variables)).to_dict()
    assert json.loads(json.dumps(form, allow_nan=False)) == form


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("x*2 - sin(x)/pi", ["x", "2", "×", "sin", "π", "÷", "−"]),
        ("-sqrt(x)^0.1", ["x", "√", "0.1", "^", "−"]),
        ("sigmoid(abs(x))", ["x", "|·|", "σ"]),
        ("x + 1234567.5", ["x", "1234567.5", "+"]),
    ],
)
def test_what_is_drawn_in_a_node(text: str, labels: list[str]) -> None:
    nodes = Expression(text).trace({"x": 2}).to_dict()["nodes"]
    assert [node["label"] for node in nodes] == labels


@pytest.mark.parametrize(
    ("text", "dues"),
    [("x^2 + y*0", [1, 0, 1, 1, 0, 1, 1]), ("t = y; x", [0, 1]), ("2 + 3", [0, 0, 1]), ("2", [1])],
)
def test_what_is_due(text: str, dues: list[int]) -> None:
    expression = Expression(text)
    form = expression.trace(dict.fromkeys(expression.variables, 1)).to_dict()
    assert [node["due"] for node in form["nodes"]] == dues


# What is not a finite number


@pytest.mark.parametrize(
    ("text", "at", "warnings"),
    [
        ("x + y", {"x": 1, "y": 2}, []),
        ("log(x - 2)", {"x": 1}, ["z₄ = log(z₃), at z₃ = −1, is nan"]),
        ("1/x", {"x": 0}, ["z₃ = z₁ ÷ z₂, at z₁ = 1, z₂ = 0, is inf"]),
        ("sqrt(x)", {"x": 0},
         ["the local derivative of z₂ = sqrt(z₁) in its input, at z₁ = 0, z₂ = 0, is inf"]),
        ("exp(x)*exp(x)", {"x": 400},
         ["z₃ = z₂ × z₂, at z₂ ≈ 5.221·10¹⁷³, is inf",
          "what z₂ sends to z₁, adjoint × local derivative: 1.044·10¹⁷⁴ × 5.221·10¹⁷³ gives inf"]),
        ("x + 1", {"x": math.inf}, ["x = inf is given"]),
        ("x*y", {"x": math.nan, "y": 1}, ["x = nan is given"]),
        ("log(x) + log(y)", {"x": -1, "y": -2},
         ["z₂ = log(z₁), at z₁ = −1, is nan", "z₄ = log(z₃), at z₃ = −2, is nan"]),
        ("x^y", {"x": -2, "y": 2},
         ["the local derivative of z₃ = z₁ ^ z₂ in its right input, "
          "at z₁ = −2, z₂ = 2, z₃ = 4, is nan"]),
        ("hypot(x, y)", {"x": 0, "y": 0},
         ["the local derivative of z₃ = hypot(z₁, z₂) in its left input, "
          "at z₁ = 0, z₂ = 0, z₃ = 0, is nan",
          "the local derivative of z₃ = hypot(z₁, z₂) in its right input, "
          "at z₁ = 0, z₂ = 0, z₃ = 0, is nan"]),
        ("-sqrt(-x)", {"x": 1}, ["z₃ = sqrt(z₂), at z₂ = −1, is nan"]),
        ("1e200*(1e200*x)", {"x": 1e-300},
         ["what z₃ sends to z₂, adjoint × local derivative: 1·10²⁰⁰ × 1·10²⁰⁰ gives inf"]),
        ("exp(x)/(1 + exp(x))", {"x": 800},
         ["z₂ = exp(z₁), at z₁ = 800, is inf", "z₅ = z₂ ÷ z₄, at z₂ = inf, z₄ = inf, is nan"]),
        ("exp(x) - exp(y)", {"x": 800, "y": 900},
         ["z₂ = exp(z₁), at z₁ = 800, is inf", "z₄ = exp(z₃), at z₃ = 900, is inf",
          "z₅ = z₂ − z₄, at z₂ = inf, z₄ = inf, is nan"]),
        ("sqrt(x^2)", {"x": 0},
         ["the local derivative of z₄ = sqrt(z₃) in its input, at z₃ = 0, z₄ = 0, is inf",
          "what z₃ sends to z₁, adjoint × local derivative: inf × 0 gives nan"]),
        ("exp(x) + sqrt(x) - sqrt(x)", {"x": 0},
         ["the local derivative of z₃ = sqrt(z₁) in its input, at z₁ = 0, z₃ = 0, is inf",
          "what z₃ sends to z₁, adjoint × local derivative: 0 × inf gives nan"]),
        ("sqrt(x) - cbrt(x)", {"x": 0},
         ["the local derivative of z₃ = cbrt(z₁) in its input, at z₁ = 0, z₃ = 0, is inf",
          "the local derivative of z₂ = sqrt(z₁) in its input, at z₁ = 0, z₂ = 0, is inf",
          "the adjoint of z₁ with what z₂ sends: −inf + inf gives nan"]),
        ("1e308*x + 9e307*x", {"x": 0.5},
         ["the adjoint of z₂ with what z₃ sends: 9·10³⁰⁷ + 1·10³⁰⁸ gives inf"]),
        ("log(z3)*z1", {"z1": 1, "z3": -1}, ["v₂ = log(v₁), at v₁ = −1, is nan"]),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)  # fmt: skip
def test_where_a_number_stops_being_finite(
    text: str, at: dict[str, float], warnings: list[str]
) -> None:
    trace = Expression(text).trace(at)
    steps = [step for step in trace if isinstance(step, (ForwardStep, BackwardStep))]
    assert sum(len(step.born) for step in steps) == len(warnings)
    assert list(trace.warnings) == warnings
    form = trace.to_dict()
    assert form["warnings"] == warnings
    json.dumps(form, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "x", "causes"),
    [
        ("log(x)*x", 0, [("value",), ("value",), ("contribution",)]),
        ("sqrt(x) - cbrt(x)", 0, [("local",), ("local", "sum")]),
        ("1e308*x + 9e307*x", 0.5, [("sum",)]),
        ("sqrt(x^2)", 0, [("local",), ("contribution",)]),
        ("exp(x) + sqrt(x) - sqrt(x)", 0, [("local", "contribution")]),
        ("-(1/x)*1e300", 1e-200, [("value",), ("local",)]),
    ],
)
def test_every_cause_that_holds_is_told(text: str, x: float, causes: list[tuple[str, ...]]) -> None:
    steps = Expression(text).trace({"x": x}).to_dict()["steps"]
    assert [tuple(step["born"]) for step in steps if step.get("born")] == causes


def test_an_infinity_may_be_born_in_the_sum_of_finite_contributions() -> None:
    trace = Expression("1e308*x + 1.7e308*x").trace({"x": 0})
    (born,) = (step for step in trace if isinstance(step, BackwardStep) and step.born)
    assert (born.before, born.contribution, born.after) == (1.7e308, 1e308, math.inf)
    assert len(trace.warnings) == 1


def test_what_is_not_finite_is_a_string_in_json() -> None:
    form = Expression("1/x - log(x - 1)").trace({"x": 0}).to_dict()
    assert form["value"] == "nan"
    assert [step["value"] for step in form["steps"] if step["phase"] == "forward"][2] == "inf"
    assert Expression("x").trace({"x": -math.inf}).to_dict()["at"] == {"x": "-inf"}


@given(program=strategies.programs(), at=strategies.states)
def test_a_number_that_is_not_finite_was_born_somewhere(
    program: tuple[str, Any], at: dict[str, float]
) -> None:
    expression = Expression(program[0])
    trace = expression.trace(strategies.restrict(at, expression.variables))
    numbers = (*trace.run.values, *trace.run.locals, *trace.run.contributions, *trace.run.sums)
    assert bool(trace.warnings) == (not all(map(math.isfinite, numbers)))
