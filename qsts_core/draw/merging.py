"""The film of a tree that becomes the threaded graph, and that the graph of unique nodes.

In go a tree and what it becomes, each with its picture; out come scenes as plain data. In the first
act the occurrences of each variable merge, as the second pass of the program prsr merged them; in
the second act operations merge, one by one. Where nodes stay, edges keep the curves that dot drew;
those that move are led past all other nodes. A scene says only what it changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, TypeAlias, TypedDict

from qsts_core.draw.bezier import Point
from qsts_core.draw.layout import Picture
from qsts_core.draw.player import join_modules
from qsts_core.draw.route import route
from qsts_core.files import asset
from qsts_core.graph import Graph
from qsts_core.printer import write_nodes
from qsts_core.study.merging import variables_of, where_merged
from qsts_core.trace import label_of

__all__ = ["MODULES", "Film", "Scene", "Stand", "film_css", "film_javascript", "merging_film"]

MODULES = ("dom.js", "geometry.js", "film.js")
"""The modules of the film's player, each after those that it imports."""

Key: TypeAlias = tuple[int, int]
"""An edge: the node of the tree that uses, and in which slot."""

LONGEST_TEXT = 24


class Stand(NamedTuple):
    """A graph of the film with its picture, and which nodes of the tree each of its nodes is."""

    graph: Graph
    picture: Picture


class Scene(TypedDict):
    """What one scene changes.

    Attributes
    ----------
    title
        What happens, in words.
    nodes
        How many nodes there are after it.
    parents
        How many parents the node has into which another merged, and its label; empty elsewhere.
    places, names
        By node of the tree: where it stands and what it is called from here on.
    edges
        By edge, "node/slot": its control points from here on; `None` where it is gone.
    merges
        The node that is gone after it, and the one it became; empty where all nodes stay.
    """

    title: str
    nodes: int
    parents: list[Any]
    places: dict[str, list[float]]
    names: dict[str, str]
    edges: dict[str, list[list[float]] | None]
    merges: list[int]


class Film(TypedDict):
    """Labels and shapes by node of the tree, the radius of a node, the room, and the scenes."""

    labels: list[str]
    shapes: list[str]
    radius: float
    room: list[float]
    scenes: list[Scene]


def merging_film(tree: Stand, threaded: Stand, unique: Stand) -> Film:
    """Return the film; the three are graphs of one program, by the three sharings.

    Examples
    --------
    >>> from qsts_core import Expression
    >>> from qsts_core.draw.layout import lay_out
    >>> from qsts_core.graph import SHARINGS
    >>> graphs = [Expression("x*y + x*y", sharing).graph for sharing in SHARINGS]
    >>> film = merging_film(*(Stand(g, lay_out(g, split_constants=False)) for g in graphs))
    >>> for scene in film["scenes"]:
    ...     print(scene["title"], scene["nodes"])
    the tree 7
    x: z₄ becomes z₁ 6
    y: z₅ becomes z₂ 5
    the threaded graph 5
    x*y: z₄ becomes z₃ 4
    the graph of unique nodes 4
    """
    state = _State(tree)
    scenes = list(_first_act(state, tree, threaded))
    if len(unique.graph.nodes) < len(threaded.graph.nodes):
        scenes += _second_act(state, tree, threaded, unique)
    shapes = {mark["node"]: mark["shape"] for mark in tree.picture["marks"]}
    return {
        "labels": [label_of(node) for node in tree.graph.nodes],
        "shapes": [shapes[index] for index in range(len(tree.graph.nodes))],
        "radius": state.radius,
        "room": _room(scenes, state.radius),
        "scenes": scenes,
    }


def _first_act(state: _State, tree: Stand, threaded: Stand) -> Iterator[Scene]:
    """Yield the tree, a scene for each occurrence of a variable that merges, and the outcome."""
    graph = tree.graph
    yield state.settle("the tree", tree, list(range(len(graph.nodes))))
    for name, (keeper, *others) in variables_of(graph).items():
        for other in others:
            title = f"{name}: {graph.show_node(other)} becomes {graph.show_node(keeper)}"
            yield state.merge(title, other, keeper)
    keepers = _keepers(where_merged(graph, threaded.graph))
    yield state.settle("the threaded graph", threaded, keepers)


