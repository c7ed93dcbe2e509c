"""Every engine gives the sweep's numbers: on the cases, at the edges, on random programs."""

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qsts_core import Expression
from qsts_core.expression import SWEEPS_BEFORE_COMPILING
from qsts_core.graph import SHARINGS, VARIABLE, Sharing
from qsts_core.ops import FUNCTIONS, OPERATIONS
from qsts_core.trace import label_of
from tests import strategies
from tests.engine import agreement
from tests.engine.agreement import bits

DATA = Path(__file__).parent.parent / "data"
CASES = [
    pytest.param(case, id=f"{file}: {case.get('name', number)}")
    for file in ("literature", "mistakes", "random")
    for number, case in enumerate(json.loads((DATA / f"{file}.json").read_text(encoding="utf-8")))
]

each_engine = pytest.mark.parametrize("engine", ["numpy", "native"])


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("case", CASES)
def test_every_case(case: dict[str, Any], sharing: Sharing) -> None:
    e = Expression(case["f"], sharing)
    point = [float(case["at"][name]) for name in e.variables]
    expected = [float(case["value"]), *(float(case["gradient"][name]) for name in e.variables)]
    for one in ("python", "native"):
        value, slopes = e.function(one)(*point)
        assert [value, *slopes] == pytest.approx(expected, rel=1e-12, abs=0)
    states = np.array(point).reshape(-1, 1).repeat(3, axis=1)
    for engine in ("numpy", "native"):
        values, gradient = e.batch(states, engine)
        assert [values[2], *gradient[:, 2]] == pytest.approx(expected, rel=1e-12, abs=0)


def formulas() -> list[str]:
    """Return every operation that can be written, on its own and times something."""
    unary = [f"{name}(x)" for name in agreement.NAMES if OPERATIONS[FUNCTIONS[name]].arity == 1]
    binary = [f"{name}(x, y)" for name in agreement.NAMES if OPERATIONS[FUNCTIONS[name]].arity == 2]
    operators = [f"x {op} y" for op in ("+", "-", "*", "/", "^")]
    powers = [f"x^{n}" for n in ("0", "1", "2", "3", "7", "(-1)", "(-2)", "(-5)", "0.5", "1.5")]
    return [
        *unary,
        *binary,
        *operators,
        *powers,
        "clip(x, -1, y)",
        "2^x",
        "-x",
        "x/3",
        "3/x",
        "0*x",
        "x - 0",
    ]


@pytest.mark.parametrize("text", formulas())
def test_every_operation_at_the_edges(text: str) -> None:
    for e in (Expression(text), Expression(f"({text})*w + w")):
        points = itertools.product(agreement.SPECIAL, repeat=min(2, len(e.variables)))
        states = np.array([p + (1.5,) * (len(e.variables) - len(p)) for p in points]).T
        function, machine_code = e.function("python"), e.function("native")
        for engine in ("numpy", "native"):
            agreement.check_all(e, states, engine)
        for point in states.T.tolist():
            value, slopes = function(*point)
            assert bits([value, *slopes]) == bits(agreement.answer(e, point))
            value, slopes = machine_code(*point)
            agreement.check(e, point, [value, *slopes])


@pytest.mark.parametrize("name", agreement.NAMES)
def test_what_stands_inside_another_is_rounded_for_itself(name: str) -> None:
    inputs = ("sin(x)", "y")[: OPERATIONS[FUNCTIONS[name]].arity]
    e = Expression(f"3*{name}({', '.join(inputs)})")
    function = e.function("python")
    for k in range(1, 60):
        point = [k / 16, 1.7][: len(e.variables)]
        value, slopes = function(*point)
        expected = agreement.answer(e, point)
        assert bits([value, *slopes]) == bits(expected)


@pytest.mark.parametrize(
    ("text", "at", "gradient"),
    [
        ("abs(x)", [0], [0]),
        ("relu(x)", [0], [0]),
        ("max(x, y)", [2, 2], [0.5, 0.5]),
        ("min(x, y)", [2, 2], [0.5, 0.5]),
        ("sqrt(x)", [0], [math.inf]),
        ("x^y", [0, 2], [0, 0]),
        ("x^2", [0], [0]),
        ("x^0", [0], [0]),
        ("tanh(x)", [30], [3.502604305078608e-26]),
        ("sigmoid(x)", [-40], [4.248354255291589e-18]),
        ("sigmoid(x)", [40], [4.248354255291589e-18]),
        ("softplus(x)", [-40], [4.248354255291589e-18]),
    ],
)
def test_what_is_promised_at_kinks_and_in_saturation(
    text: str, at: list[float], gradient: list[float]
) -> None:
    e = Expression(text)
    for one in ("python", "native"):
        slopes = e.function(one)(*map(float, at))[1]
        assert list(slopes) == pytest.approx(gradient, rel=1e-12, abs=0)
    states = np.array([at] * 9, dtype=float).T
    for engine in ("numpy", "native"):
        for slopes in e.batch(states, engine)[1].T:
            assert list(slopes) == pytest.approx(gradient, rel=1e-12, abs=0)


