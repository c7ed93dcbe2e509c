// The picture: plotly drew it once; here its points are coloured and what moves is drawn over them.

import { drawActive, edgesByUse } from "./active.js";
import { chooseSides } from "./around.js";
import { clearBadges, drawBadge, drawnRadius, markAt, moveBadges, movedNodes, nodeBoxes } from "./badges.js";
import { listenToPresses, setAttributes, svg } from "./dom.js";
import { paintGrown, planUses, prepareGrown } from "./grown.js";
import { adjointState, currentNode, shownSteps } from "./steps.js";

const MOST_MAGNIFIED = 2;
/** Nodes up to which all may have what stands around them, and the radius from which it can be read. */
const MOST_BADGES = 60;
const LEAST_RADIUS = 13;
let patterns = 0;

/**
 * @param {() => HTMLElement|null} findChart
 * @param {{onPick: (node: number) => void, onDrawn: () => void}} callbacks
 */
export function createPicture(findChart, callbacks) {
  const state = {
    chart: null, data: null, run: null, marksOf: [], edges: new Map(), scale: null, layers: null,
    badges: new Map(), special: new Set(), grown: new Map(), uses: [], hatch: `qsts-hatch-${(patterns += 1)}`,
  };
  const mayHover = (event) => !(event && isUnmade(state, nearestNode(state, event)));
  const redraw = () => {
    if (measure(state)) callbacks.onDrawn();
  };
  let onChart = new AbortController(); // of this chart: the next formula brings another

  function attach() {
    const chart = findChart();
    if (!chart?._fullLayout?._plots?.xy || chart === state.chart) return;
    state.chart?.removeListener?.("plotly_afterplot", redraw);
    state.chart?.removeListener?.("plotly_beforehover", mayHover);
    onChart.abort();
    onChart = new AbortController();
    state.chart = chart;
    chart.on("plotly_afterplot", redraw);
    chart.on("plotly_beforehover", mayHover);
    listenToClicks(state, chart, callbacks.onPick, onChart.signal);
    setAttributes(chart, { tabindex: "0", role: "group", "aria-roledescription": "graph", "data-qsts": "chart" });
  }

  return {
    /** Look for the chart, measure it, draw all of it. */
    refresh() {
      attach();
      redraw();
    },
    /** @param {Object} data the player's data @param {Run} run */
    load(data, run) {
      state.data = data;
      state.run = run;
      state.scale = null;
      state.special = new Set();
      state.edges = edgesByUse(data.picture);
      state.uses = planUses(data.trace.steps);
      state.marksOf = data.trace.nodes.map(() => []);
      data.picture.marks.forEach((mark, index) => state.marksOf[mark.node].push(index));
    },
    /** True once the chart on the page is the one that the data describe. */
    ready: () => state.scale !== null && state.chart.isConnected,
    paint: (view, nodes) => paint(state, view, nodes),
    /** Light one node, for the pointer is on its text; null for none. */
    light(node) {
      state.chart?.querySelectorAll(".point[data-lit]").forEach((point) => point.removeAttribute("data-lit"));
      if (node === null || !state.scale) return;
      for (const mark of state.marksOf[node]) state.scale.points[mark].setAttribute("data-lit", "");
    },
    destroy() {
      onChart.abort();
      state.chart?.removeListener?.("plotly_afterplot", redraw);
      state.chart?.removeListener?.("plotly_beforehover", mayHover);
      state.layers?.root.remove();
    },
  };
}

