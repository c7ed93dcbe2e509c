// One plain sentence for each step: for the eye, for screen readers, for whoever reads aloud.

import { buildingInWords } from "./construction.js";
import { prettyNumber, subscripted } from "./numbers.js";
import { isBuilding, lastStep } from "./steps.js";

const SIDES = ["left", "right"];

/** "the right input of z₄", or "the input" of an operation that has one. */
export function inputInWords(trace, step) {
  const parent = trace.nodes[step.from];
  const side = parent.inputs.length > 1 ? `${SIDES[step.slot]} input` : "input";
  return `the ${side} of ${subscripted(parent.name)}`;
}

/** "z₁ × z₃" from the typeset rule, flattened. */
export function definition(trace, node, rules) {
  const rule = rules[node.op];
  if (!rule) return node.label;
  const named = { z: node, a: trace.nodes[node.inputs[0]], b: trace.nodes[node.inputs[1]] };
  const flat = (tree) => {
    const [tag, ...rest] = tree;
    if (tag === "slot") return named[rest[0]].op === "constant" ? named[rest[0]].label : subscripted(named[rest[0]].name);
    if (tag === "mo") return /^[+−×÷·/-]$/.test(rest[0]) && node.inputs.length > 1 ? ` ${rest[0]} ` : rest[0];
    const parts = rest.map((child) => (typeof child === "string" ? child : flat(child)));
    if (tag === "msup") return parts.join("^");
    if (tag === "mfrac") return parts.join(" / ");
    if (tag === "msqrt") return `√${parts.join("")}`;
    return parts.join("");
  };
  return flat(rule.math);
}

/** Each phase in words. */
const SENTENCES = {
  build: (trace, step, rules, index) => buildingInWords(trace, index, rules),
  forward(trace, step, rules) {
    const node = trace.nodes[step.node];
    const name = subscripted(node.name);
    const value = prettyNumber(step.value);
    if (node.op === "variable") return `${name} is the variable ${node.label}; its value is ${value}.`;
    if (node.op === "constant") return `${name} is the constant ${value}.`;
    const born = step.born ? ` Here the number stops being finite: ${value} is born.` : "";
    return `${name} is ${definition(trace, node, rules)}; its value is ${value}.${born}`;
  },
  seed(trace, step) {
    const name = subscripted(trace.nodes[step.node].name);
    return `The output ${name} begins with adjoint 1: the derivative of the output by itself. Adjoints now flow back.`;
  },
  backward(trace, step) {
    const name = subscripted(trace.nodes[step.to].name);
    const amount = prettyNumber(step.contribution);
    const change = step.before === null
      ? `its adjoint begins at ${prettyNumber(step.after)}`
      : `${prettyNumber(step.before)} becomes ${prettyNumber(step.after)}`;
    const missing = step.due - step.arrived;
    const still = missing === 0
      ? "All of its contributions have arrived."
      : `${missing === 1 ? "One more contribution is" : `${missing} more contributions are`} due.`;
    const born = step.born ? ` Here the number stops being finite: ${prettyNumber(step.after)} is born.` : "";
    return `${name} receives ${amount} through ${inputInWords(trace, step)}: ${change}. ${still}${born}`;
  },
};

/** What the last step did. @param {Run} run @param {Object} rules */
export function sentence(run, rules) {
  const { trace } = run;
  const step = lastStep(run);
  if (step === null && isBuilding(run)) {
    return "Nothing is read yet. Press play, or the right arrow key, to read the text token by token.";
  }
  if (step === null) {
    return "Nothing is computed yet. Press play, or the right arrow key, to send values forward.";
  }
  const words = SENTENCES[step.phase]?.(trace, step, rules, run.step - 1) ?? "";
  return run.step === trace.steps.length ? `${words} ${gradientInWords(run)}` : words;
}

/** @param {Run} run */
function gradientInWords(run) {
  const parts = [];
  run.trace.nodes.forEach((node, index) => {
    if (node.op === "variable" && run.adjoint[index] !== null && parts.length < 4) {
      parts.push(`${node.label}: ${prettyNumber(run.adjoint[index])}`);
    }
  });
  return parts.length === 0 ? "Done." : `Done. Derivatives: ${parts.join(", ")}.`;
}
