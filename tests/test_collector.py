"""The collector is paused where it pays, and never stays off."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from qsts_core import Expression, FormulaError
from qsts_core.collector import collector_paused

MANY = 10**6
LONG = "+".join(["x"] * 5_000)


@pytest.fixture(autouse=True)
def _collector_on() -> Iterator[None]:
    assert gc.isenabled()
    yield
    gc.enable()


def test_it_is_off_inside_and_on_again_after() -> None:
    with collector_paused(MANY):
        assert not gc.isenabled()
    assert gc.isenabled()


def test_little_is_not_worth_a_pause() -> None:
    with collector_paused(100):
        assert gc.isenabled()


def test_only_the_outermost_pause_ends_it() -> None:
    with collector_paused(MANY):
        with collector_paused(MANY):
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_ends_it() -> None:
    with pytest.raises(ZeroDivisionError), collector_paused(MANY):
        1 / 0  # noqa: B018
    assert gc.isenabled()
    with pytest.raises(FormulaError):
        Expression(LONG + "+")
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    with collector_paused(MANY):
        pass
    assert not gc.isenabled()


def test_the_last_of_two_threads_ends_it() -> None:
    """The first to begin is the first to end, and the other one is still at work by then."""
    both_in, first_out = Barrier(2), Barrier(2)

    def first() -> None:
        with collector_paused(MANY):
            both_in.wait(10)
        first_out.wait(10)

    def second() -> bool:
        with collector_paused(MANY):
            both_in.wait(10)
            first_out.wait(10)
            return gc.isenabled()

    with ThreadPoolExecutor(2) as pool:
        pool.submit(first)
        assert pool.submit(second).result() is False
    assert gc.isenabled()


def test_whatever_an_expression_does_leaves_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    disable, pauses = gc.disable, []

    def disable_and_count() -> None:
        pauses.append("pause")
        disable()

    def state() -> tuple[int, bool]:
        return len(pauses), gc.isenabled()

    monkeypatch.setattr(gc, "disable", disable_and_count)
    expression = Expression(LONG)
    assert state() == (1, True)
    trace = expression.trace({"x": 1}, build=True)
    assert state() == (2, True)
    trace.to_dict()
    assert state() == (3, True)
    str(expression)
    assert state() == (4, True)
    expression.value({"x": 1})
    expression.gradient({"x": 1})
    assert state() == (4, True)  # a sweep makes nothing to look through
