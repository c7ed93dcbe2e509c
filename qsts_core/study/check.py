"""Each node's adjoint against differences: right, wrong, or it cannot be told and why.

In go an expression and a state; the value v of a node is replaced by v + h and what lies above is
run again, over our own values of everything else. With mpmath this is done in so many bits that
neither the truncation nor the rounding of a difference counts: h is 2^-80 of the value. Without
it, the step is the one where two neighbouring differences agree best (the bottom of the V of
truncation and rounding), and how well they agree is the tolerance: none is guessed.

The Taylor rate is log2 of |f(v+h) - f(v) - h·adjoint| at h over that at h/2: 2 where the adjoint is
right, 1 where it is not (Farrell et al., SIAM J. Sci. Comput. 35, 2013).

Every node has its own run above, so the time is quadratic in the graph; it has a budget.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from qsts_core.errors import ArgumentError
from qsts_core.expression import Expression
from qsts_core.graph import VARIABLE
from qsts_core.notation import show, to_json
from qsts_core.ops import OPERATIONS
from qsts_core.point import Real, describe_misfit, read_number
from qsts_core.printer import write_nodes
from qsts_core.study.mistakes import guess_mistake
from qsts_core.study.shadow import Number, language_of
from qsts_core.sweep import Run, run

__all__ = ["Check", "NodeCheck", "Verdict", "check"]

Verdict: TypeAlias = Literal["right", "wrong", "cannot tell"]

SECONDS = 5.0
"""The budget in time."""

BITS, STEP_BITS, TAYLOR_BITS = 320, 80, 12
"""The precision; the step, and the step of the Taylor rate, as powers of 1/2 of the value."""


@dataclass(frozen=True, slots=True)
class NodeCheck:
    """One adjoint, the sweep's or the one that was given, and what differences say of it.

    Attributes
    ----------
    reference
        The derivative by differences; `None` where there is none.
    reason
        Why it is wrong or cannot be told; "" where it is right.
    rate
        The Taylor rate; `None` where the function is linear as far as that shows.
    """

    node: str
    text: str
    adjoint: float
    reference: float | None
    verdict: Verdict
    reason: str
    rate: float | None


@dataclass(frozen=True)
class Check:
    """What a check found; printed it is a table."""

    expression: str
    at: dict[str, float]
    nodes: tuple[NodeCheck, ...]

    @property
    def wrong(self) -> tuple[NodeCheck, ...]:
        """The nodes whose adjoint is wrong."""
        return tuple(node for node in self.nodes if node.verdict == "wrong")

    def rows(self) -> list[list[str]]:
        """Return the table, its heading first."""
        rows = [["node", "stands for", "adjoint", "by differences", "rate", "verdict"]]
        for n in self.nodes:
            reference = "–" if n.reference is None else show(n.reference)
            rate = "–" if n.rate is None else f"{n.rate:.2f}"
            told = f"{n.verdict}: {n.reason}" if n.reason else n.verdict
            rows.append([n.node, n.text, show(n.adjoint), reference, rate, told])
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Return plain data."""
        return {
            "expression": self.expression,
            "at": {name: to_json(number) for name, number in self.at.items()},
            "nodes": [
                {
                    "node": n.node,
                    "text": n.text,
                    "adjoint": to_json(n.adjoint),
                    "reference": None if n.reference is None else to_json(n.reference),
                    "verdict": n.verdict,
                    "reason": n.reason,
                    "rate": n.rate,
                }
                for n in self.nodes
            ],
        }

    def __str__(self) -> str:
        rows = self.rows()
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = (
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            for row in rows
        )
        return "\n".join(line.rstrip() for line in lines)


