"""Breakpoints: where in a trace something first holds, said in a short text.

In go a trace and a text such as `|adjoint| > 100`; out come the positions in the trace at which it
holds. A position is how many steps have been taken, as on the scrubber. See `FORMS` for the words.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from qsts_core.errors import ArgumentError, FormulaError
from qsts_core.graph import Graph
from qsts_core.notation import show
from qsts_core.study.digits import measure_trace_digits
from qsts_core.trace import BackwardStep, ForwardStep, SeedStep, Step, Trace
from qsts_core.values import read_value

__all__ = ["CANCELLED", "FORMS", "Breakpoint", "Hits", "find_hits", "read_breakpoint"]

FORMS = (
    "z3 reached", "z3 final", "|adjoint| > 100", "|value| < 1e-8", "|adjoint z3| > 1",
    "sign flips", "not finite", "not finite forward", "not finite backward",
    "contributions cancel", "fewer than 6 digits",
)  # fmt: skip
"""What can be read, by example; several are joined by `or`."""

CANCELLED = 2.0**-26
"""Contributions cancel where their sum is so small against their sizes: half the bits are gone."""

_NODE = re.compile(r"(\w+) (?:is )?(reached|final)")
_BOUND = re.compile(r"\|(adjoint|value)(?: (?:of )?(\w+))?\| *([<>]) *(\S+)")
_DIGITS = re.compile(r"fewer than (\d+) digits")
_SENTENCES = (
    "sign flips",
    "not finite",
    "not finite forward",
    "not finite backward",
    "contributions cancel",
)
_PLAIN_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


class Breakpoint(NamedTuple):
    """One condition.

    Attributes
    ----------
    kind
        `reached`, `final`, `adjoint`, `value`, `digits`, or one of the fixed sentences.
    nodes
        The nodes that it is about; `None` for every one.
    sign, number
        For a bound `<` or `>` and the number; for digits the number alone.
    """

    kind: str
    nodes: frozenset[int] | None = None
    sign: str = ""
    number: float = 0.0


class Hits(NamedTuple):
    """Where a breakpoint holds.

    Attributes
    ----------
    positions
        How many steps have been taken then, ascending; empty where it never holds.
    why_none
        What comes closest, as a sentence, where there is no hit.
    """

    positions: tuple[int, ...]
    why_none: str


def read_breakpoint(text: str, graph: Graph) -> tuple[Breakpoint, ...]:
    """Read conditions that are joined by `or`.

    Raises
    ------
    ArgumentError
        If it cannot be read, or names a node that there is not.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> graph = Expression("x*y").graph
    >>> read_breakpoint("z3 reached or |adjoint| > 2", graph)[0].nodes
    frozenset({2})
    """
    parts = re.split(r"\s+or\s+", " ".join(text.translate(_PLAIN_DIGITS).split()))
    return tuple(_read_one(part, graph) for part in parts)


def find_hits(trace: Trace, text: str) -> Hits:
    """Find every position of a trace at which a breakpoint holds.

    A bound on an adjoint is asked once the adjoint is final: a part of a sum is not its size.

    Raises
    ------
    ArgumentError
        If the text cannot be read.
    LibraryError
        If it asks for digits and mpmath (the extra `digits`) is not installed.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> trace = Expression("(x+y) + x*(x+y)").trace({"x": 2, "y": 3})
    >>> find_hits(trace, "z3 final").positions
    (10,)
    >>> find_hits(trace, "|adjoint| > 100").why_none
    'the largest |adjoint| is 8'
    """
    conditions = read_breakpoint(text, trace.tape.graph)
    tests = [_test_of(condition, trace) for condition in conditions]
    positions = tuple(
        position for position, step in enumerate(trace, 1) if any(holds(step) for holds in tests)
    )
    return Hits(positions, "" if positions else _closest(conditions[0], trace))


def _read_one(text: str, graph: Graph) -> Breakpoint:
    if found := _NODE.fullmatch(text):
        return Breakpoint(found[2], _nodes_of(found[1], graph))
    if found := _BOUND.fullmatch(text):
        quantity, name, sign, number = found.groups()
        try:
            bound = read_value(number)
        except FormulaError:
            raise ArgumentError(
                f"'{number}' in the breakpoint '{text}' is no number: write |{quantity}| {sign} 100"
            ) from None
        return Breakpoint(quantity, _nodes_of(name, graph) if name else None, sign, bound)
    if found := _DIGITS.fullmatch(text):
        return Breakpoint("digits", None, "<", float(found[1]))
    if text in _SENTENCES:
        return Breakpoint(text)
    close = difflib.get_close_matches(text, FORMS, n=1)
    meant = f" Did you mean '{close[0]}'?" if close else ""
    raise ArgumentError(
        f"the breakpoint '{text}' cannot be read.{meant} It is one of: {'; '.join(FORMS)}"
    )


def _nodes_of(name: str, graph: Graph) -> frozenset[int]:
    """Return the nodes of a name; a variable may stand in several of a tree."""
    found = frozenset(
        i for i, node in enumerate(graph.nodes) if name in (node.name, graph.name_node(i))
    )
    if not found:
        last = graph.name_node(len(graph.nodes) - 1)
        raise ArgumentError(f"there is no node '{name}': there are {graph.name_node(0)} to {last}")
    return found


def _test_of(condition: Breakpoint, trace: Trace) -> Callable[[Step], bool]:
    """Return what tells of a step whether the condition holds after it."""
    kind, nodes, sign, number = condition
    here = (lambda node: True) if nodes is None else nodes.__contains__
    if kind == "reached":
        return lambda step: isinstance(step, ForwardStep) and here(step.node)
    if kind == "final":
        return lambda step: any(here(node) for node, _ in _final(step))
    if kind == "value":
        return lambda step: (
            isinstance(step, ForwardStep) and here(step.node) and _is(step.value, sign, number)
        )
    if kind == "adjoint":
        return lambda step: any(here(node) and _is(a, sign, number) for node, a in _final(step))
    if kind == "sign flips":
        return _flips
    if kind == "contributions cancel":
        sizes = [0.0] * len(trace.tape.graph.nodes)
        for edge, contribution in zip(trace.tape.edges, trace.run.contributions, strict=True):
            sizes[edge.child] += abs(contribution)
        return lambda step: any(
            abs(adjoint) <= CANCELLED * sizes[node] and 0 < sizes[node] < math.inf
            for node, adjoint in _final(step)
        )
    if kind == "digits":
        values, adjoints = measure_trace_digits(trace.run)
        return lambda step: (
            _fewer(values[step.node], number)
            if isinstance(step, ForwardStep)
            else any(_fewer(adjoints[node], number) for node, _ in _final(step))
        )
    return lambda step: _is_not_finite(step, kind)


def _final(step: Step) -> Iterator[tuple[int, float]]:
    """Yield the node whose adjoint this step makes final, and that adjoint."""
    if isinstance(step, SeedStep):
        yield step.node, step.after
    elif isinstance(step, BackwardStep) and step.arrived == step.due and step.after is not None:
        yield step.child, step.after


def _is(number: float, sign: str, bound: float) -> bool:
    return abs(number) > bound if sign == ">" else abs(number) < bound


def _fewer(digits: int | None, number: float) -> bool:
    return digits is not None and digits < number


def _flips(step: Step) -> bool:
    """Whether a contribution turns the sign that an adjoint had so far."""
    if not isinstance(step, BackwardStep) or step.before is None or step.after is None:
        return False
    return (step.before < 0 < step.after) or (step.after < 0 < step.before)


def _is_not_finite(step: Step, kind: str) -> bool:
    if isinstance(step, ForwardStep):
        return kind != "not finite backward" and not math.isfinite(step.value)
    if isinstance(step, BackwardStep):
        numbers = (step.local, step.contribution, step.after or 0.0)
        return kind != "not finite forward" and not all(map(math.isfinite, numbers))
    return False


def _closest(condition: Breakpoint, trace: Trace) -> str:
    """Say what a bound would have had to be; of the rest, that it does not happen."""
    if condition.kind not in ("adjoint", "value"):
        return "it does not happen in this run"
    numbers = trace.run.values if condition.kind == "value" else trace.run.adjoints
    sizes = [
        abs(number)
        for index, number in enumerate(numbers)
        if number is not None
        and not math.isnan(number)
        and (condition.nodes is None or index in condition.nodes)
    ]
    if not sizes:
        return f"there is no {condition.kind} to compare"
    if condition.sign == ">":
        return f"the largest |{condition.kind}| is {show(max(sizes))}"
    return f"the smallest |{condition.kind}| is {show(min(sizes))}"
