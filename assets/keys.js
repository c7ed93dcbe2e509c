// The keyboard, and the card that shows the keys.

import { html } from "./dom.js";

/** [keys as shown, what they do] */
const CARD = [
  ["→  ←", "one step forward, back"],
  ["Shift → ←", "one node forward, back"],
  ["Home  End", "to the start, to the end"],
  ["Space", "play, pause"],
  ["+  −", "faster, slower"],
  ["P", "pin the current node"],
  ["Esc", "unpin; close this card"],
  ["?", "this card"],
];

/** Fields in which a key means a letter or a value of their own. */
const FIELDS = "input, textarea, select, [contenteditable=''], [contenteditable=true], [role=slider], [role=textbox], [role=combobox]";

/**
 * Listen on the stage. Every keydown is handled at once, so a held key loses no step.
 * @param {HTMLElement} stage
 * @param {HTMLElement} scrubber the one field whose keys are ours
 * @param {Object} actions move: (direction, byNode) => void; first, last, toggle, pin, help, escape: () => void;
 *   faster: (by: number) => void
 * @param {AbortSignal} signal
 */
export function listenToKeys(stage, scrubber, actions, signal) {
  const keys = {
    ArrowRight: (event) => actions.move(1, event.shiftKey),
    ArrowLeft: (event) => actions.move(-1, event.shiftKey),
    Home: actions.first,
    End: actions.last,
    " ": actions.toggle,
    "+": () => actions.faster(1),
    "=": () => actions.faster(1),
    "-": () => actions.faster(-1),
    "−": () => actions.faster(-1),
    p: actions.pin,
    P: actions.pin,
    "?": actions.help,
    Escape: actions.escape,
  };
  stage.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target, scrubber)) return;
    if (event.key === " " && isButtonByKeyboard(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    act(event);
  }, { signal });
}

const isTyping = (target, scrubber) => target !== scrubber && target.closest?.(FIELDS) !== null;

/** A button reached with Tab keeps its own Space; one that was clicked does not take it away from play. */
function isButtonByKeyboard(target) {
  return target.closest?.("button, [role=button], a") !== null && target.matches(":focus-visible");
}

/** A card over the page; Esc closes it. @param {[string, string][]} card keys and what they do */
export function createKeyCard(card = CARD) {
  const rows = card.map(([keys, meaning]) => html("tr", {},
    html("td", {}, ...keys.split("  ").flatMap((key, index) => [...(index ? [" "] : []), html("kbd", {}, key)])),
    html("td", {}, meaning)));
  const close = html("button", { type: "button", class: "qsts-close", "aria-label": "close" }, "✕");
  const element = html("dialog", { class: "qsts-keys", "aria-label": "keys" },
    close, html("div", { class: "qsts-keys-title" }, "Keys"), html("table", {}, ...rows));
  close.addEventListener("click", () => element.close());
  return {
    element,
    toggle() {
      if (element.open) element.close();
      else element.showModal();
    },
    close: () => element.close(),
  };
}
