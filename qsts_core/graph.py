"""Postfix to a graph of nodes, by a unique stack.

In goes a `Program`; out comes a `Graph`. A stack machine runs the postfix: a value pushes a node,
an operation pops its inputs, forms the triple (operation, left, right) and looks it up before it
makes it. The key of the look-up is the node itself, with *indices* for its inputs, so equality is
exact at any depth (hash consing; Ershov, 1958), and the order of creation is a topological order.

How alike nodes are merged is one policy, the `Sharing`, not three builders:

========== ==================================================================
none       a tree: each occurrence of a variable is a node of its own
variables  variables are unique, nothing else (as the program prsr did)
unique     every node is unique (as the program qsts meant to)
========== ==================================================================

Where operations are not shared, a name that a statement bound stands for a copy of what it was
bound to. A statement that the output does not use makes no nodes, but for its variables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from .errors import ArgumentError, TooLargeError
from .notation import Letters, choose_letters, show_count
from .ops import ARITIES
from .reading.postfix import Entry, Program, Statement

__all__ = [
    "CONSTANT",
    "LARGEST",
    "SHARINGS",
    "VARIABLE",
    "Assembly",
    "Graph",
    "Node",
    "Push",
    "Sharing",
    "Size",
    "build",
    "idle_variables",
    "needed_statements",
    "predict_size",
]

Sharing: TypeAlias = Literal["none", "variables", "unique"]
SHARINGS: tuple[Sharing, ...] = get_args(Sharing)

VARIABLE = "variable"
CONSTANT = "constant"

LARGEST = 2_000_000
"""The most nodes that a graph may have whose size the text does not bound."""

Place: TypeAlias = tuple[int, int]


Stretch: TypeAlias = tuple[int, int, int | None]
"""What is run without a jump, `entries[first:last]`, and the reference on whose behalf, if any."""


class Node(NamedTuple):
    """One node: the triple (operation, left, right), or a leaf with its name or its number.

    Attributes
    ----------
    op
        The name of a row of the table of operations, or "variable", or "constant".
    left, right
        The indices of its inputs; `None` where there is none.
    name
        A variable's name; "" for all others.
    number
        A constant's number; 0 for all others.
    """

    op: str
    left: int | None = None
    right: int | None = None
    name: str = ""
    number: float = 0.0

    @classmethod
    def over(cls, op: str, inputs: Sequence[int]) -> Node:
        """Make the node of an operation over one input or two."""
        return cls(op, inputs[0], inputs[1] if len(inputs) > 1 else None)

    @property
    def inputs(self) -> tuple[int, ...]:
        """The indices of its inputs, in the order of the slots."""
        if self.left is None:
            return ()
        return (self.left,) if self.right is None else (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph of nodes; equal graphs have the same nodes in the same order.

    Attributes
    ----------
    nodes
        The nodes; the position is the identity, and a topological order: inputs come first.
    output
        The index of the node whose derivatives are wanted.
    places
        For each node, where it stands in the text: half-open character offsets.
    letters
        What our own names are made of, so that none is one of the program's.
    """

    nodes: tuple[Node, ...]
    output: int
    places: tuple[tuple[Place, ...], ...] = field(compare=False, repr=False)
    letters: Letters = field(default=Letters(), compare=False, repr=False)  # it is immutable

    def name_node(self, index: int) -> str:
        """Return the name of a node in texts that are read again: z3 is the third that was made."""
        return self.letters.name_node(index)

    def show_node(self, index: int) -> str:
        """Return the name of a node as it is shown: z₃."""
        return self.letters.show_node(index)

    @property
    def edges(self) -> int:
        """How many edges it has; `x*x` has two."""
        return sum((node.left is not None) + (node.right is not None) for node in self.nodes)


class Push(NamedTuple):
    """What one entry of the postfix did: it put `node` on the stack.

    Attributes
    ----------
    entry
        The entry that was run.
    node
        The index of the node now on top of the stack.
    reused
        Whether the look-up found the node, instead of making it.
    position
        Which entry of the program was being run: `entry` itself, or the reference on whose
        behalf a statement is run once more.
    """

    entry: Entry
    node: int
    reused: bool
    position: int


class Size(NamedTuple):
    """How large a graph is, as exact integers."""

    nodes: int
    edges: int


