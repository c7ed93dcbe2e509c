// What moves: a number leaves its cell, is multiplied at a gate, arrives in its place, is added. Pure in the time t from 0 to 1.

import { svg } from "./dom.js";
import { overlap } from "./geometry.js";
import { along, arrow, edgePoints, lanePoints, lengthOf, nodeBoxes, wrapped } from "./lanes.js";
import { prettyNumber } from "./numbers.js";
import { cellMiddle, DIGITS, hasPlates, plateBoxes, slotMiddle, widthInDigits } from "./plates.js";

/** Where on its way a gate stands: the first of these shares at which it covers nothing. */
const GATES = [0.31, 0.38, 0.24, 0.45, 0.52];
const GATE = GATES[0];
/** How much of its edge a gate may cover: a longer one is a dot, and its number stands in the panel alone. */
const MOST_COVERED = 0.45;

/** How long the motion of a phase lasts where there is time, in milliseconds. */
const LONGEST = { forward: 700, seed: 600, backward: 1800 };

/** @returns {number} milliseconds; 0 where nothing moves. @param {Object[]} steps @param {number} pause until the next step */
export function motionTime(steps, pause) {
  const longest = Math.max(0, ...steps.map((step) => LONGEST[step.phase] ?? 0));
  return Math.min(longest, pause * 0.6);
}

/** How far from the middle of its node a letter stands, in radii, and how far apart two are beside a word. */
const PORT = 0.68;
const WORD_APART = 1.9;

const part = (t, from, to) => Math.min(Math.max((t - from) / (to - from), 0), 1);
const inOut = (u) => (u < 0.5 ? 4 * u ** 3 : 1 - (2 - 2 * u) ** 3 / 2);
const out = (u) => 1 - (1 - u) ** 3;
const pulse = (u) => Math.sin(Math.PI * u);
const mix = ([x0, y0], [x1, y1], u) => [x0 + (x1 - x0) * u, y0 + (y1 - y0) * u];

/**
 * Draw the moment t of `steps`: t = 1 is how they stand when they are done.
 * @param {Object} state of the picture @param {Object[]} steps @param {number} t
 */
export function drawBeats(state, steps, t) {
  const marks = steps.flatMap((step) => MOVES[step.phase]?.(state, step, t) ?? []);
  state.layers.ways.replaceChildren(...marks.filter((mark) => mark.layer === "way").map(({ element }) => element));
  state.layers.beads.replaceChildren(...marks.filter((mark) => mark.layer === "bead").map(({ element }) => element));
}

const way = (...elements) => elements.map((element) => ({ layer: "way", element }));
const above = (...elements) => elements.map((element) => ({ layer: "bead", element }));

const MOVES = {
  build(state, step) {
    return step.inputs.flatMap((_, slot) => way(...arrow(edgePoints(state, step.node, slot), "build", 4, 15)));
  },

  forward(state, step, t) {
    const node = state.run.trace.nodes[step.node];
    const { inputs } = node;
    const there = placeOf(state, step.node);
    const ways = inputs.flatMap((_, slot) => way(...arrow(edgePoints(state, step.node, slot), "forth", lit(state), 15)));
    if (t >= 1 || !there) return ways;
    const cell = cellMiddle(state, step.node, "value") ?? there;
    const words = prettyNumber(step.value, DIGITS);
    const [fly, drop] = inputs.length ? [part(t, 0, 0.65), part(t, 0.65, 1)] : [1, t];
    if (fly < 1) {
      return [...ways, ...inputs.flatMap((input, slot) => {
        const points = edgePoints(state, step.node, slot);
        if (!points.length) return [];
        const from = cellMiddle(state, input, "value") ?? points[0];
        const route = [from, ...points, there];
        return above(bead(state, along(route, inOut(fly)), prettyNumber(state.run.value[input], DIGITS), "forth"));
      })];
    }
    return [...ways, ...above(bead(state, mix(there, cell, inOut(drop)), words, "forth"))];
  },

  seed(state, step, t) {
    if (t >= 1) return [];
    const there = placeOf(state, step.node);
    const cell = cellMiddle(state, step.node, "adjoint") ?? there;
    const start = [there[0] + state.scale.radius * 2.4, there[1] + 6];
    const rim = [there[0] + state.scale.radius, there[1] + 6];
    return above(bead(state, t < 0.5 ? mix(start, rim, inOut(t * 2)) : mix(rim, cell, inOut(t * 2 - 1)), "1", "back"));
  },

  backward(state, step, t) {
    const points = lanePoints(state, step.from, step.slot);
    if (!points.length || step.blocked) return []; // its lane alone tells of it
    const gate = planGate(state, points, step);
    const marks = [
      ...readInputs(state, step, out(part(t, 0.06, 0.2))),
      ...way(...(t > 0.12 ? arrow(points, "back", lit(state) + 2, 18, Math.max(out(part(t, 0.12, 0.3)), 0.02)) : [])),
      ...ports(state, step.from, out(part(t, 0, 0.12))),
      ...(gate ? above(drawGate(gate, out(part(t, 0.1, 0.22)), pulse(part(t, 0.4, 0.56)))) : []),
    ];
    const moving = t < 0.9 ? beadAt(state, step, points, gate?.share ?? GATE, t) : null;
    return moving ? [...marks, ...above(moving)] : marks;
  },
};

