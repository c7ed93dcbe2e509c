"""The measuring of a cost: what comes when, what is left out, what stopping keeps."""

import json
import math

import pytest

from qsts_core import FormulaError, PointError
from qsts_core.graph import SHARINGS
from qsts_core.study import measure
from qsts_core.study.cost import (
    BYTES,
    LARGEST_DESCENDED,
    LARGEST_TIMED,
    SECONDS,
    Cost,
    count_cost,
    default_point,
)
from qsts_core.study.measure import measure_cost

POST = "(x+y) + x*(x+y)"
NOT_YET = "not measured so far"


def squares(depth: int) -> str:
    return "t = x*x" + "; t = t*t" * (depth - 1)


def measured(text: str, **options: object) -> Cost:
    *_, cost = measure_cost(text, rounds=2, **options)  # type: ignore[arg-type]
    return cost


def test_the_counts_come_first_then_the_bytes_then_sample_after_sample() -> None:
    costs = list(measure_cost(POST, {"x": 2, "y": 3}, rounds=2))
    assert costs[0] == count_cost(POST, {"x": 2, "y": 3})
    assert costs[1].bytes
    assert not costs[1].samples
    assert len(costs) == 3 + 2 * len(SHARINGS) * len(SECONDS)
    known = [sum(len(s) for by in cost.samples.values() for s in by.values()) for cost in costs]
    assert known == [0, 0, *range(1, len(costs) - 2), len(costs) - 3]
    shares = [cost.done for cost in costs]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_everything_is_measured_for_the_posts_own_formula() -> None:
    plain = measured(POST).to_dict()
    assert plain["nodes"] == {"none": 9, "variables": 6, "unique": 5}
    assert plain["edges"] == {"none": 8, "variables": 8, "unique": 6}
    assert plain["operations"] == {"none": 12, "variables": 12, "unique": 9}
    assert plain["left_out"] == {}
    assert set(plain["bytes"]) == set(BYTES)
    assert set(plain["seconds"]) == set(SECONDS)
    assert plain["bytes"]["stack"]["none"] == 0  # a tree looks nothing up
    for quantity, by_sharing in (plain["bytes"] | plain["seconds"]).items():
        assert tuple(by_sharing) == SHARINGS
        assert quantity == "stack" or min(by_sharing.values()) > 0
    for quantity, by_sharing in plain["ratios"].items():
        amounts = plain["bytes" if quantity in BYTES else "seconds"][quantity]
        assert by_sharing == {s: amounts[s] / amounts["unique"] for s in SHARINGS}
    for quantity, by_sharing in plain["quartiles"].items():
        for sharing, (low, high) in by_sharing.items():
            assert low <= plain["seconds"][quantity][sharing] <= high
    json.dumps(plain, allow_nan=False)


def test_stopping_keeps_what_was_measured_and_says_what_was_not() -> None:
    measuring = measure_cost(POST, rounds=3)
    cost = next(measuring)
    while "reset" not in cost.samples:
        cost = next(measuring)
    measuring.close()  # type: ignore[attr-defined]  # it is a generator
    assert all(cost.reason(quantity, "none") is None for quantity in (*BYTES, "build", "reset"))
    assert cost.timing("build", "unique").samples == 3  # type: ignore[union-attr]
    plain = cost.to_dict()
    assert plain["seconds"]["gradient"] == dict.fromkeys(SHARINGS)
    assert plain["left_out"]["gradient"] == dict.fromkeys(SHARINGS, NOT_YET)
    assert "build" not in plain["left_out"]


