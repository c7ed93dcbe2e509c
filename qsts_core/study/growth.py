"""How the cost of a family of formulas grows with its depth.

In go a family and the largest depth; out come lists of costs by depth, the first with all counts,
then with the bytes and the times of one more depth each.
"""

from __future__ import annotations

from collections.abc import Iterator

from qsts_core.expression import Expression
from qsts_core.study.cost import Cost, count_cost
from qsts_core.study.families import Family
from qsts_core.study.measure import measure_cost

__all__ = ["Growth", "MOST_DEPTHS", "depths", "measure_growth"]

MOST_DEPTHS = 16
"""How many depths of a family are looked at."""

QUANTITIES = ("build", "gradient")
ROUNDS = 5

Growth = dict[int, Cost]
"""Costs by depth."""


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


def measure_growth(family: Family, largest: int, rounds: int = ROUNDS) -> Iterator[Growth]:
    """Yield the costs by depth: first counted, then weighed and timed from the smallest up.

    Of the times, those of a build and of a gradient are taken.

    Examples
    --------
    >>> from qsts_core.study.families import FAMILIES
    >>> counted, *_, measured = measure_growth(FAMILIES["nested squares"], 3, rounds=1)
    >>> [cost.counts["none"].nodes for cost in counted.values()]
    [3, 7, 15]
    >>> measured[3].ratio("graph", "none") > 2
    True
    """
    texts = {depth: family.write(depth) for depth in depths(family, largest)}
    growth = {depth: count_cost(text, _point(family, text)) for depth, text in texts.items()}
    yield growth
    for depth, text in texts.items():
        at = _point(family, text)
        for cost in measure_cost(text, at, quantities=QUANTITIES, rounds=rounds):
            if cost.done == 1.0:
                growth = {**growth, depth: cost}
                yield growth


def _point(family: Family, text: str) -> dict[str, float]:
    return dict.fromkeys(Expression(text).variables, family.value)
