// Plates: beside each node its name, its value and its adjoint; below them the tally, one place for each contribution due.

import { setAttributes, setText, svg } from "./dom.js";
import { isBroken, prettyNumber, subscripted } from "./numbers.js";
import { adjointState, isBeforeReset, isSweepingBack, lastStep } from "./steps.js";

export const DIGITS = 4;
const CHARACTER = 0.57;
/** A number's size as a share of its cell's height, and the least in pixels that is read at all. */
const FONT = 0.62;
const LEAST_FONT = 9.5;
const MOST_PIPS = 8;

/** About how many digits wide a text is: raised digits and dots are narrow. */
export function widthInDigits(text) {
  return [...text].reduce((sum, sign) => sum + (/[⁰¹²³⁴-⁹⁻]/.test(sign) ? 0.68 : /[.·,]/.test(sign) ? 0.5 : 1), 0);
}

/** The font size at which a text fits a cell. */
function fit(text, width, height) {
  return Math.min(height * FONT, (width - 8) / Math.max(CHARACTER * widthInDigits(text), 0.1));
}

/** True where the page leaves plates large enough to be read. */
export function hasPlates({ data, scale }) {
  return data.picture.plate !== null && data.picture.plate.height * scale.unit * FONT >= LEAST_FONT;
}

/** Make the plate of every mark that has one, at the present zoom. */
export function preparePlates(state) {
  state.layers.plates.replaceChildren();
  state.plates = new Map();
  if (!hasPlates(state)) return;
  state.data.picture.marks.forEach((mark, index) => {
    if (!mark.side || state.plates.has(mark.node)) return;
    const plate = createPlate(state, mark, state.places[index]);
    state.plates.set(mark.node, plate);
    state.layers.plates.append(plate.group);
  });
}

/** @returns the boxes of a plate's parts, in pixels; as `place_box` of the layout has them */
function layOut({ data, scale, run }, mark, [x, y]) {
  const { unit } = scale;
  const { stacked } = data.picture.plate;
  const [name, cell, height, tally, gap] = ["name", "cell", "height", "tally", "gap"].map((key) => data.picture.plate[key] * unit);
  const [halfX, halfY] = mark.half.map((length) => length * unit);
  const tallied = run.trace.nodes[mark.node].due > 1 ? tally : 0;
  const width = stacked ? cell : name + 2 * cell;
  const high = stacked ? name + 2 * height : height;
  const left = mark.side === "w" ? x - halfX - gap - width : x - width / 2 - (stacked ? 0 : name / 4);
  // The tally is on the far side of the plate, seen from the node.
  const top = { w: y - high / 2, s: y + halfY + gap, n: y - halfY - gap - high }[mark.side];
  const box = (dx, dy, w, h) => ({ x: left + dx, y: top + dy, width: w, height: h });
  return {
    stacked,
    name: stacked ? box(0, 0, cell, name) : box(0, 0, name, height),
    value: stacked ? box(0, name, cell, height) : box(name, 0, cell, height),
    adjoint: stacked ? box(0, name + height, cell, height) : box(name + cell, 0, cell, height),
    tally: tallied ? box(0, mark.side === "n" ? -tally : high + tally * 0.2, width, tally * 0.78) : null,
    all: box(0, mark.side === "n" ? -tallied : 0, width, high + tallied),
  };
}

const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];

/** A cell, rounded where it is an end of its plate. @param {"left"|"right"|"top"|"bottom"} end */
function outline({ x, y, width, height }, end) {
  const r = height * 0.26;
  const square = (dx, dy) => (dx === dy ? `h${dx * r}v${dy * r}` : `v${dy * r}h${dx * r}`);
  const corner = (round, dx, dy) => (round ? `a${r},${r} 0 0 1 ${dx * r},${dy * r}` : square(dx, dy));
  const [topLeft, topRight] = [end === "left" || end === "top", end === "right" || end === "top"];
  const [bottomRight, bottomLeft] = [end === "right" || end === "bottom", end === "left" || end === "bottom"];
  return `M${x + r},${y}h${width - 2 * r}${corner(topRight, 1, 1)}v${height - 2 * r}${corner(bottomRight, -1, 1)}`
    + `h${2 * r - width}${corner(bottomLeft, -1, -1)}v${2 * r - height}${corner(topLeft, 1, -1)}z`;
}

