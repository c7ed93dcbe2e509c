"""How often the garbage of cycles is looked for: a bounded share of the time."""

import gc
import inspect

import pytest
from streamlit.runtime.scriptrunner import script_runner

from qsts_core.serving.collecting import SHARE, Seldom, collect_seldom


class Hours:
    """A clock that goes on when it is told to, and what takes its time on it."""

    def __init__(self, takes: float) -> None:
        self.now, self.takes, self.looks, self.settled = 0.0, takes, 0, 0

    def look(self, generation: int) -> int:
        self.looks += 1
        self.now += self.takes
        return generation

    def settle(self) -> None:
        self.settled += 1


def test_looking_takes_its_share_of_the_time_and_no_more() -> None:
    hours = Hours(takes=0.1)
    seldom = Seldom(hours.look, hours.settle, lambda: hours.now)
    for _ in range(10_000):  # a rerun ends every 20 ms
        seldom.collect(2)
        hours.now += 0.02
    assert 0.5 * SHARE < hours.looks * hours.takes / hours.now <= SHARE * 1.05
    assert hours.settled == 1


def test_what_is_quickly_done_is_done_each_time() -> None:
    hours = Hours(takes=0.0)
    seldom = Seldom(hours.look, hours.settle, lambda: hours.now)
    assert [seldom.collect(2) for _ in range(5)] == [2] * 5


def test_it_is_what_streamlit_looks_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(script_runner, "gc", gc)  # so that it is put back afterwards
    collect_seldom()
    looks = getattr(script_runner, "gc").collect  # noqa: B009  # the module does not export it
    assert isinstance(looks.__self__, Seldom)
    assert "gc.collect(" in inspect.getsource(script_runner.ScriptRunner._on_script_finished)
