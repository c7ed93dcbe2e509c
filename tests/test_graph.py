"""The unique stack, and what each sharing merges."""

from typing import Any

import pytest
from hypothesis import given

from qsts_core import Expression, Graph, TooLargeError
from qsts_core.graph import SHARINGS, Assembly, Node, Sharing, build, predict_size
from qsts_core.reading.postfix import read
from tests import strategies

each_sharing = pytest.mark.parametrize("sharing", SHARINGS)


def shown(graph: Graph) -> list[str]:
    """Write each node as its name or number, or its operation and the names of its inputs."""
    return [
        f"{node.number:g}" if node.op == "constant"
        else node.name or " ".join([node.op, *(f"z{i + 1}" for i in node.inputs)])
        for node in graph.nodes
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sharing", "nodes"),
    [
        ("(x+y) + x*(x+y)", "unique", ["x", "y", "+ z1 z2", "* z1 z3", "+ z3 z4"]),
        (
            "(x+y) + x*(x+y)",
            "variables",
            ["x", "y", "+ z1 z2", "+ z1 z2", "* z1 z4", "+ z3 z5"],
        ),
        (
            "(x+y) + x*(x+y)",
            "none",
            ["x", "y", "+ z1 z2", "x", "x", "y", "+ z5 z6", "* z4 z7", "+ z3 z8"],
        ),
        ("x*x", "unique", ["x", "* z1 z1"]),
        ("x*x", "none", ["x", "x", "* z1 z2"]),
        ("2x + 2", "unique", ["2", "x", "* z1 z2", "+ z3 z1"]),
        ("2x + 2", "variables", ["2", "x", "* z1 z2", "2", "+ z3 z4"]),  # constants not, as prsr
        ("x+y + (y+x)", "unique", ["x", "y", "+ z1 z2", "+ z2 z1", "+ z3 z4"]),  # as it is written
        ("(a+b)*c+(d+e)*c", "unique",
         ["a", "b", "+ z1 z2", "c", "* z3 z4", "d", "e", "+ z6 z7", "* z8 z4", "+ z5 z9"]),
        ("ln(x) + log(x)", "unique", ["x", "log z1", "+ z2 z2"]),
        ("x^2 + pow(x, 2) + x²", "unique", ["x", "2", "^ z1 z2", "+ z3 z3", "+ z4 z3"]),
        ("1 + 1.0 + 1e0", "unique", ["1", "+ z1 z1", "+ z2 z1"]),
        ("t = x*y; t + t", "unique", ["x", "y", "* z1 z2", "+ z3 z3"]),
        ("t = x*y; t + t", "variables", ["x", "y", "* z1 z2", "* z1 z2", "+ z3 z4"]),
        ("t = x; t*t", "none", ["x", "x", "* z1 z2"]),
        ("x = x + 1; x = x + 1; x", "unique", ["x", "1", "+ z1 z2", "+ z3 z2"]),
        ("t = sin(y); x", "unique", ["y", "x"]),  # an idle statement leaves its variables only
        ("t = sin(y)*y; x", "none", ["y", "x"]),
        ("t = x; y; t", "unique", ["x", "y"]),
    ],
)  # fmt: skip
def test_the_nodes_of_a_text(text: str, sharing: Sharing, nodes: list[str]) -> None:
    graph = build(read(text), sharing)
    assert shown(graph) == nodes
    assert graph.edges == sum(len(node.inputs) for node in graph.nodes)
    assert predict_size(read(text), sharing) == (len(nodes), graph.edges)


def test_the_output_is_not_always_the_last_node() -> None:
    assert build(read("t = x; y; t")).output == 0
    assert build(read("t = x + 1; u = t*t; t")).output == 2


@each_sharing
@given(program=strategies.programs())
def test_inputs_come_first(sharing: Sharing, program: tuple[str, Any]) -> None:
    graph = Expression(program[0], sharing).graph
    for index, node in enumerate(graph.nodes):
        assert all(0 <= i < index for i in node.inputs)
    assert len(graph.places) == len(graph.nodes)


@given(program=strategies.programs())
def test_sizes_are_those_of_the_tree_counted_by_hand(program: tuple[str, Any]) -> None:
    text, tree = program
    everything = list(occurrences(tree))
    names = {part for part in everything if isinstance(part, str)}
    idle = set(Expression(text).variables) - names
    counts = Expression(text).count_nodes()
    assert counts["none"] == len(everything) + len(idle)
    operations = [part for part in everything if not isinstance(part, str)]
    assert counts["variables"] == len(operations) + len(names) + len(idle)
    assert counts["unique"] == len(set(everything)) + len(idle)
    built = {sharing: len(Expression(text, sharing).graph.nodes) for sharing in SHARINGS}
    assert counts == built


def occurrences(tree: Any) -> Any:
    """Yield every part of a tree, as often as it occurs; two spellings of one thing are one."""
    if not isinstance(tree, tuple):
        yield tree
        return
    alias = {"pow": "^", "ln": "log"}
    parts = [list(occurrences(part)) for part in tree[1:]]
    for part in parts:
        yield from part
    yield (alias.get(tree[0], tree[0]), *(part[-1] for part in parts))


@given(program=strategies.programs())
def test_no_two_unique_nodes_are_equal(program: tuple[str, Any]) -> None:
    nodes = Expression(program[0]).graph.nodes
    assert len(set(nodes)) == len(nodes)


@each_sharing
@given(program=strategies.programs())
def test_the_places_of_a_node_are_where_it_stands(
    sharing: Sharing, program: tuple[str, Any]
) -> None:
    text, _ = program
    graph = Expression(text, sharing).graph
    for node, places in zip(graph.nodes, graph.places, strict=True):
        assert places
        for start, end in places:
            assert 0 <= start < end <= len(text)
            if node.op == "variable" and "=" not in text:
                assert text[start:end] == node.name


def test_a_place_says_every_occurrence() -> None:
    text = "(x+y) + x*(x+y)"
    graph = build(read(text))
    assert [[text[slice(*place)] for place in places] for places in graph.places] == [
        ["x", "x", "x"],
        ["y", "y"],
        ["x+y", "x+y"],
        ["x*(x+y)"],
        ["(x+y) + x*(x+y)"],
    ]


def test_the_stack_can_be_watched() -> None:
    assembly = Assembly(read("x*x"), "unique")
    seen = [(push.node, push.reused, list(assembly.stack)) for push in assembly.pushes()]
    assert seen == [(0, False, [0]), (0, True, [0, 0]), (1, False, [1])]


def test_watching_gives_the_graph_that_is_built() -> None:
    program = read("t = x*y; t*(t + 2)")
    for sharing in SHARINGS:
        made = [push.node for push in Assembly(program, sharing).pushes() if not push.reused]
        assert made == list(range(len(build(program, sharing).nodes)))


def test_the_inputs_of_a_node() -> None:
    assert Node("variable", name="x").inputs == ()
    assert Node("sin", 3).inputs == (3,)
    assert Node("*", 0, 0).inputs == (0, 0)


@pytest.mark.parametrize("sharing", ["none", "variables"])
def test_what_repeats_too_many_nodes_is_not_begun(sharing: Sharing) -> None:
    program = read("\n".join(["t = x*y", *["t = t*y + t"] * 20]))
    with pytest.raises(TooLargeError):
        build(program, sharing)
    assert len(build(program).nodes) == 3 + 2 * 20
