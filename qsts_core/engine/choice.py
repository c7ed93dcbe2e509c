"""The engines there are, and which of them is taken: one table, and a rule that is always the same.

An engine compiles a `Tape` for one state (a callable on floats), for many (an object with
`fill(states, values, gradient)`), or for both. What "auto" takes depends on the size of the graph,
on the number of states and on what is installed, never on what was computed before: last bits
differ from engine to engine, and a call that is repeated gives the same.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, NamedTuple, TypeAlias

from qsts_core.errors import ArgumentError
from qsts_core.sweep import Tape

__all__ = [
    "ENGINES",
    "Compiled",
    "ManyEngine",
    "OneEngine",
    "Task",
    "check_engine",
    "choose",
    "compile_by",
    "count_operations",
]

Task: TypeAlias = Literal["one", "many"]
OneEngine: TypeAlias = Literal["auto", "sweep", "python", "native"]
ManyEngine: TypeAlias = Literal["auto", "sweep", "numpy", "native"]


class Engine(NamedTuple):
    """One row of the table.

    Attributes
    ----------
    one, many
        What compiles for one state and for many, as "module.function"; "" where nothing does.
    needs
        A library that need not be installed, and the extra of this package that brings it.
    """

    one: str = ""
    many: str = ""
    needs: tuple[str, str] | None = None

    @property
    def is_there(self) -> bool:
        """Whether what it needs is installed."""
        return self.needs is None or find_spec(self.needs[0]) is not None

    def compiler(self, task: Task) -> Callable[[Tape], Any]:
        """Return what compiles for a task; its module is loaded here, not before."""
        module, function = (self.one if task == "one" else self.many).split(".")
        compiler: Callable[[Tape], Any] = getattr(
            import_module(f"qsts_core.engine.{module}"), function
        )
        return compiler


ENGINES: dict[str, Engine] = {
    "sweep": Engine(one="python.sweep_function", many="batch.Sweep"),
    "python": Engine(one="python.compile_function"),
    "numpy": Engine(many="blocks.compile_blocks"),
    "native": Engine(
        one="call.compile_call", many="native.compile_native", needs=("llvmlite", "native")
    ),
}

INSTEAD: dict[Task, str] = {"one": "python", "many": "numpy"}
"""What computes where the native engine cannot."""

LARGE = 50
"""Nodes beyond which machine code saves more than compiling it takes, after some 10,000 calls."""

FEW = 16
"""States below which the sweep is taken: compiling takes as long as sweeping a hundred states."""

MUCH = 2_000_000
"""Operations times states from which machine code is taken: a millisecond of numpy's time, about
as much as starting to compile takes."""


def choose(task: Task, tape: Tape, states: int = 1) -> str:
    """Return the engine that "auto" stands for.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> tape = Expression("x*y + sin(x)").tape
    >>> choose("one", tape), choose("many", tape, 3), choose("many", tape, 10_000)
    ('python', 'sweep', 'numpy')
    """
    native = ENGINES["native"].is_there
    if task == "one":
        return "native" if native and len(tape.graph.nodes) > LARGE else "python"
    if states < FEW:
        return "sweep"
    return "native" if native and count_operations(tape) * states >= MUCH else "numpy"


def check_engine(task: Task, name: object) -> None:
    """Raise ArgumentError where no engine of this name does the task."""
    known = [
        "auto",
        *(name for name, row in ENGINES.items() if (row.one if task == "one" else row.many)),
    ]
    if name not in known:
        raise ArgumentError(f"engine is one of {', '.join(known)}, not {name!r}")


class Compiled(NamedTuple):
    """A formula, ready to run.

    Attributes
    ----------
    engine
        The engine that computes.
    run
        What it compiled.
    reason
        Why it is not the one that was asked for; "" where it is.
    """

    engine: str
    run: Any
    reason: str = ""


def compile_by(name: str, task: Task, tape: Tape) -> Compiled:
    """Compile by an engine, or by the one that computes instead where that is impossible."""
    row = ENGINES[name]
    if row.is_there:
        try:
            return Compiled(name, row.compiler(task)(tape))
        except Exception as error:
            if row.needs is None:
                raise
            reason = f"cannot compile here ({error})"
    else:
        library, extra = row.needs or ("", "")
        reason = f"needs {library} (pip install 'qsts[{extra}]')"
    other = INSTEAD[task]
    reason = f"the {name} engine {reason}: {other} computes instead"
    return Compiled(other, ENGINES[other].compiler(task)(tape), reason)


def count_operations(tape: Tape) -> int:
    """Return about how many operations a state takes: one a value, one or two a contribution."""
    return 1 + len(tape.operations) + len(tape.edges)
