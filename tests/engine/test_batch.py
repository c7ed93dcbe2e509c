"""What `batch` takes and gives: bad input, odd arrays, threads, memory, which engine and why."""

import copy
import pickle
import tracemalloc
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from qsts_core import ArgumentError, EngineWarning, Expression, PointError
from qsts_core.engine import batch as batching
from qsts_core.engine import choice, native
from tests.engine import agreement

each_engine = pytest.mark.parametrize("engine", ["auto", "numpy", "native"])

TEXT = "x*y + sin(x)/y"
STATES = np.array([[1.0, 2.0, 3.0, -1.0] * 7, [0.5, 4.0, -2.0, 0.0] * 7])


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Let no test find what another compiled."""
    batching.batch_of.cache_clear()
    yield
    batching.batch_of.cache_clear()


# What is refused


@each_engine
@pytest.mark.parametrize(
    ("states", "message"),
    [
        (np.ones(2), r"the states have the shape \(2,\), not \(2, states\), one row for each"),
        (np.ones((3, 5)), r"the states have the shape \(3, 5\), not \(2, states\)"),
        (np.ones((1, 5)), r"the states have the shape \(1, 5\), not \(2, states\)"),
        (np.ones((5, 2)), r"the shape \(5, 2\), .* Did you mean its transpose, X.T\?"),
        (np.ones((2, 2, 2)), r"the states have the shape \(2, 2, 2\), not"),
        (np.ones((0, 3)), r"the states have the shape \(0, 3\), not"),
        (1.0, r"the states have the shape \(\), not"),
        (np.ones((2, 3), complex), "the states are not numbers but complex128"),
        (np.ones((2, 3), bool), "the states are not numbers but bool"),
        (np.full((2, 3), "1.0"), "the states are not numbers but <U3"),
        (np.full((2, 3), None), "the states are not numbers but object"),
        (np.zeros((2, 3), "M8[s]"), "the states are not numbers but datetime64"),
        ([[1.0, 2.0], [3.0]], "the states are not one array"),
        (np.ma.array(np.ones((2, 3)), mask=True), "masked arrays"),
        ({"x": [1.0]}, "no value is given for 'y'"),
        ({"x": [1.0], "yz": [2.0]}, "'yz' is not in the formula; its variables: 'x', 'y'. Did you"),
        ({"x": [1.0], "y": [2.0], "yy": [3.0]}, "'yy' is not in .* Did you mean 'y'\\?"),
        ({"x": [1.0], "y": [2.0, 3.0]}, r"not of one length.* 'x' \(1,\), 'y' \(2,\)"),
        ({"x": [1.0], "y": 2.0}, r"not of one length.* 'x' \(1,\), 'y' \(\)"),
        ({"x": [1.0], "y": ["2"]}, "the values of 'y' are not numbers but <U1"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_what_does_not_fit_is_refused(states: Any, message: str, engine: Any) -> None:
    with pytest.raises(PointError, match=message):
        Expression(TEXT).batch(states, engine)


@pytest.mark.parametrize("engine", ["", "llvm", "python", None, 1, []])
def test_another_engine_is_refused(engine: Any) -> None:
    with pytest.raises(ArgumentError, match="engine is one of auto, sweep, numpy, native, not"):
        Expression(TEXT).batch(STATES, engine)


@pytest.mark.parametrize("threads", [0, -1, "2", 2.0, [2]])
def test_what_is_no_count_of_threads_is_refused(threads: Any) -> None:
    with pytest.raises(ArgumentError, match="threads is a whole number from 1 on, or None, not"):
        Expression(TEXT).batch(STATES, threads=threads)


# What is taken


def odd_arrays() -> dict[str, Any]:
    """Return the same states, each laid out in another way."""
    wide = np.zeros((4, 2 * STATES.shape[1]))
    wide[::2, ::2] = STATES
    frozen = STATES.copy()
    frozen.flags.writeable = False
    packed = np.zeros(STATES.shape, [("pad", "i1"), ("number", "f8")])
    packed["number"] = STATES
    return {
        "as it is": STATES.copy(),
        "Fortran order": np.asfortranarray(STATES),
        "every second": wide[::2, ::2],
        "backwards": STATES[:, ::-1].copy()[:, ::-1],
        "rows backwards": STATES[::-1].copy()[::-1],
        "read-only": frozen,
        "other byte order": STATES.astype(">f8"),
        "not aligned": packed["number"],
        "float32": STATES.astype(np.float32),
        "list": STATES.tolist(),
    }


@each_engine
@pytest.mark.parametrize("layout", odd_arrays())
def test_any_layout_gives_the_same_and_is_not_changed(layout: str, engine: Any) -> None:
    e = Expression(TEXT)
    given = odd_arrays()[layout]
    before = copy.deepcopy(given)
    values, gradient = e.batch(given, engine)
    assert np.array_equal(np.asarray(given), np.asarray(before))
    assert values.shape == (28,)
    assert gradient.shape == (2, 28)
    for k, point in enumerate(STATES.T.tolist()):
        agreement.check(e, point, [values[k], *gradient[:, k]])


@each_engine
def test_more_states_than_fit_a_block_from_a_strided_array(engine: Any) -> None:
    e = Expression(TEXT)
    states = np.random.default_rng(1).normal(size=(2, 30_001))
    expected = e.batch(states, engine)
    for odd in (np.asfortranarray(states), np.repeat(states, 3, axis=1)[:, ::3]):
        for right, got in zip(expected, e.batch(odd, engine), strict=True):
            if engine == "auto":  # each time another engine may be the quickest
                assert np.allclose(right, got, rtol=1e-12, atol=1e-12)
            else:
                assert np.array_equal(right, got)


class Frame:
    """What a data frame has: columns, in an order of its own, each by its name."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = list(columns)
        self._columns = columns

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]

    def __array__(self, *_: Any, **__: Any) -> Any:
        return np.array(list(self._columns.values())).T


