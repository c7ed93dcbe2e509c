"""The sweep in the browser makes the steps that Python makes: same fields, same order."""

import json
import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser

from qsts_core import Expression
from qsts_core.draw.player import MODULES, join_modules
from qsts_core.graph import CONSTANT, SHARINGS, VARIABLE, Graph, Sharing
from qsts_core.ops import OPERATIONS
from qsts_core.rules import local_function
from tests import strategies
from tests.engine.agreement import SPECIAL, kind

Steps: TypeAlias = list[dict[str, Any]]
Call: TypeAlias = Callable[..., Any]

DATA = Path(__file__).parent.parent / "data"
CASES = [
    pytest.param(case, id=f"{file}: {case.get('name', number)}")
    for file in ("literature", "mistakes", "random")
    for number, case in enumerate(json.loads((DATA / f"{file}.json").read_text(encoding="utf-8")))
]
UNITS = 4
"""Units in the last place that a function may be off."""


@pytest.fixture(scope="module")
def call(browser: Browser) -> Iterator[Call]:
    """Evaluate in a page that holds the modules, joined as the player's are; numbers as texts."""
    script = join_modules(MODULES[: MODULES.index("sweep/trace.js") + 1])
    page = browser.new_page()
    page.goto("about:blank")
    page.add_script_tag(content=script)

    def evaluate(expression: str, argument: object) -> Any:
        # A negative zero and a NaN survive as they are: playwright carries JavaScript's numbers.
        return page.evaluate(expression, argument)

    yield evaluate
    page.close()


def sweep(call: Call, graph: Graph, at: dict[str, float]) -> Steps:
    nodes = [
        {
            "op": node.op,
            "inputs": list(node.inputs),
            **({"label": node.name} if node.op == VARIABLE else {}),
            **({"number": node.number} if node.op == CONSTANT else {}),
        }
        for node in graph.nodes
    ]
    steps: Steps = call(
        "([graph, at]) => sweepSteps(graph, at)", [{"nodes": nodes, "output": graph.output}, at]
    )
    return steps


NUMBERS = ("value", "local", "contribution", "before", "after")


def structure(steps: Steps) -> list[list[tuple[str, object]]]:
    """Return all that is no number of the sweep, in order."""
    return [[(key, "" if key in NUMBERS else value) for key, value in s.items()] for s in steps]


def close(got: Any, expected: Any, relative: float = 1e-12) -> bool:
    """Whether two numbers of JSON are as good as the same; a zero has a sign."""
    if got is None or expected is None:
        return got is expected
    x, y = float(got), float(expected)
    if kind(x) != kind(y):
        return False
    if not math.isfinite(y):
        return True
    if y == 0:
        return x == 0 and math.copysign(1, x) == math.copysign(1, y)
    return abs(x - y) <= relative * abs(y)


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("case", CASES)
def test_every_case_has_the_same_steps(case: dict[str, Any], sharing: Sharing, call: Call) -> None:
    e = Expression(case["f"], sharing)
    at = e.point({name: float(case["at"][name]) for name in e.variables})
    expected = [step.to_dict() for step in e.trace(at)]
    got = sweep(call, e.graph, at)
    assert structure(got) == structure(expected)
    for step, right in zip(got, expected, strict=True):
        for key in NUMBERS:
            assert close(step.get(key), right.get(key)), (step, right)


numbers = st.one_of(st.integers(-40, 40).map(lambda n: n / 16), st.sampled_from(SPECIAL))


@given(program=strategies.programs(), data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_random_programs_have_the_same_steps(
    program: tuple[str, Any], data: st.DataObject, call: Call
) -> None:
    """Each number is held to what Python makes of the numbers that the browser had before it.

    So nothing hangs on how far a formula magnifies the last bits of its functions.
    """
    e = Expression(program[0], data.draw(st.sampled_from(SHARINGS)))
    at = {name: data.draw(numbers) for name in e.variables}
    expected = [step.to_dict() for step in e.trace(at)]
    got = sweep(call, e.graph, at)
    keys = [[(key, value) for key, value in step if key != "born"] for step in structure(expected)]
    assert [[(k, v) for k, v in step if k != "born"] for step in structure(got)] == keys
    values: list[float] = []
    adjoints: dict[int, float] = {e.graph.output: 1.0}
    for step in got:
        if step["phase"] == "forward":
            node = e.graph.nodes[step["node"]]
            known = [values[i] for i in node.inputs]
            right = OPERATIONS[node.op].compute(*known) if known else at.get(node.name, node.number)
            assert close(step["value"], right), (step, known)
            values.append(float(step["value"]))
        elif step.get("blocked"):  # which of them are is told by Python's, among the keys
            assert close(step["after"], adjoints.get(step["to"]), 0)
        elif step["phase"] == "backward":
            parent = e.graph.nodes[step["from"]]
            known = [values[parent.inputs[0]], values[parent.inputs[-1]], values[step["from"]]]
            local = local_function(parent.op, step["slot"])(*known)
            assert close(step["local"], local), (step, known)
            assert close(step["contribution"], adjoints[step["from"]] * float(step["local"]), 0)
            before = adjoints.get(step["to"])
            assert close(step["before"], before, 0)
            arriving = float(step["contribution"])
            after = arriving if before is None else before + arriving
            assert close(step["after"], after, 0)
            adjoints[step["to"]] = float(step["after"])


@pytest.mark.parametrize("op", OPERATIONS)
def test_a_function_is_off_by_few_units_in_the_last_place(op: str, call: Call) -> None:
    row, chance = OPERATIONS[op], random.Random(op)
    points = [
        [chance.choice(SPECIAL) for _ in range(row.arity)]
        if chance.random() < 0.3
        else [chance.uniform(-1, 1) * 10 ** chance.uniform(-12, 2.5) for _ in range(row.arity)]
        for _ in range(4000)
    ]
    got = call("([op, points]) => points.map((p) => OPERATIONS[op].value(...p))", [op, points])
    for point, number in zip(points, got, strict=True):
        right = row.compute(*point)
        allowed = UNITS * math.ulp(right) / abs(right) if math.isfinite(right) and right else 0
        assert close(number, right, allowed), (op, point, number, right)


@pytest.mark.parametrize("text", ["1/x", "log(x)", "0/x", "x/y*0 + sqrt(x)", "exp(1000*x + 1e3)"])
@pytest.mark.parametrize("x", [0.0, -0.0, math.inf, math.nan])
def test_numbers_are_born_where_python_says(text: str, x: float, call: Call) -> None:
    e = Expression(text)
    at = dict.fromkeys(e.variables, x)
    assert sweep(call, e.graph, at) == [step.to_dict() for step in e.trace(at)]


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize(
    "film",
    [{}, {"build": True}, {"after": {"x": 0.5, "y": -0.0}}, {"after": {"x": math.inf, "y": 0}}],
)
def test_a_film_becomes_the_trace_that_python_has(
    film: dict[str, Any], sharing: Sharing, call: Call
) -> None:
    trace = Expression("t = x*x - 2; u = t/t; y + t*u*0.1", sharing).trace({"x": 2, "y": 3}, **film)
    expected = trace.to_dict()
    del expected["warnings"]
    assert call("(film) => makeTrace(film)", trace.to_film()) == expected
