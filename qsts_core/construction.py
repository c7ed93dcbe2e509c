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
from typing import Any, ClassVar

from .graph import Assembly, Push, Sharing
from .lexer import Token
from .postfix import Entry, Pending, Program, Reader

__all__ = ["BuildStep", "build_steps"]


@dataclass(frozen=True, slots=True)
class BuildStep:
    """One step of the building: a token is read, or one entry of the postfix is run.

    Attributes
    ----------
    token
        The token that is read, or that the entry came from.
    operators
        The operator stack after it, its top last.
    program
        The whole program; the queue so far is its first `queued` entries.
    queued
        How many entries have been put into the postfix queue so far.
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
    program: Program
    queued: int
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

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        token = {"text": self.token.text, "start": self.token.start, "end": self.token.end}
        return {
            "phase": self.phase,
            "token": token,
            "operators": list(self.operators),
            "postfix": list(self.postfix),
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
    for token, operators, queued, binds in readings:
        if token.kind == "end" and not queued:
            continue  # an empty statement
        first = BuildStep(token, operators, program, queued, stack=stack, binds=binds)
        yield first
        while push is not None and push.position < queued:
            stack = tuple(assembly.stack)
            yield _run(first, push, assembly, stack)
            push = next(pushes, None)
        if token.kind == "end":
            stack = ()


def _read(reader: Reader, token: Token) -> tuple[Token, tuple[str, ...], int, str]:
    """Read one token; return it with the operator stack, the queue's length and a bound name."""
    ended = len(reader.statements)
    reader.read(token)
    binds = "".join(statement.name for statement in reader.statements[ended:])
    return token, tuple(map(_spell_pending, reader.operators)), len(reader.entries), binds


def _run(read: BuildStep, push: Push, assembly: Assembly, stack: tuple[int, ...]) -> BuildStep:
    return BuildStep(
        push.entry.token,
        read.operators,
        read.program,
        read.queued,
        entry=push.position,
        inputs=assembly.nodes[push.node].inputs if push.entry.role == "operation" else (),
        stack=stack,
        node=push.node,
        reused=push.reused,
    )


def _spell_entry(entry: Entry) -> str:
    return str(entry.content) if entry.role == "operation" else entry.token.text


def _spell_pending(pending: Pending) -> str:
    return pending.op or pending.token.text
