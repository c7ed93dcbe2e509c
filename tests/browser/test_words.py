"""What the player says, as data: its modules run in a page of their own.

The numbers of a sentence are computed anew from the sentence; what it tells is held against the
step. No picture is drawn, so that all formulas take but a few seconds.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from operator import add, mul, sub, truediv
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from qsts_core import Expression
from qsts_core.draw.mathml import rule
from qsts_core.draw.player import MODULES, join_modules
from qsts_core.graph import SHARINGS, Sharing
from qsts_core.notation import subscript
from qsts_core.ops import OPERATIONS

DATA = Path(__file__).parent.parent / "data"
POINT = {"x": 2.0, "y": 3.0, "z": 0.5, "a": -1.25, "b": 4.0, "f": 1.5, "t": 0.75, "u": 0.3}

CASES: dict[str, dict[str, float]] = {
    # sharing
    "(x+y) + x*(x+y)": {}, "x*x": {"x": 3}, "x^x": {"x": 1.5}, "x-x": {}, "x/x": {},
    "(x+y) + (x+y)*(x+y)": {}, "x*x*x*x*x*x*x*x": {}, "x+y+z+a+b+f*x": {},
    # precedence, implied products, statements
    "x*y + z": {}, "a-b-x": {}, "-x^2 + 2x": {"x": 3}, "2^x^y": {"y": 1.5}, "-(-x)": {},
    "t = x*y; t = t + 1; sin(t)": {}, "a = x; y": {}, "f = x²; f*f": {}, "2(x+1)(y-1)": {},
    # every rule
    "sin(x)*cos(y) + tan(z)": {}, "asin(z) + acos(u) - atan(x)": {}, "sinh(z)/cosh(u)*tanh(x)": {},
    "exp(x) + log(y) + log2(b) - log10(x)": {}, "sqrt(x)*cbrt(y) - sqrt(y)": {},
    "sigmoid(x)*softplus(y) + erf(z)": {}, "square(a) + abs(a) + sign(a)": {},
    "asinh(x) + acosh(y) - atanh(z)": {}, "expm1(x)*log1p(y) + erfc(z)": {},
    "sec(x) + csc(y) - cot(z)": {}, "silu(x) + gelu(y) + mish(z)": {}, "logaddexp(x, y)": {},
    "elu(a) + selu(a) + leaky_relu(a)": {}, "softsign(a)*log_sigmoid(x) + logit(u)": {},
    "normcdf(a) + normpdf(x) + floor(x)*ceil(a) - round(b)": {},
    "step(x) - step(a)": {},
    "atan2(x, y) + hypot(a, b)": {}, "x^y + pow(b, z) + x^0.5": {}, "x*2 - x/3 + pi*x": {},
    # ties and kinks
    "max(x, y) + min(x, y)": {"x": 2, "y": 2}, "max(x, y)": {"x": 1}, "min(x, y)": {"x": 1},
    "relu(x) + relu(y) + abs(z)": {"x": 0, "y": -1, "z": 0},
    "x^y": {"x": 0, "y": 2}, "y^x": {"x": 0, "y": 0}, "x^2 + x^1": {"x": 0},
    # branches that are not taken, and conditions
    "where(a > 0, sqrt(a), y) + x*(a < 0)*(not f == 2)": {},
    "t = 1/u; where(u != 0, t, 2)": {"u": 0},
    "a*y if a >= 0 and y <= 3 or f == 0 else a + sqrt(a)": {}, "when(t, x)*unless(t, y)": {},
    # numbers that are not finite are born
    "log(x)*x": {"x": 0}, "sqrt(x) - cbrt(x)": {"x": 0}, "1e308*x + 9e307*x": {"x": 0.5},
    "1/x - 1/y": {"x": 0, "y": 0}, "exp(x)*exp(x)": {"x": 400}, "log(x-3)": {},
    "max(log(x), y)": {"x": -1},
    # names that collide
    "log(z3)*z1": {"z3": -1, "z1": 1}, "x*y*z": {}, "a*b + f": {},
    "z1 + v + b_1": {"z1": 1, "v": 2, "b_1": 3},
    # digits
    "(x + 1234567.25) - 1234560.25": {"x": 0.1}, "x*y + x/y": {"x": 0.572, "y": 0.6664},
    "1e-7*x + 1e7*y": {}, "x": {"x": 0.3333333333333333}, "-x": {"x": 0}, "3 + 4": {},
    "y - 5e-324": {"y": 1e-310},
}  # fmt: skip


def told(text: str, sharing: Sharing = "unique", at: dict[str, float] | None = None) -> Any:
    """Return what the player is given of a formula, its building included."""
    expression = Expression(text, sharing)
    given = POINT | CASES.get(text, {}) | (at or {})
    trace = expression.trace({name: given[name] for name in expression.variables}, build=True)
    plain = trace.to_dict()
    rules = {node["op"]: rule(node["op"]) for node in plain["nodes"] if node["inputs"]}
    return {"trace": plain, "rules": rules}


LOAD = """
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const words = await import(address);
"""

SAY = (
    f"async ([source, films]) => {{ {LOAD}"
    """
    const { startRun, moveTo, sentence, showFormula, createPinned, secondsFor } = words;
    return films.map(({ trace, rules }) => {
        const run = startRun(trace);
        const panel = document.createElement("section");
        const pinned = createPinned(() => {});
        const factors = () => [...panel.querySelectorAll(".qsts-factor")].map((factor) =>
            [factor.dataset.factor, factor.firstChild.textContent]);
        const steps = trace.steps.concat(null).map((_, index) => {
            moveTo(run, index);
            showFormula(panel, run, rules);
            const told = { edge: sentence(run, rules), node: sentence(run, rules, "node") };
            const seconds = secondsFor(told.edge);
            return { ...told, factors: factors(), all: panel.textContent, seconds };
        });
        const pins = trace.nodes.map((node) => {
            pinned.show(run, node.id, rules);
            return pinned.element.textContent;
        });
        return { steps, pins };
    });
}"""
)


@pytest.fixture(scope="module")
def bare(browser: Browser) -> Iterator[Page]:
    """A page with nothing on it."""
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture(scope="module")
def source() -> str:
    """The player's modules up to what is written, with the names that the tests call."""
    names = "startRun, moveTo, sentence, secondsFor, showFormula, createPinned"
    names += ", prettyNumber, exactNumber"
    return f"{join_modules(MODULES[: MODULES.index('pinned.js') + 1])}\nexport {{ {names} }};"


