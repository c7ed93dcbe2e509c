// The player: keeps the step, moves through it, and keeps every part of the stage in step with it.
// One player for each root element; called again whenever its data change.

import { createBuilding } from "./building.js";
import { goTo, join, keepInAddress, leader, leave, recall, remember, speakUp, wasAway } from "./clock.js";
import { clampPower, createControls } from "./controls.js";
import { createCounts } from "./counts.js";
import { html, setAttributes, setText } from "./dom.js";
import { showFormula } from "./formula.js";
import { createKeyCard, leaveFrame, listenToKeys } from "./keys.js";
import { createLedger } from "./ledger.js";
import { createLegend } from "./legend.js";
import { moveOn, pauseOf } from "./motion.js";
import { createPicture } from "./picture.js";
import { createPinned } from "./pinned.js";
import { renumber, setState } from "./renumber.js";
import { STAGE, isNamed, keepRoom, nameAround, nameWrappers } from "./room.js";
import { sentence } from "./sentence.js";
import { forgetShowing, stopPresenting, takeUpShowing, togglePresent } from "./showing.js";
import { createSource } from "./source.js";
import { carryStep, currentNode, isBuilding, isSweepingBack, moveTo, nextStop, nodesBetween, phaseName, startRun } from "./steps.js";
import { makeTrace } from "./sweep/trace.js";
import { createValues, isSameFilm, writeAbove } from "./values.js";

const LONGEST_PATCH = 64;

/** @type {WeakMap<HTMLElement, Object>} */
const players = new WeakMap();

/** @param {{data: Object, parentElement: HTMLElement}} component */
export default function mount(component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  let player = players.get(parentElement);
  if (!player) {
    player = createPlayer(parentElement);
    players.set(parentElement, player);
  }
  player.tell = (told) => component.setStateValue("moved", told);
  player.receive(data);
  return () => {
    player.destroy();
    players.delete(parentElement);
  };
}

function createPlayer(parent) {
  const listeners = new AbortController();
  const state = {
    data: null, run: null, ahead: null, target: 0, painted: null, picked: null, grain: "edge", power: 0,
    playing: false, due: 0, seen: 0, frame: 0, timer: 0, clockName: "", motion: null, moved: 0, moving: false, renumbered: false, schedule,
  };
  const parts = buildParts(parent, state, schedule, listeners.signal);
  const { root, stage, picture, controls } = parts;

  function schedule() {
    if (!state.frame) state.frame = requestAnimationFrame(frame);
  }

  function frame(now) {
    state.frame = 0;
    if (state.playing) playOn(state, now);
    if (state.run && !moveOn(state, parts, now, show)) show(state, parts);
    if (state.data?.stage.address) keepInAddress(state, state.target);
    if (state.data?.stage.leads && !state.motion && !state.moving) speakUp(state, parts.voice, parts.status);
    if (state.playing || state.motion) schedule();
  }

  listenToKeys(stage, controls.scrubber, parts.actions, listeners.signal);
  const watch = new MutationObserver(() => {
    // Streamlit may put another chart in its place, and the picture may have found it by itself.
    if (!isNamed(stage)) nameWrappers(stage, parent);
    if (state.run && !picture.ready()) picture.refresh();
  });
  watch.observe(stage, { childList: true, subtree: true });
  nameAround(stage);
  takeUpShowing();
  keepRoom(stage, controls.element, listeners.signal);

  const values = createValues(stage, root, {
    at: () => state.data.film.at,
    set(at) {
      setState(state, at);
      schedule();
    },
    tell(told) {
      state.painted = null; // what was out of sight while it moved
      schedule();
      player.tell(told);
    },
    address: () => state.data.stage.address,
  }, listeners.signal);

  const player = {
    receive(data) {
      const same = state.data?.names.graph === data.names.graph;
      if (state.data && !same) values.forget();
      const older = values.isOlder(data.heard);
      state.moving = older;
      schedule();
      if (state.data?.version === data.version && root.isConnected) return;
      const { at } = same && older ? state.data.film : data.film;
      if (same && root.isConnected && isSameFilm(state.data, data, at)) state.data.version = data.version;
      else load(state, parts, { ...data, film: { ...data.film, at } });
    },
    destroy() {
      leave(state);
      if (state.data) remember(state.data.stage.place, state.data.names.graph, state.target);
      listeners.abort();
      watch.disconnect();
      cancelAnimationFrame(state.frame);
      clearTimeout(state.timer);
      picture.destroy();
      root.remove();
      forgetShowing();
    },
  };
  return player;
}

