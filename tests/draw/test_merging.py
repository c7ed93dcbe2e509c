"""The film from the tree to the threaded graph."""

from typing import Any

import plotly.graph_objects as go

from qsts_core import Expression
from qsts_core.draw.layout import lay_out
from qsts_core.draw.merging import merging_film

SEED = "(x+y) + x*(x+y)"


def film(text: str) -> dict[str, Any]:
    tree, threaded = Expression(text, "none").graph, Expression(text, "variables").graph
    before, after = (lay_out(graph, split_constants=False) for graph in (tree, threaded))
    return merging_film(tree, threaded, before, after)


def places(frame: dict[str, Any]) -> list[tuple[float, float]]:
    nodes = frame["data"][2]
    return list(zip(nodes["x"], nodes["y"], strict=True))


def test_each_duplicate_of_a_variable_is_one_frame() -> None:
    names = [frame["name"] for frame in film(SEED)["frames"]]
    assert names == [
        "0 a tree",
        "1 x: z4 into z1",
        "2 x: z5 into z1",
        "3 y: z6 into z2",
        "4 threaded",
    ]


def test_a_duplicate_ends_where_its_keeper_stands() -> None:
    frames = film(SEED)["frames"]
    apart, one, two, *_ = map(places, frames)
    assert len(set(apart)) == 9
    assert one[3] == one[0] != one[4]
    assert two[3] == two[4] == two[0] == apart[0]
    assert len(set(places(frames[-1]))) == 6


def test_both_edges_of_a_square_bend_apart_once_their_ends_are_one() -> None:
    last = film("x*x")["frames"][-1]["data"][0]
    first, second = (last["y"][:13], last["y"][14:27])
    assert first != second


def test_every_frame_has_all_edges_and_plotly_takes_the_figure() -> None:
    figure = film(SEED)
    assert all(frame["data"][0]["x"].count(None) == 8 for frame in figure["frames"])
    go.Figure(figure)


def test_nothing_repeated_needs_no_merge() -> None:
    assert [frame["name"] for frame in film("x*y")["frames"]] == ["0 a tree", "1 threaded"]
