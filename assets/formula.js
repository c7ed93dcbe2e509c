// The formula of the step, in three columns: what it gives, a relation, what it is made of; every factor has its name.

import { signed } from "./arithmetic.js";
import { html, math } from "./dom.js";
import { edgeLines, nameOf, nodeIn, related, slotInWords, valueLine } from "./lines.js";
import { exactNumber, prettyNumber, subscripted } from "./numbers.js";
import { enclosed, isEnclosed, resetInWords } from "./sentence.js";
import { isBeforeReset, lastStep } from "./steps.js";

/** @typedef {Array} Tree  MathML as nested lists; ["slot", "a"|"b"|"z"] stands for an input or the node itself */


export const mo = (text) => math("mo", text);
const mn = (text) => math("mn", text);
/** "z̄" is two characters to MathML, so it stands upright, and so do its like. */
const upright = (text) => {
  const element = math("mi", text);
  element.setAttribute("mathvariant", "normal");
  return element;
};
/** A letter of one's own with the number behind it. */
const parted = (name) => /^(.*?)(\d+)$/.exec(name).slice(1);

/** z₃ @param {string} name */
export function nameMath(name) {
  const [letter, number] = parted(name);
  return math("msub", upright(letter), mn(number));
}

/** z̄₃ @param {string} name */
export function barMath(name) {
  const [letter, number] = parted(name);
  return math("msub", upright(`${letter}\u0304`), mn(number));
}

/** A number as it was written; in parentheses where a bare minus or power of ten would be misread. */
export function writtenMath(text, bare = true) {
  return enclosed(text, bare) === text ? mn(text) : math("mrow", mo("("), mn(text), mo(")"));
}

/**
 * Build a tree; `fill(slot, bare)` says what stands in a slot, bare where nothing binds to it, "tight" below a power.
 * @param {Tree} tree
 */
export function typeset(tree, fill, bare = true) {
  const [tag, ...rest] = tree;
  if (tag === "slot") return fill(rest[0], bare);
  const within = tag === "mfrac" || tag === "msqrt" || tag === "mroot";
  return math(tag, ...rest.map((child, index) => {
    if (typeof child === "string") return child;
    const tight = tag === "msup" && index === 0 ? "tight" : false;
    return typeset(child, fill, within || (tag === "msup" && index === 1) || isEnclosed(rest, index) || tight);
  }));
}

/** Fill slots with names; a constant is its own name. */
export function withNames(trace, parent) {
  return (slot) => {
    const node = nodeIn(trace, parent, slot);
    return node.op === "constant" ? mn(node.label) : nameMath(node.name);
  };
}

/** Fill slots with the numbers of a line. @param {Object<string, string>} numbers */
const withNumbers = (numbers) => (slot, bare) => writtenMath(numbers[slot], bare);

/** Parenthesize what holds an operator of its own, where a factor is wanted. */
export function factor(tree, built) {
  const loose = tree[0] === "mrow" && tree.slice(1).some((child) => child[0] === "mo" && /^[+−-]$/.test(child[1]));
  return loose ? math("mrow", mo("("), built, mo(")")) : built;
}

// Rows -------------------------------------------------------------------------------------------

/** A piece of a row; one that is a factor carries its name below. */
const piece = (...children) => math("math", math("mrow", ...children));
const named = (name, ...children) => html("span", { class: "qsts-factor", "data-factor": name.replaceAll(" ", "-") }, piece(...children), html("small", {}, name));
/** What never wraps apart. */
const together = (relation, factor) => html("span", { class: "qsts-together" }, piece(relation), factor);
const words = (text) => html("span", { class: "qsts-aside" }, text);

/** @param {Node[]} left @param {string} relation @param {Node[]} right pieces, or elements of a formula */
function row(left, relation, ...right) {
  return html("div", { class: "qsts-line" },
    html("span", { class: "qsts-left" }, ...left.map((child) => piece(child))),
    html("span", { class: "qsts-relation" }, piece(mo(relation))),
    html("span", { class: "qsts-right" }, ...right.map((child) => (child.namespaceURI?.endsWith("MathML") ? piece(child) : child))));
}

/** One line of mathematics; where it must wrap, it does so before an equals sign. */
export function line(...children) {
  const pieces = [];
  for (const child of children) {
    if (pieces.length === 0 || child.textContent === "=" || child.textContent === "≈") pieces.push([]);
    pieces[pieces.length - 1].push(child);
  }
  return html("div", { class: "qsts-line" }, ...pieces.map((group) => piece(...group)));
}