function createPlate(state, mark, place) {
  const boxes = layOut(state, mark, place);
  const { node } = mark;
  const { name, op } = state.run.trace.nodes[node];
  const slots = boxes.tally ? planTally(state, node, boxes) : null;
  const text = (kind, [x, y], attributes = {}) => svg("text", { class: `qsts-${kind}`, x: x.toFixed(1), y: y.toFixed(1), ...attributes });
  const parts = {
    node, boxes, slots,
    name: text("name", boxes.stacked ? middle(boxes.name) : [boxes.name.x + boxes.name.width * 0.8, middle(boxes.name)[1]], {
      "font-size": (boxes.name.height * (boxes.stacked ? 0.9 : 0.62)).toFixed(1), ...(boxes.stacked ? {} : { "data-beside": "" }),
    }),
    valueCell: svg("path", { class: "qsts-value-cell", d: outline(boxes.value, boxes.stacked ? "top" : "left") }),
    value: text("value", middle(boxes.value)),
    adjointCell: svg("path", { class: "qsts-adjoint-cell", d: outline(boxes.adjoint, boxes.stacked ? "bottom" : "right") }),
    adjoint: text("adjoint", middle(boxes.adjoint)),
    tally: svg("g", { class: "qsts-tally" }),
  };
  setText(parts.name, subscripted(name));
  parts.group = svg("g", { class: "qsts-plate", "data-node": name, "data-op": op, "data-side": mark.side },
    parts.name, parts.valueCell, parts.value, parts.adjointCell, parts.adjoint, parts.tally);
  return parts;
}

/** Where the contributions of a node stand: in places wide enough for all of them, else as pips, else as a count. */
function planTally(state, node, boxes) {
  const { run } = state;
  const { due } = run.trace.nodes[node];
  const { tally } = boxes;
  const texts = run.incoming[node].map((index) => prettyNumber(run.trace.steps[index].contribution, DIGITS));
  const font = tally.height * 0.68;
  const wide = Math.max(tally.height * 1.3, ...texts.map((words) => widthInDigits(words) * CHARACTER * font + 10));
  const gap = font * 1.15;
  const total = due * wide + (due - 1) * gap;
  const right = boxes.adjoint.x + boxes.adjoint.width;
  const y = tally.y + tally.height / 2;
  if (total <= tally.width) {
    const places = Array.from({ length: due }, (_, slot) => [right - total + slot * (wide + gap) + wide / 2, y]);
    return { kind: "terms", places, wide, font, gap, height: tally.height };
  }
  const pip = Math.min(tally.height * 0.3, 7);
  const pitch = pip * 3;
  if (due <= MOST_PIPS && due * pitch <= tally.width) {
    const places = Array.from({ length: due }, (_, slot) => [right - (due - slot - 0.5) * pitch, y]);
    return { kind: "pips", places, pip };
  }
  return { kind: "count", places: [[right - boxes.adjoint.width / 2, y]], font };
}

/** Show the state of a node on its plate. @param {{current: boolean, picked: boolean}} role */
export function paintPlate(state, node, role) {
  const plate = state.plates.get(node);
  if (!plate) return;
  const { run } = state;
  const { group, boxes } = plate;
  const value = run.value[node];
  const adjoint = adjointState(run, node);
  const { name, due, op } = run.trace.nodes[node];
  setAttributes(group, { "data-state": adjoint, "data-waits": String(waits(run, node)) });
  group.toggleAttribute("data-current", role.current);
  group.toggleAttribute("data-picked", role.picked);
  group.toggleAttribute("data-broken", isBroken(value));
  group.toggleAttribute("data-unmade", run.made[node] === 0);
  group.toggleAttribute("data-born", run.born[node]);
  group.toggleAttribute("data-born-back", run.bornBack[node] > 0);
  setText(plate.name, run.born[node] ? `▲ ${subscripted(name)}` : subscripted(name));
  write(plate.value, value === null ? "" : prettyNumber(value, DIGITS), boxes.value);
  if (value === null) tellLookUp(plate, lookedUp(run, node, role.current));
  write(plate.adjoint, adjoint === "none" ? (waits(run, node) ? "–" : "") : adjointWords(run, node), boxes.adjoint);
  const idle = op === "constant" || (due === 0 && op !== "variable");
  plate.adjointCell.toggleAttribute("data-idle", idle);
  if (plate.slots) paintTally(plate, state);
}

