"""`qsts trace`: every step of the forward and the backward sweep, and of the building before."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from qsts_core.command.formulas import (
    FILE,
    JSON,
    OPERANDS,
    SCRIPT,
    SHARING,
    read_expression,
)
from qsts_core.command.output import (
    print_json,
    print_line,
    print_notes,
    print_table,
    print_warnings,
)
from qsts_core.command.words import Command, Option, Words, WordsError
from qsts_core.construction import Stacks, describe_program
from qsts_core.errors import QstsError
from qsts_core.expression import Expression
from qsts_core.graph import Graph
from qsts_core.notation import plural, show
from qsts_core.printer import write_nodes
from qsts_core.reading.postfix import Program
from qsts_core.study.breakpoints import find_hits
from qsts_core.trace import BackwardStep, ForwardStep, SeedStep, Step, Trace
from qsts_core.values import read_values

__all__ = ["TRACE", "print_trace"]

_BUILD = Option(("--build",), "begin with how the graph is built")
_AFTER = Option(
    ("--after",), "begin with the reset of the run at these values", takes="NAME=NUMBER,…"
)
_UNTIL = Option(("--until",), 'stop where something first holds, as "|adjoint| > 100"', "WORDS")
_OPTIONS = (SHARING, SCRIPT, _BUILD, _AFTER, _UNTIL, JSON, FILE)

_WIDTH, _WIDTH_BESIDE_TRIPLES = 60, 46
"""How many columns of a terminal a subexpression may take."""

_LINE = 64
"""How many columns of a terminal the postfix takes."""

_TOP = 20
"""How much of a stack is printed."""


def _run(words: Words) -> None:
    expression, at = read_expression(words, _OPTIONS)
    after = _state_before(words, expression)
    trace = expression.trace(at, build=words.has("--build"), after=after)
    until = words.options.get("--until")
    stop, told = _stop_of(trace, until) if until else (len(trace), "")
    if words.has("--json"):
        said = {"script": expression.script, "notes": list(expression.notes)}
        plain = trace.to_dict() | said
        if until:
            plain["steps"] = plain["steps"][:stop]
            plain["until"] = {"words": until, "step": stop if told == "" else None}
        print_json(plain)
        return
    ending = told or (f"stopped after step {stop} of {len(trace)}: {until}" if until else "")
    print_trace(trace, stop, ending)
    print_notes(expression.notes)


def print_trace(trace: Trace, last: int | None = None, ending: str = "") -> None:
    """Print the steps up to the last as tables, and where numbers that are not finite are born."""
    stop = len(trace) if last is None else last
    graph = trace.tape.graph
    if trace.building:
        _print_building(trace)
    else:
        texts = write_nodes(graph, _WIDTH)
        print_table(
            [["node", "stands for"], *([graph.show_node(i), text] for i, text in enumerate(texts))]
        )
        print_line()
    first = len(trace.building)
    if trace.before is not None:
        after = {name: trace.before.values[index] for index, name in trace.tape.variables}
        values = ", ".join(f"{name}={show(number)}" for name, number in after.items())
        reset = f"the {plural(len(graph.nodes), 'value')} and adjoints of the run at {values}"
        print_table([["step", "what happens"], ["1", f"resets {reset}"]])
        print_line()
        first = 1
    seed = first + len(graph.nodes)
    forward = (_value(step, graph) for step in trace[first : min(seed, stop)])
    print_table([["step", "node", "value"], *_numbered(forward, first + 1)])
    if stop > seed:
        print_line()
        header = ["step", "node", "input", "local derivative", "contribution", "adjoint", "arrived"]
        backward = (_adjoint(step, graph) for step in trace[seed:stop])
        print_table([header, *_numbered(backward, seed + 1)])
    if ending:
        print_line(ending)
    print_warnings(trace.warnings)


def _state_before(words: Words, expression: Expression) -> dict[str, float] | None:
    """Read the values of the run whose reset comes first, if one was asked for."""
    if not words.has("--after"):
        return None
    if words.has("--build"):
        raise WordsError("--build and --after exclude each other: after a reset nothing is built")
    try:
        after = read_values(words.options["--after"])
        expression.point(after)
    except QstsError as error:
        raise WordsError(f"--after: {error}") from error
    return after


def _stop_of(trace: Trace, until: str) -> tuple[int, str]:
    """Return after how many steps to stop; and why not before the end, where nothing holds."""
    positions, why_none = find_hits(trace, until)
    if positions:
        return positions[0], ""
    return len(trace), f"never in these {len(trace)} steps: {until} ({why_none})"


def _print_building(trace: Trace) -> None:
    """Print the postfix, the triples, and each step that leads from the one to the other."""
    print_table(list(_postfix(trace.building[0].program)))
    print_line()
    graph = trace.tape.graph
    texts = write_nodes(graph, _WIDTH_BESIDE_TRIPLES)
    named = [[graph.show_node(i), _triple(graph, i), text] for i, text in enumerate(texts)]
    print_table([["node", "triple", "stands for"], *named])
    print_line()
    print_table([["step", "node", "what happens"], *_numbered(_building(trace), 1)])
    print_line()


def _postfix(program: Program) -> Iterator[list[str]]:
    """Yield the postfix of each statement, in lines that a terminal holds."""
    entries = [entry["text"] for entry in describe_program(program)["entries"]]
    for name, first, last in program.statements:
        heading = f"postfix of {name}" if name else "postfix"
        written = " ".join(entries[first:last])
        for line in textwrap.wrap(written, _LINE, break_long_words=False, break_on_hyphens=False):
            yield [heading, line]
            heading = ""


def _triple(graph: Graph, index: int) -> str:
    """Write an operation with its inputs, by which it is found again; a leaf has no triple."""
    op, inputs = graph.nodes[index].op, graph.nodes[index].inputs
    return f"({', '.join([op, *map(graph.show_node, inputs)])})" if inputs else ""


def _numbered(rows: Iterable[list[str]], first: int) -> Iterator[list[str]]:
    return ([str(k), *row] for k, row in enumerate(rows, first))


def _value(step: Step, graph: Graph) -> list[str]:
    """Say in cells of a table what a step forward does, with four digits."""
    assert isinstance(step, ForwardStep)
    return [graph.show_node(step.node), show(step.value, 4)]


def _adjoint(step: Step, graph: Graph) -> list[str]:
    """Say in cells of a table what the seed or a step backward does, with four digits."""
    if isinstance(step, SeedStep):
        return [graph.show_node(step.node), "seed", "", "", show(step.after, 4), "1 of 1"]
    assert isinstance(step, BackwardStep)
    edge = f"{graph.show_node(step.parent)} → {graph.show_node(step.child)}"
    slot = ("left", "right")[step.slot] if graph.nodes[step.parent].right is not None else ""
    after = "–" if step.after is None else show(step.after, 4)
    if step.blocked:
        return [edge, slot, "blocked", "–", after, f"{step.arrived} of {step.due}"]
    numbers = (show(step.local, 4), show(step.contribution, 4), after)
    return [edge, slot, *numbers, f"{step.arrived} of {step.due}"]


def _building(trace: Trace) -> Iterator[list[str]]:
    """Say which node each step of the building gives, and what happens."""
    stacks, name = Stacks(), trace.tape.graph.show_node
    for step in trace.building:
        stacks.apply(step)
        if step.node is None:
            operators = _top(stacks.operators) or "empty"
            token = step.token.text.strip() or "the end"
            yield ["", f"reads {token}; operators: {operators}; queued: {step.queued}"]
        else:
            made = "seen before" if step.reused else "new"
            nodes = _top([name(node) for node in stacks.nodes[-_TOP - 1 :]])
            triple = _triple(trace.tape.graph, step.node)
            verb = "looks up" if triple and trace.sharing == "unique" else "runs"
            does = f"{verb} {triple or step.token.text}"
            yield [name(step.node), f"{does}: {made}; stack: {nodes}"]


def _top(stack: list[str]) -> str:
    """Write a stack, its top last; of a deep one only the top."""
    return " ".join(stack) if len(stack) <= _TOP else " ".join(["…", *stack[-_TOP:]])


TRACE = Command(
    name="trace",
    purpose="print every step, forward and backward",
    operands=OPERANDS,
    run=_run,
    options=_OPTIONS,
    examples=(
        ("qsts trace '(x+y) + x*(x+y)' x=2 y=3", "each value, each contribution"),
        ("qsts trace 'x*x' x=3 --build", "and before them, how the graph is built"),
        ("qsts trace 'x*x' x=4 --after x=3", "the next state: a reset, and nothing is built"),
        ("qsts trace 'x*y' x=2 y=3 --until 'x final'", "up to the step where something holds"),
        ("qsts trace - x=1 < formula.txt", "a formula too long for a command line"),
    ),
)
