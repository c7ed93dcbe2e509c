"""A cost in words: the rows of a table, what was left out, and how it was measured.

In goes a `Cost`; out come texts, the same for the command line and for the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import NamedTuple

from qsts_core.glossary import SHARINGS_SHOWN
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import is_once, show_bytes, show_count, show_seconds, show_times
from qsts_core.study.cost import BYTES, LARGEST_DESCENDED, LARGEST_TIMED, SECONDS, Cost

__all__ = ["LIMITS", "MEANINGS", "Cell", "Row", "cost_rows", "table_rows", "tell_left_out"]

LABELS = {
    "nodes": ("nodes", ""),
    "edges": ("edges", "x*x has two"),
    "operations": ("operations", "of one gradient"),
    "graph": ("memory, graph", "kept between runs"),
    "run": ("memory, run", "added by each run"),
    "stack": ("memory, unique stack", "while building, then given back"),
    "build": ("build", "the stack machine, from postfix to nodes"),
    "reset": ("reset", "new values and adjoints"),
    "gradient": ("gradient", "forward and backward"),
    "descent": ("descent", "1,000 steps"),
}

SAME = "the same"
"""In place of ×1.00, which says nothing."""

LIMITS = (
    f"Graphs of up to {LARGEST_TIMED:,} nodes are built, weighed and timed, and of up to "
    f"{LARGEST_DESCENDED:,} descended; counts are exact at any size."
)

MEANINGS = (
    "**operations**: every node that is computed going forward, every edge that carries a "
    "contribution going backward",
    "**memory, graph**: the nodes, their places in the text, and the tape; the sizes of these "
    "objects added up",
    "**memory, run**: the values, the adjoints, and for each edge its local derivative, its "
    "contribution and the sum so far",
    "**memory, unique stack**: the table of the triples that building looks things up in; it is "
    "given back when the graph stands, so it is in no ratio of the headline",
    "**build**: the stack machine alone, one path for all three: it runs the postfix, makes nodes, "
    "and looks up those that are to be unique. Not in it are the reading of the text, the "
    "unfolding of names for a tree, and the question which variables are idle",
    "**reset**: values and adjoints made anew, as before every run",
    "**gradient**: one sweep forward and one backward, with its reset",
    "**descent**: 1,000 steps of gradient descent from the given values, too short to go far",
    "Times are processor time of the thread that measures: medians of samples that are taken from "
    "all three graphs in turns, so that a busy machine disturbs them alike",
    "**±** is half the distance between the quartiles; **×** is how many times what unique nodes "
    "take",
    LIMITS,
)
"""What is counted, weighed and timed, in Markdown."""


class Cell(NamedTuple):
    """What is known of one quantity by one sharing.

    Attributes
    ----------
    amount
        With its unit; "–" where it is not known.
    spread
        Half the distance of the quartiles, as a share of the median; "" for what is exact.
    ratio
        How many times what `unique` takes, or "the same"; "" where not known, and for itself.
    decades
        The decimal logarithm of that ratio, which may be larger than any float; `None` where not
        known.
    reason
        Why it is not known; "" where it is.
    exact
        A count to its last digit.
    """

    amount: str
    spread: str = ""
    ratio: str = ""
    decades: float | None = None
    reason: str = ""
    exact: str = ""


class Row(NamedTuple):
    """One quantity by each sharing."""

    quantity: str
    label: str
    meaning: str
    cells: dict[Sharing, Cell]


def cost_rows(cost: Cost) -> list[Row]:
    """Return the rows of the table: counts, bytes, seconds.

    Examples
    --------
    >>> from qsts_core.study.cost import count_cost
    >>> rows = cost_rows(count_cost("(x+y) + x*(x+y)"))
    >>> [cell.amount for cell in rows[0].cells.values()]
    ['9', '6', '5']
    >>> rows[0].cells["none"].ratio, rows[5].cells["none"].reason
    ('×1.80', 'not measured so far')
    """
    rows = [_count_row(cost, field) for field in ("nodes", "edges", "operations")]
    return rows + [_measured_row(cost, quantity) for quantity in (*BYTES, *SECONDS)]


def _count_row(cost: Cost, field: str) -> Row:
    counts: dict[Sharing, int] = {s: getattr(cost.counts[s], field) for s in SHARINGS}
    unique = counts["unique"]
    cells = {
        sharing: Cell(
            show_count(count),
            ratio="" if sharing == "unique" else _ratio(count, unique),
            decades=math.log10(count) - math.log10(unique) if count and unique else None,
            exact=f"{count:,}",
        )
        for sharing, count in counts.items()
    }
    return Row(field, *LABELS[field], cells)


def _ratio(count: int, unique: int) -> str:
    """Write an exact ratio, which need not fit a float."""
    if not unique:
        return ""
    whole = count // unique
    if count == unique:
        return SAME
    return f"×{show_times(count / unique)}" if whole < 10**6 else f"×{_power_of_ten(whole)}"


def _power_of_ten(count: int) -> str:
    return show_count(count).removeprefix("about ") if count >= 10**15 else f"{count:.2e}"


def _measured_row(cost: Cost, quantity: str) -> Row:
    write = show_bytes if quantity in BYTES else show_seconds
    cells = {s: _measured_cell(cost, quantity, s, write) for s in SHARINGS}
    return Row(quantity, *LABELS[quantity], cells)


def _measured_cell(
    cost: Cost, quantity: str, sharing: Sharing, write: Callable[[float], str]
) -> Cell:
    amount = cost.amount(quantity, sharing)
    if amount is None:
        return Cell("–", reason=cost.reason(quantity, sharing) or "")
    timing, ratio = cost.timing(quantity, sharing), cost.ratio(quantity, sharing)
    spread = ""
    if timing and timing.samples > 1:
        spread = f"±{(timing.high - timing.low) / 2 / timing.median:.0%}"
    if not ratio:
        return Cell(write(amount), spread)
    compared = SAME if is_once(ratio) else f"×{show_times(ratio)}"
    shown = "" if sharing == "unique" else compared
    return Cell(write(amount), spread, shown, math.log10(ratio))


def table_rows(cost: Cost) -> list[list[str]]:
    """Return the table as a terminal shows it, its header first."""
    rows = [["", *SHARINGS_SHOWN.values()]]
    for row in cost_rows(cost):
        cells = [row.cells[sharing] for sharing in SHARINGS]
        rows.append([row.label, *(" ".join(filter(None, cell[:3])) for cell in cells)])
    return rows


def tell_left_out(cost: Cost) -> Iterator[str]:
    """Yield a sentence for each reason for which something cannot be measured.

    Examples
    --------
    >>> from qsts_core.study.cost import count_cost
    >>> *_, last = tell_left_out(count_cost("t = x*x" + "; t = t*t" * 12))
    >>> last
    'threaded: it has 8,192 nodes; up to 2,000 are descended (descent)'
    """
    reasons: dict[tuple[Sharing, str], list[str]] = {}
    for quantity, by_sharing in cost.left_out.items():
        for sharing, reason in by_sharing.items():
            reasons.setdefault((sharing, reason), []).append(LABELS[quantity][0])
    for (sharing, reason), labels in reasons.items():
        yield f"{SHARINGS_SHOWN[sharing]}: {reason} ({'; '.join(labels)})"
