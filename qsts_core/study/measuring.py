"""The measurements as tasks of a pool, each with what remains when it is left.

In go names and plain values, for they travel to another process; out come results so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from qsts_core.study.cost import Cost
from qsts_core.study.families import FAMILIES
from qsts_core.study.growth import Growth, measure_growth
from qsts_core.study.headline import Finding, measure_headline
from qsts_core.study.measure import measure_cost

__all__ = ["SECONDS", "cost_so_far", "growth_so_far", "headline_so_far"]

SECONDS = 120.0
"""How long a measurement may take: a slow formula takes a minute, a busy server twice that."""


def cost_so_far(text: str, at: Mapping[str, float], rest: None) -> Iterator[tuple[Cost, None]]:
    """Yield what is known of the cost of a formula."""
    for cost in measure_cost(text, at):
        yield cost, None


def headline_so_far(rest: None) -> Iterator[tuple[list[Finding], None]]:
    """Yield the findings so far."""
    for findings in measure_headline():
        yield findings, None


def growth_so_far(
    family: str, largest: int, known: Growth, rest: Growth | None
) -> Iterator[tuple[Growth, Growth]]:
    """Yield the costs by depth; what is measured to its end is not measured again."""
    for growth in measure_growth(FAMILIES[family], largest, rest or known):
        yield growth, growth
