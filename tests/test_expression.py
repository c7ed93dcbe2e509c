"""The face: the cases, the sharings among themselves, what `at` may be, and being a value."""

import copy
import json
import math
import pickle
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import assume, given, settings

from qsts_core import ArgumentError, BackwardStep, Expression, PointError, TooLargeError
from qsts_core.graph import SHARINGS, Sharing
from tests import independent, strategies

CASES = [
    pytest.param(case, id=f"{file}: {case.get('name', number)}")
    for file in ("literature", "mistakes", "random")
    for number, case in enumerate(
        json.loads((Path(__file__).parent / "data" / f"{file}.json").read_text(encoding="utf-8"))
    )
]

each_sharing = pytest.mark.parametrize("sharing", SHARINGS)


@each_sharing
@pytest.mark.parametrize("case", CASES)
def test_every_case(case: dict[str, Any], sharing: Sharing) -> None:
    expression = Expression(case["f"], sharing)
    expected = {name: float(number) for name, number in case["gradient"].items()}
    assert expression.value(case["at"]) == pytest.approx(float(case["value"]), rel=1e-12, abs=0)
    assert expression.gradient(case["at"]) == pytest.approx(expected, rel=1e-12, abs=0)


@pytest.mark.parametrize(
    ("text", "none", "variables", "unique"),
    [
        ("(x+y) + x*(x+y)", 9, 6, 5),
        ("(x+1)*(x+y)", 7, 6, 6),
        ("x", 1, 1, 1),
        ("2", 1, 1, 1),
        ("2 + 2", 3, 3, 2),
        ("x*x", 3, 2, 2),
        ("(x*y+z)*(x*y+z)", 11, 8, 6),
        ("(a+b)*c+(d+e)*c", 11, 10, 10),
        ("c = a+b; d = b+1; c*d", 7, 6, 6),
        ("t = x*x; t*t", 7, 4, 3),
        ("x + y; 2", 3, 3, 3),  # what the output does not use makes no nodes but its variables
    ],
)
def test_the_counts_of_nodes(text: str, none: int, variables: int, unique: int) -> None:
    counts = {"none": none, "variables": variables, "unique": unique}
    assert Expression(text).count_nodes() == counts
    assert {s: len(Expression(text, s).graph.nodes) for s in SHARINGS} == counts


@given(program=strategies.programs(), at=strategies.states)
def test_the_sharings_agree(program: tuple[str, Any], at: dict[str, float]) -> None:
    expressions = [Expression(program[0], sharing) for sharing in SHARINGS]
    point = strategies.restrict(at, expressions[0].variables)
    values = [e.value(point) for e in expressions]
    assert values[1:] == pytest.approx(values[:1] * 2, rel=0, abs=0, nan_ok=True)
    gradients = [e.gradient(point) for e in expressions]
    assume(all(map(math.isfinite, gradients[2].values())))
    scale = max(map(abs, gradients[2].values()), default=0.0)
    assert gradients[0] == pytest.approx(gradients[2], rel=1e-9, abs=1e-9 * scale)
    assert gradients[1] == pytest.approx(gradients[2], rel=1e-9, abs=1e-9 * scale)


@given(program=strategies.programs(strategies.smooth_trees), at=strategies.states)
@settings(max_examples=200)
def test_gradients_agree_with_the_complex_step(
    program: tuple[str, Any], at: dict[str, float]
) -> None:
    text, _ = program
    expression = Expression(text)
    point = strategies.restrict(at, expression.variables)
    trace = expression.trace(point)
    largest = max(map(abs, (*trace.run.values, *trace.run.contributions)), default=0.0)
    assume(largest < 1e4)  # beyond that, both answers are rounding
    assert expression.value(point) == pytest.approx(
        independent.value(text, point), rel=1e-9, abs=1e-9
    )
    expected = independent.gradient(text, point)
    assert expression.gradient(point) == pytest.approx(expected, rel=1e-7, abs=1e-9 * (1 + largest))


# The public names, as they are promised


