// Values, changed where they are looked at: a variable is dragged sideways, moved by the arrow keys, or typed.
// Nothing is asked of the server meanwhile; once a value rests the address is written and Python is told.

import { html, setAttributes, setText } from "./dom.js";
import { prettyNumber, toNumber, toReal, writeValues } from "./numbers.js";

const REST = 300; // milliseconds after which a value that moved by keys rests
const DRAG_PIXELS = 5; // as far as a press may move and still be a click
const LARGEST = 1e15;
const KEYS = { ArrowUp: 1, ArrowDown: -1 };
/** An arrow key moves as far as so many pixels. */
const PIXELS_OF_A_KEY = 10;
const HANDLE = "[data-qsts=handle]";

/** The amount of one pixel: a hundredth of the number's power of ten. @param {number} real */
const unitOf = (real) => 10 ** Math.floor(Math.log10(Math.abs(real) || 1)) / 100;

const pace = (event) => (event.shiftKey ? 10 : event.altKey ? 0.1 : 1);

/** `real` moved by so many pixels, as round as they are. */
function movedBy(real, unit, pixels) {
  const far = Math.round((real + pixels * unit) / unit) * unit;
  return Math.min(Math.max(Number(far.toPrecision(12)), -LARGEST), LARGEST);
}

/**
 * @param {HTMLElement} stage @param {HTMLElement} root
 * @param {{at: () => Object, set: (at: Object) => void, tell: (told: {serial: string, at: Object}) => void, address: () => boolean}} page
 * @param {AbortSignal} signal
 */
export function createValues(stage, root, page, signal) {
  // The unit of the keys stays while they move one value: a smaller one at each step would never come past 0.
  const state = { held: false, timer: 0, waiting: null, again: false, keyed: null };
  const change = (name, number) => page.set({ ...page.at(), [name]: toReal(number) });
  const rest = () => {
    clearTimeout(state.timer);
    state.timer = 0;
    state.waiting = `${Date.now()}`;
    state.again = true;
    if (page.address()) writeAddress(page.at());
    page.tell({ serial: state.waiting, at: page.at() });
  };
  const restSoon = () => {
    clearTimeout(state.timer);
    state.timer = setTimeout(rest, REST);
  };

  stage.addEventListener("pointerdown", (press) => {
    const handle = press.target.closest?.(HANDLE);
    if (!handle || press.button !== 0) return;
    handle.focus({ preventScroll: true });
    press.preventDefault(); // no text is selected meanwhile
    hold(handle.dataset.variable, press);
  }, { signal });

  function hold(name, press) {
    state.keyed = null;
    let number = toNumber(page.at()[name]);
    const unit = unitOf(number);
    let x = press.clientX;
    let exact = number;
    const release = new AbortController();
    const end = () => {
      release.abort();
      if (state.held) {
        state.held = false;
        rest();
      }
    };
    const options = { capture: true, signal: release.signal };
    window.addEventListener("pointermove", (event) => {
      if (!state.held && Math.abs(event.clientX - press.clientX) <= DRAG_PIXELS) return;
      state.held = true;
      exact += (event.clientX - x) * pace(event) * unit;
      x = event.clientX;
      const next = movedBy(exact, unit * Math.min(pace(event), 1), 0);
      if (next !== number) change(name, next);
      number = next;
    }, options);
    for (const kind of ["pointerup", "pointercancel"]) window.addEventListener(kind, end, options);
  }

  stage.addEventListener("keydown", (event) => {
    const handle = event.target.closest?.(HANDLE);
    if (!handle || event.ctrlKey || event.metaKey || !(event.key in KEYS || event.key === "Enter")) return;
    event.preventDefault();
    event.stopPropagation();
    const name = handle.dataset.variable;
    if (event.key === "Enter") return type(handle);
    const number = toNumber(page.at()[name]);
    if (state.keyed?.name !== name) state.keyed = { name, unit: unitOf(number) };
    const fine = Math.min(pace(event), 1);
    change(name, movedBy(number, state.keyed.unit * fine, (KEYS[event.key] * PIXELS_OF_A_KEY * pace(event)) / fine));
    restSoon();
  }, { signal });

  stage.addEventListener("dblclick", (event) => {
    const handle = event.target.closest?.(HANDLE);
    if (handle) type(handle);
  }, { signal });

  /** A field over the node; Enter takes the number, Escape leaves it. */
  function type(handle) {
    const name = handle.dataset.variable;
    state.keyed = null;
    const box = handle.getBoundingClientRect();
    const field = html("input", {
      class: "qsts-typed", "aria-label": `${name}, a number`, "data-qsts": "value", "data-variable": name, inputmode: "decimal",
      style: `left:${box.left}px;top:${box.top}px`,
    });
    field.value = String(page.at()[name]);
    const leave = new AbortController(); // a field that is taken away loses the focus too
    const close = () => {
      leave.abort();
      field.remove();
      handle.focus({ preventScroll: true });
    };
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
      if (event.key !== "Enter") return;
      const number = Number(field.value.trim().replaceAll("−", "-").replace(",", ".") || NaN);
      if (!(Math.abs(number) <= LARGEST)) {
        setAttributes(field, { "aria-invalid": "true", title: `A number up to ${LARGEST} is wanted here, as in 0.5 or 1e-9.` });
        return;
      }
      change(name, number);
      close();
      rest();
    });
    field.addEventListener("blur", () => field.remove(), { signal: leave.signal });
    root.append(field);
    field.focus();
    field.select();
  }

  signal.addEventListener("abort", () => {
    clearTimeout(state.timer);
    for (const field of boxesAbove()) field.readOnly = false; // the boxes outlive a stage that leaves
  });
  return {
    /** Whether a state that the server sends is older than what stands here; told once more, for a session may be lost. */
    isOlder(heard) {
      if (heard === state.waiting) state.waiting = null;
      if (state.waiting !== null && state.again && state.timer === 0 && !state.held) {
        state.again = false;
        page.tell({ serial: state.waiting, at: page.at() });
      }
      return state.held || state.timer !== 0 || state.waiting !== null;
    },
    /** Another formula: what was moved belongs to the one before. */
    forget() {
      clearTimeout(state.timer);
      Object.assign(state, { held: false, timer: 0, waiting: null });
    },
  };
}

