// The picture: plotly drew it once; here its points are coloured and what moves is drawn over them.

import { drawCards } from "./cards.js";
import { listenToPresses, setAttributes, svg } from "./dom.js";
import { drawBeats, nodesRead } from "./beats.js";
import { prepareHandles, tellHandles } from "./handles.js";
import { paintGrown, planUses, prepareGrown } from "./grown.js";
import { arrow, paintLanes, prepareLanes, roomOf } from "./lanes.js";
import { hasPlates, paintPlate, preparePlates } from "./plates.js";
import { lightTwins, prepareTwins } from "./twins.js";
import { adjointState, currentNode, shownSteps } from "./steps.js";

/** How finely a node without a plate shows which part of its adjoint has arrived. */
const GAUGES = 8;
let pictures = 0;

/**
 * @param {() => HTMLElement|null} findChart
 * @param {{onPick: (node: number) => void, onDrawn: () => void}} callbacks
 */
export function createPicture(findChart, callbacks) {
  const state = {
    chart: null, data: null, run: null, marksOf: [], edges: new Map(), scale: null, layers: null,
    plates: new Map(), lanes: [], special: new Set(), grown: new Map(), handles: new Map(), focused: null, uses: [], gauge: `qsts-gauge-${(pictures += 1)}`,
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
      state.edges = new Map(data.picture.edges.map((edge) => [`${edge.from}/${edge.slot}`, edge]));
      state.uses = planUses(data.trace.steps);
      state.marksOf = data.trace.nodes.map(() => []);
      data.picture.marks.forEach((mark, index) => state.marksOf[mark.node].push(index));
    },
    /** True once the chart on the page is the one that the data describe. */
    ready: () => state.scale !== null && state.chart.isConnected,
    paint: (view, nodes) => paint(state, view, nodes),
    /** Draw a moment of the steps that are under way: t from 0 to 1. */
    film(steps, t) {
      markActors(state, steps, t);
      drawBeats(state, steps, t);
    },
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
  const unit = Math.abs(xaxis.l2p(1000) - xaxis.l2p(0)) / 1000; // plotly rounds to hundredths of a pixel
  state.scale = {
    points,
    texts: chart.querySelectorAll(".scatterlayer .textpoint text"),
    unit,
    radius: data.picture.radius * unit,
    toPixels: ([x, y]) => [xaxis.l2p(x), yaxis.l2p(y)],
    room: roomOf(chart, xaxis._length, yaxis._length),
  };
  state.places = data.picture.marks.map((mark) => state.scale.toPixels([mark.x, mark.y]));
  state.compact = !hasPlates(state);
  chart.toggleAttribute("data-compact", state.compact);
  prepareLayers(state, plot.plot.node());
  resizePoints(state);
  prepareGrown(state);
  preparePlates(state);
  prepareLanes(state);
  prepareHandles(state);
  prepareTwins(state);
  drawOutput(state);
  return true;
}

function prepareLayers(state, plot) {
  if (!state.layers) {
    const group = (name) => svg("g", { class: `qsts-${name}` });
    const [output, lanes, grown, open, ways, twins, plates, beads, cards, handles] =
      ["output", "lanes", "grown", "opens", "ways", "twins", "plates", "beads", "cards", "handles"].map(group);
    state.layers = {
      output, lanes, grown, open, ways, twins, plates, beads, cards, handles,
      // What runs between nodes lies under them, what speaks of them over them.
      under: svg("g", { class: "qsts-overlay" }, output, lanes, grown, open, ways),
      root: svg("g", { class: "qsts-overlay" }, svg("defs", {}, ...gauges(state.gauge)), twins, plates, beads, cards, handles),
    };
  }
  if (state.layers.root.parentNode !== plot) plot.append(state.layers.root);
  if (state.layers.under.parentNode !== plot) plot.prepend(state.layers.under);
}

/** Fills of which so many eighths, from below, are full. */
function gauges(name) {
  return Array.from({ length: GAUGES - 1 }, (_, index) => {
    const empty = `${(100 * (GAUGES - 1 - index)) / GAUGES}%`;
    const stop = (kind) => svg("stop", { class: `qsts-gauge-${kind}`, offset: empty });
    return svg("linearGradient", { id: `${name}-${index + 1}`, x1: 0, y1: 0, x2: 0, y2: 1 }, stop("empty"), stop("full"));
  });
}

/** The arrow out of the graph, and the way by which the seed comes in. */
function drawOutput(state) {
  const { layers, run, places, marksOf, scale, data } = state;
  const mark = marksOf[run.trace.output][0];
  const [x, y] = places[mark];
  const rim = x + data.picture.marks[mark].half[0] * scale.unit;
  const [reach, aside] = [scale.radius * 0.95, scale.radius < 14 ? 2 : 5.5];
  const ways = (from, to, dy) => [[from, y + dy], [to, y + dy]];
  const name = svg("text", { class: "qsts-output-name", x: (rim + reach + scale.radius * 0.38).toFixed(1), y: (y - aside).toFixed(1), "font-size": Math.max(scale.radius * 0.58, 13).toFixed(1) }, run.trace.letters.output);
  layers.output.replaceChildren(
    ...arrow(ways(rim + 2, rim + reach, -aside), "still", 2, 13),
    svg("g", { class: "qsts-lane", "data-seed": "", "data-passed": "false" }, ...arrow(ways(rim + reach, rim + 4, aside), "back", scale.radius < 14 ? 1.3 : 2.6, 12)),
    name,
  );
}

