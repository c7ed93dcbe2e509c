"""`function`: what may be passed to it, what it does where Python raises, and which one it is."""

import copy
import gc
import inspect
import math
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qsts_core import ArgumentError, EngineWarning, Expression, PointError, QstsError
from qsts_core.engine import call
from qsts_core.expression import SWEEPS_BEFORE_COMPILING

ROOT = Path(__file__).resolve().parent.parent.parent

ENGINES = ("sweep", "python", "native")
each_engine = pytest.mark.parametrize("engine", ENGINES)


@each_engine
@pytest.mark.parametrize(
    "number",
    [
        3,
        np.float64(3),
        np.float32(3),
        np.int64(3),
        Decimal(3),
        Fraction(3),
        type("Own", (float,), {})(3),
    ],
    ids=lambda number: type(number).__name__,
)
def test_whatever_is_a_number_is_taken(number: Any, engine: Any) -> None:
    assert Expression("x/(y - y)").function(engine)(number, 2.0)[0] == math.inf
    value, slopes = Expression("x*x").function(engine)(number)
    assert (value, slopes) == (float(number) ** 2, (2 * float(number),))
    assert [type(v) for v in (value, *slopes)] == [float, float]


@each_engine
@pytest.mark.parametrize("point", [(), (1.0,), (1.0, 2.0, 3.0), ("a", "b"), (None, 1.0), (1j, 1.0)])
def test_what_is_no_point_raises(point: tuple[Any, ...], engine: Any) -> None:
    with pytest.raises(QstsError):
        Expression("x*y").function(engine)(*point)


@each_engine
def test_a_keyword_is_refused_in_the_same_words(engine: Any) -> None:
    function = Expression("x*y").function(engine)
    for point, named in (((), {"x": 1.0}), ((1.0,), {"y": 2.0}), ((1.0, 2.0), {"z": 3.0})):
        wrong = next(iter(named))
        with pytest.raises(TypeError, match=f"got an unexpected keyword argument '{wrong}'"):
            function(*point, **named)
    assert function(1.0, 2.0) == (2.0, (2.0, 1.0))


@each_engine
@pytest.mark.parametrize(
    ("text", "at", "value", "gradient"),
    [
        ("1/x", 0.0, math.inf, -math.inf),
        ("1/x", -0.0, -math.inf, -math.inf),
        ("log(x)", 0.0, -math.inf, math.inf),
        ("log(x)", -1.0, math.nan, -1.0),
        ("exp(x)", 1000.0, math.inf, math.inf),
        ("x^0.5", -1.0, math.nan, math.nan),
        ("x^3", 1e200, math.inf, math.inf),
        ("sin(x)", math.inf, math.nan, math.nan),
        ("sqrt(x)", -0.0, 0.0, math.inf),
        ("tanh(x)", 1000.0, 1.0, 0.0),
    ],
)
def test_where_python_raises_there_are_numbers(
    text: str, at: float, value: float, gradient: float, engine: Any
) -> None:
    got = Expression(text).function(engine)(at)
    assert [got[0], *got[1]] == pytest.approx([value, gradient], nan_ok=True)


@each_engine
def test_names_of_variables_are_never_code(engine: Any) -> None:
    e = Expression("math + sweep*float + nan_ + v1 + z2 + __import__ + θ")
    names = len(e.variables)
    assert e.function(engine)(*map(float, range(names)))[0] == 0 + 1 * 2 + 3 + 4 + 5 + 6 + 7


@each_engine
def test_no_variables(engine: Any) -> None:
    assert Expression("2*pi").function(engine)() == (2 * math.pi, ())


def test_gradient_compiles_when_it_is_asked_often_and_stays_the_same() -> None:
    e = Expression("tanh(x*y) + x^y + hypot(x, y)")
    at = {"x": 0.3, "y": 1.7}
    answers = [e.gradient(at) for _ in range(SWEEPS_BEFORE_COMPILING + 5)]
    assert e._functions
    assert all(answer == answers[0] for answer in answers)


def test_large_graphs_become_machine_code() -> None:
    small, large = Expression("x*y"), Expression("+".join(f"sin(x*{n})" for n in range(1, 60)))
    assert inspect.isfunction(small.function().__func__)  # type: ignore[attr-defined]
    assert inspect.isbuiltin(large.function().__func__)  # type: ignore[attr-defined]
    assert large.function() is large.function()


PARAMETERS = {"lambda": "lambda_", "self": "self_", "θ": "theta"}


@pytest.mark.parametrize("text", ["x*y + sin(y)", "θ + self*lambda^_x", "2*pi"])
def test_a_function_says_what_it_is_and_crosses_processes(text: str) -> None:
    e = Expression(text, "variables")
    names = [PARAMETERS.get(name, name) for name in e.variables]
    point = [1.25, 0.5, 2.0, 3.0][: len(names)]
    for engine in (*ENGINES, "auto"):
        f = e.function(engine)  # type: ignore[arg-type]
        assert str(inspect.signature(f)) == f"({', '.join([*names, '/'] if names else [])})"
        assert f.__doc__ == e.function("python").__doc__
        assert "value" in str(f.__doc__)
        assert f.__name__ == "gradient"
        call = f"Expression({text!r}, 'variables'), engine={engine!r}"
        assert repr(f) == f"<bound method gradient of {call}>"
        for again in (pickle.loads(pickle.dumps(f)), copy.copy(f), copy.deepcopy(f)):
            assert again(*point) == f(*point)
            assert repr(again) == repr(f)