/** Read the axes' scale, size labels and points; false while the chart is another one. */
function measure(state) {
  const { chart, data } = state;
  if (!chart || !data || chart.layout?.meta?.qsts !== data.names.picture) return false;
  const plot = chart._fullLayout._plots?.xy;
  const points = chart.querySelectorAll(".scatterlayer .point");
  if (!plot || points.length !== data.picture.marks.length) return false;
  const { xaxis, yaxis } = plot;
  const unit = Math.abs(xaxis.l2p(1) - xaxis.l2p(0));
  state.scale = {
    points,
    texts: chart.querySelectorAll(".scatterlayer .textpoint text"),
    radius: data.picture.radius * unit,
    toPixels: ([x, y]) => [xaxis.l2p(x), yaxis.l2p(y)],
    room: { x: 4, y: 4, width: xaxis._length - 8, height: yaxis._length - 8 },
  };
  state.places = data.picture.marks.map((mark) => state.scale.toPixels([mark.x, mark.y]));
  state.compact = !arrange(state);
  chart.toggleAttribute("data-compact", state.compact);
  chart.style.setProperty("--qsts-hatch", `url("#${state.hatch}")`);
  prepareLayers(state, plot.plot.node());
  resizePoints(state);
  prepareGrown(state);
  clearBadges(state);
  return true;
}

/** Find a side for what stands around every node; false where there is no room for that. */
function arrange(state) {
  const { radius, room, toPixels } = state.scale;
  if (radius < LEAST_RADIUS || state.places.length > MOST_BADGES) return false;
  const marks = state.places.map((_, mark) => markAt(state, mark));
  const { sides, clashes } = chooseSides(marks, state.data.picture.edges.map((edge) => edge.path.map(toPixels)), radius, room);
  state.sides = sides;
  return clashes <= Math.max(2, marks.length / 6);
}

