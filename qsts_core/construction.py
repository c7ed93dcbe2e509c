"""The making of the graph as steps: the two stacks, the queue between them, and the look-up.

In go a text and a sharing; out come `BuildStep`s. They are read off the same `Reader` and the same
`Assembly` that build the graph, so what is shown is what happens. A step says what it *changes*,
so that all of them together are linear in the text; whoever shows the stacks keeps them with
`Stacks`, or does the same in another language.

The unique stack here is a hash table keyed by the triple (operation, left, right): a look-up takes
constant time on average. The program qsts kept its triples in an ordered set, in lexicographic
order, which takes time logarithmic in the number of nodes; and it compared the *labels* of the
inputs where it must compare the inputs themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from .graph import Assembly, Push, Sharing, needed_statements
from .reading.postfix import Entry, Program, Reader
from .reading.scripts import Script
from .reading.tokens import Token

__all__ = ["BuildStep", "Stacks", "build_steps", "describe_program"]


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of the building: a token is read, or one entry of the postfix is run.

    Attributes
    ----------
    token
        The token that is read, or that the entry came from.
    kept, pushed
        The operator stack is popped until it holds `kept` operators; then these are pushed.
    program
        The whole program; the queue so far is its first `queued` entries.
    queued
        How many entries have been put into the postfix queue so far.
    statement
        The statement that is being read, counted from 0.
    entry
        The position in the queue of the entry that is run; `None` while a token is read.
    inputs, node
        The nodes popped from the node stack, and the one pushed, `None` while a token is read. The
        first step of a statement finds the node stack empty.
    reused
        Whether the look-up found that node, instead of making it.
    binds
        The name that now stands for the top of the stack, where a statement with one ends.
    """

    phase: ClassVar[str] = "build"
    token: Token
    kept: int
    pushed: tuple[str, ...]
    program: Program
    queued: int
    statement: int
    entry: int | None = None
    inputs: tuple[int, ...] = ()
    node: int | None = None
    reused: bool = False
    binds: str = ""

    @property
    def implied(self) -> bool:
        """Whether a product that is not written, as in `2x`, is put on the stack or run."""
        if self.node is None:
            return "*" in self.pushed and self.token.text != "*"
        return self.token.text == "*" and self.token.start == self.token.end

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, as `Trace.to_dict` describes it."""
        token = {"text": self.token.text, "start": self.token.start, "end": self.token.end}
        return {
            "phase": self.phase,
            "token": token,
            "implied": self.implied,
            "kept": self.kept,
            "pushed": list(self.pushed),
            "queued": self.queued,
            "statement": self.statement,
            "entry": self.entry,
            "inputs": list(self.inputs),
            "node": self.node,
            "reused": self.reused,
            "binds": self.binds,
        }


class Stacks:
    """The two stacks after some steps; both have their top last.

    Attributes
    ----------
    operators
        The operator stack.
    nodes
        The node stack, as indices of nodes.

    Examples
    --------
    >>> stacks = Stacks()
    >>> for step in build_steps("2*(x+y)"):
    ...     stacks.apply(step)
    ...     if step.token.text == "+":
    ...         print(stacks.operators, stacks.nodes)
    ['*', '(', '+'] [0, 1]
    ['*'] [0, 3]
    """

    def __init__(self) -> None:
        self.operators: list[str] = []
        self.nodes: list[int] = []
        self._statement = 0

    def apply(self, step: BuildStep) -> None:
        """Take one step, in time proportional to what it changes."""
        self.operators[step.kept :] = step.pushed
        if step.statement != self._statement:
            self._statement = step.statement
            self.nodes.clear()
        if step.node is not None:
            self.nodes[len(self.nodes) - len(step.inputs) :] = [step.node]


def build_steps(
    text: str, sharing: Sharing = "unique", script: Script | None = None
) -> Iterator[BuildStep]:
    """Yield the steps in which a text becomes a graph; its script is told from it unless given.

    Each token is read in one step; then each entry that it put into the queue is run in one. Where
    operations are not shared, a name runs the entries of its statement once more.

    Raises
    ------
    FormulaError
        If the text is not a formula.

    Examples
    --------
    >>> found = [step for step in build_steps("(x+y) + x*(x+y)") if step.reused]
    >>> [(step.token.text, step.node) for step in found]  # x, x, y, and then x+y
    [('x', 0), ('x', 0), ('y', 1), ('+', 2)]
    """
    reader = Reader(text, script=script)
    waiting: list[Any] = []
    readings = [_read(reader, token, waiting) for token in reader.tokens]
    program = reader.program()
    assembly = Assembly(program, sharing)
    pushes = assembly.pushes()
    push = next(pushes, None)
    for reading in readings:
        token, queued = reading.token, reading.queued
        if token.kind == "end" and not reading.ends:
            continue  # an empty statement
        first = BuildStep(
            token, reading.kept, reading.pushed, program, queued, reading.statement,
            binds=reading.binds,
        )  # fmt: skip
        yield first
        while push is not None and push.position < queued:
            yield _run(first, push, assembly)
            push = next(pushes, None)


def describe_program(program: Program) -> dict[str, Any]:
    """Return a program as plain data: the whole queue, and what each statement binds.

    Examples
    --------
    >>> from qsts_core.reading.postfix import read
    >>> described = describe_program(read("t = x; 2y"))
    >>> described["statements"]
    [{'name': 't', 'used': False}, {'name': '', 'used': True}]
    >>> [entry["text"] for entry in described["entries"]]
    ['x', '2', 'y', '*']
    """
    used = needed_statements(program)
    return {
        "entries": [
            {
                "text": _spell_entry(entry),
                "role": entry.role,
                "start": entry.start,
                "end": entry.end,
            }
            for entry in program.entries
        ],
        "statements": [
            {"name": statement.name, "used": index in used}
            for index, statement in enumerate(program.statements)
        ],
    }


class _Reading(NamedTuple):
    """What reading one token left: its fields are those of `BuildStep`."""

    token: Token
    kept: int
    pushed: tuple[str, ...]
    queued: int
    statement: int
    ends: bool
    binds: str


def _read(reader: Reader, token: Token, before: list[Any]) -> _Reading:
    """Read one token; say what that made of the operator stack, `before`, and of the queue.

    What is the same object was there before, and so was, in a stack, all below it.
    """
    statement, after = len(reader.statements), reader.waiting
    reader.read(token)
    kept = min(len(before), len(after))
    while kept and before[kept - 1] is not after[kept - 1]:
        kept -= 1
    pushed = after[kept:]
    before[kept:] = pushed
    return _Reading(
        token,
        kept,
        tuple(op or waits.text for _, op, waits, _ in pushed),
        len(reader.entries),
        statement,
        len(reader.statements) > statement,
        "".join(ended.name for ended in reader.statements[statement:]),
    )


def _run(read: BuildStep, push: Push, assembly: Assembly) -> BuildStep:
    return BuildStep(
        push.entry.token,
        read.kept + len(read.pushed),
        (),
        read.program,
        read.queued,
        read.statement,
        entry=push.position,
        inputs=assembly.nodes[push.node].inputs if push.entry.role == "operation" else (),
        node=push.node,
        reused=push.reused,
    )


def _spell_entry(entry: Entry) -> str:
    return entry.name if entry.role == "operation" else entry.token.text
