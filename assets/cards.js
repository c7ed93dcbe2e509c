// Where nodes are too small for plates: the actors of the step keep their places, and cards at the picture's edge speak for them.

import { svg } from "./dom.js";
import { overlap } from "./geometry.js";
import { nodeBoxes } from "./lanes.js";
import { prettyNumber, subscripted } from "./numbers.js";
import { DIGITS, widthInDigits } from "./plates.js";
import { adjointState } from "./steps.js";

const HEIGHT = 2.2; // ems
const [CARD_FONT, LEAST_CARD_FONT] = [18, 13];
const MARGIN = 8;
const STRIDE = 6;

/**
 * Draw the cards of the step: who receives at the left, who sends at the right.
 * @param {Object} state of the picture @param {{node: number, role: "to"|"from"}[]} actors
 */
export function drawCards(state, actors) {
  const { layers, scale } = state;
  if (!actors.length) return layers.cards.replaceChildren();
  const taken = nodeBoxes(state);
  const drawn = makeCards(state, actors).flatMap(({ group, node, role, width, height }) => {
    const box = findRoom(scale.room, { width, height }, role, taken);
    if (!box) return []; // a card that covered a node would say less than it hides: the ledger has its numbers
    taken.push(box);
    group.setAttribute("transform", `translate(${box.x.toFixed(1)},${box.y.toFixed(1)})`);
    const [px, py] = state.places[state.marksOf[node][0]];
    const below = py > box.y + height / 2;
    const leader = svg("line", {
      class: "qsts-leader", x1: (box.x + width / 2).toFixed(1), y1: (box.y + (below ? height : 0)).toFixed(1),
      x2: px.toFixed(1), y2: (py + (below ? -1 : 1) * scale.radius).toFixed(1),
    });
    return [leader, group];
  });
  layers.cards.replaceChildren(...drawn);
}

/** The cards, as large as leaves them room beside each other. */
function makeCards(state, actors) {
  const make = (font) => actors.map(({ node, role }) => makeCard(state, node, role, font));
  const wide = make(CARD_FONT).reduce((sum, { width }) => sum + width, 0);
  const room = state.scale.room.width - (actors.length + 1) * MARGIN;
  return wide <= room ? make(CARD_FONT) : make(Math.max((CARD_FONT * room) / wide, LEAST_CARD_FONT));
}

/** A place at a side of the picture where a card covers no node, or null: at the top, at the bottom, else between. */
function findRoom(room, { width, height }, role, taken) {
  const sides = [room.x + MARGIN, room.x + room.width - MARGIN - width];
  if (role === "from") sides.reverse();
  const [top, bottom] = [room.y + MARGIN, room.y + room.height - MARGIN - height];
  const between = Array.from({ length: Math.max(Math.floor((bottom - top) / STRIDE), 0) }, (_, index) => top + index * STRIDE);
  for (const y of bottom < top ? [] : [top, bottom, ...between]) {
    for (const x of sides) {
      const box = { x, y, width, height };
      if (taken.every((other) => overlap(box, other) === 0)) return box;
    }
  }
  return null;
}

function makeCard(state, node, role, font) {
  const { run } = state;
  const { name, label, op } = run.trace.nodes[node];
  const value = run.value[node];
  const adjoint = run.adjoint[node];
  const cells = [
    ["card-label", label.length > 9 ? `${label.slice(0, 8)}…` : label], ["name", subscripted(name)],
    ["value", value === null ? "" : prettyNumber(value, DIGITS)],
    ["adjoint", adjoint === null ? "–" : prettyNumber(adjoint, DIGITS)],
  ].map(([kind, words]) => ({ kind, words, width: Math.max(widthInDigits(words) * font * 0.57 + font, 1.9 * font) }));
  const height = HEIGHT * font;
  const width = cells.reduce((sum, cell) => sum + cell.width, 0);
  let x = 0;
  const parts = cells.flatMap(({ kind, words, width: wide }) => {
    const middle = x + wide / 2;
    const papers = {
      value: [svg("rect", { class: "qsts-value-cell", x, y: 0, width: wide, height })],
      adjoint: [svg("rect", { class: "qsts-adjoint-cell", x, y: 0, width: wide, height })],
    };
    x += wide;
    return [...(papers[kind] ?? []), svg("text", { class: `qsts-${kind}`, x: middle.toFixed(1), y: height / 2, "font-size": font.toFixed(1) }, words)];
  });
  const group = svg("g", { class: "qsts-card", "data-node": name, "data-role": role, "data-op": op, "data-state": adjointState(run, node) },
    svg("rect", { class: "qsts-card-paper", width, height, rx: 9 }), ...parts,
    svg("rect", { class: "qsts-card-rim", width, height, rx: 9 }));
  return { group, node, role, width, height };
}
