"""The command line: gradients and traces in a terminal, and the way to start the app.

    qsts grad  "EXPR" x=2 y=3 [--sharing S] [--json]
    qsts trace "EXPR" x=2 y=3 [--sharing S] [--json] [--build]
    qsts cost  "EXPR" x=2 y=3 [--json]
    qsts app   [STREAMLIT'S OWN FLAGS, as --server.port=8600]

`python -m qsts_core` is the same program. Bad input is answered on standard error, with exit
status 2.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import runpy
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .construction import BuildStep
from .errors import PointError, QstsError
from .expression import Expression
from .graph import SHARINGS, Graph
from .notation import show, show_count, to_json
from .printer import write_nodes
from .trace import BackwardStep, ForwardStep, SeedStep, Step, Trace

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status."""
    # Counts of nodes are exact integers, and may have more digits than Python prints unasked.
    sys.set_int_max_str_digits(0)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Where the output is not UTF-8 (a file, on Windows), ∂ must not end the program.
            stream.reconfigure(errors="replace")
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args([_shield(word) for word in words if word != "--"])
    try:
        return int(options.run(options) or 0)
    except QstsError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the output has seen enough
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qsts", description="Watch reverse-mode differentiation.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, action, purpose in (
        ("grad", _grad, "the value and the gradient"),
        ("trace", _trace, "every step, forward and backward"),
        ("cost", _cost, "what each sharing costs, counted and measured"),
    ):
        command = commands.add_parser(name, help=purpose, description=f"Print {purpose}.")
        command.add_argument("expression", metavar="EXPR", help="a formula, as in 'x*y + sin(x)'")
        command.add_argument("at", nargs="*", metavar="NAME=NUMBER", help="a value, as in x=2")
        if action is not _cost:
            command.add_argument("--sharing", choices=SHARINGS, default="unique")
        command.add_argument("--json", action="store_true", help="print JSON instead of a table")
        if action is _trace:
            command.add_argument(
                "--build", action="store_true", help="begin with how the graph is built"
            )
        command.set_defaults(run=action, build=False)
    app = commands.add_parser("app", help="start the app", description="Start the app.")
    app.add_argument("flags", nargs="*", metavar="FLAG", help="as --server.port=8600")
    app.set_defaults(run=_app)
    return parser


_WIDTH = 60
"""How many columns of a terminal a subexpression may take."""

_SHIELD = "\0 "
"""What no word from a shell begins with; argparse takes a word with a blank for no option."""


def _shield(word: str) -> str:
    """Keep argparse from taking a formula such as -x^2, or a flag of Streamlit's, for an option."""
    is_option = word in ("-h", "--help") or word.startswith(("--json", "--sharing", "--build"))
    return word if is_option or not word.startswith("-") else _SHIELD + word


def _point(words: Sequence[str]) -> dict[str, float]:
    """Read the values given as NAME=NUMBER."""
    at: dict[str, float] = {}
    for word in (word.removeprefix(_SHIELD) for word in words):
        name, equals, number = word.partition("=")
        name = name.strip()
        if not equals or not name:
            raise PointError(f"'{word}' is not a value: write NAME=NUMBER, as in x=2")
        if name in at:
            raise PointError(f"'{name}' is given twice")
        try:
            at[name] = float(number)
        except ValueError:
            raise PointError(f"the value of '{name}' is not a number: '{number}'") from None
    return at


def _read(options: argparse.Namespace) -> tuple[Expression, Trace]:
    expression = Expression(options.expression.removeprefix(_SHIELD), options.sharing)
    return expression, expression.trace(_point(options.at), build=options.build)


def _grad(options: argparse.Namespace) -> None:
    expression, trace = _read(options)
    value, gradient = trace.run.value, trace.run.gradient()
    counts = expression.count_nodes()
    if options.json:
        _print_json(
            {
                "expression": expression.text,
                "at": {name: to_json(number) for name, number in trace.at.items()},
                "value": to_json(value),
                "gradient": {name: to_json(gradient[name]) for name in expression.variables},
                "nodes": counts,
                "warnings": list(trace.warnings),
            }
        )
        return
    rows = [("value", show(value))]
    rows += [(f"∂/∂{name}", show(gradient[name])) for name in expression.variables]
    rows += [(f"nodes, {sharing}", show_count(count)) for sharing, count in counts.items()]
    _print_table([list(row) for row in rows])
    _print_warnings(trace)


