"""The same graph once more, in a precision so high that its answer no longer changes.

In go a tape and its run in float64; out come, for each node, the true value and the true adjoint
at *these* inputs, which are taken as the exact numbers that they are.

That an answer is right cannot be seen by raising the precision alone: log(1 + exp(-200)) is 0 with
128 bits and with 256. So every precision is run with each operation rounded down or up, by chance,
and again with each the other way (Vignes, *A stochastic arithmetic for reliable scientific
computation*, 1993); what agrees in more than 17 digits is taken as settled, the rest is asked with
twice the precision, as Herbie does (Panchekha et al., PLDI 2015).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from qsts_core.engine.dialects import LOWERED, MPMATH
from qsts_core.errors import needing
from qsts_core.graph import CONSTANT, VARIABLE, Graph, build
from qsts_core.notation import spell
from qsts_core.ops import INTERNAL_FUNCTIONS, OPERATIONS
from qsts_core.reading.postfix import read
from qsts_core.rules import local_function, local_graph
from qsts_core.sweep import Run, Tape

__all__ = ["Language", "Number", "Shadow", "language_of", "run_shadow"]

Number = Any
"""A number of mpmath; it ships no types."""

FIRST_BITS, MOST_BITS = 128, 8192
"""The precision to begin with, and where it is given up."""

AGREEING_BITS = 70
"""In how many bits two runs must agree: 21 digits, so that 17 are written without doubt."""

LARGEST_MAGNITUDE = 4096
"""Beyond 2 to this power a number's exponential, or its sine, is not computed."""

SECONDS = 5.0
"""The budget in time."""