/** How thick a lit edge is. */
const lit = ({ scale }) => (scale.radius < 14 ? 2.2 : 3.6);

const placeOf = (state, node) => state.places[state.marksOf[node][0]];

/** The number on its way: the adjoint, then the contribution. */
function beadAt(state, step, points, share, t) {
  const adjoint = prettyNumber(state.run.adjoint[step.from], DIGITS);
  const contribution = prettyNumber(step.contribution, DIGITS);
  const cell = cellMiddle(state, step.from, "adjoint") ?? points[0];
  const slot = slotMiddle(state, step.to, step.arrived) ?? points[points.length - 1];
  const gate = along(points, share);
  const end = along(points, 0.95);
  if (t < 0.1) return null;
  if (t < 0.26) return bead(state, mix(cell, points[0], inOut(part(t, 0.1, 0.26))), adjoint, "back", 0.7 + 0.3 * part(t, 0.1, 0.26));
  if (t < 0.42) return bead(state, along(points, share * inOut(part(t, 0.26, 0.42))), adjoint, "back");
  if (t < 0.56) {
    const words = t < 0.49 ? `${adjoint} × ${wrapped(step.local)}` : contribution;
    return bead(state, gate, words, "back", 1 + 0.08 * pulse(part(t, 0.42, 0.56)));
  }
  if (t < 0.76) return bead(state, along(points, share + (0.95 - share) * inOut(part(t, 0.56, 0.76))), contribution, "back");
  const u = inOut(part(t, 0.76, 0.9));
  return bead(state, mix(end, slot, u), contribution, "back", 1 - 0.28 * u);
}

function bead(state, [x, y], words, kind, size = 1) {
  const at = `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${size.toFixed(3)})`;
  if (!hasPlates(state)) return svg("circle", { class: `qsts-bead-${kind}`, r: 9, transform: at });
  const font = Math.min(Math.max(state.scale.radius * 0.45, 15), 20);
  const high = font * 1.7;
  const wide = Math.max(high, widthInDigits(words) * font * 0.55 + font * 0.8);
  return svg("g", { class: `qsts-bead qsts-bead-${kind}`, transform: at },
    svg("rect", { class: "qsts-bead-halo", x: -wide / 2 - 3, y: -high / 2 - 3, width: wide + 6, height: high + 6, rx: high / 2 + 3 }),
    svg("rect", { x: -wide / 2, y: -high / 2, width: wide, height: high, rx: high / 2 }),
    svg("text", { "font-size": font.toFixed(1) }, words));
}

