"""A run as the steps that a viewer sees, and the state after any of them.

The steps are read from the arrays of the run when they are asked for; no snapshot is kept.
"""

from __future__ import annotations

import math
import operator
import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, SupportsIndex, TypeAlias, overload

from .collector import collector_paused
from .construction import BuildStep, describe_program
from .graph import CONSTANT, VARIABLE, Graph, Node, Sharing
from .notation import show, show_exactly, spell, to_json
from .ops import OPERATIONS
from .printer import write_nodes
from .sweep import Run

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

__all__ = [
    "BackwardStep",
    "Cause",
    "ForwardStep",
    "ResetStep",
    "SeedStep",
    "State",
    "Step",
    "Trace",
    "label_of",
]


Cause: TypeAlias = Literal["value", "local", "contribution", "sum"]
"""What is worse than all that it was computed from: not finite, or no number at all.

A value, a local derivative, its product with the parent's adjoint, or the sum of that and the
child's adjoint so far.
"""


@dataclass(frozen=True, slots=True)
class ResetStep:
    """The values and adjoints of the run before become nothing; the graph stays.

    Attributes
    ----------
    values, adjoints
        What they were, by node; an adjoint is `None` where no contribution was due.
    """

    phase: ClassVar[str] = "reset"
    values: tuple[float, ...]
    adjoints: tuple[float | None, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "phase": self.phase,
            "values": [to_json(value) for value in self.values],
            "adjoints": [None if it is None else to_json(it) for it in self.adjoints],
        }


@dataclass(frozen=True, slots=True)
class ForwardStep:
    """A value is computed.

    `born` is `("value",)` where it is not finite although the values it was computed from are, or
    NaN although none of them is; else it is empty.
    """

    phase: ClassVar[str] = "forward"
    node: int
    value: float
    born: tuple[Cause, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "phase": self.phase,
            "node": self.node,
            "value": to_json(self.value),
            "born": list(self.born),
        }


@dataclass(frozen=True, slots=True)
class SeedStep:
    """The adjoint of the output becomes 1."""

    phase: ClassVar[str] = "seed"
    node: int
    after: float = 1.0

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {"phase": self.phase, "node": self.node, "after": self.after}


@dataclass(frozen=True, slots=True)
class BackwardStep:
    """One edge carries one contribution to one adjoint.

    Attributes
    ----------
    parent, child, slot
        From which node, to which, through which of the parent's inputs. In JSON they are
        "from", "to", "slot".
    rule
        The local derivative in this slot as the table of operations has it, over a, b and z.
    local
        Its value here: the partial derivative of the parent in *this input*. It is not the
        derivative by the child, which may stand in the other input as well: `x*x` has two edges,
        each with the local derivative x, and their sum is 2x.
    contribution
        The parent's adjoint times `local`.
    before, after
        The child's adjoint; `None` before the first contribution.
    arrived, due
        How many contributions have arrived, of how many.
    born
        What of it stops being finite here, every cause that holds; empty where nothing does.
    blocked
        Whether the edge is blocked here: it leads through a closed gate, to the branch that was
        not taken, or from a node that nothing has reached. It brings nothing, and `local` and
        `contribution` are no numbers: 0 here, null in JSON. `after` is as `before`.
    """

    phase: ClassVar[str] = "backward"
    parent: int
    child: int
    slot: int
    rule: str
    local: float
    contribution: float
    before: float | None
    after: float | None
    arrived: int
    due: int
    born: tuple[Cause, ...] = ()
    blocked: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "phase": self.phase,
            "from": self.parent,
            "to": self.child,
            "slot": self.slot,
            "rule": self.rule,
            "local": None if self.blocked else to_json(self.local),
            "contribution": None if self.blocked else to_json(self.contribution),
            "before": None if self.before is None else to_json(self.before),
            "after": None if self.after is None else to_json(self.after),
            "arrived": self.arrived,
            "due": self.due,
            "born": list(self.born),
            **({"blocked": True} if self.blocked else {}),
        }


SCHEMA = 1
"""The version of `Trace.to_dict`."""

