// The panel of the building: the operator stack, the postfix queue, the node stack, and the look-up between them.

import { bindings, changeAt, symbolOf, topOf, verdict } from "./construction.js";
import { html, setText } from "./dom.js";
import { subscripted } from "./numbers.js";
import { buildLength, isBuilding, lastStep } from "./steps.js";

const FLIGHT = 420;
const BREAK = "⏎";
const MOST_CHIPS = 40; // what lies deeper on a stack, or farther in the queue, is a number: a step costs the same at any depth

/** A piece that lies on a stack or in the queue; `state` is "", "new", "gone", "now" or "done". */
function chip(text, state = "", attributes = {}) {
  return html("span", { class: "qsts-chip", ...(state ? { "data-chip": state } : {}), ...attributes }, text);
}

function createRack(name, kind) {
  const chips = html("div", { class: "qsts-chips" });
  const element = html("div", { class: "qsts-rack", "data-rack": name.split(" ")[0] },
    html("span", { class: "qsts-rack-name" }, name, html("small", {}, kind)), chips);
  return { element, chips };
}

/** The panel; it stands in the place of the formula while the graph is built. */
export function createBuilding() {
  const racks = {
    operators: createRack("operators", "stack"),
    postfix: createRack("postfix", "queue"),
    nodes: createRack("nodes", "stack"),
    names: createRack("names", "bound"),
  };
  const caption = html("div", { class: "qsts-caption" });
  const deed = html("div", { class: "qsts-deed" });
  const sky = html("div", { class: "qsts-sky", "aria-hidden": "true" });
  const element = html("section", { class: "qsts-building", "aria-label": "how the graph is built", hidden: "" },
    caption, deed, ...Object.values(racks).map((rack) => rack.element), sky);
  const mark = html("style");
  element.append(mark);
  const panel = { racks, caption, deed, sky, element, rules: {}, names: [], shown: null };
  return {
    element,
    /** @param {Run} run @param {Object} rules */
    load(run, rules) {
      const { program } = run.trace;
      panel.rules = rules;
      panel.names = program ? bindings(run.trace) : [];
      panel.shown = null;
      racks.names.element.toggleAttribute("hidden", panel.names.length === 0);
    },
    /** Show what the last step did; `flies` lets pieces be seen to move. @param {Run} run */
    show(run, flies) {
      const building = isBuilding(run);
      element.toggleAttribute("hidden", !building);
      const row = building ? lookUpRow(run) : "";
      setText(mark, lookUpMark(row));
      showLookUp(row);
      sky.replaceChildren();
      if (building) showStep(panel, run, flies && panel.shown === run.step - 1);
      panel.shown = run.step;
    },
  };
}

/** The row of this step in the table of look-ups: by time its position, in order its node. @param {Run} run */
function lookUpRow(run) {
  const { node } = lastStep(run) ?? { node: null };
  if (node === null || run.trace.sharing !== "unique") return "";
  const position = run.made.reduce((sum, count) => sum + count);
  return `.qsts-lookups :is([data-position="${position}"], [data-node="${node}"])`;
}

/** Rules that mark a row, and have a table that opens begin with it in sight: it is there only while its menu is open. */
const lookUpMark = (row) => row && `${row} { scroll-initial-target: nearest; }
  ${row} td { background: light-dark(#dcefdf, #1f4630); font-weight: 600; }`;

/** Where the table is open, bring the row into its sight; the page itself stays where it is. */
function showLookUp(row) {
  const marked = row ? document.querySelector(row) : null;
  const table = marked?.closest(".qsts-lookups");
  if (!table) return;
  const above = marked.getBoundingClientRect().top - table.getBoundingClientRect().top;
  const hidden = above < 0 || above + marked.offsetHeight > table.clientHeight;
  if (hidden) table.scrollTop += above - table.clientHeight / 2;
}

const entryText = (entry, rules) => (entry.role === "operation" ? symbolOf(entry.text, rules) : entry.text);

function showStep(panel, run, flies) {
  const { racks, caption, names } = panel;
  const step = lastStep(run);
  const change = step ? changeAt(run.trace, run.step - 1) : null;
  setText(caption, `Step ${run.step} of ${run.trace.steps.length} · building, ${run.step} of ${buildLength(run.trace)}`);
  panel.deed.replaceChildren(...(change ? deedOf(run.trace, change, panel.rules) : [html("span", {}, "text → tokens → postfix → graph")]));
  showOperators(racks.operators.chips, change, panel.rules);
  showQueue(racks.postfix.chips, change, run.trace, panel.rules);
  showNodes(racks.nodes.chips, change, run.trace);
  showNames(racks.names.chips, names.filter(({ after }) => after <= run.step), run.step);
  for (const { chips } of Object.values(racks)) keepNewestInSight(chips);
  if (flies && change) fly(panel, change);
}