/** Build what stands on the page, and what each control does. */
function buildParts(parent, state, schedule, signal) {
  const pick = (node) => {
    state.picked = state.picked === node ? null : node;
    schedule();
  };
  const unpin = () => pick(state.picked);
  const card = createKeyCard();
  const actions = createActions(state, schedule, { pick, unpin, card });
  const stage = parent.closest(STAGE) ?? parent;
  const parts = {
    stage, actions, card,
    source: createSource(pick, (node) => parts.picture.light(node)),
    building: createBuilding(),
    formula: html("section", { class: "qsts-formula", "aria-label": "the formula of the step" }),
    ledger: createLedger(pick),
    pinned: createPinned(unpin),
    legend: createLegend(),
    counts: createCounts(),
    status: html("p", { class: "qsts-sentence", translate: "yes" }), voice: html("p", { class: "qsts-voice", role: "status", translate: "yes" }),
    controls: createControls(actions, signal),
    picture: createPicture(() => stage.querySelector(".js-plotly-plot"), {
      onPick: pick,
      onDrawn() {
        state.painted = null;
        schedule();
      },
    }),
  };
  const side = html("div", { class: "qsts-side" }, parts.building.element, parts.formula, parts.counts.element, parts.ledger.element, parts.pinned.element, parts.status, parts.voice);
  parts.root = html("div", { class: "qsts-player", "data-qsts": "player", "data-ready": "false" },
    parts.source.element, side, parts.legend.element, parts.controls.element, card.element);
  parent.append(parts.root);
  nameWrappers(stage, parent);
  return parts;
}

function createActions(state, schedule, { pick, unpin, card }) {
  const halt = (act) => () => {
    leader(state).playing = false;
    act();
  };
  const move = (direction, byNode) => {
    const lead = leader(state);
    lead.playing = false;
    goTo(state, nextStop(lead.run.trace, lead.target, direction, byNode ? "node" : lead.grain));
  };
  const total = () => leader(state).run.trace.steps.length;
  return {
    move,
    first: halt(() => goTo(state, 0)),
    back: () => move(-1, false),
    forward: () => move(1, false),
    last: halt(() => goTo(state, total())),
    scrub: (step) => halt(() => goTo(state, step))(),
    toggle() {
      const lead = leader(state);
      lead.playing = !lead.playing;
      lead.due = 0;
      if (lead.playing && lead.target === total()) goTo(state, 0);
      lead.schedule();
    },
    grain(grain) {
      state.grain = grain;
      state.painted = null;
      schedule();
    },
    speed(power) {
      leader(state).power = clampPower(power);
      leader(state).schedule();
    },
    faster(by) {
      this.speed(leader(state).power + by);
    },
    pin() {
      const node = currentNode(state.run);
      if (node !== null) pick(node);
    },
    present: togglePresent,
    help: () => card.toggle(),
    escape() {
      if (card.element.open) card.close();
      else if (state.picked !== null) unpin();
      else if (!stopPresenting()) leaveFrame();
    },
    leads: () => Boolean(state.data?.stage.leads),
    atEnd: () => leader(state).target === total(),
  };
}