def test_the_promised_face() -> None:
    e = Expression("(x+y) + x*(x+y)", sharing="unique")
    assert e.variables == ("x", "y")
    assert e.value({"x": 2, "y": 3}) == 15.0
    assert e.gradient({"x": 2, "y": 3}) == {"x": 8.0, "y": 3.0}
    assert len(e.trace({"x": 2, "y": 3})) == 12
    assert len(e.graph.nodes) == 5
    assert e.graph.output == 4


@each_sharing
def test_running_twice_gives_the_same(sharing: Sharing) -> None:
    e = Expression("x*x*y", sharing)
    at = {"x": 2, "y": 3}
    assert [e.gradient(at) for _ in range(3)] == [{"x": 12.0, "y": 4.0}] * 3
    first, second = e.trace(at), e.trace(at)
    assert first.to_dict() == second.to_dict()
    assert at == {"x": 2, "y": 3}


@each_sharing
@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("b + a + b", ("b", "a")),
        ("t = q*p; a + t", ("q", "p", "a")),
        ("c = c + 1; c*c", ("c",)),
        ("unused = v; x", ("v", "x")),
        ("pi + 2", ()),
        ("e*pi", ("e",)),
    ],
)
def test_variables_stand_in_order_of_first_appearance(
    text: str, variables: tuple[str, ...], sharing: Sharing
) -> None:
    expression = Expression(text, sharing)
    assert expression.variables == variables
    at = dict.fromkeys(reversed(variables), 2.0)
    assert tuple(expression.gradient(at)) == variables
    assert tuple(expression.trace(at).at) == variables


@each_sharing
def test_a_variable_that_the_output_does_not_use_has_gradient_zero(sharing: Sharing) -> None:
    assert Expression("t = y*y; x*x", sharing).gradient({"x": 3, "y": 4}) == {"y": 0.0, "x": 6.0}


def test_a_formula_without_variables() -> None:
    assert Expression("2*pi").value({}) == 2 * math.pi
    assert Expression("2*pi").gradient({}) == {}


# What is given for the variables


class Index:
    """A number to Python, for it can be an index."""

    def __index__(self) -> int:
        return 3


@pytest.mark.parametrize(
    "number",
    [
        *(3, 3.0, Fraction(3), Decimal(3), np.float64(3), np.float32(3), np.float16(3)),
        *(np.int64(3), np.uint8(3), np.longdouble(3), np.array(3.0), np.array(3), Index()),
    ],
    ids=lambda number: type(number).__name__,
)
def test_whatever_is_a_number_is_accepted(number: Any) -> None:
    gradient = Expression("x*x").gradient({"x": number})
    assert gradient == {"x": 6.0}
    assert type(gradient["x"]) is float
    assert type(Expression("x").value({"x": number})) is float


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ({}, "no value is given for 'x', 'yy'"),
        ({"yy": 1}, "no value is given for 'x'"),
        (
            {"x": 1, "y": 2},
            "'y' is not in the formula; its variables: 'x', 'yy'. Did you mean 'yy'?",
        ),
        ({"x": 1, "q": 2}, "no value is given for 'yy'"),
        (
            {"x": 1, "yy": 2, "q": 3, "r": 4},
            "'q', 'r' are not in the formula; its variables: 'x', 'yy'.",
        ),
        (None, "values are given by name, not as None: {'x': 1.0, 'yy': 1.0}"),
        ([1, 2], "values are given by name, not as a list: {'x': 1, 'yy': 2}"),
        ((1,), "values are given by name, not as a tuple: {'x': 1.0, 'yy': 1.0}"),
        ("x=1", "values are given by name, not as a str: {'x': 1.0, 'yy': 1.0}"),
        ({"x": 1, "yy": 2, "q": 3}, "'q' is not in the formula; its variables: 'x', 'yy'."),
        (
            {"x": 1, "yy": 2, "yyy": 3},
            "'yyy' is not in the formula; its variables: 'x', 'yy'. Did you mean 'yy'?",
        ),
        ({"x": 1, "yy": 2, 7: 3}, "'7' is not in the formula; its variables: 'x', 'yy'."),
        ({"x": "1", "yy": 2}, "the value of 'x' is not a number: '1'"),
        ({"x": 1, "yy": None}, "the value of 'yy' is not a number: None"),
        ({"x": True, "yy": 2}, "the value of 'x' is not a number: True"),
        ({"x": 1j, "yy": 2}, "the value of 'x' is not a number: 1j"),
        ({"x": [1], "yy": 2}, "the value of 'x' is not a number: [1]"),
        ({"x": 10**400, "yy": 2}, "the value of 'x' does not fit a float64"),
        ({"x": np.array([1.0, 2.0]), "yy": 2}, "the value of 'x' is an array of shape (2,)"),
        ({"x": np.bool_(True), "yy": 2}, "the value of 'x' is not a number: np.True_"),
        ({"x": np.complex128(1 + 2j), "yy": 2}, "the value of 'x' is not a number: np.complex128("),
        ({"x": np.complex64(1), "yy": 2}, "the value of 'x' is not a number: np.complex64("),
        ({"x": np.array(1j), "yy": 2}, "the value of 'x' is not a number: array("),
        ({"x": np.array("1"), "yy": 2}, "the value of 'x' is not a number: array("),
        ({"x": np.ma.masked, "yy": 2}, "the value of 'x' is masked: there is no number"),
        ({"x": Decimal("sNaN"), "yy": 2}, "the value of 'x' does not fit a float64"),
    ],
    ids=lambda part: str(part)[:40],
)
@pytest.mark.parametrize("method", ["value", "gradient", "trace"])
def test_values_that_do_not_fit_are_named(method: str, at: Any, message: str) -> None:
    with pytest.raises(PointError) as raised:
        getattr(Expression("x*yy"), method)(at)
    assert str(raised.value).startswith(message)