def build(program: Program, sharing: Sharing = "unique") -> Graph:
    """Build the graph of a program.

    Raises
    ------
    TooLargeError
        If nodes are repeated, and there would be more than `LARGEST`.

    Examples
    --------
    >>> from qsts_core.reading.postfix import read
    >>> program = read("(x+y) + x*(x+y)")
    >>> [len(build(program, sharing).nodes) for sharing in SHARINGS]
    [9, 6, 5]
    """
    if sharing != "unique":
        nodes = predict_size(program, sharing).nodes
        if nodes > LARGEST:
            raise TooLargeError(_too_large(nodes, sharing), nodes)
    return Assembly(program, sharing).graph()


class Assembly:
    """The stack machine: the nodes made so far, and the stack.

    Attributes
    ----------
    nodes, places
        As in the graph that is being made.
    stack
        The indices of the nodes that wait for an operation, the top last.
    seen
        The unique stack: for each triple that is looked up, its node.
    """

    def __init__(self, program: Program, sharing: Sharing) -> None:
        if sharing not in SHARINGS:
            raise ArgumentError(f"sharing is one of {', '.join(SHARINGS)}, not {sharing!r}")
        self.program = program
        self.nodes: list[Node] = []
        self.places: list[list[Place]] = []
        self.stack: list[int] = []
        self._sharing = sharing
        self._shares_variables = sharing != "none"
        self._shares_all = sharing == "unique"
        self.seen: dict[tuple[Any, ...], int] = {}
        self._results: dict[Any, int] = {}  # statement -> its node, where all is shared

    def graph(self) -> Graph:
        """Run the whole program and return its graph, however large."""
        entries = self.program.entries
        for first, last, _ in self._stretches():
            self._run(entries[first:last])
        places = tuple(map(tuple, self.places))
        return Graph(tuple(self.nodes), self.stack[-1], places, letters_beside(self.program))

    def pushes(self) -> Iterator[Push]:
        """Run the whole program, and say what each entry did."""
        for first, last, caller in self._stretches():
            for position in range(first, last):
                entry, made = self.program.entries[position], len(self.nodes)
                self._run((entry,))
                node = self.stack[-1]
                yield Push(entry, node, node < made, position if caller is None else caller)

    def rehearse(self) -> Callable[[], Assembly]:
        """Run the whole program; return what runs the stack machine alone over it once more.

        What is decided before the machine runs (which statements are needed, how a name unfolds)
        is not done again, so that the machines of two sharings can be compared.
        """
        entries: list[Entry] = []
        for first, last, _ in self._stretches():
            stretch = self.program.entries[first:last]
            entries += stretch
            self._run(stretch)

        def again() -> Assembly:
            machine = Assembly(self.program, self._sharing)
            machine._results = self._results
            machine._run(entries)
            return machine

        return again

    def _run(self, entries: Iterable[Entry]) -> None:
        """Run entries: each pops its inputs, and pushes the node that it finds or makes."""
        nodes, places, stack, seen = self.nodes, self.places, self.stack, self.seen
        made = len(nodes)
        triple: tuple[Any, ...]
        for role, name, number, statement, _, start, end in entries:
            if role == "reference":
                triple = nodes[self._results[statement]]
            elif role == "operation":
                right = stack.pop() if ARITIES[name] == 2 else None
                triple = name, stack.pop(), right, "", 0.0
            else:
                triple = role, None, None, name, number
            shared = self._shares_all or (self._shares_variables and role == "variable")
            index = seen.setdefault(triple, made) if shared else made
            if index == made:  # not seen before
                nodes.append(_new(Node, triple))
                places.append([(start, end)])
                made += 1
            else:
                places[index].append((start, end))
            stack.append(index)

    def _stretches(self) -> Iterator[Stretch]:
        """Yield what is to be run, in order; each is to be run before the next is asked for."""
        statements = self.program.statements
        last = len(statements) - 1
        needed = needed_statements(self.program)
        idle = set() if self._shares_variables else idle_variables(self.program)
        for index, statement in enumerate(statements):
            self.stack.clear()
            if index not in needed:
                yield from self._variables_of(statement, idle)
            elif self._shares_all:
                yield statement.first, statement.last, None
                self._results[index] = self.stack[-1]
            elif index == last:
                yield from self._unfold(statement)

    def _variables_of(self, statement: Statement, idle: set[str]) -> Iterator[Stretch]:
        """Yield the variables of a statement that the output does not use."""
        for position in range(statement.first, statement.last):
            role, name = self.program.entries[position][:2]
            if role == "variable" and (self._shares_variables or name in idle):
                idle.discard(name)
                yield position, position + 1, None

    def _unfold(self, statement: Statement) -> Iterator[Stretch]:
        """Yield a statement, in which a reference calls its statement as a routine."""
        entries, statements = self.program.entries, self.program.statements
        _, position, last = statement
        returns: list[tuple[int, int]] = []
        caller: int | None = None
        while True:
            here = range(position, last)
            reference = next((i for i in here if entries[i].role == "reference"), last)
            yield position, reference, caller
            if reference < last:
                caller = caller if returns else reference
                returns.append((reference + 1, last))
                _, position, last = statements[entries[reference].statement]
            elif returns:
                position, last = returns.pop()
                caller = caller if returns else None
            else:
                return


