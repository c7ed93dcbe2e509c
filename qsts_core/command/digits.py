"""`qsts digits`: how many digits of the value and the gradient are right, and where they go."""

from __future__ import annotations

from qsts_core.command.formulas import FILE, JSON, OPERANDS, read_formula
from qsts_core.command.output import print_json, print_line, print_table
from qsts_core.command.words import Command, Words
from qsts_core.expression import Expression
from qsts_core.study.digits import ALL, Digits, measure_digits
from qsts_core.study.rewrites import find_rewrites

__all__ = ["DIGITS"]

_OPTIONS = (JSON, FILE)


def _run(words: Words) -> None:
    text, at = read_formula(words, _OPTIONS)
    expression = Expression(text)
    digits = measure_digits(expression, at)
    rewrites = find_rewrites(expression, digits)
    if words.has("--json"):
        print_json(digits.to_dict() | {"rewrites": [one.to_dict() for one in rewrites]})
        return
    rows = [["", "ours", "true", "digits"]]
    rows.append(_row("value", digits.value, digits.true_value, digits.digits))
    for name, number in digits.gradient.items():
        right = digits.gradient_digits[name]
        rows.append(_row(f"∂/∂{name}", number, digits.true_gradient[name], right))
    print_table(rows)
    print_line()
    print_table([["node", "stands for", "digits", "of adjoint"], *_nodes(digits)])
    print_line(_tell(digits))
    for one in rewrites:
        gain = f"{one.digits_before} -> {one.digits_after} digits"
        print_line(f"write {one.better} for {one.found}: {gain}, as in {one.program}")
    for note in digits.notes:
        print_line(f"note: {note}")


def _row(name: str, ours: float, true: str | None, digits: int | None) -> list[str]:
    return [name, repr(ours), true or "unknown", _count(digits)]


def _count(digits: int | None) -> str:
    return "–" if digits is None else "all" if digits == ALL else str(digits)


def _nodes(digits: Digits) -> list[list[str]]:
    return [
        [node.node, node.text, _count(node.digits), _count(node.adjoint_digits)]
        for node in digits.nodes
    ]


def _tell(digits: Digits) -> str:
    """Say in a sentence where the digits go."""
    if digits.culprit is None:
        if digits.fewest is None:
            return "there is no number whose digits could be counted"
        return "the sweep is as accurate as the formula allows here"
    text = next(node.text for node in digits.nodes if node.node == digits.culprit)
    return f"digits are lost at {digits.culprit} = {text}: {digits.kind}, {digits.phase}"


DIGITS = Command(
    name="digits",
    purpose="print how many digits are right, and where they go",
    operands=OPERANDS,
    run=_run,
    options=_OPTIONS,
    examples=(
        ("qsts digits 'log(1+x)/x' x=1e-15", "none of the gradient is, and z3 is why"),
        ("qsts digits 'x^2-y^2' x=1e8 y=1 --json", "every node, for a program"),
    ),
)
