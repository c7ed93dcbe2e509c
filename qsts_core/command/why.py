"""`qsts why`: why a value or a derivative is zero, not finite, tiny or huge."""

from __future__ import annotations

from qsts_core.command.formulas import FILE, JSON, OPERANDS, read_formula
from qsts_core.command.output import print_json, print_line, print_table
from qsts_core.command.words import Command, Option, Words
from qsts_core.expression import Expression
from qsts_core.notation import to_json
from qsts_core.study.why import explain

__all__ = ["WHY"]

_OF = Option(("--of",), "what is asked about; if not told, the output and its gradient", "NODE")
_OPTIONS = (_OF, JSON, FILE)


def _run(words: Words) -> None:
    text, at = read_formula(words, _OPTIONS)
    expression = Expression(text)
    of = words.options.get("--of")
    findings = explain(expression, at, of)
    if words.has("--json"):
        point = expression.point(at)
        gradient = expression.gradient(point)
        print_json(
            {
                "expression": expression.text,
                "at": {name: to_json(number) for name, number in point.items()},
                "of": of,
                "value": to_json(expression.value(point)),
                "gradient": {name: to_json(number) for name, number in gradient.items()},
                "findings": [finding.to_dict() for finding in findings],
            }
        )
        return
    if not findings:
        print_line("nothing is wrong here: no zero, no infinity, no NaN that asks for a reason")
        return
    rows = [[finding.cause, finding.node, finding.sentence] for finding in findings]
    print_table([["cause", "node", "what happens there, in the order of computation"], *rows])


WHY = Command(
    name="why",
    purpose="print why a number is zero, not finite, tiny or huge",
    operands=OPERANDS,
    run=_run,
    options=_OPTIONS,
    examples=(
        ("qsts why 'sqrt(sqrt(x-2))' x=1", "the inner root began it"),
        ("qsts why 'relu(x-5)*y' x=1 y=2 --of x", "a variable, or a node as z3"),
    ),
)
