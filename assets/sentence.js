// Plain sentences for each step: for the eye, for screen readers, for whoever reads aloud.

import { added, signed, sumInWords } from "./arithmetic.js";
import { buildingInWords } from "./construction.js";
import { edgeLines, gradientTerms, isFirstEdge, nameOf, nodeIn, related, slotInWords, valueLine } from "./lines.js";
import { exactNumber, prettyNumber, subscripted } from "./numbers.js";
import { isBeforeReset, isBuilding, lastStep, shownSteps } from "./steps.js";

/** The operators that stand between their inputs. */
const BETWEEN = /^([+−×÷<>=≤≥≠]|and|or)$/;
const MOST_VARIABLES = 4;
const MOST_SUMMED = 6;

/** A rule on one line, its slots filled: "z₁ × z₃", "1 ÷ (2 × 3)". @param {Tree} tree */
export function flat(tree, fill, bare = true) {
  const [tag, ...rest] = tree;
  if (tag === "slot") return fill(rest[0], bare);
  if (tag === "mo" || tag === "mi" || tag === "mn") return rest[0];
  if (tag === "mfrac") return rest.map((child) => grouped(child, fill)).join(" ÷ ");
  if (tag === "msup") return rest.map((child) => grouped(child, fill)).join("^");
  if (tag === "msqrt") return `√${grouped(rest[0], fill)}`;
  if (tag === "mroot") return `∛${grouped(rest[0], fill)}`;
  return rest.map((child, index) => {
    if (child[0] !== "mo") return flat(child, fill, isEnclosed(rest, index));
    if (child[1] === ",") return ", ";
    return BETWEEN.test(child[1]) && index > 0 ? ` ${child[1]} ` : child[1];
  }).join("");
}

/** In parentheses where it holds an operator of its own. */
function grouped(tree, fill) {
  const text = flat(tree, fill, "tight");
  const loose = tree[0] === "mfrac" || (tree[0] === "mrow" && tree.slice(1).some(([tag, word]) => tag === "mo" && BETWEEN.test(word)));
  return loose ? `(${text})` : text;
}

/** True between a parenthesis, a bar or a comma and the next. @param {Tree[]} children */
export function isEnclosed(children, index) {
  const edge = (child) => Array.isArray(child) && child[0] === "mo" && /^[(),|]$/.test(child[1]);
  return edge(children[index - 1]) && edge(children[index + 1]);
}

/**
 * In parentheses where a minus, or below a power a power of ten, would be read with what stands beside it.
 * @param {string} text @param {boolean|"tight"} bare
 */
export function enclosed(text, bare) {
  const misread = bare === true ? false : bare === "tight" ? /[−·]/.test(text) : text.startsWith("−");
  return misread ? `(${text})` : text;
}

/** "z₁ × z₃"; a variable and a constant are what they are called. */
export function definition(trace, node, rules) {
  const rule = rules[node.op];
  return rule ? flat(rule.math, (slot) => nameOf(nodeIn(trace, node, slot))) : node.label;
}

/** What stops being finite, cause by cause. */
const CAUSES = {
  value: ["value", (step) => step.value],
  local: ["local derivative", (step) => step.local],
  contribution: ["contribution", (step) => step.contribution],
  sum: ["adjoint", (step) => step.after],
};

function birthsInWords(step) {
  return step.born.map((cause) => {
    const [what, read] = CAUSES[cause];
    const real = read(step);
    return `Here the ${what} becomes ${prettyNumber(real)}: ${real === "nan" ? "it is no number" : "it is no longer finite"}.`;
  });
}

/** Each phase in words. */
const SENTENCES = {
  build: (run, step, rules, index) => buildingInWords(run.trace, index, rules),
  reset: (run, step) => `Reset: ${resetInWords(step).join(" and ")} to nothing. The graph stays; no node is made or looked up again. The post sets 0 here; “–” says that nothing is known yet, and 0 stays a number.`,
  forward(run, step, rules) {
    const node = run.trace.nodes[step.node];
    const name = subscripted(node.name);
    if (node.op === "variable") return spoken(`${name} is the variable ${node.label}; its value is ${exactNumber(step.value)}.`, ...birthsInWords(step));
    if (node.op === "constant") return `${name} is the constant ${node.label}.`;
    const line = valueLine(run, step, rules);
    const names = definition(run.trace, node, rules);
    const numbers = flat(line.tree, (slot, bare) => enclosed(line.numbers[slot], bare));
    const value = numbers === line.result ? numbers : `${numbers} ${line.relation} ${line.result}`;
    return spoken(`${name} is ${names === numbers ? value : `${names}: ${value}`}.`, ...birthsInWords(step));
  },
  seed(run, step, rules, index) {
    const { output, node: letter } = run.trace.letters;
    const flows = index + 1 < run.trace.steps.length;
    const name = subscripted(run.trace.nodes[step.node].name);
    return `${name} is the output ${output}. The adjoint of a node is the derivative of ${output} by it, ${letter}̄ᵢ = ∂${output}/∂${letter}ᵢ; so that of ${name} begins at 1, the derivative of ${output} by itself.${flows ? " Adjoints now flow back." : ""}`;
  },
  backward: (run, step, rules, index) => spoken(isFirstEdge(run.trace, index) ? reasonInWords(run, step) : "", edgeInWords(run, step, rules)),
};

/** "5 values", "5 adjoints". @returns {string[]} */
export function resetInWords(step) {
  const counted = (count, name) => `${count} ${name}${count === 1 ? "" : "s"}`;
  return [counted(step.values.length, "value"), counted(step.adjoints.filter((real) => real !== null).length, "adjoint")];
}

