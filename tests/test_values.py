"""Values as people type and paste them: what each text stands for, and what each error says."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core import FormulaError
from qsts_core.values import read_value, read_values
from tests import strategies


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0),
        (" 3.5 ", 3.5),
        ("-3", -3.0),
        ("−3", -3.0),
        ("+3", 3.0),
        ("2,5", 2.5),
        ("-2,5", -2.5),
        ("0,125", 0.125),
        ("2,5*3", 7.5),
        ("1/2", 0.5),
        ("1,5/2,5", 0.6),
        ("3×10^2", 300.0),
        ("3·10^-2", 0.03),
        ("1e-3", 0.001),
        ("1E300", 1e300),
        ("pi", math.pi),
        ("2pi", 2 * math.pi),
        ("-sqrt(2)", -math.sqrt(2)),
        ("max(2,5)", 5.0),
        ("max(2,5)/1,4", 5 / 1.4),
        ("(1+1)/4 # a half", 0.5),
        ("inf", math.inf),
        ("-inf", -math.inf),
        ("1/0", math.inf),
        ("5e-324", 5e-324),
    ],
)
def test_a_value(text: str, value: float) -> None:
    assert read_value(text) == value


def test_not_a_number_is_a_value() -> None:
    assert math.isnan(read_value("nan"))
    assert math.copysign(1.0, read_value("-0")) == -1.0


@given(st.floats(allow_nan=False))
def test_what_python_writes_is_read_as_the_same_number(number: float) -> None:
    assert read_value(repr(number)) == number


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("", "", "a value is missing here"),
        ("  ", "", "a value is missing here"),
        ("# 3", "", "a value is missing here"),
        ("x", "x", "'x' is a name, and a value is a number"),
        ("2 + x", "x", "'x' is a name, and a value is a number"),
        ("x=3", "x=3", "only the value is asked for here"),
        ("1; 2", "2", "only one value is asked for here"),
        ("1,234", "1,234", "this can be read in two ways: write 1234 or 1.234"),
        ("-12,345", "12,345", "this can be read in two ways: write 12345 or 12.345"),
        ("1,234,567", "1,234,567", "digits are not grouped by commas: write 1234567"),
        ("1,234.5", "1,234.5", "digits are not grouped by commas: write 1234.5"),
        ("1.234,5", "1.234,5", "digits are not grouped by commas: write 1234.5"),
        ("sqrt(2,5)", "sqrt", "sqrt takes 1 input, not 2"),
        ("2 3", "2 3", "an operator is missing here"),
        ("1e400", "1e400", "this number is too large"),
    ],
)
def test_what_is_no_value(text: str, marked: str, message: str) -> None:
    with pytest.raises(FormulaError) as raised:
        read_value(text)
    error = raised.value
    assert error.text == text
    assert text[error.start : error.end] == marked
    assert error.message.startswith(message)


@pytest.mark.parametrize("text", ["1,234", "1,234,567", "1,234.5", "1.234,5"])
def test_the_ways_out_are_values(text: str) -> None:
    with pytest.raises(FormulaError) as raised:
        read_value(text)
    for way_out in raised.value.message.partition("write ")[2].split(" or "):
        read_value(way_out)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", {}),
        ("x=2", {"x": 2.0}),
        ("x=2, y=3", {"x": 2.0, "y": 3.0}),
        ("x=2,y=3", {"x": 2.0, "y": 3.0}),
        ("x=2,5,y=3", {"x": 2.5, "y": 3.0}),
        ("x = 2,5; y = max(1, 2)", {"x": 2.5, "y": 2.0}),
        ("x=2 y=3", {"x": 2.0, "y": 3.0}),
        ("x=2\ny=−3\n", {"x": 2.0, "y": -3.0}),
        ("x: 1/2\nθ: pi", {"x": 0.5, "θ": math.pi}),
        ('{"x": 2, "y": 3.5}', {"x": 2.0, "y": 3.5}),
        ('{\n  "x": "1/2",\n  "y": -1e-3\n}\n', {"x": 0.5, "y": -1e-3}),
        ("{'x': 2.0, 'y': 3.0}", {"x": 2.0, "y": 3.0}),
        ("{x: 2, y: 3}", {"x": 2.0, "y": 3.0}),
        ("{}", {}),
        ("x\t2\ny\t3", {"x": 2.0, "y": 3.0}),
        ("x,2\ny,3,5\n", {"x": 2.0, "y": 3.5}),
        ("x;2\r\ny;3\r\n", {"x": 2.0, "y": 3.0}),
        ("x 2\n\n  y   -sqrt(2)", {"x": 2.0, "y": -math.sqrt(2)}),
        ("variable\tvalue\nx\t2", {"x": 2.0}),
        ("x\tpi\ny\t2", {"x": math.pi, "y": 2.0}),
        ("w_1 2\nw₂ 3", {"w_1": 2.0, "w_2": 3.0}),
    ],
)
def test_a_list_or_table_of_values(text: str, values: dict[str, float]) -> None:
    assert read_values(text) == values


@given(
    st.dictionaries(
        st.sampled_from(["x", "y", "θ", "w_1", "alpha"]), st.floats(allow_nan=False), max_size=5
    )
)
def test_json_is_read_as_it_was_written(values: dict[str, float]) -> None:
    assert read_values(json.dumps(values)) == values


@pytest.mark.parametrize(
    ("text", "marked", "message"),
    [
        ("x=2, x=3", "x=", "'x' is given twice"),
        ("x=2, y=oops", "oops", "'oops' is a name"),
        ("x=, y=3", "", "a value is missing here"),
        ("2, y=3", "2", "a name and its value are due here"),
        ("2\n3", "2", "a name and its value are due here"),
        ("{2, 3}", "2, 3", "a name and its value are due here"),
        ('{"x": 2', "{", "this '{' is never closed"),
        ('{"x": [1]}', "[", "'[' is for the index of a name"),
        ("x 2\ny 3 4", "3 4", "an operator is missing here"),
        ("x\tabc", "abc", "'abc' is a name"),
    ],
)
def test_what_is_no_list_of_values(text: str, marked: str, message: str) -> None:
    with pytest.raises(FormulaError) as raised:
        read_values(text)
    error = raised.value
    assert error.text == text
    assert text[error.start : error.end] == marked
    assert error.message.startswith(message)


@given(text=strategies.anything)
def test_no_text_gives_a_foreign_exception(text: str) -> None:
    for reader in (read_value, read_values):
        try:
            reader(text)
        except FormulaError as error:
            assert 0 <= error.start <= error.end <= len(text)  # noqa: PT017  # most texts fail
