// The state after k steps, from the steps alone: no value is ever computed here.

/**
 * @typedef {Object} Run
 * @property {Object} trace
 * @property {number} step             how many steps have been taken
 * @property {(Real|null)[]} value     by node
 * @property {(Real|null)[]} adjoint   by node
 * @property {number[]} arrived        by node
 * @property {boolean[]} born          by node: its value stopped being finite right there
 * @property {number[]} made           by node: how many steps of the building have given it; 0 is "not made yet"
 * @property {number[]} bornBack       by node: how many contributions so far stopped being finite on their way to it
 * @property {number[][]} incoming     by node: the indices of the steps that contribute to it: not of the blocked ones
 */

/**
 * What each phase does to a run, how it is undone, which nodes it concerns, which one it changes,
 * and whether the step after it belongs to the same node.
 */
const PHASES = {
  build: {
    apply(run, step) {
      if (step.node !== null) run.made[step.node] += 1;
    },
    undo(run, step) {
      if (step.node !== null) run.made[step.node] -= 1;
    },
    nodes: (step) => (step.node === null ? [] : [step.node, ...step.inputs]),
    receiver: (step) => step.node,
    goesOn: (step, next) => step.node === null && next.phase === "build",
  },
  reset: {
    apply(run) {
      for (const numbers of [run.value, run.adjoint]) numbers.fill(null);
      run.arrived.fill(0);
    },
    undo(run, step) {
      run.value = [...step.values];
      run.adjoint = [...step.adjoints];
      run.arrived = run.trace.nodes.map(({ due }) => due);
    },
    nodes: (step) => step.values.keys(),
    receiver: () => null,
    goesOn: () => false,
  },
  forward: {
    apply(run, step) {
      run.value[step.node] = step.value;
      run.born[step.node] = step.born.length > 0;
    },
    undo(run, step) {
      run.value[step.node] = null;
      run.born[step.node] = false;
    },
    nodes: (step, trace) => [step.node, ...trace.nodes[step.node].inputs],
    receiver: (step) => step.node,
    goesOn: () => false,
  },
  seed: {
    apply(run, step) {
      run.adjoint[step.node] = step.after;
      run.arrived[step.node] = 1;
    },
    undo(run, step) {
      run.adjoint[step.node] = null;
      run.arrived[step.node] = 0;
    },
    nodes: (step) => [step.node],
    receiver: (step) => step.node,
    goesOn: () => false,
  },
  backward: {
    apply(run, step) {
      run.adjoint[step.to] = step.after;
      run.arrived[step.to] = step.arrived;
      run.bornBack[step.to] += step.born.length > 0 ? 1 : 0;
    },
    undo(run, step) {
      run.adjoint[step.to] = step.before;
      run.arrived[step.to] = step.arrived - 1;
      run.bornBack[step.to] -= step.born.length > 0 ? 1 : 0;
    },
    nodes: (step) => [step.to, step.from],
    receiver: (step) => step.to,
    goesOn: (step, next) => next.from === step.from,
  },
};

/** A phase that this player does not know changes nothing. */
const UNKNOWN = {
  apply() {},
  undo() {},
  nodes: () => [],
  receiver: () => null,
  goesOn: (step, next) => next.phase === step.phase,
};

const phaseOf = (step) => PHASES[step.phase] ?? UNKNOWN;

/** @returns {Run} */
export function startRun(trace) {
  const count = trace.nodes.length;
  const built = buildLength(trace) > 0;
  const incoming = Array.from({ length: count }, () => []);
  trace.steps.forEach((step, index) => {
    if (step.phase === "backward" && !step.blocked) incoming[step.to].push(index);
  });
  const run = {
    trace,
    step: 0,
    value: new Array(count).fill(null),
    adjoint: new Array(count).fill(null),
    arrived: new Array(count).fill(0),
    born: new Array(count).fill(false),
    made: new Array(count).fill(built ? 0 : 1),
    bornBack: new Array(count).fill(0),
    incoming,
  };
  if (isBeforeReset(run)) phaseOf(trace.steps[0]).undo(run, trace.steps[0]);
  return run;
}