_new = tuple.__new__  # of all fields at once: with `Node(*triple)` a graph takes 1.2 times as long


def letters_beside(program: Program) -> Letters:
    """Choose letters that are none of the names in a program."""
    bound = (statement.name for statement in program.statements)
    return choose_letters((*program.variables, *bound))


def predict_size(program: Program, sharing: Sharing) -> Size:
    """Count the nodes and edges of a graph, without building it where it has repeated nodes.

    The counts are exact however large: a tree can be exponential in the length of the text.

    Examples
    --------
    >>> from qsts_core.reading.postfix import read
    >>> predict_size(read("t = x*x; t = t*t; t*t"), "none")
    Size(nodes=15, edges=14)
    """
    if sharing == "unique":
        graph = build(program, sharing)
        return Size(len(graph.nodes), graph.edges)
    sizes: dict[int, Size] = {}  # as trees, while they are used: numbers as long as the text
    last_use = _last_uses(program)
    for index, statement in enumerate(program.statements):
        nodes = edges = 0  # variables are counted only where they are repeated
        for entry in program.entries[statement.first : statement.last]:
            if entry.role == "reference":
                inner = sizes[entry.statement]
                nodes, edges = nodes + inner.nodes, edges + inner.edges
            else:
                nodes += entry.role != "variable" or sharing == "none"
                edges += _arity(entry)
        sizes[index] = Size(nodes, edges)
        for used in last_use.get(index, ()):
            del sizes[used]
    once = program.variables if sharing == "variables" else idle_variables(program)
    output = sizes[len(program.statements) - 1]
    return Size(output.nodes + len(once), output.edges)


def _last_uses(program: Program) -> dict[int, list[int]]:
    """Return for a statement those that it is the last to use."""
    last: dict[int, int] = {}
    for index, statement in enumerate(program.statements):
        for entry in program.entries[statement.first : statement.last]:
            if entry.role == "reference":
                last[entry.statement] = index
    ending: dict[int, list[int]] = {}
    for used, index in last.items():
        ending.setdefault(index, []).append(used)
    return ending


def needed_statements(program: Program) -> set[int]:
    """Return the indices of the statements that the output uses, its own included."""
    needed = {len(program.statements) - 1}
    for index in range(len(program.statements) - 1, 0, -1):  # the first has no reference
        if index in needed:
            _, first, last = program.statements[index]
            needed.update(e.statement for e in program.entries[first:last] if e.role == "reference")
    return needed


def idle_variables(program: Program) -> set[str]:
    """Return the variables that stand only in statements that the output does not use."""
    needed = needed_statements(program)
    if len(needed) == len(program.statements):
        return set()
    used = {
        entry.name
        for index in needed
        for entry in program.entries[slice(*program.statements[index][1:])]
        if entry.role == "variable"
    }
    return set(program.variables) - used


def _arity(entry: Entry) -> int:
    return ARITIES[entry.name] if entry.role == "operation" else 0


def _too_large(nodes: int, sharing: Sharing) -> str:
    kind = "as a tree" if sharing == "none" else "threaded"
    return (
        f"{kind}, this formula has {show_count(nodes)} nodes, and at most {LARGEST:,} are built. "
        "With sharing='unique' nothing is repeated."
    )
