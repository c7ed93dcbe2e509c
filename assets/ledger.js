// The ledger: one row for each node, from the output down to the inputs.

import { html, reveal, setAttributes, setText } from "./dom.js";
import { isBroken, prettyNumber, subscripted } from "./numbers.js";
import { definition } from "./sentence.js";
import { adjointState } from "./steps.js";

const COLUMNS = ["node", "is", "value", "adjoint", "arrived", "contributions"];
/** Characters up to which a number stands in its column in full size, and in the next smaller one. */
const ROOMY_LENGTH = 9;
const LONG_LENGTH = 10;
/** Characters of contributions that fit one line of their column at any width. */
const SHORT_LIST = 10;

/**
 * @param {(node: number) => void} onPick
 */
export function createLedger(onPick) {
  const body = html("div", { class: "qsts-rows", role: "rowgroup" });
  const head = html("div", { class: "qsts-row qsts-head", role: "row" },
    ...COLUMNS.map((title) => html("span", { role: "columnheader" }, title)));
  const element = html("div", { class: "qsts-ledger", role: "table", "aria-label": "ledger of all nodes", tabindex: "0" }, head, body);
  /** @type {Map<number, HTMLElement>} */
  let rows = new Map();
  let run = null;
  let current = null;
  let picked = null;
  body.addEventListener("click", (event) => {
    const row = event.target.closest("[data-id]");
    if (row) onPick(Number(row.dataset.id));
  });
  // A longer sentence below, or a lower window, must not hide the row of the step.
  new ResizeObserver(() => reveal(element, rows.get(current), head.offsetHeight)).observe(element);
  return {
    element,
    /** @param {Run} next @param {Object} rules */
    load(next, rules) {
      run = next;
      rows = new Map(next.trace.nodes.map((node) => [node.id, createRow(next.trace, node, rules)]));
      body.replaceChildren(...[...rows.values()].reverse());
      element.scrollTop = 0;
      current = null;
      picked = null;
    },
    /** Write the rows of `nodes`. @param {Iterable<number>} nodes */
    update(nodes, newest) {
      for (const node of nodes) updateRow(rows.get(node), run, node, newest);
    },
    /** Write the rows that are in sight, for a value that moves: the others when it rests. */
    updateInSight(newest) {
      const [top, bottom] = [element.scrollTop, element.scrollTop + element.clientHeight];
      const first = firstBelow(body.children, top);
      let last = first; // a reach of rows is read before one of them is written
      while (last < body.children.length && body.children[last].offsetTop < bottom) last += 1;
      for (const row of [...body.children].slice(first, last)) updateRow(row, run, Number(row.dataset.id), newest);
    },
    /** Highlight one row, mark another as pinned, and keep the first in sight. */
    point(nextCurrent, nextPicked) {
      if (current !== nextCurrent) {
        reveal(element, rows.get(nextCurrent), head.offsetHeight);
        rows.get(current)?.removeAttribute("data-current");
        rows.get(nextCurrent)?.setAttribute("data-current", "");
        current = nextCurrent;
      }
      if (picked !== nextPicked) {
        rows.get(picked)?.removeAttribute("data-picked");
        rows.get(nextPicked)?.setAttribute("data-picked", "");
        picked = nextPicked;
      }
    },
  };
}

/** The index of the first of these rows that ends below a place, by halving. */
function firstBelow(rows, top) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (rows[middle].offsetTop + rows[middle].offsetHeight > top) high = middle;
    else low = middle + 1;
  }
  return low;
}

function createRow(trace, node, rules) {
  const cell = (field, ...children) => html("span", { role: "cell", ...(field ? { "data-field": field } : {}) }, ...children);
  const state = html("span", { class: "qsts-pill" });
  return html("div", { class: "qsts-row", role: "row", "data-node": node.name, "data-id": node.id, "data-state": "none" },
    html("span", { role: "rowheader", class: "qsts-name" }, subscripted(node.name)),
    html("span", { role: "cell", class: "qsts-is", title: node.text }, definition(trace, node, rules)),
    cell("value"), cell("adjoint"), cell("state", state),
    html("span", { role: "cell", class: "qsts-contributions" }, html("span")));
}

/** @param {HTMLElement} row @param {Run} run */
function updateRow(row, run, node, newest) {
  const [, , value, adjoint, state, contributions] = row.children;
  writeNumber(value, run.value[node]);
  writeNumber(adjoint, run.adjoint[node]);
  const { due } = run.trace.nodes[node];
  row.toggleAttribute("data-unmade", run.made[node] === 0);
  setText(state.firstChild, due === 0 || run.made[node] === 0 ? "–" : `${run.arrived[node]} of ${due}`);
  setAttributes(row, { "data-state": adjointState(run, node) });
  row.toggleAttribute("data-born", run.born[node]);
  adjoint.toggleAttribute("data-born", run.bornBack[node] > 0);
  contributions.firstChild.replaceChildren(...contributionList(run, node, newest));
  // A long sum takes as many lines as it needs; of a very long one the newest are in sight.
  const long = contributions.textContent.length > SHORT_LIST;
  row.toggleAttribute("data-long", long);
  if (long) contributions.scrollTop = contributions.scrollHeight;
}

function writeNumber(cell, real) {
  setText(cell, real === null ? "–" : prettyNumber(real));
  if (real === null) ["data-number", "title"].forEach((name) => cell.removeAttribute(name));
  else setAttributes(cell, { "data-number": real, title: real });
  const { length } = cell.textContent;
  setAttributes(cell, { "data-length": length <= ROOMY_LENGTH ? "fits" : length <= LONG_LENGTH ? "long" : "longest" });
  cell.toggleAttribute("data-broken", isBroken(real));
}

/** "1 (z₅) + 2 (z₄)", the newest in bold. @param {Run} run */
function contributionList(run, node, newest) {
  const { steps, nodes, output } = run.trace;
  const parts = [];
  if (node === output && run.arrived[node] > 0) parts.push("seed 1");
  for (const index of run.incoming[node]) {
    if (index >= run.step) break;
    const step = steps[index];
    const words = `${prettyNumber(step.contribution, 4)} (${subscripted(nodes[step.from].name)})`;
    if (parts.length > 0) parts.push(" + ");
    parts.push(html(index === newest ? "b" : "span", { class: "qsts-summand" }, words));
  }
  return parts;
}