@pytest.fixture(scope="module")
def said(bare: Page, source: str) -> dict[tuple[str, Sharing], tuple[Any, Any]]:
    """What is said of every formula in every sharing, with what it is said of."""
    keys = [(text, sharing) for text in CASES for sharing in SHARINGS]
    films = [told(*key) for key in keys]
    answers = bare.evaluate(SAY, [source, films])
    return {key: (film, answer) for key, film, answer in zip(keys, films, answers, strict=True)}


def every_sentence(said: dict[Any, tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    for (text, sharing), (_, answer) in said.items():
        for index, step in enumerate(answer["steps"]):
            for grain in ("edge", "node"):
                yield f"{text} [{sharing}] step {index} by {grain}: {step[grain]}", step[grain]


# Numbers ----------------------------------------------------------------------------------------

NUMBER = r"(?:−?(?:\d+(?:\.\d+)?(?:·10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?|inf)|nan)"
WRAPPED = rf"\(?{NUMBER}\)?"
FACTORS = rf"adjoint ({WRAPPED}) × local derivative ({WRAPPED})"
PRODUCT = re.compile(rf"{FACTORS} ([=≈]) contribution ({NUMBER})")
SUM = re.compile(rf"({NUMBER}(?: \+ {WRAPPED})+) ([=≈]) ({NUMBER})")
BINARY = re.compile(rf": ({WRAPPED}) ([+−×÷]) ({WRAPPED}) ([=≈]) ({NUMBER})")
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def read(text: str) -> float | Fraction:
    """Read a number as a person types it into a calculator: exactly as it is printed."""
    plain = text.strip("()").replace("−", "-")
    if plain.endswith(("inf", "nan")):
        return float(plain)
    head, _, power = plain.partition("·10")
    return Fraction(Decimal(head)) * Fraction(10) ** int(power.translate(RAISED) or 0)


def check(relation: str, computed: Any, printed: str, where: str) -> None:
    """Check "computed relation printed": equal to twelve digits, or rounded to what is printed."""
    number = read(printed)
    if isinstance(computed, float) or isinstance(number, float):  # something is not finite
        overflows = isinstance(computed, Fraction) and abs(computed) > 2**1023
        assert str(float(computed)) == str(float(number)) if not overflows else "inf" in printed, (
            where
        )
        return
    if number == 0:
        assert relation == "=" or abs(computed) < Fraction(1, 10**320), where  # it underflows
        return
    off = abs(computed / number - 1)
    digits = len(re.sub(r"·.*|[−.]", "", printed).lstrip("0"))
    whole = len(printed.lstrip("−").partition(".")[0])
    if relation == "=":
        assert off <= Fraction(1, 10**11), where
    else:  # what was cut off may be zeros
        assert off <= Fraction(1, 10 ** (max(min(digits, 4), 1) - 1)), where
        shown = 3 if "·" in printed else max(5, whole - 1)
        assert off <= Fraction(6, 10 ** (shown + 1)), where


def times(one: Any, other: Any) -> Any:
    return float(one) * float(other) if float in (type(one), type(other)) else one * other


def test_the_sentences_arithmetic_checks_on_a_calculator(
    said: dict[Any, tuple[Any, Any]],
) -> None:
    products = sums = binaries = 0
    for where, words in every_sentence(said):
        for adjoint, local, relation, contribution in PRODUCT.findall(words):
            check(relation, times(read(adjoint), read(local)), contribution, where)
            products += 1
        for terms, relation, total in SUM.findall(words):
            numbers = [read(term) for term in terms.split(" + ")]
            broken = any(isinstance(number, float) for number in numbers)
            check(relation, sum(map(float, numbers)) if broken else sum(numbers), total, where)
            sums += 1
        for left, op, right, relation, result in BINARY.findall(words):
            one, other = read(left), read(right)
            if float in (type(one), type(other)):
                one, other = float(one), float(other)
            if op == "÷" and other == 0:
                assert "inf" in result or result == "nan", where
                continue
            compute = {"+": add, "−": sub, "×": mul, "÷": truediv}[op]
            check(relation, compute(one, other), result, where)
            binaries += 1
    assert min(products, sums, binaries) > 400, "the sentences are written in another way"


def test_what_is_told_of_an_edge_is_its_step(said: dict[Any, tuple[Any, Any]]) -> None:
    for film, answer in said.values():
        nodes, steps = film["trace"]["nodes"], film["trace"]["steps"]
        for step, words, before in zip(steps, answer["steps"][1:], [None, *steps], strict=False):
            if step["phase"] != "backward":
                continue
            parent, child = nodes[step["from"]], nodes[step["to"]]
            side = ("left ", "right ")[step["slot"]] if len(parent["inputs"]) > 1 else ""
            name, receiver = subscript(parent["name"]), subscript(child["name"])
            assert f"Through the {side}input of {name} to {receiver}" in words["edge"]
            first = before["phase"] == "seed" or before["from"] != step["from"]
            reached = step["from"] in reached_before(steps, step)
            assert (f"The adjoint of {name} is final" in words["edge"]) == (first and reached)
            assert ("the edge is blocked" in words["edge"]) == step.get("blocked", False)
            final = step["arrived"] == step["due"] and step["after"] is not None
            missing = step["due"] - step["arrived"]
            assert ("final." in words["edge"]) == final
            plural = "contribution is due" if missing == 1 else "contributions are due"
            assert missing == 0 or f"{missing} more {plural}" in words["edge"]
            for cause in step["born"]:
                thing = {"local": "local derivative", "sum": "adjoint"}.get(cause, cause)
                assert f"Here the {thing} becomes" in words["edge"]
            assert words["edge"].count("Here the") == len(step["born"])


def reached_before(steps: list[dict[str, Any]], last: dict[str, Any]) -> set[int]:
    """Return the nodes that something has reached before a step."""
    before = steps[: steps.index(last)]
    seeded = {step["node"] for step in before if step["phase"] == "seed"}
    sent = {step["to"] for step in before if step["phase"] == "backward" and "blocked" not in step}
    return seeded | sent


def test_every_node_tells_all_edges_of_its_move(said: dict[Any, tuple[Any, Any]]) -> None:
    for film, answer in said.values():
        steps = film["trace"]["steps"]
        for index, step in enumerate(steps):
            if step["phase"] == "backward":
                sent = [s for s in steps[: index + 1] if s.get("from") == step["from"]]
                assert answer["steps"][index + 1]["node"].count("Through the") == len(sent)


def test_the_end_tells_the_gradient_by_variable(said: dict[Any, tuple[Any, Any]]) -> None:
    for (text, _), (film, answer) in said.items():
        gradient, last = film["trace"]["gradient"], answer["steps"][-1]["edge"]
        if not gradient:
            assert last.endswith("Done; there is no variable.")
            continue
        parts = last.partition("Done. The gradient: ")[2].removesuffix(".").split("; ")
        assert len(parts) == min(len(gradient), 4) + (len(gradient) > 4), text
        for part, (name, number) in zip(parts, gradient.items(), strict=False):
            if part.startswith("and "):
                assert part == f"and {len(gradient) - 4} more"
                continue
            assert part.startswith((f"{name}: ", f"{name} is not reached, so 0")), text
            shown = re.search(rf"{NUMBER}$", part)
            assert shown
            assert float(read(shown[0])) == pytest.approx(float(number), rel=1e-3, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "sharing", "words"),
    [
        ("(x+y) + x*(x+y)", "none", "x: 1 + 5 + 2 = 8; y: 1 + 2 = 3."),
        ("(x+y) + x*(x+y)", "unique", "x: 5 + 3 = 8; y: 3."),
        ("a = x; y", "unique", "x is not reached, so 0; y: 1."),
        ("x+y+z+a+b+f*x", "unique", "and 2 more."),
        ("x*x", "unique", "x: 3 + 3 = 6."),
        ("x-x", "unique", "x: 1 + (−1) = 0."),
        ("sqrt(x) - cbrt(x)", "unique", "x: −inf + inf = nan."),
        ("x*x*x*x*x*x*x*x", "variables", "x: the sum of 8 contributions, 1024."),
    ],
)
def test_how_a_film_ends(
    said: dict[Any, tuple[Any, Any]], text: str, sharing: str, words: str
) -> None:
    assert said[text, sharing][1]["steps"][-1]["edge"].endswith(words)


# Tokens -----------------------------------------------------------------------------------------


def test_adjoints_flow_only_where_an_edge_follows(said: dict[Any, tuple[Any, Any]]) -> None:
    for film, answer in said.values():
        flows = any(step["phase"] == "backward" for step in film["trace"]["steps"])
        told_here = any("flow back" in step["edge"] for step in answer["steps"])
        assert told_here == flows


def test_every_token_is_told_as_the_change_that_it_makes(
    said: dict[Any, tuple[Any, Any]],
) -> None:
    kinds = set()
    for film, answer in said.values():
        symbols = {op: row["symbol"] for op, row in film["rules"].items()}
        operators: list[str] = []
        queued = 0
        for step, words in zip(film["trace"]["steps"], answer["steps"][1:], strict=False):
            if step["phase"] != "build":
                break
            sentence, pushed = words["edge"], step["pushed"]
            moved = [op for op in operators[step["kept"] :] if op != "("]
            own = step["queued"] - queued - len(moved)
            operators, queued = operators[: step["kept"]] + pushed, step["queued"]
            if step["node"] is not None:
                continue
            kinds.add((bool(moved), own, bool(pushed), step["implied"]))
            for op in [*moved, *(op for op in pushed if op != "(")]:
                assert symbols.get(op, op) in sentence, sentence
            assert ("move" in sentence) == bool(moved), sentence
            assert ("wait" in sentence) == bool(pushed), sentence
            straight = "goes straight to the postfix queue" in sentence
            assert straight == (own == 1 and not pushed), sentence
    assert len(kinds) >= 6


ARTICLES = dict.fromkeys(
    ("variable", "constant", "function", "name", "node", "value", "product", "raised", "power",
     "slope"), "a",
) | dict.fromkeys(("edge", "input", "output", "adjoint", "operation"), "an")  # fmt: skip


def test_articles_and_plurals(said: dict[Any, tuple[Any, Any]]) -> None:
    for where, words in every_sentence(said):
        for article, noun in re.findall(r"\b(an?) ([a-z]{3,})", words):
            if noun != "and":  # a variable may be called a
                assert article == ARTICLES[noun], where
        for count, noun in re.findall(r"\b(\d+) (?:more )?(contributions?|nodes?|times)\b", words):
            assert noun.endswith("s") == (count != "1"), where
        assert not re.search(r"undefined|NaN|null|\[object|  |\.\.", words), where


# The rest of the screen --------------------------------------------------------------------------


def test_the_panel_and_the_sentence_say_the_same_numbers(
    said: dict[Any, tuple[Any, Any]],
) -> None:
    edges = 0
    for film, answer in said.values():
        for step, words in zip(film["trace"]["steps"], answer["steps"][1:], strict=False):
            if step["phase"] == "backward" and not step.get("blocked"):
                spoken = PRODUCT.search(words["edge"])
                assert spoken, words["edge"]
                shown = dict(words["factors"])
                assert [
                    shown[name].strip("()")
                    for name in ("adjoint", "local-derivative", "contribution")
                ] == [spoken[index].strip("()") for index in (1, 2, 4)]
                edges += 1
    assert edges > 500


def test_no_name_of_ours_is_one_of_the_formulas(said: dict[Any, tuple[Any, Any]]) -> None:
    for (text, _), (film, _) in said.items():
        names = {*film["trace"]["gradient"], *re.findall(r"(\w+) =", text)}
        nodes = {node["name"] for node in film["trace"]["nodes"]}
        letters = film["trace"]["letters"]
        assert names.isdisjoint(nodes | set(letters.values())), text
    assert said["x*y*z", "unique"][1]["steps"][-1]["all"].count("z") == 0


def test_no_bracket_is_left_unexplained(said: dict[Any, tuple[Any, Any]]) -> None:
    for _, answer in said.values():
        assert not [step for step in answer["steps"] if re.search(r"[\[\]]", step["all"])]


def test_a_pinned_constant_says_that_no_derivative_is_asked_for(
    said: dict[Any, tuple[Any, Any]],
) -> None:
    film, answer = said["x*2 - x/3 + pi*x", "unique"]
    for node, pin in zip(film["trace"]["nodes"], answer["pins"], strict=True):
        constant = "a constant: no derivative is asked for" in pin
        assert constant == (node["op"] == "constant")


def test_a_step_lasts_as_long_as_its_words_need(said: dict[Any, tuple[Any, Any]]) -> None:
    steps = said["(x+y) + x*(x+y)", "unique"][1]["steps"]
    seconds = {step["edge"]: step["seconds"] for step in steps}
    assert seconds["z₁ is the variable x; its value is 2."] == pytest.approx(1.2, abs=0.05)
    assert max(seconds.values()) == 4


def test_every_operation_is_told(said: dict[Any, tuple[Any, Any]]) -> None:
    used = {node["op"] for film, _ in said.values() for node in film["trace"]["nodes"]}
    assert {name for name, row in OPERATIONS.items() if not row.internal} <= used


def test_the_browser_writes_numbers_as_python_does(bare: Page, source: str) -> None:
    table = json.loads((DATA / "numbers.json").read_text(encoding="utf-8"))
    rows = bare.evaluate(
        f"async ([source, table]) => {{ {LOAD}"
        """
            const { prettyNumber, exactNumber } = words;
            const real = (text) => (/^-?inf$|^nan$/.test(text) ? text : Number(text));
            return table.map(({ number }) => ({
                number, 4: prettyNumber(real(number), 4), 6: prettyNumber(real(number)),
                9: prettyNumber(real(number), 9), all: exactNumber(real(number)),
            }));
        }""",
        [source, table],
    )
    assert rows == table