/** Where the local derivative stands on its lane, or null where there are no plates. */
function planGate(state, points, step) {
  if (!hasPlates(state)) return null;
  const font = Math.min(Math.max(state.scale.radius * 0.45, 15), 20);
  const words = `× ${wrapped(step.local)}`;
  const [wide, high] = [widthInDigits(words) * font * 0.55 + font * 0.8, font * 1.6];
  const taken = [...plateBoxes(state), ...nodeBoxes(state)];
  const isFree = (share) => {
    const [x, y] = along(points, share);
    const box = { x: x - wide / 2, y: y - high / 2, width: wide, height: high };
    return taken.every((other) => overlap(box, other) === 0);
  };
  const free = wide > MOST_COVERED * lengthOf(points) ? undefined : GATES.find(isFree);
  const share = free ?? GATE;
  return { share, at: along(points, share), words, font, wide, high, dot: free === undefined };
}

function drawGate({ at: [x, y], words, font, wide, high, dot }, shown, grown) {
  const at = `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(${(1 + 0.1 * grown).toFixed(3)})`;
  if (dot) return svg("circle", { class: "qsts-gate-dot", r: 6, transform: at, opacity: shown.toFixed(2) });
  return svg("g", { class: "qsts-gate", transform: at, opacity: shown.toFixed(2) },
    svg("rect", { x: -wide / 2, y: -high / 2, width: wide, height: high, rx: high * 0.28 }),
    svg("text", { "font-size": font.toFixed(1) }, words));
}

/** The letters by which a rule calls its inputs, inside the rim of the sender where these come in. */
function ports(state, node, shown) {
  const { letters } = state.run.trace;
  const { inputs, label } = state.run.trace.nodes[node];
  if (inputs.length < 2 || !hasPlates(state)) return [];
  const [x, y] = placeOf(state, node);
  const ends = inputs.map((_, slot) => edgePoints(state, node, slot).at(-1));
  if (ends.some((end) => !end)) return [];
  const size = Math.max(state.scale.radius * 0.42, 14);
  const away = Math.max(state.scale.radius * PORT, state.scale.radius - size * 0.62);
  // Letters stand a line apart, and above and below an operation that is a word.
  const least = label.length > 1 ? WORD_APART : 2 * Math.asin(Math.min((size * 0.55) / away, 1));
  const angles = spread(ends.map(([px, py]) => Math.atan2(py - y, px - x)), least);
  return above(...angles.map((angle, slot) => svg("text", {
    class: "qsts-port", x: (x + away * Math.cos(angle)).toFixed(1), y: (y + away * Math.sin(angle)).toFixed(1), "font-size": size.toFixed(1), opacity: shown.toFixed(2),
  }, [letters.left, letters.right][slot])));
}

/** Turn two angles away from each other until they are `least` apart. */
function spread([one, other], least) {
  const full = 2 * Math.PI;
  const between = ((other - one + 3 * Math.PI) % full) - Math.PI; // the shorter way round, signed
  const more = Math.max(least - Math.abs(between), 0) / 2;
  const side = between < 0 ? -1 : 1;
  return [one - side * more, other + side * more];
}

/** Light the inputs that the rule of the step reads: the local derivative is made of them. */
function readInputs(state, step, shown) {
  if (shown <= 0) return [];
  const { inputs } = state.run.trace.nodes[step.from];
  const read = [...new Set(step.rule.match(/\b[ab]\b/g) ?? [])].map((letter) => (letter === "a" ? 0 : 1));
  return read.filter((slot) => slot < inputs.length && slot !== step.slot).flatMap((slot) => {
    const points = edgePoints(state, step.from, slot);
    return points.length ? way(...arrow(points, "forth", lit(state), 15)).map((mark) => {
      mark.element.setAttribute("opacity", shown.toFixed(2));
      return mark;
    }) : [];
  });
}

/** The nodes whose values the local derivative of a step is made of. */
export function nodesRead(run, step) {
  if (step.phase !== "backward") return run.trace.nodes[step.node]?.inputs ?? [];
  const parent = run.trace.nodes[step.from];
  const named = { a: parent.inputs[0], b: parent.inputs[1], z: parent.id };
  return [...new Set(step.rule.match(/\b[abz]\b/g) ?? [])].map((letter) => named[letter]).filter((node) => node !== undefined);
}
