// One forward and one backward sweep, as the steps that a viewer sees: those of `Trace` in Python.

import { toNumber, toReal } from "../numbers.js";
import { OPEN_WHERE, OPERATIONS } from "./operations.js";

/**
 * @typedef {Object} GraphNode
 * @property {string} op          a name of OPERATIONS, or "variable", or "constant"
 * @property {number[]} inputs    indices of nodes that stand before it
 * @property {string} label       of a variable: its name
 * @property {Real} [number]      of a constant
 *
 * @typedef {Object} Graph
 * @property {GraphNode[]} nodes
 * @property {number} output
 */

/**
 * The steps of both sweeps at a state, with the fields and in the order of `Trace.to_dict()["steps"]`.
 *
 * @param {Graph} graph
 * @param {{[variable: string]: Real}} at
 * @returns {Object[]}
 */
export function sweepSteps(graph, at) {
  const values = computeValues(graph, at);
  const forward = values.map((value, node) => ({
    phase: "forward",
    node,
    value: toReal(value),
    born: causes({ value: isBorn(value, inputValues(graph.nodes[node], values)) }),
  }));
  return [
    ...forward,
    { phase: "seed", node: graph.output, after: 1 },
    ...backwardSteps(graph, values),
  ];
}

/** The value of each node. */
function computeValues({ nodes }, at) {
  const values = [];
  for (const { op, inputs, label, number } of nodes) {
    if (op === "variable") values.push(toNumber(at[label]));
    else if (op === "constant") values.push(toNumber(number));
    else values.push(OPERATIONS[op].value(values[inputs[0]], values[inputs.at(-1)]));
  }
  return values;
}

/** A contribution for each edge between nodes that a variable feeds, parents in reverse order. */
function backwardSteps({ nodes, output }, values) {
  const edges = activeEdges(nodes, output);
  const due = nodes.map((_, node) => (node === output ? 1 : 0));
  for (const [, , child] of edges) due[child] += 1;
  const arrived = nodes.map(() => 0);
  const adjoints = nodes.map(() => null);
  adjoints[output] = 1;
  return edges.map(([parent, slot, child]) => {
    const { op, inputs } = nodes[parent];
    arrived[child] += 1;
    const isOpen = !(op in OPEN_WHERE) || (values[inputs[0]] !== 0) === OPEN_WHERE[op];
    if (adjoints[parent] === null || !isOpen) {
      return blockedStep(parent, child, slot, OPERATIONS[op].rules[slot], adjoints[child], arrived[child], due[child]);
    }
    const [a, b, z] = [values[inputs[0]], values[inputs.at(-1)], values[parent]];
    const local = OPERATIONS[op].locals[slot](a, b, z);
    const contribution = adjoints[parent] * local;
    const before = adjoints[child];
    const after = before === null ? contribution : before + contribution;
    adjoints[child] = after;
    return {
      phase: "backward",
      from: parent,
      to: child,
      slot,
      rule: OPERATIONS[op].rules[slot],
      local: toReal(local),
      contribution: toReal(contribution),
      before: before === null ? null : toReal(before),
      after: toReal(after),
      arrived: arrived[child],
      due: due[child],
      born: causes({
        local: isBorn(local, [...inputValues(nodes[parent], values), z]),
        contribution: isBorn(contribution, [local, adjoints[parent]]),
        sum: isBorn(after, [contribution, before ?? 0]),
      }),
    };
  });
}

/** The step of an edge that brings nothing, and is no multiplication by 0. */
function blockedStep(parent, child, slot, rule, adjoint, arrived, due) {
  const real = adjoint === null ? null : toReal(adjoint);
  return {
    phase: "backward", from: parent, to: child, slot, rule, local: null, contribution: null,
    before: real, after: real, arrived, due, born: [], blocked: true,
  };
}

/** The edges [parent, slot, child] on which a derivative goes from the output to what a variable feeds. */
function activeEdges(nodes, output) {
  const goes = ({ op }, slot) => OPERATIONS[op].rules[slot] !== "";
  const active = [];
  for (const node of nodes) active.push(node.op === "variable" || node.inputs.some((i, slot) => active[i] && goes(node, slot)));
  const edges = [];
  const leads = nodes.map((_, node) => node === output);
  for (let parent = nodes.length - 1; parent >= 0; parent -= 1) {
    if (!leads[parent]) continue;
    nodes[parent].inputs.forEach((child, slot) => {
      if (!active[child] || !goes(nodes[parent], slot)) return;
      edges.push([parent, slot, child]);
      leads[child] = true;
    });
  }
  return edges;
}

function inputValues(node, values) {
  return node.inputs.map((i) => values[i]);
}

/** The names of what holds, in order. */
function causes(births) {
  return Object.keys(births).filter((cause) => births[cause]);
}

/** Whether a result is worse than all that it was computed from. */
function isBorn(result, sources) {
  if (Number.isNaN(result)) return !sources.some(Number.isNaN);
  return !Number.isFinite(result) && sources.every(Number.isFinite);
}
