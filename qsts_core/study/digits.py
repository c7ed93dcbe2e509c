"""How many digits of a value and a gradient are right, and where they go.

In go an expression and a state; out comes, beside our numbers, what is true there by a run in high
precision (`qsts_core.study.shadow`), how many digits agree, and the first node that loses them.

An error is made *here* where an operation rounds, overflows or underflows; it is *inherited* where
its inputs are wrong. An edge passes on |input · local / value| times the relative error of the
input: the condition number (Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd ed.,
section 1.6).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

from qsts_core.errors import needing
from qsts_core.expression import Expression
from qsts_core.notation import to_json
from qsts_core.point import Real
from qsts_core.printer import write_nodes
from qsts_core.study.shadow import SECONDS, Number, Shadow, run_shadow
from qsts_core.sweep import Run, run

__all__ = [
    "ALL",
    "ENOUGH",
    "Digits",
    "Kind",
    "NodeDigits",
    "count_digits",
    "measure_digits",
    "measure_trace_digits",
    "recount",
]

Kind: TypeAlias = Literal["cancellation", "absorption", "overflow", "underflow", "rounding"]

ALL = 17
"""The digits of a number that is the float64 nearest to the truth: so many are written of one."""

ENOUGH = 12
"""A number with so many right digits is blamed for nothing."""

_SMALLEST_NORMAL = 2.0**-1022


@dataclass(frozen=True, slots=True)
class NodeDigits:
    """One node: our numbers, the true ones, and how many digits agree.

    Attributes
    ----------
    true_value, true_adjoint
        With 17 digits, as texts: they may not fit a float64. `None` where there is none.
    digits, adjoint_digits
        How many digits are right, 0 to 17; `None` where the truth is unknown or there is no number.
    made, inherited
        The relative error that this operation makes of the inputs as they are, and the one that
        comes with them.
    conditions
        For each slot |input · local / value|: how much larger the error of that input arrives.
    """

    node: str
    text: str
    value: float
    true_value: str | None
    digits: int | None
    adjoint: float | None
    true_adjoint: str | None
    adjoint_digits: int | None
    made: float
    inherited: float
    conditions: tuple[float, ...]


class Culprit(NamedTuple):
    """The node that loses the digits, how, and whether in the forward or the backward sweep."""

    node: int
    kind: Kind
    phase: Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Digits:
    """How far the value and the gradient of a formula are right at one state.

    Attributes
    ----------
    digits, gradient_digits
        How many digits are right, 0 to 17; `None` where the truth is unknown or no number.
    culprit
        The first node that loses what is lost; `None` where 12 digits are right.
    notes
        What is to be known besides, in sentences.
    """

    expression: str
    at: dict[str, float]
    value: float
    gradient: dict[str, float]
    true_value: str | None
    true_gradient: dict[str, str | None]
    digits: int | None
    gradient_digits: dict[str, int | None]
    culprit: str | None
    kind: Kind | None
    phase: str | None
    nodes: tuple[NodeDigits, ...]
    bits: int
    notes: tuple[str, ...]

    @property
    def fewest(self) -> int | None:
        """The fewest right digits of the value and of every derivative."""
        known = [d for d in (self.digits, *self.gradient_digits.values()) if d is not None]
        return min(known, default=None)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data: numbers, texts, lists and dictionaries."""
        return {
            "expression": self.expression,
            "at": {name: to_json(number) for name, number in self.at.items()},
            "value": to_json(self.value),
            "gradient": {name: to_json(number) for name, number in self.gradient.items()},
            "true_value": self.true_value,
            "true_gradient": self.true_gradient,
            "digits": {"value": self.digits, "gradient": self.gradient_digits},
            "culprit": self.culprit,
            "kind": self.kind,
            "phase": self.phase,
            "nodes": [_plain(node) for node in self.nodes],
            "bits": self.bits,
            "notes": list(self.notes),
        }


def measure_digits(
    expression: Expression, at: Mapping[str, Real], seconds: float = SECONDS
) -> Digits:
    """Count the right digits of a value and a gradient, and find where they go.

    Parameters
    ----------
    seconds
        How long precision may be raised.

    Raises
    ------
    PointError
        If `at` does not fit the variables.
    LibraryError
        If mpmath (the extra `digits`) is not installed.

    Examples
    --------
    >>> digits = measure_digits(Expression("(1-cos(x))/x^2"), {"x": 1e-7})
    >>> digits.true_gradient, digits.gradient_digits
    ({'x': '-8.3333333333333274e-9'}, {'x': 0})
    >>> digits.culprit, digits.kind
    ('z4', 'cancellation')
    """
    point = expression.point(at)
    ours = run(expression.tape, point)
    shadow = run_shadow(ours, seconds)
    return _Study(expression, point, ours, shadow).conclude()


