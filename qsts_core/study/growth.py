"""How the cost of a family of formulas grows with its depth.

In go a family and the largest depth; out come costs by depth: all counts at once, then
more and more bytes and times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from qsts_core.expression import Expression
from qsts_core.study.cost import Cost, count_cost
from qsts_core.study.families import Family
from qsts_core.study.measure import measure_cost

__all__ = ["MOST_DEPTHS", "Growth", "count_growth", "depths", "measure_growth"]

Growth: TypeAlias = dict[int, Cost]
"""Costs by depth."""

MOST_DEPTHS = 16
"""How many depths of a family are looked at."""

QUANTITIES = ("build", "gradient")
ROUNDS = 7


def depths(family: Family, largest: int) -> list[int]:
    """Return the depths to look at: at most `MOST_DEPTHS`, evenly spaced on the chart.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> depths(FAMILIES["nested squares"], 5)
    [1, 2, 3, 4, 5]
    >>> depths(FAMILIES["Speelpenning's product"], 1000)[-4:]
    [289, 437, 661, 1000]
    """
    first, steps = family.smallest, MOST_DEPTHS - 1
    if family.grows_as_power:
        spaced = [first * (largest / first) ** (k / steps) for k in range(MOST_DEPTHS)]
    else:
        spaced = [first + (largest - first) * k / steps for k in range(MOST_DEPTHS)]
    return sorted(set(map(round, spaced)))


def count_growth(family: Family, largest: int) -> Growth:
    """Return the costs by depth as far as they can be counted.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> growth = count_growth(FAMILIES["nested squares"], 60)
    >>> growth[60].counts["none"].nodes == 2**61 - 1
    True
    """
    return {depth: count_cost(*_formula(family, depth)) for depth in depths(family, largest)}


def measure_growth(
    family: Family, largest: int, known: Mapping[int, Cost] | None = None, rounds: int = ROUNDS
) -> Iterator[Growth]:
    """Yield the costs by depth: counted, then weighed and timed from the smallest depth up.

    Of the times, those of a build and of a gradient are taken, and every sample gives an item.
    Depths that `known` has measured to the end are not measured again.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> counted, *_, measured = measure_growth(FAMILIES["nested squares"], 3, rounds=1)
    >>> [cost.counts["none"].nodes for cost in counted.values()]
    [3, 7, 15]
    >>> measured[3].ratio("graph", "none") > 2
    True
    """
    growth = count_growth(family, largest)
    growth |= {depth: cost for depth, cost in (known or {}).items() if depth in growth}
    yield growth
    for depth, counted in growth.items():
        if counted.done < 1.0:
            text, at = _formula(family, depth)
            for cost in measure_cost(text, at, quantities=QUANTITIES, rounds=rounds):
                growth = {**growth, depth: cost}
                yield growth


def _formula(family: Family, depth: int) -> tuple[str, dict[str, float]]:
    text = family.write(depth)
    return text, dict.fromkeys(Expression(text).variables, family.value)
