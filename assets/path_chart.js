// A group of its own over a chart that plotly drew: the path on the ground, the step on the course.

import { listenToPresses, setAttributes, svg } from "./dom.js";

const FARTHEST = 1e5; // pixels; what is farther away is drawn there
const SHORTEST_ARROW = 14; // pixels; below, only the direction is shown
const RIM = 12; // pixels from a point to where the mark of it ends

/**
 * @typedef {Object} Overlay
 * @property {(signature: string, words: string) => void} expect   which chart is wanted from now on, and what it shows
 * @property {() => void} refresh                    look for the chart and measure it
 * @property {() => boolean} ready
 * @property {(point: number[]) => number[]} toPixels
 * @property {() => SVGElement} layer
 */

/**
 * @param {() => HTMLElement[]} findCharts
 * @param {{onDrawn: () => void, onClick: (x: number, y: number) => void, onHover?: (x: number, y: number) => void}} callbacks
 * @returns {Overlay}
 */
export function createOverlay(findCharts, callbacks) {
  const layer = svg("g", { class: "qsts-overlay qsts-path" });
  const state = { chart: null, signature: "", words: "", axes: null, layer };
  let listeners = new AbortController();
  const redraw = () => {
    if (measure(state)) callbacks.onDrawn();
  };
  function attach() {
    const chart = findCharts().find((one) => one.layout?.meta?.qsts === state.signature);
    if (!chart || chart === state.chart) return;
    state.chart?.removeListener?.("plotly_afterplot", redraw);
    listeners.abort(); // those of the chart before: one of them is on the window
    listeners = new AbortController();
    state.chart = chart;
    chart.on("plotly_afterplot", redraw);
    setAttributes(chart, { tabindex: "0", role: "group", "data-qsts": "path-chart" });
    listenToPointer(state, chart, callbacks, listeners.signal);
  }
  return {
    expect(signature, words = "") {
      Object.assign(state, { signature, words });
      state.axes = null;
    },
    refresh() {
      attach();
      redraw();
    },
    ready: () => state.axes !== null && state.chart.isConnected,
    toPixels: (point) => toPixels(state.axes, point),
    layer: () => layer,
    chart: () => state.chart,
    destroy() {
      listeners.abort();
      state.chart?.removeListener?.("plotly_afterplot", redraw);
      layer.remove();
    },
  };
}

/** Take up the axes of the chart; false while it is another one. */
function measure(state) {
  const plot = state.chart?._fullLayout?._plots?.xy;
  if (!plot || state.chart.layout?.meta?.qsts !== state.signature || !fits(state.chart)) return false;
  state.axes = { x: plot.xaxis, y: plot.yaxis };
  setAttributes(state.chart, { "aria-label": state.words });
  const room = plot.plot.node();
  if (state.layer.parentNode !== room || room.lastChild !== state.layer) room.append(state.layer);
  return true;
}

/** Whether plotly has drawn for the room that there is by now. */
function fits(chart) {
  const { width, height } = chart._fullLayout;
  const room = chart.closest("[data-qsts-room]");
  return room !== null && Math.abs(width - room.clientWidth) < 4 && Math.abs(height - room.clientHeight) < 4;
}

/**
 * Colour the bands between contours, low ground solid, high ground paper: by the style sheet's
 * colours, so that they follow the theme.
 * @param {HTMLElement} chart
 */
export function colourBands(chart) {
  const bands = [...chart.querySelectorAll(".contourbg path, .contourfill path")];
  const scale = [...chart.querySelectorAll(".cbfill")];
  for (const group of [bands, scale]) {
    group.forEach((band, index) => {
      const share = 100 * (1 - index / Math.max(group.length - 1, 1)) ** 1.25;
      band.style.setProperty("fill", `color-mix(in oklab, var(--qsts-ground-low) ${share.toFixed(1)}%, var(--qsts-ground-high))`, "important");
    });
  }
}

function toPixels(axes, [x, y]) {
  const near = (pixel) => Math.min(Math.max(pixel, -FARTHEST), FARTHEST);
  return [near(axes.x.d2p(x)), near(axes.y.d2p(y))];
}

/** A press that does not drag is a click, and gives the chart the focus. */
function listenToPointer(state, chart, callbacks, signal) {
  listenToPresses(chart, (event) => {
    const place = state.chart === chart && placeOf(state, event);
    if (place) callbacks.onClick(...place);
  }, signal);
  if (callbacks.onHover) {
    chart.addEventListener("pointermove", (event) => callbacks.onHover(placeOf(state, event)), { signal });
    chart.addEventListener("pointerleave", () => callbacks.onHover(null), { signal });
  }
}