_GROWING = {"^", "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "sigmoid", "softplus"}


class Shadow(NamedTuple):
    """What is true at the inputs of a run.

    Attributes
    ----------
    values, adjoints
        For each node the true number; `None` where it did not settle, or there is no adjoint.
    locals
        For each edge of the tape the true local derivative.
    bits
        The precision that the last run had.
    notes
        What did not settle and why, in sentences.
    context
        mpmath's context, in which the numbers can be compared.
    """

    values: list[Number]
    adjoints: list[Number]
    locals: list[Number]
    bits: int
    notes: tuple[str, ...]
    context: Any
    language: Language

    def apply(self, op: str, inputs: list[float]) -> Number:
        """Return what an operation gives of these floats; `None` where that is not finite."""
        context = self.context
        numbers = [context.mpf(a) for a in inputs]
        if not all(map(context.isfinite, numbers)):
            return None
        try:
            number = self.language.value(op)(numbers[0], numbers[-1])
        except (ArithmeticError, ValueError):
            return None
        is_real = context.isfinite(number) and not isinstance(number, context.mpc)
        return number if is_real else None


def run_shadow(ours: Run, seconds: float = SECONDS) -> Shadow:
    """Run the graph of `ours` in high precision at the same inputs.

    Parameters
    ----------
    ours
        The run in float64.
    seconds
        How long precision may be raised; the first precision is always run.

    Raises
    ------
    LibraryError
        If mpmath (the extra `digits`) is not installed.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> e = Expression("log(1+x)/x")
    >>> shadow = run_shadow(e.trace({"x": 1e-15}).run)
    >>> shadow.context.nstr(shadow.adjoints[1], 17)
    '-0.49999999999999933'
    """
    with needing("mpmath", "digits", "how many digits are right"):
        import mpmath

    deadline = time.monotonic() + seconds
    runner = _Runner(ours, mpmath.MPContext())
    bits = FIRST_BITS
    earlier = None
    while True:
        first, second = runner.run(bits, 0), runner.run(bits, 1)
        third = runner.run(bits, 2)
        unsettled = [
            place
            for place, numbers in enumerate(zip(first, second, third, strict=True))
            if not _agree(*numbers)
        ]
        wanted = 2 * bits if unsettled else 0
        if bits < runner.needed_bits <= MOST_BITS:
            wanted = runner.needed_bits
        late = time.monotonic() > deadline
        if not wanted or wanted > MOST_BITS or late:
            return runner.conclude(first, unsettled, earlier, bits, late and bool(wanted))
        if unsettled:
            earlier = first, bits
        bits = wanted


def _agree(first: Number, second: Number, third: Number) -> bool:
    if first is None or second is None:
        return first is second
    if first == second == third or (first != first and second != second):
        return True
    least = abs(first) / 2**AGREEING_BITS
    return bool(abs(first - second) <= least and abs(first - third) <= least)


class _Runner:
    """Runs one tape at one state, at any precision.

    Attributes
    ----------
    needed_bits
        How many bits it would take for no sum to lose a term altogether.
    """

    def __init__(self, ours: Run, context: Any) -> None:
        self.ours = ours
        self.tape: Tape = ours.tape
        self.context = context
        self.needed_bits = 0
        nodes = self.tape.graph.nodes
        written = self.language = Language(context)
        self._values = [written.value(n.op) if n.inputs else None for n in nodes]
        self._locals = [written.local(nodes[e.parent].op, e.slot) for e in self.tape.edges]

    def run(self, bits: int, turn: int) -> list[Number]:
        """Return the values, the adjoints and the locals, one after the other.

        `turn` 0 and 1 round every operation in opposite directions, 2 in others again.
        """
        context, nodes = self.context, self.tape.graph.nodes
        context.prec = bits
        rounding = context._prec_rounding
        self.needed_bits = 0
        values: list[Number] = []
        for index, node in enumerate(nodes):
            rounding[1] = _direction(index, bits, turn)
            if node.op in (VARIABLE, CONSTANT):
                values.append(context.mpf(self.ours.values[index]))
                continue
            inputs = [values[i] for i in node.inputs]
            if node.op in "+-":
                self._note_absorption(*inputs)
            values.append(self._compute(index, inputs))
        adjoints: list[Number] = [None] * len(nodes)
        adjoints[self.tape.graph.output] = context.one
        locals_: list[Number] = []
        for place, (parent, slot, child, _, left, right) in enumerate(self.tape.edges):
            rounding[1] = _direction(len(nodes) + place, bits, turn)
            if place in self.ours.blocked:  # whatever its slope is, nothing comes of it
                locals_.append(context.zero)
                continue
            local = self._local(place, parent, slot, values[left], values[right], values[parent])
            locals_.append(local)
            if adjoints[parent] is None:
                continue
            contribution = adjoints[parent] * local
            before = adjoints[child]
            adjoints[child] = contribution if before is None else before + contribution
        rounding[1] = "n"
        return [*values, *adjoints, *locals_]

    def _note_absorption(self, a: Number, b: Number) -> None:
        if a and b and self.context.isfinite(a) and self.context.isfinite(b):
            apart = abs(self.context.mag(a) - self.context.mag(b))
            if apart >= self.context.prec:
                self.needed_bits = max(self.needed_bits, apart + 2 * AGREEING_BITS)

    def _compute(self, index: int, inputs: list[Number]) -> Number:
        op = self.tape.graph.nodes[index].op
        context = self.context
        if all(map(context.isfinite, inputs)) and not (
            op in _GROWING and any(context.mag(a) > LARGEST_MAGNITUDE for a in inputs if a)
        ):
            try:
                number = self._values[index](inputs[0], inputs[-1])  # type: ignore[misc]
                if context.isfinite(number) and not isinstance(number, context.mpc):
                    return number
            except (ArithmeticError, ValueError):
                pass
        number = OPERATIONS[op].compute(*map(float, inputs))
        ours = self.ours.values[index]
        # mpmath has no -0, on whose side a pole has the other sign.
        return context.mpf(ours if abs(number) == abs(ours) else number)

    def _local(self, place: int, parent: int, slot: int, *numbers: Number) -> Number:
        context = self.context
        if all(map(context.isfinite, numbers)) and not any(
            context.mag(a) > LARGEST_MAGNITUDE for a in numbers[:2] if a
        ):
            try:
                number = self._locals[place](*numbers)
                if context.isfinite(number) and not isinstance(number, context.mpc):
                    return context.mpf(number)
            except (ArithmeticError, ValueError):
                pass
        local = local_function(self.tape.graph.nodes[parent].op, slot)(*map(float, numbers))
        ours = self.ours.locals[place]
        return context.mpf(ours if abs(local) == abs(ours) else local)

    def conclude(
        self,
        numbers: list[Number],
        unsettled: list[int],
        earlier: tuple[list[Number], int] | None,
        bits: int,
        late: bool,
    ) -> Shadow:
        """Say what is true, and what of it did not settle.

        What shrinks as fast as the precision grows is 0 as far as it can be seen.
        """
        graph = self.tape.graph
        count = len(graph.nodes)
        zeros: list[int] = []
        unknown: list[int] = []
        for place in unsettled:
            number = numbers[place]
            is_zero = (
                earlier is not None
                and self.needed_bits <= bits
                and self.context.isfinite(number)
                and self._shrinks(earlier[0][place], number, bits - earlier[1])
            )
            numbers[place] = self.context.zero if is_zero else None
            if place < 2 * count:
                (zeros if is_zero else unknown).append(place)
        told = [_tell(zeros, graph, f"is 0 in {bits} bits, as far as that shows")] if zeros else []
        if unknown:
            why = "time ran out" if late else f"it takes more than {MOST_BITS} bits"
            told.append(_tell(unknown, graph, f"did not settle: {why}"))
        values, adjoints = numbers[:count], numbers[count : 2 * count]
        return Shadow(
            values, adjoints, numbers[2 * count :], bits, tuple(told), self.context, self.language
        )

    def _shrinks(self, before: Number, now: Number, bits: int) -> bool:
        if not now or not before:
            return True
        return bool(self.context.mag(now) < self.context.mag(before) - bits // 2)


def _direction(place: int, bits: int, turn: int) -> str:
    """Round down or up, by chance that is the same in every process."""
    chance = ((place + bits) * 2654435761 >> 9) & 1 if turn < 2 else place * 40503 >> 7 & 1
    return "du"[chance ^ (turn & 1)]


def _tell(places: list[int], graph: Graph, what: str) -> str:
    count = len(graph.nodes)
    names = [
        graph.show_node(p) if p < count else f"the adjoint of {graph.show_node(p - count)}"
        for p in places[:3]
    ]
    more = f" and {len(places) - 3} more" if len(places) > 3 else ""
    return f"the truth at {', '.join(names)}{more} {what}"


def language_of(bits: int) -> Language | None:
    """Return the dialect in a precision; `None` where mpmath is not installed."""
    try:
        import mpmath
    except ModuleNotFoundError:
        return None
    context = mpmath.MPContext()
    context.prec = bits
    return Language(context)


class Language:
    """Makes functions of the dialect, for one context."""

    def __init__(self, context: Any) -> None:
        self.number = context.mpf
        self._context = context
        self._namespace = {"m": context, "min": min, "max": max, "abs": abs}
        self._made: dict[str, Callable[..., Number]] = {}

    def value(self, op: str) -> Callable[..., Number]:
        """Return a function of a and b."""
        return self._function("a, b", _expand(op, "a", "b"))

    def total(self, op: str) -> Callable[..., Number]:
        """Return the same, NaN where there is no real number or it is beyond what is computed."""
        context, compute = self._context, self.value(op)

        def total(a: Number, b: Number = 0) -> Number:
            if op in _GROWING and any(x and context.mag(x) > LARGEST_MAGNITUDE for x in (a, b)):
                return context.nan
            try:
                number = compute(a, b)
            except (ArithmeticError, ValueError):
                return context.nan
            return context.nan if isinstance(number, context.mpc) else number

        return total

    def local(self, op: str, slot: int) -> Callable[..., Number]:
        """Return a function of a, b and z."""
        return self._function("a, b, z", _write(local_graph(op, slot), {}))

    def _function(self, parameters: str, text: str) -> Callable[..., Number]:
        source = f"lambda {parameters}: {text}"
        if source not in self._made:
            # Made of this package's own tables, never of what a person typed.
            self._made[source] = eval(source, self._namespace)
        return self._made[source]


def _expand(op: str, a: str, b: str) -> str:
    if op in MPMATH:
        return f"({MPMATH[op].format(a=a, b=b)})"
    graph = build(read(LOWERED[op].value, INTERNAL_FUNCTIONS))
    return _write(graph, {"a": a, "b": b})


def _write(graph: Graph, inputs: dict[str, str]) -> str:
    texts: list[str] = []
    for node in graph.nodes:
        if node.op == VARIABLE:
            texts.append(inputs.get(node.name, node.name))
        elif node.op == CONSTANT:
            texts.append(_number(node.number))
        else:
            texts.append(_expand(node.op, texts[node.inputs[0]], texts[node.inputs[-1]]))
    return texts[graph.output]


def _number(number: float) -> str:
    """Write a constant of the tables; that of pi is meant exactly."""
    text = spell(number)
    return "m.pi" if text == "pi" else f"m.mpf({text})"
