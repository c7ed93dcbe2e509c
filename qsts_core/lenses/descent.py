"""The lens "Descent": the gradient put to use, step by step, with what each step cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import streamlit as st

from qsts_core.draw.descent import course_figure, totals_figure
from qsts_core.draw.ground import contour_figure, curve_figure, surface_figure
from qsts_core.draw.path_player import pack_others, path_css, path_data, path_javascript
from qsts_core.expression import Expression
from qsts_core.lenses.address import Address
from qsts_core.lenses.arrival import keep_in_address, parameters, touched
from qsts_core.lenses.components import component
from qsts_core.lenses.descent_address import PARAMETERS, read_choices, write_choices
from qsts_core.lenses.descent_choices import OPTIONS, Choices, examples, fit_axis
from qsts_core.lenses.descent_table import path_table, tell_course, tell_ground
from qsts_core.lenses.descent_widgets import (
    ask_for_choices,
    ask_for_surface,
    restore_choices,
    set_choices,
)
from qsts_core.lenses.inputs import Inputs, parse
from qsts_core.lenses.notices import complain, complain_of_step
from qsts_core.lenses.progress import gather
from qsts_core.lenses.value_boxes import set_value
from qsts_core.notation import choose_outputs, plural, show_count
from qsts_core.study.descent import gradient_work
from qsts_core.study.landscape import Axis, Field, Landscape, grid_of
from qsts_core.study.methods import METHODS, choose_letters
from qsts_core.study.path import (
    Others,
    Path,
    drift_in_pieces,
    field_in_pieces,
    join_others,
    join_path,
    survey_in_pieces,
    walk_in_pieces,
)
from qsts_core.study.worker import Task

__all__ = ["show"]

PLAYER = "qsts-path-player"
CHART = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}

MOST_SHOWN = 3
"""How many variables are shown beside the path, the drawn ones first."""

MOST_LISTED = 12
"""How many names a sentence lists."""

CURVE_POINTS = 1000

COMPILING, CALLING, COMPUTING = 1e-4, 2e-6, 1e-8
"""About the seconds of each node: made ready, run once, and run for a state among many."""


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    if inputs is None:
        return
    expression, at = parse(inputs.expression.text, "unique"), inputs.at
    if not expression.variables:
        st.info("This formula has no variable, so there is nowhere to go: give it one, as in x^2.")
        _keep_in_address(dict.fromkeys((*PARAMETERS, "step")))
        return
    _arrive(expression)
    choices = ask_for_choices(expression)
    moving = choices.moving(expression.variables)
    shown = _shown(choices, moving)
    path = _descend(expression, at, choices, shown)
    axes = _fit_axes(choices, at, path, shown)
    others = _descend_together(expression, at, choices, axes)
    end = dict(zip(moving, path.last, strict=True)) if path and choices.slice == "end" else {}
    slice_at = {**at, **end}
    ground, is_whole = _survey(expression, slice_at, choices, axes)
    field = _measure_field(expression, slice_at, choices, axes)
    with st.container():  # always there, so that what stands below is not built anew
        _say(ground, at, path, is_whole)
        _complain(path)
    if path:
        figure = _ground_figure(expression, ground, field, choices, path)
        _show_stage(inputs, path, others, figure, choices, axes, shown)
        _show_below(expression, path, ground, choices)
    _keep_in_address(write_choices(choices, expression.variables))


def _shown(choices: Choices, moving: Sequence[str]) -> tuple[str, ...]:
    names = [*(reach.name for reach in choices.drawn), *moving]
    return tuple(dict.fromkeys(names))[:MOST_SHOWN]


def _fit_axes(
    choices: Choices, at: Mapping[str, float], path: Path | None, shown: Sequence[str]
) -> tuple[Axis, ...]:
    """Return the drawn ranges; of one that is too narrow a wider one, and say so."""
    axes = []
    for reach in choices.drawn:
        row = shown.index(reach.name)
        places = [point[row] for point in path.points] if path else [at[reach.name]]
        axis = fit_axis(reach, at[reach.name], places)
        if not axis.is_wide_enough:
            half = max(1.0, 1e-6 * abs(axis.low))
            st.caption(
                f"The range of {axis.name} is too narrow to draw; it reaches {half:g} to each side."
            )
            axis = Axis(axis.name, axis.low - half, axis.low + half)
        axes.append(axis)
    return tuple(axes)


# The address ------------------------------------------------------------------------------------


def _arrive(expression: Expression) -> None:
    """Take up what the address says of the descent, once a session."""
    state = st.session_state
    if OPTIONS[0].key in state:
        return
    query = dict(parameters())
    address: Address | None = state.address
    if address is None or address.formula != expression.text:
        query.pop("draw", None)  # the ranges are those of another formula
    choices, complaints = read_choices(query, expression.variables)
    set_choices(expression.text, choices)
    state["descent complaints"] = complaints
    state["descent start"] = 0
    restore_choices()
    if "step" in query:  # it is a step of the path, and not of the sweeps in the other lenses
        state["descent start"], state.start = state.start, 0


def _complain(path: Path | None) -> None:
    if st.session_state.address is not None:
        complain(st.session_state["descent complaints"])
    if path:
        complain_of_step(_first_step(), len(path.values) - 1)


def _first_step() -> int:
    """Return the step of the path to begin at; once the person leads, the first."""
    return 0 if st.session_state.address is None else int(st.session_state["descent start"])


def _keep_in_address(query: Mapping[str, str | None]) -> None:
    keep_in_address(query, "descent", part="descent")


# What is computed -------------------------------------------------------------------------------


def _descend(
    expression: Expression, at: Mapping[str, float], choices: Choices, shown: Sequence[str]
) -> Path | None:
    """Let the start descend; `None` if it was stopped before its first step."""
    nodes, moving = len(expression.graph.nodes), choices.moving(expression.variables)
    task = Task(walk_in_pieces, (expression.text, at, moving, choices.settings, shown))
    steps = choices.steps + 1
    seconds = nodes * (COMPILING + CALLING * steps)
    work = gather("descent", _key(task, at), task, seconds, steps, lambda piece: len(piece.values))
    return join_path(work.items) if work.items else None


def _descend_together(
    expression: Expression, at: Mapping[str, float], choices: Choices, axes: tuple[Axis, ...]
) -> Others | None:
    """Let the other starts descend; the start itself has its own path."""
    others, steps = choices.starts - 1, choices.steps + 1
    if not others:
        st.empty()  # where the progress would be: what stands below keeps its place
        return None
    nodes, moving = len(expression.graph.nodes), choices.moving(expression.variables)
    task = Task(drift_in_pieces, (expression.text, at, axes, moving, choices.settings, others))
    seconds = nodes * (COMPILING + steps * (CALLING + COMPUTING * others))
    work = gather("cloud", _key(task, at), task, seconds, steps, lambda piece: len(piece.moving))
    return join_others(work.items) if work.items else None


def _survey(
    expression: Expression, at: Mapping[str, float], choices: Choices, axes: tuple[Axis, ...]
) -> tuple[Landscape, bool]:
    """Survey the ground, and whether it is done. Where the drawn variables are does not matter."""
    import numpy as np

    plane = len(axes) == 2
    points, rows = (choices.points, choices.points) if plane else (CURVE_POINTS, 1)
    task = Task(survey_in_pieces, (expression.text, at, axes, points))
    held = {name: number for name, number in at.items() if name not in {a.name for a in axes}}
    seconds = len(expression.graph.nodes) * (COMPILING + COMPUTING * points * rows)
    work = gather("ground", _key(task, held), task, seconds, rows, len)
    whole = np.full((rows, points), np.nan)
    if work.items:
        known = np.vstack(work.items)
        whole[: len(known)] = known
    return Landscape(axes, grid_of(axes, points), whole), work.done


def _measure_field(
    expression: Expression, at: Mapping[str, float], choices: Choices, axes: tuple[Axis, ...]
) -> Field | None:
    """Measure the gradient where arrows are wanted."""
    if not choices.arrows:
        st.empty()
        return None
    task = Task(field_in_pieces, (expression.text, at, axes))
    seconds = len(expression.graph.nodes) * COMPILING
    work = gather("field of arrows", _key(task, at), task, seconds, 1, lambda field: 1)
    return work.items[0] if work.items else None


def _key(task: Task, at: Mapping[str, float]) -> object:
    """Return what a task depends on; of the values only those that it uses."""
    text, _, *others = task.arguments
    return text, tuple(at.items()), *others


@lru_cache(maxsize=64)
def _work(text: str) -> Any:
    return gradient_work(parse(text, "unique"))


# What is shown ----------------------------------------------------------------------------------


def _say(ground: Landscape, at: Mapping[str, float], path: Path | None, is_whole: bool) -> None:
    """Say what would else puzzle a person who looks at the picture."""
    if path is None:
        st.info("The descent was stopped before its first step: “Go on” shows it.")
    outside = [a.name for a in ground.axes if not a.low <= at[a.name] <= a.high]
    if outside:
        st.info(
            f"The start lies outside of the picture: {', '.join(outside)}. Click where to start, "
            "or widen the range under “Picture and variables”."
        )
    if ground.missing and is_whole:
        share = f"{100 * ground.missing:.0f} %" if ground.missing >= 0.005 else "a little"
        st.caption(f"On {share} of the picture the value is not finite; nothing is drawn there.")


def _show_stage(
    inputs: Inputs,
    path: Path,
    others: Others | None,
    ground: dict[str, Any],
    choices: Choices,
    axes: Sequence[Axis],
    shown: Sequence[str],
) -> None:
    """Show the ground, the course, and the player that moves on both."""
    text, variables = inputs.expression.text, inputs.expression.variables
    output, _ = choose_outputs(variables)
    charts = [ground["layout"]["meta"]["qsts"], f"course of {text}"]
    data = path_data(
        path,
        names=shown,
        moving=choices.moving(variables),
        axes=[axis.name for axis in axes],
        start=inputs.at,
        work=_work(text),
        query={"f": text, "sharing": inputs.expression.sharing},
        settings=[choices.settings],
        charts=charts,
        output=output,
        words=[tell_ground(axes, path, output), tell_course(path, output)],
        first_step=_first_step(),
        clouds=pack_others(others) if others else None,
    )
    with st.container(key="qsts-descent-stage"):
        figures = ground, course_figure(path.values, path.sizes, charts[1], output)
        for figure, name in zip(figures, ("ground", "course"), strict=True):
            st.plotly_chart(figure, key=f"qsts-{name}", theme=None, height="stretch", config=CHART)
        _player()(key=PLAYER, data=data, on_start_change=_start_there, height="content")
    st.session_state["descent axes"] = axes


def _ground_figure(
    expression: Expression,
    ground: Landscape,
    field: Field | None,
    choices: Choices,
    path: Path,
) -> dict[str, Any]:
    output, _ = choose_outputs(expression.variables)
    signature = f"ground {' '.join(axis.name for axis in ground.axes)} of {expression.text}"
    if len(ground.axes) == 1:
        return curve_figure(ground, signature, path.values, output)
    return contour_figure(ground, choices.levels, field, signature, output)


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


def _show_below(expression: Expression, path: Path, ground: Landscape, choices: Choices) -> None:
    moving = choices.moving(expression.variables)
    output, _ = choose_outputs(expression.variables)
    held = [name for name in expression.variables if name not in moving]
    shadow = ""
    if len(moving) > len(ground.axes):
        shadow = " More moves than is drawn: the picture is a slice, and the path its shadow."
    st.caption(
        f"{_tell_rule(choices.method, expression.variables)} What moves: {_list(moving)}"
        + (
            f"; held at their values: {_list(held)}. |gradient| is that of what moves."
            if held
            else "."
        )
        + shadow
    )
    for name, case in examples().items():
        if case["f"] == expression.text:
            st.caption(f"{name}: {case['source']}.")
    if len(ground.axes) == 2:
        ask_for_surface()
    if choices.surface:
        figure = surface_figure(
            ground, [point[:2] for point in path.points], path.values, choices.levels, output
        )
        st.plotly_chart(figure, key="qsts-surface", theme=None, config=CHART)
    with st.expander("The path in numbers"):
        st.html(path_table(path, _shown(choices, moving), output))
    _show_totals(expression, len(path.values))


def _tell_rule(name: str, variables: Sequence[str]) -> str:
    """Say the rule of a method in letters that the program does not use."""
    method, letters = METHODS[name], choose_letters(variables)
    return (
        f"{method.name}: {method.rule.format(**letters)} ({method.source}); {letters['point']} is "
        f"each variable that moves, {letters['rate']} the learning rate, {letters['slope']} the "
        f"derivative by {letters['point']}."
    )


def _list(names: Sequence[str]) -> str:
    """List names, as many as a sentence has room for."""
    more = f" and {len(names) - MOST_LISTED:,} more" if len(names) > MOST_LISTED else ""
    return ", ".join(names[:MOST_LISTED]) + more


def _show_totals(expression: Expression, gradients: int) -> None:
    work = _work(expression.text)
    tree, unique = work["none"], work["unique"]
    st.markdown(
        f"##### What {plural(gradients, 'gradient')} took, by sharing\n"
        "The graph is generated once; then every step resets the nodes, evaluates them and sends "
        f"the contributions back. A tree does it for {plural(tree.nodes, 'node')} and "
        f"{plural(tree.contributions, 'contribution')} each time, unique nodes for "
        f"{show_count(unique.nodes)} and {show_count(unique.contributions)}: what sharing saves, "
        "it saves at every step."
    )
    st.plotly_chart(totals_figure(work, gradients), key="qsts-totals", theme=None, config=CHART)
