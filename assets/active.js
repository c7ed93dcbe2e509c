// The edges of the step: made, then values run forward along solid blue, contributions back along dashed orange.

import { checkedLine, signed } from "./arithmetic.js";
import { svg } from "./dom.js";
import { arrowText, pathText, placeLabel, trimEnd } from "./geometry.js";
import { straight } from "./magnify.js";

const key = (from, slot) => `${from}/${slot}`;
const MOST_LABELS = 2;

/** The edges of a picture by parent and slot. */
export function edgesByUse(picture) {
  return new Map(picture.edges.map((edge) => [key(edge.from, edge.slot), edge]));
}

const intoNode = (node, trace, direction) => trace.nodes[node].inputs.map((_, slot) => ({ from: node, slot, direction, words: "" }));

/** Which edges a step moves along, by phase; "back" runs from the parent to the input. */
const MOVES = {
  build: (step, trace) => (step.inputs.length === 0 ? [] : intoNode(step.node, trace, "build")),
  forward: (step, trace) => intoNode(step.node, trace, "forth"),
  backward: (step, trace, run) => [{ from: step.from, slot: step.slot, direction: "back", words: contribution(step, run) }],
};

/** "1 × 2 = 2": the parent's adjoint times the local derivative, short enough to stand on an edge. */
function contribution(step, run) {
  const factors = [{ real: run.adjoint[step.from] }, { real: step.local }];
  const { texts, relation, result } = checkedLine(factors, ([one, other]) => one * other, step.contribution, 4, 4);
  return `${texts[0]} × ${signed(texts[1])} ${relation} ${result}`;
}

/**
 * Draw the moves of `steps` into `group`.
 * @param {SVGElement} group
 * @param {Object} view  run, steps, edges, toPixels, boxes, room, radius, magnified (how far ends are covered),
 *   moved (nodes that are drawn aside)
 */
export function drawActive(group, view) {
  const moves = view.steps.flatMap((step) => MOVES[step.phase]?.(step, view.run.trace, view.run) ?? []);
  const lines = [];
  const labels = [];
  for (const move of moves) {
    const edge = view.edges.get(key(move.from, move.slot));
    if (!edge) continue;
    const points = activePath(edge, move.direction === "back", view);
    lines.push(...activeLine(points, move.direction, view.radius));
    if (move.words && labels.length < MOST_LABELS) labels.push(activeLabel(points, move.words, view));
  }
  group.replaceChildren(...lines, ...labels);
}

/** The edge's own path, or a straight one where its ends stand aside. */
function activePath(edge, back, view) {
  const points = edge.path.map(view.toPixels);
  if (back) points.reverse();
  const ends = back ? [edge.from, edge.to] : [edge.to, edge.from];
  if (!ends.some((node) => view.moved.get(node))) return clearOf(points, view.magnified);
  const [from, to] = [points[0], points[points.length - 1]].map((point, index) => view.moved.get(ends[index]) ?? point);
  return straight(from, to, view.radius + 2);
}

/** The part of a path outside of its magnified ends, as far as any is left. */
function clearOf(points, reach) {
  const [start, end] = [points[0], points[points.length - 1]];
  const cut = Math.min(reach, Math.hypot(end[0] - start[0], end[1] - start[1]) * 0.3);
  return cut > 1 ? trimEnd(trimEnd(points, cut).reverse(), cut).reverse() : points;
}

function activeLine(points, direction, radius) {
  const size = Math.min(Math.max(radius * 0.55, 9), 22);
  const tip = points[points.length - 1];
  const trimmed = trimEnd(points, size);
  return [
    // The still edge and its arrowhead step back while something moves along them.
    svg("path", { class: "qsts-active-halo", "stroke-width": Math.max(15, radius * 0.45).toFixed(1), d: pathText(direction === "back" ? trimEnd(trimmed.slice().reverse(), 4) : trimmed) }),
    svg("path", { class: "qsts-active", "data-direction": direction, d: pathText(trimmed) }),
    svg("path", { class: "qsts-active-head", "data-direction": direction, d: arrowText(trimmed[trimmed.length - 1], tip, size) }),
  ];
}

function activeLabel(points, words, view) {
  const font = Math.min(Math.max(view.radius * 0.46, 14), 22);
  const size = { width: words.length * font * 0.54 + font * 1.1, height: font * 1.75 };
  const [x, y] = placeLabel(points, size, view.boxes, view.room);
  view.boxes.push({ x: x - size.width / 2, y: y - size.height / 2, ...size });
  return svg("g", { class: "qsts-active-label", transform: `translate(${x.toFixed(1)},${y.toFixed(1)})` },
    svg("rect", { x: -size.width / 2, y: -size.height / 2, width: size.width, height: size.height, rx: font * 0.45 }),
    svg("text", { "font-size": font.toFixed(1) }, words));
}