function prepareLayers(state, plot) {
  if (!state.layers) {
    const grown = svg("g", { class: "qsts-grown" });
    const open = svg("g", { class: "qsts-opens" });
    const edge = svg("g", { class: "qsts-edges" });
    const badges = svg("g", { class: "qsts-badges" });
    const stripes = svg("pattern", { id: state.hatch, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("rect", { class: "qsts-hatch-paper", width: 7, height: 7 }), svg("rect", { class: "qsts-hatch-stripe", width: 2.4, height: 7 }));
    const labels = svg("g", { class: "qsts-edge-labels" });
    state.layers = {
      grown, open, edge, badges, labels,
      root: svg("g", { class: "qsts-overlay" }, svg("defs", {}, stripes), grown, open, edge, badges, labels),
    };
  }
  if (state.layers.root.parentNode !== plot) plot.append(state.layers.root);
}

/** Give every point its shape and every label its size, at the present zoom. */
function resizePoints({ data, scale, places }) {
  const { radius, points, texts } = scale;
  data.picture.marks.forEach((mark, index) => {
    const node = data.trace.nodes[mark.node];
    points[index].setAttribute("d", OUTLINES[mark.shape](...places[index], radius));
    setAttributes(points[index], { "data-shape": mark.shape, "data-node": node.name });
    const label = texts[index];
    if (label) label.style.setProperty("font-size", `${labelSize(radius, label.textContent, mark.shape)}px`, "important");
  });
}

/** As large as the label allows, without leaving the node. */
function labelSize(radius, label, shape) {
  const wide = (shape === "diamond" ? 1.25 : 1.65) * radius;
  const high = label.length === 1 ? Math.min(radius * 1.05, Math.max(radius * 0.8, 26)) : radius * 0.8;
  return Math.max(Math.min(high, wide / (0.55 * label.length)), 1).toFixed(1);
}

/** Outlines around (x, y). A thousand points with transforms of their own cost a third of a frame more. */
const OUTLINES = {
  circle: (x, y, r) => `M${x + r},${y}a${r},${r} 0 1 0 ${-2 * r},0a${r},${r} 0 1 0 ${2 * r},0Z`,
  diamond(x, y, radius) {
    const r = radius * 1.05;
    return `M${x + r},${y}l${-r},${r}l${-r},${-r}l${r},${-r}Z`;
  },
  square(x, y, radius) {
    const half = radius * 0.9;
    const corner = half * 0.32;
    const side = 2 * (half - corner);
    const turn = (dx, dy) => `a${corner},${corner} 0 0 1 ${dx * corner},${dy * corner}`;
    return `M${x - side / 2},${y - half}h${side}${turn(1, 1)}v${side}${turn(-1, 1)}h${-side}${turn(-1, -1)}v${-side}${turn(1, -1)}Z`;
  },
};

/**
 * Repaint the given nodes (null: all) and the moving edges.
 * @param {{picked: number|null, grain: string, flows: boolean}} view
 * @param {Set<number>|null} nodes
 */
function paint(state, view, nodes) {
  const { run, layers, scale } = state;
  const steps = shownSteps(run, view.grain);
  const current = currentNode(run);
  const special = specialNodes(steps, current, view.picked);
  const touched = nodes ?? run.trace.nodes.keys();
  const all = new Set([...touched, ...special, ...state.special]);
  const newest = steps[steps.length - 1];
  for (const node of all) {
    const role = { current: node === current, picked: node === view.picked, special: special.has(node) };
    for (const [use, mark] of state.marksOf[node].entries()) {
      if (state.compact && use >= MOST_MAGNIFIED) role.special = false;
      markPoint(scale.points[mark], run, node, role);
      markText(scale.texts[mark], run, node);
      drawBadge(state, mark, node, role, newest);
    }
  }
  paintGrown(state, all);
  state.special = special;
  if (state.compact) moveBadges(state);
  const boxes = nodeBoxes(state);
  layers.root.classList.toggle("qsts-flows", view.flows);
  drawActive(layers.edge, {
    run, steps, boxes, edges: state.edges, toPixels: scale.toPixels, room: scale.room,
    radius: Math.max(scale.radius, 14), magnified: drawnRadius(state) - scale.radius, moved: movedNodes(state),
  });
  layers.labels.replaceChildren(...layers.edge.querySelectorAll(".qsts-active-label"));
}

/** The nodes that stay legible however large the graph is. */
function specialNodes(steps, current, picked) {
  const special = new Set();
  for (const step of steps) {
    for (const node of [step.from, step.to, step.node, ...(step.inputs ?? [])]) if (Number.isInteger(node)) special.add(node);
  }
  for (const node of [current, picked]) if (node !== null) special.add(node);
  return special;
}

function markPoint(point, run, node, role) {
  setAttributes(point, {
    "data-value": run.value[node] === null ? "none" : "known",
    "data-state": adjointState(run, node),
  });
  point.toggleAttribute("data-current", role.current);
  point.toggleAttribute("data-picked", role.picked);
  point.toggleAttribute("data-born", run.born[node] || run.bornBack[node] > 0);
  point.toggleAttribute("data-unmade", run.made[node] === 0);
}

function markText(text, run, node) {
  if (!text) return; // of a graph too large for labels
  setAttributes(text, { "data-state": adjointState(run, node) });
  text.toggleAttribute("data-unmade", run.made[node] === 0);
}

/** A press that does not drag picks the node under it, and gives the chart the focus. */
function listenToClicks(state, chart, onPick, signal) {
  listenToPresses(chart, (event) => {
    if (state.chart !== chart) return;
    const node = nearestNode(state, event);
    if (node !== null && !isUnmade(state, node)) onPick(node);
  }, signal);
}

const isUnmade = (state, node) => node !== null && state.run.made[node] === 0;

function nearestNode(state, event) {
  if (!state.scale) return null;
  const plot = state.chart.querySelector(".nsewdrag").getBoundingClientRect();
  const [x, y] = [event.clientX - plot.left, event.clientY - plot.top];
  const reach = Math.max(state.scale.radius * 1.1, 9);
  let best = null;
  let least = reach;
  state.places.forEach(([px, py], index) => {
    const away = Math.hypot(px - x, py - y);
    if (away <= least) [best, least] = [state.data.picture.marks[index].node, away];
  });
  return best;
}
