"""What a cost says about the post's headline, against both graphs that it may be held against.

"Half the memory" is said of what its earlier program needs. That program ends at the *threaded*
graph, so that is the nearer opponent; but it makes the *tree* first, so that may be meant too. In
goes a cost; out come ratios, and sentences that say for each opponent what holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from qsts_core.graph import Sharing
from qsts_core.notation import is_once, plural, show_count, show_seconds, show_times
from qsts_core.study.cost import KEPT, Cost

__all__ = [
    "CLAIM",
    "OPPONENTS",
    "judge",
    "judge_against",
    "memory_ratio",
    "repaid_after",
    "speed_ratio",
    "tell_building",
    "tell_reset",
]

CLAIM = 2.0
"""What the post claims for both: how many times less memory, how many times the speed."""

OPPONENTS: Final[dict[Sharing, str]] = {"none": "the tree", "variables": "the threaded graph"}
"""The graphs that the headline may be held against, as a sentence calls them."""


def memory_ratio(cost: Cost, sharing: Sharing = "none") -> float | None:
    """Return how many times the memory of `unique` a sharing takes, graph and run together."""
    shared, unique = (
        [cost.bytes.get(quantity, {}).get(s) for quantity in KEPT] for s in (sharing, "unique")
    )
    if None in shared or None in unique:
        return None
    return sum(filter(None, shared)) / sum(filter(None, unique))


def speed_ratio(cost: Cost, sharing: Sharing = "none") -> float | None:
    """Return how many times as long as with `unique` one gradient takes with a sharing."""
    return cost.ratio("gradient", sharing)


def judge(cost: Cost) -> str:
    """Say whether the headline holds for a formula, against the tree and the threaded graph.

    Examples
    --------
    >>> from qsts_core.study.measure import measure_cost
    >>> judge(next(measure_cost("x*y")))
    'Nothing repeats in this formula, so sharing saves nothing.'
    """
    tree, threaded, unique = (cost.counts[s].nodes for s in ("none", "variables", "unique"))
    if tree == unique:
        return " ".join(
            ["Nothing repeats in this formula, so sharing saves nothing.", *tell_building(cost)]
        )
    sentences = [judge_against(cost, "none")]
    if threaded == unique:
        sentences.append(
            "The threaded graph is the graph of unique nodes: nothing but variables repeats."
        )
    else:
        sentences.append(judge_against(cost, "variables"))
    return " ".join([*sentences, *tell_building(cost)])


def judge_against(cost: Cost, opponent: Sharing) -> str:
    """Say for one opponent whether it takes twice the memory and twice the time.

    Examples
    --------
    >>> from qsts_core.study.measure import measure_cost
    >>> *_, cost = measure_cost("t = x*x; t = t*t; t = t*t; t*t; t = t*t; t*t", rounds=3)
    >>> judge_against(cost, "none").startswith("Against the tree both hold")
    True
    """
    memory, speed = memory_ratio(cost, opponent), speed_ratio(cost, opponent)
    name = OPPONENTS[opponent]
    if memory is None or speed is None:
        return f"{name.capitalize()} is not measured: {cost.reason('gradient', opponent)}."
    much = _or_as(memory, "times the memory", "as much memory")
    numbers = f"it takes {much} and {_or_as(speed, 'times as long', 'as long')}"
    return f"Against {name} {_say_which(memory >= CLAIM, speed >= CLAIM)}: {numbers}."


def _or_as(ratio: float, times: str, same: str) -> str:
    """Write a ratio; 1.00 times as much is as much."""
    return same if is_once(ratio) else f"{show_times(ratio)} {times}"


def _say_which(memory: bool, speed: bool) -> str:
    if memory and speed:
        return "both hold"
    if memory:
        return "half the memory holds and twice the speed does not"
    if speed:
        return "twice the speed holds and half the memory does not"
    return "neither half the memory nor twice the speed holds"


def tell_building(cost: Cost) -> Iterator[str]:
    """Yield what making nodes and looking them up takes, and when the look-ups are repaid."""
    tree, ratio = cost.timing("build", "none"), cost.compare("build", "unique", "none")
    if tree is None or ratio is None:
        return
    nodes, more = cost.counts["unique"].nodes, ratio.median - 1
    if abs(more) <= (ratio.high - ratio.low) / 2 or (
        more < 0 and nodes == cost.counts["none"].nodes
    ):
        yield "Building takes as long as the tree's, as far as this machine can tell."
        return
    if more < 0:
        yield f"Building takes {-more:.0%} less than the tree's: fewer nodes pay for the look-ups."
    else:
        longer = f"{more:.0%} longer than the tree's ({show_seconds(more * tree.median)})"
        yield f"Building takes {longer}, {_tell_repaid(cost)}."
    if nodes == cost.counts["none"].nodes:  # both run the same entries, and make the same nodes
        each = tree.median / nodes
        apart = f"{show_seconds(each)}, looking it up first {show_seconds(each * more)}"
        yield f"Making a node takes {apart}."


def _tell_repaid(cost: Cost) -> str:
    after = repaid_after(cost)
    if after is None:
        return "and what a gradient saves is not measured so far"
    if math.isinf(after):
        return "and no gradient repays that"
    whole = math.ceil(round(after, 6))  # a quotient may miss its whole number by a last digit
    return f"repaid after {plural(whole, 'gradient')}"


def repaid_after(cost: Cost, opponent: Sharing = "none") -> float | None:
    """Return after how many gradients the look-ups are repaid: 0 at once, infinity never."""
    build = cost.compare("build", "unique", opponent)
    gradient = cost.compare("gradient", "unique", opponent)
    seconds = [cost.timing(quantity, opponent) for quantity in ("build", "gradient")]
    if build is None or gradient is None or seconds[0] is None or seconds[1] is None:
        return None
    more = (build.median - 1) * seconds[0].median
    saved = (1 - gradient.median) * seconds[1].median
    if more <= 0:
        return 0.0
    if cost.counts[opponent].operations == cost.counts["unique"].operations:
        return math.inf  # the same sweep: a difference of its times is noise
    return more / saved if saved > 0 else math.inf


def tell_reset(cost: Cost) -> str:
    """Say what the next state costs before its sweeps: its values and adjoints made anew.

    Examples
    --------
    >>> from qsts_core.study.cost import count_cost
    >>> tell_reset(count_cost("(x+y) + x*(x+y)"))
    'A reset makes 5 values and 5 adjoints anew; threaded it is 6 and 6, as a tree 9 and 9.'
    """
    threaded, tree = (show_count(cost.counts[s].nodes) for s in ("variables", "none"))
    made = (plural(cost.counts["unique"].nodes, noun) for noun in ("value", "adjoint"))
    return (
        f"A reset makes {' and '.join(made)} anew; "
        f"threaded it is {threaded} and {threaded}, as a tree {tree} and {tree}."
    )
