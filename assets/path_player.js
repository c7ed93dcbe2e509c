// The player of a path: keeps the step of a descent, and everything on its stage in step with it.
// One player for each root element; called again whenever its data change.

import { goTo, join, keepInAddress, leader, leave, recall, remember, wasAway } from "./clock.js";
import { clampPower, createControls } from "./controls.js";
import { html, setAttributes, setText } from "./dom.js";
import { createKeyCard, leaveFrame, listenToKeys } from "./keys.js";
import { prettyNumber } from "./numbers.js";
import { cloudPath, othersPath, pixelText, unpackCloud } from "./path_cloud.js";
import { colourBands, createCourseMark, createOverlay, createTrail } from "./path_chart.js";
import { MATHEMATICS, STAGE, keepRoom, nameAround } from "./room.js";
import { forgetShowing, stopPresenting, takeUpShowing, togglePresent } from "./showing.js";
import { createPlace, createWayBack, createWork, pathSentence } from "./path_side.js";

const WHOLE_PATH = 12_000; // milliseconds from start to end at speed 1×
const LONGEST_PAUSE = 600;
const LEAP = 10;
const STILL = 400; // milliseconds after which a step is one that somebody stopped at
const PLACE = "descent";
const PATH_KEYS = [
  ["→  ←", "one step forward, back"],
  ["Shift → ←", "ten steps forward, back"],
  ["PgDn  PgUp", "one step, as a clicker sends it"],
  ["Home  End", "to the start, to the end"],
  ["Space", "play, pause"],
  ["+  −", "faster, slower"],
  ["F", "present: the stage alone, large"],
  ["Esc", "close this card; stop presenting"],
  ["?", "this card"],
];

/** @type {WeakMap<HTMLElement, Object>} */
const pathPlayers = new WeakMap();

/** @param {{data: Object, parentElement: HTMLElement, setTriggerValue: (name: string, value: *) => void}} component */
export default function mountPath(component) {
  const { data, parentElement, setTriggerValue } = component;
  if (!data) return undefined;
  let player = pathPlayers.get(parentElement);
  if (!player) {
    player = createPathPlayer(parentElement);
    pathPlayers.set(parentElement, player);
  }
  player.receive(data, setTriggerValue);
  return () => {
    player.destroy();
    pathPlayers.delete(parentElement);
  };
}

function createPathPlayer(parent) {
  const listeners = new AbortController();
  const state = {
    data: null, run: null, target: 0, power: 0, playing: false, due: 0, seen: 0, frame: 0, timer: 0, clockName: "",
    grain: "edge", pixels: [], cloud: null, others: null, voice: 0, report: () => {}, schedule,
  };
  const parts = buildPathParts(parent, state, listeners.signal);

  function schedule() {
    if (!state.frame) state.frame = requestAnimationFrame(frame);
  }

  function frame(now) {
    state.frame = 0;
    if (state.playing) playPath(state, now);
    if (state.run) {
      showPath(state, parts);
      keepInAddress(state, state.target || null);
    }
    if (state.playing) schedule();
  }

  parts.stage.addEventListener("keydown", () => parts.stage.scrollIntoView({ block: "nearest" }), { signal: listeners.signal });
  listenToKeys(parts.stage, parts.controls.scrubber, parts.actions, listeners.signal);
  nameAround(parts.stage);
  takeUpShowing();
  keepRoom(parts.stage, parts.controls.element, listeners.signal);
  const watch = new MutationObserver(() => {
    nameRooms(parts.stage, parent); // a chart that is drawn anew comes while the last one still stands
    if (state.run && !(parts.ground.ready() && parts.course.ready())) refreshCharts(parts);
  });
  watch.observe(parts.stage, { childList: true, subtree: true });

  return {
    receive(data, report) {
      state.report = report;
      if (state.data?.version === data.version && parts.root.isConnected) return;
      loadPath(state, parts, data);
      nameRooms(parts.stage, parent);
      refreshCharts(parts);
      schedule();
    },
    destroy() {
      leave(state);
      if (state.data) remember(PLACE, state.data.signature, state.target);
      listeners.abort();
      watch.disconnect();
      cancelAnimationFrame(state.frame);
      clearTimeout(state.timer);
      clearTimeout(state.voice);
      parts.ground.destroy();
      parts.course.destroy();
      parts.root.remove();
      forgetShowing();
    },
  };
}

