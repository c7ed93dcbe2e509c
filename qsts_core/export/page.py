"""A page that plays a run without a network: one picture, what each step changes of it, a script.

The picture has the same elements after every step, so a step is a list of attributes and texts. The
script sets a text as a text, and no attribute but those that the picture has; the page may fetch
nothing, which its own policy says to the browser.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from xml.etree import ElementTree as Tree

from qsts_core.errors import ArgumentError
from qsts_core.export.choices import Choices
from qsts_core.export.svg import Drawing
from qsts_core.export.words import single_line
from qsts_core.trace import Trace

__all__ = ["MOST_STEPS", "frame", "write"]

MOST_STEPS = 1_000
"""How many steps a page plays: its time grows with their number times that of the nodes."""

_STYLE = """
:root { font: 16px system-ui, sans-serif; }
body { margin: 0; }
figure { margin: 0; }
svg { display: block; width: 100%; height: auto; max-height: 82vh; }
nav { display: flex; gap: 8px; align-items: center; padding: 8px; }
button { min-width: 44px; min-height: 44px; font: inherit; }
input { flex: 1; min-height: 44px; }
"""

_SCRIPT = """
const [picture] = document.getElementsByTagName("svg");
const elements = [picture, ...picture.querySelectorAll("*")];
const changes = JSON.parse(document.getElementById("changes").textContent);
const [slider] = document.getElementsByTagName("input");
const play = document.getElementById("play");
let clock = null;
let at = Number(slider.value);
function set(index, name, value) {
  if (name === "") elements[index].textContent = value;
  else if (value === null) elements[index].removeAttribute(name);
  else elements[index].setAttribute(name, value);
}
function show(step) {
  const shown = Math.min(Math.max(step, 0), changes.length);
  for (; at < shown; at += 1) {
    for (const [index, name, , after] of changes[at]) set(index, name, after);
  }
  for (; at > shown; at -= 1) {
    for (const [index, name, before] of changes[at - 1]) set(index, name, before);
  }
  slider.value = at;
  document.body.dataset.step = at;
  if (at === changes.length) stop();
}
function stop() {
  clearInterval(clock);
  clock = null;
  play.textContent = "Play";
}
function turn() {
  if (clock) return stop();
  if (at === changes.length) show(0);
  play.textContent = "Pause";
  clock = setInterval(() => show(at + 1), 1200);
}
const move = (by) => { stop(); show(Number(slider.value) + by); };
document.getElementById("back").addEventListener("click", () => move(-1));
document.getElementById("next").addEventListener("click", () => move(1));
play.addEventListener("click", turn);
slider.addEventListener("input", () => move(0));
document.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (by && event.target !== slider) move(by);
});
show(at);
"""


def write(trace: Trace, choices: Choices) -> str:
    """Return the page; it opens at a step, the last one by default.

    Raises
    ------
    ArgumentError
        If the run has too many steps for one page.
    """
    if len(trace) > MOST_STEPS:
        raise ArgumentError(
            f"a page plays up to {MOST_STEPS:,} steps, and this run has {len(trace):,}: "
            "a file that ends in .svg shows one of them"
        )
    drawing, changes = Drawing(trace, dark=choices.dark), []
    first = len(trace) if choices.step is None else choices.step
    before = _attributes(drawing.element(0))
    for step in range(1, len(trace) + 1):
        after = _attributes(drawing.element(step))
        changes.append(json.dumps(list(_changes(before, after)), separators=(",", ":")))
        before = after
    told = "[" + ",\n".join(changes).replace("<", "\\u003c") + "]"
    last, theme = len(trace), "dark" if choices.dark else "light"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width">',
            f'<meta name="color-scheme" content="{theme}">',
            f"<title>{_title(trace)}</title>\n<style>{_STYLE}</style>",
            f"<figure>{drawing.draw(first)}</figure>".replace("\n", ""),
            '<nav aria-label="Steps"><button id="back" aria-label="Step back">←</button>'
            '<button id="play">Play</button><button id="next" aria-label="Step on">→</button>'
            f'<input type="range" min="0" max="{last}" value="{first}" aria-label="Step"></nav>',
            f'<script type="application/json" id="changes">{told}</script>',
            f"<script>{_SCRIPT}</script>\n</html>\n",
        ]
    )


def _attributes(root: Tree.Element) -> list[dict[str, str]]:
    """Return the attributes of each element, its text by the name ""."""
    return [{**element.attrib, "": element.text or ""} for element in root.iter()]


def _changes(
    before: list[dict[str, str]], after: list[dict[str, str]]
) -> Iterator[tuple[int, str, str | None, str | None]]:
    """Yield the element, the attribute, and what it was and is; `None` where there is none."""
    for index, (one, other) in enumerate(zip(before, after, strict=True)):
        if one != other:
            for name in dict.fromkeys((*one, *other)):
                if one.get(name) != other.get(name):
                    yield index, name, one.get(name), other.get(name)


def frame(trace: Trace) -> str:
    """Return the page within a sandboxed frame, all of it inside, for the cell of a notebook."""
    page = escape(write(trace, Choices(step=0)), quote=True)
    return (
        f'<iframe sandbox="allow-scripts" title="{_title(trace)}" srcdoc="{page}" '
        'style="width: 100%; height: 460px; border: 0"></iframe>'
    )


def _title(trace: Trace) -> str:
    text = single_line(trace.text)
    return escape(f"The gradient of {text[:80]}{'…' * (len(text) > 80)}", quote=True)
