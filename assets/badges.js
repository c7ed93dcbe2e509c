// What stands around a node: its name above, its value and its adjoint below.

import { CHARACTER, GAP, sizesFor, textBoxes } from "./around.js";
import { setAttributes, setText, svg } from "./dom.js";
import { pushApart } from "./magnify.js";
import { isBroken, prettyNumber, subscripted } from "./numbers.js";
import { adjointState, isSweepingBack } from "./steps.js";

const DIGITS = 4;
const MAGNIFIED = 16;

/** A special node's radius on screen. */
export function drawnRadius({ compact, scale }) {
  return compact ? Math.max(scale.radius, MAGNIFIED) : scale.radius;
}

export function clearBadges(state) {
  state.layers.badges.replaceChildren();
  state.badges.clear();
}

/**
 * Draw or refresh what stands around one mark. In a compact picture only special nodes have it,
 * and stand magnified.
 */
export function drawBadge(state, mark, node, role, step) {
  let badge = state.badges.get(mark);
  if (state.compact && !role.special) {
    badge?.group.remove();
    state.badges.delete(mark);
    return;
  }
  if (!badge) {
    badge = createBadge(state, mark, node);
    state.badges.set(mark, badge);
    state.layers.badges.append(badge.group);
  }
  fillBadge(badge, state, node, role, step);
}

