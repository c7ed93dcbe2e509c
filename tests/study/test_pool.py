"""Work beside the server: it grows, stops at once, goes on, and ends with its pool."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from qsts_core.study import pool as pools
from qsts_core.study.pool import Pool, Work
from qsts_core.study.worker import Task
from tests.lenses.slow import count_to, fail

PATIENCE = 60.0  # seconds that a busy machine may take


def await_(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(params=[True, False], ids=["processes", "threads"])
def pool(request: pytest.FixtureRequest) -> Iterator[Pool]:
    made = Pool(1, processes=request.param)
    yield made
    made.close()


def test_work_is_done_in_the_order_in_which_it_came(pool: Pool) -> None:
    first, second = (Work(k, Task(count_to, (20, 0.02))) for k in range(2))
    pool.submit(first)
    pool.submit(second)
    pool.submit(second)  # once is enough
    await_(lambda: first.items)
    assert (pool.before(first), pool.before(second)) == (0, 1)
    await_(lambda: second.done)
    assert first.done
    assert first.items == second.items == list(range(20))


def test_work_asked_for_again_while_its_process_starts_is_done_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = Pool(1)
    starts, start = threading.Event(), pools._start

    def start_slowly() -> subprocess.Popen[bytes] | None:
        starts.set()
        time.sleep(0.2)
        return start()

    monkeypatch.setattr(pools, "_start", start_slowly)
    work, after = Work(0, Task(count_to, (5, 0))), Work(1, Task(count_to, (1, 0)))
    pool.submit(work)
    assert starts.wait(PATIENCE)
    pool.submit(work)
    pool.submit(after)
    await_(lambda: work.done and after.done)
    pool.close()
    assert (work.items, after.items) == ([0, 1, 2, 3, 4], [0])


def test_a_process_that_ended_between_two_pieces_of_work_leaves_no_open_pipes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = Pool(1)
    started: list[subprocess.Popen[bytes]] = []
    start = pools._start

    def keep() -> subprocess.Popen[bytes] | None:
        process = start()
        assert process is not None
        started.append(process)
        return process

    monkeypatch.setattr(pools, "_start", keep)
    first, second = (Work(k, Task(count_to, (2, 0))) for k in range(2))
    pool.submit(first)
    await_(lambda: first.done and first not in pool._running)
    started[0].kill()
    started[0].wait()
    pool.submit(second)
    await_(lambda: second.done)
    pool.close()
    assert len(started) == 2
    assert [pipe and pipe.closed for pipe in (started[0].stdin, started[0].stdout)] == [True, True]


def test_withdrawn_work_stops_and_goes_on_where_it_was(pool: Pool) -> None:
    work = Work(0, Task(count_to, (60, 0.02)))
    pool.submit(work)
    await_(lambda: work.items)
    pool.withdraw(work)
    have = list(work.items)
    assert work.is_over
    assert work.paused == "by hand"
    assert 0 < len(have) < 60
    time.sleep(0.3)
    assert work.items == have
    pool.submit(work)
    await_(lambda: work.done)
    assert work.items == list(range(60))


def test_what_waits_can_be_withdrawn(pool: Pool) -> None:
    first, second = (Work(k, Task(count_to, (20, 0.02))) for k in range(2))
    pool.submit(first)
    pool.submit(second)
    pool.withdraw(second)
    await_(lambda: first.done)
    assert second.items == []
    assert pool.before(second) == 0


def test_the_latest_item_can_be_enough(pool: Pool) -> None:
    work = Work(0, Task(count_to, (30, 0.01), latest=True))
    pool.submit(work)
    await_(lambda: work.done)
    assert work.items == [29]


def test_a_failure_is_told_and_keeps_what_came_before(
    pool: Pool, capfd: pytest.CaptureFixture[str]
) -> None:
    work = Work(0, Task(fail, ()))
    pool.submit(work)
    await_(lambda: work.is_over)
    assert (work.items, work.failure, work.done) == ([1], "there is no disk", False)
    assert "there is no disk" in capfd.readouterr().err  # for the log, with its traceback
    after = Work(1, Task(count_to, (2, 0)))
    pool.submit(after)
    await_(lambda: after.done)


def test_seconds_are_limited() -> None:
    pool = Pool(1)
    work = Work(0, Task(count_to, (1000, 0.1), seconds=0.8))
    pool.submit(work)
    await_(lambda: work.is_over)
    assert work.paused == "time"
    assert len(work.items) < 10
    pool.close()


def test_not_more_than_its_size_run_at_once() -> None:
    pool = Pool(2, processes=False)
    works = [Work(k, Task(count_to, (4, 0.05))) for k in range(5)]
    for work in works:
        pool.submit(work)
    most = 0
    while not all(work.done for work in works):
        most = max(most, len(pool._running))
        time.sleep(0.005)
    assert most == 2


def test_a_process_that_dies_is_told_and_replaced() -> None:
    pool = Pool(1)
    work = Work(0, Task(count_to, (1000, 0.05)))
    pool.submit(work)
    await_(lambda: work.items)
    (process,) = pool._running.values()
    assert process is not None
    process.kill()
    await_(lambda: work.is_over)
    assert "has ended" in work.failure
    pool.submit(after := Work(1, Task(count_to, (2, 0))))
    await_(lambda: after.done)
    pool.close()


def test_an_idle_pool_has_no_process_and_no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pools, "IDLE", 0.2)
    process = pools._start()
    monkeypatch.setattr(pools, "_start", lambda: process)
    pool = Pool(1)
    pool.submit(work := Work(0, Task(count_to, (2, 0))))
    await_(lambda: work.done and pool._threads == 0)
    assert process is not None
    await_(lambda: process.returncode is not None)


def test_where_no_process_can_be_started_a_thread_does_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    pool = Pool(1)
    pool.submit(work := Work(0, Task(count_to, (2, 0))))
    await_(lambda: work.done)
    assert work.items == [0, 1]
