// The bar: moves, the scrubber, grain and speed.

import { html, setAttributes, setText, svg } from "./dom.js";
import { createShowingControls } from "./showing.js";
import { buildLength, finalPositions, forwardLength, phaseName } from "./steps.js";

const ICONS = {
  first: "M3 3V17M16 3L7 10L16 17Z",
  back: "M14 3L5 10L14 17Z",
  play: "M5 2L17 10L5 18Z",
  pause: "M5 3H8V17H5ZM12 3H15V17H12Z",
  forward: "M6 3L15 10L6 17Z",
  last: "M17 3V17M4 3L13 10L4 17Z",
};
const MOST_TICKS = 100;
const SLOWEST = -3;
const FASTEST = 7;
const FRACTIONS = { "-1": "½×", "-2": "¼×", "-3": "⅛×" };

/** A power of two as "½×", "4×". */
export function speedText(power) {
  return FRACTIONS[power] ?? `${2 ** power}×`;
}

/**
 * @param {Object} actions first, back, toggle, forward, last, help: () => void;
 *   scrub: (step: number) => void; grain: (grain: string) => void; speed: (power: number) => void
 * @param {AbortSignal} signal
 * @param {{grains?: boolean}} choices grains: whether there is a choice of what one step is
 */
export function createControls(actions, signal, { grains = true } = {}) {
  const buttons = {
    first: iconButton("first", "to the start (Home)", actions.first),
    back: iconButton("back", "one step back (←)", actions.back),
    play: playButton(actions.toggle),
    forward: iconButton("forward", "one step forward (→)", actions.forward),
    last: iconButton("last", "to the end (End)", actions.last),
  };
  const scrubber = createScrubber(actions.scrub);
  const grain = html("select", { class: "qsts-grain", "aria-label": "what one step is", title: "what one step is" },
    html("option", { value: "edge" }, "every edge"), html("option", { value: "node" }, "every node"));
  grain.addEventListener("change", () => actions.grain(grain.value));
  grain.hidden = !grains;
  const speed = html("input", { type: "range", min: SLOWEST, max: FASTEST, step: 1, value: 0, "aria-label": "speed", title: "speed (+ and −)" });
  const speedLabel = html("span", { class: "qsts-speed-text" }, "1×");
  speed.addEventListener("input", () => actions.speed(Number(speed.value)));
  const help = html("button", { type: "button", class: "qsts-button qsts-help-button", title: "keys (?)", "aria-label": "show the keys" }, "?");
  help.addEventListener("click", actions.help);
  const element = html("div", { class: "qsts-bar", role: "group", "aria-label": "player" },
    html("div", { class: "qsts-buttons" }, ...Object.values(buttons)),
    scrubber.element,
    html("div", { class: "qsts-settings" }, grain, html("label", { class: "qsts-speed" }, speed, speedLabel), help, ...createShowingControls(signal)));
  return {
    element,
    scrubber: scrubber.input,
    load: scrubber.load,
    /** @param {Run} run @param {{playing: boolean, power: number, grain: string}} view */
    show(run, view) {
      scrubber.show(run);
      buttons.play.show(view.playing);
      for (const name of ["first", "back"]) beIdle(buttons[name], run.step === 0);
      for (const name of ["forward", "last"]) beIdle(buttons[name], run.step === run.trace.steps.length);
      if (Number(speed.value) !== view.power) speed.value = String(view.power);
      setAttributes(speed, { "aria-valuetext": speedText(view.power) });
      setText(speedLabel, speedText(view.power));
      if (grain.value !== view.grain) grain.value = view.grain;
    },
  };
}

/** The nearest speed there is. */
export function clampPower(power) {
  return Math.min(Math.max(power, SLOWEST), FASTEST);
}

function icon(name) {
  return svg("svg", { viewBox: "0 0 20 20", width: 20, height: 20, "aria-hidden": "true" }, svg("path", { d: ICONS[name] }));
}

function iconButton(name, title, act) {
  const button = html("button", { type: "button", class: "qsts-button", title, "aria-label": title, "data-action": name }, icon(name));
  button.addEventListener("click", act);
  return button;
}

/** Look as if there were nothing to press, and say so; the focus stays where it is. */
function beIdle(button, idle) {
  button.toggleAttribute("data-idle", idle);
  setAttributes(button, { "aria-disabled": String(idle) });
}

/** One width for both of its faces, so that nothing beside it moves. */
function playButton(act) {
  const button = iconButton("play", "play or pause (Space)", act);
  const words = html("span", {}, "Play");
  button.classList.add("qsts-play");
  button.append(words);
  setAttributes(button, { "aria-pressed": "false" });
  let playing = false;
  button.show = (next) => {
    if (next === playing) return;
    playing = next;
    setText(words, playing ? "Pause" : "Play");
    setAttributes(button, { "aria-pressed": String(playing) });
    button.querySelector("path").setAttribute("d", ICONS[playing ? "pause" : "play"]);
  };
  return button;
}

/** Where adjoints become final; of very many, those of the variables. */
function tickPositions(trace) {
  const all = finalPositions(trace);
  if (all.length <= MOST_TICKS) return all;
  return all.filter((position) => trace.nodes[trace.steps[position - 1].to]?.op === "variable");
}

/** A range input over a track that is green where the graph is built, blue where values run, orange where adjoints do. */
function createScrubber(onScrub) {
  const input = html("input", { type: "range", class: "qsts-scrubber", min: 0, step: 1, "aria-label": "step" });
  const ticks = svg("path", {});
  const track = html("div", { class: "qsts-track" });
  const drawing = svg("svg", { class: "qsts-ticks", preserveAspectRatio: "none", "aria-hidden": "true" }, ticks);
  const count = html("span", { class: "qsts-count" });
  const part = html("span", { class: "qsts-track-part", "aria-hidden": "true" }, "build");
  input.addEventListener("input", () => onScrub(Number(input.value)));
  const element = html("div", { class: "qsts-scrub" }, html("div", { class: "qsts-rail" }, track, drawing, part, input), count);
  return {
    element,
    input,
    load(trace) {
      const total = trace.steps.length;
      setAttributes(input, { max: total });
      setAttributes(drawing, { viewBox: `0 0 ${Math.max(total, 1)} 10` });
      drawing.toggleAttribute("data-dense", finalPositions(trace).length > MOST_TICKS / 2);
      ticks.setAttribute("d", tickPositions(trace).map((position) => `M${position} 0V10`).join(""));
      const share = (length) => `${(100 * length) / Math.max(total, 1)}%`;
      track.style.setProperty("--qsts-build-share", share(buildLength(trace)));
      track.style.setProperty("--qsts-forward-share", share(forwardLength(trace)));
      part.toggleAttribute("hidden", buildLength(trace) === 0);
    },
    show(run) {
      const total = run.trace.steps.length;
      if (Number(input.value) !== run.step) input.value = String(run.step);
      setAttributes(input, { "aria-valuetext": `step ${run.step} of ${total}, ${phaseName(run)}` });
      setText(count, `${run.step} / ${total}`);
      track.style.setProperty("--qsts-done", `${(100 * run.step) / Math.max(total, 1)}%`);
    },
  };
}
