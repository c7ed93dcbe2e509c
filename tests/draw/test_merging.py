"""The film from the tree by the threaded graph to unique nodes."""

import json
import math
from typing import Any

import pytest

from qsts_core import Expression
from qsts_core.draw.layout import lay_out
from qsts_core.draw.merging import Film, Stand, merging_film
from qsts_core.draw.route import clearance, route
from qsts_core.graph import SHARINGS

SEED = "(x+y) + x*(x+y)"
FORMULAS = [
    SEED,
    "x*x",
    "x*y + x",
    "(x*y+z)*(x*y+z)",
    "x*(y+x) + x/(x+y)",
    "sin(x)*sin(x) + cos(x)*cos(x)",
    "(x+y)*x*z*(x+y)",
    "x^2 + 2*x*y + y^2",
    "t = x*x; t = t*t; t*t",
    "exp(-(x-m)^2/(2*s^2))",
    "1/(1+exp(-(w*x+b))) + w*x + b",
    "a*b + b*c + c*a + a*b*c",
    "x + x + x + x + x + x",
]


def film(text: str) -> Film:
    graphs = [Expression(text, sharing).graph for sharing in SHARINGS]
    return merging_film(*(Stand(g, lay_out(g, split_constants=False)) for g in graphs))


def unfold(made: Film) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return the places and the edges after each scene, as the player does."""
    places: dict[str, Any] = {}
    edges: dict[str, Any] = {}
    states = []
    for scene in made["scenes"]:
        places = dict(places) if scene["merges"] else {}
        places |= scene["places"]
        for gone in scene["merges"][:1]:
            del places[str(gone)]
        edges = {**edges, **scene["edges"]}
        edges = {key: path for key, path in edges.items() if path}
        states.append((places, edges))
    return states


def test_each_merge_of_the_seed_is_one_scene() -> None:
    assert [scene["title"] for scene in film(SEED)["scenes"]] == [
        "the tree",
        "x: z₄ becomes z₁",
        "x: z₅ becomes z₁",
        "y: z₆ becomes z₂",
        "the threaded graph",
        "x + y: z₄ becomes z₃",
        "the graph of unique nodes",
    ]


def test_nodes_and_parents_are_counted_as_they_change() -> None:
    scenes = film(SEED)["scenes"]
    assert [scene["nodes"] for scene in scenes] == [9, 8, 7, 6, 6, 5, 5]
    assert [scene["parents"] for scene in scenes if scene["merges"]] == [
        ["x", 2],
        ["x", 3],
        ["y", 2],
        ["+", 2],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_edge_passes_behind_a_node_that_it_does_not_join(text: str) -> None:
    made = film(text)
    inputs = [node.inputs for node in Expression(text, "none").graph.nodes]
    for scene, (places, edges) in zip(made["scenes"], unfold(made), strict=True):
        for key, path in edges.items():
            parent = key.split("/")[0]
            ends = sorted(places, key=lambda node: math.dist(places[node], path[0]))
            assert math.dist(places[ends[0]], path[0]) < 1.35 * made["radius"], scene["title"]
            others = [tuple(at) for node, at in places.items() if node not in (parent, ends[0])]
            free = clearance(path, others)
            assert free > made["radius"], (scene["title"], key)
        assert len(edges) == sum(len(inputs[int(node)]) for node in places)


@pytest.mark.parametrize("text", FORMULAS)
def test_every_act_ends_with_the_nodes_and_names_of_its_graph(text: str) -> None:
    made, counts = film(text), Expression(text).count_nodes()
    settled = [scene for scene in made["scenes"] if not scene["merges"]]
    assert [len(scene["places"]) for scene in settled] == [
        *(counts[sharing] for sharing in SHARINGS[: len(settled)])
    ]
    for scene in settled:
        assert set(scene["names"]) == set(scene["places"])
    assert (len(settled) == 3) == (counts["unique"] < counts["variables"])
    json.dumps(made, allow_nan=False)


def test_where_nodes_stay_edges_keep_the_curves_of_dot() -> None:
    tree, first, *_ = unfold(film(SEED))
    kept = [key for key in first[1] if first[1][key] == tree[1][key]]
    assert len(kept) == len(tree[1]) - 1  # one occurrence had one edge


def test_both_edges_of_a_square_are_seen_once_their_ends_are_one() -> None:
    edges = unfold(film("x*x"))[1][1]
    assert edges["2/0"][1] != edges["2/1"][1]


def test_nothing_repeated_needs_no_merge() -> None:
    assert [scene["title"] for scene in film("x*y")["scenes"]] == ["the tree", "the threaded graph"]


def test_an_edge_is_led_past_a_row_of_nodes() -> None:
    row = [(50.0 * k, 0.0) for k in range(1, 6)]
    path = route((0.0, 0.0), (300.0, 0.0), row, 20.0)
    assert clearance(path, row) >= 25.0
    assert math.dist(path[0], (0.0, 0.0)) == pytest.approx(20.0)
    assert math.dist(path[-1], (300.0, 0.0)) == pytest.approx(20.0)
