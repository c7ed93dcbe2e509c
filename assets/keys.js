// The keyboard, and the card that shows the keys.

import { html } from "./dom.js";
import { STAGE } from "./room.js";

/** [keys as shown, what they do] */
const CARD = [
  ["→  ←", "one step forward, back"],
  ["Shift → ←", "one node forward, back"],
  ["PgDn  PgUp", "the same, as a clicker sends it"],
  ["Home  End", "to the start, to the end"],
  ["Space", "play, pause"],
  ["+  −", "faster, slower"],
  ["P", "pin the current node"],
  ["F", "present: the stage alone, large"],
  ["Esc", "unpin; close this card; stop presenting"],
  ["?", "this card"],
];

/** Fields in which a key means a letter or a value of their own, and lists in which it moves. */
const FIELDS = "input, textarea, select, [contenteditable=''], [contenteditable=true], [role=slider]:not([data-qsts=handle]), [role=textbox], [role=combobox], [role=listbox], [role=menu], [role=tablist], [role=grid]";

/**
 * Listen on the whole page, for whoever has just opened it has the focus nowhere. Keys on a stage are its own; keys
 * elsewhere, but in a field, are those of the player that leads. Every keydown is handled at once, so a held key loses no step.
 * @param {HTMLElement} stage
 * @param {HTMLElement} scrubber the one field whose keys are ours
 * @param {Object} actions move: (direction, byNode) => void; first, last, toggle, pin, present, help, escape: () => void;
 *   faster: (by: number) => void; leads: () => boolean; atEnd: () => boolean
 * @param {AbortSignal} signal
 */
export function listenToKeys(stage, scrubber, actions, signal) {
  const keys = {
    ArrowRight: (event) => actions.move(1, event.shiftKey),
    ArrowLeft: (event) => actions.move(-1, event.shiftKey),
    PageDown: () => actions.move(1, false),
    PageUp: () => actions.move(-1, false),
    Home: actions.first,
    End: actions.last,
    " ": actions.toggle,
    "+": () => actions.faster(1),
    "=": () => actions.faster(1),
    "-": () => actions.faster(-1),
    "−": () => actions.faster(-1),
    p: actions.pin,
    P: actions.pin,
    f: actions.present,
    F: actions.present,
    "?": actions.help,
    Escape: actions.escape,
  };
  document.addEventListener("keydown", (event) => {
    const act = keys[event.key];
    const { target } = event;
    if (!act || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(target, scrubber)) return;
    const inside = stage.contains(target);
    if (!inside && (target.closest?.(`${STAGE}, dialog, [role=dialog]`) || !actions.leads() || !stage.isConnected)) return;
    if (event.key === " " && (inside ? isButtonByKeyboard(target) : isButton(target))) return;
    event.preventDefault();
    event.stopPropagation();
    if (offersToParent(event, actions)) return;
    act(event);
  }, { signal });
}

/** In a frame, a key that can lead no further is the page's around it: told as `{qsts: "key", key}`. */
function offersToParent({ key }, actions) {
  if (window.parent === window || !["ArrowRight", "PageDown"].includes(key) || !actions.atEnd()) return false;
  window.parent.postMessage({ qsts: "key", key }, "*"); // whoever frames the page may hear that its end is reached
  return true;
}

/** Give the focus back to the page around a frame. */
export function leaveFrame() {
  if (window.parent === window) return;
  document.activeElement?.blur();
  window.parent.focus();
}

const isTyping = (target, scrubber) => target !== scrubber && Boolean(target.closest?.(FIELDS));

const isButton = (target) => Boolean(target.closest?.("button, [role=button], [role=switch], a, summary"));

/** A button reached with Tab keeps its own Space; one that was clicked does not take it away from play. */
const isButtonByKeyboard = (target) => isButton(target) && target.matches(":focus-visible");

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