@pytest.mark.parametrize("point", [(), (1.0,), (1.0, 2.0, 3.0)])
@pytest.mark.parametrize("size", [1, 60])
def test_every_engine_says_the_same_of_a_wrong_count(point: tuple[float, ...], size: int) -> None:
    e = Expression("+".join(["x*y", *(f"sin(x*{n})" for n in range(size))]))
    message = f"the function takes 2 numbers (x, y), not {len(point)}"
    for engine in (*ENGINES, "auto"):
        with pytest.raises(ArgumentError) as caught:
            e.function(engine)(*point)  # type: ignore[arg-type]
        assert str(caught.value) == message


@pytest.mark.parametrize("wrong", ["a", None, 1j, [1.0], b"1", True, np.True_, np.complex128(1)])
def test_every_engine_says_the_same_of_what_is_no_number(wrong: object) -> None:
    messages = set()
    for engine in ENGINES:
        with pytest.raises(PointError, match="the value of 'y' is not a number") as caught:
            Expression("x*y").function(engine)(1.0, wrong)  # type: ignore[arg-type]
        messages.add(repr(caught.value))
    assert len(messages) == 1


def test_machine_code_leaks_no_objects() -> None:
    f = Expression("x*y + sin(x)").function("native")
    x, y = 1.25, 2.5
    counts = []
    for _ in range(3):  # the first fills free lists
        for _ in range(10_000):
            f(x, y)
            f(1, y)
        gc.collect()
        counts.append((sys.getrefcount(x), sys.getrefcount(y), sys.getallocatedblocks()))
    assert counts[2][:2] == counts[1][:2]
    assert counts[2][2] - counts[1][2] < 100


def test_answers_that_are_held_stay_as_they_are() -> None:
    f = Expression("x*y + y").function("native")
    held = [f(float(k), 2.0) for k in range(50)]
    assert held == [(2.0 * k + 2, (2.0, k + 1.0)) for k in range(50)]
    assert len({id(slopes) for _, slopes in held}) == 50


RE_ENTRY = """
import gc
import signal
from qsts_core import Expression

f = Expression(" + ".join(f"square(x{i})" for i in range(30))).function("native")
calls = {"finalizer": 0, "signal": 0}

def call(who):
    calls[who] += f(*[7.0] * 30) == (1470.0, (14.0,) * 30)

class Caller:
    def __del__(self):
        call("finalizer")

gc.set_threshold(3, 1, 1)  # so that collections fall into the making of tuples too
if hasattr(signal, "setitimer"):
    signal.signal(signal.SIGALRM, lambda *_: call("signal"))
    signal.setitimer(signal.ITIMER_REAL, 1e-4, 1e-4)
held, others = [], []
for k in range(20_000):
    cycle = Caller()
    cycle.me = cycle
    del cycle
    others += [[] for _ in range(k % 4)]
    held.append((k, f(*[float(k)] * 30)))
    assert all(slopes == (2.0 * n,) * 30 for n, (_, slopes) in held), held
    if k % 7 == 3:
        held, others = held[-2:], []
if hasattr(signal, "setitimer"):
    signal.setitimer(signal.ITIMER_REAL, 0)
assert all(calls.values()) or not hasattr(signal, "setitimer"), calls
"""


def test_a_finalizer_and_a_signal_may_call_it_meanwhile() -> None:
    """In a process of its own: what goes wrong here ends it."""
    words = [sys.executable, "-c", RE_ENTRY]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr


def test_what_does_not_fit_the_stack_is_computed_too() -> None:
    e = Expression("+".join(f"x{i}*x{i + 1}" for i in range(5000)))
    value, slopes = e.function("native")(*[2.0] * 5001)
    assert (value, slopes) == (20_000.0, (2.0, *[4.0] * 4999, 2.0))


def test_a_loop_gets_its_own_answer_each_time() -> None:
    f = Expression("x*y + y").function("native")
    before: tuple[float, ...] = ()
    names: dict[tuple[float, ...], int] = {}
    for k in range(50):
        value, slopes = f(float(k), 2.0)
        assert (value, slopes) == (2.0 * k + 2, (2.0, k + 1.0))
        assert before == ((2.0, float(k)) if k else ())
        names[slopes] = k
        before = slopes
    assert [names[2.0, k + 1.0] for k in range(50)] == list(range(50))


def test_threads_get_their_own_answers() -> None:
    f = Expression("x*y + y").function("native")

    def descend(k: int) -> list[tuple[float, ...]]:
        return [f(float(k), float(n))[1] for n in range(2_000)]

    with ThreadPoolExecutor(4) as pool:
        for k, answers in enumerate(pool.map(descend, range(8))):
            assert answers == [(float(n), k + 1.0) for n in range(2_000)]


def test_machine_code_outlives_its_expression() -> None:
    f = Expression("x*y + sin(x)").function("native")
    gc.collect()
    junk = [Expression(f"x*{n}").function("native") for n in range(3)]
    assert f(0.0, 2.0) == (0.0, (3.0, 0.0))
    assert f(0, 2) == (0.0, (3.0, 0.0))
    del junk


@pytest.mark.parametrize("engine", ["", "numpy", None])
def test_another_engine_is_refused(engine: Any) -> None:
    with pytest.raises(ArgumentError, match="engine is one of auto, sweep, python, native, not"):
        Expression("x").function(engine)


def test_where_floats_look_otherwise_python_computes_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(call, "_NUMBER", 24)
    with pytest.warns(EngineWarning, match="keeps its floats in another way.*python computes"):
        f = Expression("x*x").function("native")
    assert f(3.0) == (9.0, (6.0,))
