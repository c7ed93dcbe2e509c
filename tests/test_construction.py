"""The building steps, replayed by a stack machine that shares nothing with the package."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core import Expression, State, Trace
from qsts_core.__main__ import main
from qsts_core.construction import Stacks, build_steps
from qsts_core.graph import SHARINGS, Sharing
from tests import strategies

SEED = "(x+y) + x*(x+y)"
CASES = [
    case["f"]
    for name in ("literature", "mistakes", "random")
    for case in json.loads(
        Path(__file__).with_name("data").joinpath(f"{name}.json").read_text(encoding="utf-8")
    )
]
TWO_INPUTS = {
    "+", "-", "*", "/", "^", "min", "max", "pow", "atan2", "hypot", "logaddexp", "when", "unless",
    "<", "<=", ">", ">=", "==", "!=", "and", "or",
}  # fmt: skip
PROGRAMS = [
    "t = 2x; u = y/3; t(t+1)",
    "t = x; t = t*t; t = t*t; t + z",
    "u = x*y; v = u + w; x",
    "x = x + 1; x*x",
    "t = -x²;; \n max(t, ln(x)) - t\n;",
    "a = x; b = a; b",
]


# The machine ------------------------------------------------------------------------------------


class Ran(NamedTuple):
    """What one entry of the postfix did."""

    node: int
    inputs: tuple[int, ...]
    stack: tuple[int, ...]
    reused: bool


class Machine:
    """Runs the queue that the steps spell out; knows arities, names and sharings, and no code."""

    def __init__(self, steps: list[dict[str, Any]], sharing: str) -> None:
        self.sharing = sharing
        self.queue: list[str] = steps[-1]["postfix"]
        ends: dict[int, int] = {}
        self.names: dict[int, str] = {}
        for step in steps:
            ends[step["statement"]] = step["queued"]
            if step["binds"]:
                self.names[step["statement"]] = step["binds"]
        self.spans = list(zip([0, *ends.values()], ends.values(), strict=False))
        self.nodes: list[tuple[Any, ...]] = []
        self.stack: list[int] = []
        self.results: dict[int, int] = {}

    def bound(self, statement: int, text: str) -> int | None:
        """Return which statement before this one bound a name last."""
        return max(
            (s for s, name in self.names.items() if s < statement and name == text), default=None
        )

    def texts(self, statement: int) -> list[str]:
        return self.queue[slice(*self.spans[statement])]

    def used(self) -> set[int]:
        used = {len(self.spans) - 1}
        for statement in reversed(range(len(self.spans))):
            if statement in used:
                found = (self.bound(statement, text) for text in self.texts(statement))
                used.update(s for s in found if s is not None)
        return used

    def variables(self, statement: int) -> list[str]:
        leaves = (text for text in self.texts(statement) if not self.inputs_of(text))
        return [t for t in leaves if not is_number(t) and self.bound(statement, t) is None]

    def inputs_of(self, text: str) -> int:
        if text in TWO_INPUTS:
            return 2
        return 1 if text in ONE_INPUT else 0

    def run(self) -> Iterator[Ran]:
        used = self.used()
        live = {name for statement in used for name in self.variables(statement)}
        for statement in range(len(self.spans)):
            self.stack = []
            if statement not in used:
                for name in self.variables(statement):
                    if self.sharing != "none" or name not in live:
                        live.add(name)
                        yield self.push(name)
            elif self.sharing == "unique" or statement == len(self.spans) - 1:
                yield from self.call(statement)
                self.results[statement] = self.stack[-1]

    def call(self, statement: int) -> Iterator[Ran]:
        for text in self.texts(statement):
            bound = None if self.inputs_of(text) else self.bound(statement, text)
            if bound is None:
                yield self.push(text)
            elif self.sharing == "unique":
                self.stack.append(self.results[bound])
                yield Ran(self.results[bound], (), tuple(self.stack), True)
            else:
                yield from self.call(bound)

    def push(self, text: str) -> Ran:
        count = self.inputs_of(text)
        inputs = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        triple = (number(text) if is_number(text) else text, *inputs)
        shared = self.sharing == "unique" or (
            self.sharing == "variables" and not inputs and not is_number(text)
        )
        reused = shared and triple in self.nodes
        node = self.nodes.index(triple) if reused else len(self.nodes)
        if not reused:
            self.nodes.append(triple)
        self.stack.append(node)
        return Ran(node, inputs, tuple(self.stack), reused)


ONE_INPUT = {
    "neg", "not", "step", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh",
    "exp", "log", "log2", "log10", "sqrt", "cbrt", "abs", "sign", "sigmoid", "softplus", "relu",
    "square", "erf", "erfc", "expm1", "log1p", "asinh", "acosh", "atanh",
    "sec", "csc", "cot", "silu", "gelu", "mish", "elu", "selu", "leakyrelu", "softsign",
    "logsigmoid",
    "logit", "normcdf", "normpdf", "floor", "ceil", "round",
}  # fmt: skip


def is_number(text: str) -> bool:
    return text == "pi" or bool(re.match(r"\.?[0-9]", text))


def number(text: str) -> float:
    return 3.141592653589793 if text == "pi" else float(text)


# What it is held against ------------------------------------------------------------------------


def steps_of(text: str, sharing: Sharing) -> list[dict[str, Any]]:
    """Return the plain steps, each with the stacks and the queue as they are after it."""
    expression = Expression(text, sharing)
    told = expression.trace(dict.fromkeys(expression.variables, 0.5), build=True).to_dict()
    queue = [entry["text"] for entry in told["program"]["entries"]]
    steps = [step for step in told["steps"] if step["phase"] == "build"]
    operators: list[str] = []
    stack: list[int] = []
    statement = 0
    for step in steps:
        assert step["kept"] <= len(operators)
        operators = operators[: step["kept"]] + step["pushed"]
        if step["statement"] > statement:
            statement, stack = step["statement"], []
        if step["node"] is not None:
            below = len(stack) - len(step["inputs"])
            assert stack[below:] == step["inputs"]
            stack = [*stack[:below], step["node"]]
        step |= {"operators": operators, "stack": stack, "postfix": queue[: step["queued"]]}
    return steps


def check_replay(text: str, sharing: Sharing) -> None:
    steps = steps_of(text, sharing)
    machine = Machine(steps, sharing)
    told = [
        Ran(step["node"], tuple(step["inputs"]), tuple(step["stack"]), step["reused"])
        for step in steps
        if step["node"] is not None
    ]
    assert told == list(machine.run())
    graph = Expression(text, sharing).graph
    named = [(n.op if n.inputs else n.name or n.number, *n.inputs) for n in graph.nodes]
    assert machine.nodes == named
    assert machine.stack == [graph.output]


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("text", [SEED, "(a+b)*c + (d+e)*c", *PROGRAMS, *CASES])
def test_the_replayed_steps_give_the_graph(text: str, sharing: Sharing) -> None:
    check_replay(text, sharing)


@given(strategies.programs(), st.sampled_from(SHARINGS))
def test_the_replayed_steps_of_any_program_give_its_graph(
    program: tuple[str, Any], sharing: Sharing
) -> None:
    check_replay(program[0], sharing)


@given(strategies.programs(), st.sampled_from(SHARINGS))
def test_nothing_that_was_read_or_queued_is_lost(
    program: tuple[str, Any], sharing: Sharing
) -> None:
    text = program[0]
    before: dict[str, Any] = {"operators": [], "postfix": [], "statement": 0}
    read: list[tuple[int, int]] = []
    for step in steps_of(text, sharing):
        assert step["postfix"][: len(before["postfix"])] == before["postfix"]
        assert step["statement"] - before["statement"] in (0, 1)
        if step["node"] is None:
            read.append((step["token"]["start"], step["token"]["end"]))
        else:
            assert (step["operators"], step["postfix"]) == (before["operators"], before["postfix"])
            assert step["entry"] < step["queued"]
        before = step
    assert read == sorted(read)
    assert before["operators"] == []
    unread = "".join(text[end:start] for (_, end), (start, _) in pairwise(read))
    assert re.fullmatch(r"(\s|;|# a comment)*", unread)


# The post's formula -----------------------------------------------------------------------------


def test_the_post_s_formula_step_by_step() -> None:
    told = [
        (step["token"]["text"], "".join(step["operators"]), "".join(step["postfix"]), step["stack"])
        for step in steps_of(SEED, "unique")
    ]
    assert told[:8] == [
        ("(", "(", "", []),
        ("x", "(", "x", []),
        ("x", "(", "x", [0]),
        ("+", "(+", "x", [0]),
        ("y", "(+", "xy", [0]),
        ("y", "(+", "xy", [0, 1]),
        (")", "", "xy+", [0, 1]),
        ("+", "", "xy+", [2]),
    ]
    assert told[-3:] == [
        ("", "", "xy+xxy+*+", [2, 0, 2]),
        ("*", "", "xy+xxy+*+", [2, 3]),
        ("+", "", "xy+xxy+*+", [4]),
    ]


def test_the_second_sum_is_recognised() -> None:
    (found,) = [s for s in steps_of(SEED, "unique") if s["reused"] and s["inputs"]]
    assert found["node"] == 2
    assert found["inputs"] == [0, 1]
    assert found["token"] == {"text": "+", "start": 12, "end": 13}


def test_products_that_only_look_alike_are_two() -> None:
    products = [s for s in steps_of("(a+b)*c + (d+e)*c", "unique") if s["token"]["text"] == "*"]
    assert [s["reused"] for s in products if s["node"] is not None] == [False, False]


def test_an_operator_pushed_in_the_place_of_its_like_is_new() -> None:
    second = next(s for s in steps_of("x+y+z", "unique") if s["token"]["start"] == 3)
    assert (second["operators"], second["kept"], second["postfix"]) == (["+"], 0, ["x", "y", "+"])


def test_implied_products_are_said_to_be_implied() -> None:
    def implied(text: str) -> list[tuple[str, bool]]:
        steps = [s for s in steps_of(text, "unique") if s["implied"]]
        return [(s["token"]["text"], s["node"] is not None) for s in steps]

    assert implied("2x(x+1)") == [("x", False), ("(", False), ("*", True), ("*", True)]
    assert implied("2*x*(x+1) + x²") == []


def test_a_statement_s_end_says_what_it_binds() -> None:
    steps = steps_of("t = x*y; t", "unique")
    assert [(s["token"]["text"], s["binds"]) for s in steps if s["binds"]] == [(";", "t")]
    assert [s["statement"] for s in steps][-2:] == [1, 1]


def test_an_empty_statement_has_no_step() -> None:
    assert [s["token"]["text"] for s in steps_of(";;x;\n;", "unique")] == ["x", "x", ";"]


# With a run -------------------------------------------------------------------------------------


def test_the_state_of_a_film_that_begins_with_the_building() -> None:
    expression, at = Expression(SEED), {"x": 2, "y": 3}
    plain, whole = expression.trace(at), expression.trace(at, build=True)
    length = len(whole) - len(plain)
    assert length == len(whole.building) == 23
    assert list(whole)[length:] == list(plain)
    assert [step.phase for step in whole[:length]] == ["build"] * length
    nothing = State((None,) * 5, (None,) * 5, (0,) * 5)
    assert [whole.state(k) for k in range(length + 1)] == [nothing] * (length + 1)
    for step in range(len(plain) + 1):
        assert whole.state(length + step) == plain.state(step)


def film(text: str, **at: float) -> Trace:
    return Expression(text).trace(at, build=True)


def test_the_program_is_told_once() -> None:
    told = film("t = 2x; u = y; t*t + 1", x=1, y=2).to_dict()
    assert " ".join(entry["text"] for entry in told["program"]["entries"]) == "2 x * y t t * 1 +"
    assert told["program"]["statements"] == [
        {"name": "t", "used": True},
        {"name": "u", "used": False},
        {"name": "", "used": True},
    ]


@pytest.mark.parametrize(("start", "end"), [("x+", ""), ("sin(", ")"), ("x^", "")])
def test_the_plain_form_is_linear_in_the_text(start: str, end: str) -> None:
    def size(times: int) -> int:
        return len(json.dumps(film(start * times + "x" + end * times, x=1).to_dict()))

    assert size(640) < 4.3 * size(160)


@given(strategies.programs(), st.sampled_from(SHARINGS))
def test_the_stacks_kept_by_the_package_are_those_of_the_steps(
    program: tuple[str, Any], sharing: Sharing
) -> None:
    stacks = Stacks()
    steps = steps_of(program[0], sharing)
    for step, told in zip(build_steps(program[0], sharing), steps, strict=True):
        stacks.apply(step)
        assert (stacks.operators, stacks.nodes) == (told["operators"], told["stack"])


def test_without_the_building_nothing_of_it_is_told() -> None:
    told = Expression(SEED).trace({"x": 2, "y": 3}).to_dict()
    assert "program" not in told
    assert {step["phase"] for step in told["steps"]} == {"forward", "seed", "backward"}


@pytest.mark.parametrize("sharing", SHARINGS)
def test_the_command_line_prints_the_building(
    capsys: pytest.CaptureFixture[str], sharing: Sharing
) -> None:
    words = ["trace", SEED, "x=2", "y=3", "--sharing", sharing, "--build", "--json"]
    assert main(words) == 0
    told = json.loads(capsys.readouterr().out)
    steps = [step for step in told["steps"] if step["phase"] == "build"]
    whole = Expression(SEED, sharing).trace({"x": 2, "y": 3}, build=True).to_dict()
    assert told == json.loads(json.dumps(whole)) | {"script": "plain", "notes": []}
    assert told["steps"][: len(steps)] == steps
    for step in steps:
        assert set(step["token"]) == {"text", "start", "end"}
        assert {"kept", "pushed", "inputs", "node", "reused"} <= set(step)
    assert {step["node"] for step in steps} - {None} == set(range(len(told["nodes"])))