def test_a_formula_without_variables_says_so() -> None:
    with pytest.raises(PointError, match="'x' is not in the formula; its variables: none"):
        Expression("2").value({"x": 1})


def test_numbers_that_are_not_finite_may_be_given() -> None:
    assert Expression("x + 1").value({"x": math.inf}) == math.inf
    assert Expression("2x").gradient({"x": math.nan}) == {"x": 2.0}


# An expression is a value


@each_sharing
@pytest.mark.parametrize("text", ["(x+y) + x*(x+y)", "t = x*x; t*t + 2", "2(x+1)  # twice", "x"])
def test_it_pickles_and_copies(text: str, sharing: Sharing) -> None:
    expression = Expression(text, sharing)
    expression.gradient(dict.fromkeys(expression.variables, 1.0))  # whatever is cached by now
    for other in (pickle.loads(pickle.dumps(expression)), copy.deepcopy(expression)):
        assert other == expression
        assert (other.text, other.sharing) == (text, sharing)
        assert other.graph.places == expression.graph.places


def test_it_compares_by_graph_and_sharing() -> None:
    expression = Expression("x + 2*y")
    same = Expression("  x+2y # spaces do not matter")
    assert expression == same
    assert hash(expression) == hash(same)
    assert len({expression, same}) == 1
    assert expression != Expression("x + y*2")
    assert expression != Expression("x + 2*y", "variables")
    assert expression != "x + 2*y"


def test_its_repr_makes_it_again() -> None:
    expression = Expression("x\ny²", "none")
    assert repr(expression) == "Expression('x\\ny²', sharing='none')"
    assert eval(repr(expression)) == expression


@pytest.mark.parametrize("sharing", ["", "all", None, 1])
def test_another_sharing_is_refused(sharing: Any) -> None:
    with pytest.raises(ArgumentError, match="sharing is one of none, variables, unique") as raised:
        Expression("x", sharing)
    assert isinstance(raised.value, ValueError)


@pytest.mark.parametrize("text", [None, b"x", 2, ["x"]])
def test_what_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(ArgumentError, match="a formula is a text") as raised:
        Expression(text)
    assert isinstance(raised.value, TypeError)


def test_a_text_of_another_library_becomes_plain() -> None:
    expression = Expression(np.str_("x*y"))
    assert type(expression.text) is str
    assert expression == Expression("x*y")


@pytest.mark.parametrize("name", ["text", "sharing", "graph", "tape", "variables"])
def test_it_cannot_be_changed(name: str) -> None:
    expression = Expression("x*y")
    before = hash(expression)
    with pytest.raises(AttributeError):
        setattr(expression, name, getattr(Expression("x+y", "none"), name))
    assert (hash(expression), expression) == (before, Expression("x*y"))


