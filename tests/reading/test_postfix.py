"""The language: what binds to what, what is a product, and what each error says and points at."""

import math
import re

import pytest
from hypothesis import given, settings

from qsts_core import Expression, FormulaError
from qsts_core.ops import FUNCTIONS
from qsts_core.reading.postfix import Reader, read
from tests import independent, strategies

AT = {"x": 3.0, "y": 5.0, "a": 2.0, "b": 0.5}


@pytest.mark.parametrize(
    ("text", "postfix"),
    [
        ("a + b*c", "a b c * +"),
        ("a*b + c", "a b * c +"),
        ("a - b - c", "a b - c -"),
        ("a / b / c", "a b / c /"),
        ("a / b * c", "a b / c *"),
        ("a / b(c)", "a b / c *"),
        ("a ^ b ^ c", "a b c ^ ^"),
        ("-a", "a neg"),
        ("--a", "a neg neg"),
        ("-a ^ b", "a b ^ neg"),
        ("a ^ -b", "a b neg ^"),
        ("a ^ -b ^ c", "a b c ^ neg ^"),
        ("a ^ -b * c", "a b neg ^ c *"),
        ("-a * b", "a neg b *"),
        ("a * -b", "a b neg *"),
        ("a - -b", "a b neg -"),
        ("-a - b", "a neg b -"),
        ("-(a + b) ^ c", "a b + c ^ neg"),
        ("+a", "a"),
        ("a - +2*b", "a 2 b * -"),
        ("a * +b", "a b *"),
        ("a ^ +b", "a b ^"),
        ("a ++ b", "a b +"),
        ("-+-a", "a neg neg"),
        ("b; +a", "b a"),
        ("max(+a, +b)", "a b max"),
        ("5x", "5 x *"),
        ("2 x", "2 x *"),
        ("(a)2", "a 2 *"),
        ("(a) 2^b", "a 2 b ^ *"),
        ("sin(a)2", "a sin 2 *"),
        ("2πa", "2 3.14159 * a *"),
        ("aπ", "a 3.14159 *"),
        ("PI*Pi", "3.14159 3.14159 *"),
        ("2(a + b)", "2 a b + *"),
        ("(a+b)(c+d)", "a b + c d + *"),
        ("(a)b", "a b *"),
        ("x(x + y)", "x x y + *"),
        ("x (y)", "x y *"),
        ("x1(y)", "x1 y *"),
        ("rate(x) + rate", "rate x * rate +"),  # used as a value elsewhere: no slip for a function
        ("5x^2", "5 x 2 ^ *"),
        ("x^2y", "x 2 ^ y *"),
        ("x²y", "x 2 ^ y *"),
        ("1/2x", "1 2 / x *"),
        ("2sin(x)", "2 x sin *"),
        ("sin(x)cos(y)", "x sin y cos *"),
        ("2pi", "2 3.14159 *"),
        ("pi(x)", "3.14159 x *"),
        ("2(3)", "2 3 *"),
        ("sin(x)^2", "x sin 2 ^"),
        ("sin (x)", "x sin"),
        ("-sin(x)", "x sin neg"),
        ("max(a + b, c*d)", "a b + c d * max"),
        ("max(min(a, b), -c)", "a b min c neg max"),
        ("max((a), (b))", "a b max"),
        ("((a))", "a"),
        ("a × b · c ÷ d − e", "a b * c * d / e -"),
        ("a**b", "a b ^"),
        ("x³", "x 3 ^"),
        ("-x²", "x 2 ^ neg"),
        ("2^x²", "2 x 2 ^ ^"),
        ("ln(x) + log(x)", "x log x log +"),
        ("pow(x, y)", "x y ^"),
    ],
)
def test_what_binds_to_what(text: str, postfix: str) -> None:
    shown = [e.name or f"{e.number:g}" for e in read(text).entries]
    assert shown == postfix.split()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("-x^2", -9.0),
        ("2^-1", 0.5),
        ("2^3^2", 512.0),
        ("-2^-2", -0.25),
        ("1 - 2 - 3", -4.0),
        ("12/2/3", 2.0),
        ("6/2(1+2)", 9.0),
        ("5x", 15.0),
        ("2x²y", 90.0),
        ("pi", math.pi),
        ("t = x*y; t + t", 30.0),
        ("x = x + 1; x = x*2; x", 8.0),
        ("c = a\nc = c + c + 1\nc", 5.0),
        ("t = x", 3.0),
        ("e = 2; e^x", 8.0),
        ("π = a; π*b", 1.0),
        ("PI = 4; PI(x)", 12.0),
        ("x; y", 5.0),
        (";;x;;\n;", 3.0),
        ("\n\n# first\nx # then\n\n", 3.0),
        ("max(x,\n    y)", 5.0),
        ("(x\n+ y)", 8.0),
        ("a = b; b = 1; a", 0.5),
        ("pi2 = 4; pi2 + pi", 4 + math.pi),
        (".5x + 5.", 6.5),
        ("1.5e-3*2E3", 3.0),
        ("2e", None),  # 2 times a variable e
        ("square(x) + cbrt(8) + hypot(x, 4)", 16.0),
    ],
)
def test_what_a_program_means(text: str, value: float | None) -> None:
    expression = Expression(text)
    at = {name: AT.get(name, 1.0) for name in expression.variables}
    assert expression.value(at) == pytest.approx(2.0 if value is None else value, rel=1e-15)


