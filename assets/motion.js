// A step as it happens: what was asked for moves before it counts. The last one asked for wins.

import { setAttributes } from "./dom.js";
import { motionTime } from "./beats.js";
import { showFormula } from "./formula.js";
import { secondsFor, sentence } from "./sentence.js";
import { moveTo, nextStop } from "./steps.js";

/** Nodes up to which a step is seen to move, and how soon after the last one it is not: a held key shows end states. */
const MOVES_UP_TO = 1000;
const HELD = 300;
/** From this speed on only end states are shown. */
const MOVES_UP_TO_POWER = 2;

/** How long the step that the target names lasts while playing, in milliseconds: as long as its words need, by the speed. */
export function pauseOf({ ahead, target, data, grain, power }) {
  moveTo(ahead, target); // a run of its own: the one that is shown may be behind
  return (1000 * secondsFor(sentence(ahead, data.rules, grain))) / 2 ** power;
}

/**
 * Let the step that was asked for be seen to happen; false once it has, and where nothing moves. The run stays before
 * the step meanwhile, so that picture and ledger change when what changes them has arrived.
 */
export function moveOn(state, parts, now, show) {
  const { motion } = state;
  if (motion && motion.target !== state.target) {
    state.motion = null;
    if (state.target > motion.target) land(state, parts, motion.target, show); // what was under way has happened
  }
  if (!state.motion && state.target !== state.run.step) {
    const held = now - state.moved < HELD;
    state.moved = now;
    state.motion = held ? null : startMotion(state, parts, now);
  }
  if (!state.motion) return false;
  const t = (now - state.motion.start) / state.motion.time;
  if (t >= 1) {
    state.motion = null;
    return false;
  }
  parts.picture.film(state.motion.steps, t);
  return true;
}

/** Show the end of a motion while another step is already asked for. */
function land(state, parts, step, show) {
  const { target } = state;
  state.target = step;
  show(state, parts);
  state.target = target;
}

/** The motion from where the run is to the target, or null: only one move forward is seen to happen. */
function startMotion(state, parts, now) {
  const { run, target, data, grain } = state;
  if (target <= run.step || !parts.picture.ready() || data.stage.compact || run.trace.nodes.length > MOVES_UP_TO) return null;
  if (nextStop(run.trace, run.step, 1, grain) !== target && target !== run.step + 1) return null;
  if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
  const steps = run.trace.steps.slice(run.step, target);
  const time = state.power > MOVES_UP_TO_POWER ? 0 : motionTime(steps, pauseOf(state));
  if (time === 0) return null;
  showComing(state, parts);
  return { start: now, time, target, steps };
}

/** The formula of a step stands there while it happens; its result waits until it has. */
function showComing({ run, target, data }, parts) {
  const { step } = run;
  moveTo(run, target);
  showFormula(parts.formula, run, data.rules);
  moveTo(run, step);
  setAttributes(parts.root, { "data-moving": target });
}