/** The two gaps between three columns, in ems. */
const BETWEEN_COLUMNS = 1.2;

/** About how wide a formula is, in ems: the style sheet shrinks rows that are wider than their panel. */
function widthOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return 0.53 * node.data.replace("\u0304", "").length; // the bar over z has no width of its own
  if (node.localName === "small") return 0;
  const parts = [...node.childNodes].map(widthOf);
  const sum = parts.reduce((total, part) => total + part, 0);
  if (node.className === "qsts-aside") return 0.62 * sum + 0.4;
  if (node.className === "qsts-right") return sum + 0.2 * (parts.length - 1);
  if (node.localName === "mfrac") return Math.max(...parts) + 0.2;
  if (node.localName === "mo") return /^[(),|]$/.test(node.textContent) ? 0.35 : sum + 0.56;
  if (node.localName === "msub" || node.localName === "msup") return parts[0] + 0.75 * parts[1];
  if (node.localName === "small" || node.className === "qsts-factor") return Math.max(sum, 0.37 * node.lastChild.textContent.length);
  return node.localName === "msqrt" || node.localName === "mroot" ? sum + 0.9 : sum;
}

/** Tell the style sheet how wide each row is in its three columns, in ems. @param {HTMLElement[]} rows */
function fitRows(rows) {
  const [left, relation] = [0, 1].map((column) => Math.max(...rows.map((row) => widthOf(row.childNodes[column]))));
  for (const row of rows) {
    row.style.setProperty("--qsts-wide", (left + relation + widthOf(row.lastChild) + BETWEEN_COLUMNS).toFixed(1));
  }
}

/** Each phase: the caption, the rows, the state of the adjoint and the rule. */
const FORMULAS = {
  reset: (run, step) => ({
    caption: "reset · the same graph, another state",
    rows: resetInWords(step).map((counted) => row([math("mtext", counted)], "→", math("mtext", "–"))),
  }),
  forward(run, step, rules) {
    const node = run.trace.nodes[step.node];
    const left = [nameMath(node.name)];
    const written = valueLine(run, step, rules);
    if (!written) {
      const kind = html("span", { class: "qsts-aside" }, `a ${node.op}`);
      const value = node.op === "constant" ? [] : [row([], "=", mn(exactNumber(step.value)))];
      return { caption: "forward · given", rows: [row(left, "=", upright(node.label), kind), ...value] };
    }
    return {
      caption: "forward · value from the inputs",
      rows: [
        row(left, "=", typeset(written.tree, withNames(run.trace, node))),
        row([], written.spelling, typeset(written.tree, withNumbers(written.numbers))),
        result(row([], written.relation, named("value", mn(written.result)))),
      ],
    };
  },
  seed(run, step) {
    const node = run.trace.nodes[step.node];
    const { output, node: letter } = run.trace.letters;
    const index = (mark) => math("msub", upright(mark), math("mi", "i"));
    return {
      caption: "seed · the output by itself",
      rows: [
        row([index(`${letter}\u0304`)], "=", math("mfrac", math("mrow", mo("∂"), upright(output)), math("mrow", mo("∂"), index(letter))), words("what an adjoint is")),
        row([upright(output)], "=", nameMath(node.name), words("the output")),
        result(row([barMath(node.name)], "=", mn(prettyNumber(step.after)))),
      ],
      state: "final",
      arrived: [1, 1],
    };
  },
  backward(run, step, rules) {
    const { trace } = run;
    const [from, to] = [trace.nodes[step.from], trace.nodes[step.to]];
    if (step.blocked) return blockedFormula(run, step, from, to);
    const { ran, spelled, product, sum } = edgeLines(run, step, rules);
    const [adjoint, local] = product.texts;
    const names = withNames(trace, from);
    const rows = [row([barMath(to.name)], "+=", barMath(from.name), mo("×"), factor(ran.math, typeset(ran.math, names, false)), ...conditionWords(trace, from, ran))];
    if (spelled) {
      rows.push(row([], adjointIsWhole(run, step) ? spelled.spelling : "≈", mn(adjoint), mo("×"), factor(ran.math, typeset(ran.math, withNumbers(spelled.numbers), false))));
    }
    rows.push(row([], firstRelation(run, step, spelled), named("adjoint", mn(adjoint)), mo("×"), named("local derivative", writtenMath(local, !local.startsWith("−"))), together(mo(product.relation), named("contribution", mn(product.result)))));
    const after = sum
      ? [mn(sum.texts[0]), mo("+"), writtenMath(sum.texts[1], signed(sum.texts[1]) === sum.texts[1]), mo(sum.relation), named(step.arrived === step.due ? "its adjoint" : "its adjoint so far", mn(sum.result))]
      : [mn(prettyNumber(step.after))];
    rows.push(result(row([barMath(to.name)], sum ? sum.spelling : related(step.after).relation, ...after)));
    return {
      caption: `backward · through ${slotInWords(from, step.slot)} of ${subscripted(from.name)}`,
      rows,
      state: stateAfter(step),
      arrived: [step.arrived, step.due],
      rule: ruleLine(rules[from.op], step.slot, trace.letters),
    };
  },
};