/** Take as many stops as the time since the last one allows. */
function playOn(state, now) {
  if (wasAway(state, now) || state.due === 0) state.due = now;
  while (state.playing && now >= state.due) {
    goTo(state, nextStop(state.run.trace, state.target, 1, state.grain));
    state.due += pauseOf(state);
    if (state.target === state.run.trace.steps.length) state.playing = false;
  }
}

/** New data: other values or places of the same graph keep the step; another graph starts anew. */
function load(state, parts, sent) {
  const data = { ...sent, trace: makeTrace(sent.film) };
  const same = state.data?.names.graph === data.names.graph;
  const run = startRun(data.trace);
  const { place, clock, leads, compact } = data.stage;
  const wanted = same ? carryStep(state.target, state.data.trace, data.trace) : recall(place, data.names.graph) ?? data.start.step;
  state.data = data;
  state.run = run;
  state.ahead = startRun(data.trace);
  state.target = Math.min(Math.max(wanted, 0), data.trace.steps.length);
  state.painted = null;
  state.motion = null;
  if (!same) {
    state.playing = false;
    state.picked = null;
  }
  join(state, clock);
  remember(place, data.names.graph, state.target);
  parts.root.toggleAttribute("data-follows", !leads);
  setAttributes(parts.voice, { role: leads ? "status" : "note" }); // one clock, one voice
  parts.root.dataset.layout = data.picture.layout;
  parts.stage.toggleAttribute("data-side-by-side", compact);
  parts.root.dataset.ready = "false";
  parts.source.load(run);
  parts.building.load(run, data.rules);
  parts.ledger.load(run, data.rules);
  parts.counts.load(data.trace);
  parts.legend.load(data.trace);
  parts.controls.load(data.trace);
  parts.picture.load(data, run);
  parts.picture.refresh();
}

/** Bring everything on the stage to the target step. */
function show(state, parts) {
  const { run, data } = state;
  if (state.renumbered && state.painted !== null && state.target === run.step) return renumber(state, parts);
  if (state.renumbered) state.painted = null;
  state.renumbered = false;
  const jump = state.painted === null || Math.abs(state.target - run.step) > LONGEST_PATCH;
  const touched = nodesBetween(run.trace, run.step, state.target);
  const moved = state.painted === null || run.step !== state.target || state.painted.picked !== state.picked;
  const sweptBack = isSweepingBack(run);
  moveTo(run, state.target);
  // Around the seed every node changes: those that wait for an adjoint begin to say so.
  const everywhere = jump || sweptBack !== isSweepingBack(run);
  const current = currentNode(run);
  if (moved) {
    const previous = state.painted?.current;
    if (previous !== null && previous !== undefined) touched.add(previous);
    const nodes = jump ? new Set(run.trace.nodes.keys()) : touched;
    parts.ledger.point(current, state.picked); // first, while the layout that it reads is clean
    parts.ledger.update(nodes, run.step - 1);
    parts.pinned.show(run, state.picked, data.rules);
    parts.building.show(run, true);
    parts.formula.toggleAttribute("hidden", isBuilding(run));
    showFormula(parts.formula, run, data.rules);
    setText(parts.status, sentence(run, data.rules, state.grain));
    paintPicture(state, parts, everywhere ? null : touched);
    parts.source.show(state.picked); // last, for the same reason
    state.painted = { step: run.step, picked: state.picked, current };
  }
  if (data.stage.leads) writeAbove(run.trace, state.moving);
  parts.root.removeAttribute("data-moving");
  parts.counts.show(run);
  parts.controls.show(run, state);
  setAttributes(parts.root, {
    "data-step": run.step, "data-steps": run.trace.steps.length, "data-phase": phaseName(run),
    "data-part": isBuilding(run) ? "build" : "run", "data-ready": parts.picture.ready() ? "true" : "false",
  });
}

function paintPicture(state, parts, nodes) {
  if (!parts.picture.ready()) return;
  parts.picture.paint({ picked: state.picked, grain: state.grain }, nodes);
}