/** Give every point its shape and every label its size, at the present zoom. */
function resizePoints({ data, scale, places }) {
  const { unit, points, texts } = scale;
  data.picture.marks.forEach((mark, index) => {
    const node = data.trace.nodes[mark.node];
    const [halfX, halfY] = mark.half.map((length) => length * unit);
    points[index].setAttribute("d", OUTLINES[mark.shape](...places[index], halfX, halfY));
    setAttributes(points[index], { "data-shape": mark.shape, "data-node": node.name });
    const label = texts[index];
    if (label) label.style.setProperty("font-size", `${labelSize(halfX, halfY, label.textContent, mark.shape)}px`, "important");
  });
}

/** As large as the label allows, without leaving the node. */
function labelSize(halfX, halfY, label, shape) {
  const wide = (shape === "diamond" ? 1.2 : 1.65) * halfX;
  const high = label.length === 1 ? halfY * (shape === "square" ? 1 : 1.12) : halfY * 0.8;
  return Math.max(Math.min(high, wide / (0.55 * label.length)), 1).toFixed(1);
}

/** Outlines around (x, y). A thousand points with transforms of their own cost a third of a frame more. */
const OUTLINES = {
  circle: (x, y, r) => `M${x + r},${y}a${r},${r} 0 1 0 ${-2 * r},0a${r},${r} 0 1 0 ${2 * r},0Z`,
  diamond: (x, y, r) => `M${x + r},${y}l${-r},${r}l${-r},${-r}l${r},${-r}Z`,
  square(x, y, halfX, halfY) {
    const corner = halfY * 0.46;
    const [sideX, sideY] = [2 * (halfX - corner), 2 * (halfY - corner)];
    const turn = (dx, dy) => `a${corner},${corner} 0 0 1 ${dx * corner},${dy * corner}`;
    return `M${x - sideX / 2},${y - halfY}h${sideX}${turn(1, 1)}v${sideY}${turn(-1, 1)}h${-sideX}${turn(-1, -1)}v${-sideY}${turn(1, -1)}Z`;
  },
};

/**
 * Repaint the given nodes (null: all) and the moving edges.
 * @param {{picked: number|null, grain: string}} view
 * @param {Set<number>|null} nodes
 */
function paint(state, view, nodes) {
  const { run, layers, scale } = state;
  const steps = shownSteps(run, view.grain);
  const current = currentNode(run);
  const special = specialNodes(steps, current, view.picked);
  const touched = nodes ?? run.trace.nodes.keys();
  const all = new Set([...touched, ...special, ...state.special]);
  for (const node of all) {
    const role = { current: node === current, picked: node === view.picked };
    for (const mark of state.marksOf[node]) {
      markPoint(scale.points[mark], state, node, role);
      markText(scale.texts[mark], run, node);
    }
    paintPlate(state, node, role);
  }
  paintGrown(state, all);
  paintLanes(state);
  for (const lane of layers.output.querySelectorAll("[data-seed]")) setAttributes(lane, { "data-passed": String(run.arrived[run.trace.output] > 0) });
  state.special = special;
  tellHandles(state);
  drawCards(state, state.compact ? actorsOf(steps, current) : []);
  lightTwins(state, current);
  markActors(state, steps, 1);
  drawBeats(state, steps, 1);
}

/** Who receives and who sends in the last of these steps. */
function actorsOf(steps, current) {
  const last = steps[steps.length - 1];
  if (current === null) return [];
  return [{ node: current, role: "to" }, ...(last?.phase === "backward" ? [{ node: last.from, role: "from" }] : [])];
}

/** Show who sends, who receives, and whose values the local derivatives are made of. */
function markActors(state, steps, t) {
  const { chart, run, scale } = state;
  for (const old of chart.querySelectorAll("[data-role]")) old.removeAttribute("data-role");
  for (const old of chart.querySelectorAll("[data-read]")) old.removeAttribute("data-read");
  if (t < 1) for (const old of chart.querySelectorAll("[data-current]")) old.removeAttribute("data-current");
  const give = (node, role) => state.marksOf[node].forEach((mark) => scale.points[mark].setAttribute("data-role", role));
  for (const step of steps) {
    if (step.phase === "backward") {
      give(step.from, "from");
      if (t > 0.6) give(step.to, "to");
    }
    if (step.phase === "backward" || step.phase === "forward") {
      if (t > 0.06) for (const node of nodesRead(run, step)) state.plates.get(node)?.group.setAttribute("data-read", "");
    }
  }
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

function markPoint(point, { run, gauge }, node, role) {
  const { due } = run.trace.nodes[node];
  const part = Math.min(Math.max(Math.round((GAUGES * run.arrived[node]) / due), 1), GAUGES - 1);
  if (adjointState(run, node) === "partial") point.style.setProperty("--qsts-gauge", `url("#${gauge}-${part}")`);
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