def check(
    expression: Expression,
    at: Mapping[str, Real],
    gradient: Mapping[str, Real] | None = None,
    seconds: float = SECONDS,
) -> Check:
    """Check every adjoint at one state.

    Parameters
    ----------
    gradient
        Derivatives to check in place of the sweep's, by the names of their variables; it need not
        have all of them. A number is held to the digits that it is given with.
    seconds
        How long to go on; what is not checked by then cannot be told.

    Raises
    ------
    PointError
        If `at` does not fit the variables, or `gradient` has what is no number.
    ArgumentError
        If `gradient` has a name that is no variable.

    Examples
    --------
    >>> e = Expression("(x+y) + x*(x+y)")
    >>> [node.verdict for node in check(e, {"x": 2, "y": 3}).nodes]
    ['right', 'right', 'right', 'right', 'right']
    >>> check(e, {"x": 2, "y": 3}, gradient={"x": 3}).nodes[0].reason
    'it is 8: the contribution 5 by z₄ is missing'
    """
    given = _read_gradient(expression, gradient)
    point = expression.point(at)
    ours = run(expression.tape, point)
    texts = write_nodes(expression.graph)
    checker = _Checker(ours)
    deadline = time.monotonic() + seconds
    nodes = []
    for index, node in enumerate(expression.graph.nodes):
        adjoint = ours.adjoints[index]
        if adjoint is None:
            if node.op != VARIABLE:
                continue
            adjoint = 0.0
        late = time.monotonic() > deadline
        claim = given.get(node.name) if node.op == VARIABLE else None
        found = checker.look_at(index, adjoint, claim, late)
        nodes.append(NodeCheck(expression.graph.name_node(index), texts[index], *found))
    return Check(expression.text, point, tuple(nodes))


def _read_gradient(expression: Expression, gradient: Mapping[str, Real] | None) -> dict[str, float]:
    given = dict(gradient or {})
    if not given.keys() <= set(expression.variables):
        raise ArgumentError(describe_misfit(given, expression.variables, []))
    return {name: read_number(name, number) for name, number in given.items()}


_Found: TypeAlias = tuple[float, float | None, Verdict, str, float | None]


