"""`qsts cost`: what it prints, what it leaves out, and how it is stopped."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from qsts_core.__main__ import main
from qsts_core.graph import SHARINGS
from qsts_core.study import measure
from qsts_core.study.cost import Cost

Capture = pytest.CaptureFixture[str]

POST = "(x+y) + x*(x+y)"
DOUBLED = "t = x*x" + "; t = t*t" * 999


def answer(capsys: Capture, *words: str, status: int = 0) -> str:
    assert main(["cost", *words]) == status
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def strict(text: str) -> Any:
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_json_has_every_quantity_by_sharing(capsys: Capture) -> None:
    plain = strict(answer(capsys, POST, "x=2", "y=3", "--json"))
    assert plain["expression"] == POST
    assert plain["at"] == {"x": 2.0, "y": 3.0}
    assert plain["nodes"] == {"none": 9, "variables": 6, "unique": 5}
    assert plain["edges"] == {"none": 8, "variables": 8, "unique": 6}
    assert set(plain["bytes"]) == {"graph", "run", "stack"}
    assert set(plain["seconds"]) == {"build", "reset", "gradient", "descent"}
    for quantity, by_sharing in (plain["bytes"] | plain["seconds"]).items():
        assert set(by_sharing) == set(SHARINGS)
        assert quantity == "stack" or min(by_sharing.values()) > 0
    assert plain["left_out"] == {}


def test_values_count_up_where_none_are_given(capsys: Capture) -> None:
    assert strict(answer(capsys, "x*y*z", "y=7", "--json"))["at"] == {"x": 1, "y": 7, "z": 3}


def test_a_tree_of_any_size_is_an_exact_integer_and_its_times_are_null(capsys: Capture) -> None:
    plain = strict(answer(capsys, DOUBLED, "--json"))
    assert plain["nodes"] == {"none": 2**1001 - 1, "variables": 2**1000, "unique": 1001}
    for quantity, by_sharing in (*plain["bytes"].items(), *plain["seconds"].items()):
        assert by_sharing["none"] is None
        assert "2.14e301 nodes" in plain["left_out"][quantity]["none"]
        assert by_sharing["unique"] > 0
        assert "unique" not in plain["left_out"][quantity]


def test_the_table_fits_a_terminal(capsys: Capture) -> None:
    lines = answer(capsys, POST, "x=2", "y=3").splitlines()
    assert lines[0].split() == ["tree", "threaded", "unique"]
    assert lines[1].split() == ["nodes", "9", "×1.80", "6", "×1.20", "5"]
    assert len(lines) == 11
    assert max(map(len, lines)) <= 80


def test_the_table_says_what_is_left_out(capsys: Capture) -> None:
    told = answer(capsys, "t = x*x" + "; t = t*t" * 15).splitlines()[11:]
    assert len(told) == 4
    assert told[0].startswith("left out: tree: it has 131,071 nodes; up to 20,000 are built")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["2 * sine(x)"], "Did you mean 'sin'?"),
        (["x", "q=1"], "'q' is not in the formula"),
        (["x", "x=one"], "a value is a number"),
        (["x", "x"], "write NAME=NUMBER"),
    ],
)
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["table", "json"])
def test_bad_input_is_told_on_standard_error(
    capsys: Capture, words: list[str], message: str, form: list[str]
) -> None:
    assert main(["cost", *words, *form]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_whoever_interrupts_it_keeps_what_is_measured(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure_all = measure.measure_cost

    def interrupted(text: str, at: dict[str, float]) -> Iterator[Cost]:
        for cost in measure_all(text, at, rounds=1):
            yield cost
            if "build" in cost.samples and len(cost.samples["build"]) == 3:
                raise KeyboardInterrupt

    monkeypatch.setattr(measure, "measure_cost", interrupted)
    plain = strict(answer(capsys, POST, "--json", status=130))
    assert plain["seconds"]["build"]["none"] > 0
    assert plain["seconds"]["gradient"]["none"] is None
    assert plain["left_out"]["gradient"]["none"] == "not measured so far"
    assert answer(capsys, POST, status=130).splitlines()[-1] == "stopped: 25% is measured"
