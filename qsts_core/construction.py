"""The making of the graph as steps: the two stacks, the queue between them, and the look-up.

In go a text and a sharing; out come `BuildStep`s. They are read off the same `Reader` and the same
`Assembly` that build the graph, so what is shown is what happens.

The unique stack here is a hash table keyed by the triple (operation, left, right): a look-up takes
constant time on average. The program qsts kept its triples in an ordered set, in lexicographic
order, which takes time logarithmic in the number of nodes; and it compared the *labels* of the
inputs where it must compare the inputs themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import is_
from typing import Any, ClassVar, NamedTuple

from .graph import Assembly, Push, Sharing, needed_statements
from .reading.postfix import Entry, Program, Reader
from .reading.tokens import Token

__all__ = ["BuildStep", "build_steps", "describe_program"]


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of the building: a token is read, or one entry of the postfix is run.

    Attributes
    ----------
    token
        The token that is read, or that the entry came from.
    operators
        The operator stack after it, its top last.
    kept
        How many of those were there before it. What lies above is new; whatever else lay there
        before has been popped.
    program
        The whole program; the queue so far is its first `queued` entries.
    queued
        How many entries have been put into the postfix queue so far.
    statement
        The statement that is being read, counted from 0.
    entry
        The position in the queue of the entry that is run; `None` while a token is read.
    inputs
        The nodes that it popped.
    stack
        The node stack after it, its top last.
    node
        The node that it pushed; `None` while a token is read.
    reused
        Whether the look-up found that node, instead of making it.
    binds
        The name that now stands for the top of the stack, where a statement with one ends.
    """

    phase: ClassVar[str] = "build"
    token: Token
    operators: tuple[str, ...]
    kept: int
    program: Program
    queued: int
    statement: int
    entry: int | None = None
    inputs: tuple[int, ...] = ()
    stack: tuple[int, ...] = ()
    node: int | None = None
    reused: bool = False
    binds: str = ""

    @property
    def postfix(self) -> tuple[str, ...]:
        """The postfix queue so far."""
        return tuple(map(_spell_entry, self.program.entries[: self.queued]))

    @property
    def implied(self) -> bool:
        """Whether a product that is not written, as in `2x`, is put on the stack or run."""
        if self.node is None:
            return "*" in self.operators[self.kept :] and self.token.text != "*"
        return self.token.text == "*" and self.token.start == self.token.end

    def to_dict(self, *, spell_queue: bool = True) -> dict[str, Any]:
        """Return plain data for JSON; without `spell_queue`, only the length of the queue."""
        token = {"text": self.token.text, "start": self.token.start, "end": self.token.end}
        return {
            "phase": self.phase,
            "token": token,
            "implied": self.implied,
            "operators": list(self.operators),
            "kept": self.kept,
            **({"postfix": list(self.postfix)} if spell_queue else {}),
            "queued": self.queued,
            "statement": self.statement,
            "entry": self.entry,
            "inputs": list(self.inputs),
            "stack": list(self.stack),
            "node": self.node,
            "reused": self.reused,
            "binds": self.binds,
        }


def build_steps(text: str, sharing: Sharing = "unique") -> Iterator[BuildStep]:
    """Yield the steps in which a text becomes a graph.

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
    reader = Reader(text)
    readings = [_read(reader, token) for token in reader.tokens]
    program = reader.program()
    assembly = Assembly(program, sharing)
    pushes = assembly.pushes()
    push = next(pushes, None)
    stack: tuple[int, ...] = ()
    for reading in readings:
        token, queued = reading.token, reading.queued
        if token.kind == "end" and not reading.ends:
            continue  # an empty statement
        first = BuildStep(
            token, reading.operators, reading.kept, program, queued, reading.statement,
            stack=stack, binds=reading.binds,
        )  # fmt: skip
        yield first
        while push is not None and push.position < queued:
            stack = tuple(assembly.stack)
            yield _run(first, push, assembly, stack)
            push = next(pushes, None)
        if token.kind == "end":
            stack = ()


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
    operators: tuple[str, ...]
    kept: int
    queued: int
    statement: int
    ends: bool
    binds: str


def _read(reader: Reader, token: Token) -> _Reading:
    """Read one token; say what that made of the operator stack and the queue."""
    before, statement = list(reader.waiting), len(reader.statements)
    reader.read(token)
    return _Reading(
        token,
        tuple(op or waits.text for _, op, waits, _ in reader.waiting),
        sum(map(is_, before, reader.waiting)),  # it is a stack: below what was kept, all was
        len(reader.entries),
        statement,
        len(reader.statements) > statement,
        "".join(ended.name for ended in reader.statements[statement:]),
    )


def _run(read: BuildStep, push: Push, assembly: Assembly, stack: tuple[int, ...]) -> BuildStep:
    return BuildStep(
        push.entry.token,
        read.operators,
        len(read.operators),
        read.program,
        read.queued,
        read.statement,
        entry=push.position,
        inputs=assembly.nodes[push.node].inputs if push.entry.role == "operation" else (),
        stack=stack,
        node=push.node,
        reused=push.reused,
    )


def _spell_entry(entry: Entry) -> str:
    return str(entry.content) if entry.role == "operation" else entry.token.text
