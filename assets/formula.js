// The formula of the step: in symbols, with names, with numbers, and what became of the adjoint.

import { html, math } from "./dom.js";
import { prettyNumber, subscripted } from "./numbers.js";
import { inputInWords } from "./sentence.js";
import { lastStep } from "./steps.js";

/** @typedef {Array} Tree  MathML as nested lists; ["slot", "a"|"b"|"z"] stands for an input or the node itself */

const SLOTS = ["a", "b"];
export const mo = (text) => math("mo", text);
const mi = (text) => math("mi", text);
/** "z̄" is two characters to MathML, so it stands upright, and so do its like. */
const upright = (text) => {
  const element = mi(text);
  element.setAttribute("mathvariant", "normal");
  return element;
};
const mn = (text) => math("mn", text);

/** z₃ @param {string} name */
export function nameMath(name) {
  return math("msub", upright("z"), mn(name.slice(1)));
}

/** z̄₃ @param {string} name */
export function barMath(name) {
  return math("msub", upright("z̄"), mn(name.slice(1)));
}

/** A number; in parentheses where a bare minus or power of ten would be misread. */
export function numberMath(real, bare = true) {
  const text = prettyNumber(real);
  const number = mn(text);
  return bare || !/[-−·]/.test(text) ? number : math("mrow", mo("("), number, mo(")"));
}

/**
 * Build a tree; `fill(slot, bare)` says what stands in a slot, bare where nothing binds to it.
 * @param {Tree} tree
 */
export function typeset(tree, fill, bare = true) {
  const [tag, ...rest] = tree;
  if (tag === "slot") return fill(rest[0], bare);
  const within = tag === "mfrac" || tag === "msqrt";
  return math(tag, ...rest.map((child, index) => {
    if (typeof child === "string") return child;
    return typeset(child, fill, within || (tag === "msup" && index === 1) || isEnclosed(rest, index));
  }));
}

/** True between a parenthesis or comma and the next. */
function isEnclosed(children, index) {
  const edge = (child) => Array.isArray(child) && child[0] === "mo" && /^[(),]$/.test(child[1]);
  return edge(children[index - 1]) && edge(children[index + 1]);
}

/** The node that stands in a slot of `parent`. */
function nodeIn(trace, parent, slot) {
  return slot === "z" ? parent : trace.nodes[parent.inputs[SLOTS.indexOf(slot)]];
}

/** Fill slots with names; a constant is its own name. */
export function withNames(trace, parent) {
  return (slot) => {
    const node = nodeIn(trace, parent, slot);
    return node.op === "constant" ? mn(node.label) : nameMath(node.name);
  };
}

/** Fill slots with the values computed so far. @param {Run} run */
export function withNumbers(run, parent) {
  return (slot, bare) => {
    const value = run.value[nodeIn(run.trace, parent, slot).id];
    return value === null ? mn("?") : numberMath(value, bare);
  };
}

const withLetters = (slot) => upright(slot);

/** True for a lone slot, and for what has no slot: writing it out in numbers would say it twice. */
const isPlain = (tree) => tree[0] === "slot" || !hasSlot(tree);
const hasSlot = (tree) => Array.isArray(tree) && (tree[0] === "slot" || tree.some(hasSlot));

/** Parenthesize what holds an operator of its own, where a factor is wanted. */
function factor(tree, built) {
  const loose = tree[0] === "mrow" && tree.slice(1).some((child) => child[0] === "mo" && /^[+−-]$/.test(child[1]));
  return loose ? math("mrow", mo("("), built, mo(")")) : built;
}

/** One line of mathematics; where it must wrap, it does so before an equals sign. */
export function line(...children) {
  const pieces = [];
  for (const child of children) {
    if (pieces.length === 0 || child.textContent === "=") pieces.push([]);
    pieces[pieces.length - 1].push(child);
  }
  const element = html("div", { class: "qsts-line" }, ...pieces.map((piece) => math("math", math("mrow", ...piece))));
  element.style.setProperty("--qsts-wide", [...element.children].reduce((sum, piece) => sum + widthOf(piece), 0).toFixed(1));
  return element;
}

/** About how wide a formula is, in ems: the style sheet shrinks a line that is wider than its panel. */
function widthOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return 0.53 * node.data.replace("\u0304", "").length; // the bar over z has no width of its own
  const parts = [...node.childNodes].map(widthOf);
  const sum = parts.reduce((total, part) => total + part, 0);
  if (node.localName === "mfrac") return Math.max(...parts) + 0.2;
  if (node.localName === "mo") return /^[(),]$/.test(node.textContent) ? 0.35 : sum + 0.56;
  if (node.localName === "msub" || node.localName === "msup") return parts[0] + 0.75 * parts[1];
  return node.localName === "msqrt" ? sum + 0.9 : sum;
}

const indented = (...children) => {
  const element = line(...children);
  element.classList.add("qsts-indent");
  return element;
};