def count_digits(ours: float, true: Number, context: Any) -> int | None:
    """Count the right digits of a number, 0 to 17.

    17 stand for the float64 nearest to the truth. A truth that no float64 holds in full, beyond
    the largest and below the smallest normal number, is measured by the relative error alone.
    """
    if true is None or context.isnan(true):
        return None
    if math.isnan(ours):
        return 0
    if ours == true:
        return ALL
    if math.isinf(ours) or context.isinf(true) or not true:
        return 0
    if abs(ours) >= _SMALLEST_NORMAL and float(true) == ours:
        return ALL
    error = abs((context.mpf(ours) - true) / true)
    if error >= 1:
        return 0
    return max(0, min(ALL - 1, math.floor(-float(context.log10(error)))))


def recount(other: Expression, truth: Digits) -> list[int | None]:
    """Count the right digits of another formula's value and derivatives, against the same truth.

    They come in the order in which `truth` has them; none where the variables are others.
    """
    if set(other.variables) != set(truth.at):
        return []
    with needing("mpmath", "digits", "how many digits are right"):
        import mpmath

    context = mpmath.MPContext()
    context.prec = 128
    ours = run(other.tape, truth.at)
    gradient = ours.gradient()
    pairs = [(ours.value, truth.true_value)]
    pairs += [(gradient[name], text) for name, text in truth.true_gradient.items()]
    return [
        None if text is None else count_digits(number, context.mpf(text), context)
        for number, text in pairs
    ]


def measure_trace_digits(
    ours: Run, seconds: float = SECONDS
) -> tuple[list[int | None], list[int | None]]:
    """Count the right digits of the value and of the adjoint of every node of a run.

    Raises
    ------
    LibraryError
        If mpmath (the extra `digits`) is not installed.
    """
    return _count_all(ours, run_shadow(ours, seconds))


def _count_all(ours: Run, shadow: Shadow) -> tuple[list[int | None], list[int | None]]:
    context = shadow.context
    context.prec = 128
    values = [
        count_digits(value, true, context)
        for value, true in zip(ours.values, shadow.values, strict=True)
    ]
    adjoints = [
        None if adjoint is None else count_digits(adjoint, true, context)
        for adjoint, true in zip(ours.adjoints, shadow.adjoints, strict=True)
    ]
    return values, adjoints


