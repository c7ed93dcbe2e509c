"""What the player of a path needs: its data, its script and its style.

In go the steps of a descent and what they cost; out comes one dictionary that is JSON as it
stands. Clock, controls and keys are those of the player of the sweeps.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from qsts_core.draw.player import join_modules, player_css
from qsts_core.files import asset
from qsts_core.graph import Sharing
from qsts_core.notation import to_json
from qsts_core.study.descent import Cloud, Step
from qsts_core.study.size import Count

__all__ = ["MODULES", "pack_clouds", "path_css", "path_data", "path_javascript"]

MODULES = (
    "dom.js",
    "clock.js",
    "numbers.js",
    "steps.js",
    "controls.js",
    "keys.js",
    "room.js",
    "path_chart.js",
    "path_side.js",
    "path_player.js",
)
"""The player's modules, each after those that it imports."""


def path_data(
    steps: Sequence[Step],
    *,
    names: Sequence[str],
    axes: Sequence[str],
    start: Mapping[str, float],
    work: Mapping[Sharing, Count],
    query: Mapping[str, str],
    settings: Sequence[object],
    charts: Sequence[str],
    first_step: int = 0,
    clouds: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the component receives as `data`.

    Parameters
    ----------
    steps
        The path; `names` says which variables move.
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
    first_step
        Where the player begins, on a path that it has not seen.
    clouds
        Many starts, from `pack_clouds`.
    """
    content = {
        "names": list(names),
        "axes": list(axes),
        "start": dict(start),
        "points": [list(step.point) for step in steps],
        "values": [to_json(step.value) for step in steps],
        "slopes": [[to_json(slope) for slope in step.slopes] for step in steps],
        "sizes": [to_json(step.size) for step in steps],
        "ending": steps[-1].ending,
        "work": {
            sharing: [str(c) for c in (count.nodes, count.evaluations, count.contributions)]
            for sharing, count in work.items()
        },
        "query": dict(query),
        "charts": list(charts),
        "first_step": first_step,
        "clouds": dict(clouds) if clouds else None,
    }
    signature = _digest([content["start"], content["names"], axes, list(settings), query])
    return {**content, "signature": signature, "version": _digest(content)}


def pack_clouds(clouds: Sequence[Cloud], rows: Sequence[int]) -> dict[str, Any]:
    """Pack where many starts are after every move: base64 of float32 (steps, starts, rows).

    `rows` are the drawn variables among those that move. With one, the value is the height.
    """
    import numpy as np

    count = clouds[0].points.shape[1]
    places = [[cloud.points[row] for row in rows] for cloud in clouds]
    if len(rows) == 1:
        places = [[*place, cloud.values] for place, cloud in zip(places, clouds, strict=True)]
    with np.errstate(over="ignore"):  # beyond float32 is beyond the picture
        numbers = np.array(places).transpose(0, 2, 1).astype("<f4")
    finite = [cloud.values[np.isfinite(cloud.values)] for cloud in clouds]
    return {
        "count": count,
        "steps": len(clouds),
        "bdata": base64.b64encode(np.ascontiguousarray(numbers).tobytes()).decode("ascii"),
        "moving": [int(cloud.moving.sum()) for cloud in clouds],
        "medians": [to_json(float(np.median(f)) if f.size else math.nan) for f in finite],
    }


@cache
def path_javascript() -> str:
    """Return the player as one JavaScript module with a default export."""
    return join_modules(MODULES)


@cache
def path_css() -> str:
    """Return the player's style sheet: that of the sweeps' player, and what a path adds."""
    return "\n".join([player_css(), asset("path_player.css").read_text(encoding="utf-8")])


def _digest(content: object) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
