// The chart while the graph is being built: edges come with their nodes, and what lies on the node stack has an open end.

import { svg } from "./dom.js";
import { arrowText, pathText, trimEnd } from "./geometry.js";
import { useKey } from "./lanes.js";
import { isBuilding, lastStep } from "./steps.js";

const OPEN_SHARE = 0.4;

/**
 * When each push onto the node stack is taken off again, and by which edge.
 * @returns {{node: number, from: number, until: number, edge: string}[]}  on the stack after steps from+1 … until
 */
export function planUses(steps) {
  const stack = [];
  const uses = [];
  let statement = 0;
  steps.forEach((step, index) => {
    if (step.phase !== "build") return;
    if (step.statement !== statement) [stack.length, statement] = [0, step.statement];
    if (step.node === null) return;
    stack.splice(stack.length - step.inputs.length)
      .forEach((use, slot) => Object.assign(use, { until: index, edge: useKey(step.node, slot) }));
    const use = { node: step.node, from: index, until: steps.length, edge: "" };
    stack.push(use);
    uses.push(use);
  });
  return uses;
}

/** Draw every edge once, at the present zoom; the style sheet shows those whose node is made. */
export function prepareGrown(state) {
  const { layers, scale, data } = state;
  state.grown = new Map();
  layers.grown.replaceChildren();
  if (!data.trace.program) return;
  for (const edge of data.picture.edges) {
    const points = edge.path.map(scale.toPixels);
    const size = Math.max(scale.radius * 0.42, 3);
    const trimmed = trimEnd(points, size * 0.9);
    const parts = [
      svg("path", { class: "qsts-grown-edge", d: pathText(trimmed) }),
      svg("path", { class: "qsts-grown-head", d: arrowText(trimmed[trimmed.length - 1], points[points.length - 1], size * 0.84) }),
    ];
    state.grown.set(edge.from, [...(state.grown.get(edge.from) ?? []), ...parts]);
    layers.grown.append(...parts);
  }
}

/** Show the edges of `nodes` as far as these are made, the open ends, and the node that was found. */
export function paintGrown(state, nodes) {
  const { run, layers, chart, grown } = state;
  const building = isBuilding(run);
  chart.toggleAttribute("data-building", building);
  for (const node of nodes) {
    for (const part of grown.get(node) ?? []) part.toggleAttribute("data-unmade", run.made[node] === 0);
  }
  layers.open.replaceChildren(...(building ? [...openEnds(state), ...found(state)] : []));
}

/** The first part of the edge that each entry of the node stack will become. */
function openEnds({ run, uses, edges, scale }) {
  const waiting = uses.filter((use) => use.from < run.step && run.step <= use.until && edges.has(use.edge));
  return waiting.flatMap((use) => {
    const points = edges.get(use.edge).path.map(scale.toPixels);
    const [start, end] = [points[0], points[points.length - 1]];
    const part = trimEnd(points, Math.hypot(end[0] - start[0], end[1] - start[1]) * (1 - OPEN_SHARE));
    const [x, y] = part[part.length - 1];
    const newest = use.from === run.step - 1 ? { "data-newest": "" } : {};
    return [
      svg("path", { class: "qsts-open", d: pathText(part), ...newest }),
      svg("circle", { class: "qsts-open-end", cx: x.toFixed(1), cy: y.toFixed(1), r: 5, ...newest }),
    ];
  });
}

/** A ring that runs out from a node that was seen before. */
function found({ run, marksOf, places, scale }) {
  const step = lastStep(run);
  if (!step?.reused) return [];
  return marksOf[step.node].map((mark) => {
    const [x, y] = places[mark];
    return svg("circle", { class: "qsts-found", cx: x.toFixed(1), cy: y.toFixed(1), r: (Math.max(scale.radius, 12) * 1.2).toFixed(1) });
  });
}
