"""What is drawn: each file opened by a reader of its own, its numbers held against the trace."""

import base64
import json
import math
import re
import tempfile
import webbrowser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

import pytest

from qsts_core import ArgumentError, Expression, Trace
from qsts_core.draw.layout import lay_out
from qsts_core.export import cell, markdown, page
from qsts_core.export.choices import Choices
from qsts_core.export.kinds import make
from qsts_core.notation import show
from tests.export.hostile import hostile

SVG = "{http://www.w3.org/2000/svg}"
SEED = "(x+y) + x*(x+y)"
WIDE = "+".join(f"sin(x{i})*{i}" for i in range(20))


def seed() -> Trace:
    return Expression(SEED).trace({"x": 2, "y": 3})


def wide() -> Trace:
    e = Expression(WIDE)
    return e.trace({name: index / 7 for index, name in enumerate(e.variables)})


def text(trace: Trace, kind: str, **choices: Any) -> str:
    return make(trace, kind, Choices(**choices)).decode()


def words(svg: str) -> list[str]:
    return [element.text for element in Tree.fromstring(svg).iter(f"{SVG}text") if element.text]


@pytest.mark.parametrize("trace", [seed(), wide()], ids=["plates", "none"])
def test_every_number_of_the_state_is_text_of_the_picture(trace: Trace) -> None:
    assert (lay_out(trace.tape.graph)["plate"] is None) == (len(trace) > 20)
    for step in range(0, len(trace) + 1, 1 + len(trace) // 12):
        found, state = words(text(trace, ".svg", step=step)), trace.state(step)
        assert found[0].startswith(f"step {step} of {len(trace)} · ")
        for node, (value, adjoint) in enumerate(zip(state.values, state.adjoints, strict=True)):
            assert trace.tape.graph.show_node(node) in found
            told = " ".join(found)
            if value is not None:
                assert show(value, 4) in found
            if adjoint is not None:
                assert show(adjoint, 4) in told


def test_what_has_not_come_and_what_has_come_in_part_look_their_own() -> None:
    found = words(text(seed(), ".svg", step=7))
    assert found.count("–") == 3
    assert found.count("1 of 2") == 1
    assert "stroke-dasharray" in text(seed(), ".svg", step=7)


def test_a_step_backward_points_to_who_receives() -> None:
    paths = [
        element
        for element in Tree.fromstring(text(seed(), ".svg", step=10)).iter(f"{SVG}path")
        if element.get("stroke-width") == "5.00"
    ]
    assert len(paths) == 1
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", paths[0].get("d", ""))]
    assert numbers[0] > numbers[-2]  # from z4, which stands right, to z3


def test_the_dark_picture_has_other_colours_and_the_same_words() -> None:
    light, dark = (text(seed(), ".svg", dark=it) for it in (False, True))
    assert words(light) == words(dark)
    assert set(re.findall("#[0-9a-f]{6}", light)).isdisjoint(re.findall("#[0-9a-f]{6}", dark))


def test_markdown_has_a_picture_for_each_step() -> None:
    for kind in (".md", ".qmd"):
        written = text(seed(), kind)
        found = re.findall(r"!\[step (\d+) of 12\]\(data:image/svg\+xml;base64,([^)]+)\)", written)
        assert [int(step) for step, _ in found] == list(range(13))
        for step, content in found:
            assert base64.b64decode(content).decode() == text(seed(), ".svg", step=int(step))
    assert len(re.findall("data:image", text(seed(), ".md", step=3))) == 1
    assert "| ` x ` | 8 |" in text(seed(), ".md")
    with pytest.raises(ArgumentError, match=f"up to {markdown.MOST_PICTURES} pictures"):
        text(Expression("+".join(["x"] * 300)).trace({"x": 1}), ".md")


def test_a_page_of_a_hundred_nodes_is_light_and_one_of_many_steps_is_refused() -> None:
    assert len(wide().tape.graph.nodes) > 95
    assert len(text(wide(), ".html")) < 300_000
    long = Expression("+".join(["x"] * page.MOST_STEPS)).trace({"x": 1})
    with pytest.raises(ArgumentError, match=f"up to {page.MOST_STEPS:,} steps"):
        text(long, ".html")


def test_a_notebook_gets_words_a_picture_and_a_film() -> None:
    shown = seed()._repr_mimebundle_(include=None, exclude=None)
    assert list(shown) == ["text/plain", "image/svg+xml", "text/html"]
    assert shown["text/plain"].splitlines()[-2:] == [
        "the derivative in x is 8", "the derivative in y is 3",
    ]  # fmt: skip
    assert shown["image/svg+xml"] == text(seed(), ".svg")
    assert 20 * sum(map(len, shown.values())) < 10_000_000
    assert list(cell.bundle(wide())) == ["text/plain", "image/svg+xml"]
    assert len(cell.transcript(wide()).splitlines()) == cell.MOST_LINES + 1


@pytest.mark.parametrize(
    ("kind", "dangers"),
    [
        (".svg", ("<img", "]]>")),
        (".html", ("<img", "]]>")),
        (".mmd", ("<img", "$(rm", "\\input", "]]>", "`")),
        (".md", ("<img", "$(rm", "\\input", "]]>")),
        (".qmd", ("<img", "$(rm", "\\input", "]]>")),
    ],
)
def test_no_text_becomes_markup(kind: str, dangers: tuple[str, ...]) -> None:
    """Data, labels of Graphviz and string literals are read by readers of their own."""
    written = text(hostile(), kind)
    fenced = re.compile(r"(?<!`)(`+) .*? \1(?!`)")
    outside = fenced.sub("", written) if kind.endswith("md") else written
    assert [danger for danger in dangers if danger in outside] == []


def test_a_formula_without_a_state_shows_its_graph_and_no_number() -> None:
    shown = Expression("(x+y)*x\n# <b>")._repr_mimebundle_()
    assert shown["text/plain"] == "Expression('(x+y)*x\\n# <b>', sharing='unique')"
    assert words(shown["image/svg+xml"]) == [
        "(x+y)*x # <b>", "f", "x", "z₁", "y", "z₂", "+", "z₃", "×", "z₄",
    ]  # fmt: skip


def test_the_cells_of_a_notebook_run_and_give_what_it_shows() -> None:
    trace = Expression("log(x)*y").trace({"x": 0, "y": 3}, build=True)
    notebook = json.loads(text(trace, ".ipynb"))
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    film, program = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    setup, last = film["source"].rsplit("\n", 1)
    space: dict[str, Any] = {"__name__": "__main__"}
    exec(setup, space)
    again = eval(last, space)
    assert again == trace
    assert again._repr_mimebundle_() == film["outputs"][0]["data"]
    exec(program["source"], space)
    assert space["gradient"] == {"x": math.inf, "y": -math.inf}
    assert "Expression('<img src=x onerror=" in text(hostile(), ".ipynb")


def test_a_run_is_shown_as_a_page_where_there_is_no_notebook(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Expression(SEED).show({"x": 2, "y": 3})
    (place,) = tmp_path.iterdir()
    assert opened == [place.as_uri()]
    assert place.read_text(encoding="utf-8") == text(seed(), ".html", step=0)