/** Why a node sends now. @param {Run} run */
function reasonInWords(run, step) {
  const name = subscripted(run.trace.nodes[step.from].name);
  if (run.adjoint[step.from] === null) return "";
  const { relation, text } = related(run.adjoint[step.from]);
  return `The adjoint of ${name} is final (${relation} ${text}), so ${name} sends.`;
}

/** What one edge brings, and what becomes of the adjoint there. @param {Run} run */
function edgeInWords(run, step, rules) {
  const [from, to] = [run.trace.nodes[step.from], run.trace.nodes[step.to]];
  if (step.blocked) return blockedInWords(run, step, from, to);
  const { ran, product, sum } = edgeLines(run, step, rules);
  const [adjoint, local] = product.texts.map(signed);
  const factors = `adjoint ${adjoint} × local derivative ${local} ${product.relation} contribution ${product.result}`;
  const change = sum ? `its adjoint: ${added(sum.texts)} ${sum.relation} ${sum.result}` : `its adjoint begins at ${prettyNumber(step.after)}`;
  return spoken(`Through ${slotInWords(from, step.slot)} of ${subscripted(from.name)} to ${called(to)}: ${factors}; ${change}, ${dueInWords(step)}.`,
    caseInWords(run.trace, from, step, ran), ...birthsInWords(step));
}

/** "final", or how much is still due. */
function dueInWords({ arrived, due }) {
  const missing = due - arrived;
  return missing === 0 ? "final" : `${missing} more ${missing === 1 ? "contribution is" : "contributions are"} due`;
}

/** Why an edge brings nothing. @param {Run} run */
function blockedInWords(run, step, from, to) {
  const more = step.arrived < step.due ? `, ${dueInWords(step)}` : "";
  const kept = step.after === null ? `nothing has reached it${more}` : `its adjoint stays ${prettyNumber(step.after)}, ${dueInWords(step)}`;
  return `Through ${slotInWords(from, step.slot)} of ${subscripted(from.name)} to ${called(to)}: nothing, the edge is blocked. ${whyBlocked(run, step, from)} At ${subscripted(to.name)}, ${kept}.`;
}

/** The condition that is not met, or that its node has nothing to send. @param {Run} run */
function whyBlocked(run, step, from) {
  if (run.adjoint[step.from] === null) return `Nothing has reached ${subscripted(from.name)}, so it has nothing to send.`;
  const condition = nodeIn(run.trace, from, "a");
  const text = condition.inputs.length > 0 ? ` (${condition.text})` : "";
  return `${nameOf(condition)}${text} is ${exactNumber(run.value[condition.id])}, so this branch is not taken; that is not 0 times a slope.`;
}

/** "z₁ (x)" for a variable. */
const called = (node) => (node.op === "variable" ? `${subscripted(node.name)} (${node.label})` : subscripted(node.name));

/** Why a rule that differs by its inputs is what it is here. */
function caseInWords(trace, from, step, { when, math }) {
  if (math[1] === "nan") return "The local derivative is nan, for nan cannot be compared.";
  if (when === null || when[1] === "≠") return "";
  const name = (word) => (word === "0" ? "0" : nameOf(nodeIn(trace, from, word)));
  return `The local derivative is ${flat(math, name)} because ${name(when[0])} ${when[1]} ${name(when[2])}.`;
}

const spoken = (...sentences) => sentences.filter(Boolean).join(" ");

const SHORTEST_STAY = 1.2;
const LONGEST_STAY = 4;
/** Characters of the shortest sentences, and how many more are read in a second. */
const SHORT_SENTENCE = 40;
const READING_SPEED = 50;

/** How many seconds a step stays, so that its words can be read: 1.2 for a few of them, 4 for four equations. */
export function secondsFor(words) {
  return Math.min(SHORTEST_STAY + Math.max(words.length - SHORT_SENTENCE, 0) / READING_SPEED, LONGEST_STAY);
}

/** What the last move did: one step, or by node all that one node sends. @param {Run} run @param {"edge"|"node"} grain */
export function sentence(run, rules, grain = "edge") {
  const step = lastStep(run);
  if (step === null && isBuilding(run)) {
    return "Nothing is read yet. Press play, or the right arrow key, to read the text token by token.";
  }
  if (isBeforeReset(run)) {
    return "This graph has run at the state before. Press play, or the right arrow key, to reset it and to run it at the next state.";
  }
  if (step === null) {
    return "Nothing is computed yet. Press play, or the right arrow key, to send values forward.";
  }
  const told = step.phase === "backward" ? shownSteps(run, grain) : [step];
  const words = told.map((one, place) => SENTENCES[one.phase]?.(run, one, rules, run.step - told.length + place) ?? "");
  return spoken(...words, run.step === run.trace.steps.length ? gradientInWords(run) : "");
}

/** "The gradient: x: 1 + 5 + 2 = 8; y is not reached, so 0; and 3 more." @param {Run} run */
function gradientInWords(run) {
  const all = gradientTerms(run);
  if (all.length === 0) return "Done; there is no variable.";
  const parts = all.slice(0, MOST_VARIABLES).map(({ name, terms, total }) => {
    if (terms.length === 0) return `${name} is not reached, so 0`;
    const long = terms.length > MOST_SUMMED;
    return `${name}: ${long ? `the sum of ${terms.length} contributions, ${prettyNumber(total)}` : sumInWords(terms, total)}`;
  });
  if (all.length > MOST_VARIABLES) parts.push(`and ${all.length - MOST_VARIABLES} more`);
  return `Done. The gradient: ${parts.join("; ")}.`;
}
