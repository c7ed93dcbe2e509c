"""Why a value or a derivative is zero, not finite, tiny or huge, and where that began.

In go an expression and a state, and which node is asked about; out come findings in the order of
computation, so that the first is the *origin*: the forward sweep comes before the backward one.
The walk goes from the number that is asked about to the numbers that it was made of, as long as
these have the same trouble; each is visited once, so the time is linear in the graph.

A number that is not finite is *born* where those it was made of do not explain it. A zero is made
where its inputs are not zero themselves, or where a factor is 0 that has no explanation below it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from qsts_core.errors import ArgumentError, LibraryError
from qsts_core.expression import Expression
from qsts_core.graph import VARIABLE
from qsts_core.notation import show
from qsts_core.point import Real
from qsts_core.printer import write_nodes
from qsts_core.study.digits import ENOUGH, measure_digits
from qsts_core.sweep import Run, run

__all__ = ["Cause", "Finding", "explain"]

Cause: TypeAlias = Literal[
    "not-connected", "dead", "zero-factor", "cancelled", "underflow", "saturated", "overflow",
    "pole", "domain", "zero-times-inf", "inf-minus-inf", "infinite-slope", "vanishing",
    "exploding", "digits-lost", "kink", "blocked",
]  # fmt: skip

Quantity: TypeAlias = tuple[Literal["value", "adjoint", "edge"], int]
"""The value or the adjoint of a node; or an edge of the tape: its local and its contribution."""

SATURATED = 1e-8
"""A slope so small, of a function that levels off, lets nothing through."""

SMALL = 1e-6
"""An adjoint so large or larger is in no trouble, whatever some of its contributions are."""

TINY, HUGE, CHAIN = 1e-8, 1e8, 3
"""An adjoint has vanished or exploded where so many locals shrank or grew to this."""

_LEVELS_OFF = {"tanh", "sigmoid", "erf", "erfc", "atan", "softplus"}
_LOGARITHMS = {"log", "log2", "log10", "log1p"}
_STEEP = {"sqrt", "cbrt", "asin", "acos", "acosh", "atanh", "^"}


class Finding(NamedTuple):
    """One origin.

    Attributes
    ----------
    cause
        One of the words of `Cause`.
    node
        The name of the node, as z3.
    text
        What the node stands for.
    sentence
        What happens there, with its numbers.
    """

    cause: Cause
    node: str
    text: str
    sentence: str

    def to_dict(self) -> dict[str, str]:
        """Return plain data."""
        return dict(self._asdict())


def explain(
    expression: Expression, at: Mapping[str, Real], of: str | None = None
) -> tuple[Finding, ...]:
    """Explain the value and the gradient at one state, or those of one node.

    Parameters
    ----------
    of
        A variable, or a node as z3; by default the output and every variable.

    Returns
    -------
    tuple of Finding
        In the order of computation, forward before backward; digits that are lost, which a run in
        high precision tells, come last. Without mpmath (the extra `digits`) they are not told.

    Raises
    ------
    PointError
        If `at` does not fit the variables.
    ArgumentError
        If there is no node `of`.

    Examples
    --------
    >>> for finding in explain(Expression("sqrt(sqrt(x-2))"), {"x": 1}):
    ...     print(finding.cause, finding.node, finding.sentence)
    domain z4 sqrt(x - 2) is not defined at −1
    """
    graph = expression.graph
    texts = write_nodes(graph)
    ours = run(expression.tape, expression.point(at))
    asked = _nodes_asked(expression, of)
    walk = _Walk(ours, texts)
    starts: list[Quantity] = [] if of else [("value", graph.output)]
    for index in asked:
        starts.append(("adjoint", index))
        if of:
            starts.append(("value", index))
    walk.go(starts)
    walk.look_at_chains(asked)
    walk.look_at_kinks(asked)
    found = [finding for _, finding in sorted(walk.found, key=lambda pair: pair[0])]
    if all(map(math.isfinite, [ours.value, *ours.gradient().values()])):
        found += _lost_digits(expression, at, found)
    return tuple(found)


def _nodes_asked(expression: Expression, of: str | None) -> list[int]:
    nodes, name_node = expression.graph.nodes, expression.graph.name_node
    if of is None:
        return [i for i, node in enumerate(nodes) if node.op == VARIABLE]
    found = [i for i, node in enumerate(nodes) if of in (node.name, name_node(i))]
    if not found:
        names = ", ".join(expression.variables[:8])
        last = name_node(len(nodes) - 1)
        there = f"there are {name_node(0)} to {last}, and {names or 'no variables'}"
        raise ArgumentError(f"there is no node '{of}': {there}")
    return found


def _lost_digits(
    expression: Expression, at: Mapping[str, Real], found: list[Finding]
) -> Iterator[Finding]:
    try:
        digits = measure_digits(expression, at, seconds=0.3)
    except LibraryError:
        return
    if digits.fewest is None or digits.fewest >= ENOUGH or digits.culprit is None:
        return
    if digits.kind in ("underflow", "overflow") and found:
        return
    text = next(node.text for node in digits.nodes if node.node == digits.culprit)
    right = "no digit is" if digits.fewest == 0 else f"{digits.fewest} digits are"
    yield Finding(
        "digits-lost", digits.culprit, text,
        f"{right} right in the end: they are lost at {text} by {digits.kind}",
    )  # fmt: skip


class _Walk:
    """The walk over the numbers of one run, from what is asked to where it began."""

    def __init__(self, ours: Run, texts: tuple[str, ...]) -> None:
        self.ours, self.texts = ours, texts
        self.nodes, self.edges = ours.tape.graph.nodes, ours.tape.edges
        self.found: list[tuple[tuple[int, int], Finding]] = []
        self._told: set[tuple[str, int]] = set()
        self.into: list[list[int]] = [[] for _ in self.nodes]
        self.blocked_into: list[list[int]] = [[] for _ in self.nodes]
        for place, edge in enumerate(self.edges):
            into = self.blocked_into if place in ours.blocked else self.into
            into[edge.child].append(place)

    def go(self, starts: list[Quantity]) -> None:
        """Visit every number that the trouble of the starts comes from."""
        waiting, seen = list(starts), set(starts)
        look = {"value": self._value, "adjoint": self._adjoint, "edge": self._edge}
        while waiting:
            kind, place = waiting.pop()
            for source in look[kind](place):
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)

    def _tell(self, cause: Cause, index: int, sentence: str, edge: int | None = None) -> None:
        if (cause, index) not in self._told:
            self._told.add((cause, index))
            when = (0, index) if edge is None else (1, edge)
            finding = Finding(
                cause, self.ours.tape.graph.name_node(index), self.texts[index], sentence
            )
            self.found.append((when, finding))

    # Forward

    def _value(self, index: int) -> Iterator[Quantity]:
        node, value, values = self.nodes[index], self.ours.values[index], self.ours.values
        if not node.inputs:
            if not math.isfinite(value):
                self._tell("domain", index, f"{self.texts[index]} is given as {show(value)}")
            return
        if not math.isfinite(value):
            inputs = [values[i] for i in node.inputs]
            if _is_born(value, *inputs):
                cause, sentence = self._birth(index)
                self._tell(cause, index, sentence)
                if cause == "pole":
                    yield from (("value", i) for i in node.inputs if values[i] == 0)
            yield from (("value", i) for i in node.inputs if not math.isfinite(values[i]))
        elif value == 0:
            yield from self._zero_value(index)

    def _birth(self, index: int) -> tuple[Cause, str]:
        """Say why a value is not finite that its inputs do not explain."""
        node, text = self.nodes[index], self.texts[index]
        inputs = [self.ours.values[i] for i in node.inputs]
        shown = " and ".join(map(show, inputs))
        if math.isnan(self.ours.values[index]) and not all(map(math.isfinite, inputs)):
            if node.op in "+-":
                return "inf-minus-inf", f"{text} is {show(inputs[0])} {node.op} {show(inputs[1])}"
            if node.op in "*/":
                other = inputs[1] if node.op == "*" else 1 / inputs[1] if inputs[1] else math.inf
                return "zero-times-inf", f"{text} is {show(inputs[0])} · {show(other)}"
        at_pole = (
            (node.op == "/" and inputs[1] == 0)
            or (node.op == "^" and inputs[0] == 0)
            or (node.op in _LOGARITHMS and math.isinf(self.ours.values[index]))
        )
        if at_pole and all(map(math.isfinite, inputs)):
            return "pole", f"{text} has a pole at {shown}"
        if math.isnan(self.ours.values[index]):
            return "domain", f"{text} is not defined at {shown}"
        return "overflow", f"{text} is larger than the largest float64, from {shown}"

    def _zero_value(self, index: int) -> Iterator[Quantity]:
        """Find where a value of 0 comes from; one that is just 0 there needs no finding."""
        node, values = self.nodes[index], self.ours.values
        inputs = [values[i] for i in node.inputs]
        text = self.texts[index]
        yield from (("value", i) for i in node.inputs if math.isinf(values[i]))
        if node.op in "+-":
            yield from (("value", i) for i in node.inputs if values[i] == 0)
            for i in node.inputs:
                if self.nodes[i].op in _LEVELS_OFF and abs(values[i]) == 1:
                    sentence = f"{self.texts[i]} has levelled off to {show(values[i])}"
                    self._tell("saturated", i, sentence)
        elif node.op == "*" and 0 in inputs:
            yield from (("value", i) for i in node.inputs if values[i] == 0)
        elif node.op in ("/", "neg", "^", "square", "sqrt", "cbrt", "abs") and inputs[0] == 0:
            yield "value", node.inputs[0]
        elif node.op in ("*", "/", "square", "^", "exp", "sigmoid", "softplus") and all(
            map(math.isfinite, inputs)
        ):
            shown = " and ".join(map(show, inputs))
            self._tell("underflow", index, f"{text} is smaller than any float64, from {shown}")
        elif node.op == "relu" and inputs[0] < 0:
            self._tell("dead", index, f"{text} is 0, and so is its slope, at {show(inputs[0])}")

    # Backward

    def _adjoint(self, index: int) -> Iterator[Quantity]:
        adjoint = self.ours.adjoints[index]
        places = self.into[index]
        if adjoint is None and self.blocked_into[index]:
            yield from self._blocked(index)
            return
        if adjoint is None:
            sentence = f"the output does not depend on {self.texts[index]}"
            self._tell("not-connected", index, sentence, len(self.edges))
            return
        terms = [self.ours.contributions[place] for place in places]
        if not math.isfinite(adjoint):
            if all(map(math.isfinite, terms)):
                self._tell(
                    "overflow", index, f"the sum at {self.texts[index]} overflows", places[-1]
                )
            elif math.isnan(adjoint) and not any(map(math.isnan, terms)):
                listed = ", ".join(map(show, terms))
                sentence = f"contributions to {self.texts[index]} are {listed}"
                self._tell("inf-minus-inf", index, sentence, places[-1])
            yield from (
                ("edge", p) for p in places if not math.isfinite(self.ours.contributions[p])
            )
        elif adjoint == 0 and any(terms):
            listed = ", ".join(map(show, terms))
            sentence = f"contributions to {self.texts[index]} cancel exactly: {listed}"
            self._tell("cancelled", index, sentence, places[-1])
        elif abs(adjoint) < SMALL:
            yield from (("edge", place) for place in places)

    def _blocked(self, index: int) -> Iterator[Quantity]:
        """Tell which branches are not taken, so that nothing reaches a node."""
        for place in self.blocked_into[index]:
            parent, values = self.edges[place].parent, self.ours.values
            if self.ours.adjoints[parent] is None:
                yield "adjoint", parent
                continue
            condition = self.edges[place].left
            branch, asked = self.texts[self.edges[place].child], self.texts[condition]
            sentence = (
                f"the branch {branch} is not taken: {asked} is {show(values[condition])}, so "
                "nothing comes back through it"
            )
            if self._has_a_trap[self.edges[place].child]:
                sentence += (
                    ". Its slope is not finite here; a program that multiplies it by a mask of 0 "
                    "makes NaN of it"
                )
            self._tell("blocked", parent, sentence, place)

    @cached_property
    def _has_a_trap(self) -> list[bool]:
        """Of each node, whether 0 times a slope would be NaN somewhere below it."""
        values, traps = self.ours.values, [False] * len(self.nodes)
        for parent, _, child, local, left, right in reversed(self.edges):  # children come first
            if not traps[parent]:
                slope = local(values[left], values[right], values[parent])
                traps[parent] = traps[child] or not math.isfinite(slope)
        return traps

    def _edge(self, place: int) -> Iterator[Quantity]:
        """Look at one contribution: the adjoint of the parent times a local."""
        edge, local = self.edges[place], self.ours.locals[place]
        contribution, above = self.ours.contributions[place], self.ours.adjoints[edge.parent]
        assert above is not None
        values = [self.ours.values[i] for i in (edge.left, edge.right, edge.parent)]
        text = self.texts[edge.parent]
        if not math.isfinite(contribution):
            if _is_born(local, *values):
                yield from self._steep(place)
            if _is_born(contribution, above, local):
                factors = f"{show(above)} · {show(local)}"
                if math.isnan(contribution):
                    sentence = f"the adjoint times the slope of {text} is {factors}"
                    self._tell("zero-times-inf", edge.parent, sentence, place)
                else:
                    sentence = f"the contribution {factors} overflows at {text}"
                    self._tell("overflow", edge.parent, sentence, place)
            used = (edge.left, edge.right, edge.parent)
            if not math.isfinite(local) or local == 0:
                yield from (("value", i) for i in used if not math.isfinite(self.ours.values[i]))
            if not math.isfinite(above):
                yield "adjoint", edge.parent
            return
        op = self.nodes[edge.parent].op
        if op in _LEVELS_OFF and abs(local) < SATURATED and (contribution == 0 or abs(local) > 0):
            slope = f"{text} is level at {show(values[0])}: its slope is {show(local)}"
            self._tell("saturated", edge.parent, slope)
        elif contribution == 0 and local == 0:
            yield from self._flat(place)
        elif contribution == 0 and above != 0:
            sentence = f"{show(above)} · {show(local)} is smaller than any float64, at {text}"
            self._tell("underflow", edge.parent, sentence, place)
        yield "adjoint", edge.parent

    def _steep(self, place: int) -> Iterator[Quantity]:
        """Say why a local is not finite though all values are."""
        edge, local = self.edges[place], self.ours.locals[place]
        text, op = self.texts[edge.parent], self.nodes[edge.parent].op
        shown = show(self.ours.values[edge.left])
        if math.isnan(local):
            sentence = f"{text} has no slope at {shown}: any that it has nearby would do"
            self._tell("kink", edge.parent, sentence, place)
        elif op in _STEEP:
            sentence = f"the slope of {text} is infinite at {shown}"
            self._tell("infinite-slope", edge.parent, sentence, place)
        else:
            sentence = f"the slope of {text} is larger than the largest float64"
            self._tell("overflow", edge.parent, sentence, place)
        yield from (("value", i) for i in (edge.left, edge.right) if self.ours.values[i] == 0)

    def _flat(self, place: int) -> Iterator[Quantity]:
        """Say why a local is exactly 0."""
        edge, node = self.edges[place], self.nodes[self.edges[place].parent]
        a, b = self.ours.values[edge.left], self.ours.values[edge.right]
        text = self.texts[edge.parent]
        if node.op in ("relu", "abs") and a == 0:
            return  # a kink, which is told as such
        if node.op in ("relu", "sign", "step"):
            self._tell("dead", edge.parent, f"{text} is level at {show(a)}: its slope is 0")
        elif node.op in ("min", "max"):
            sentence = f"{text} is {show(self.ours.values[edge.parent])}: the other input wins"
            self._tell("dead", edge.parent, sentence)
        elif node.op in ("exp", "sigmoid"):
            yield "value", edge.parent
        elif not all(map(math.isfinite, (a, b))):
            yield from (("value", i) for i in (edge.left, edge.right))
        elif node.op == "/" and edge.slot == 0:
            self._tell("underflow", edge.parent, f"1/{show(b)} is smaller than any float64")
        elif node.op == "*":
            other = edge.right if edge.slot == 0 else edge.left
            sentence = f"the slope of {text} is its other factor, {self.texts[other]}, which is 0"
            self._tell("zero-factor", edge.parent, sentence)
            yield "value", other
        else:
            sentence = f"the slope of {text} is 0 where its input is {show(a)}"
            self._tell("zero-factor", edge.parent, sentence)
            yield "value", edge.left

    # What no single place explains

    def look_at_chains(self, asked: list[int]) -> None:
        """Tell an adjoint that many locals together made tiny or huge."""
        if any(f.cause in ("saturated", "overflow", "underflow") for _, f in self.found):
            return
        for index in asked:
            adjoint = self.ours.adjoints[index]
            if not adjoint or not math.isfinite(adjoint) or TINY <= abs(adjoint) <= HUGE:
                continue
            path = list(self._main_path(index))
            locals_ = [abs(self.ours.locals[place]) for place in path]
            shrinks = abs(adjoint) < TINY
            working = [x for x in locals_ if (x < 0.5 if shrinks else x > 2)]
            if len(working) < CHAIN:
                continue
            listed = " · ".join(show(x) for x in locals_[::-1][:8])
            more = " · …" if len(locals_) > 8 else ""
            product = f"{show(adjoint)} = {listed}{more}"
            sentence = f"the adjoint of {self.texts[index]} is made of many locals: {product}"
            cause: Cause = "vanishing" if shrinks else "exploding"
            self._tell(cause, index, sentence, len(self.edges))

    def _main_path(self, index: int) -> Iterator[int]:
        """Yield the edges from a node up to the output, each the one that brings most."""
        while self.into[index]:
            place = max(self.into[index], key=lambda p: abs(self.ours.contributions[p]))
            yield place
            index = self.edges[place].parent

    def look_at_kinks(self, asked: list[int]) -> None:
        """Tell where a slope is a convention: both sides differ, and the adjoint above is not 0."""
        below = self._reached_from(asked)
        for place, edge in enumerate(self.edges):
            a, b = self.ours.values[edge.left], self.ours.values[edge.right]
            op = self.nodes[edge.parent].op
            ties = op in ("min", "max") and a == b and edge.left != edge.right
            turns = op in ("relu", "abs", "sign", "step") and a == 0
            if (ties or turns) and below[edge.child] and self.ours.adjoints[edge.parent]:
                text = self.texts[edge.parent]
                local = show(self.ours.locals[place])
                jump = "a jump" if op in ("sign", "step") else "a kink"
                sentence = f"{text} has {jump} here; its slope {local} is a convention"
                self._tell("kink", edge.parent, sentence, place)

    def _reached_from(self, asked: list[int]) -> list[bool]:
        reached = [False] * len(self.nodes)
        for index in asked:
            reached[index] = True
        for index, node in enumerate(self.nodes):
            reached[index] = reached[index] or any(reached[i] for i in node.inputs)
        return reached


def _is_born(result: float, *sources: float) -> bool:
    """Whether a number is not finite and those it was made of do not explain it."""
    if math.isnan(result):
        return not any(map(math.isnan, sources))
    return math.isinf(result) and all(map(math.isfinite, sources))
