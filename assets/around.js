// Where a node's name, value and adjoint stand: above and below it, or beside it where rows are tight. Pure.

import { overlap, pointAt } from "./geometry.js";

/** @typedef {"around"|"left"|"right"} Side */
/** @typedef {{place: [number, number], name: string, leaf: boolean, adjoint: boolean}} Node what is to be placed */

export const GAP = 5;
export const CHARACTER = 0.56;
const TYPICAL = 7;
const ROUNDS = 4;
const SAMPLES = [0.06, 0.12, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 0.94];
const PER_SAMPLE = 40;

/** What a side costs by itself: the usual one nothing, one where edges come or go the most. */
const TASTE = { around: () => 0, left: (node) => (node.leaf ? 60 : 500), right: () => 180 };

/** Sizes in pixels of what stands around a node of this radius, and how far below its middle. */
export function sizesFor(radius) {
  const least = radius < 17 ? 12 : 14;
  const size = {
    name: Math.min(Math.max(radius * 0.44, least), 22),
    value: Math.min(Math.max(radius * 0.5, least), 24),
    pill: Math.min(Math.max(radius * 0.46, least - 1), 22),
  };
  const valueY = radius + size.value * 0.85;
  return { size, valueY, pillY: valueY + size.value * 0.6 + size.pill * 0.8 };
}

/** The boxes that a node's texts take on a side. @param {Node} node @param {Side} side */
export function textBoxes({ place: [x, y], name, adjoint }, side, radius, { size, valueY, pillY }) {
  const nameWidth = name.length * CHARACTER * size.name;
  const valueWidth = TYPICAL * CHARACTER * size.value;
  const pillWidth = adjoint ? TYPICAL * CHARACTER * size.pill + size.pill * 0.9 : 0;
  if (side === "around") {
    const width = Math.max(valueWidth, pillWidth);
    const bottom = adjoint ? pillY + size.pill * 0.8 : valueY + size.value * 0.6;
    return [
      { x: x - nameWidth / 2, y: y - radius - size.name * 1.5, width: nameWidth, height: size.name * 1.3 },
      { x: x - width / 2, y: y + radius + 2, width, height: bottom - radius - 2 },
    ];
  }
  const width = Math.max(nameWidth + GAP + valueWidth, pillWidth);
  const [top, bottom] = [size.value * 1.25, adjoint ? size.pill * 1.75 : 0];
  return [{ x: side === "left" ? x - radius - GAP - width : x + radius + GAP, y: y - (adjoint ? top : top / 2), width, height: top + bottom }];
}

/**
 * Choose a side for each node, so that nothing is covered as far as that is possible.
 * @param {Node[]} nodes @param {[number, number][][]} paths the edges @param {Object} room
 * @returns {{sides: Side[], clashes: number}} and how many nodes remain in each other's way
 */
export function chooseSides(nodes, paths, radius, room) {
  const sizes = sizesFor(radius);
  const discs = nodes.map(({ place: [x, y] }) => ({ x: x - radius, y: y - radius, width: 2 * radius, height: 2 * radius }));
  const samples = paths.flatMap((path) => SAMPLES.map((t) => pointAt(path, t)));
  const options = nodes.map((node) => Object.keys(TASTE).map((side) => {
    const boxes = textBoxes(node, side, radius, sizes);
    return { side, boxes, cost: TASTE[side](node) + standingCost(boxes, samples, room) };
  }));
  const chosen = options.map((list) => list[0]);
  const inTheWay = (boxes, index) => discs.concat(chosen.flatMap((option) => option.boxes))
    .filter((other) => other !== discs[index] && !chosen[index].boxes.includes(other))
    .reduce((sum, other) => sum + boxes.reduce((area, box) => area + overlap(box, other), 0), 0);
  for (let round = 0, changed = true; changed && round < ROUNDS; round += 1) {
    changed = false;
    options.forEach((list, index) => {
      const costs = list.map((option) => option.cost + 15 * inTheWay(option.boxes, index));
      const best = list[costs.indexOf(Math.min(...costs))];
      changed ||= best !== chosen[index];
      chosen[index] = best;
    });
  }
  const clashes = chosen.filter((option, index) => inTheWay(option.boxes, index) > 40).length;
  return { sides: chosen.map((option) => option.side), clashes };
}

/** What boxes cost wherever the others stand: edges behind them, and what leaves the room. */
function standingCost(boxes, samples, room) {
  const within = ([x, y]) => boxes.some((box) => x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height);
  const outside = boxes.reduce((sum, box) => sum + box.width * box.height - overlap(box, room), 0);
  return PER_SAMPLE * samples.filter(within).length + 6 * outside;
}
