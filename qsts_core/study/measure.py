"""The measuring of a cost: bytes, then seconds, all sharings in turns.

In go a text and values; out come, one after the other, `Cost`s that know more and more: first the
counts, then the bytes, then one more sample of a time each. Whoever stops keeps the last.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from qsts_core.graph import SHARINGS, Assembly, Sharing
from qsts_core.reading.postfix import Program, read
from qsts_core.study.clock import race
from qsts_core.study.cost import SECONDS, Cost, count_cost
from qsts_core.study.memory import graph_bytes, run_bytes, stack_bytes
from qsts_core.sweep import Tape, reset, run

__all__ = ["DESCENT_STEPS", "measure_cost"]

DESCENT_STEPS = 1_000

ROUNDS = 21
FEWEST_ROUNDS = 3
PATIENCE = 6.0
"""Seconds after which a quantity gets no further round, once it has had `FEWEST_ROUNDS`."""

STRIDE = 1e-6
"""The length of the first step of a descent."""


def measure_cost(
    text: str,
    at: Mapping[str, float] | None = None,
    *,
    quantities: Sequence[str] = SECONDS,
    rounds: int = ROUNDS,
) -> Iterator[Cost]:
    """Yield what is known of the cost of a formula: first the counts, then more and more.

    Of the times only `quantities` are measured, and a slow one gets fewer rounds than `rounds`.

    Raises
    ------
    FormulaError
        If the text is not a formula.
    PointError
        If `at` has an unknown variable, or a value that is not a number.

    Examples
    --------
    >>> *_, cost = measure_cost("(x+y) + x*(x+y)", {"x": 2, "y": 3}, rounds=3)
    >>> [cost.counts[sharing].nodes for sharing in SHARINGS]
    [9, 6, 5]
    >>> cost.timing("gradient", "unique").samples, cost.reason("gradient", "unique")
    (3, None)
    """
    cost = count_cost(text, at)
    yield cost
    program = read(text)
    small = [sharing for sharing in SHARINGS if sharing not in cost.left_out["build"]]
    machines = {sharing: Assembly(program, sharing) for sharing in small}
    tapes = {sharing: Tape(machine.graph()) for sharing, machine in machines.items()}
    stacks = {sharing: stack_bytes(machine) for sharing, machine in machines.items()}
    cost = replace(cost, bytes={**_weigh(tapes, cost.at), "stack": stacks})
    yield cost
    for index, quantity in enumerate(quantities):
        contestants = {
            sharing: _contestant(quantity, program, sharing, tape, cost.at)
            for sharing, tape in tapes.items()
            if sharing not in cost.left_out[quantity]
        }
        for share, samples in _time_in_turns(contestants, rounds):
            cost = replace(
                cost,
                samples={**cost.samples, quantity: samples},
                done=(index + share) / len(quantities),
            )
            yield cost
    yield replace(cost, done=1.0)


def _weigh(tapes: Mapping[Sharing, Tape], at: dict[str, float]) -> dict[str, dict[Sharing, int]]:
    return {
        "graph": {sharing: graph_bytes(tape.graph, tape) for sharing, tape in tapes.items()},
        "run": {sharing: run_bytes(run(tape, at)) for sharing, tape in tapes.items()},
    }


def _contestant(
    quantity: str, program: Program, sharing: Sharing, tape: Tape, at: dict[str, float]
) -> Callable[[], object]:
    """Return what is timed for a quantity."""
    if quantity == "build":
        return Assembly(program, sharing).rehearse()
    if quantity == "reset":
        return lambda: reset(tape)
    if quantity == "gradient":
        return lambda: run(tape, at).gradient()
    return lambda: _descend(tape, at)


def _descend(tape: Tape, at: dict[str, float]) -> None:
    """Walk down the gradient, in steps so short that every sharing does the same work."""
    length = math.hypot(*run(tape, at).gradient().values())
    rate = STRIDE / length if length and math.isfinite(length) else 0.0
    for _ in range(DESCENT_STEPS):
        gradient = run(tape, at).gradient()
        at = {name: number - rate * gradient[name] for name, number in at.items()}


def _time_in_turns(
    contestants: Mapping[Sharing, Callable[[], object]], rounds: int
) -> Iterator[tuple[float, dict[Sharing, tuple[float, ...]]]]:
    """Yield after each sample the share of the rounds that is behind us, and all samples."""
    samples: dict[Sharing, tuple[float, ...]] = {}
    spent = 0.0
    for taken, (sharing, seconds) in enumerate(race(contestants, rounds), 1):
        samples = {**samples, sharing: (*samples.get(sharing, ()), seconds)}
        yield taken / (rounds * len(contestants)), samples
        spent += seconds
        whole_rounds, more = divmod(taken, len(contestants))
        if spent > PATIENCE and whole_rounds >= FEWEST_ROUNDS and not more:
            return