Step: TypeAlias = BuildStep | ResetStep | ForwardStep | SeedStep | BackwardStep


@dataclass(frozen=True, slots=True)
class State:
    """What a viewer knows after some steps, by node: `None` is "not yet"."""

    values: tuple[float | None, ...]
    adjoints: tuple[float | None, ...]
    arrived: tuple[int, ...]


class Trace(Sequence[Step]):
    """The steps of one run: each value forward, the seed, each edge backward.

    The steps in which the graph is built may come first, or the reset after a run at another
    state, whose values and adjoints are then what the trace begins with. Two traces are equal if
    they have the same steps with the same numbers; they cross processes by pickle.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> trace = Expression("(x+y) + x*(x+y)").trace({"x": 2, "y": 3})
    >>> len(trace)
    12
    >>> trace[9].to_dict()["after"], trace.state(10).adjoints
    (3.0, (5.0, None, 3.0, 1.0, 1.0))
    """

    def __init__(
        self,
        text: str,
        sharing: Sharing,
        at: dict[str, float],
        run: Run,
        building: tuple[BuildStep, ...] = (),
        before: Run | None = None,
    ) -> None:
        self.text = text
        self.sharing = sharing
        self.at = at
        self.run = run
        self.tape = run.tape
        self.building = building
        self.before = before
        self._opening: tuple[BuildStep | ResetStep, ...] = building
        if before is not None:
            self._opening += (ResetStep(tuple(before.values), tuple(before.adjoints)),)
        self._first_backward = len(run.values) + 1  # counted from the end of the opening
        self._arrived = _arrivals(run)

    def __len__(self) -> int:
        return len(self._opening) + self._first_backward + len(self.tape.edges)

    @overload
    def __getitem__(self, index: SupportsIndex) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> list[Step]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Step | list[Step]:
        if isinstance(index, slice):
            return [self._step(k) for k in range(*index.indices(len(self)))]
        index = operator.index(index)  # numpy's as well, so that a step is made of plain numbers
        if not -len(self) <= index < len(self):
            raise IndexError(f"there are {len(self)} steps, from 0; there is no step {index}")
        return self._step(index % len(self))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Trace):
            return NotImplemented
        return self._key() == other._key() and self._bits() == other._bits()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return self.text, self.sharing, len(self._opening), len(self)

    def _bits(self) -> list[bytes]:
        """Return the numbers of the run to the bit; a NaN is equal to itself here."""
        return [
            array("d", numbers).tobytes()
            for run in (self.run, self.before)
            if run is not None
            for numbers in (run.values, run.contributions, run.sums)
        ]

    def __iter__(self) -> Iterator[Step]:
        return map(self._step, range(len(self)))

    def _step(self, index: int) -> Step:
        if index < len(self._opening):
            return self._opening[index]
        index -= len(self._opening)
        if index < len(self.run.values):
            return self._forward(index)
        if index < self._first_backward:
            return SeedStep(self.tape.graph.output)
        return self._backward(index - self._first_backward)

    def _forward(self, index: int) -> ForwardStep:
        values = self.run.values
        inputs = self.tape.graph.nodes[index].inputs
        born = _is_born(values[index], *(values[i] for i in inputs))
        return ForwardStep(index, values[index], ("value",) if born else ())

    def _backward(self, index: int) -> BackwardStep:
        run, edge = self.run, self.tape.edges[index]
        node = self.tape.graph.nodes[edge.parent]
        local, contribution, after = run.locals[index], run.contributions[index], run.sums[index]
        arrived, before = self._arrived[index]
        if index in run.blocked:
            return BackwardStep(
                edge.parent, edge.child, edge.slot, OPERATIONS[node.op].locals[edge.slot], 0.0, 0.0,
                before, before, arrived, self.tape.due[edge.child], (), True,
            )  # fmt: skip
        adjoint = run.adjoints[edge.parent]
        assert adjoint is not None, "parents come first"
        births: tuple[tuple[Cause, bool], ...] = (
            ("local", _is_born(local, *self._known(edge.parent))),
            ("contribution", _is_born(contribution, local, adjoint)),
            ("sum", _is_born(after, contribution, before or 0.0)),
        )
        born = tuple(cause for cause, holds in births if holds)
        return BackwardStep(
            edge.parent, edge.child, edge.slot, OPERATIONS[node.op].locals[edge.slot],
            local, contribution, before, after, arrived, self.tape.due[edge.child], born,
        )  # fmt: skip

    def _known(self, parent: int) -> list[float]:
        """Return what the locals of a node are computed from."""
        inputs = self.tape.graph.nodes[parent].inputs
        return [self.run.values[i] for i in (*inputs, parent)]

    def state(self, steps: int) -> State:
        """Return the state after the first `steps` steps, in time linear in the graph.

        Raises
        ------
        IndexError
            If there are not that many steps.
        """
        if not 0 <= steps <= len(self):
            raise IndexError(f"there are {len(self)} steps; there is no state after {steps}")
        if self.before is not None and steps < len(self._opening):
            adjoints = tuple(self.before.adjoints)
            return State(tuple(self.before.values), adjoints, tuple(self.tape.due))
        return self._state_of_run(max(0, steps - len(self._opening)))

    def _state_of_run(self, steps: int) -> State:
        count = len(self.run.values)
        computed = min(steps, count)
        values = (*self.run.values[:computed], *[None] * (count - computed))
        adjoints: list[float | None] = [None] * count
        arrived = [0] * count
        if steps >= self._first_backward:
            adjoints[self.tape.graph.output], arrived[self.tape.graph.output] = 1.0, 1
        for index in range(max(0, steps - self._first_backward)):
            child = self.tape.edges[index].child
            if index not in self.run.blocked:
                adjoints[child] = self.run.sums[index]
            arrived[child] = self._arrived[index][0]
        return State(values, tuple(adjoints), tuple(arrived))

    @property
    def warnings(self) -> tuple[str, ...]:
        """Where numbers that are not finite were born, in words."""
        finite = all(map(math.isfinite, self.run.values)) and all(
            map(math.isfinite, (*self.run.locals, *self.run.sums))
        )
        if finite:
            return ()
        return tuple(
            self._warning(step, cause)
            for step in self
            if isinstance(step, ForwardStep | BackwardStep)
            for cause in step.born
        )

    def _warning(self, step: ForwardStep | BackwardStep, cause: Cause) -> str:
        graph = self.tape.graph
        if isinstance(step, ForwardStep):
            node, result = graph.nodes[step.node], show(step.value)
            if not node.inputs:
                return f"{label_of(node)} = {result} is given"
            return f"{self._formula(step.node)}{self._where(node.inputs)} is {result}"
        parent, child = graph.show_node(step.parent), graph.show_node(step.child)
        if cause == "local":
            known = self._where((*graph.nodes[step.parent].inputs, step.parent))
            slot = describe_slot(graph, step.parent, step.slot)
            formula = f"{self._formula(step.parent)} in {slot}"
            return f"the local derivative of {formula}{known} is {show(step.local)}"
        if cause == "contribution":
            factors = f"{show(self.run.adjoints[step.parent] or 0.0)} × {show(step.local)}"
            way = f"what {parent} sends to {child}, adjoint × local derivative"
            return f"{way}: {factors} gives {show(step.contribution)}"
        terms = f"{show(step.before or 0.0)} + {show(step.contribution)}"
        way = f"the adjoint of {child} with what {parent} sends"
        return f"{way}: {terms} gives {show(step.after or 0.0)}"

    def _formula(self, index: int) -> str:
        """Write a node's operation over the names of its inputs: "z₃ = z₁ × z₂"."""
        graph = self.tape.graph
        node = graph.nodes[index]
        names = [graph.show_node(i) for i in node.inputs]
        row = OPERATIONS[node.op]
        if row.precedence is None:
            written = f"{row.name}({', '.join(names)})"
        elif row.arity == 1:
            written = f"{row.symbol}{' ' * row.symbol.isalpha()}{names[0]}"
        else:
            written = f" {row.symbol} ".join(names)
        return f"{graph.show_node(index)} = {written}"

    def _where(self, indices: Sequence[int]) -> str:
        """Write ", at z₃ = −1, z₄ ≈ 0.333333,", each once."""
        known = (self._equation(i) for i in dict.fromkeys(indices))
        return f", at {', '.join(known)},"

    def _equation(self, index: int) -> str:
        value = self.run.values[index]
        relation = "=" if show(value) == show_exactly(value) else "≈"
        return f"{self.tape.graph.show_node(index)} {relation} {show(value)}"

    def to_dict(self) -> dict[str, Any]:
        """Return the whole trace as plain data: dicts, lists, numbers and strings.

        This is the one form of a trace outside Python: `qsts trace --json` prints it, the player
        in the browser plays it. Its size is linear in the graph and the text. Numbers that are not
        finite are the strings "nan", "inf" and "-inf"; places are [start, end], half-open
        character offsets into the text. A reader passes over fields that it does not know; what
        would mislead it raises the number of the schema.

        ============ ==========================================================================
        schema       `SCHEMA`, the version of what stands here
        expression   the text
        sharing      "unique", "variables" or "none"
        at           for each variable, the number it was given
        value        the value of the output
        gradient     for each variable, d output / d variable
        warnings     where numbers that are not finite were born, as sentences, one for each cause
        output       the id of the node whose derivatives are taken
        letters      what our own names are made of, so that none is one of the formula's: node,
                     left, right, output; see `notation.Letters`
        nodes        a list; the index is the id, and inputs come first. Of each: id, name, op
                     (a row of the table of operations, "variable" or "constant"), label, text,
                     inputs (ids), due (how many contributions make its adjoint), places; and
                     number, of a constant
        program      where the building is told: entries, the postfix queue, each with its text,
                     role and place (start, end); and statements, each with its name ("" for
                     none) and whether it is used
        steps        a list, in the order of the phases below
        ============ ==========================================================================

        ============ ==========================================================================
        phase        what a step of it says
        ============ ==========================================================================
        build        token (text, start, end); implied; kept, pushed; queued; statement; entry;
                     inputs, node; reused; binds: see `BuildStep`. It is the *change* of the
                     stacks: `construction.Stacks` rebuilds them in a dozen lines
        reset        values, adjoints: what the run at the state before has left, by node, and what
                     becomes nothing here. Where there is one it is the first step, nothing is
                     built, and these are the state that the trace begins with
        forward      node, value; born, a list of causes: see `ForwardStep`
        seed         node, after: see `SeedStep`
        backward     from, to, slot (0 is the left input, 1 the right); rule and local, the
                     partial derivative of "from" in that input; contribution; before, after;
                     arrived, due; born, a list of causes; and blocked, true, where the edge
                     brings nothing, and local and contribution are null: see `BackwardStep`
        ============ ==========================================================================
        """
        with collector_paused(len(self)):
            return self._plain()

    def _plain(self) -> dict[str, Any]:
        return {
            **self._given(),
            "value": to_json(self.run.value),
            "gradient": {name: to_json(number) for name, number in self.run.gradient().items()},
            "warnings": list(self.warnings),
            "steps": [step.to_dict() for step in self],
        }

    def _given(self) -> dict[str, Any]:
        """Return what no run makes: of `to_dict`, all but its numbers and steps."""
        building = self.building
        return {
            "schema": SCHEMA,
            "expression": self.text,
            "sharing": self.sharing,
            "at": {name: to_json(number) for name, number in self.at.items()},
            "output": self.tape.graph.output,
            "letters": self.tape.graph.letters._asdict(),
            "nodes": self._nodes(),
            **({"program": describe_program(building[0].program)} if building else {}),
        }

    def to_film(self) -> dict[str, Any]:
        """Return what a player needs to make the steps itself: the graph and the state.

        It is `to_dict` without value, gradient, warnings and steps; with `building`, the steps of
        the building, where it is told, and `before`, the state of the run before, where the film
        begins with its reset. It has no number but those that were given.

        Examples
        --------
        >>> from qsts_core import Expression
        >>> film = Expression("x*x").trace({"x": 4}, after={"x": 3}).to_film()
        >>> film["at"], film["before"]
        ({'x': 4.0}, {'x': 3.0})
        """
        with collector_paused(len(self)):
            film = self._given()
            if self.building:
                film["building"] = [step.to_dict() for step in self.building]
            if self.before is not None:
                values = self.before.values
                film["before"] = {n: to_json(values[index]) for index, n in self.tape.variables}
            return film

    def figure(self, step: int | None = None) -> Figure:
        """Return the picture after `step` steps as a `plotly.graph_objects.Figure`.

        Names, values and adjoints are in it; without `step` it is the picture at the end. It needs
        the libraries of the extra `draw`, and loads them when it is called.

        Raises
        ------
        IndexError
            If there are not that many steps.

        Examples
        --------
        >>> from qsts_core import Expression
        >>> figure = Expression("x*x").trace({"x": 3}).figure(4)
        >>> figure.layout.title.text
        '<b>step 4 of 5</b> · z₂ sends z₁ 1 × 3 = 3'
        """
        from .draw.still import draw_still

        return draw_still(self, step)

    def save(
        self,
        path: str | os.PathLike[str],
        *,
        step: int | None = None,
        dark: bool = False,
        tests: bool = False,
    ) -> None:
        """Write the trace to a file of the kind that its ending says, whole or not at all.

        `qsts_core.export.kinds.KINDS` lists the kinds. What draws one state draws that after
        `step` steps, of all of them by default; `dark` is for a dark page. With `tests` a program
        comes as a file of tests, one for each adjoint.

        Raises
        ------
        ArgumentError
            If the ending is of no kind, or the file cannot be written.
        IndexError
            If there are not that many steps.
        LibraryError
            If this kind of file needs a library that is not installed.
        """
        from .export.choices import Choices
        from .export.kinds import save

        save(self, path, Choices(step, dark, tests))

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Show the run in the cell of a notebook: words, a picture, and the film of its steps."""
        from .export.cell import bundle

        return bundle(self)

    def _nodes(self) -> list[dict[str, Any]]:
        graph = self.tape.graph
        texts = write_nodes(graph)
        return [
            {
                "id": index,
                "name": graph.name_node(index),
                "op": node.op,
                "label": label_of(node),
                "text": texts[index],
                "inputs": list(node.inputs),
                "due": self.tape.due[index],
                "places": [list(place) for place in graph.places[index]],
                **({"number": to_json(node.number)} if node.op == CONSTANT else {}),
            }
            for index, node in enumerate(graph.nodes)
        ]


def _arrivals(run: Run) -> list[tuple[int, float | None]]:
    """Return for each edge how many contributions its child has then, and its adjoint before."""
    arrived = [0] * len(run.values)
    latest: list[float | None] = [None] * len(run.values)
    arrivals = []
    for place, (edge, after) in enumerate(zip(run.tape.edges, run.sums, strict=True)):
        arrived[edge.child] += 1
        arrivals.append((arrived[edge.child], latest[edge.child]))
        if place not in run.blocked:
            latest[edge.child] = after
    return arrivals


def _is_born(result: float, *sources: float) -> bool:
    """Whether a result is worse than all that it was computed from.

    An infinity is born of finite numbers; NaN is born of anything but NaN, such as inf - inf.
    """
    if math.isnan(result):
        return not any(map(math.isnan, sources))
    return math.isinf(result) and all(map(math.isfinite, sources))


def label_of(node: Node) -> str:
    """Return what is drawn in a node."""
    if node.op == VARIABLE:
        return node.name
    if node.op == CONSTANT:
        return "π" if spell(node.number) == "pi" else show_exactly(node.number)
    return OPERATIONS[node.op].symbol


def describe_slot(graph: Graph, parent: int, slot: int) -> str:
    """Return "its left input", "its right input", or "its input" where it has but one."""
    if graph.nodes[parent].right is None:
        return "its input"
    return f"its {('left', 'right')[slot]} input"
