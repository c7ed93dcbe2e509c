"""`qsts check`: every adjoint, or a gradient of one's own, against differences."""

from __future__ import annotations

from qsts_core.command.formulas import FILE, JSON, OPERANDS, read_formula
from qsts_core.command.output import print_json, print_table
from qsts_core.command.words import Command, Option, Words
from qsts_core.expression import Expression
from qsts_core.values import read_values

__all__ = ["CHECK"]

_GRADIENT = Option(("--gradient",), 'a gradient to check in its place, as "x=8,y=3"', "VALUES")
_OPTIONS = (_GRADIENT, JSON, FILE)

WRONG = 1
"""The exit status where something is wrong."""


def _run(words: Words) -> int:
    text, at = read_formula(words, _OPTIONS)
    given = words.options.get("--gradient")
    found = Expression(text).check(at, read_values(given) if given else None)
    if words.has("--json"):
        print_json(found.to_dict())
    else:
        print_table(found.rows())
    return WRONG if found.wrong else 0


CHECK = Command(
    name="check",
    purpose="check every adjoint against differences; status 1 if one is wrong",
    operands=OPERANDS,
    run=_run,
    options=_OPTIONS,
    examples=(
        ("qsts check '(x+y) + x*(x+y)' x=2 y=3", "each node: right, wrong, or cannot tell"),
        ("qsts check 'x*y' x=2 y=3 --gradient x=3,y=-2", "your own gradient, and what went wrong"),
    ),
)
