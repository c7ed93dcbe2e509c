"""How long another person's rerun takes while eight visitors have long work done.

Run on demand: `pytest tests/benchmarks`. The long work is the ground of nested powers of 2,000
operands; it is done by processes that give way, or by threads of the server, two at a time.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core.study.landscape import Axis
from qsts_core.study.path import survey_in_pieces
from qsts_core.study.pool import Pool, Work
from qsts_core.study.worker import Task

pytestmark = pytest.mark.benchmark

Report = Callable[[Sequence[tuple[str, ...]]], None]
TEXT = "^".join("ab"[k % 2] for k in range(2_000))
AXES = Axis("a", 0.5, 2), Axis("b", 0.5, 2)
PAGE = """
from qsts_core.lenses import descent
from qsts_core.lenses.inputs import ask_for_inputs
descent.show(ask_for_inputs())
"""


@contextmanager
def eight(*, processes: bool) -> Iterator[list[Work]]:
    """Keep a pool busy with the work of eight visitors."""
    pool = Pool(2, processes=processes)
    task = Task(survey_in_pieces, (TEXT, {"a": 1.0, "b": 1.0}, AXES, 500), seconds=600)
    works = [Work(k, task) for k in range(8)]
    for work in works:
        pool.submit(work)
    time.sleep(3)  # the processes are started
    yield works
    for work in works:
        pool.withdraw(work)
    pool.close()


def rerun(app: AppTest, count: int) -> list[float]:
    """Return the seconds of some reruns."""
    seconds = []
    for k in range(count):
        app.number_input(key="descent steps").set_value(50 + k)
        start = time.perf_counter()
        app.run()
        seconds.append(time.perf_counter() - start)
    return seconds


def test_another_person_hardly_notices_long_work(report: Report) -> None:
    app = AppTest.from_string(PAGE, default_timeout=120).run()
    times: dict[str, list[float]] = {"alone": [], "processes": [], "threads": []}
    for _ in range(3):
        times["alone"] += rerun(app, 5)
        for kind in ("processes", "threads"):
            with eight(processes=kind == "processes"):
                times[kind] += rerun(app, 5)
    alone = median(times["alone"])
    rows = [
        (kind, f"{1000 * median(seconds):.0f}", f"{median(seconds) / alone:.2f}")
        for kind, seconds in times.items()
    ]
    report([("a rerun beside eight at long work", "ms", "times alone"), *rows])
    assert median(times["processes"]) < 2 * alone