@each_engine
@pytest.mark.parametrize("kind", [dict, Frame])
def test_a_table_is_read_by_name(kind: Any, engine: Any) -> None:
    """A square one too, which an array of its numbers would not tell from its transpose."""
    e = Expression("x - y^2")
    states = kind({"y": np.array([3.0, 4.0]), "x": [1, 2]})
    for right, got in zip(e.batch([[1, 2], [3, 4]], engine), e.batch(states, engine), strict=True):
        assert np.array_equal(right, got)


def test_a_table_of_no_variables_has_no_states() -> None:
    assert Expression("2*pi").batch({})[1].shape == (0, 0)


def test_whole_numbers_are_numbers() -> None:
    values, gradient = Expression("x*x").batch(np.array([[1, 2, 3]], dtype=np.uint8))
    assert values.tolist() == [1.0, 4.0, 9.0]
    assert values.dtype == gradient.dtype == np.float64


@each_engine
@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 65, 1023, 8193])
def test_any_number_of_states(count: int, engine: Any) -> None:
    e = Expression(TEXT)
    states = np.random.default_rng(count).normal(size=(2, count))
    values, gradient = e.batch(states, engine)
    assert values.shape == (count,)
    assert gradient.shape == (2, count)
    for k in {0, count // 2, count - 1} & set(range(count)):
        agreement.check(e, states[:, k].tolist(), [values[k], *gradient[:, k]])


@each_engine
@pytest.mark.parametrize("count", [0, 1, 20])
def test_no_variables(count: int, engine: Any) -> None:
    values, gradient = Expression("2*pi").batch(np.ones((0, count)), engine)
    assert values.tolist() == [2 * np.pi] * count
    assert gradient.shape == (0, count)


@each_engine
@pytest.mark.parametrize("text", ["x", "y; x", "2 + y*0; x + x", "x; 3"])
def test_outputs_that_are_no_operations(text: str, engine: Any) -> None:
    e = Expression(text)
    agreement.check_all(e, np.arange(20.0 * len(e.variables)).reshape(-1, 20), engine)


@each_engine
def test_one_nan_spoils_its_own_state_only(engine: Any) -> None:
    states = np.ones((2, 40))
    states[0, 5] = np.nan
    values, gradient = Expression(TEXT).batch(states, engine)
    assert np.flatnonzero(~np.isfinite(values)).tolist() == [5]
    assert np.flatnonzero(~np.isfinite(gradient).all(axis=0)).tolist() == [5]


@each_engine
def test_answers_are_arrays_of_their_own(engine: Any) -> None:
    e = Expression("x; x")
    states = np.ones((1, 16))
    first, second = e.batch(states, engine), e.batch(states, engine)
    first[0][:], first[1][:] = 7.0, 7.0
    assert second[0].tolist() == [1.0] * 16
    assert states.tolist() == [[1.0] * 16]


def test_it_still_pickles_when_engines_are_compiled() -> None:
    e = Expression(TEXT)
    for engine in ("numpy", "native"):
        e.batch(STATES, engine)
    again = pickle.loads(pickle.dumps(e))
    assert np.array_equal(again.batch(STATES, "native")[1], e.batch(STATES, "native")[1])


def test_equal_graphs_share_what_is_compiled() -> None:
    assert Expression("x + y")._batch is Expression(" x+y # the same")._batch
    assert Expression("x + y")._batch is not Expression("y + x")._batch
    assert Expression("u = y; x")._batch is not Expression("x")._batch


def test_only_so_many_graphs_are_remembered() -> None:
    for n in range(batching.REMEMBERED + 5):
        _ = Expression(f"x + {n}")._batch
    assert batching.batch_of.cache_info().currsize == batching.REMEMBERED


# Large graphs


@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_a_graph_of_many_tiles(engine: Any) -> None:
    terms = "+".join(f"sin(x{i}*x{i + 1})*x0/(2+x{i}^2)" for i in range(400))
    e = Expression(f"t = {terms}; t*tanh(t)")
    states = np.random.default_rng(2).normal(size=(len(e.variables), 137))
    values, gradient = e.batch(states, engine)
    for k in (0, 64, 136):
        agreement.check(e, states[:, k].tolist(), [values[k], *gradient[:, k]])


@pytest.mark.parametrize("text", ["x*".join(["1"] * 5000), "\n".join(["x = x+y"] * 5000)])
def test_depth_is_no_matter(text: str) -> None:
    e = Expression(text)
    point = [1.0] * len(e.variables)
    expected = agreement.answer(e, point)
    value, slopes = e.function()(*point)
    assert [value, *slopes] == expected
    for engine in ("numpy", "native"):
        values, gradient = e.batch(np.ones((len(point), 9)), engine)
        assert [values[8], *gradient[:, 8]] == expected


# Memory


def test_numpy_needs_no_more_memory_for_more_states() -> None:
    e = Expression("+".join(f"sin(x*{n})*y" for n in range(1, 40)))
    peaks = []
    for count in (20_000, 200_000):
        states = np.ones((2, count))
        e.batch(states[:, :10], "numpy")  # compiled
        tracemalloc.start()
        e.batch(states, "numpy", threads=1)
        peaks.append(tracemalloc.get_traced_memory()[1] - 3 * 8 * count)  # the answer is no waste
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0] < 2e6


