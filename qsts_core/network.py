"""The graph as a `networkx.MultiDiGraph`, for whoever computes with graphs.

In go a graph and, if there is one, a run; out comes a graph whose attributes are plain numbers and
texts, so that `networkx.node_link_data` and the writers of GraphML and GEXF take it as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import needing
from .graph import Graph
from .sweep import Run
from .trace import label_of

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["to_networkx"]


def to_networkx(graph: Graph, run: Run | None = None) -> nx.MultiDiGraph[int]:
    """Return the graph, its edges from input to parent and keyed by slot."""
    with needing("networkx", "draw", "Expression.to_networkx"):
        import networkx as nx

    network: nx.MultiDiGraph[int] = nx.MultiDiGraph(output=graph.output)
    for index, node in enumerate(graph.nodes):
        network.add_node(
            index, name=graph.name_node(index), operation=node.op, label=label_of(node)
        )
        for slot, child in enumerate(node.inputs):
            network.add_edge(child, index, key=slot, slot=slot)
    if run:
        for index, (value, adjoint) in enumerate(zip(run.values, run.adjoints, strict=True)):
            known = {"value": value} if adjoint is None else {"value": value, "adjoint": adjoint}
            network.nodes[index].update(known)
        for place, (edge, local) in enumerate(zip(run.tape.edges, run.locals, strict=True)):
            if place in run.blocked:
                network.edges[edge.child, edge.parent, edge.slot]["blocked"] = True
                continue
            network.edges[edge.child, edge.parent, edge.slot]["local"] = local
    return network