/** Where in the data an event is, or null outside of the axes. */
function placeOf({ chart, axes }, event) {
  if (!axes) return null;
  const box = chart.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left - axes.x._offset, event.clientY - box.top - axes.y._offset];
  if (x < 0 || y < 0 || x > axes.x._length || y > axes.y._length) return null;
  return [axes.x.p2d(x), axes.y.p2d(y)];
}

/** The path, from its points in pixels. */
export function createTrail() {
  const parts = {
    others: svg("path", { class: "qsts-path-others" }),
    cloud: svg("path", { class: "qsts-path-cloud" }),
    ahead: svg("path", { class: "qsts-path-ahead" }),
    halo: svg("path", { class: "qsts-path-halo" }),
    trail: svg("path", { class: "qsts-path-trail" }),
    dots: svg("path", { class: "qsts-path-dots" }),
    next: svg("path", { class: "qsts-path-next" }),
    start: svg("circle", { class: "qsts-path-start", r: 7 }),
    here: svg("circle", { class: "qsts-path-here", r: 10, "data-qsts": "here" }),
  };
  return {
    elements: Object.values(parts),
    /**
     * @param {string[]} points  "x,y" in pixels, by step
     * @param {number} step
     * @param {{cloud: string, others: string}} view  where the many are, and how they came there, as one path each
     */
    show(points, step, { cloud, others }) {
      const past = points.slice(0, step + 1);
      const line = past.length > 1 ? `M${past.join("L")}` : "";
      setAttributes(parts.ahead, { d: points.length > step + 1 ? `M${points.slice(step).join("L")}` : "" });
      setAttributes(parts.halo, { d: line });
      setAttributes(parts.trail, { d: line });
      setAttributes(parts.dots, { d: past.map((point) => `M${point}h0`).join("") });
      setAttributes(parts.cloud, { d: cloud });
      setAttributes(parts.others, { d: others });
      place(parts.start, points[0]);
      place(parts.here, points[step]);
      setAttributes(parts.next, { d: points[step + 1] ? arrow(points[step], points[step + 1]) : "" });
    },
  };
}

function place(circle, point) {
  const [cx, cy] = point.split(",");
  setAttributes(circle, { cx, cy });
}

/** An arrow from a point to the next, as long as the step; where that is too short, a hollow chevron beside the point. */
function arrow(from, to) {
  const [[x, y], [x1, y1]] = [from, to].map((point) => point.split(",").map(Number));
  const size = Math.hypot(x1 - x, y1 - y);
  if (!(size > 0)) return "";
  const [ux, uy] = [(x1 - x) / size, (y1 - y) / size];
  const at = (along, aside) => `${(x + along * ux - aside * uy).toFixed(1)},${(y + along * uy + aside * ux).toFixed(1)}`;
  if (size < SHORTEST_ARROW) return `M${at(RIM + 2, 5)}L${at(RIM + 9, 0)}L${at(RIM + 2, -5)}Z`;
  const barb = Math.min(11, size / 2);
  return `M${at(Math.min(RIM, size / 2), 0)}L${at(size, 0)}M${at(size - barb, 0.6 * barb)}L${at(size, 0)}L${at(size - barb, -0.6 * barb)}`;
}

/** The mark of a step on the course: a line, and a dot on each curve. */
export function createCourseMark() {
  const rule = svg("path", { class: "qsts-path-rule" });
  const dots = ["value", "adjoint"].map((kind) => svg("circle", { class: "qsts-path-dot", "data-kind": kind, r: 7 }));
  return {
    elements: [rule, ...dots],
    /** @param {Overlay} overlay @param {number} step */
    show(overlay, step) {
      const { _fullData: curves, _fullLayout: layout } = overlay.chart();
      const [x] = overlay.toPixels([step, 1]);
      setAttributes(rule, { d: `M${x.toFixed(1)},0V${layout._plots.xy.yaxis._length}` });
      dots.forEach((dot, index) => {
        const height = curves[index]?.y[step];
        const shown = typeof height === "number" && height > 0;
        dot.toggleAttribute("hidden", !shown);
        if (shown) setAttributes(dot, { cx: x.toFixed(1), cy: overlay.toPixels([step, height])[1].toFixed(1) });
      });
    },
  };
}
