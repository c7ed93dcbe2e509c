// How much of the page is shown: all of it; `present=1`, the stage alone and large; `view=embed`, the same in a frame
// of another page, with a way to the whole one. The address says which, and the style sheet does the rest.

import { html, setAttributes } from "./dom.js";

const wholePage = document.documentElement;

/** Show what the address asks for. */
export function takeUpShowing() {
  const { searchParams } = new URL(window.location.href);
  showOnly(searchParams.get("view") === "embed" ? "embed" : searchParams.get("present") === "1" ? "present" : "");
}

/** Show the whole page again, for the stage has gone. */
export function forgetShowing() {
  showOnly("");
}

const isPresenting = () => wholePage.dataset.qstsShowing === "present";

/** Present, or stop it; a page that is embedded stays as it is. */
export function togglePresent() {
  if (wholePage.dataset.qstsShowing === "embed") return;
  const present = !isPresenting();
  const address = new URL(window.location.href);
  if (present) address.searchParams.set("present", "1");
  else address.searchParams.delete("present");
  window.history.replaceState(window.history.state, "", address);
  showOnly(present ? "present" : "");
}

/** @returns {boolean} whether there was something to stop */
export function stopPresenting() {
  if (!isPresenting()) return false;
  togglePresent();
  return true;
}

function showOnly(what) {
  if (what) setAttributes(wholePage, { "data-qsts-showing": what });
  else delete wholePage.dataset.qstsShowing;
  document.dispatchEvent(new Event("qsts-showing"));
}

/** The button that presents, and for an embedded page the link to the whole one. @param {AbortSignal} [signal] */
export function createShowingControls(signal) {
  const button = html("button", { type: "button", class: "qsts-button qsts-present", title: "present (F)", "aria-label": "present", "aria-pressed": "false" }, "⤢");
  button.addEventListener("click", togglePresent);
  const link = html("a", { class: "qsts-button qsts-full", target: "_blank", rel: "noopener" }, "open in full");
  const point = () => {
    const address = new URL(window.location.href);
    for (const name of ["view", "present"]) address.searchParams.delete(name);
    link.href = address.href;
  };
  for (const event of ["pointerenter", "focus", "click"]) link.addEventListener(event, point);
  const say = () => setAttributes(button, { "aria-pressed": String(isPresenting()) });
  document.addEventListener("qsts-showing", () => {
    point();
    say();
  }, { signal });
  point();
  say();
  return [link, button];
}
