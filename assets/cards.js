// Where nodes are too small for plates: the actors of the step keep their places, and cards at the picture's edge speak for them.

import { svg } from "./dom.js";
import { prettyNumber, subscripted } from "./numbers.js";
import { DIGITS, widthInDigits } from "./plates.js";
import { adjointState } from "./steps.js";

const HEIGHT = 40;
const CARD_FONT = 18;
const MARGIN = 10;

/**
 * Draw the cards of the step: who receives at the left, who sends at the right.
 * @param {Object} state of the picture @param {{node: number, role: "to"|"from"}[]} actors
 */
export function drawCards(state, actors) {
  const { layers, scale } = state;
  layers.cards.replaceChildren(...actors.flatMap(({ node, role }) => {
    const mark = state.marksOf[node][0];
    const card = makeCard(state, node, role);
    const x = role === "to" ? scale.room.x + MARGIN : scale.room.x + scale.room.width - MARGIN - card.width;
    const y = scale.room.y + MARGIN;
    const [px, py] = state.places[mark];
    const leader = svg("line", {
      class: "qsts-leader", x1: (x + card.width / 2).toFixed(1), y1: (y + HEIGHT).toFixed(1), x2: px.toFixed(1), y2: (py - scale.radius).toFixed(1),
    });
    card.group.setAttribute("transform", `translate(${x.toFixed(1)},${y.toFixed(1)})`);
    return [leader, card.group];
  }));
}

function makeCard(state, node, role) {
  const { run } = state;
  const { name, label, op } = run.trace.nodes[node];
  const value = run.value[node];
  const adjoint = run.adjoint[node];
  const cells = [
    ["card-label", label.length > 9 ? `${label.slice(0, 8)}…` : label], ["name", subscripted(name)],
    ["value", value === null ? "" : prettyNumber(value, DIGITS)],
    ["adjoint", adjoint === null ? "–" : prettyNumber(adjoint, DIGITS)],
  ].map(([kind, words]) => ({ kind, words, width: Math.max(widthInDigits(words) * CARD_FONT * 0.57 + 18, 34) }));
  const width = cells.reduce((sum, cell) => sum + cell.width, 0);
  let x = 0;
  const parts = cells.flatMap(({ kind, words, width: wide }) => {
    const middle = x + wide / 2;
    const papers = {
      value: [svg("rect", { class: "qsts-value-cell", x, y: 0, width: wide, height: HEIGHT })],
      adjoint: [svg("rect", { class: "qsts-adjoint-cell", x, y: 0, width: wide, height: HEIGHT })],
    };
    x += wide;
    return [...(papers[kind] ?? []), svg("text", { class: `qsts-${kind}`, x: middle.toFixed(1), y: HEIGHT / 2, "font-size": CARD_FONT }, words)];
  });
  const group = svg("g", { class: "qsts-card", "data-node": name, "data-role": role, "data-op": op, "data-state": adjointState(run, node) },
    svg("rect", { class: "qsts-card-paper", width, height: HEIGHT, rx: 9 }), ...parts,
    svg("rect", { class: "qsts-card-rim", width, height: HEIGHT, rx: 9 }));
  return { group, width };
}
