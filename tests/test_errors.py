"""The exception tree, and a message that points."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qsts_core import FormulaError, PointError, QstsError, TooLargeError
from tests import strategies


@pytest.mark.parametrize("error", [FormulaError, PointError, TooLargeError])
def test_one_base_catches_all(error: type[Exception]) -> None:
    assert issubclass(error, QstsError)
    assert issubclass(error, ValueError)


@pytest.mark.parametrize(
    ("text", "start", "end", "shown"),
    [
        ("2 * sine(x)", 4, 8, "2 * sine(x)\n    ^^^^\nwrong"),
        ("x", 1, 1, "x\n ^\nwrong"),
        ("", 0, 0, "\n^\nwrong"),
        ("a\nbcd\ne", 3, 5, "bcd\n ^^\nline 2: wrong"),
        ("a\nb", 1, 2, "a\n ^\nline 1: wrong"),
        ("a\nb", 0, 3, "a\n^\nline 1: wrong"),
        ("a\n", 2, 2, "\n^\nline 2: wrong"),
        ("a\tb\r!", 4, 5, "a b !\n    ^\nwrong"),
        ("漢字 + !", 5, 6, "漢字 + !\n       ^\nwrong"),
        ("θ\u0302 !", 3, 4, None),
        ("x\x00!", 2, 3, "x\ufffd!\n  ^\nwrong"),
    ],
    ids=ascii,
)
def test_the_carets_stand_under_the_place(
    text: str, start: int, end: int, shown: str | None
) -> None:
    expected = shown or "θ\u0302 !\n  ^\nwrong"  # a combining mark takes no column
    assert str(FormulaError("wrong", text, start, end)) == expected


@pytest.mark.parametrize(
    ("start", "end"), [(0, 3), (500, 501), (997, 1000), (1000, 1000), (100, 900)]
)
def test_a_long_line_is_cut_around_the_place(start: int, end: int) -> None:
    text = "abcdefghij" * 100
    line, carets = FormulaError("wrong", text, start, end).caret().splitlines()
    assert len(line) <= 74
    assert line.startswith("…") == (start > 36)
    assert line.endswith("…") == (start < 900)
    first = carets.index("^")
    assert line[first : len(carets)].startswith(text[start:end][:30])


@pytest.mark.parametrize(
    "error",
    [FormulaError("wrong", "x y", 0, 3), TooLargeError("large", 10**400), PointError("missing")],
    ids=lambda error: type(error).__name__,
)
def test_errors_travel_between_processes(error: QstsError) -> None:
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert vars(other) == vars(error)


@given(text=strategies.anything, data=st.data())
def test_an_error_can_be_shown_at_any_place(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    error = FormulaError("wrong", text, start, end)
    line, carets = error.caret().split("\n")
    assert set(carets.lstrip(" ")) == {"^"}
    assert str(error).splitlines()[-1].endswith("wrong")
    assert line.isprintable() or "\ufffd" in line
    assert error.line == 1 + text[:start].count("\n")