/** What was found stands across the plate, which has no numbers yet. */
function tellLookUp({ value, boxes }, words) {
  setText(value, words);
  setAttributes(value, { "font-size": Math.max(boxes.value.height * 0.5, 13).toFixed(1) });
}

const waits = (run, node) => isSweepingBack(run) && run.arrived[node] === 0 && run.trace.nodes[node].op !== "constant";

function adjointWords(run, node) {
  return `${run.bornBack[node] > 0 ? "▲ " : ""}${prettyNumber(run.adjoint[node], DIGITS)}`;
}

function write(text, words, box) {
  setText(text, words);
  if (words) setAttributes(text, { "font-size": fit(words, box.width, box.height).toFixed(1) });
}

/** What the look-up said, where a node has no value yet. */
function lookedUp(run, node, current) {
  const step = current ? lastStep(run) : null;
  if (step?.phase !== "build") return "";
  const { role, text } = run.trace.program.entries[step.entry];
  if (role === "reference" && run.trace.sharing === "unique") return `called ${text}`;
  return step.reused ? "seen before" : "new";
}

/** The contributions that have arrived so far, in order of arrival. */
function arrivals(run, node) {
  return run.incoming[node].filter((index) => index < run.step).map((index) => run.trace.steps[index]);
}

function paintTally(plate, { run }) {
  const { node, slots, tally } = plate;
  const { due } = run.trace.nodes[node];
  const come = arrivals(run, node);
  const tallied = isSweepingBack(run) && !isBeforeReset(run); // the terms of the run before are not kept
  const arrived = run.arrived[node];
  const key = `${run.step > 0 && tallied}/${arrived}/${come.map((step) => step.contribution).join()}`;
  if (plate.tallied === key) return;
  plate.tallied = key;
  tally.replaceChildren(...(tallied ? TALLIES[slots.kind](slots, inSlots(come, arrived, due), arrived) : []));
}

/** By slot: the step that filled it, "blocked" where the edge brought nothing, null while it is due. */
function inSlots(come, arrived, due) {
  const filled = new Map(come.map((step) => [step.arrived - 1, step]));
  return Array.from({ length: due }, (_, slot) => filled.get(slot) ?? (slot < arrived ? "blocked" : null));
}

const fullness = (content) => ({ "data-full": String(content !== null && content !== "blocked"), "data-blocked": String(content === "blocked") });
const place = (x) => x.toFixed(1);

const TALLIES = {
  terms({ places, wide, font, gap, height }, contents) {
    return places.flatMap(([x, y], slot) => {
      const content = contents[slot];
      const words = content === "blocked" ? "–" : content && prettyNumber(content.contribution, DIGITS);
      const box = svg("rect", {
        class: "qsts-slot", ...fullness(content), x: place(x - wide / 2), y: place(y - height / 2), width: place(wide), height: place(height), rx: place(height * 0.28),
      });
      const term = words ? [svg("text", { class: "qsts-term", x: place(x), y: place(y), "font-size": place(font) }, words)] : [];
      const plus = slot > 0 ? [svg("text", { class: "qsts-plus", x: place(x - wide / 2 - gap / 2), y: place(y), "font-size": place(font) }, "+")] : [];
      return [box, ...term, ...plus];
    });
  },
  pips({ places, pip }, contents) {
    return places.map(([x, y], slot) => svg("circle", { class: "qsts-slot", ...fullness(contents[slot]), cx: place(x), cy: place(y), r: place(pip) }));
  },
  count({ places: [[x, y]], font }, contents, arrived) {
    return [svg("text", { class: "qsts-plus", x: place(x), y: place(y), "font-size": place(font) }, `${arrived} of ${contents.length}`)];
  },
};

/** Where a node's value or adjoint stands, or null where it has no plate. @param {"value"|"adjoint"} cell */
export function cellMiddle(state, node, cell) {
  const plate = state.plates.get(node);
  return plate ? middle(plate.boxes[cell]) : null;
}

/** Where the contribution that arrives as number `arrived` belongs. */
export function slotMiddle(state, node, arrived) {
  const plate = state.plates.get(node);
  if (!plate) return null;
  return plate.slots ? plate.slots.places[Math.min(arrived, plate.slots.places.length) - 1] : middle(plate.boxes.adjoint);
}

/** The boxes of all plates. */
export function plateBoxes(state) {
  return [...state.plates.values()].map(({ boxes }) => boxes.all);
}