def test_the_functions_are_those_of_the_language() -> None:
    one = """sin cos tan asin acos atan sinh cosh tanh exp log ln log2 log10 sqrt cbrt abs sign
             step sigmoid softplus relu square erf erfc expm1 log1p asinh acosh atanh
             sec csc cot silu gelu mish elu selu leakyrelu softsign logsigmoid logit normcdf
             normpdf floor ceil round"""
    several = "when unless min max pow atan2 hypot logaddexp logsumexp mean sum prod clip clamp"
    other_names = """arcsin arccos arctan arcsinh arccosh arctanh tg ctg arctg sgn swish
                     log_sigmoid leaky_relu np.add np.subtract np.multiply np.divide np.negative"""
    assert set(FUNCTIONS) == {*one.split(), *several.split(), *other_names.split()}


@pytest.mark.parametrize("name", ["wins", "xlogy", "xtimesy", "neg"])
def test_what_only_the_rules_need_is_an_ordinary_name(name: str) -> None:
    assert Expression(f"{name} = 2; {name}*x").variables == ("x",)
    with pytest.raises(FormulaError, match=f"unknown function '{name}'"):
        Expression(f"{name}(x)")


ERRORS = [
    # text, the carets under it, message; "|" is an empty place
    ("2 * sine(x)", "    ^^^^", "unknown function 'sine'. Did you mean 'sin'?"),
    ("tang(x)", "^^^^", "unknown function 'tang'. Did you mean 'tan'?"),
    ("Sin(x)", "^^^", "unknown function 'Sin'. Did you mean 'sin'?"),
    ("rate(x)", "^^^^", "unknown function 'rate'. "),
    ("qqq(x)", "^^^", "unknown function 'qqq'. For a product, write qqq*(…)"),
    ("x y", "^^^", "an operator is missing here. For a product, write x*y"),
    ("2 3", "^^^", "an operator is missing here. For a product, write 2*3"),
    ("x 3", "^^^", "an operator is missing here. For a product, write x*3"),
    ("x² 3", "^^^^", "an operator is missing here. For a product, write x²*3"),
    ("", "|", "there is nothing here yet. Try x*y + sin(x)"),
    ("  # only a comment", "                  |", "there is nothing here yet"),
    (";;", "  |", "there is nothing here yet"),
    ("x +", "  ^", "a value is missing after '+'"),
    ("x + * y", "  ^", "a value is missing after '+'"),
    ("* x", "^", "a value is missing before '*'"),
    ("*x", "^", "a value is missing before '*'"),
    ("+", "^", "a value is missing after '+'"),
    ("x × ; y", "  ^", "a value is missing after '×'"),
    ("x ** ", "  ^^", "a value is missing after '**'"),
    ("x - )", "  ^", "a value is missing after '-'"),
    ("²", "|", "a value is missing before '^'"),
    ("(x + y", "^", "this '(' is never closed"),
    ("(x; y)", "^", "this '(' is never closed"),
    ("(x + y))", "       ^", "this ')' has no '(' before it"),
    (")", "^", "this ')' has no '(' before it"),
    ("x + ()", "    ^^", "there is nothing between '(' and ')'"),
    ("sin", "^^^", "'sin' is a function: write sin(x)"),
    ("max y", "^^^", "'max' is a function: write max(y, x)"),
    ("sin^", "^^^", "'sin' is a function: write sin(x)"),
    (
        "sin^-1(x)",
        "^^^^^^",
        "'sin' with a negative power: write asin(x) for the inverse function, "
        "1/sin(x) for the power",
    ),
    ("exp⁻² x", "^^^^^", "'exp' with a negative power: write 1/exp(x)^2 for the power"),
    ("sin x y", "    ^^^", "an operator is missing here. For a product, write x*y"),
    ("(|x)", " ^", "this '|' is never closed: close it, as in |x|"),
    ("|x", "^", "this '|' is never closed: close it, as in |x|"),
    ("|x, y|", "  ^", "',' separates the inputs of a function"),
    ("||", " ^", "a value is missing after '|'. Write one, as in x"),
    ("sin + 1", "^^^", "'sin' is a function: write sin(x)"),
    ("sin()", "^^^", "sin takes 1 input, not 0: write sin(x)"),
    ("sin(x, y)", "^^^", "sin takes 1 input, not 2: write sin(x)"),
    ("max(x)", "^^^", "max takes 2 inputs, not 1: write max(x, y)"),
    ("atan2(x, y, x)", "^^^^^", "atan2 takes 2 inputs, not 3: write atan2(x, y)"),
    ("log(x, y, 2)", "^^^", "log takes 1 input, not 3: write log(x)"),
    ("ln(x, 2)", "^^", "ln takes 1 input, not 2: write ln(x)"),
    ("max(x,)", "     ^", "a value is missing after ','"),
    ("max(,x)", "   ^", "a value is missing after '('"),
    ("(x, y)", "  ^", "',' separates the inputs of a function, as in max(x, y)"),
    ("x, y", " ^", "',' separates the inputs of a function"),
    ("max((x, y), 2)", "      ^", "',' separates the inputs of a function"),
    ("f(2) = x", "     ^", "'=' can only stand after a name that starts a statement"),
    ("f(t) = f(t - 1); f(x)", "       ^", "'f' calls itself, and would never end. Write out what"),
    ("f(t) = t; f(x, y)", "          ^", "f takes 1 input, not 2: write f(t)"),
    ("f(t) = t; f", "          ^", "'f' is a function: write f(t)"),
    ("f(t, t) = t; f(1, 2)", "     ^", "'t' is a parameter already: write t_1"),
    ("f(t) = ; x", "     ^", "a value is missing after '='. Write one, as in x"),
    ("f(t) = t; f()", "           ^^", "there is nothing between '(' and ')'"),
    ("sin(t) = t", "^^^", "'sin' is a function: choose another name, as in sin_1 = 2"),
    ("sum(i=1..n, x^i)", "         ^", "a whole number is due here that is known before any"),
    (
        "w[i]",
        "  ^",
        "a whole number is due here that is known before any value is, as in",
    ),
    ("w[1/2]", "  ^^^", "a whole number is due here that is known before any value is"),
    ("sum(i=1..2)", "^^^^^", "sum takes a range and a term: write sum(i=1..3, x^i)"),
    ("w[1", " ^", "this '[' is never closed: close it, as in w[1]"),
    ("[x]", "^", "'[' is for the index of a name, as in w[1]"),
    ("x..2", " ^^", "'..' is for the range of a sum, as in sum(i=1..3, x^i)"),
    ("x + y = 2", "      ^", "'=' can only stand after a name that starts a statement"),
    ("2 = x", "  ^", "'=' can only stand after a name that starts a statement"),
    ("x = = y", "    ^", "'=' can only stand after a name that starts a statement"),
    ("= x", "^", "'=' can only stand after a name that starts a statement"),
    ("t = ", "  ^", "a value is missing after '='"),
    ("t = ; x", "  ^", "a value is missing after '='"),
    ("sin = 2", "^^^", "'sin' is a function: choose another name"),
    ("pi = 3", "^^", "'pi' is a constant: choose another name"),
    ("1e999x", "^^^^^", "this number is too large for a float64"),
    (
        "x\n+ y",
        "^",
        "a value is missing before '+'. A new line ends a statement, except inside parentheses",
    ),
    ("a\nb y", "^^^", "an operator is missing here. For a product, write b*y"),
]