/** True where the run at the state before is still on the screen. @param {Run} run */
export function isBeforeReset(run) {
  return run.step === 0 && run.trace.steps[0]?.phase === "reset";
}

/** Take or undo steps until `target` of them are taken. @param {Run} run */
export function moveTo(run, target) {
  const { steps } = run.trace;
  while (run.step < target) {
    phaseOf(steps[run.step]).apply(run, steps[run.step]);
    run.step += 1;
  }
  while (run.step > target) {
    run.step -= 1;
    phaseOf(steps[run.step]).undo(run, steps[run.step]);
  }
}

/** The nodes that look different before and after the steps between two positions. */
export function nodesBetween(trace, one, other) {
  const nodes = new Set();
  for (let index = Math.min(one, other); index < Math.max(one, other); index += 1) {
    for (const node of phaseOf(trace.steps[index]).nodes(trace.steps[index], trace)) nodes.add(node);
  }
  return nodes;
}

/** The last step taken, or null at the start. @param {Run} run */
export function lastStep(run) {
  return run.step > 0 ? run.trace.steps[run.step - 1] : null;
}

/** "start", "build", "reset", "forward", "seed" or "backward". @param {Run} run */
export function phaseName(run) {
  return lastStep(run)?.phase ?? "start";
}

/** True while the graph is being built, and before. @param {Run} run */
export function isBuilding(run) {
  return run.trace.steps[Math.max(run.step - 1, 0)]?.phase === "build";
}

/** The node that the last step changed, or null. @param {Run} run */
export function currentNode(run) {
  const step = lastStep(run);
  return step === null ? null : phaseOf(step).receiver(step);
}

/** "none", "partial" or "final"; where every edge so far was blocked, nothing has been reached. @param {Run} run */
export function adjointState(run, node) {
  if (run.arrived[node] === 0 || run.adjoint[node] === null) return "none";
  return run.arrived[node] < run.trace.nodes[node].due ? "partial" : "final";
}

/** True once adjoints are under way. @param {Run} run */
export function isSweepingBack(run) {
  return run.arrived[run.trace.output] > 0;
}

/**
 * The step after one move. By "edge" every step counts; by "node" a move ends
 * where one node is made or found, or its contributions end.
 * @param {"edge"|"node"} grain
 * @param {1|-1} direction
 */
export function nextStop(trace, step, direction, grain) {
  const { steps } = trace;
  const clamp = (position) => Math.min(Math.max(position, 0), steps.length);
  if (grain === "edge") return clamp(step + direction);
  let position = step + direction;
  while (position > 0 && position < steps.length && goesOnAt(steps, position - 1)) {
    position += direction;
  }
  return clamp(position);
}

/** True where a step and the next one belong to the same node. */
const goesOnAt = (steps, index) => phaseOf(steps[index]).goesOn(steps[index], steps[index + 1]);

/** The steps that the picture shows at once: one, or by node all that one node sends. @param {Run} run */
export function shownSteps(run, grain) {
  if (run.step === 0) return [];
  const { steps } = run.trace;
  let first = run.step - 1;
  if (grain === "node") {
    while (first > 0 && goesOnAt(steps, first - 1)) first -= 1;
  }
  return steps.slice(first, run.step);
}

/** The positions at which an adjoint becomes final. */
export function finalPositions(trace) {
  const positions = [];
  trace.steps.forEach((step, index) => {
    const done = step.phase === "seed" || (step.phase === "backward" && step.arrived === step.due);
    if (done) positions.push(index + 1);
  });
  return positions;
}

/** How many steps build the graph. */
export function buildLength(trace) {
  const index = trace.steps.findIndex((step) => step.phase !== "build");
  return index < 0 ? trace.steps.length : index;
}

/**
 * Where to stand when the same graph comes with another film: at the same moment; but whoever asks
 * for the building wants to see it begin.
 */
export function carryStep(step, old, next) {
  const [before, now] = [buildLength(old), buildLength(next)];
  if (before === now) return step;
  return before === 0 || step < before ? 0 : step - before + now;
}

/** How many steps come before the first adjoint. */
export function forwardLength(trace) {
  const index = trace.steps.findIndex((step) => step.phase === "seed");
  return index < 0 ? trace.steps.length : index;
}
