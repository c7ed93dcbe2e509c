"""Functions that are recorded, against the formula typed, against plain Python and differences."""

import math as plain
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from qsts_core import ArgumentError, Expression, RecordError, math, record


def rosenbrock(x: Any, y: Any) -> Any:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def horner(x: Any) -> Any:
    total = 0
    for coefficient in (2.0, -3.0, 5.0):
        total = total * x + coefficient
    return total


def newton(a: Any) -> Any:
    root = a
    for _ in range(3):
        root = 0.5 * (root + a / root)
    return root


def relu(x: Any) -> Any:
    return x if x > 0 else 0.0


def softplus(x: Any) -> Any:
    return math.log(1 + math.exp(x))


def huber(x: Any) -> Any:
    return 0.5 * x * x if abs(x) <= 1 else abs(x) - 0.5


def cost(w: Any, b: Any) -> Any:
    return sum((w * x + b - y) ** 2 for x, y in [(1.0, 2.0), (2.0, 3.5)])


def speelpenning(a: Any, b: Any, c: Any) -> Any:
    return math.prod([a, b, c])


def distance(x: Any, y: Any) -> Any:
    return math.dist((x, y), (1.0, 2.0)) + math.hypot(x, y, 2.0)


def functions(x: Any) -> Any:
    return (
        math.sin(x) + math.cos(x) * math.tan(x) + math.atan2(x, 2.0) + math.sqrt(x) + math.erf(x)
        + math.log2(x) + math.log10(x) + math.log(x, 3.0) + math.cbrt(x) + math.tanh(x)
        + math.asinh(x) + math.acosh(x + 1.0) + math.atanh(x / 4.0) + math.degrees(x)
        + math.radians(x) + math.pow(x, 1.5) + math.exp2(x) + math.expm1(x) + math.log1p(x)
        + math.fabs(-x) + math.erfc(x) + math.copysign(x, -1.0) + math.fmod(x, 0.75)
    )  # fmt: skip


def numpys(x: Any, y: Any) -> Any:
    return np.exp(-x) * np.arctan2(y, x) + np.maximum(x, y) + np.float64(3.0) * x - np.power(x, y)


def fall(x: Any) -> Any:
    while x < 10.0:
        x = x * x
    return x


RECORDED: list[tuple[Callable[..., Any], dict[str, float]]] = [
    (rosenbrock, {"x": -1.2, "y": 1.0}),
    (horner, {"x": 1.5}),
    (newton, {"a": 2.0}),
    (relu, {"x": 2.0}),
    (relu, {"x": -2.0}),
    (softplus, {"x": 0.3}),
    (huber, {"x": 0.5}),
    (huber, {"x": -3.0}),
    (cost, {"w": 1.0, "b": 0.5}),
    (speelpenning, {"a": 2.0, "b": 3.0, "c": 4.0}),
    (distance, {"x": 4.0, "y": 6.0}),
    (functions, {"x": 1.1}),
    (numpys, {"x": 1.5, "y": 0.7}),
    (fall, {"x": 1.5}),
    (lambda x: x % 3 + x // 2 * x + 7 % x, {"x": 4.25}),
    (lambda x, y: min(x, y) * max(x, y) + round(x), {"x": 4.25, "y": 1.0}),
    (lambda x: -x + +x - abs(-x) + 2**x + x / 4 + 4 / x, {"x": 3.0}),
]


@pytest.mark.parametrize(("function", "at"), RECORDED)
def test_what_is_recorded_is_the_function(
    function: Callable[..., Any], at: dict[str, float]
) -> None:
    recorded = record(function, **at)
    assert recorded.at == at
    assert recorded.variables == tuple(at)
    assert recorded.value() == pytest.approx(function(**at), rel=1e-14)
    for name, derivative in recorded.gradient().items():
        step = 1e-5
        above, below = (function(**at | {name: at[name] + side}) for side in (step, -step))
        assert derivative == pytest.approx((above - below) / (2 * step), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("function", "at", "text"),
    [
        (rosenbrock, {"x": 1.0, "y": 2.0}, "(1 - x)^2 + 100(y - x^2)^2"),
        (softplus, {"x": 1.0}, "log(1 + exp(x))"),
        (speelpenning, {"a": 1.0, "b": 2.0, "c": 3.0}, "a*b*c"),
        (relu, {"x": 2.0}, "x"),
        (lambda x, y: sum([x, y, x * y]), {"x": 2.0, "y": 3.0}, "x + y + x*y"),
    ],
)
def test_it_is_the_graph_of_the_formula_typed(
    function: Callable[..., Any], at: dict[str, float], text: str
) -> None:
    recorded, typed = record(function, **at), Expression(text)
    assert sorted(node.op for node in recorded.graph.nodes) == sorted(
        node.op for node in typed.graph.nodes
    )
    assert recorded.gradient() == typed.gradient(at)
    assert Expression(recorded.text).graph == recorded.graph


def test_each_operation_knows_its_line() -> None:
    def post(x: Any, y: Any) -> Any:
        s = x + y
        return s + x * s

    recorded = record(post, x=2.0, y=3.0)
    texts = [line and line.text for line in recorded.lines]
    assert texts == [None, None, "s = x + y", "return s + x * s", "return s + x * s"]
    first = post.__code__.co_firstlineno
    assert [line.line - first for line in recorded.lines if line] == [1, 2, 2]
    assert all(line.file == __file__ for line in recorded.lines if line)


def test_small_arrays_are_variables_with_indices() -> None:
    def net(w: Any, x: Any) -> Any:
        return np.tanh(w @ x).sum() + np.mean(x)

    w, x = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0.1, 0.2])
    recorded = record(net, w=w, x=x)
    assert recorded.variables == ("w_1_1", "w_1_2", "w_2_1", "w_2_2", "x_1", "x_2")
    assert recorded.value() == pytest.approx(net(w, x), rel=1e-14)
    slope = 1 - np.tanh(w @ x) ** 2
    expected = [*np.outer(slope, x).ravel(), *(slope @ w + 0.5)]
    assert list(recorded.gradient().values()) == pytest.approx(expected, rel=1e-13)