function refreshCharts(parts) {
  parts.ground.refresh();
  parts.course.refresh();
}

/** Build what stands on the page, and what each control does. */
function buildPathParts(parent, state, signal) {
  const stage = parent.closest(STAGE) ?? parent;
  const charts = () => [...stage.querySelectorAll(".js-plotly-plot")];
  const card = createKeyCard(PATH_KEYS);
  const actions = createPathActions(state, card);
  const hint = html("div", { class: "qsts-path-hint", "aria-hidden": "true" });
  const onDrawn = () => {
    state.pixels = [];
    state.others = null;
    colourBands(parts.ground.chart());
    state.schedule();
  };
  const parts = {
    stage, actions, card, hint,
    ground: createOverlay(charts, {
      onDrawn,
      onClick: (x, y) => state.report("start", state.data.axes.length === 2 ? [x, y] : [x]),
      onHover: (at) => setText(hint, at ? hintAt(state.data.axes, at) : ""),
    }),
    course: createOverlay(charts, { onDrawn: state.schedule, onClick: (x) => actions.scrub(Math.round(x)) }),
    trail: createTrail(), mark: createCourseMark(),
    place: createPlace(), work: createWork(), wayBack: createWayBack(),
    sentence: html("p", { class: "qsts-sentence", translate: "yes" }),
    voice: html("p", { class: "qsts-voice", role: "status", translate: "yes" }),
    reserve: html("p", { class: "qsts-sentence qsts-path-reserve", "aria-hidden": "true" }),
    controls: createControls(actions, signal, { grains: false }),
  };
  parts.ground.layer().append(...parts.trail.elements);
  parts.course.layer().append(...parts.mark.elements);
  const side = html("div", { class: "qsts-side" }, html("div", { class: "qsts-path-words" }, parts.reserve, parts.sentence, parts.voice), parts.place.element, parts.work.element, parts.wayBack.element);
  parts.root = html("div", { class: "qsts-player", "data-qsts": "path-player", "data-ready": "false" }, side, hint, parts.controls.element, card.element);
  parent.append(parts.root);
  return parts;
}

const hintAt = (axes, at) => `click: start at ${axes.map((name, index) => `${name} = ${prettyNumber(at[index], 4)}`).join(", ")}`;

/** Tell the style sheet which elements are the stage, its wrappers, and the rooms of the two charts. */
function nameRooms(stage, parent) {
  setAttributes(stage, { "data-qsts": "stage", "data-qsts-path": "", ...MATHEMATICS });
  for (let element = parent; element && element !== stage; element = element.parentElement) {
    setAttributes(element, { "data-qsts-wrapper": "" });
  }
  for (const name of ["ground", "course"]) {
    for (const room of stage.getElementsByClassName(`st-key-qsts-${name}`)) setAttributes(room, { "data-qsts-room": name });
  }
}

function createPathActions(state, card) {
  const go = (step) => {
    leader(state).playing = false;
    goTo(state, step);
  };
  const last = () => leader(state).run.trace.steps.length;
  return {
    move: (direction, far) => go(leader(state).target + direction * (far ? LEAP : 1)),
    first: () => go(0),
    back: () => go(state.target - 1),
    forward: () => go(state.target + 1),
    last: () => go(last()),
    scrub: go,
    toggle() {
      const lead = leader(state);
      lead.playing = !lead.playing;
      lead.due = 0;
      if (lead.playing && lead.target === last()) goTo(state, 0);
      lead.schedule();
    },
    grain() {},
    speed(power) {
      leader(state).power = clampPower(power);
      leader(state).schedule();
    },
    faster(by) {
      this.speed(leader(state).power + by);
    },
    pin() {},
    help: () => card.toggle(),
    present: togglePresent,
    escape() {
      if (card.element.open) card.close();
      else if (!stopPresenting()) leaveFrame();
    },
    leads: () => state.run !== null,
    atEnd: () => leader(state).target === last(),
  };
}