def _second_act(state: _State, tree: Stand, threaded: Stand, unique: Stand) -> Iterator[Scene]:
    """Yield a scene for each operation or constant that merges, and the graph that is left."""
    keepers = _keepers(where_merged(tree.graph, threaded.graph))
    texts = write_nodes(threaded.graph, LONGEST_TEXT)
    show_node = threaded.graph.show_node
    seen: dict[int, int] = {}
    for node, place in enumerate(where_merged(threaded.graph, unique.graph)):
        first = seen.setdefault(place, node)
        if first != node:
            title = f"{texts[node]}: {show_node(node)} becomes {show_node(first)}"
            yield state.merge(title, keepers[node], keepers[first])
    keepers = _keepers(where_merged(tree.graph, unique.graph))
    yield state.settle("the graph of unique nodes", unique, keepers)


def _keepers(places: Sequence[int]) -> list[int]:
    """Return for each node of the coarser graph the first of the tree that becomes it."""
    first: dict[int, int] = {}
    for node, place in enumerate(places):
        first.setdefault(place, node)
    return [first[place] for place in range(len(first))]


class _State:
    """The picture as far as the scenes have gone; its nodes are those of the tree."""

    def __init__(self, tree: Stand) -> None:
        self.graph = tree.graph
        self.radius = tree.picture["radius"]
        self.places: dict[int, Point] = {}
        self.children: dict[Key, int] = {}

    def settle(self, title: str, stand: Stand, keepers: Sequence[int]) -> Scene:
        """Take up a picture's places and curves; `keepers` leads from its nodes to ours."""
        marks, edges = stand.picture["marks"], stand.picture["edges"]
        x, y = _middle(stand.picture)  # every picture has its middle at 0, 0
        self.places = {keepers[m["node"]]: (m["x"] - x, m["y"] - y) for m in marks}
        gone = dict.fromkeys(self.children)
        self.children = {(keepers[e["from"]], e["slot"]): keepers[e["to"]] for e in edges}
        curves = {
            (keepers[e["from"]], e["slot"]): [_rounded(px - x, py - y) for px, py in e["path"]]
            for e in edges
        }
        names = {str(k): stand.graph.show_node(node) for node, k in enumerate(keepers)}
        return self._scene(title, {**gone, **curves}, names=names)

    def merge(self, title: str, gone: int, keeper: int) -> Scene:
        """Let one node become another: its own edges go, and those that lead from it move."""
        del self.places[gone]
        changed: dict[Key, Any] = {}
        for key in [key for key in self.children if key[0] == gone]:
            del self.children[key]
            changed[key] = None
        moved = [key for key, child in self.children.items() if child == gone]
        self.children |= dict.fromkeys(moved, keeper)
        changed |= {key: self._led_past_others(*key) for key in moved}
        return self._scene(title, changed, merges=[gone, keeper])

    def _led_past_others(self, parent: int, slot: int) -> list[list[float]]:
        child = self.children[parent, slot]
        others = [place for node, place in self.places.items() if node not in (child, parent)]
        beside = int(slot == 1 and self.children[parent, 0] == child)
        path = route(self.places[child], self.places[parent], others, self.radius, first=beside)
        return [_rounded(x, y) for x, y in path]

    def _scene(
        self,
        title: str,
        edges: Mapping[Key, list[list[float]] | None],
        names: dict[str, str] | None = None,
        merges: Sequence[int] = (),
    ) -> Scene:
        keeper = merges[1] if merges else None
        parents = {parent for (parent, _), child in self.children.items() if child == keeper}
        label = "" if keeper is None else label_of(self.graph.nodes[keeper])
        return {
            "title": title,
            "nodes": len(self.places),
            "parents": [] if keeper is None else [label, len(parents)],
            "places": {} if merges else {str(n): _rounded(*at) for n, at in self.places.items()},
            "names": names or {},
            "edges": {f"{parent}/{slot}": path for (parent, slot), path in edges.items()},
            "merges": list(merges),
        }


def _rounded(x: float, y: float) -> list[float]:
    return [round(x, 1), round(y, 1)]


def _middle(picture: Picture) -> Point:
    xs, ys = ([mark[axis] for mark in picture["marks"]] for axis in ("x", "y"))
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _room(scenes: Sequence[Scene], radius: float) -> list[float]:
    """Return left, bottom, right and top of all that is ever drawn, names included."""
    places = [place for scene in scenes for place in scene["places"].values()]
    paths = [path for scene in scenes for path in scene["edges"].values() if path]
    xs, ys = zip(*places, *(point for path in paths for point in path), strict=True)
    around = 1.8 * radius
    return [min(xs) - around, min(ys) - around, max(xs) + around, max(ys) + around]


@cache
def film_javascript() -> str:
    """Return the film's player as one JavaScript module with a default export."""
    return join_modules(MODULES)


@cache
def film_css() -> str:
    """Return its style sheet."""
    return asset("film.css").read_text(encoding="utf-8")