class Row:
    """What a data frame gives for one of its rows: it has keys, and iterating gives the values."""

    def keys(self) -> list[str]:
        return ["x", "y"]

    def __getitem__(self, name: str) -> float:
        return {"x": 2.0, "y": 3.0}[name]

    def __iter__(self) -> Iterator[float]:
        return iter([2.0, 3.0])


def test_a_row_of_a_table_is_read_by_name() -> None:
    assert Expression("y - x").value(Row()) == 1.0  # type: ignore[arg-type]


def test_many_names_are_not_all_listed() -> None:
    with pytest.raises(PointError) as raised:
        Expression("+".join(f"x{i}" for i in range(1000))).value({})
    assert str(raised.value).endswith("'x7' and 992 more")


def test_a_misspelt_name_among_many_is_found() -> None:
    with pytest.raises(PointError, match=r"'alhpa' is not .* Did you mean 'alpha'"):
        Expression("alpha*beta").gradient({"alhpa": 1, "beta": 2})


# As a graph of networkx


@each_sharing
@given(program=strategies.programs(), at=strategies.states)
@settings(max_examples=40)
def test_networkx_has_the_same_graph_and_numbers(
    program: tuple[str, Any], at: dict[str, float], sharing: Sharing
) -> None:
    expression = Expression(program[0], sharing)
    point = strategies.restrict(at, expression.variables)
    network, trace = expression.to_networkx(point), expression.trace(point)
    assert network.graph == {"output": expression.graph.output}
    plain, final = trace.to_dict()["nodes"], trace.state(len(trace))
    for index, told in network.nodes(data=True):
        node = plain[index]
        assert (told["name"], told["operation"], told["label"]) == (
            node["name"], node["op"], node["label"],
        )  # fmt: skip
        assert repr(told["value"]) == repr(final.values[index])
        assert repr(told.get("adjoint")) == repr(final.adjoints[index])
    edges = {edge: network.edges[edge] for edge in network.edges}
    assert {key: told["slot"] for key, told in edges.items()} == {
        (child, parent, slot): slot
        for parent, node in enumerate(plain)
        for slot, child in enumerate(node["inputs"])
    }
    back = [s for s in trace if isinstance(s, BackwardStep)]
    sent = {(s.child, s.parent, s.slot): s.local for s in back if not s.blocked}
    assert {key for key, told in edges.items() if told.get("blocked")} == {
        (s.child, s.parent, s.slot) for s in back if s.blocked
    }
    assert {k: repr(t["local"]) for k, t in edges.items() if "local" in t} == {
        key: repr(local) for key, local in sent.items()
    }


@pytest.mark.parametrize("at", [None, {"x": 0.0, "y": 3.0}])
def test_networkx_writes_it_as_json_and_graphml(at: Any, tmp_path: Path) -> None:
    network = Expression("y^2/x + 2").to_networkx(at)
    told = json.loads(json.dumps(nx.node_link_data(network)))
    assert sorted(nx.node_link_graph(told).edges) == sorted(network.edges)
    nx.write_graphml(network, tmp_path / "graph.xml")
    read = nx.read_graphml(tmp_path / "graph.xml", node_type=int, force_multigraph=True)
    assert {i: read.nodes[i] for i in read} == {i: network.nodes[i] for i in network}
    assert all(child < parent for child, parent in network.edges())


def test_networkx_without_a_state_has_no_numbers() -> None:
    network = Expression("x*x").to_networkx()
    assert network.nodes[1] == {"name": "z2", "operation": "*", "label": "×"}
    assert list(network.edges(data=True)) == [(0, 1, {"slot": 0}), (0, 1, {"slot": 1})]
    with pytest.raises(PointError):
        Expression("x*x").to_networkx({})


# Deep

LONG, HUGE = 10_000, 100_000