/** What is done: a token is read, or a triple is formed and looked up. */
function deedOf(trace, change, rules) {
  const { step } = change;
  if (step.node === null) {
    const text = { "\n": BREAK, "": "end" }[step.token.text] ?? step.token.text;
    const implied = step.implied ? [html("span", { class: "qsts-verdict", "data-verdict": "implied" }, `implied ${symbolOf("*", rules)}`)] : [];
    return [html("span", { class: "qsts-verb" }, "reads"), chip(text, "token"), ...implied];
  }
  const { op, label } = trace.nodes[step.node];
  const inputs = step.inputs.map((node) => subscripted(trace.nodes[node].name));
  const entry = trace.program.entries[step.entry];
  const named = entry.role === "reference" && trace.sharing === "unique";
  const asked = named ? entry.text : inputs.length === 0 ? label : `(${[symbolOf(op, rules), ...inputs].join(", ")})`;
  return [
    chip(asked, "token"), html("span", { class: "qsts-verb" }, "→"),
    html("span", { class: "qsts-verdict", "data-verdict": step.reused ? "seen" : "new" }, verdict(trace, step)),
  ];
}

const more = (words) => html("span", { class: "qsts-more" }, words);

/** What lies on a stack, as chips; of a deep one, how many lie below. */
function lying(stack, textOf) {
  const shown = topOf(stack, MOST_CHIPS).map((piece) => chip(textOf(piece)));
  const hidden = (stack?.depth ?? 0) - shown.length;
  return hidden > 0 ? [more(`${hidden} more below`), ...shown] : shown;
}

/** What stayed, what came, and, faint, what has just gone. */
function showOperators(chips, change, rules) {
  if (!change) return chips.replaceChildren();
  const { step, staying, popped } = change;
  return chips.replaceChildren(
    ...lying(staying, (op) => symbolOf(op, rules)),
    ...step.pushed.map((op) => chip(symbolOf(op, rules), "new", op === "*" && step.implied ? { "data-implied": "" } : {})),
    ...popped.slice(0, MOST_CHIPS).reverse().map((op) => chip(symbolOf(op, rules), "gone")));
}

/** The queue around the entry that is new or is run: what has been run lies before it. */
function showQueue(chips, change, trace, rules) {
  if (!change) return chips.replaceChildren();
  const { first, step: { queued, entry: now } } = change;
  const run = now ?? first;
  const begin = Math.max(0, run - MOST_CHIPS);
  const end = Math.min(queued, run + MOST_CHIPS);
  const stateOf = (index) => (index === now ? "now" : index < run ? "done" : now === null ? "new" : "");
  return chips.replaceChildren(
    ...(begin > 0 ? [more(`${begin} more before`)] : []),
    ...trace.program.entries.slice(begin, end).map((entry, offset) => chip(entryText(entry, rules), stateOf(begin + offset))),
    ...(queued > end ? [more(`${queued - end} more behind`)] : []));
}

function showNodes(chips, change, trace) {
  if (!change) return chips.replaceChildren();
  const { step, standing, taken } = change;
  const name = (node) => subscripted(trace.nodes[node].name);
  return chips.replaceChildren(
    ...lying(standing, name),
    ...(step.node === null ? [] : [chip(name(step.node), "new", step.reused ? { "data-seen": "" } : {})]),
    ...taken.slice(-MOST_CHIPS).map((node) => chip(name(node), "gone")));
}

/** The names bound so far, the newest last. */
function showNames(chips, bound, step) {
  const hidden = Math.max(bound.length - MOST_CHIPS, 0);
  chips.replaceChildren(
    ...(hidden > 0 ? [more(`${hidden} more before`)] : []),
    ...bound.slice(hidden).map(({ after, name, stands, used }) =>
      chip(`${name} → ${stands}`, after === step ? "new" : "", used ? {} : { "data-unused": "" })));
}

function keepNewestInSight(chips) {
  const marked = chips.querySelectorAll('[data-chip="new"], [data-chip="now"]');
  const last = marked[marked.length - 1] ?? chips.lastElementChild;
  if (chips.scrollWidth > chips.clientWidth && last) chips.scrollLeft = last.offsetLeft - chips.clientWidth * 0.6;
}

/** Let what has moved be seen to move: from the operator stack, or from what is done, to where it lies now. */
function fly({ racks, deed, sky, element }, { step, popped }) {
  if (!window.matchMedia("(prefers-reduced-motion: no-preference)").matches) return;
  const source = deed.querySelector(".qsts-chip");
  const arrived = (rack) => [...rack.chips.querySelectorAll('[data-chip="new"]')];
  const home = element.getBoundingClientRect();
  const send = (from, to) => flight(sky, home, from, to);
  if (step.node !== null) {
    const ran = racks.postfix.chips.querySelector('[data-chip="now"]');
    if (ran) send(ran, source);
    for (const to of arrived(racks.nodes)) send(source, to);
    return;
  }
  const gone = [...racks.operators.chips.querySelectorAll('[data-chip="gone"]')].reverse();
  const leaving = gone.filter((_, index) => popped[index] !== "(");
  arrived(racks.postfix).forEach((to, index) => send(leaving[index] ?? source, to));
  for (const to of arrived(racks.operators)) send(source, to);
}

function flight(sky, home, from, to) {
  const [start, end] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
  const bird = chip(to.textContent, "flying", { style: `left:${end.left - home.left}px;top:${end.top - home.top}px` });
  sky.append(bird);
  const options = { duration: FLIGHT, easing: "cubic-bezier(.3,.1,.3,1)" };
  bird.animate([{ transform: `translate(${start.left - end.left}px,${start.top - end.top}px)` }, { transform: "none" }], options).onfinish = () => bird.remove();
  to.animate([{ opacity: 0 }, { opacity: 0, offset: 0.9 }, { opacity: 1 }], options);
}