@pytest.mark.parametrize(("text", "carets", "message"), ERRORS, ids=[ascii(e[0]) for e in ERRORS])
def test_what_an_error_says_and_where(text: str, carets: str, message: str) -> None:
    with pytest.raises(FormulaError) as raised:
        Expression(text)
    error = raised.value
    assert error.message.startswith(message)
    assert str(error).splitlines()[1] == carets.replace("|", "^")
    assert (error.start == error.end) == carets.endswith("|")
    assert error.text == text


@pytest.mark.parametrize(("text", "carets", "message"), ERRORS, ids=[ascii(e[0]) for e in ERRORS])
def test_a_way_out_works_when_it_is_typed(text: str, carets: str, message: str) -> None:
    error = mistake(text)
    assert error is not None
    offered = re.search(
        r"(?:Did you mean '|write |as in |Try )([^'…]+?(?:\(…\))?)['?]*$", error.message
    )
    if "negative power" in message:
        offers = re.findall(r"([^ ]+\(x\)[^ ]*) for", error.message)
        assert offers
        assert [mistake(offer) for offer in offers] == [None] * len(offers)
        return
    if offered is None:
        assert "A new line" in message or "too large" in message
        return
    way_out = offered[1].replace("(…)", "")
    in_place = "Did you mean" in error.message or "For a product" in error.message
    if in_place:
        way_out = text[: error.start] + way_out + text[error.end :]
    assert mistake(way_out) is None


