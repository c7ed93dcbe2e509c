"""What the player of a path needs: its data, its script and its style.

In go the path of a descent and what they cost; out comes one dictionary that is JSON as it
stands. Clock, controls and keys are those of the player of the sweeps.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from qsts_core.draw.player import digest, join_modules, player_css
from qsts_core.files import asset
from qsts_core.graph import Sharing
from qsts_core.notation import to_json
from qsts_core.study.path import Others, Path
from qsts_core.study.size import Count

__all__ = ["MODULES", "pack_others", "path_css", "path_data", "path_javascript"]

MODULES = (
    "dom.js",
    "clock.js",
    "numbers.js",
    "steps.js",
    "showing.js",
    "controls.js",
    "room.js",
    "keys.js",
    "path_chart.js",
    "path_side.js",
    "path_cloud.js",
    "path_player.js",
)
"""The player's modules, each after those that it imports."""


def path_data(
    path: Path,
    *,
    names: Sequence[str],
    moving: Sequence[str],
    axes: Sequence[str],
    start: Mapping[str, float],
    work: Mapping[Sharing, Count],
    query: Mapping[str, str],
    settings: Sequence[object],
    charts: Sequence[str],
    words: Sequence[str] = (),
    output: str = "f",
    first_step: int = 0,
    clouds: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the component receives as `data`.

    Parameters
    ----------
    path
        The path; `names` are its shown variables, `moving` all that move.
    axes
        The variables that are drawn, one or two.
    start
        A value for every variable: what is held stays at it.
    work
        What one gradient takes, by sharing.
    query
        What the address of the backward pass is given, beside the values.
    settings
        Whatever else the path depends on: other settings begin at the first step.
    charts
        The signatures of the two charts that the player draws on: the ground, and the course.
    words
        What the two charts show, for who does not see them.
    output
        The letter of what is descended: none of its variables.
    first_step
        Where the player begins, on a path that it has not seen.
    clouds
        Many starts, from `pack_others`.
    """
    content = {
        "names": list(names),
        "axes": list(axes),
        "start": dict(start),
        "points": [list(point) for point in path.points],
        "values": [to_json(value) for value in path.values],
        "slopes": [[to_json(slope) for slope in slopes] for slopes in path.slopes],
        "sizes": [to_json(size) for size in path.sizes],
        "ending": path.ending or f"Left off at step {len(path.values) - 1:,}.",
        "moving": list(moving),
        "whole": None if tuple(names) == tuple(moving) else list(path.whole.items()),
        "work": {
            sharing: [str(c) for c in (count.nodes, count.evaluations, count.contributions)]
            for sharing, count in work.items()
        },
        "query": dict(query),
        "charts": list(charts),
        "words": list(words),
        "output": output,
        "first_step": first_step,
        "clouds": dict(clouds) if clouds else None,
    }
    signature = digest([content["start"], content["moving"], axes, list(settings), query])
    return {**content, "signature": signature, "version": digest(content)}


def pack_others(others: Others) -> dict[str, Any]:
    """Pack where many starts are after every move: base64 of float32 (steps, starts, 2)."""
    import numpy as np

    steps, count, _ = others.places.shape
    return {
        "count": count,
        "steps": steps,
        "bdata": base64.b64encode(np.ascontiguousarray(others.places).tobytes()).decode("ascii"),
        "moving": others.moving,
        "medians": [to_json(median) for median in others.medians],
    }


@cache
def path_javascript() -> str:
    """Return the player as one JavaScript module with a default export."""
    return join_modules(MODULES)


@cache
def path_css() -> str:
    """Return the player's style sheet: that of the sweeps' player, and what a path adds."""
    return "\n".join([player_css(), asset("path_player.css").read_text(encoding="utf-8")])
