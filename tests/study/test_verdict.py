"""What is said of the headline, and of the building, from costs that are made up."""

import math

import pytest

from qsts_core.graph import Sharing
from qsts_core.study.cost import Cost, count_cost
from qsts_core.study.families import FAMILIES, POST
from qsts_core.study.measure import measure_cost
from qsts_core.study.verdict import (
    judge,
    judge_against,
    memory_ratio,
    repaid_after,
    tell_building,
    tell_reset,
)


def pretend(
    seconds: tuple[float, float, float] = (1.0, 1.0, 1.0),
    weights: tuple[int, int, int] = (100, 100, 100),
    build: tuple[float, float, float] = (1.0, 1.0, 1.0),
    text: str = POST,
) -> Cost:
    """Return a cost with made-up seconds and bytes, by sharing: tree, threaded, unique."""
    cost = count_cost(text)
    sharings: tuple[Sharing, ...] = ("none", "variables", "unique")
    for quantity, times in (("gradient", seconds), ("build", build)):
        cost.samples[quantity] = {s: (t,) * 3 for s, t in zip(sharings, times, strict=True)}
    for quantity in ("graph", "run"):
        cost.bytes[quantity] = dict(zip(sharings, weights, strict=True))
    return cost


@pytest.mark.parametrize(
    ("cost", "opponent", "sentence"),
    [
        (pretend((2, 1, 1), (200, 100, 100)), "none",
         "Against the tree both hold: it takes 2.00 times the memory and 2.00 times as long."),
        (pretend((2, 1, 1), (200, 100, 100)), "variables",
         "Against the threaded graph neither half the memory nor twice the speed holds: it takes "
         "as much memory and as long."),
        (pretend((1.9, 1, 1), (200, 100, 100)), "none",
         "Against the tree half the memory holds and twice the speed does not: it"),
        (pretend((9, 2, 1), (900, 199, 100)), "variables",
         "Against the threaded graph twice the speed holds and half the memory does not: it"),
        (count_cost("t = x*x" + "; t = t*t" * 999), "none",
         "The tree is not measured: it has about 2.14e301 nodes; up to 20,000 are built."),
    ],
)  # fmt: skip
def test_each_opponent_has_its_own_verdict(cost: Cost, opponent: Sharing, sentence: str) -> None:
    assert judge_against(cost, opponent).startswith(sentence)
    assert sentence in judge(cost)


def test_where_only_variables_repeat_the_threaded_graph_is_no_opponent() -> None:
    assert "The threaded graph is the graph of unique nodes" in judge(pretend(text="x*y + x"))
    assert "Against the threaded graph" not in judge(pretend(text="x*y + x"))


@pytest.mark.parametrize(
    ("cost", "sentences"),
    [
        (pretend(build=(1, 1, 1.25), text="x*y"),
         ["Building takes 25% longer than the tree's (250 ms), and no gradient repays that.",
          "Making a node takes 333 ms, looking it up first 83.3 ms."]),
        (pretend(build=(1, 1, 1), text="x*y"),
         ["Building takes as long as the tree's, as far as this machine can tell."]),
        (pretend(build=(1, 1, 0.9), text="x*y"),  # the same nodes: less time is noise
         ["Building takes as long as the tree's, as far as this machine can tell."]),
        (pretend((2, 1.5, 1), build=(1, 1, 0.75)),
         ["Building takes 25% less than the tree's: fewer nodes pay for the look-ups."]),
        (pretend((1.25, 1, 1), build=(1, 1, 1.5)),
         ["Building takes 50% longer than the tree's (500 ms), repaid after 2 gradients."]),
        (pretend((3, 1, 1), build=(1, 1, 1.5)),
         ["Building takes 50% longer than the tree's (500 ms), repaid after 1 gradient."]),
        (count_cost(POST), []),
    ],
)  # fmt: skip
def test_the_look_ups_are_told_with_when_they_are_repaid(cost: Cost, sentences: list[str]) -> None:
    assert list(tell_building(cost)) == sentences


def test_a_slow_round_disturbs_both_and_no_ratio() -> None:
    cost = pretend(text="x*y")
    cost.samples["build"] = {"none": (1.0, 9.0, 1.0), "unique": (1.25, 11.25, 1.25)}
    compared = cost.compare("build", "unique", "none")
    assert compared
    assert (compared.low, compared.median, compared.high) == (1.25, 1.25, 1.25)


def test_when_look_ups_are_repaid() -> None:
    assert repaid_after(count_cost(POST)) is None
    assert repaid_after(pretend(build=(1, 1, 0.9))) == 0.0
    assert repaid_after(pretend((1, 1, 0.5), build=(1, 1, 2))) == 2.0
    assert repaid_after(pretend((1, 1, 1.5), build=(1, 1, 2))) == math.inf
    assert repaid_after(pretend((1, 1, 0.5), build=(1, 1, 2), text="x*y")) == math.inf


def test_memory_is_that_of_graph_and_run_together_without_the_unique_stack() -> None:
    assert memory_ratio(pretend(weights=(150, 100, 100))) == 1.5
    assert memory_ratio(count_cost(POST)) is None
    weighed = next(cost for cost in measure_cost(POST) if cost.bytes)
    kept = {s: weighed.bytes["graph"][s] + weighed.bytes["run"][s] for s in ("none", "unique")}
    assert memory_ratio(weighed) == kept["none"] / kept["unique"]
    assert weighed.bytes["stack"]["none"] == 0
    assert 0 < weighed.bytes["stack"]["variables"] < weighed.bytes["stack"]["unique"]


def test_two_of_the_verdicts_on_memory_depend_on_the_opponent() -> None:
    for family, depth in (("a tanh net", 3), ("nested squares", 3)):
        chosen = FAMILIES[family]
        weighed = next(cost for cost in measure_cost(chosen.write(depth)) if cost.bytes)
        tree, threaded = (memory_ratio(weighed, s) for s in ("none", "variables"))
        assert tree
        assert threaded
        assert tree > 2 > threaded


def test_a_reset_is_told_by_sharing() -> None:
    assert tell_reset(count_cost("x")).startswith("A reset makes 1 value and 1 adjoint anew;")
