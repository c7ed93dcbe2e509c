"""The tables of the lens "Cost", as HTML: a cost, and the headline beside its findings.

In go plain results; out come texts whose every foreign part is escaped.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import show_count, show_times
from qsts_core.study.cost import Cost
from qsts_core.study.headline import Finding
from qsts_core.study.report import SAME, Cell, Row, cost_rows
from qsts_core.study.verdict import CLAIM, OPPONENTS, judge, memory_ratio, speed_ratio

__all__ = ["Scale", "chart_table", "cost_table", "headline_table"]

MOST_POWERS = 4
"""How many powers of ten an axis names beside 1."""

LARGEST_WRITTEN = 10_000
"""From here on a tick is a power of ten."""


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
        f"{SHARINGS_SHOWN[sharing]}</th>"
        for sharing in SHARINGS
    )
    rows = cost_rows(cost)
    scale = Scale.of(
        cell.decades for row in rows for cell in row.cells.values() if cell.decades is not None
    )
    ticks = "".join(_at(scale, math.log10(tick), "small", _tick(tick)) for tick in scale.ticks)
    head = (
        f'<tr><th scope="col">quantity</th>{heads}<th scope="col" class="dots">times unique'
        f'<div aria-hidden="true">{ticks}</div></th></tr>'
    )
    return _table(head, "".join(_row(row, scale) for row in rows), "cost")


class Scale(NamedTuple):
    """The logarithmic axis that the ratios of all rows share, in powers of ten.

    Attributes
    ----------
    low, high
        What stands at its ends; 1×, which is unique itself, is always between them.
    """

    low: float
    high: float

    @classmethod
    def of(cls, decades: Iterable[float]) -> Scale:
        """Return the axis that has room for these, and for the twofold at least.

        Examples
        --------
        >>> Scale.of([0.0, 0.25]).ticks
        [1, 2]
        >>> Scale.of([0.0, 2.5]).ticks
        [1, 10, 100]
        """
        known = [0.0, math.log10(2.0), *decades]
        margin = 0.06 * (max(known) - min(known))
        return cls(min(known) - margin, max(known) + margin)

    @property
    def ticks(self) -> list[int]:
        """What is written at the axis: few and round, the first is 1."""
        if self.high < 1.0:
            return [tick for tick in (1, 2, 5) if math.log10(tick) <= self.high]
        step = math.ceil(self.high / MOST_POWERS)
        return [10**power for power in range(0, math.floor(self.high) + 1, step)]

    def place(self, decades: float) -> float:
        """Return where it stands on the axis, from 0 at its left end to 1."""
        return (decades - self.low) / (self.high - self.low)


def _tick(times: int) -> str:
    """Write a round number of times, a large one as a power of ten."""
    return f"{times:,}×" if times < LARGEST_WRITTEN else f"10<sup>{len(str(times)) - 1}</sup>×"


def _at(scale: Scale, decades: float, tag: str, content: str = "", more: str = "") -> str:
    return f'<{tag}{more} style="left:{scale.place(decades):.2%}">{content}</{tag}>'


def _row(row: Row, scale: Scale) -> str:
    cells = "".join(_cell(sharing, row.cells[sharing]) for sharing in SHARINGS)
    return (
        f'<tr data-quantity="{row.quantity}"><th scope="row">{escape(row.label)} '
        f"<small>{escape(row.meaning)}</small></th>{cells}{_dots(row, scale)}</tr>"
    )


def _dots(row: Row, scale: Scale) -> str:
    """Return the marks of a row. They say again what its cells say, so they are not heard."""
    marks = "".join(
        _at(scale, decades, "span", more=f' data-sharing="{sharing}"')
        for sharing in SHARINGS
        if (decades := row.cells[sharing].decades) is not None
    )
    lines = "".join(_at(scale, math.log10(tick), "i") for tick in scale.ticks)
    return f'<td class="dots"><div aria-hidden="true">{lines}{marks}</div></td>'


def _cell(sharing: Sharing, cell: Cell) -> str:
    times = cell.ratio if cell.ratio == SAME else _times(cell.ratio.removeprefix("×"))
    ratio = f'<span class="times">{times}</span>' if cell.ratio else ""
    exact = f' title="{cell.exact}"' if cell.exact else ""
    why = f'<small title="{escape(cell.reason)}">not measured</small>' if cell.reason else ""
    return (
        f'<td data-sharing="{sharing}"><b data-field="amount"{exact}>{cell.amount}</b>{ratio} '
        f"<small>{cell.spread}</small>{why}</td>"
    )


def headline_table(findings: Sequence[Finding]) -> str:
    """Return the table of the headline: what is claimed, and what is measured case by case.

    Both graphs that it may be held against have a column under memory and under speed.
    """
    groups = "".join(
        f'<th scope="colgroup" colspan="2">{name}<small>claimed: twice what unique nodes take'
        "</small></th>"
        for name in ("memory", "time of a gradient")
    )
    opponents = "".join(
        f'<th scope="col" data-sharing="{sharing}"><span aria-hidden="true"></span>'
        f"{SHARINGS_SHOWN[sharing]}</th>"
        for _ in range(2)
        for sharing in OPPONENTS
    )
    head = (
        f'<tr><th scope="col" rowspan="2">formula</th><th scope="col" rowspan="2">nodes<small>'
        f'tree, threaded, unique</small></th>{groups}<th scope="col" rowspan="2">measured</th></tr>'
        f"<tr>{opponents}</tr>"
    )
    return _table(head, "".join(map(_finding, findings)), "headline")


def _finding(finding: Finding) -> str:
    cost = finding.cost
    nodes = ", ".join(show_count(cost.counts[s].nodes) for s in SHARINGS)
    cells = "".join(
        f'<td data-against="{sharing}">{_against_claim(ratio(cost, sharing))}</td>'
        for ratio in (memory_ratio, speed_ratio)
        for sharing in OPPONENTS
    )
    return (
        f'<tr><th scope="row">{escape(finding.case.name)}</th><td><b>{nodes}</b></td>{cells}'
        f"<td><small>{escape(judge(cost))}</small></td></tr>"
    )


def _against_claim(ratio: float | None) -> str:
    if ratio is None:
        return "–"
    holds = ratio >= CLAIM
    word = "holds" if holds else "falls short"
    return (
        f'<b data-holds="{str(holds).lower()}">{_times(show_times(ratio))}</b> '
        f"<small>{word}</small>"
    )


def _times(ratio: str) -> str:
    """Write "times as much" so that it is also heard as that."""
    return f'<span aria-hidden="true">×</span>{ratio}<span class="heard"> times as much</span>'


def chart_table(says: str, depth: str, rows: Sequence[Sequence[str]]) -> str:
    """Return what a chart shows: a sentence, and a row of amounts for each depth."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in (depth, *SHARINGS_SHOWN.values()))
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in others)
        + "</tr>"
        for first, *others in rows
    )
    return f"<p>{escape(says)}</p>{_table(f'<tr>{heads}</tr>', body, 'chart')}"


def _table(head: str, body: str, name: str) -> str:
    return (
        f'<div class="qsts-cost" data-qsts="{name}" dir="ltr"><table><thead>{head}</thead>'
        f"<tbody>{body}</tbody></table></div>"
    )
