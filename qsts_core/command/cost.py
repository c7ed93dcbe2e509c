"""`qsts cost`: what each sharing costs, counted and measured."""

from __future__ import annotations

from qsts_core.command.formulas import FILE, JSON, OPERANDS, read_formula
from qsts_core.command.output import print_json, print_line, print_table
from qsts_core.command.words import INTERRUPTED, Command, Words

__all__ = ["COST"]

_OPTIONS = (JSON, FILE)


def _run(words: Words) -> int:
    from qsts_core.study.measure import measure_cost
    from qsts_core.study.report import table_rows, tell_left_out

    measuring = measure_cost(*read_formula(words, _OPTIONS))
    cost = next(measuring)
    status = 0
    try:
        for cost in measuring:  # noqa: B007  # the last one is what is printed
            pass
    except KeyboardInterrupt:  # whoever loses patience keeps what is measured by then
        status = INTERRUPTED
    if words.has("--json"):
        print_json(cost.to_dict())
        return status
    print_table(table_rows(cost))
    for sentence in tell_left_out(cost):
        print_line(f"left out: {sentence}")
    if cost.done < 1.0:
        print_line(f"stopped: {cost.done:.0%} is measured")
    return status


COST = Command(
    name="cost",
    purpose="print what each sharing costs, counted and measured",
    operands=OPERANDS,
    run=_run,
    options=_OPTIONS,
    examples=(
        ("qsts cost '(x+y) + x*(x+y)'", "values that are not given are 1, 2, …"),
        ("qsts cost 'sin(x)^2 + cos(x)^2' x=1 --json", "seconds and bytes, for a program"),
    ),
)