def test_a_tree_too_large_to_time_is_left_out_with_its_size() -> None:
    cost = measured(squares(14))  # a tree of 32,767 nodes, 16,384 where variables are shared
    for quantity in (*BYTES, "build", "reset", "gradient"):
        reason = f"it has 32,767 nodes; up to {LARGEST_TIMED:,} are built"
        assert cost.reason(quantity, "none") == reason
        assert cost.amount(quantity, "none") is None
        assert cost.ratio(quantity, "none") is None
        assert cost.reason(quantity, "variables") is None
    reason = f"it has 16,384 nodes; up to {LARGEST_DESCENDED:,} are descended"
    assert cost.reason("descent", "variables") == reason
    assert cost.reason("descent", "unique") is None


def test_a_formula_too_large_by_every_sharing_is_counted_all_the_same() -> None:
    text = "+".join(f"x{k}" for k in range(LARGEST_TIMED // 2 + 1))
    cost = measured(text)
    assert cost.counts["unique"].nodes == LARGEST_TIMED + 1
    assert cost.done == 1.0
    assert cost.to_dict()["seconds"]["build"] == dict.fromkeys(SHARINGS)


def test_a_count_of_a_thousand_squares_is_exact() -> None:
    plain = count_cost(squares(1000)).to_dict()
    assert plain["nodes"] == {"none": 2**1001 - 1, "variables": 2**1000, "unique": 1001}
    assert plain["left_out"]["build"]["none"] == (
        f"it has about 2.14e301 nodes; up to {LARGEST_TIMED:,} are built"
    )


def test_only_the_quantities_asked_for_are_timed() -> None:
    cost = measured(POST, quantities=["gradient"])
    assert list(cost.samples) == ["gradient"]
    assert cost.reason("build", "none") == NOT_YET


def test_a_slow_quantity_gets_fewer_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PATIENCE", 0.0)
    *_, cost = measure_cost(POST, quantities=["reset", "gradient"], rounds=20)
    for quantity in ("reset", "gradient"):
        samples = [cost.timing(quantity, sharing).samples for sharing in SHARINGS]  # type: ignore[union-attr]
        assert samples == [measure.FEWEST_ROUNDS] * 3
    assert cost.done == 1.0


@pytest.mark.parametrize(
    "text", ["x", "2+3", "log(x - 3)", "x/0", "t = sin(y); x", "exp(exp(exp(x)))", "sqrt(x - 1)"]
)
def test_no_value_and_no_shape_stops_the_measuring(text: str) -> None:
    cost = measured(text)
    assert cost.to_dict()["left_out"] == {}
    assert all(math.isfinite(cost.amount("descent", sharing) or math.nan) for sharing in SHARINGS)


def test_values_that_nobody_gave_count_up_from_one() -> None:
    assert default_point(("x", "y", "z"), {"y": 7}) == {"x": 1.0, "y": 7, "z": 3.0}
    assert count_cost("x*y + z", {"y": 7}).at == {"x": 1.0, "y": 7.0, "z": 3.0}


def test_bad_input_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(FormulaError, match="an operator is missing"):
        next(measure_cost("x y"))
    with pytest.raises(PointError, match="'q' is not in the formula"):
        next(measure_cost("x", {"q": 1.0}))


@pytest.mark.parametrize(("quantity", "most"), [("build", 20_000), ("descent", 2_000)])
def test_the_largest_graph_that_is_timed_is_the_one_that_is_told(quantity: str, most: int) -> None:
    exactly = "sin(" + "+".join(["x"] * (most // 2)) + ")"  # as a tree
    for text, nodes in ((exactly, most), (f"sin({exactly})", most + 1)):
        cost = count_cost(text)
        assert cost.counts["none"].nodes == nodes
        assert ("none" in cost.left_out[quantity]) == (nodes > most)
        assert f"up to {most:,} are" in cost.left_out[quantity].get("none", f"up to {most:,} are")


def test_a_slow_quantity_gets_the_fewest_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "PATIENCE", 0.0)
    *_, cost = measure_cost(POST, rounds=11)
    assert {
        len(taken) for by_sharing in cost.samples.values() for taken in by_sharing.values()
    } == {measure.FEWEST_ROUNDS}
    assert cost.done == 1.0
