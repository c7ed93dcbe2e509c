"""Text to tokens: what each piece becomes, and that its place stays where it was."""

import pytest
from hypothesis import given

from qsts_core import FormulaError
from qsts_core.reading.plain import tokenize
from tests import strategies


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        (" \t\r\f\u00a0\u2009", []),
        ("# nothing but a comment", []),
        ("x+y", ["x", "+", "y"]),
        ("xy", ["xy"]),
        ("x y", ["x", "y"]),
        ("5x", ["5", "x"]),
        ("x1 x_2 _ w₁", ["x1", "x_2", "_", "w₁"]),
        ("αβ + θ", ["αβ", "+", "θ"]),
        ("naïve été", ["naïve", "été"]),
        ("3 .5 5. 1.5e-3 2E+2 1e9", ["3", ".5", "5.", "1.5e-3", "2E+2", "1e9"]),
        ("2e", ["2", "e"]),
        ("2e+x", ["2", "e", "+", "x"]),
        ("1..2", ["1.", ".2"]),
        ("2 × 3 · 4 ⋅ 5 ∗ 6", ["2", "*", "3", "*", "4", "*", "5", "*", "6"]),
        ("6 ÷ 3 − 1", ["6", "/", "3", "-", "1"]),
        ("x**2", ["x", "^", "2"]),
        ("x² y³", ["x", "^", "2", "y", "^", "3"]),
        ("x¹⁰", ["x", "^", "10"]),
        ("x1² + 2²", ["x1", "^", "2", "+", "2", "^", "2"]),
        ("(x+y)²", ["(", "x", "+", "y", ")", "^", "2"]),
        ("max(x, y)", ["max", "(", "x", ",", "y", ")"]),
        ("t = x; t", ["t", "=", "x", ";", "t"]),
        ("a\nb\r\nc", ["a", "\n", "b", "\n", "c"]),
        ("a # b; c\nd", ["a", "\n", "d"]),
        ("(a\n+\nb)\nc", ["(", "a", "+", "b", ")", "\n", "c"]),
        ("(a;b\nc", ["(", "a", ";", "b", "\n", "c"]),
    ],
)
def test_the_tokens_of_a_text(text: str, tokens: list[str]) -> None:
    assert [token.text for token in tokenize(text)] == [*tokens, ""]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("x + 10", [(0, 1), (2, 3), (4, 6), (6, 6)]),
        ("x² × y", [(0, 1), (1, 1), (1, 2), (3, 4), (5, 6), (6, 6)]),
        ("a**b", [(0, 1), (1, 3), (3, 4), (4, 4)]),
        ("  # c\n θ", [(5, 6), (7, 8), (8, 8)]),
    ],
)
def test_the_places_of_the_tokens(text: str, places: list[tuple[int, int]]) -> None:
    assert [(token.start, token.end) for token in tokenize(text)] == places


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("x & y", (2, 3), "'&' is not part of the language"),
        ("[x]", (0, 1), "'[' is not part of the language. Write parentheses: (…)."),
        ("√x", (0, 1), "'√' is not part of the language. Write sqrt(x)."),
        ("x!", (1, 2), "'!' is not part of the language. There is no factorial."),
        ("x – y", (2, 3), "'–' is not part of the language. For minus, write -."),
        ("x\x00", (1, 2), "U+0000 is not part of the language"),
        ("x\u200by", (1, 2), "U+200B is not part of the language"),
        ("½", (0, 1), "'½' is not part of the language"),
        ("x½", (1, 2), "'½' is not part of the language"),
        ("٣", (0, 1), "'٣' is not part of the language"),
        ("1.", None, ""),
        (".", (0, 1), "'.' is not part of the language"),
        (
            "2 + 1e309",
            (4, 9),
            "this number is too large for a float64; the largest is about 1.8e308",
        ),
        ("9" * 400, (0, 400), "this number is too large for a float64"),
        ("x" + "⁹" * 400, (1, 401), "this number is too large for a float64"),
        ("1e-999", None, ""),  # too small is 0, as anywhere
    ],
    ids=lambda part: ascii(part)[:30],
)
def test_what_is_not_of_the_language(
    text: str, place: tuple[int, int] | None, message: str
) -> None:
    if place is None:
        assert len(tokenize(text)) == 2
        return
    with pytest.raises(FormulaError) as raised:
        tokenize(text)
    assert (raised.value.start, raised.value.end) == place
    assert raised.value.message.startswith(message)


@given(text=strategies.anything)
def test_places_run_forward_and_cover_all_but_blanks_and_comments(text: str) -> None:
    try:
        tokens = tokenize(text)
    except FormulaError:
        return
    covered = 0
    for token in tokens:
        assert covered <= token.start <= token.end <= len(text)
        skipped = text[covered : token.start]
        assert all(not line.split("#")[0].strip() for line in skipped.split("\n"))
        covered = token.end
    assert covered == len(text)


def test_grouped_digits_are_no_product() -> None:
    with pytest.raises(FormulaError, match="write 1000") as caught:
        tokenize("x + 1_000")
    assert (caught.value.start, caught.value.end) == (4, 6)
    assert [token.text for token in tokenize("2_a")] == ["2", "_a", ""]