# Threads


@pytest.mark.parametrize("engine", ["numpy", "native"])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_threads_change_nothing(engine: Any, threads: int) -> None:
    e = Expression(TEXT)
    states = np.random.default_rng(3).normal(size=(2, 50_000))
    expected = e.batch(states, engine, threads=1)
    for right, got in zip(expected, e.batch(states, engine, threads=threads), strict=True):
        assert np.array_equal(right, got)


def test_what_goes_wrong_in_a_thread_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    e = Expression(TEXT)
    e.batch(STATES, "native")

    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(native.Native, "fill", fail)
    with pytest.raises(MemoryError, match="no room"):
        e.batch(np.ones((2, 10_000)), "native", threads=2)


# Which engine, and why


SUM = "+".join(f"sin(x*{n})" for n in range(1, 40))


@pytest.mark.parametrize(
    ("states", "engine"), [(1, "sweep"), (15, "sweep"), (16, "numpy"), (100_000, "native")]
)
def test_auto_goes_by_the_number_of_states(states: int, engine: str) -> None:
    e = Expression(SUM)
    e.batch(np.ones((1, states)))
    assert e._batch.chosen == engine


@pytest.mark.parametrize("states", [3, 64])
def test_auto_takes_the_same_however_often_it_is_asked(states: int) -> None:
    e = Expression(SUM)
    points = np.random.default_rng(0).normal(size=(1, states))
    first = e.batch(points)
    chosen = e._batch.chosen
    e.batch(np.ones((1, 100_000)))  # compiles another
    for _ in range(300):
        again = e.batch(points)
    assert e._batch.chosen == chosen
    assert first[0].tobytes() == again[0].tobytes()
    assert first[1].tobytes() == again[1].tobytes()


def test_without_llvmlite_numpy_computes_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = Expression(TEXT).batch(STATES, "numpy")
    batching.batch_of.cache_clear()
    monkeypatch.setattr(choice, "find_spec", lambda name: None)
    e = Expression(TEXT)
    for _ in range(2):
        with pytest.warns(
            EngineWarning, match=r"needs llvmlite \(pip install 'qsts\[native\]'\): numpy computes"
        ) as w:
            got = e.batch(STATES, "native")
        assert w[0].filename == __file__
        assert np.array_equal(got[1], expected[1])
    e.batch(np.ones((2, 1_000_000)))  # auto does not complain
    assert e._batch.chosen == "numpy"


def test_where_compiling_fails_numpy_computes_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no such target")

    monkeypatch.setattr(native, "write_module", fail)
    with pytest.warns(EngineWarning, match=r"cannot compile here \(no such target\): numpy"):
        values, _ = Expression(TEXT).batch(STATES, "native")
    assert np.array_equal(values, Expression(TEXT).batch(STATES, "numpy")[0], equal_nan=True)
    Expression(TEXT).batch(np.ones((2, 1_000_000)))  # auto does not complain


def test_where_nothing_else_can_compute_the_error_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr("qsts_core.engine.blocks.compile_blocks", fail)
    with pytest.raises(MemoryError, match="no room"):
        Expression(TEXT).batch(STATES, "numpy")
