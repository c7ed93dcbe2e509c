// The stage's room: which elements are its parts, and how tall it is, so that the bar ends within the window.

import { setAttributes } from "./dom.js";

export const STAGE = "[class*='st-key-qsts'][class*='-stage'], [data-qsts=stage]";
/** What a stage shows reads from left to right in every language; sentences in it may be translated. */
export const MATHEMATICS = { dir: "ltr", translate: "no" };
const BELOW = 8;
const LEAST_CHART = 380;
const LEAST_ALONE = 300;

/** True while the chart on the page stands in the room that the style sheet gives it. */
export function isNamed(stage) {
  return stage.querySelector("[data-qsts-room] .js-plotly-plot") !== null;
}

/** Tell the style sheet which elements are the stage, its wrappers, and the chart's room. */
export function nameWrappers(stage, parent) {
  setAttributes(stage, { "data-qsts": "stage", ...MATHEMATICS });
  for (let element = parent; element && element !== stage; element = element.parentElement) {
    setAttributes(element, { "data-qsts-wrapper": "" });
  }
  let room = stage.querySelector(".js-plotly-plot");
  while (room && room.parentElement !== stage) room = room.parentElement;
  if (room) setAttributes(room, { "data-qsts-room": "" });
}

/** Mark what stands around the stage, so that it can be shown alone: the style sheet hides what is beside these. */
export function nameAround(stage) {
  for (let element = stage.parentElement; element; element = element.parentElement) setAttributes(element, { "data-qsts-around": "" });
}

/**
 * Keep the stage as tall as the window leaves it below what stands above, now and whenever that changes.
 * Where too little is left the page scrolls, and the style sheet keeps the bar in sight.
 * @param {HTMLElement} stage @param {HTMLElement} bar
 * @param {AbortSignal} signal
 */
export function keepRoom(stage, bar, signal) {
  const scroller = scrollerOf(stage);
  let last = "";
  const fit = () => {
    if (!stage.isConnected) return;
    if (bar.offsetHeight > 0) scroller.style.setProperty("--qsts-bar-height", `${bar.offsetHeight}px`);
    const above = stage.getBoundingClientRect().top + scroller.scrollTop;
    const rest = window.innerHeight - above - BELOW;
    const around = bar.offsetHeight + 16;
    const least = document.documentElement.dataset.qstsShowing ? LEAST_ALONE : LEAST_CHART + around;
    const height = `${Math.round(Math.max(rest, least))}px`;
    if (height === last) return;
    last = height;
    stage.style.setProperty("--qsts-height", height);
  };
  const watch = new ResizeObserver(fit);
  for (let element = stage.parentElement; element; element = element.parentElement) watch.observe(element);
  window.addEventListener("resize", fit, { signal });
  window.addEventListener("beforeprint", () => keepForPaper(stage), { signal });
  document.addEventListener("qsts-showing", fit, { signal });
  signal.addEventListener("abort", () => watch.disconnect());
  fit();
}

/** A chart is printed as it stands on the screen, at the size of the paper; the address stands at the foot. */
function keepForPaper(stage) {
  setAttributes(stage, { "data-address": window.location.href });
  for (const room of document.querySelectorAll("[data-qsts-room], .stPlotlyChart")) {
    room.style.setProperty("--qsts-room-width", String(room.offsetWidth));
    room.style.setProperty("--qsts-room-height", String(room.offsetHeight));
  }
}

/** The element that scrolls what the stage stands in. */
function scrollerOf(stage) {
  for (let element = stage.parentElement; element; element = element.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(element).overflowY)) return element;
  }
  return document.scrollingElement;
}
