"""A page that plays a run without a network: every step drawn, and a small script to turn them.

The script knows numbers of steps and nothing else: no text of a formula comes near it. The page may
fetch nothing, which its own policy says to the browser.
"""

from __future__ import annotations

from html import escape

from qsts_core.errors import ArgumentError
from qsts_core.export.choices import Choices
from qsts_core.export.svg import Drawing
from qsts_core.export.words import single_line
from qsts_core.trace import Trace

__all__ = ["MOST_BYTES", "frame", "write"]

MOST_BYTES = 5_000_000
"""How large a page may be; a run of 100 nodes takes about half of it."""

_STYLE = """
:root { font: 16px system-ui, sans-serif; }
body { margin: 0; }
figure { margin: 0; }
figure[hidden] { display: none; }
svg { display: block; width: 100%; height: auto; max-height: 82vh; }
nav { display: flex; gap: 8px; align-items: center; padding: 8px; }
button { min-width: 44px; min-height: 44px; font: inherit; }
input { flex: 1; min-height: 44px; }
"""

_SCRIPT = """
const pictures = [...document.querySelectorAll("figure")];
const [slider] = document.getElementsByTagName("input");
const play = document.getElementById("play");
let clock = null;
function show(step) {
  const shown = Math.min(Math.max(step, 0), pictures.length - 1);
  pictures.forEach((picture, index) => { picture.hidden = index !== shown; });
  slider.value = shown;
  document.body.dataset.step = shown;
  if (shown === pictures.length - 1) stop();
}
function stop() {
  clearInterval(clock);
  clock = null;
  play.textContent = "Play";
}
function turn() {
  if (clock) return stop();
  if (Number(slider.value) === pictures.length - 1) show(0);
  play.textContent = "Pause";
  clock = setInterval(() => show(Number(slider.value) + 1), 1200);
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
show(Number(slider.value));
"""


def write(trace: Trace, choices: Choices) -> str:
    """Return the page; it opens at a step, the last one by default.

    Raises
    ------
    ArgumentError
        If the run has too many steps for one page.
    """
    drawing, pictures, size = Drawing(trace, dark=choices.dark), [], 0
    first = len(trace) if choices.step is None else choices.step
    for step in range(len(trace) + 1):
        hidden = "" if step == first else " hidden"
        pictures.append(f"<figure{hidden}>{drawing.draw(step)}</figure>")
        size += len(pictures[-1])
        if size > MOST_BYTES:
            raise ArgumentError(
                f"a page holds up to {MOST_BYTES:,} bytes, which the first {step:,} of "
                f"{len(trace):,} steps fill: ask for .svg, and a step"
            )
    last, theme = len(trace), "dark" if choices.dark else "light"
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width">',
            f'<meta name="color-scheme" content="{theme}">',
            f"<title>{_title(trace)}</title>\n<style>{_STYLE}</style>",
            *pictures,
            '<nav aria-label="Steps"><button id="back" aria-label="Step back">←</button>'
            '<button id="play">Play</button><button id="next" aria-label="Step on">→</button>'
            f'<input type="range" min="0" max="{last}" value="{first}" aria-label="Step"></nav>',
            f"<script>{_SCRIPT}</script>\n</html>\n",
        ]
    )


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
