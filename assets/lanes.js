// The way back: beside each edge a lane that stays once a contribution has come along it, with the local derivative.

import { setAttributes, svg } from "./dom.js";
import { arrowText, isWithin, meets, overlap, pointAt } from "./geometry.js";
import { prettyNumber } from "./numbers.js";
import { hasPlates, plateBoxes, widthInDigits } from "./plates.js";

const SAMPLES = 24;
const PLACES = [0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75];
const DIGIT = 0.55;
/** Pixels between a label and its own lane, and the least to any other way: it belongs to the nearer one. */
const [NEAR, CLEAR] = [5, 7];

/** What tells an edge from every other. */
export const useKey = (from, slot) => `${from}/${slot}`;

/** @typedef {[number, number]} Point */

/** The points of an edge on the page, from its input to its parent. @returns {Point[]} */
export function edgePoints(state, from, slot) {
  const edge = state.edges.get(useKey(from, slot));
  if (!edge) return [];
  const path = edge.path.map(state.scale.toPixels);
  return Array.from({ length: SAMPLES + 1 }, (_, index) => pointAt(path, index / SAMPLES));
}

/** How far the lane is from its edge. */
const apart = ({ scale }) => Math.min(Math.max(scale.radius * 0.27, 3), 13);

/** The lane along which a contribution goes back, from the parent to the input. @returns {Point[]} */
export function lanePoints(state, from, slot) {
  const points = edgePoints(state, from, slot).reverse();
  const distance = apart(state);
  const moved = points.map(([x, y], index) => {
    const [before, after] = [points[Math.max(index - 1, 0)], points[Math.min(index + 1, points.length - 1)]];
    const [dx, dy] = [after[0] - before[0], after[1] - before[1]];
    const length = Math.hypot(dx, dy) || 1;
    return [x - (dy / length) * distance, y + (dx / length) * distance];
  });
  return moved;
}

/** How long a way is. @param {Point[]} points */
export function lengthOf(points) {
  return points.slice(1).reduce((sum, [x, y], index) => sum + Math.hypot(x - points[index][0], y - points[index][1]), 0);
}

/** The point at a share of the length of a way. @param {Point[]} points @returns {Point} */
export function along(points, share) {
  let left = lengthOf(points) * Math.min(Math.max(share, 0), 1);
  for (let index = 1; index < points.length; index += 1) {
    const [[x0, y0], [x1, y1]] = [points[index - 1], points[index]];
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (left <= length && length > 0) return [x0 + ((x1 - x0) * left) / length, y0 + ((y1 - y0) * left) / length];
    left -= length;
  }
  return points[points.length - 1];
}

const spell = ([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`;

/** A way with a head, up to a share of its length, as two paths. @param {Point[]} points */
export function arrow(points, kind, width, head, share = 1) {
  const length = lengthOf(points) * share;
  const size = Math.min(head, length * 0.6);
  const base = along(points, (share * (length - size)) / (length || 1));
  const tip = along(points, share);
  const kept = [];
  let gone = 0;
  for (let index = 0; index < points.length; index += 1) {
    if (index > 0) gone += Math.hypot(points[index][0] - points[index - 1][0], points[index][1] - points[index - 1][1]);
    if (gone < length - size) kept.push(points[index]);
  }
  return [
    svg("path", { class: `qsts-way qsts-way-${kind}`, d: `M${[...kept, base].map(spell).join("L")}`, "stroke-width": width }),
    svg("path", { class: `qsts-head qsts-head-${kind}`, d: arrowText(base, tip, size * 0.9) }),
  ];
}

/** Make every lane, hidden until something has come along it. */
export function prepareLanes(state) {
  const { layers, run } = state;
  state.lanes = [];
  const labelled = hasPlates(state);
  const taken = labelled ? [...plateBoxes(state), ...nodeBoxes(state)] : [];
  const ways = labelled ? [...state.edges.values()].flatMap(({ from, slot }) => {
    const key = useKey(from, slot);
    return [{ key, points: edgePoints(state, from, slot) }, { key, points: lanePoints(state, from, slot) }];
  }) : [];
  const small = state.scale.radius < 14;
  run.trace.steps.forEach((step, index) => {
    if (step.phase !== "backward" || !state.edges.has(useKey(step.from, step.slot))) return;
    const points = lanePoints(state, step.from, step.slot);
    const parts = arrow(points, "back", small ? 1.3 : 2.6, small ? 7 : 12);
    const label = labelled && !step.blocked ? laneLabel(state, points, step, { taken, ways }) : null;
    if (label) parts.push(label);
    const group = svg("g", { class: "qsts-lane", "data-passed": "false", "data-blocked": String(Boolean(step.blocked)) }, ...parts);
    state.lanes.push({ index, group, label });
  });
  layers.lanes.replaceChildren(...state.lanes.map(({ group }) => group));
}

/** Show the lanes of the steps taken. */
export function paintLanes(state) {
  const { run, lanes } = state;
  for (const { index, group, label } of lanes) {
    setAttributes(group, { "data-passed": String(index < run.step), "data-newest": String(index === run.step - 1) });
    if (label && index < run.step) label.textContent = wordsOf(run.trace.steps[index]);
  }
}

const wordsOf = (step) => `× ${wrapped(step.local)}`;

/** A number; in parentheses where its sign would be misread. */
export function wrapped(real) {
  const text = prettyNumber(real, 4);
  return /^[-−]/.test(text) ? `(${text})` : text;
}

/** "× 2" beside the middle of a lane, where it is free; null where it would lie on something. */
function laneLabel(state, points, step, { taken, ways }) {
  const own = useKey(step.from, step.slot);
  const font = Math.min(Math.max(state.scale.radius * 0.36, 12), 17);
  const words = wordsOf(step);
  const size = { width: widthInDigits(words) * font * DIGIT + 6, height: font * 1.2 };
  for (const share of PLACES) {
    const [x, y] = along(points, share);
    const [[x0, y0], [x1, y1]] = [along(points, share - 0.04), along(points, share + 0.04)];
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const [nx, ny] = [-(y1 - y0) / length, (x1 - x0) / length];
    const away = NEAR + Math.abs(nx) * size.width / 2 + Math.abs(ny) * size.height / 2;
    const [mx, my] = [x + nx * away, y + ny * away];
    const box = { x: mx - size.width / 2, y: my - size.height / 2, ...size };
    const free = isWithin(box, state.scale.room) && !taken.some((other) => overlap(box, other) > 0)
      && !ways.some((other) => meets(other.points, box, other.key === own ? NEAR - 2 : CLEAR));
    if (!free) continue;
    taken.push(box);
    return svg("text", { class: "qsts-lane-label", x: mx.toFixed(1), y: my.toFixed(1), "font-size": font.toFixed(1) }, words);
  }
  return null;
}

/** The boxes of the nodes themselves. */
export function nodeBoxes({ data, places, scale }) {
  return data.picture.marks.map(({ half }, index) => {
    const [width, height] = half.map((length) => 2 * length * scale.unit);
    return { x: places[index][0] - width / 2, y: places[index][1] - height / 2, width, height };
  });
}

/** The plot's own rectangle with a margin, without what the formula at its top covers. */
export function roomOf(chart, width, height) {
  const margin = 4;
  const source = chart.closest("[data-qsts=stage]")?.querySelector(".qsts-source");
  const top = chart.querySelector(".nsewdrag")?.getBoundingClientRect().top ?? 0;
  const covered = source?.offsetHeight ? Math.max(source.getBoundingClientRect().bottom - top, 0) : 0;
  return { x: margin, y: margin + covered, width: width - 2 * margin, height: height - covered - 2 * margin };
}
