"""One step as a picture by itself."""

import re
import subprocess
import sys

import pytest

from qsts_core import Expression, Trace
from qsts_core.draw.figure import draw_figure
from qsts_core.draw.layout import lay_out
from qsts_core.notation import show

SEED = "(x+y) + x*(x+y)"


def seed() -> Trace:
    return Expression(SEED).trace({"x": 2, "y": 3})


def texts(trace: Trace, step: int | None = None) -> list[str]:
    """Return what stands at the nodes, without its markup."""
    labels = trace.figure(step).data[1].text
    return [re.sub("<[^>]+>", "", label.replace("<br>", " ")) for label in labels]


def test_names_values_and_adjoints_are_in_the_picture() -> None:
    assert texts(seed()) == ["z₁ 2 8", "z₂ 3 3", "z₃ 5 3", "z₄ 10 1", "z₅ 15 1"]
    assert texts(seed(), 0) == ["z₁", "z₂", "z₃", "z₄", "z₅"]
    assert texts(seed(), 3) == ["z₁ 2", "z₂ 3", "z₃ 5", "z₄", "z₅"]
    assert texts(seed(), 7)[2] == "z₃ 5 1 (1 of 2)"


def test_it_is_the_figure_of_the_app_and_what_one_step_adds() -> None:
    trace = seed()
    mine, drawn = trace.figure(10), draw_figure(lay_out(trace.tape.graph), trace.to_dict()["nodes"])
    assert list(mine.data[0].x) == drawn["data"][0]["x"]
    assert list(mine.data[0].text) == drawn["data"][0]["text"]
    assert [shape.path for shape in mine.layout.shapes[:2]] == [
        shape["path"] for shape in drawn["layout"]["shapes"]
    ]
    assert len(mine.layout.shapes) == 3  # one edge moves


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (0, "nothing is computed yet"),
        (5, "z₅ = 15"),
        (6, "the adjoint of the output z₅ is 1"),
        (10, "z₄ sends z₃ 1 × 2 = 2"),
    ],
)
def test_the_title_says_what_the_step_does(step: int, said: str) -> None:
    assert seed().figure(step).layout.title.text == f"<b>step {step} of 12</b> · {said}"


def test_a_rounded_product_is_not_called_equal() -> None:
    trace = Expression("sin(x)*sin(y)").trace({"x": 1.1, "y": 0.3})
    titles = [trace.figure(step).layout.title.text for step in range(len(trace) + 1)]
    for title in titles:
        for factor, local, sign, product in re.findall(r"(\S+) × (\S+) ([=≈]) (\S+)", title):
            assert (sign == "=") == (show(plain(factor) * plain(local)) == product)
    assert sum(" × " in title for title in titles) == len(trace.tape.edges)


def plain(number: str) -> float:
    return float(number.replace("−", "-"))


def test_a_step_that_is_not_there_is_an_error() -> None:
    with pytest.raises(IndexError, match="no state after 13"):
        seed().figure(13)


def test_a_trace_loads_plotly_only_for_a_figure() -> None:
    ask = (
        "import sys; from qsts_core import Expression; t = Expression('x*x').trace({'x': 3});"
        "before = 'plotly' in sys.modules; t.figure(); print(before, 'plotly' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "True"]