const stateAfter = ({ after, arrived, due }) => (after === null ? "none" : arrived === due ? "final" : "partial");

/** An edge that brings nothing: the adjoint stays what it was. */
function blockedFormula(run, step, from, to) {
  const after = step.after === null ? [mo("–")] : [mn(prettyNumber(step.after))];
  const why = run.adjoint[step.from] === null ? `nothing has reached ${subscripted(from.name)}` : "this branch is not taken";
  return {
    caption: `backward · blocked at ${slotInWords(from, step.slot)} of ${subscripted(from.name)}`,
    rows: [
      row([barMath(to.name)], "", words(`gets nothing: ${why}`)),
      result(row([barMath(to.name)], step.after === null ? "" : related(step.after).relation, ...after)),
    ],
    state: stateAfter(step),
    arrived: [step.arrived, step.due],
  };
}

const adjointIsWhole = (run, step) => related(run.adjoint[step.from]).relation === "=";

/** Between the names, or the rule in numbers, and the factors: equal only where these say all of their numbers. */
function firstRelation(run, step, spelled) {
  if (spelled) return spelled.relation;
  return adjointIsWhole(run, step) && related(step.local).relation === "=" ? "=" : "≈";
}

function result(element) {
  element.classList.add("qsts-result");
  return element;
}

/** "where z₁ = z₂": which case of the rule ran. */
function conditionWords(trace, from, { when, math: [, text] }) {
  if (text === "nan") return [words("nan cannot be compared")];
  if (when === null) return [];
  const name = (word) => (word === "0" ? "0" : nameOf(nodeIn(trace, from, word)));
  return [words(`where ${name(when[0])} ${when[1]} ${name(when[2])}`)];
}

/** "rule of ×, right input: ∂(a × b)/∂b = a"; a rule of several cases says all of them. */
function ruleLine(rule, slot, letters) {
  const own = { a: letters.left, b: letters.right, z: letters.node };
  const fill = (letter) => upright(own[letter]);
  const whole = typeset(rule.math, fill);
  const infix = rule.locals.length > 1 && rule.math[1]?.[0] !== "mi";
  const head = infix ? [mo("("), whole, mo(")")] : [whole];
  const cases = rule.locals[slot].cases.flatMap(({ when, math: tree }, index) => [
    piece(...(index > 0 ? [mo(",")] : [mo("∂"), ...head, mo("/"), mo("∂"), fill("ab"[slot]), mo("=")]), typeset(tree, fill)),
    ...(when ? [` where ${when.map((word) => own[word] ?? word).join(" ")}`] : []),
  ]);
  const side = rule.locals.length > 1 ? `, ${["left", "right"][slot]} input` : "";
  return html("div", { class: "qsts-rule" }, `rule of ${rule.symbol}${side}: `, ...cases);
}

/** "final, 2 of 2" */
function statePill(state, arrived) {
  return html("span", { class: "qsts-pill", "data-state": state }, `${state === "none" ? "not reached" : state}, ${arrived[0]} of ${arrived[1]}`);
}

const bornPill = () => html("span", { class: "qsts-pill", "data-state": "born" }, "▲ born here");

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
  const table = html("div", { class: "qsts-columns" }, ...shown.rows);
  fitRows(shown.rows);
  const last = shown.rows.at(-1).lastChild;
  if (shown.state) last.append(statePill(shown.state, shown.arrived));
  if (step.born?.length > 0) last.append(bornPill());
  panel.replaceChildren(
    html("div", { class: "qsts-caption" }, `Step ${run.step} of ${total} · ${shown.caption}`),
    table,
    ...(shown.rule ? [shown.rule] : []),
  );
}

function startWords(run) {
  const variables = run.trace.nodes.filter((node) => node.op === "variable").slice(0, 5);
  const next = isBeforeReset(run) ? "next: " : "";
  return next + variables.map((node) => `${node.label} = ${exactNumber(run.trace.at[node.label])}`).join(", ");
}