def test_a_branch_by_a_value_is_noted_with_its_line() -> None:
    (note,) = record(relu, x=2.0).notes
    assert "`return x if x > 0 else 0.0`: a comparison with > was True" in note
    assert record(rosenbrock, x=1.0, y=1.0).notes == ()
    assert record(lambda x: x * round(x), x=2.3).text == "x*round(x)"


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (lambda x: plain.sin(x), "take functions from qsts_core.math"),
        (lambda x: x * float(x), "asks for a plain float"),
        (lambda x: x * int(x), r"int\(\) would make a constant"),
        (lambda x: [x][x], r"int\(\) would make a constant"),
        (lambda x: None, "returned nothing: return one number"),
        (lambda x: (x, x), "returned tuple"),
        (lambda x: x * plain.inf, "inf cannot be a constant"),
        (lambda x: np.spacing(x), "numpy's spacing is not one of the operations here"),
    ],
)
def test_what_cannot_be_recorded_says_so(function: Callable[..., Any], complaint: str) -> None:
    with pytest.raises(RecordError, match=complaint):
        record(function, x=1.0)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"pi": 1.0}, "'pi' cannot be a variable"),
        ({"sin": 1.0}, "not every name can be a variable"),
        ({"x": "2"}, "x is str '2': give a number"),
        ({"x": 1j}, "x is complex 1j"),
        ({"<img onerror=1>": 1.0}, "cannot be a variable"),
        ({"import": 1.0}, "cannot be a variable"),
        ({"x; y = 2": 1.0}, "cannot be a variable"),
    ],
)
def test_a_variable_that_cannot_be_is_refused(values: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ArgumentError, match=complaint):
        record(lambda **given: sum(given.values()) * 2, **values)


def test_variables_come_in_the_order_given_even_where_unused() -> None:
    assert record(lambda x, y: 3, x=1, y=2).gradient() == {"x": 0.0, "y": 0.0}
    assert record(lambda t, t1: t1 * t1, t=1, t1=2).gradient() == {"t": 0.0, "t1": 4.0}


def test_a_recording_crosses_processes() -> None:
    recorded = record(relu, x=2.0)
    again = pickle.loads(pickle.dumps(recorded))
    assert (again.text, again.at, again.lines, again.notes) == (
        recorded.text, recorded.at, recorded.lines, recorded.notes,
    )  # fmt: skip
    assert recorded.trace().run.value == 2.0


def test_a_name_that_is_given_twice_is_refused() -> None:
    with pytest.raises(ArgumentError, match="x_1 would be two variables"):
        record(lambda x, x_1: x[0] * x_1, x=[1.0], x_1=3.0)


def test_numbers_of_two_recordings_do_not_mix() -> None:
    kept: list[Any] = []
    record(lambda x: kept.append(x * x) or x, x=2.0)  # type: ignore[func-returns-value]
    for function in (lambda y: y * kept[0], lambda y: kept[0] * y, lambda y: kept[0]):
        with pytest.raises(RecordError, match="number of another recording"):
            record(function, y=3.0)


def test_a_result_of_several_numbers_is_refused() -> None:
    with pytest.raises(RecordError, match="return one number"):
        record(lambda w: w, w=np.array([1.0, 2.0]))


def test_printing_a_number_changes_nothing() -> None:
    shown: list[str] = []
    assert record(lambda x: shown.append(f"{x:.1f}") or x * x, x=2.0) == Expression("x*x")  # type: ignore[func-returns-value]
    assert shown == ["2.0"]
