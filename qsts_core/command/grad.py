"""`qsts grad`: the value and the gradient of a formula."""

from __future__ import annotations

from qsts_core.command.formulas import (
    FILE,
    JSON,
    OPERANDS,
    SCRIPT,
    SHARING,
    read_expression,
)
from qsts_core.command.output import print_json, print_notes, print_table, print_warnings
from qsts_core.command.words import Command, Words
from qsts_core.notation import show, show_count, to_json

__all__ = ["GRAD"]

_OPTIONS = (SHARING, SCRIPT, JSON, FILE)


def _run(words: Words) -> None:
    expression, at = read_expression(words, _OPTIONS)
    trace = expression.trace(at)
    value, gradient = trace.run.value, trace.run.gradient()
    counts = expression.count_nodes()
    if words.has("--json"):
        print_json(
            {
                "expression": expression.text,
                "script": expression.script,
                "at": {name: to_json(number) for name, number in trace.at.items()},
                "value": to_json(value),
                "gradient": {name: to_json(gradient[name]) for name in expression.variables},
                "nodes": counts,
                "warnings": list(trace.warnings),
                "notes": list(expression.notes),
            }
        )
        return
    rows = [["value", show(value)]]
    rows += [[f"∂/∂{name}", show(gradient[name])] for name in expression.variables]
    rows += [[f"nodes, {sharing}", show_count(count)] for sharing, count in counts.items()]
    print_table(rows)
    print_warnings(trace.warnings)
    print_notes(expression.notes)


GRAD = Command(
    name="grad",
    purpose="print the value and the gradient",
    operands=OPERANDS,
    run=_run,
    options=_OPTIONS,
    examples=(
        ("qsts grad '(x+y) + x*(x+y)' x=2 y=3", "the value 15, the gradient 8 and 3"),
        ("qsts grad '-x^2' x=3 --json", "options may stand anywhere"),
    ),
)
