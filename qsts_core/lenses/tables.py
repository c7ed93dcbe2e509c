"""The tables of the lens "Cost", as HTML: a cost, and the headline beside its findings.

In go plain results; out come texts whose every foreign part is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qsts_core.draw.growth import NAMES
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import show_count, show_times
from qsts_core.study.cost import Cost
from qsts_core.study.headline import CLAIM, Finding, judge, memory_ratio
from qsts_core.study.report import Cell, Row, cost_rows

__all__ = ["cost_table", "headline_table"]


def cost_table(cost: Cost) -> str:
    """Return the table of a cost: a row for each quantity, a column for each sharing.

    Examples
    --------
    >>> from qsts_core.study.cost import count_cost
    >>> '<b data-field="amount" title="9">9</b>' in cost_table(count_cost("(x+y) + x*(x+y)"))
    True
    """
    heads = "".join(
        f'<th scope="col" data-sharing="{sharing}"><span aria-hidden="true"></span>'
        f"{NAMES[sharing]} <small>{sharing}</small></th>"
        for sharing in SHARINGS
    )
    rows = "".join(map(_row, cost_rows(cost)))
    return _table(f"<tr><th></th>{heads}</tr>", rows, "cost")


def _row(row: Row) -> str:
    cells = "".join(_cell(sharing, row.cells[sharing]) for sharing in SHARINGS)
    return (
        f'<tr data-quantity="{row.quantity}"><th scope="row">{escape(row.label)} '
        f"<small>{escape(row.meaning)}</small></th>{cells}</tr>"
    )


def _cell(sharing: Sharing, cell: Cell) -> str:
    compared = cell.ratio and sharing != "unique"
    ratio = f'<span class="times">{cell.ratio}</span>' if compared else ""
    exact = f' title="{cell.exact}"' if cell.exact else ""
    why = f'<small title="{escape(cell.reason)}">not measured</small>' if cell.reason else ""
    bar = f'<i style="width:{cell.length:.1%}"></i>' if cell.length else ""
    return (
        f'<td data-sharing="{sharing}"><b data-field="amount"{exact}>{cell.amount}</b>{ratio} '
        f"<small>{cell.spread}</small>{why}{bar}</td>"
    )


def headline_table(findings: Sequence[Finding]) -> str:
    """Return the table of the headline: what is claimed, and what is measured case by case."""
    head = (
        '<tr><th scope="col">formula</th><th scope="col">nodes<small>tree → unique</small></th>'
        f'<th scope="col">memory<small>claimed: ×{CLAIM:.0f}</small></th>'
        f'<th scope="col">speed<small>claimed: ×{CLAIM:.0f}</small></th>'
        '<th scope="col">measured</th></tr>'
    )
    return _table(head, "".join(map(_finding, findings)), "headline")


def _finding(finding: Finding) -> str:
    cost = finding.cost
    nodes = " → ".join(show_count(cost.counts[s].nodes) for s in ("none", "unique"))
    return (
        f'<tr><th scope="row">{escape(finding.case.name)}</th><td><b>{nodes}</b></td>'
        f"<td>{_against_claim(memory_ratio(cost))}</td>"
        f"<td>{_against_claim(cost.ratio('gradient', 'none'))}</td>"
        f"<td><small>{escape(judge(cost))}</small></td></tr>"
    )


def _against_claim(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    holds = ratio >= CLAIM
    word = "holds" if holds else "falls short"
    return f'<b data-holds="{str(holds).lower()}">×{show_times(ratio)}</b> <small>{word}</small>'


def _table(head: str, body: str, name: str) -> str:
    return (
        f'<div class="qsts-cost" data-qsts="{name}"><table><thead>{head}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