class _Study:
    """One state, as it is looked through."""

    def __init__(
        self, expression: Expression, point: dict[str, float], ours: Run, shadow: Shadow
    ) -> None:
        self.expression, self.point, self.ours, self.shadow = expression, point, ours, shadow
        self.nodes = expression.graph.nodes
        context = self.context = shadow.context
        self.digits, self.adjoint_digits = _count_all(ours, shadow)
        self.conditions: list[list[float]] = [[0.0] * len(node.inputs) for node in self.nodes]
        self.shares: list[list[float]] = [[0.0] * len(node.inputs) for node in self.nodes]
        self.edges_into: list[list[int]] = [[] for _ in self.nodes]
        for place, (edge, local) in enumerate(
            zip(expression.tape.edges, shadow.locals, strict=True)
        ):
            self.edges_into[edge.child].append(place)
            value, true = shadow.values[edge.parent], shadow.values[edge.child]
            if value and local is not None and true is not None:
                self.conditions[edge.parent][edge.slot] = float(abs(true * local / value))
                error = abs(true - context.mpf(ours.values[edge.child]))
                share = float(abs(error * local / value))
                self.shares[edge.parent][edge.slot] = math.inf if share != share else share

    def conclude(self) -> Digits:
        graph, shadow, ours = self.expression.graph, self.shadow, self.ours
        gradient, true_gradient, right = ours.gradient(), {}, {}
        for name in self.expression.variables:
            truth = self._true_derivative(name)
            true_gradient[name] = self._spell(truth)
            right[name] = count_digits(gradient[name], truth, self.context)
        culprit = self._find_culprit(right)
        texts = write_nodes(graph)
        return Digits(
            self.expression.text,
            self.point,
            ours.value,
            gradient,
            self._spell(shadow.values[graph.output]),
            true_gradient,
            self.digits[graph.output],
            right,
            graph.name_node(culprit.node) if culprit else None,
            culprit.kind if culprit else None,
            culprit.phase if culprit else None,
            tuple(self._node(index, text) for index, text in enumerate(texts)),
            shadow.bits,
            shadow.notes,
        )

    def _true_derivative(self, name: str) -> Number:
        places = [index for index, other in self.expression.tape.variables if other == name]
        total = self.context.zero
        for index in places:
            if self.ours.adjoints[index] is not None:
                if self.shadow.adjoints[index] is None:
                    return None
                total += self.shadow.adjoints[index]
        return total

    def _spell(self, number: Number) -> str | None:
        return None if number is None else str(self.context.nstr(number, ALL))

    def _node(self, index: int, text: str) -> NodeDigits:
        made = self._error_made(index)
        inherited = sum(self.shares[index])
        return NodeDigits(
            self.expression.graph.name_node(index),
            text,
            self.ours.values[index],
            self._spell(self.shadow.values[index]),
            self.digits[index],
            self.ours.adjoints[index],
            self._spell(self.shadow.adjoints[index]),
            self.adjoint_digits[index],
            made,
            inherited,
            tuple(self.conditions[index]),
        )

    def _error_made(self, index: int) -> float:
        """Return the relative error of the operation itself, over the inputs as they are here."""
        node = self.nodes[index]
        if not node.inputs:
            return 0.0
        exact = self.shadow.apply(node.op, [self.ours.values[i] for i in node.inputs])
        ours = self.ours.values[index]
        if exact is None or exact != exact or ours == exact:
            return 0.0
        return math.inf if not exact else float(abs((self.context.mpf(ours) - exact) / exact))

    # The culprit

    def _find_culprit(self, right: dict[str, int | None]) -> Culprit | None:
        fewest = self.digits[self.expression.graph.output]
        if fewest is not None and fewest < ENOUGH:
            return self._follow(self.expression.graph.output, fewest)
        losing = [name for name, digits in right.items() if digits is not None and digits < ENOUGH]
        return self._find_backward() if losing else None

    def _find_backward(self) -> Culprit | None:
        """Find the first adjoint of the backward sweep that is wrong, and why it is."""
        for index in range(len(self.nodes) - 1, -1, -1):
            if self._is_bad(self.adjoint_digits[index]):
                return self._find_source(index)
        return None

    def _find_source(self, index: int) -> Culprit:
        """Follow a wrong local to the wrong value that it is made of; else blame the adjoint."""
        edges = (self.expression.tape.edges[place] for place in self.edges_into[index])
        used = {i for edge in edges for i in (edge.parent, edge.left, edge.right)}
        wrong = min((i for i in used if self._is_bad(self.digits[i])), default=None)
        if wrong is None:
            return Culprit(index, self._kind_of_adjoint(index), "backward")
        return self._follow(wrong, self.digits[wrong] or 0)

    def _kind_of_adjoint(self, index: int) -> Kind:
        ours, true = self.ours.adjoints[index], self.shadow.adjoints[index]
        assert ours is not None
        if not math.isfinite(ours):
            return "overflow"
        terms = [abs(self.ours.contributions[k]) for k in self.edges_into[index]]
        if len(terms) > 1 and max(terms) > 10 * abs(ours):
            return "cancellation"
        if abs(ours) < _SMALLEST_NORMAL and 0 < abs(true) < _SMALLEST_NORMAL:
            return "underflow"
        return "rounding"

    def _is_bad(self, digits: int | None, limit: int = ENOUGH) -> bool:
        return digits is not None and digits < limit

    def _follow(self, index: int, fewest: int) -> Culprit:
        """Follow the largest share of the error down to where it is not inherited."""
        limit = min(ENOUGH, fewest + 3)
        while True:
            inputs = self.nodes[index].inputs
            shares = self.shares[index]
            bad = [
                (shares[slot], -i)
                for slot, i in enumerate(inputs)
                if self._is_bad(self.digits[i], limit)
            ]
            if not bad:
                return self._name(index)
            index = -max(bad)[1]  # of equals the first

    def _name(self, index: int) -> Culprit:
        """Tell how the digits are lost at a node whose inputs have theirs."""
        node, ours, true = self.nodes[index], self.ours.values[index], self.shadow.values[index]
        if not math.isfinite(ours):
            return Culprit(index, "overflow", "forward")
        if abs(ours) < _SMALLEST_NORMAL and 0 < abs(true) < _SMALLEST_NORMAL:
            return Culprit(index, "underflow", "forward")
        for _, child in sorted(zip(self.shares[index], node.inputs, strict=True), reverse=True):
            if self._absorbs(child):
                return Culprit(child, "absorption", "forward")
        if node.op in "+-" and not self._absorbs(index):
            return Culprit(index, "cancellation", "forward")
        return Culprit(index, "absorption" if node.op in "+-" else "rounding", "forward")

    def _absorbs(self, index: int) -> bool:
        """Whether a sum keeps less than half of the digits of one of its terms."""
        node = self.nodes[index]
        if node.op not in "+-":
            return False
        small, large = sorted(abs(self.ours.values[i]) for i in node.inputs)
        return 0 < small < 1e-8 * large


def _plain(node: NodeDigits) -> dict[str, Any]:
    return {
        "node": node.node,
        "text": node.text,
        "value": to_json(node.value),
        "true_value": node.true_value,
        "digits": node.digits,
        "adjoint": None if node.adjoint is None else to_json(node.adjoint),
        "true_adjoint": node.true_adjoint,
        "adjoint_digits": node.adjoint_digits,
        "made": to_json(node.made),
        "inherited": to_json(node.inherited),
        "conditions": [to_json(number) for number in node.conditions],
    }
