"""Values and gradients at many states, by any engine: what `Expression.batch` does.

In goes an array of shape (variables, states), or its rows by name; out come the values (states,)
and the gradient (variables, states). Here the array is checked, an engine chosen and compiled, and
the states are shared among threads.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from operator import index
from typing import Any

import numpy as np

from qsts_core.engine.arrays import Numbers, aligned_empty
from qsts_core.engine.choice import (
    Compiled,
    ManyEngine,
    check_engine,
    choose,
    compile_by,
    count_operations,
)
from qsts_core.engine.python import sweep_function
from qsts_core.errors import ArgumentError, EngineWarning, PointError
from qsts_core.point import describe_misfit
from qsts_core.sweep import Tape

__all__ = ["Batch", "Numbers", "batch_of"]

REMEMBERED = 64
"""How many graphs stay compiled."""

FOR_A_THREAD = 10_000_000
"""Operations times states, a few milliseconds, below which another thread takes longer to start
than it saves."""


class Batch:
    """One graph and its compiled engines.

    Attributes
    ----------
    chosen
        The engine that the last run was done by: "sweep", "numpy" or "native".
    """

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._compiled: dict[str, Compiled] = {}
        self._lock = threading.Lock()
        self.chosen = ""

    def run(
        self, states: object, engine: ManyEngine = "auto", threads: int | None = None
    ) -> tuple[Numbers, Numbers]:
        """Return the values (states,) and the gradient (variables, states) at `states`.

        Raises
        ------
        PointError
            If `states` is no array of numbers, one row for each variable.
        ArgumentError
            If `engine` is none of those there are, or `threads` is no count.
        """
        check_engine("many", engine)
        check_threads(threads)
        checked = check_states(states, self._tape.names)
        values, gradient = aligned_empty(checked.shape[1:]), aligned_empty(checked.shape)
        if checked.shape[1]:
            compiled = self._compile(engine, checked.shape[1])
            self._fill(compiled, checked, values, gradient, threads)
        return values, gradient

    def _compile(self, engine: str, states: int) -> Compiled:
        """Return an engine ready to run; say so where it is not the one that was asked for."""
        name = choose("many", self._tape, states) if engine == "auto" else engine
        with self._lock:
            if name not in self._compiled:
                self._compiled[name] = compile_by(name, "many", self._tape)
            compiled = self._compiled[name]
        if compiled.reason and engine != "auto":
            warnings.warn(compiled.reason, EngineWarning, stacklevel=4)
        return compiled

    def _fill(
        self,
        compiled: Compiled,
        states: Numbers,
        values: Numbers,
        gradient: Numbers,
        threads: int | None,
    ) -> None:
        count, fill = states.shape[1], compiled.run.fill
        work = count_operations(self._tape) * count
        parts = threads or max(1, min(_cores(), work // FOR_A_THREAD))
        self.chosen = compiled.engine
        if parts == 1 or compiled.engine == "sweep":
            fill(states, values, gradient)
            return
        step = -(-count // (64 * parts)) * 64
        ranges = [slice(i, i + step) for i in range(0, count, step)]
        with ThreadPoolExecutor(parts) as pool:
            jobs = [pool.submit(fill, states[:, r], values[r], gradient[:, r]) for r in ranges]
            for job in jobs:
                job.result()


class Sweep:
    """The sweep itself, for a handful of states: nothing is quicker than not compiling."""

    def __init__(self, tape: Tape) -> None:
        self._function = sweep_function(tape)

    def fill(self, states: Numbers, values: Numbers, gradient: Numbers) -> None:
        """Compute `values` (states,) and `gradient` (variables, states) at `states`."""
        for k, point in enumerate(states.T.tolist()):
            values[k], gradient[:, k] = self._function(None, *point)


def check_threads(threads: object) -> None:
    """Raise ArgumentError where this is no count of threads; `None` is as many as pay."""
    if threads is None:
        return
    try:
        count = index(threads)  # type: ignore[arg-type]
    except TypeError:
        count = 0
    if count < 1:
        raise ArgumentError(f"threads is a whole number from 1 on, or None, not {threads!r}")


def check_states(states: object, variables: tuple[str, ...]) -> Numbers:
    """Return `states` as float64 of shape (variables, states), or say what is wrong with it.

    An array that fits is returned as it is, never a copy. A mapping or a data frame is read by the
    names of its rows or columns, whatever their order.

    Raises
    ------
    PointError
        If it is no array of numbers, one row for each variable.
    """
    names = getattr(states, "columns", states)
    if isinstance(states, Mapping) or names is not states:
        return _rows_by_name(states, list(names), variables)  # type: ignore[call-overload]
    array = _numbers(states, "the states")
    expected = f"({len(variables)}, states), one row for each of its variables"
    if array.ndim != 2 or array.shape[0] != len(variables):
        turned = array.ndim == 2 and array.shape[1] == len(variables)
        guess = ". Did you mean its transpose, X.T?" if turned else ""
        raise PointError(f"the states have the shape {array.shape}, not {expected}{guess}")
    return array.astype(np.float64, copy=False)


def _rows_by_name(table: Any, names: list[object], variables: tuple[str, ...]) -> Numbers:
    missing = [name for name in variables if name not in names]
    if missing or len(names) > len(variables):
        raise PointError(describe_misfit(names, variables, missing))
    rows = [_numbers(table[name], f"the values of '{name}'") for name in variables]
    shapes = {row.shape for row in rows}
    if len(shapes) > 1 or any(row.ndim != 1 for row in rows):
        found = ", ".join(f"'{n}' {row.shape}" for n, row in zip(variables, rows, strict=True))
        raise PointError(f"the rows are not of one length, (states,) for each: {found}")
    return np.array(rows, dtype=np.float64).reshape(len(rows), -1 if rows else 0)


def _numbers(given: object, what: str) -> np.ndarray[Any, Any]:
    """Return an array of real numbers of any type."""
    if isinstance(given, np.ma.MaskedArray):
        raise PointError("masked arrays have no gradient where they are masked: fill them first")
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise PointError(f"{what} are not one array: {error}") from error
    if array.dtype.kind not in "fiu" and not (array.size == 0 and array.dtype.kind == "O"):
        raise PointError(f"{what} are not numbers but {array.dtype}")
    return array


@lru_cache(REMEMBERED)
def batch_of(tape: Tape) -> Batch:
    """Return the batch of a graph, the same for equal tapes, as long as it is remembered."""
    return Batch(tape)


def _cores() -> int:
    """Return how many cores this process may use."""
    affinity: Any = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