/** Each phase: the caption, the lines, the result and the rule. */
const FORMULAS = {
  forward(run, step, rules) {
    const { trace } = run;
    const node = trace.nodes[step.node];
    const lines = [line(nameMath(node.name), mo("="), upright(node.label))];
    const rule = rules[node.op];
    if (rule) {
      lines[0] = line(nameMath(node.name), mo("="), typeset(rule.math, withNames(trace, node)));
      lines.push(indented(mo("="), typeset(rule.math, withNumbers(run, node))));
    }
    const result = [mo("="), numberMath(step.value)];
    return { caption: kindInWords(node), lines, result };
  },
  seed(run, step) {
    const node = run.trace.nodes[step.node];
    return {
      caption: "seed · the output by itself",
      lines: [line(barMath(node.name), mo("="), math("mfrac", partial(node), partial(node)), mo("="), mn("1"))],
      result: [mo("–"), mo("→"), numberMath(step.after)],
      state: "final",
      arrived: [1, 1],
    };
  },
  backward(run, step, rules) {
    const { trace } = run;
    const from = trace.nodes[step.from];
    const to = trace.nodes[step.to];
    const rule = rules[from.op];
    const symbols = [barMath(to.name), mo("+="), barMath(from.name), mo("·"), derivative(from, to)];
    const { names, numbers } = contributionMath(run, step, rule);
    const before = step.before === null ? mo("–") : numberMath(step.before);
    return {
      caption: `backward · through ${inputInWords(trace, step)}`,
      lines: [line(...symbols, ...names), indented(...numbers)],
      result: [before, mo("→"), numberMath(step.after)],
      state: step.arrived === step.due ? "final" : "partial",
      arrived: [step.arrived, step.due],
      rule: rule && ruleLine(rule, step.slot),
    };
  },
};

/** "= z̄₄ · z₁" and "= 1 · 2 = 2"; a local that is more than a name is written out in numbers too. */
function contributionMath(run, step, rule) {
  const from = run.trace.nodes[step.from];
  const adjoint = () => numberMath(run.adjoint[step.from]);
  const numbers = [mo("="), adjoint(), mo("·"), numberMath(step.local, false), mo("="), numberMath(step.contribution)];
  const local = rule?.locals[step.slot];
  if (!local) return { names: [], numbers };
  const spelled = (fill) => factor(local.math, typeset(local.math, fill, false));
  const names = [mo("="), barMath(from.name), mo("·"), spelled(withNames(run.trace, from))];
  const written = isPlain(local.math) ? [] : [mo("="), adjoint(), mo("·"), spelled(withNumbers(run, from))];
  return { names, numbers: [...written, ...numbers] };
}

const partial = (node) => math("mrow", mo("∂"), nameMath(node.name));
const derivative = (from, to) => math("mrow", partial(from), mo("/"), partial(to));

function kindInWords(node) {
  if (node.op === "variable" || node.op === "constant") return `forward · a ${node.op}`;
  return "forward · value from the inputs";
}

/** "rule of ×: ∂(a·b)/∂b = a" */
function ruleLine(rule, slot) {
  const whole = typeset(rule.math, withLetters);
  const infix = rule.locals.length > 1 && rule.math[1]?.[0] !== "mi";
  const head = infix ? [mo("("), whole, mo(")")] : [whole];
  const formula = math("math", math("mrow", mo("∂"), ...head, mo("/"), mo("∂"), upright(SLOTS[slot]), mo("="),
    typeset(rule.locals[slot].math, withLetters)));
  return html("div", { class: "qsts-rule" }, `rule of ${rule.symbol}: `, formula);
}

/** "final, 2 of 2" */
function statePill(state, arrived) {
  return html("span", { class: "qsts-pill", "data-state": state }, `${state}, ${arrived[0]} of ${arrived[1]}`);
}

const bornPill = () => html("span", { class: "qsts-pill", "data-state": "born" }, "⚠ born here");

/** @param {HTMLElement} panel @param {Run} run @param {Object} rules */
export function showFormula(panel, run, rules) {
  const step = lastStep(run);
  const total = run.trace.steps.length;
  panel.dataset.phase = step?.phase ?? "start";
  const shown = step && FORMULAS[step.phase]?.(run, step, rules);
  if (!shown) {
    panel.replaceChildren(
      html("div", { class: "qsts-caption" }, `Step ${run.step} of ${total}`),
      html("div", { class: "qsts-line qsts-idle" }, startWords(run)),
    );
    return;
  }
  const result = line(...shown.result);
  result.classList.add("qsts-result");
  if (shown.state) result.append(statePill(shown.state, shown.arrived));
  if (step.born) result.append(bornPill());
  panel.replaceChildren(
    html("div", { class: "qsts-caption" }, `Step ${run.step} of ${total} · ${subscripted(shown.caption)}`),
    ...shown.lines,
    result,
    ...(shown.rule ? [shown.rule] : []),
  );
}

function startWords(run) {
  const variables = run.trace.nodes.filter((node) => node.op === "variable").slice(0, 5);
  return variables.map((node) => `${node.label} = ${prettyNumber(run.trace.at[node.label])}`).join(", ");
}