def check_depth(text: str, sharing: Sharing, slope: float) -> None:
    expression = Expression(text, sharing)
    at = {"x": 0.0 if text.startswith("atan") else 1.0}
    assert expression.gradient(at) == {"x": slope}
    assert Expression(str(expression), sharing) == expression
    trace = expression.trace(at)
    assert len(trace) == len(expression.graph.nodes) + 1 + expression.graph.edges - idle(trace)
    assert len(trace.to_dict()["steps"]) == len(trace)


@pytest.mark.parametrize(
    ("text", "slope"),
    [("(" * HUGE + "x" + ")" * HUGE, 1.0), ("+".join(["x"] * HUGE), float(HUGE))],
    ids=["parentheses", "sum"],
)
def test_hundred_thousand_are_no_matter(text: str, slope: float) -> None:
    check_depth(text, "unique", slope)


@each_sharing
@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("(" * LONG + "x" + ")" * LONG, 1.0),
        ("+".join(["x"] * LONG), float(LONG)),
        ("x+(" * LONG + "x" + ")" * LONG, LONG + 1.0),
        ("-" * LONG + "x", 1.0),
        ("atan(" * LONG + "x" + ")" * LONG, 1.0),
        ("x*".join(["1"] * LONG), LONG - 1.0),
        ("^".join(["x"] * LONG), 1.0),
        ("\n".join(["x = x+1"] * LONG), 1.0),
    ],
    ids=[
        "parentheses",
        "sum",
        "right sum",
        "minus",
        "functions",
        "product",
        "powers",
        "statements",
    ],
)
def test_depth_is_no_matter(text: str, slope: float, sharing: Sharing) -> None:
    check_depth(text, sharing, slope)


def idle(trace: Any) -> int:
    """Count the edges from constants, which carry nothing."""
    nodes = trace.tape.graph.nodes
    return sum(nodes[child].op == "constant" for node in nodes for child in node.inputs)


DOUBLED = "t = x*x" + "; t = t*t" * 999


def test_a_thousand_squarings() -> None:
    expression = Expression(DOUBLED)
    assert len(expression.graph.nodes) == 1001
    assert expression.value({"x": 1}) == 1.0
    assert expression.gradient({"x": 1}) == {"x": pytest.approx(2.0**1000, rel=1e-15)}
    assert Expression(str(expression)) == expression
    trace = expression.trace({"x": 1})
    assert len(trace) == 1001 + 1 + 2000
    assert trace.state(len(trace)).adjoints[0] == pytest.approx(2.0**1000)
    assert len(json.dumps(trace.to_dict(), allow_nan=False)) < 10**6  # not the text of the tree


def test_the_count_of_a_tree_is_exact_however_large() -> None:
    tree = 1
    for _ in range(1000):
        tree = 2 * tree + 1
    assert tree == 2**1001 - 1
    assert Expression(DOUBLED).count_nodes() == {
        "none": tree,
        "variables": tree - 2**1000 + 1,
        "unique": 1001,
    }


@pytest.mark.parametrize(
    ("sharing", "nodes", "message"),
    [
        ("none", 2**1001 - 1, "as a tree, this formula has about 2.14e301 nodes"),
        ("variables", 2**1000, "threaded, this formula has about 1.07e301"),
    ],
)
def test_a_graph_that_cannot_be_built_says_how_large_it_is(
    sharing: Sharing, nodes: int, message: str
) -> None:
    with pytest.raises(TooLargeError) as raised:
        Expression(DOUBLED, sharing)
    assert raised.value.nodes == nodes
    assert str(raised.value).startswith(message)
    assert "sharing='unique'" in str(raised.value)


def test_a_script_that_is_set_is_kept_wherever_the_text_is_read_again() -> None:
    e = Expression("2ab", script="latex")
    assert e.variables == ("a", "b")
    assert e == Expression("2a*b")
    assert eval(repr(e)).variables == e.variables
    assert pickle.loads(pickle.dumps(e)).variables == e.variables
    assert e.function("python")(2.0, 3.0) == (12.0, (6.0, 4.0))
    trace = e.trace({"a": 2, "b": 3}, build=True)
    assert trace.building[-1].program.script == "latex"
    assert "script" not in repr(Expression("2ab"))
    with pytest.raises(ArgumentError, match="script is one of auto, plain, python, latex"):
        Expression("x", script="tex")  # type: ignore[arg-type]
