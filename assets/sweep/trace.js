// A trace, made where it is played: the server sends the graph, how it was built, and a state.

import { toNumber, toReal } from "../numbers.js";
import { sweepSteps } from "./sweep.js";

/**
 * The trace of a film at its state: what `Trace.to_dict()` gives in Python, but for the warnings.
 * @param {Object} film what `Trace.to_film()` gives
 */
export function makeTrace(film) {
  const { building = [], before, ...rest } = film;
  const swept = sweepSteps(film, film.at);
  const opening = before ? [resetStep(film, before)] : building;
  return {
    ...rest,
    value: swept[film.output].value,
    gradient: gradientOf(film, adjointsOf(film, swept)),
    steps: [...opening, ...swept],
  };
}

/** What the run at the state before has left. */
function resetStep(film, before) {
  const swept = sweepSteps(film, before);
  const values = swept.slice(0, film.nodes.length).map((step) => step.value);
  return { phase: "reset", values, adjoints: adjointsOf(film, swept) };
}

/** The adjoint of each node once all steps are taken; null where none arrives. */
function adjointsOf({ nodes, output }, steps) {
  const adjoints = nodes.map(() => null);
  adjoints[output] = 1;
  for (const step of steps) if (step.phase === "backward") adjoints[step.to] = step.after;
  return adjoints;
}

/** By variable, in the order of the text: its adjoint, or the sum over its occurrences. */
function gradientOf({ nodes, at }, adjoints) {
  const sums = Object.fromEntries(Object.keys(at).map((name) => [name, null]));
  nodes.forEach(({ op, label }, node) => {
    if (op !== "variable" || adjoints[node] === null) return;
    const adjoint = toNumber(adjoints[node]);
    sums[label] = sums[label] === null ? adjoint : sums[label] + adjoint;
  });
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, toReal(sum ?? 0)]));
}
