"""Plain text to tokens: what each piece becomes, and that its place stays where it was."""

import pytest
from hypothesis import example, given

from qsts_core import FormulaError
from qsts_core.reading.characters import make_plain
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
        ("x1 x_2 _ w₁", ["x1", "x_2", "_", "w_1"]),
        ("αβ + θ", ["αβ", "+", "θ"]),
        ("naïve été", ["naïve", "été"]),
        ("3 .5 5. 1.5e-3 2E+2 1e9", ["3", ".5", "5.", "1.5e-3", "2E+2", "1e9"]),
        ("2e", ["2", "e"]),
        ("2e+x", ["2", "e", "+", "x"]),
        ("1..2 1...n", ["1", "..", "2", "1", "..", "n"]),
        ("w[i,1] ∑ ∏", ["w", "[", "i", ",", "1", "]", "sum", "prod"]),
        ("2 × 3 · 4 ⋅ 5 ∗ 6", ["2", "*", "3", "*", "4", "*", "5", "*", "6"]),
        ("ｓｉｎ（ｘ）＋２，３", ["sin", "(", "x", ")", "+", "2", ",", "3"]),
        ("𝑥 𝐱 x", ["x", "x", "x"]),
        ("µ μ Ω Ω ϵ ε ϕ φ", ["μ", "μ", "Ω", "Ω", "ε", "ε", "φ", "φ"]),
        ("é e\u0301", ["é", "é"]),
        ("x̂ + x", ["x̂", "+", "x"]),
        ("xˆ2", ["x", "^", "2"]),
        ("a‐b‑c‒d–e—f―g−h﹣i－j⁃k", list("a-b-c-d-e-f-g-h-i-j-k")),
        ("a∙b•c⁄d∕e", list("a*b*c/d/e")),
        ("a\u00a0+\u2003b\u3000+\u202fc", list("a+b+c")),
        ("a\u2028b", ["a", "\n", "b"]),
        ("x\u200b\ufeff\u00ad\u2060*\u200ey\u200f", ["x", "*", "y"]),
        ("lo\u00adss", ["loss"]),
        ("x⁻¹", ["x", "^", "-", "1"]),
        ("x⁺²", ["x", "^", "+", "2"]),
        ("2πx", ["2", "π", "x"]),
        ("x₁x₂ x₁₂ xᵢ x_₁ aₘₐₓ", ["x_1", "x_2", "x_12", "x_i", "x_1", "a_max"]),
        ("xⁿ", ["x", "^", "n"]),
        ("x⁻ⁿ", ["x", "^", "-", "n"]),
        ("x²ⁿ", ["x", "^", "(", "2", "n", ")"]),
        ("½x ¼ ⅓", ["0.5", "x", "0.25", repr(1 / 3)]),
        ("|x| √x ∛x", ["|", "x", "|", "√", "x", "∛", "x"]),
        ("xπ + aπ²", ["x", "π", "+", "a", "π", "^", "2"]),
        ("π_1 π1 π₁ x_π ππ", ["π_1", "π1", "π_1", "x_π", "π", "π"]),
        ("𝜋x", ["π", "x"]),
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
        ("（x）", [(0, 1), (1, 2), (2, 3), (3, 3)]),
        ("e\u0301*x", [(0, 2), (2, 3), (3, 4), (4, 4)]),
        ("\ufeffx\u200b + y\u00ad", [(1, 2), (4, 5), (6, 7), (8, 8)]),
        ("lo\u00adss", [(0, 5), (5, 5)]),
        ("ﬁx + y", [(0, 2), (3, 4), (5, 6), (6, 6)]),
        ("x⁻¹", [(0, 1), (1, 1), (1, 2), (2, 3), (3, 3)]),
        ("  # c\n θ", [(5, 6), (7, 8), (8, 8)]),
    ],
)
def test_the_places_of_the_tokens(text: str, places: list[tuple[int, int]]) -> None:
    assert [(token.start, token.end) for token in tokenize(text)] == places


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("x ~ y", (2, 3), "'~' is not part of the language"),
        ("x}", (1, 2), "'}' is not part of the language. Write parentheses: (…)."),
        ("∜x", (0, 1), "'∜' (FOURTH ROOT) is not part of the language. Leave it out."),
        ("x!", (1, 2), "'!' is not part of the language. There is no factorial."),
        ("x！", (1, 2), "'！' (FULLWIDTH EXCLAMATION MARK) is not part of the language. There is"),
        ("x\u200b☃", (2, 3), "'☃' (SNOWMAN) is not part of the language. Leave it out."),
        ("x\x00", (1, 2), "U+0000 is not part of the language. Leave it out."),
        ("₁", (0, 1), "'₁' (SUBSCRIPT ONE) is not part of the language. Write 1."),
        ("xↀ", (1, 2), "'ↀ' (ROMAN NUMERAL ONE THOUSAND C D) is not part of the language. Write"),
        ("٣", (0, 1), "'٣' (ARABIC-INDIC DIGIT THREE) is not part of the language. Write 3."),
        ("\u0301x", (0, 1), "COMBINING ACUTE ACCENT (U+0301) is not part of the language."),
        ("x⁻", (1, 2), "'⁻' (SUPERSCRIPT MINUS) is not part of the language"),
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
    skipped = make_plain(text).skipped
    covered = 0
    for token in tokens:
        assert covered <= token.start <= token.end <= len(text)
        between = "".join(c for c in text[covered : token.start] if c not in skipped)
        assert all(not line.split("#")[0].strip() for line in between.split("\n"))
        covered = token.end
    assert covered == len(text)


@given(text=strategies.anything)
@example(text="\u0308")
def test_what_cannot_be_seen_changes_no_token_and_moves_every_place(text: str) -> None:
    try:
        tokens = tokenize(text)
    except FormulaError as error:
        expected = error.message, error.start + 1, error.end + 1
        with pytest.raises(FormulaError) as raised:
            tokenize("\ufeff" + text)
        moved = raised.value.message, raised.value.start, raised.value.end
        assert moved == expected
        return
    further = [(kind, meant, start + 1, end + 1) for kind, meant, start, end in tokens]
    assert list(tokenize("\ufeff" + text)) == further


@pytest.mark.parametrize(
    ("mistake", "mended"),
    [
        ("a%", "x/100"), ("x % 2", "x - 2*floor(x/2)"),
        ("x☃", "x"), ("٣", "3"), ("1_000", "1000"),
    ],
)  # fmt: skip
def test_the_ways_out_are_formulas(mistake: str, mended: str) -> None:
    with pytest.raises(FormulaError) as raised:
        tokenize(mistake)
    message = raised.value.message
    assert mended in message or "Leave" in message or "without" in message or "(…)" in message
    tokenize(mended)


def test_grouped_digits_are_no_product() -> None:
    with pytest.raises(FormulaError, match="write 1000") as caught:
        tokenize("x + 1_000")
    assert (caught.value.start, caught.value.end) == (4, 6)
    assert [token.text for token in tokenize("2_a")] == ["2", "_a", ""]
