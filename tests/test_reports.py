"""Formulas of public reports about other programs, with their values and gradients to 17 digits.

What is expected was computed by others' means; the report that a formula stands in is named beside
it. `NOT_READ` lists what the language does not take: each of them must be an error, so that the
list can only become shorter.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from qsts_core import Expression, FormulaError, TooLargeError
from qsts_core.graph import LARGEST, SHARINGS, Sharing, predict_size
from qsts_core.reading.postfix import read

REPORTS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("data").joinpath("reports.json").read_text(encoding="utf-8")
)
NOT_READ: set[str] = set()
for case in REPORTS:
    case["at"] = {name: float(number) for name, number in case["at"].items()}
    if "2000 times" in case["f"]:  # written out in words
        case["f"] = "; ".join(["a = x*y", *["a = a + a"] * 60, "a"])
READ = [case for case in REPORTS if case["f"] not in NOT_READ]


def name(case: dict[str, Any]) -> str:
    return str(case["f"]).encode("ascii", "backslashreplace").decode()[:60]


def agree(number: float, expected: str) -> bool:
    wanted = float(expected)
    if math.isnan(wanted) or math.isinf(wanted):
        return str(number) == str(wanted)
    return number == pytest.approx(wanted, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("sharing", SHARINGS)
@pytest.mark.parametrize("case", READ, ids=name)
def test_a_report_by_the_sweep(case: dict[str, Any], sharing: Sharing) -> None:
    if sharing != "unique" and predict_size(read(case["f"]), sharing).nodes > LARGEST:
        with pytest.raises(TooLargeError):
            Expression(case["f"], sharing)
        return
    expression = Expression(case["f"], sharing)
    assert agree(expression.value(case["at"]), case["value"])
    gradient = expression.gradient(case["at"])
    assert gradient.keys() == case["gradient"].keys()
    wrong = {n: (g, case["gradient"][n]) for n, g in gradient.items()
             if not agree(g, case["gradient"][n])}  # fmt: skip
    assert wrong == {}


@pytest.mark.parametrize("engine", ["numpy", "native"])
def test_the_reports_by_each_engine(engine: Any) -> None:
    if engine == "native":
        pytest.importorskip("llvmlite", reason="machine code needs the extra `native`")
    wrong = {}
    for case in READ:
        expression = Expression(case["f"])
        states = [[case["at"][variable]] for variable in expression.variables]
        if not states:
            continue
        values, gradient = expression.batch(states, engine)
        numbers = {
            "value": values[0],
            **dict(zip(expression.variables, gradient[:, 0], strict=True)),
        }
        for label, number in numbers.items():
            expected = case["value"] if label == "value" else case["gradient"][label]
            if not agree(float(number), expected):
                wrong[case["f"], label] = float(number), expected
    assert wrong == {}


def test_what_is_not_read_is_an_error() -> None:
    for text in NOT_READ:
        assert text in {case["f"] for case in REPORTS}
        with pytest.raises(FormulaError):
            Expression(text)