function createBadge(state, mark, node) {
  const radius = drawnRadius(state);
  const { size, valueY, pillY } = sizesFor(radius);
  const side = state.compact ? "around" : state.sides[mark];
  const [x, y] = state.places[mark];
  const { name, op, label } = state.run.trace.nodes[node];
  const text = (kind, dy, font, words) => svg("text", { class: `qsts-${kind}`, y: dy.toFixed(1), "font-size": font.toFixed(1) }, words);
  const [nameAt, valueAt, pillAt] = heights(side, { radius, size, valueY, pillY }, needsPill(state, node));
  const parts = {
    radius, size, pillY, side, place: [x, y],
    leader: svg("line", { class: "qsts-leader" }),
    words: node === state.run.trace.output ? `${subscripted(name)} = ${state.run.trace.letters.output}` : subscripted(name),
    name: text("name", nameAt, size.name, ""),
    value: text("value", valueAt, size.value, ""),
    box: svg("rect", { class: "qsts-adjoint-box", height: (size.pill * 1.6).toFixed(1), y: (pillAt - size.pill * 0.8).toFixed(1), rx: (size.pill * 0.45).toFixed(1) }),
    adjoint: text("adjoint", pillAt, size.pill, ""),
  };
  const children = [parts.name, parts.value, parts.box, parts.adjoint];
  if (state.compact) children.unshift(parts.leader, ...magnified(radius, label, op));
  parts.group = svg("g", { class: "qsts-badge", "data-node": name, "data-side": side, transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` }, ...children);
  return parts;
}

const needsPill = (state, node) => state.run.trace.nodes[node].op !== "constant";

/** How far from the node's middle its name, its value and its adjoint stand. */
function heights(side, { radius, size, valueY, pillY }, pill) {
  if (side === "around") return [-radius - size.name * 0.85, valueY, pillY];
  const first = pill ? -size.value * 0.62 : 0;
  return [first, first, size.pill * 0.9];
}

/** Beside a node name and value share a line; the name stands left of the value. */
function placeBeside({ side, radius, size, name, value }) {
  const [inner, outer] = side === "left" ? [value, name] : [name, value];
  const font = side === "left" ? size.value : size.name;
  const inside = radius + GAP;
  const beyond = inner.textContent === "" ? inside : inside + inner.textContent.length * font * CHARACTER + GAP;
  const sign = side === "left" ? -1 : 1;
  setAttributes(inner, { x: (sign * inside).toFixed(1) });
  setAttributes(outer, { x: (sign * beyond).toFixed(1) });
}

/** The middle of a pill of this width. */
function pillMiddle({ side, radius }, width) {
  if (side === "around") return 0;
  return (side === "left" ? -1 : 1) * (radius + GAP + width / 2);
}

/** The middle, moved as far as it must be for the whole width to stay in the picture. */
function withinRoom({ place: [x] }, middle, width, room) {
  const left = x + middle - width / 2;
  return middle + Math.max(room.x - left, 0) - Math.max(left + width - room.x - room.width, 0);
}

/** A small node drawn again, large enough to read. */
function magnified(radius, label, op) {
  const short = label.length > 6 ? `${label.slice(0, 5)}…` : label;
  const font = Math.min(radius * 1.05, (1.7 * radius) / (CHARACTER * short.length));
  const corner = { variable: 0.3, constant: 0.1 }[op] ?? 1;
  return [
    svg("rect", { class: "qsts-magnified", x: -radius, y: -radius, width: 2 * radius, height: 2 * radius, rx: radius * corner }),
    svg("text", { class: "qsts-magnified-label", "font-size": font.toFixed(1) }, short),
  ];
}

function fillBadge(badge, state, node, role, step) {
  const { run } = state;
  const { due, op } = run.trace.nodes[node];
  const value = run.value[node];
  const adjoint = adjointState(run, node);
  setAttributes(badge.group, { "data-state": adjoint });
  badge.group.toggleAttribute("data-current", role.current);
  badge.group.toggleAttribute("data-picked", role.picked);
  badge.group.toggleAttribute("data-broken", isBroken(value));
  setText(badge.value, value === null ? lookedUp(run, role.current ? step : null) : prettyNumber(value, DIGITS));
  badge.group.toggleAttribute("data-unmade", run.made[node] === 0);
  setText(badge.name, run.born[node] ? `${badge.words} ▲ born here` : badge.words);
  if (badge.side !== "around") placeBeside(badge);
  badge.group.toggleAttribute("data-born", run.born[node]);
  badge.group.toggleAttribute("data-born-back", run.bornBack[node] > 0);
  const words = adjointWords(run, node, role.current ? step : null);
  const waits = adjoint === "none" && isSweepingBack(run) && (due > 0 || op === "variable");
  setText(badge.adjoint, waits ? "–" : words);
  const width = Math.max(words.length * badge.size.pill * CHARACTER + badge.size.pill * 0.9, badge.size.pill * 2.6);
  const middle = withinRoom(badge, pillMiddle(badge, width), width, state.scale.room);
  setAttributes(badge.adjoint, { x: middle.toFixed(1) });
  if (adjoint === "none") {
    setAttributes(badge.box, { width: 0, fill: "none" });
    return;
  }
  setAttributes(badge.box, { x: (middle - width / 2).toFixed(1), width: width.toFixed(1), fill: adjoint === "partial" ? `url(#${state.hatch})` : "" });
}

/** What the look-up said, where a node has no value yet. */
function lookedUp(run, step) {
  if (step?.phase !== "build") return "";
  const { role, text } = run.trace.program.entries[step.entry];
  if (role === "reference" && run.trace.sharing === "unique") return `called ${text}`;
  return step.reused ? "seen before" : "new";
}

/** "1 → 3" while it changes, "5 (1 of 2)" while more is due, "3" when final; "▲ nan" where it stopped being finite. */
function adjointWords(run, node, step) {
  if (run.adjoint[node] === null) return "";
  const now = `${run.bornBack[node] > 0 ? "▲ " : ""}${prettyNumber(run.adjoint[node], DIGITS)}`;
  const moves = step?.phase === "backward" && step.before !== null;
  const change = moves ? `${prettyNumber(step.before, DIGITS)} → ${now}` : now;
  const { due } = run.trace.nodes[node];
  return run.arrived[node] < due ? `${change} (${run.arrived[node]} of ${due})` : change;
}

/** Let magnified nodes stand clear of each other; a thin line leads back to where they belong. */
export function moveBadges(state) {
  const marks = [...state.badges.keys()].sort((one, other) => state.places[one][0] - state.places[other][0]);
  if (marks.length === 0) return;
  const { radius, size, pillY } = state.badges.get(marks[0]);
  const box = { width: 2 * radius + size.pill * 4, height: radius + size.name * 1.6 + pillY + size.pill };
  const moved = pushApart(marks.map((mark) => state.places[mark]), box, state.scale.room);
  marks.forEach((mark, index) => {
    const badge = state.badges.get(mark);
    const [x, y] = state.places[mark];
    badge.place = moved[index];
    setAttributes(badge.group, { transform: `translate(${badge.place.map((c) => c.toFixed(1)).join()})` });
    setAttributes(badge.leader, { x2: (x - badge.place[0]).toFixed(1), y2: (y - badge.place[1]).toFixed(1) });
  });
}

/** Where special nodes are drawn, for those that do not stand at their own place. */
export function movedNodes(state) {
  const moved = new Map();
  for (const [mark, badge] of state.badges) {
    const [x, y] = state.places[mark];
    if (Math.hypot(badge.place[0] - x, badge.place[1] - y) > 2) moved.set(state.data.picture.marks[mark].node, badge.place);
    else if (state.compact) moved.set(state.data.picture.marks[mark].node, null);
  }
  return moved;
}

/** A mark as one looks for a side for it. */
export function markAt(state, mark) {
  const { node } = state.data.picture.marks[mark];
  const { name, inputs } = state.run.trace.nodes[node];
  const words = node === state.run.trace.output ? `${name} = ${state.run.trace.letters.output}` : name;
  return { place: state.places[mark], name: words, leaf: inputs.length === 0, adjoint: needsPill(state, node) };
}

/** The boxes that a label should not cover: nodes with what stands around them. */
export function nodeBoxes(state) {
  const { radius } = state.scale;
  const boxes = state.places.map(([x, y]) => ({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }));
  for (const [mark, badge] of state.badges) {
    if (badge.side !== "around") {
      boxes.push(...textBoxes(markAt(state, mark), badge.side, badge.radius, badge));
      continue;
    }
    const [x, y] = badge.place;
    const top = badge.radius + badge.size.name * 1.4;
    const half = Math.max(badge.radius, badge.size.pill * 1.6);
    const box = { x: x - half, y: y - top, width: 2 * half, height: top + badge.pillY + badge.size.pill };
    boxes[mark] = box;
    if (state.compact) boxes.push(box, box, box); // what stands magnified matters more than what it covers
  }
  return boxes;
}