def test_an_entry_knows_the_place_of_what_it_completes() -> None:
    text = "(x+y) + sin(x)² # end"
    program = read(text)
    assert [text[e.start : e.end] for e in program.entries] == [
        "x", "y", "x+y", "x", "sin(x)", "²", "sin(x)²", "(x+y) + sin(x)²",
    ]  # fmt: skip


def test_a_viewer_can_watch_both_stacks() -> None:
    reader = Reader("a + b*c")
    seen = []
    for token in reader.tokens:
        reader.read(token)
        queue = " ".join(entry.name or str(entry.number) for entry in reader.entries)
        seen.append((token.text, queue, " ".join(p.token.text for p in reader.operators)))
    assert seen == [
        ("a", "a", ""),
        ("+", "a", "+"),
        ("b", "a b", "+"),
        ("*", "a b", "+ *"),
        ("c", "a b c", "+ *"),
        ("", "a b c * +", ""),
    ]


@given(text=strategies.chains())
@settings(max_examples=300)
def test_chains_of_operators_mean_what_the_oracle_says(text: str) -> None:
    at = {"x": 1.5, "y": -2.0}
    expected = independent.value(text, at)
    got = Expression(text).value({n: at[n] for n in Expression(text).variables})
    if math.isfinite(expected) and math.isfinite(got):
        assert got == pytest.approx(expected, rel=1e-9)


@given(text=strategies.anything)
@settings(max_examples=1000)
def test_anything_typed_is_a_formula_or_a_formula_error(text: str) -> None:
    error = mistake(text)
    if error is not None:
        assert 0 <= error.start <= error.end <= len(text)
        assert error.message
        assert str(error).endswith(error.message)


def mistake(text: str) -> FormulaError | None:
    try:
        Expression(text)
    except FormulaError as error:
        return error
    return None


@pytest.mark.parametrize(
    "text",
    ["(" * 100_000, "x" + ")" * 100_000, "sin(" * 100_000, "((" * 50_000 + "x y", "-" * 100_000,
     "x=" * 100_000, "max(" * 50_000 + "x" + ")" * 50_000, "\n" * 100_000, "(" * 100_000 + "$"],
    ids=lambda text: text[:6] + "…",
)  # fmt: skip
def test_a_long_mistake_is_told_shortly(text: str) -> None:
    with pytest.raises(FormulaError) as raised:
        Expression(text)
    assert 0 <= raised.value.start <= raised.value.end <= len(text)
    assert max(map(len, str(raised.value).splitlines())) < 120


def test_a_line_that_ends_too_soon_is_told_how_lines_work() -> None:
    with pytest.raises(FormulaError, match="A new line ends a statement, except inside paren"):
        read("x +\n y")
    assert len(read("(x +\n y)").statements) == 1
