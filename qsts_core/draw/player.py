"""What the player in the browser needs: its data, its script and its style.

In goes the film of a trace, without any of its results, and a picture; out comes one
dictionary that is JSON as it stands.  The player runs the sweep itself.  The script is several
modules in `assets/`; a Streamlit component takes one string, so they are joined here.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypedDict

from qsts_core import files
from qsts_core.draw.colours import css_tokens
from qsts_core.draw.layout import Picture
from qsts_core.draw.mathml import rule

MODULES = (
    "dom.js",
    "clock.js",
    "numbers.js",
    "sweep/operations.js",
    "sweep/sweep.js",
    "sweep/trace.js",
    "steps.js",
    "construction.js",
    "arithmetic.js",
    "lines.js",
    "sentence.js",
    "formula.js",
    "source.js",
    "counts.js",
    "ledger.js",
    "pinned.js",
    "building.js",
    "legend.js",
    "geometry.js",
    "plates.js",
    "lanes.js",
    "handles.js",
    "twins.js",
    "grown.js",
    "beats.js",
    "cards.js",
    "picture.js",
    "showing.js",
    "controls.js",
    "room.js",
    "keys.js",
    "motion.js",
    "values.js",
    "renumber.js",
    "player.js",
)
"""The player's modules, each after those that it imports."""

_IMPORT = re.compile(r"^import\b[^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default\b)", re.MULTILINE)


class Stage(TypedDict):
    """How a player stands on its page.

    Attributes
    ----------
    place
        A name for where on the page it stands, unique there.
    clock
        Players that name the same clock move together; "" is a clock of its own.
    leads
        Whether it shows the bar: one player of each clock does.
    compact
        Whether only the chart, the counts and the ledger are shown, for standing side by side.
    address
        Whether it keeps its step in the address bar.
    twins
        By node, the tag that it shares with its repetitions here and in the graphs beside; "" for
        none.
    """

    place: str
    clock: str
    leads: bool
    compact: bool
    address: bool
    twins: list[str]


ALONE: Stage = {
    "place": "alone",
    "clock": "",
    "leads": True,
    "compact": False,
    "address": True,
    "twins": [],
}


def player_data(
    film: Mapping[str, Any],
    picture: Picture,
    *,
    step: int = 0,
    stage: Stage = ALONE,
    heard: str | None = None,
) -> dict[str, Any]:
    """Return what the component receives as `data`; a new picture begins at `step`.

    `film` is `Trace.to_film()`; the typeset rules of its operations come along.
    `names` has two: while that of the graph, and of the reset that may come first, stays, the
    player keeps its step;
    while that of the picture stays too, only values changed.  `version` names
    everything: while it stays, there is nothing to do.  `heard` is the last that the player has
    told of its values: until then it stands at a later state than its data.
    """
    operations = sorted({node["op"] for node in film["nodes"] if node["inputs"]})
    graph, before = name_graph(film), film.get("before")
    if before is not None:
        graph = digest([graph, before])  # what a run before has left makes it another film
    content = {
        "names": {"graph": graph, "picture": name_picture(film, picture)},
        "film": film,
        "picture": picture,
        "rules": {op: rule(op) for op in operations},
        "stage": stage,
    }
    return {**content, "version": digest(content), "start": {"step": step}, "heard": heard}


def name_graph(film: Mapping[str, Any]) -> str:
    """Return a name of the graph of a film: neither values nor places enter."""
    graph = [[node["op"], node["label"], node["inputs"]] for node in film["nodes"]]
    return digest([graph, film["output"], film["sharing"]])


def name_picture(film: Mapping[str, Any], picture: Picture) -> str:
    """Return a name of the graph and of how it is laid out; values do not enter."""
    return digest([name_graph(film), picture])


@cache
def player_javascript() -> str:
    """Return the player as one JavaScript module with a default export."""
    return join_modules(MODULES)


def join_modules(names: Sequence[str]) -> str:
    """Join modules of `assets/`, each after those that it imports, into one."""
    sources = [files.asset(name).read_text(encoding="utf-8") for name in names]
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", source)) for source in sources)


@cache
def player_css() -> str:
    """Return the player's style sheet."""
    return css_tokens() + files.asset("player.css").read_text(encoding="utf-8")


def digest(content: object) -> str:
    """Return a name of what is sent: the same while the content is the same."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
