"""The words of the screen: every page, warning, table and the command line keeps to them."""

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from qsts_core import Expression, files
from qsts_core.__main__ import main
from qsts_core.draw.layout import lay_out
from qsts_core.draw.merging import Stand, merging_film
from qsts_core.glossary import GLOSSARY, SHARINGS_SHOWN
from qsts_core.graph import SHARINGS
from qsts_core.study.post import STATEMENTS, WORDS, told
from qsts_core.study.report import MEANINGS

PATIENCE = 60
PAGES = ("backward", "why", "duplicates", "cost", "descent", "post")
FORMULAS = {
    "(x+y) + x*(x+y)": "x=2,y=3",
    "x": "x=5",
    "3+4": "",
    "log(z3)*z1": "z3=-1,z1=1",
    "sqrt(x) - cbrt(x)": "x=0",
    "f = x^2; f*f - f": "x=3",
    "a = x; y": "x=1,y=2",
}
COUNTED = (
    "nodes|values|adjoints|contributions|gradients|resets|steps|parents|look-ups|comparisons"
    "|operations|variables|edges|times"
)
ONE_OF_MANY = re.compile(rf"(?<![\d.,·\w])1 (?:more )?(?:{COUNTED})\b")
VOWEL = re.compile(r"\ba (?!un|on|us)[aeiou]\w{3,}|\ban [^aeiou\W]\w{3,}")


def faults(text: str) -> list[str]:
    """Return what in a text is not as the glossary has it."""
    found = [f"{m[0]!r} for {word.name}" for word in GLOSSARY for m in _met(word.never, text)]
    found += [m[0] for m in ONE_OF_MANY.finditer(text)]
    return found + [m[0] for m in VOWEL.finditer(text)]


def _met(never: tuple[str, ...], text: str) -> Iterator[re.Match[str]]:
    for pattern in never:
        yield from re.finditer(pattern, text)


@pytest.mark.parametrize(
    "text",
    ["z3 has a value", "with shared variables", "1 nodes", "an value", "a adjoint", "3 * 4 = 12"],
)
def test_what_is_a_fault(text: str) -> None:
    assert faults(text)


def test_no_word_has_two_meanings() -> None:
    names = [word.name for word in GLOSSARY]
    assert len(set(names)) == len(names)
    assert set(SHARINGS_SHOWN) == set(SHARINGS)
    assert set(SHARINGS_SHOWN.values()) <= set(names)
    for word in GLOSSARY:
        assert faults(word.meaning) == []


def shown(app: AppTest) -> Iterator[str]:
    """Yield what a page says in words, without what a person typed and what is code."""
    for kind in ("markdown", "caption", "info", "warning", "error", "expander"):
        for element in app.get(kind):
            yield str(getattr(element, "value", None) or getattr(element, "label", ""))
    for html in app.get("html"):
        body = re.sub(r"<style.*?</style>", "", html.proto.body, flags=re.DOTALL)
        if not body.startswith("/") and "{" not in body:
            yield re.sub(r"<[^>]+>", " ", body)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("text", FORMULAS)
def test_a_page_keeps_to_the_words(page: str, text: str) -> None:
    if page == "post" and text != next(iter(FORMULAS)):
        return
    app = AppTest.from_file(str(files.app()), default_timeout=PATIENCE)
    app.query_params["f"], app.query_params["at"] = text, FORMULAS[text]
    app.run()
    known = {info["url_pathname"]: key for key, info in app._registered_pages.items()}
    app._page_hash = known[page if page in known else ""]
    app.run()
    assert not app.exception
    theirs = "|".join(re.escape(word.theirs) for word in WORDS)
    told_here = [re.sub(rf"`[^`]*`|(?<=  )(?:{theirs})(?=  )", "", each) for each in shown(app)]
    names = set(Expression(text).variables)
    for each in told_here:
        typed = [found for found in faults(each) if not any(name in found for name in names)]
        assert typed == [], each
    assert len(told_here) >= 3


@pytest.mark.parametrize("text", FORMULAS)
def test_warnings_films_and_the_command_line_keep_to_the_words(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    names = set(Expression(text).variables)
    at = FORMULAS[text].split(",") if FORMULAS[text] else []
    for command in (["grad", text, *at], ["trace", text, *at]):
        assert main(command) == 0
    said = capsys.readouterr()
    graphs = [Expression(text, sharing).graph for sharing in SHARINGS]
    film = merging_film(*(Stand(g, lay_out(g, split_constants=False)) for g in graphs))
    titles = [scene["title"] for scene in film["scenes"]]
    for each in [*said.out.splitlines(), *said.err.splitlines(), *titles]:
        found = [fault for fault in faults(each) if not any(name in fault for name in names)]
        assert found == [], each


def test_the_post_and_the_meanings_of_cost_keep_to_the_words() -> None:
    texts = [*(s.says for s in STATEMENTS), *(told(s.key) for s in STATEMENTS), *MEANINGS]
    assert [found for text in texts for found in faults(text)] == []