/** Take as many steps as the time since the last one allows. */
function playPath(state, now) {
  const { length } = state.run.trace.steps;
  const pause = Math.min(WHOLE_PATH / Math.max(length, 1), LONGEST_PAUSE) / 2 ** state.power;
  if (wasAway(state, now) || state.due === 0) state.due = now + pause;
  const steps = Math.floor((now - state.due) / pause) + 1;
  if (steps > 0) {
    state.due += steps * pause;
    goTo(state, state.target + steps);
  }
  if (state.target === length) state.playing = false;
}

/** New data: the same path keeps the step; another one begins at its start, or where the address says. */
function loadPath(state, parts, data) {
  const same = state.data?.signature === data.signature;
  const wanted = same ? state.target : recall(PLACE, data.signature) ?? data.first_step;
  const trace = { nodes: [], steps: data.points.slice(1).map(() => ({ phase: "move" })) };
  state.data = data;
  state.run = { trace, step: 0 };
  state.target = Math.min(wanted, trace.steps.length);
  state.pixels = [];
  state.others = null;
  state.cloud = data.clouds ? unpackCloud(data.clouds) : null;
  if (!same) state.playing = false;
  join(state, "");
  remember(PLACE, data.signature, state.target);
  parts.root.dataset.ready = "false";
  parts.place.load(data);
  // The last sentence is the longest: with its room kept, nothing below it moves at the last step.
  setText(parts.reserve, pathSentence(data, trace.steps.length));
  parts.controls.load(trace);
  parts.ground.expect(data.charts[0], data.words[0]);
  parts.course.expect(data.charts[1], data.words[1]);
}

/** Bring everything on the stage to the target step. */
function showPath(state, parts) {
  const { data, run } = state;
  run.step = state.target;
  if (parts.ground.ready()) {
    if (!state.pixels.length) state.pixels = drawnPoints(data).map((point) => pixelText(parts.ground.toPixels(point)));
    parts.trail.show(state.pixels, run.step, { cloud: cloudPath(state, parts.ground), others: othersPath(state, parts.ground) });
  }
  if (parts.course.ready()) parts.mark.show(parts.course, run.step);
  parts.place.show(data, run.step);
  parts.work.show(data, run.step);
  parts.wayBack.show(data, run.step);
  parts.controls.show(run, state);
  setText(parts.sentence, pathSentence(data, run.step));
  speak(state, parts.voice);
  setAttributes(parts.root, {
    "data-step": run.step, "data-steps": run.trace.steps.length,
    "data-ready": parts.ground.ready() && parts.course.ready() ? "true" : "false",
  });
}

/** Say the sentence of a step once somebody has stopped there: while it plays, nothing is said. */
function speak(state, voice) {
  clearTimeout(state.voice);
  if (!state.playing) state.voice = setTimeout(() => setText(voice, pathSentence(state.data, state.run.step)), STILL);
}

/** The path in the axes of the ground: over one variable its height is the value. */
function drawnPoints({ axes, names, points, values, start }) {
  const places = axes.map((name) => names.indexOf(name));
  const at = (point, axis) => (places[axis] < 0 ? start[axes[axis]] : point[places[axis]]);
  const height = (step) => (typeof values[step] === "number" ? values[step] : 0);
  return points.map((point, step) => [at(point, 0), axes.length === 2 ? at(point, 1) : height(step)]);
}
