"""Values and gradients at many states, by any engine: what `Expression.batch` does.

In goes an array of shape (variables, states); out come the values (states,) and the gradient
(variables, states). Here the array is checked, an engine chosen and compiled, and the states are
shared among threads. An engine is an object with `fill(states, values, gradient)`.
"""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import Any, Literal, Protocol, TypeAlias, get_args

import numpy as np

from qsts_core.engine.arrays import Numbers, aligned_empty
from qsts_core.engine.choice import RATES, choose
from qsts_core.engine.python import sweep_function
from qsts_core.errors import EngineWarning, PointError
from qsts_core.graph import Graph
from qsts_core.sweep import Tape

__all__ = ["ENGINES", "Batch", "Engine", "Numbers", "batch_of"]

Engine: TypeAlias = Literal["auto", "numpy", "native"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

REMEMBERED = 64
"""How many graphs stay compiled."""

WORTH_A_THREAD = 2e-3
"""Seconds of work below which starting another thread takes longer than it saves."""


class _Compiled(Protocol):
    def fill(self, states: Numbers, values: Numbers, gradient: Numbers) -> None: ...


class Batch:
    """One graph and its compiled engines.

    Attributes
    ----------
    chosen
        The engine that the last run was done by: "sweep", "numpy" or "native".
    """

    def __init__(self, tape: Tape, variables: tuple[str, ...]) -> None:
        self._tape = tape
        self._variables = variables
        # About what an engine computes: one for each value, one or two for each contribution.
        self._operations = 1 + len(tape.operations) + len(tape.edges)
        self._engines: dict[str, _Compiled] = {}
        self._unavailable: dict[str, str] = {}  # engine -> why
        self._spent = 0.0
        self._lock = threading.Lock()
        self.chosen = ""

    def run(
        self, states: object, engine: Engine = "auto", threads: int | None = None
    ) -> tuple[Numbers, Numbers]:
        """Return the values (states,) and the gradient (variables, states) at `states`.

        Raises
        ------
        PointError
            If `states` is no array of numbers, one row for each variable.
        ValueError
            If `engine` is none of those there are, or `threads` is less than 1.
        """
        if engine not in ENGINES:
            raise ValueError(f"engine is one of {', '.join(ENGINES)}, not {engine!r}")
        if threads is not None and threads < 1:
            raise ValueError(f"threads is at least 1, not {threads!r}")
        checked = check_states(states, self._variables)
        values, gradient = aligned_empty(checked.shape[1:]), aligned_empty(checked.shape)
        if checked.shape[1]:
            self._fill(self._pick(engine, checked.shape[1]), checked, values, gradient, threads)
        return values, gradient

    def _pick(self, engine: Engine, states: int) -> str:
        name: str = engine
        if engine == "auto":
            available = ["sweep", "numpy", *(["native"] if self._native_is_there() else [])]
            name = choose(self._operations, states, self._engines, available, self._spent)
        if self._compile(name):
            return name
        if engine == "native":
            warnings.warn(
                f"{self._unavailable[name]}: numpy computes instead", EngineWarning, stacklevel=4
            )
        self._compile("numpy")
        return "numpy"

    def _native_is_there(self) -> bool:
        return "native" not in self._unavailable and find_spec("llvmlite") is not None

    def _compile(self, name: str) -> bool:
        """Make an engine ready; return whether it is."""
        with self._lock:
            if name in self._engines:
                return True
            if name in self._unavailable:
                return False
            start = time.perf_counter()
            try:
                self._engines[name] = _COMPILERS[name](self._tape, self._variables)
            except ImportError:
                self._unavailable[name] = (
                    "the native engine needs llvmlite (pip install 'qsts[native]')"
                )
            except Exception as error:
                if name != "native":
                    raise
                self._unavailable[name] = f"the native engine cannot compile here ({error})"
            else:
                RATES[name].prepared(time.perf_counter() - start, self._operations)
            return name in self._engines

    def _fill(
        self, name: str, states: Numbers, values: Numbers, gradient: Numbers, threads: int | None
    ) -> None:
        compiled = self._engines[name]
        count = states.shape[1]
        parts = 1
        if name != "sweep":
            predicted = RATES[name].running(self._operations, count)
            parts = threads or max(1, min(_cores(), int(predicted / WORTH_A_THREAD)))
        start = time.perf_counter()
        if parts == 1:
            compiled.fill(states, values, gradient)
        else:
            step = -(-count // (64 * parts)) * 64
            ranges = [slice(i, i + step) for i in range(0, count, step)]
            with ThreadPoolExecutor(parts) as pool:
                jobs = [
                    pool.submit(compiled.fill, states[:, r], values[r], gradient[:, r])
                    for r in ranges
                ]
                for job in jobs:
                    job.result()
        seconds = time.perf_counter() - start
        RATES[name].run.measure(seconds * parts, self._operations * count)
        self._spent += seconds
        self.chosen = name


class _Sweep:
    """The sweep itself, for a handful of states: nothing is quicker than not compiling."""

    def __init__(self, tape: Tape, variables: tuple[str, ...]) -> None:
        self._function = sweep_function(tape, variables)

    def fill(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        for index, point in enumerate(states.T.tolist()):
            values[index], gradient[:, index] = self._function(*point)


def check_states(states: object, variables: tuple[str, ...]) -> Numbers:
    """Return `states` as float64 of shape (variables, states), or say what is wrong with it.

    An array that fits is returned as it is, never a copy.

    Raises
    ------
    PointError
        If it is no array of numbers, one row for each variable.
    """
    if isinstance(states, np.ma.MaskedArray):
        raise PointError("masked arrays have no gradient where they are masked: fill them first")
    try:
        array = np.asarray(states)
    except ValueError as error:
        raise PointError(f"the states are not one array: {error}") from error
    expected = f"({len(variables)}, states), one row for each of its variables"
    if array.dtype.kind not in "fiu" and not (array.size == 0 and array.dtype.kind == "O"):
        raise PointError(f"the states are not numbers but {array.dtype}")
    if array.ndim != 2 or array.shape[0] != len(variables):
        turned = array.ndim == 2 and array.shape[1] == len(variables)
        guess = ". Did you mean its transpose, X.T?" if turned else ""
        raise PointError(f"the states have the shape {array.shape}, not {expected}{guess}")
    return array.astype(np.float64, copy=False)


def _compile_numpy(tape: Tape, variables: tuple[str, ...]) -> _Compiled:
    from qsts_core.engine.blocks import compile_blocks

    return compile_blocks(tape, variables)


def _compile_native(tape: Tape, variables: tuple[str, ...]) -> _Compiled:
    from qsts_core.engine.native import compile_native

    return compile_native(tape, variables)


_COMPILERS: dict[str, Callable[[Tape, tuple[str, ...]], _Compiled]] = {
    "sweep": _Sweep,
    "numpy": _compile_numpy,
    "native": _compile_native,
}

_BATCHES: OrderedDict[tuple[Graph, tuple[str, ...]], Batch] = OrderedDict()
_BATCHES_LOCK = threading.Lock()


def batch_of(tape: Tape, variables: tuple[str, ...]) -> Batch:
    """Return the batch of a graph, the same for equal graphs, as long as it is remembered."""
    key = (tape.graph, variables)
    with _BATCHES_LOCK:
        batch = _BATCHES.pop(key, None) or Batch(tape, variables)
        _BATCHES[key] = batch
        while len(_BATCHES) > REMEMBERED:
            _BATCHES.popitem(last=False)
        return batch


def _cores() -> int:
    """Return how many cores this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
