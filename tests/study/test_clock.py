"""The stopwatch: turns, samples, quartiles."""

import pytest

from qsts_core.study import clock
from qsts_core.study.clock import SHORTEST_SAMPLE, Timing, race, summarize


def test_contestants_take_turns_and_the_order_turns_round() -> None:
    assert [name for name, _ in race({"a": int, "b": int, "c": int}, 3)] == [*"abc", *"cba", *"abc"]


def test_what_is_fast_is_called_until_a_sample_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[None] = []
    monkeypatch.setattr(clock, "_clock", lambda: len(calls) * SHORTEST_SAMPLE / 100)
    samples = [seconds for _, seconds in race({"a": lambda: calls.append(None)}, 3)]
    assert samples == pytest.approx([SHORTEST_SAMPLE / 100] * 3)
    assert len(calls) >= 3 * 100


def test_what_is_slow_is_called_once_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[None] = []
    monkeypatch.setattr(clock, "_clock", lambda: len(calls) * SHORTEST_SAMPLE)
    assert len(list(race({"a": lambda: calls.append(None)}, 4))) == 4
    assert len(calls) == 5  # the first one warms up


def test_nothing_runs_before_it_is_asked_for() -> None:
    assert list(race({}, 5)) == []


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([2.0], Timing(2.0, 2.0, 2.0, 1)),
        ([1.0, 3.0], Timing(2.0, 1.5, 2.5, 2)),
        ([9.0, 1.0, 1.0, 1.0, 1.0], Timing(1.0, 1.0, 1.0, 5)),  # one disturbance moves nothing
    ],
)
def test_samples_are_summed_up_by_quartiles(samples: list[float], expected: Timing) -> None:
    assert summarize(samples) == expected
