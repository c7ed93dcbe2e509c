"""Numbers and names as text."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core.lexer import tokenize
from qsts_core.notation import show, show_count, spell, to_json


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.1 + 0.2, "0.3"), (2.0, "2"), (-1e-300, "-1e-300"), (1234567.0, "1.23457e+06"),
     (math.inf, "inf"), (math.nan, "nan"), (-0.0, "-0")],
)  # fmt: skip
def test_a_number_for_reading(number: float, text: str) -> None:
    assert show(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(2.0, "2"), (0.0, "0"), (0.1, "0.1"), (1e300, "1e+300"), (math.pi, "pi"),
     (1e15, "1000000000000000.0"),
     (1e16, "1e+16"), (123456789.0, "123456789"), (5e-324, "5e-324")],
)  # fmt: skip
def test_a_constant_for_reading_back(number: float, text: str) -> None:
    assert spell(number) == text


@given(number=st.floats(min_value=0, allow_infinity=False))
def test_a_constant_is_one_token_of_the_same_number(number: float) -> None:
    token, _ = tokenize(spell(number))
    assert number == (math.pi if token.text == "pi" else float(token.text))


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"),
        (12, "12"),
        (1234567, "1,234,567"),
        (10**15 - 1, "999,999,999,999,999"),
        (10**15, "about 1.00e15"),
        (2**1001 - 1, "about 2.14e301"),
        (10**5000, "about 1.00e5000"),
        (10**400 - 1, "about 9.99e399"),
    ],
    ids=lambda part: str(part)[:20] if isinstance(part, str) else "",
)
def test_a_count_for_reading(count: int, text: str) -> None:
    assert show_count(count) == text


@pytest.mark.parametrize(
    ("number", "plain"),
    [(1.5, 1.5), (math.inf, "inf"), (-math.inf, "-inf"), (math.nan, "nan"), (-math.nan, "nan")],
)
def test_a_number_for_json(number: float, plain: float | str) -> None:
    assert to_json(number) == plain
    json.dumps(to_json(number), allow_nan=False)


def test_names_of_nodes_start_at_one() -> None:
    assert [node_name(index) for index in (0, 9)] == ["z1", "z10"]
