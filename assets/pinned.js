// A pinned node: the whole chain-rule sum that makes its adjoint, in names and in numbers.

import { html, math } from "./dom.js";
import { barMath, line, mo, numberMath, typeset, withNames } from "./formula.js";
import { prettyNumber, subscripted } from "./numbers.js";
import { definition } from "./sentence.js";
import { adjointState } from "./steps.js";

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
  if (entry.due === 0) return [html("div", { class: "qsts-line" }, "No contribution is due: the output does not vary with it.")];
  const bar = barMath(entry.name);
  if (node === trace.output) {
    return [line(bar, mo("="), numberMath(1)), html("div", { class: "qsts-line" }, "the seed: the output by itself")];
  }
  const shown = run.incoming[node].slice(0, MOST_TERMS);
  const names = shown.flatMap((index, place) => [...(place ? [mo("+")] : []), term(run, index, () => nameTerm(run, index, rules))]);
  const numbers = shown.flatMap((index, place) => [...(place ? [mo("+")] : []), term(run, index, () => numberTerm(run, index))]);
  const more = run.incoming[node].length > MOST_TERMS ? [mo("+"), mo("…")] : [];
  const second = line(mo("="), ...numbers, ...more, ...total(run, node));
  second.classList.add("qsts-indent");
  if (adjointState(run, node) !== "final") second.append(progressPill(run, node));
  return [line(bar, mo("="), ...names, ...more), second];
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
  const local = rules[from.op]?.locals[step.slot];
  const tree = ["mrow", ["slot", "bar"], ["mo", "·"], local?.math ?? ["mn", "?"]];
  const names = withNames(run.trace, from);
  return typeset(tree, (slot) => (slot === "bar" ? barMath(from.name) : names(slot)), false);
}

function numberTerm(run, index) {
  const step = run.trace.steps[index];
  if (index >= run.step) return mo("…");
  return math("mrow", numberMath(run.adjoint[step.from], false), mo("·"), numberMath(step.local, false));
}

function total(run, node) {
  if (adjointState(run, node) !== "final") return [];
  const number = numberMath(run.adjoint[node]);
  number.classList.add("qsts-total");
  return [mo("="), number];
}

function progressPill(run, node) {
  const state = adjointState(run, node);
  const count = `${run.arrived[node]} of ${run.trace.nodes[node].due}`;
  const words = state === "none" ? `not reached, ${count}` : `so far ${prettyNumber(run.adjoint[node])}, ${count}`;
  return html("span", { class: "qsts-pill", "data-state": state }, words);
}
