// A pinned node: the whole chain-rule sum that makes its adjoint, in names and in numbers.

import { checkedLine, signed } from "./arithmetic.js";
import { html, math } from "./dom.js";
import { barMath, factor, line, mo, typeset, withNames, writtenMath } from "./formula.js";
import { edgeLines, related, termsOf } from "./lines.js";
import { prettyNumber, subscripted } from "./numbers.js";
import { definition } from "./sentence.js";
import { adjointState, isBeforeReset } from "./steps.js";

const MOST_TERMS = 40;

/** @param {() => void} onClose */
export function createPinned(onClose) {
  const close = html("button", { type: "button", class: "qsts-close", title: "unpin (Esc)", "aria-label": "unpin" }, "✕");
  close.addEventListener("click", onClose);
  const title = html("div", { class: "qsts-caption" });
  const lines = html("div", { class: "qsts-pinned-lines" });
  const element = html("section", { class: "qsts-pinned", "aria-label": "pinned node", hidden: "" }, title, close, lines);
  return {
    element,
    /** Show `node`, or nothing for null. @param {Run} run */
    show(run, node, rules) {
      element.toggleAttribute("hidden", node === null);
      if (node === null) return;
      const entry = run.trace.nodes[node];
      element.dataset.pinned = entry.name;
      title.textContent = `pinned · ${subscripted(entry.name)} = ${definition(run.trace, entry, rules)}${placesInWords(entry)}`;
      lines.replaceChildren(...sumLines(run, node, rules));
    },
  };
}

function placesInWords(node) {
  const count = node.places.length;
  if (count === 0) return "";
  return count === 1 ? " · once in the text" : ` · ${count} times in the text`;
}

/** @param {Run} run */
function sumLines(run, node, rules) {
  const { trace } = run;
  const entry = trace.nodes[node];
  if (entry.due === 0) return [html("div", { class: "qsts-line" }, whyNothing(entry, trace.letters.output))];
  const bar = barMath(entry.name);
  if (isBeforeReset(run)) { // its terms are not kept, only what they came to
    const { relation, text } = related(run.adjoint[node]);
    return [line(bar, mo(relation), writtenMath(text)), html("div", { class: "qsts-line" }, "left by the run at the state before")];
  }
  const incoming = run.incoming[node];
  if (incoming.length === 0 && node !== trace.output) return [html("div", { class: "qsts-line" }, whyNotReached(entry, trace.letters.output))];
  const seed = node === trace.output;
  if (seed && incoming.length === 0) return [line(bar, mo("="), math("mn", "1")), html("div", { class: "qsts-line" }, "the seed: the output by itself")];
  const shown = incoming.slice(0, MOST_TERMS);
  const first = seed ? [math("mn", "1")] : [];
  const names = plus([...first, ...shown.map((index) => term(run, index, () => nameTerm(run, index, rules)))]);
  const numbers = plus([...first, ...shown.map((index) => term(run, index, () => numberTerm(run, index, rules)))]);
  const more = incoming.length > MOST_TERMS ? [mo("+"), mo("…")] : [];
  const second = line(mo(allWhole(run, shown, rules) ? "=" : "≈"), ...numbers, ...more, ...total(run, node));
  second.classList.add("qsts-indent");
  if (adjointState(run, node) !== "final") second.append(progressPill(run, node));
  return [line(bar, mo("="), ...names, ...more), second];
}

const plus = (terms) => terms.flatMap((one, place) => (place > 0 ? [mo("+"), one] : [one]));

/** Every edge to it leads through a branch that is not taken. */
function whyNotReached(node, output) {
  const zero = node.op === "variable" ? ` The derivative by ${node.label} is 0 here.` : "";
  return `nothing reaches it at these values: each way from ${output} leads through a branch that is not taken.${zero}`;
}

/** @param {Object} node */
function whyNothing(node, output) {
  if (node.op === "constant") return "a constant: no derivative is asked for";
  if (node.op === "variable") return `${output} does not depend on ${node.label}: its derivative is 0`;
  return "only constants or conditions lead here, or the output does not use it: no derivative is asked for";
}

/** Whether the numbers of all the terms so far say all of their factors. */
function allWhole(run, shown, rules) {
  return shown.filter((index) => index < run.step).every((index) => edgeLines(run, run.trace.steps[index], rules).product.spelling === "=");
}

/** A term whose contribution has not arrived is drawn faint. */
function term(run, index, build) {
  const built = build();
  if (index >= run.step) built.classList.add("qsts-pending");
  return built;
}

function nameTerm(run, index, rules) {
  const step = run.trace.steps[index];
  const from = run.trace.nodes[step.from];
  const { math: tree } = edgeLines(run, step, rules).ran;
  return math("mrow", barMath(from.name), mo("×"), factor(tree, typeset(tree, withNames(run.trace, from), false)));
}

function numberTerm(run, index, rules) {
  if (index >= run.step) return mo("…");
  const { texts: [adjoint, local] } = edgeLines(run, run.trace.steps[index], rules).product;
  const bare = (text) => signed(text) === text;
  return math("mrow", writtenMath(adjoint, bare(adjoint)), mo("×"), writtenMath(local, bare(local)));
}

function total(run, node) {
  if (adjointState(run, node) !== "final") return [];
  const { relation, result } = checkedLine(termsOf(run, node).map((real) => ({ real })), (terms) => terms.reduce((sum, one) => sum + one), run.adjoint[node]);
  const number = writtenMath(result);
  number.classList.add("qsts-total");
  return [mo(relation), number];
}

function progressPill(run, node) {
  const state = adjointState(run, node);
  const count = `${run.arrived[node]} of ${run.trace.nodes[node].due}`;
  const words = state === "none" ? `not reached, ${count}` : `so far ${prettyNumber(run.adjoint[node])}, ${count}`;
  return html("span", { class: "qsts-pill", "data-state": state }, words);
}