numbers = st.one_of(st.integers(-40, 40).map(lambda n: n / 16), st.sampled_from(agreement.SPECIAL))


@each_engine
@given(program=strategies.programs(), data=st.data())
@settings(max_examples=120)
def test_random_programs(engine: str, program: tuple[str, Any], data: st.DataObject) -> None:
    e = Expression(program[0], data.draw(st.sampled_from(SHARINGS)))
    rows = [data.draw(st.lists(numbers, min_size=9, max_size=9)) for _ in e.variables]
    agreement.check_all(e, np.array(rows).reshape(len(rows), 9), engine)


@given(program=strategies.programs(), data=st.data())
def test_random_programs_one_state_at_a_time(program: tuple[str, Any], data: st.DataObject) -> None:
    e = Expression(program[0], data.draw(st.sampled_from(SHARINGS)))
    point = [data.draw(numbers) for _ in e.variables]
    value, slopes = e.function("python")(*point)
    assert bits([value, *slopes]) == bits(agreement.answer(e, point))
    value, slopes = e.function("native")(*point)
    agreement.check(e, point, [value, *slopes])


# One answer, to the bit and the sign


@given(program=strategies.programs(), data=st.data())
def test_sweep_trace_and_compiled_function_give_one_answer(
    program: tuple[str, Any], data: st.DataObject
) -> None:
    e = Expression(program[0], data.draw(st.sampled_from(SHARINGS)))
    at = {name: data.draw(numbers) for name in e.variables}
    first = e.gradient(at)
    trace = e.trace(at)
    assert (
        bits([trace.run.value])
        == bits([e.value(at)])
        == bits([e.function("python")(*at.values())[0]])
    )
    assert bits([*trace.run.gradient().values()]) == bits([*first.values()])
    e._sweeps = SWEEPS_BEFORE_COMPILING  # from here on a compiled function answers
    assert bits([*e.gradient(at).values()]) == bits([*first.values()])
    if e.sharing != "none":  # each variable is one node: its adjoint is the derivative
        final = trace.state(len(trace)).adjoints
        places = [i for i, node in enumerate(e.graph.nodes) if node.op == VARIABLE]
        ends = {label_of(e.graph.nodes[i]): final[i] for i in places}
        reached = [name for name in first if ends[name] is not None]
        assert bits([ends[name] for name in reached]) == bits([first[name] for name in reached])


@pytest.mark.parametrize("text", ["-sign(x)", "-sign(x)*y", "0*-x", "x*(-y)", "-x"])
def test_a_zero_keeps_its_sign_from_the_first_call_on(text: str) -> None:
    e = Expression(text)
    at = dict.fromkeys(e.variables, 0.0)
    answers = [e.gradient(at) for _ in range(SWEEPS_BEFORE_COMPILING + 5)]
    assert len({str(answer) for answer in answers}) == 1
    assert answers[0] == e.trace(at).run.gradient()


# The checker can fail


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("wrong", [1 + 1e-11, math.nan, math.inf])
def test_the_check_sees_what_is_wrong(row: int, wrong: float) -> None:
    e = Expression("x*y + sin(x)")
    got = agreement.answer(e, [2.0, 3.0])
    agreement.check(e, [2.0, 3.0], got)
    got[row] *= wrong
    with pytest.raises(AssertionError, match="not"):
        agreement.check(e, [2.0, 3.0], got)


@pytest.mark.parametrize("wrong", [0.0, math.inf, -math.inf])
def test_the_check_sees_a_number_of_another_class(wrong: float) -> None:
    e = Expression("log(x)")
    agreement.check(e, [-1.0], [math.nan, -1.0])
    with pytest.raises(AssertionError):
        agreement.check(e, [-1.0], [wrong, -1.0])
    with pytest.raises(AssertionError):
        agreement.check(e, [0.0], [abs(wrong), math.inf])


def test_where_a_hair_decides_no_class_is_held_to() -> None:
    e = Expression("x = x^(y^cos(w)); x+x", "none")
    point = {"x": 0.0, "y": -1 / 16, "w": 1e-9}
    states = np.array([[point[name]] * 9 for name in e.variables])
    for engine in ("numpy", "native"):
        agreement.check_all(e, states, engine)
