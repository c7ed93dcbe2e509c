// The formula's text with the places of the current and of the pinned node marked.

import { html, reveal } from "./dom.js";

/**
 * @param {(node: number) => void} onPick called with the innermost node at a place
 */
export function createSource(onPick) {
  const text = html("code", { class: "qsts-source-text" });
  const element = html("div", { class: "qsts-source", tabindex: "-1", "aria-label": "the formula's text" }, text);
  let trace = null;
  let shown = "";
  element.addEventListener("click", (event) => {
    const place = placeAt(text, event);
    const node = place === null ? null : innermost(trace, place);
    if (node !== null) onPick(node);
  });
  return {
    element,
    /** @param {Object} next a trace */
    load(next) {
      trace = next;
      shown = "";
    },
    /** Mark the places of `current` (as the phase colours it) and of `picked`. */
    show(current, picked, phase) {
      const key = `${current} ${picked} ${phase}`;
      if (key === shown) return;
      shown = key;
      text.replaceChildren(...segments(trace, current, picked, phase));
      reveal(element, text.querySelector("[data-current]") ?? text.querySelector("[data-picked]"));
    },
  };
}

/** Cut the text where a marked place begins or ends. */
function segments(trace, current, picked, phase) {
  const { expression, nodes } = trace;
  const places = (node) => (node === null ? [] : nodes[node].places);
  const cuts = new Set([0, expression.length]);
  for (const [start, end] of [...places(current), ...places(picked)]) cuts.add(start).add(end);
  const sorted = [...cuts].sort((one, other) => one - other);
  const inside = (node, start) => places(node).some(([from, to]) => from <= start && start < to);
  return sorted.slice(0, -1).map((start, index) => {
    const piece = expression.slice(start, sorted[index + 1]);
    const attributes = {};
    if (inside(current, start)) attributes["data-current"] = phase;
    if (inside(picked, start)) attributes["data-picked"] = "";
    return Object.keys(attributes).length === 0 ? document.createTextNode(piece) : html("mark", attributes, piece);
  });
}

/** How many characters stand before the pointer, or null outside the text. */
function placeAt(text, event) {
  const caret = document.caretPositionFromPoint
    ? document.caretPositionFromPoint(event.clientX, event.clientY)
    : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const node = caret?.offsetNode ?? caret?.startContainer;
  if (!node || !text.contains(node)) return null;
  let place = caret.offset ?? caret.startOffset;
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && walker.currentNode !== node) place += walker.currentNode.length;
  return place;
}

/** The node with the shortest place around a character. */
function innermost(trace, place) {
  let best = null;
  let shortest = Infinity;
  for (const node of trace.nodes) {
    for (const [start, end] of node.places) {
      if (start <= place && place <= end && end - start < shortest) {
        shortest = end - start;
        best = node.id;
      }
    }
  }
  return best;
}
