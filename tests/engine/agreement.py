"""What it means that an engine gives the sweep's numbers, at states where rounding matters too.

An engine may round some operations differently by a few units in the last place. Where a formula
magnifies such differences (`sin(x) - x` near 0), no bound on the answer holds for every formula, so
it is measured: the sweep runs again with every operation disturbed by as much, and its answers may
move as far as they then do. Where nothing is magnified that leaves 1e-12.
"""

import math
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from qsts_core import Expression
from qsts_core.ops import FUNCTIONS
from qsts_core.sweep import Edge, Tape, run

RELATIVE = 1e-12
DISTURBANCE = 1e-15  # about four units in the last place
RUNS = 4
ALLOWED = 16  # times as far as the disturbed runs went: they need not go in the worst direction
TINY = 1e-290  # below, numbers have fewer digits

NAMES = [name for name in FUNCTIONS if name not in ("clip", "clamp")]  # these take three inputs
ENGINES = ("sweep", "numpy", "native")
SPECIAL = (
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, -2.0, 3.0, -3.0, 1e-3, -7.25, 20.0, -30.0, 400.0, -750.0,
    1e-9, -1e-9, 1e10, -1e10, math.inf, -math.inf, math.nan,
)  # fmt: skip


def answer(expression: Expression, point: Sequence[float]) -> list[float]:
    """Return value and gradient by the sweep."""
    return _answer(expression, expression.tape, point)


def _answer(expression: Expression, tape: Tape, point: Sequence[float]) -> list[float]:
    result = run(tape, dict(zip(expression.variables, point, strict=True)))
    gradient = result.gradient()
    return [result.value, *(gradient[name] for name in expression.variables)]


def disturbed(expression: Expression, point: Sequence[float], seed: int) -> list[float]:
    """Return value and gradient by a sweep in which every operation is a little off."""
    chance = random.Random(seed)

    def off(number: float) -> float:
        return number * (1 + chance.uniform(-DISTURBANCE, DISTURBANCE))

    def around(function: Callable[..., float]) -> Callable[..., float]:
        return lambda *inputs: off(function(*inputs))

    def around_local(function: Callable[..., float]) -> Callable[..., float]:
        return lambda *inputs: off(function(*map(off, inputs)))

    tape = Tape(expression.graph)
    tape.operations = [(i, around(f), left, right) for i, f, left, right in tape.operations]
    tape.edges = [Edge(*e[:3], around_local(e.local), *e[4:]) for e in tape.edges]
    return _answer(expression, tape, point)


def check(expression: Expression, point: Sequence[float], got: Sequence[float]) -> None:
    """Raise AssertionError where `got`, value and gradient, is not what the sweep gives."""
    expected = answer(expression, point)
    if all(map(_same, got, expected)):
        return
    others = [disturbed(expression, point, seed) for seed in range(RUNS)]
    names = ("value", *expression.variables)
    for name, right, given, *moved in zip(names, expected, got, *others, strict=True):
        where = f"{name} of {expression.text!r} at {list(point)}: {given!r}, not {right!r}"
        if any(kind(other) != kind(right) for other in moved):
            continue  # a hair decides whether it is finite, or which infinity, or no number
        spread = max(abs(other - right) for other in moved) if math.isfinite(right) else 0.0
        assert _same(given, right, ALLOWED * spread), f"{where}; {ALLOWED * spread:g} is allowed"


def kind(number: float) -> str:
    """Return the class of a number: finite, inf, -inf or nan."""
    return "finite" if math.isfinite(number) else str(number)


def bits(numbers: Sequence[float | None]) -> list[str]:
    """Return what tells numbers apart to the last bit and the sign of a zero; a NaN is a NaN."""
    return ["none" if number is None else float(number).hex() for number in numbers]


def _same(given: float, right: float, spread: float = 0.0) -> bool:
    if kind(given) != kind(right):
        return False
    if not math.isfinite(right):
        return True
    return abs(given - right) <= RELATIVE * abs(right) + spread + TINY


def check_all(
    expression: Expression, states: "np.ndarray[Any, Any]", engine: str, threads: int | None = 1
) -> None:
    """Check every state of a batch."""
    values, gradient = expression.batch(states, engine, threads=threads)  # type: ignore[arg-type]
    for k in range(states.shape[1]):
        check(expression, states[:, k].tolist(), [float(values[k]), *gradient[:, k].tolist()])
