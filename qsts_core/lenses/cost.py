"""The lens "Cost": what each sharing costs, and how that grows; counted, then measured on request.

A measurement is watched at the end of the script, when the whole page stands. Every result so far
is kept in the session, so that Stop loses nothing, and a rerun finds the measurement where it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any, TypeAlias

import streamlit as st

from qsts_core import files
from qsts_core.draw.growth import CONFIG, draw_growth, growth_table, tell_growth
from qsts_core.lenses.inputs import Inputs
from qsts_core.lenses.post import link_to_post
from qsts_core.lenses.progress import begin_work, find_work, tell_why, watch
from qsts_core.lenses.tables import chart_table, cost_table, headline_table
from qsts_core.notation import show as show_number
from qsts_core.study.cost import LARGEST_TIMED, Cost, count_cost
from qsts_core.study.families import FAMILIES, Family
from qsts_core.study.growth import Growth, count_growth
from qsts_core.study.headline import CASES, Finding
from qsts_core.study.measuring import SECONDS, cost_so_far, growth_so_far, headline_so_far
from qsts_core.study.report import MEANINGS, tell_left_out
from qsts_core.study.verdict import judge, tell_reset
from qsts_core.study.worker import Task

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

__all__ = ["show"]

MOST_KEPT = 20
"""Of how many formulas a session keeps the costs."""

MOST_VALUES = 6
"""How many values a sentence names."""

MEASURED = {
    "a gradient": "gradient",
    "a build": "build",
    "memory of the graph": "graph",
    "memory of a run": "run",
}
"""What can be drawn beside the nodes, as the page calls it."""

Job: TypeAlias = Callable[[], None]
Figure: TypeAlias = dict[str, Any]


def show(inputs: Inputs | None) -> None:
    """Show the page."""
    st.html(files.asset("cost.css"))
    state = st.session_state
    state.setdefault("costs", {})
    state.setdefault("growths", {})
    state.setdefault("findings", [])
    jobs = (
        inputs and _show_formula(inputs.expression.text, inputs.at),
        _show_headline(),
        _show_growth(),
    )
    for measure in jobs:
        if measure:
            measure()


# The formula ------------------------------------------------------------------------------------


def _show_formula(text: str, at: dict[str, float]) -> Job | None:
    """Show the cost of the formula; return what measures it, if that is asked for."""
    costs: dict[str, Cost] = st.session_state.costs
    request = _ask("What this formula costs", "Measure", "cost")
    table = st.empty()
    with st.expander("What is counted, and what is measured"):
        st.markdown("\n".join(f"- {meaning}" for meaning in MEANINGS))
    _fill_formula(table, costs.get(text) or _count(text))

    def keep(cost: Cost) -> None:
        costs[text] = cost
        for oldest in list(costs)[:-MOST_KEPT]:
            del costs[oldest]

    return request.answer(
        Task(cost_so_far, (text, at), latest=True, seconds=SECONDS),
        keep,
        lambda cost: cost.done,
        lambda cost: _fill_formula(table, cost),
    )


@lru_cache(maxsize=64)
def _count(text: str) -> Cost:
    """Return what the page can say before anything is measured."""
    return count_cost(text)


def _fill_formula(slot: DeltaGenerator, cost: Cost) -> None:
    with slot.container():
        st.html(cost_table(cost))
        if cost.samples.get("gradient"):
            st.html(
                f'<div class="qsts-verdict" data-qsts="verdict">{judge(cost)} '
                f"{tell_reset(cost)}</div>"
            )
        _note(*_tell_how(cost))


def _tell_how(cost: Cost) -> Iterator[str]:
    """Yield sentences on what is measured, and what is not."""
    values = [f"{name} = {show_number(number)}" for name, number in cost.at.items()]
    more = [f"{len(values) - MOST_VALUES} more"] if len(values) > MOST_VALUES else []
    if not cost.samples:
        yield "Counted, and not yet measured."
    elif cost.done < 1.0:
        yield f"{cost.done:.0%} is measured, and kept."
    elif values:
        yield f"Measured at {', '.join(values[:MOST_VALUES] + more)}."
    for reason in tell_left_out(cost):
        yield f"Left out – {reason}."


def _note(*sentences: str) -> None:
    """Show sentences as they are: a name such as x_1 must not be taken for Markdown."""
    st.html(f'<div class="qsts-note">{" ".join(map(escape, sentences))}</div>')


# The headline -----------------------------------------------------------------------------------


def _show_headline() -> Job | None:
    """Show the headline; return what measures it, if that is asked for."""
    request = _ask("Half the memory, twice the speed?", "Hold it against the clock", "headline")
    table = st.empty()
    _fill_headline(table, st.session_state.findings)

    def keep(findings: list[Finding]) -> None:
        st.session_state.findings = findings

    return request.answer(
        Task(headline_so_far, (), latest=True, seconds=SECONDS),
        keep,
        lambda findings: len(findings) / len(CASES),
        lambda findings: _fill_headline(table, findings),
    )


def _fill_headline(slot: DeltaGenerator, findings: list[Finding]) -> None:
    with slot.container():
        if findings:
            st.html(headline_table(findings))
            _note(
                "Memory is that of the graph and of one run; the time is that of one gradient. × "
                "says how many times what the unique nodes take.",
                *_tell_missing(len(findings)),
            )
        _note(
            "So the post sums up what unique nodes save over its earlier program, prsr. prsr ends "
            "at the threaded graph, so that is the nearer comparison; but it makes the tree first, "
            "so the tree may be meant. Both are measured."
        )
        link_to_post("Which post, and what else it states")


def _tell_missing(found: int) -> Iterator[str]:
    if found < len(CASES):
        yield f"{found} of {len(CASES)} formulas are measured, and kept."


# Growth -----------------------------------------------------------------------------------------


def _show_growth() -> Job | None:
    """Show how a family grows; return what measures it, if that is asked for."""
    growths: dict[str, Growth] = st.session_state.growths
    request = _ask("How it grows", "Measure the family", "growth")
    family, largest, measured = _ask_for_family()
    known = growths.setdefault(family.name, {})
    growth = {depth: known.get(depth, cost) for depth, cost in _grow(family, largest).items()}
    left, right = st.columns(2)
    with left, st.container(key="qsts-growth-nodes"):
        st.markdown("**Nodes**, counted")
        st.plotly_chart(draw_growth(growth, family, "nodes"), config=CONFIG)
    with right, st.container(key="qsts-growth-measured"):
        st.markdown(f"**{measured[0].upper()}{measured[1:]}**, measured")
        chart = st.empty()
    figure = _fill_growth(chart, growth, family, MEASURED[measured])
    _note(*_describe(family))
    with st.expander("The same as a table"):
        for quantity in ("nodes", MEASURED[measured]):
            st.html(chart_table(tell_growth(growth, family, quantity), family.depth,
                                growth_table(growth, quantity)))  # fmt: skip

    def fill(grown: Growth) -> None:
        nonlocal figure
        figure = _fill_growth(chart, grown, family, MEASURED[measured], figure)

    return request.answer(
        Task(growth_so_far, (family.name, largest, dict(known)), latest=True, seconds=SECONDS),
        known.update,
        _share,
        fill,
    )


def _describe(family: Family) -> Iterator[str]:
    example = family.smallest + 1
    yield f"{family.name[0].upper()}{family.name[1:]}: {family.source}."
    yield f"With {example} {family.depth}: {family.write(example)}."
    yield f"Trees of more than {LARGEST_TIMED:,} nodes are counted, not timed: their lines end."


@lru_cache(maxsize=64)
def _grow(family: Family, largest: int) -> Growth:
    return count_growth(family, largest)


def _share(growth: Growth) -> float:
    return sum(cost.done == 1.0 for cost in growth.values()) / len(growth)


def _ask_for_family() -> tuple[Family, int, str]:
    """Ask for the family, the largest depth, and what is drawn beside the nodes."""
    first, second, third = st.columns([3, 3, 4], gap="medium")
    with first:
        name = st.selectbox("Family", list(FAMILIES), key="family", persist_state="session")
    family = FAMILIES[name]
    with second:
        largest = st.slider(
            f"Up to how many {family.depth}", family.smallest + 1, family.largest,
            family.usual, key=f"depth of {name}", persist_state="session",
        )  # fmt: skip
    with third:
        measured = st.segmented_control(
            "Measured", list(MEASURED), default="a gradient", key="measured", required=True,
            persist_state="session",
        )  # fmt: skip
    return family, largest, str(measured)


def _fill_growth(
    slot: DeltaGenerator, growth: Growth, family: Family, quantity: str, drawn: Figure | None = None
) -> Figure:
    """Draw what is measured, unless it is `drawn` already; return the figure."""
    figure = draw_growth(growth, family, quantity)
    if not any(line["x"] for line in figure["data"]):
        slot.info("Not measured yet: press “Measure the family”.")
    elif figure != drawn:
        slot.plotly_chart(figure, config=CONFIG)
    return figure


# Measuring --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Request:
    """A button of a measurement: whether it was pressed, and room for the progress."""

    name: str
    pressed: bool
    room: DeltaGenerator

    def answer(
        self,
        task: Task,
        keep: Callable[[Any], object],
        share: Callable[[Any], float],
        fill: Callable[[Any], object],
    ) -> Job | None:
        """Return what watches the measurement, if there is one to be watched.

        Every result that is found is kept and shown; `share` says how far it is.
        """
        key = task.arguments[:2]
        work = find_work(self.name, key)
        if self.pressed and (work is None or work.is_over):
            work = begin_work(self.name, key, task)
        if work is None or (work.is_over and work.paused != "turn"):
            return None
        measured = work

        def watch_it() -> None:
            last = None
            so_far = lambda: share(measured.items[-1]) if measured.items else 0.0  # noqa: E731
            for _ in watch(self.name, measured, self.room, so_far):
                if measured.items and measured.items[-1] is not last:
                    last = measured.items[-1]
                    keep(last)
                    fill(last)
            if measured.paused == "time" or measured.failure:
                self.room.text(f"{tell_why(measured)}; what is measured is kept.")

        return watch_it


def _ask(title: str, label: str, name: str) -> _Request:
    """Show a title with a button and room for the progress."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"qsts-{name}-bar"):
        st.header(title, anchor=False, width="content")
        pressed = st.button(label, key=f"measure {name}")
        with st.container(width="stretch"):
            room = st.empty()
    return _Request(name, pressed, room)
