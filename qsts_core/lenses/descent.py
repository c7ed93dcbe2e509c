"""The lens "Descent": the gradient put to use, step by step, with what each step cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import streamlit as st

from qsts_core.draw.descent import course_figure, totals_figure
from qsts_core.draw.ground import contour_figure, curve_figure, surface_figure
from qsts_core.draw.path_player import pack_clouds, path_css, path_data, path_javascript
from qsts_core.expression import Expression
from qsts_core.lenses.address import Address
from qsts_core.lenses.arrival import keep_in_address, parameters, touched
from qsts_core.lenses.components import component
from qsts_core.lenses.descent_address import PARAMETERS, read_choices, write_choices
from qsts_core.lenses.descent_choices import Choices, examples
from qsts_core.lenses.descent_widgets import ask_for_choices, restore_choices, set_choices
from qsts_core.lenses.inputs import Inputs, parse
from qsts_core.lenses.notices import complain
from qsts_core.lenses.progress import gather
from qsts_core.lenses.value_boxes import set_value
from qsts_core.notation import show_count
from qsts_core.study.descent import Cloud, Step, descend, descend_together, gradient_work
from qsts_core.study.landscape import (
    Axis,
    Landscape,
    count_blocks,
    grid_of,
    measure_field,
    scatter,
    survey,
)
from qsts_core.study.methods import METHODS

__all__ = ["show"]

PLAYER = "qsts-path-player"
CHART = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = parse(inputs.expression.text, "unique"), inputs.at
    if not expression.variables:
        st.info("This formula has no variable, so there is nowhere to go: give it one, as in x^2.")
        _keep_in_address(dict.fromkeys((*PARAMETERS, "step")))
        return
    _arrive(expression, at)
    choices = ask_for_choices(expression, at)
    steps = _descend(expression, at, choices)
    clouds = _descend_together(expression, at, choices)
    end = dict(zip(choices.moving, steps[-1].point, strict=True)) if choices.through_end else {}
    slice_at = {**at, **end}
    ground = _survey(expression, slice_at, choices)
    with st.container():  # always there, so that what stands below is not built anew
        _say(ground, at, choices)
        _complain()
    figure = _ground_figure(expression, slice_at, ground, choices)
    _show_stage(inputs, steps, clouds, figure, choices)
    _show_below(expression, steps, ground, choices)
    _keep_in_address(write_choices(choices, expression.variables, at))


# The address ------------------------------------------------------------------------------------


def _arrive(expression: Expression, at: Mapping[str, float]) -> None:
    """Take up what the address says of the descent, once a session."""
    state = st.session_state
    if "descent method" in state:
        return
    query = dict(parameters())
    address: Address | None = state.address
    if address is None or address.formula != expression.text:
        query.pop("draw", None)  # the ranges are those of another formula
    choices, complaints = read_choices(query, expression.variables, at)
    set_choices(expression.text, choices)
    state["descent complaints"] = complaints
    state["descent start"] = 0
    restore_choices()
    if "step" in query:  # it is a step of the path, and not of the sweeps in the other lenses
        state["descent start"], state.start = state.start, 0


def _complain() -> None:
    if st.session_state.address is not None:
        complain(st.session_state["descent complaints"])


def _first_step() -> int:
    """Return the step of the path to begin at; once the person leads, the first."""
    return 0 if st.session_state.address is None else int(st.session_state["descent start"])


def _keep_in_address(query: Mapping[str, str | None]) -> None:
    keep_in_address(query, "descent", part="descent")


# What is computed -------------------------------------------------------------------------------


def _descend(expression: Expression, at: Mapping[str, float], choices: Choices) -> list[Step]:
    key = (expression.text, tuple(at.items()), choices.moving, choices.settings)

    def begin() -> Iterator[Step]:
        return descend(expression, at, choices.moving, choices.settings)

    work = gather("descent", key, begin, choices.settings.steps + 1)
    steps: list[Step] = list(work.items)
    if not steps[-1].ending:
        steps[-1] = replace(steps[-1], ending=f"Stopped by hand at step {steps[-1].index:,}.")
    return steps


def _descend_together(
    expression: Expression, at: Mapping[str, float], choices: Choices
) -> list[Cloud]:
    """Let the other starts descend; the start itself has its own path."""
    others = choices.starts - 1
    if not others:
        st.empty()  # where the progress would be: what stands below keeps its place
        return []
    key = (expression.text, tuple(at.items()), choices.moving, choices.settings, choices.axes)

    def begin() -> Iterator[Cloud]:
        starts = scatter(choices.axes, choices.moving, at, others)
        return descend_together(expression, starts, at, choices.moving, choices.settings)

    work = gather("cloud", (key, others), begin, choices.settings.steps + 1)
    return list(work.items)


def _survey(expression: Expression, at: Mapping[str, float], choices: Choices) -> Landscape:
    """Survey the ground. Where the drawn variables are does not matter to it."""
    import numpy as np

    axes, points = choices.axes, choices.points if len(choices.axes) == 2 else 1000
    held = tuple(pair for pair in at.items() if pair[0] not in {axis.name for axis in axes})

    def begin() -> Iterator[Any]:
        return survey(expression, at, axes, points)

    key = (expression.text, held, axes, points)
    work = gather("ground", key, begin, count_blocks(expression, axes, points))
    rows = np.vstack(work.items)
    whole = np.full((points if len(axes) == 2 else 1, points), np.nan)
    whole[: len(rows)] = rows
    return Landscape(axes, grid_of(axes, points), whole)


@lru_cache(maxsize=64)
def _work(text: str) -> Any:
    return gradient_work(parse(text, "unique"))


# What is shown ----------------------------------------------------------------------------------


def _say(ground: Landscape, at: Mapping[str, float], choices: Choices) -> None:
    """Say what would else puzzle a person who looks at the picture."""
    outside = [a.name for a in choices.axes if not a.low <= at[a.name] <= a.high]
    if outside:
        st.info(
            f"The start lies outside of the picture: {', '.join(outside)}. Click where to start, "
            "or widen the range under “Picture and variables”."
        )
    if ground.missing:
        share = f"{100 * ground.missing:.0f} %" if ground.missing >= 0.005 else "a little"
        st.caption(f"On {share} of the picture the value is not finite; nothing is drawn there.")


def _show_stage(
    inputs: Inputs,
    steps: list[Step],
    clouds: list[Cloud],
    ground: dict[str, Any],
    choices: Choices,
) -> None:
    """Show the ground, the course, and the player that moves on both."""
    text = inputs.expression.text
    names = [axis.name for axis in choices.axes]
    charts = [ground["layout"]["meta"]["qsts"], f"course of {text}"]
    data = path_data(
        steps,
        names=choices.moving,
        axes=names,
        start=inputs.at,
        work=_work(text),
        query={"f": text, "sharing": inputs.expression.sharing},
        settings=[choices.settings],
        charts=charts,
        first_step=_first_step(),
        clouds=pack_clouds(clouds, [choices.moving.index(n) for n in names]) if clouds else None,
    )
    with st.container(key="qsts-descent-stage"):
        figures = ground, course_figure(steps, charts[1])
        for figure, name in zip(figures, ("ground", "course"), strict=True):
            st.plotly_chart(figure, key=f"qsts-{name}", theme=None, height="stretch", config=CHART)
        _player()(key=PLAYER, data=data, on_start_change=_start_there, height="content")
    st.session_state["descent axes"] = choices.axes


def _ground_figure(
    expression: Expression, at: Mapping[str, float], ground: Landscape, choices: Choices
) -> dict[str, Any]:
    signature = f"ground {' '.join(axis.name for axis in choices.axes)} of {expression.text}"
    if len(choices.axes) == 1:
        return curve_figure(ground, signature)
    field = measure_field(expression, at, choices.axes) if choices.arrows else None
    return contour_figure(ground, choices.scale, field, signature)


def _player() -> Any:
    """Register the component: Streamlit wants it in every run of the script."""
    return component("path_player", path_javascript(), path_css())


def _start_there() -> None:
    """Take up the place that was clicked, to a thousandth of the picture."""
    place = st.session_state[PLAYER].start
    axes: tuple[Axis, ...] = st.session_state["descent axes"]
    touched()
    for axis, coordinate in zip(axes, place or (), strict=False):
        set_value(axis.name, axis.rounded(float(coordinate)))


def _show_below(
    expression: Expression, steps: list[Step], ground: Landscape, choices: Choices
) -> None:
    method = METHODS[choices.settings.method]
    held = [name for name in expression.variables if name not in choices.moving]
    shadow = ""
    if len(choices.moving) > len(choices.axes):
        shadow = " More moves than is drawn: the picture is a slice, and the path its shadow."
    st.caption(
        f"{method.name}: {method.rule} ({method.source}). "
        f"What moves: {', '.join(choices.moving)}"
        + (f"; held at their values: {', '.join(held)}." if held else ".")
        + shadow
    )
    for name, case in examples().items():
        if case["f"] == expression.text:
            st.caption(f"{name}: {case['source']}.")
    if len(choices.axes) == 2 and _ask_for_surface():
        places = [choices.moving.index(axis.name) for axis in choices.axes]
        points = [[step.point[place] for place in places] for step in steps]
        figure = surface_figure(ground, points, [s.value for s in steps], choices.scale)
        st.plotly_chart(figure, key="qsts-surface", theme=None, config=CHART)
    _show_totals(expression, len(steps))


def _ask_for_surface() -> bool:
    return st.toggle("Surface", key="descent surface", on_change=touched, persist_state="session")


def _show_totals(expression: Expression, gradients: int) -> None:
    work = _work(expression.text)
    tree, unique = work["none"], work["unique"]
    st.markdown(
        f"##### What {gradients:,} gradients took, by sharing\n"
        "The graph is generated once; then every step resets the nodes, evaluates them and sends "
        f"the contributions back. A tree does it for {show_count(tree.nodes)} nodes and "
        f"{show_count(tree.contributions)} contributions each time, unique nodes for "
        f"{show_count(unique.nodes)} and {show_count(unique.contributions)}: what sharing saves, "
        "it saves at every step."
    )
    st.plotly_chart(totals_figure(work, gradients), key="qsts-totals", theme=None, config=CHART)
