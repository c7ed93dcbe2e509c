"""The recipe for Dask: two worker processes give one machine's numbers, whatever happens to them.

The data are small; what is tested is that nothing of an expression ties it to one process.
"""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qsts_core import Expression

da = pytest.importorskip("dask.array")
distributed = pytest.importorskip("distributed")

pytestmark = pytest.mark.skipif(os.name != "posix", reason="kills and measures as Unix does")

TEXT = "(x+y) + x*sin(x+y)"
LIMIT = 320 * 2**20  # bytes for each worker


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Two worker processes of one thread each."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, memory_limit=LIMIT,
            dashboard_address=None, silence_logs=50,
        ) as cluster,
        distributed.Client(cluster) as client,
    ):  # fmt: skip
        yield client


def differentiate(e: Expression, states: Any, pause: float = 0.0) -> Any:
    """Follow the recipe of qsts_core/engine/__init__.py."""

    def run(piece: Any) -> Any:
        time.sleep(pause)
        values, gradient = e.batch(piece, "numpy", threads=1)
        return np.vstack([values, gradient])

    rows = ((1 + len(e.variables),), states.chunks[1])
    return da.map_blocks(run, states, chunks=rows, meta=np.empty((0, 0)))


def random_states(count: int, pieces: int) -> Any:
    return da.random.default_rng(1).normal(size=(2, count), chunks=(2, -(-count // pieces)))


def test_two_processes_give_the_numbers_of_one(client: Any) -> None:
    e = Expression(TEXT)
    states = np.random.default_rng(0).normal(size=(2, 40_000))
    answer = differentiate(e, da.from_array(states, chunks=(2, 5_000))).compute()
    values, gradient = e.batch(states, "numpy")
    assert answer.tobytes() == np.vstack([values, gradient]).tobytes()
    assert len(set(client.run(os.getpid).values()) | {os.getpid()}) == 3


def test_a_killed_worker_is_replaced_and_nothing_is_lost(client: Any) -> None:
    e = Expression(TEXT)
    states = random_states(400_000, 80)
    future = client.compute(differentiate(e, states, pause=0.02).sum(axis=1))
    victim = next(iter(client.run(os.getpid).values()))
    assert not future.done()
    os.kill(victim, signal.SIGKILL)
    total = future.result(timeout=60)
    assert victim not in client.run(os.getpid).values()
    assert np.allclose(total, expected_total(e, states), rtol=1e-9)


def test_an_array_larger_than_memory(client: Any) -> None:
    e = Expression(TEXT)
    states = random_states(24_000_000, 96)
    assert states.nbytes > LIMIT
    total = differentiate(e, states).sum(axis=1).compute()
    assert np.allclose(total, expected_total(e, states), rtol=1e-9)
    assert max(client.run(largest_memory).values()) < LIMIT


def expected_total(e: Expression, states: Any) -> Any:
    """Sum piece by piece in this process."""
    total = np.zeros(3)
    for k in range(states.numblocks[1]):
        values, gradient = e.batch(states.blocks[0, k].compute(scheduler="sync"))
        total += [values.sum(), *gradient.sum(axis=1)]
    return total


def largest_memory() -> int:
    """Return the most bytes that this process has held; getrusage counts its parent's too."""
    status = Path("/proc/self/status")
    if not status.exists():  # not Linux
        return 0
    lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
    return int(lines["VmHWM"].split()[0]) * 1024