class _Checker:
    """Runs what lies above a node again, in high precision where mpmath is installed."""

    def __init__(self, ours: Run) -> None:
        self.ours, self.graph = ours, ours.tape.graph
        self.language = language_of(BITS)
        number = self.language.number if self.language else float
        self._values = [number(value) for value in ours.values]
        self._above: list[tuple[int, Callable[..., Number]]] = []
        self._here: Number = 0.0

    def look_at(self, index: int, adjoint: float, claim: float | None, late: bool) -> _Found:
        """Return the adjoint, the reference, the verdict, its reason and the Taylor rate."""
        number = adjoint if claim is None else claim
        if late:
            return number, None, "cannot tell", "time ran out", None
        if not math.isfinite(self.ours.values[index]):
            return number, None, "cannot tell", "the value is not finite here", None
        self._above = self._find_above(index)
        self._here = self._run(index, self._values[index])
        if not math.isfinite(float(self._here)):
            return number, None, "cannot tell", "the output is not finite here", None
        low, high, error = self._differences(index)
        if low is None or high is None:
            reason = "the step leaves the domain"
            return number, None, "cannot tell", reason, None
        if math.isinf(low) or math.isinf(high):
            reason = "the shorter the step the steeper: a jump, or an infinite slope"
            return number, None, "cannot tell", reason, None
        scale = max(abs(low), abs(high))
        if abs(high - low) > max(8 * error, scale * 1e-6):
            inside = min(low, high) <= number <= max(low, high)
            between = f"any number in [{show(min(low, high))}, {show(max(low, high))}]"
            reason = f"a kink: {between} would do"
            return number, None, "cannot tell" if inside else "wrong", reason, None
        reference = (low + high) / 2
        if abs(reference) <= error:
            reference = 0.0
        verdict, reason = self._judge(index, number, claim, reference, error)
        return number, reference, verdict, reason, self._rate(index, number, reference)

    def _judge(
        self, index: int, number: float, claim: float | None, reference: float, error: float
    ) -> tuple[Verdict, str]:
        if error > 1e-3 * max(abs(reference), abs(number)) and abs(number - reference) <= error:
            return ("right", "") if number == reference else ("cannot tell", "no digits are left")
        rounding = 2.0**-40 * abs(reference)
        if claim is not None:
            half = _half_a_unit(claim)
            if abs(claim - reference) <= max(half, rounding) + 4 * error:
                return "right", ""
            return "wrong", f"it is {show(reference)}{guess_mistake(self.ours, index, claim)}"
        if abs(number - reference) <= rounding + 4 * error:
            return "right", ""
        return self._blame(index, number, reference)

    def _blame(self, index: int, number: float, reference: float) -> tuple[Verdict, str]:
        """Tell a wrong rule from rounding: the same rules in high precision would be right."""
        if self.language is not None:
            from qsts_core.study.shadow import run_shadow

            true = run_shadow(self.ours, seconds=0.5).adjoints[index]
            if true is not None and abs(float(true) - reference) <= 1e-6 * abs(reference):
                if number and abs(number - reference) < 1e-6 * abs(reference):
                    return "right", ""
                reason = f"no digits are left: it is {show(reference)}, qsts digits says why"
                return "cannot tell", reason
        return (
            "wrong",
            f"differences give {show(reference)}{guess_mistake(self.ours, index, number)}",
        )

    # Differences

    def _find_above(self, index: int) -> list[tuple[int, Callable[..., Number]]]:
        moved = [False] * len(self.graph.nodes)
        moved[index] = True
        above = []
        for i, node in enumerate(self.graph.nodes):
            if any(moved[j] for j in node.inputs) and i != index:
                moved[i] = True
                compute = OPERATIONS[node.op].compute
                above.append((i, self.language.total(node.op) if self.language else compute))
        return above

    def _run(self, index: int, value: Number) -> Number:
        """Return the output for another value of a node."""
        values: dict[int, Number] = {index: value}
        for i, compute in self._above:
            values[i] = compute(
                *(values.get(j, self._values[j]) for j in self.graph.nodes[i].inputs)
            )
        return values.get(self.graph.output, self._values[self.graph.output])

    def _differences(self, index: int) -> tuple[float | None, float | None, float]:
        """Return the slopes to the left and to the right, and how far they may be off."""
        if self.language is None:
            return self._in_float64(index)
        value = self.language.number(self.ours.values[index])
        step = (abs(value) or 1) * self.language.number(2.0**-STEP_BITS)
        slopes = []
        # Rounding, and what is left of truncation where the slope itself is 0.
        here = abs(float(self._here)) / (abs(self.ours.values[index]) or 1.0)
        error = here * 2.0 ** (STEP_BITS + 40 - BITS)
        for h in (-step, step):
            once, twice = ((self._run(index, value + k) - self._here) / k for k in (h, h / 2))
            slope = float(2 * twice - once)  # without the term of order h
            if abs(twice) > 1.3 * abs(once):
                slope = math.copysign(math.inf, slope)  # the shorter the step, the steeper
            slopes.append(None if math.isnan(slope) else slope)
            error = max(error, abs(float(twice - once)))
        return slopes[0], slopes[1], error

    def _in_float64(self, index: int) -> tuple[float | None, float | None, float]:
        value = self.ours.values[index]
        here = self._here
        rows = []
        for k in range(3, 44):
            h = (abs(value) or 1.0) * 2.0**-k
            up, down = (value + h) - value, value - (value - h)
            right = (self._run(index, value + h) - here) / up
            left = (here - self._run(index, value - h)) / down
            rows.append((left, right, 2.0**-52 * abs(here) / h))
        finite = [r for r in rows if math.isfinite(r[0]) and math.isfinite(r[1])]
        if len(finite) < len(rows) // 2:
            return None, None, 0.0
        # Of the mean the term of order h is gone, of the halves it is not: each has its own best.
        error, best = min(
            (abs(a[0] + a[1] - b[0] - b[1]) / 2 + b[2], place)
            for place, (a, b) in enumerate(pairwise(finite))
        )
        left, right, _ = finite[best + 1]
        sides = abs(right - left)
        before = abs(finite[best][1] - finite[best][0])
        if sides <= 0.75 * before or sides <= 8 * error:  # they come together: no kink
            return (left + right) / 2, (left + right) / 2, error
        return left, right, error

    def _rate(self, index: int, adjoint: float, reference: float) -> float | None:
        value, number = self.ours.values[index], self.language.number if self.language else float
        here = self._here
        rests = []
        for k in (TAYLOR_BITS, TAYLOR_BITS + 1):
            h = number((abs(value) or 1.0) * 2.0**-k)
            change = self._run(index, number(value) + h) - here
            if abs(change - h * number(reference)) > abs(h * number(reference)) / 8 > 0:
                return None  # so long a step is far from linear
            rest = abs(change - h * number(adjoint))
            noise = 2.0**-44 * (abs(h * adjoint) + (0.0 if self.language else abs(here)))
            if not rest > noise:
                return None
            rests.append(rest)
        rate = math.log2(float(rests[0] / rests[1]))
        return rate if math.isfinite(rate) else None


def _half_a_unit(number: float) -> float:
    """Return half a unit in the last decimal place that a number is written with."""
    mantissa, _, exponent = repr(number).partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(0.5 * 10.0 ** (int(exponent or 0) - decimals))
