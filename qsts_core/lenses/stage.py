"""The picture with its player: a chart that plotly draws once, and a component that plays on it."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import streamlit as st

from qsts_core.draw import dot
from qsts_core.draw.figure import chart_config, draw_figure
from qsts_core.draw.layout import Picture, lay_out, widen
from qsts_core.draw.plates import width_of
from qsts_core.draw.player import (
    ALONE,
    Stage,
    name_picture,
    player_css,
    player_data,
    player_javascript,
)
from qsts_core.graph import Graph, Sharing
from qsts_core.lenses.address import LARGEST_VALUE
from qsts_core.lenses.components import component
from qsts_core.lenses.inputs import MOST_NODES, parse, touched
from qsts_core.lenses.notices import complain_of_step
from qsts_core.lenses.value_boxes import box_key, set_value
from qsts_core.trace import Trace

__all__ = [
    "MOST_STEPS",
    "picture_beside",
    "show_beside",
    "show_stage",
    "tell_of_layout",
    "too_large",
]

MOST_STEPS = 20_000
"""How many steps the app plays; the core has no such limit."""


def too_large(trace: Trace) -> str | None:
    """Say in words why a trace cannot be shown, or return `None`.

    The limits are the browser's: a picture of more nodes cannot be read, and is slow to move.
    """
    nodes = len(trace.tape.graph.nodes)
    way_out = "The value and the gradient above hold; `qsts trace` prints every step."
    if nodes > MOST_NODES:
        return f"The graph has {nodes:,} nodes, and up to {MOST_NODES:,} are drawn. {way_out}"
    if len(trace) > MOST_STEPS:
        return f"The trace has {len(trace):,} steps, and up to {MOST_STEPS:,} are played. {way_out}"
    return None


def show_stage(
    trace: Trace,
    *,
    start: int = 0,
    split_constants: bool | None = None,
    key: str = "qsts",
    stage: Stage = ALONE,
    beside: Sequence[Picture] = (),
) -> None:
    """Show the graph of a trace and its player, which begins at step `start`."""
    if stage["leads"]:
        complain_of_step(start, len(trace))
    film = trace.to_film()
    picture = _picture(trace.text, trace.sharing, split_constants, _characters(trace))
    if beside:
        picture = widen(picture, beside)
    with st.container(key=f"{key}-stage"):
        st.plotly_chart(
            draw_figure(picture, film["nodes"], name_picture(film, picture)),
            key=f"{key}-chart",
            theme=None,
            height="stretch",
            config=chart_config(picture),
        )
        player = f"{key}-player"
        heard = (st.session_state.get(player) or {}).get("moved") or {}
        _player()(
            key=player,
            data=player_data(film, picture, step=start, stage=stage, heard=heard.get("serial")),
            on_moved_change=partial(_hear_values, player),
        )


def _hear_values(player: str) -> None:
    """Take up the values that were moved in the picture and rest now."""
    moved = st.session_state[player].get("moved") or {}
    touched()
    for name, number in moved.get("at", {}).items():
        known = isinstance(number, int | float) and abs(number) <= LARGEST_VALUE
        if known and box_key(name) in st.session_state:
            set_value(name, float(number))


def tell_of_layout() -> None:
    """Say below the picture why it is laid out in layers, where Graphviz is not installed."""
    if not dot.is_there():
        st.caption(
            "Graphviz is not installed, so graphs are laid out in layers and more edges cross. "
            "`pip install pygraphviz` brings it."
        )


def show_beside(
    trace: Trace,
    *,
    place: str,
    leads: bool,
    twins: Sequence[str] = (),
    beside: Sequence[Picture] = (),
) -> None:
    """Show a graph among others on one clock; the one that leads has the bar and the address.

    `twins` are the tags of its nodes, and `beside` the pictures with which it shares its scale.
    """
    stage: Stage = {
        "place": place,
        "clock": "duplicates",
        "leads": leads,
        "compact": True,
        "address": leads,
        "twins": list(twins),
    }
    start, key = st.session_state.start, f"qsts-{place}"
    show_stage(trace, start=start, key=key, split_constants=False, stage=stage, beside=beside)


def picture_beside(trace: Trace) -> Picture:
    """Return the picture of a graph that stands among others."""
    return _picture(trace.text, trace.sharing, False, _characters(trace))


@lru_cache(maxsize=64)
def _picture(text: str, sharing: Sharing, split_constants: bool | None, characters: int) -> Picture:
    """Lay out the graph of a text, once: the picture stays still while values change."""
    graph: Graph = parse(text, sharing).graph
    return lay_out(graph, split_constants=split_constants, characters=characters)


def _characters(trace: Trace) -> int:
    """Return the length of the longest number that a plate of this trace will hold."""
    sums = trace.run.sums
    return width_of([*trace.run.values, *sums, *trace.run.contributions])


def _player() -> Any:
    return component("player", player_javascript(), player_css())
