// Another state of the film that is shown: every number anew, in the frame after a value has moved.

import { setText } from "./dom.js";
import { showFormula } from "./formula.js";
import { sentence } from "./sentence.js";
import { moveTo, startRun } from "./steps.js";
import { makeTrace } from "./sweep/trace.js";
import { writeAbove } from "./values.js";

/** The same film at another state: every number anew, each step where it was. */
export function setState(state, at) {
  const { data, run, ahead } = state;
  data.film.at = at;
  Object.assign(data.trace, makeTrace(data.film));
  for (const one of [run, ahead]) {
    const { step } = one;
    Object.assign(one, startRun(data.trace));
    moveTo(one, step);
  }
  state.motion = null;
  state.renumbered = true;
  state.moving = true;
}

/** Bring every number to another state of the same step: what is marked stays, and what is out of sight waits. */
export function renumber(state, parts) {
  const { run, data } = state;
  state.renumbered = false;
  parts.ledger.updateInSight(run.step - 1);
  parts.pinned.show(run, state.picked, data.rules);
  showFormula(parts.formula, run, data.rules);
  setText(parts.status, sentence(run, data.rules, state.grain));
  if (parts.picture.ready()) parts.picture.paint({ picked: state.picked, grain: state.grain }, null);
  if (data.stage.leads) writeAbove(run.trace, true);
}
