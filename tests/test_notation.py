"""Numbers and names as text."""

import json
import math
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core.notation import (
    Letters,
    choose_letters,
    relate_sum,
    show,
    show_count,
    show_exactly,
    spell,
    subscript,
    to_json,
)
from qsts_core.reading.plain import tokenize

NUMBERS = json.loads(Path(__file__).with_name("data").joinpath("numbers.json").read_text("utf-8"))
"""How numbers are written; the browser is held to the same table in tests/browser/test_words.py."""


@pytest.mark.parametrize("row", NUMBERS, ids=lambda row: row["number"])
def test_a_number_for_reading(row: dict[str, str]) -> None:
    number = float(row["number"])
    assert {digits: show(number, int(digits)) for digits in ("4", "6", "9")} == {
        digits: row[digits] for digits in ("4", "6", "9")
    }
    assert show_exactly(number) == row["all"]


@given(number=st.floats(allow_nan=False))
def test_what_is_shown_exactly_reads_back(number: float) -> None:
    head, _, power = show_exactly(number).replace("−", "-").partition("·10")
    assert float(f"{head}e{power.translate(PLAIN)}" if power else head) == number


@given(number=st.floats(allow_nan=False, allow_infinity=False), digits=st.integers(4, 15))
def test_what_is_shown_is_near(number: float, digits: int) -> None:
    head, _, power = show(number, digits).replace("−", "-").partition("·10")
    shown = Decimal(f"{head}e{power.translate(PLAIN)}" if power else head)
    kept = digits if digits > 6 or not power else min(digits, 4)
    assert abs(shown - Decimal(number)) <= abs(Decimal(number)) * Decimal(10) ** (1 - kept) / 2


PLAIN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


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
    assert [Letters().name_node(index) for index in (0, 9)] == ["z1", "z10"]
    assert subscript("z10") == "z₁₀"


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        ([], "zabf"), (["x", "y", "zoo", "fab"], "zabf"), (["z"], "vabf"), (["z3"], "vabf"),
        (["z_1"], "vabf"), (["f"], "zabg"), (["f2", "g"], "zabh"), (["a"], "zpbf"),
        (["b1"], "zaqf"), (["x", "y", "z", "f", "a", "b"], "vpqg"),
    ],
)  # fmt: skip
def test_our_letters_are_none_of_the_programs_names(names: list[str], letters: str) -> None:
    assert "".join(choose_letters(names)) == letters


def test_a_program_that_uses_every_letter_leaves_doubled_ones() -> None:
    assert choose_letters("abcdefghijklmnopqrstuvwxyzF") == ("zz", "aa", "bb", "ff")


@given(names=st.lists(st.from_regex(r"[a-h_t-z][0-9_]{0,2}", fullmatch=True)))
def test_no_name_of_ours_is_one_of_the_programs(names: list[str]) -> None:
    letters = choose_letters(names)
    ours = {*letters, *(letters.name_node(index) for index in range(200))}
    assert ours.isdisjoint(names)
    assert len(set(letters)) == len(letters)


@given(st.lists(st.integers(-999, 999), min_size=1, max_size=5))
def test_a_sum_of_whole_numbers_is_equal_to_what_it_comes_to(terms: list[int]) -> None:
    assert relate_sum(terms, sum(terms)) == "="
    assert relate_sum([term / 7e3 for term in terms], sum(terms) / 7e3 + 0.5) == "≈"