/** Whether data bring nothing but a state at which the player stands already. */
export function isSameFilm(old, next, at) {
  const rest = ({ film, names, stage }) => JSON.stringify([{ ...film, at: null }, names, stage]);
  return Object.entries(at).every(([name, real]) => Object.is(real, old.film.at[name])) && rest(old) === rest(next);
}

/** Write the state into the address. */
function writeAddress(at) {
  const address = new URL(window.location.href);
  address.searchParams.set("at", writeValues(at));
  window.history.replaceState(window.history.state, "", address);
}

const boxesAbove = () => document.querySelectorAll(".st-key-qsts-values input[type=text]");

/** Write value, gradient and boxes above the stage anew: the server wrote them for the state that it knows. */
export function writeAbove({ value, gradient, at }, isMoving) {
  const facts = document.querySelector("[data-qsts=facts]");
  if (facts) setText(facts.querySelector("[data-field=value]"), prettyNumber(value));
  for (const cell of facts?.querySelectorAll("[data-variable]") ?? []) {
    const slope = gradient[cell.dataset.variable];
    if (slope !== undefined) setText(cell, prettyNumber(slope));
  }
  for (const field of boxesAbove()) {
    // React does not know what is written here, and writes its own once the server has heard: typing waits for that.
    field.readOnly = isMoving;
    const name = field.getAttribute("aria-label");
    setAttributes(field, { "data-qsts": "value", "data-variable": name });
    if (isMoving && name in at && field !== document.activeElement) field.value = String(at[name]);
  }
  // Sentences of the server on numbers that are not finite are of the state before until it has heard.
  const warnings = document.querySelector(".st-key-qsts-warnings");
  if (warnings) warnings.style.visibility = isMoving ? "hidden" : "";
}
