// What a step computes, line by line, as data: the sentence and the formula are both written from it.

import { caseThatRan, areWhole, checkedLine, programOf, computing } from "./arithmetic.js";
import { exactNumber, prettyNumber, subscripted } from "./numbers.js";

const SIDES = ["left", "right"];
const SLOTS = ["a", "b"];

/** True for what a person gave: it is written with all of its digits. */
const isGiven = (node) => node.op === "variable" || node.op === "constant";

/** The node that stands in a slot of `parent`; "z" is its own. */
export function nodeIn(trace, parent, slot) {
  return slot === "z" ? parent : trace.nodes[parent.inputs[SLOTS.indexOf(slot)]];
}

/** "the right input", or "the input" of an operation that has one. */
export function slotInWords(parent, slot) {
  return parent.inputs.length > 1 ? `the ${SIDES[slot]} input` : "the input";
}

/** A node's own name, or the number that a constant is. */
export const nameOf = (node) => (node.op === "constant" ? node.label : subscripted(node.name));

/** A number with the relation that it has to its name: "= 0.5", "≈ 0.333333". */
export function related(real, given = false) {
  const text = given ? exactNumber(real) : prettyNumber(real);
  return { relation: areWhole([text], [real]) ? "=" : "≈", text };
}

/** The slots of a tree, each once. @param {Tree} tree */
export function slotsOf(tree) {
  if (tree[0] === "slot") return [tree[1]];
  return [...new Set(tree.slice(1).flatMap((child) => (Array.isArray(child) ? slotsOf(child) : [])))];
}

/** The operands of a tree at the values of the run. */
function operandsIn(run, parent, slots) {
  return slots.map((slot) => {
    const node = nodeIn(run.trace, parent, slot);
    return { real: run.value[node.id], given: isGiven(node) };
  });
}

/** A line, with its texts by slot, and whether these say all of their numbers. */
function lineOf(run, parent, tree, program, result) {
  const slots = slotsOf(tree);
  const operands = operandsIn(run, parent, slots);
  const line = checkedLine(operands, computing(program, slots), result);
  return { ...line, tree, numbers: Object.fromEntries(slots.map((slot, index) => [slot, line.texts[index]])) };
}

/** The value of an operation: its rule over names, then over numbers, and what they come to. @param {Run} run */
export function valueLine(run, step, rules) {
  const node = run.trace.nodes[step.node];
  const rule = rules[node.op];
  return rule ? lineOf(run, node, rule.math, programOf(node.op, node.inputs.length), step.value) : null;
}

/**
 * What one edge brings.
 *
 * ran      the case of the local derivative that ran: its tree and the condition; math ["mn", "nan"] where NaN was compared
 * spelled  that case in numbers, where it is more than one number; else null
 * product  adjoint × local derivative = contribution
 * sum      before + contribution = after, or null for the first
 * @param {Run} run
 */
export function edgeLines(run, step, rules) {
  const from = run.trace.nodes[step.from];
  const local = rules[from.op].locals[step.slot];
  const values = Object.fromEntries(slotsOf(rules[from.op].math).concat("z").map((slot) => [slot, run.value[nodeIn(run.trace, from, slot).id]]));
  const ran = caseThatRan(local, values) ?? { when: null, math: ["mn", "nan"], program: [["number", NaN]] };
  const slots = slotsOf(ran.math);
  const plain = ran.math[0] === "slot" || slots.length === 0;
  const given = ran.math[0] === "slot" && isGiven(nodeIn(run.trace, from, ran.math[1]));
  return {
    ran,
    spelled: plain ? null : lineOf(run, from, ran.math, ran.program, step.local),
    product: checkedLine([{ real: run.adjoint[step.from] }, { real: step.local, given }], ([one, other]) => one * other, step.contribution),
    sum: step.before === null ? null : checkedLine([{ real: step.before }, { real: step.contribution }], ([one, other]) => one + other, step.after),
  };
}

/** True for the first edge along which a node sends. */
export function isFirstEdge(trace, index) {
  const before = trace.steps[index - 1];
  return before?.phase !== "backward" || before.from !== trace.steps[index].from;
}

/**
 * The gradient by variable: the terms in the order in which they were summed.
 * @param {Run} run @returns {{name: string, terms: Real[], total: Real}[]}
 */
export function gradientTerms(run) {
  const { trace } = run;
  return Object.keys(trace.gradient).map((name) => {
    const nodes = trace.nodes.filter((node) => node.op === "variable" && node.label === name);
    const terms = nodes.length === 1 ? termsOf(run, nodes[0].id) : nodes.filter(({ id }) => run.adjoint[id] !== null).map(({ id }) => run.adjoint[id]);
    return { name, terms, total: trace.gradient[name] };
  });
}

/** What an adjoint is the sum of, the seed included. @param {Run} run */
export function termsOf(run, node) {
  const seed = node === run.trace.output ? [1] : [];
  return [...seed, ...run.incoming[node].map((index) => run.trace.steps[index].contribution)];
}