def _trace(options: argparse.Namespace) -> None:
    _expression, trace = _read(options)
    if options.json:
        _print_json(trace.to_dict())
        return
    texts = write_nodes(trace.tape.graph, _WIDTH)
    graph = trace.tape.graph
    names = [[graph.show_node(index), text] for index, text in enumerate(texts)]
    _print_table([["node", "stands for"], *names])
    print()
    if trace.building:
        header = ["step", "node", "what happens"]
        _print_table([header, *_numbered((_building(step, graph) for step in trace.building), 1)])
        print()
    header = ["step", "phase", "node", "value", "local", "adds", "adjoint", ""]
    first = len(trace.building)
    _print_table([header, *_numbered((_row(step, graph) for step in trace[first:]), first + 1)])
    _print_warnings(trace)


def _numbered(rows: Iterable[list[str]], first: int) -> Iterator[list[str]]:
    return ([str(k), *row] for k, row in enumerate(rows, first))


def _cost(options: argparse.Namespace) -> None:
    from qsts_core.study.measure import measure_cost
    from qsts_core.study.report import table_rows, tell_left_out

    measuring = measure_cost(options.expression.removeprefix(_SHIELD), _point(options.at))
    cost = next(measuring)
    # Whoever loses patience keeps what is measured by then.
    with contextlib.suppress(KeyboardInterrupt):
        for cost in measuring:  # noqa: B007  # the last one is what is printed
            pass
    if options.json:
        _print_json(cost.to_dict())
        return
    _print_table(table_rows(cost))
    for sentence in tell_left_out(cost):
        print(f"left out: {sentence}")
    if cost.done < 1.0:
        print(f"stopped: {cost.done:.0%} is measured")


def _row(step: Step, graph: Graph) -> list[str]:
    """Say in cells of a table what a step of the sweeps does, with four digits."""
    if isinstance(step, ForwardStep):
        return [step.phase, graph.show_node(step.node), show(step.value, 4), "", "", "", ""]
    if isinstance(step, BackwardStep):
        edge = f"{graph.show_node(step.parent)} → {graph.show_node(step.child)}"
        numbers = (show(number, 4) for number in (step.local, step.contribution, step.after))
        return [step.phase, edge, "", *numbers, f"{step.arrived} of {step.due}"]
    assert isinstance(step, SeedStep)
    return [step.phase, graph.show_node(step.node), "", "", "", show(step.after, 4), "1 of 1"]


def _building(step: BuildStep, graph: Graph) -> list[str]:
    """Say which node a step of the building gives, and what happens."""
    if step.node is None:
        stack = " ".join(step.operators) or "empty"
        token = step.token.text.strip() or "the end"
        return ["", f"reads {token}; operators: {stack}; queued: {step.queued}"]
    made = "seen before" if step.reused else "new"
    stack = " ".join(map(graph.show_node, step.stack))
    return [graph.show_node(step.node), f"runs {step.token.text}: {made}; stack: {stack}"]


def _print_table(rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for line in _lines(rows, widths):
        print(line)


def _lines(rows: list[list[str]], widths: list[int]) -> Iterator[str]:
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _print_warnings(trace: Trace) -> None:
    for warning in trace.warnings:
        print(f"warning: {warning}")


def _print_json(content: dict[str, Any]) -> None:
    print(json.dumps(content, allow_nan=False))


def _app(options: argparse.Namespace) -> None:
    from qsts_core import files

    # In this process, so that whoever ends it ends the server.
    sys.argv = [
        "streamlit",
        "run",
        str(files.app()),
        *(flag.removeprefix(_SHIELD) for flag in options.flags),
    ]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    sys.exit(main())
