// The formula's text with the places of the current and of the pinned node marked.

import { html, reveal } from "./dom.js";
import { currentNode, lastStep, phaseName } from "./steps.js";

/**
 * @param {(node: number) => void} onPick called with the innermost node at a place
 * @param {(node: number|null) => void} onHover the same, while the pointer is there
 */
export function createSource(onPick, onHover) {
  const text = html("code", { class: "qsts-source-text" });
  const element = html("div", { class: "qsts-source", tabindex: "-1", "aria-label": "the formula's text" }, text);
  let run = null;
  let shown = "";
  let picked = null;
  let hovered = null;
  const nodeUnder = (event) => {
    const place = run && characterAt(text, event);
    return place === null ? null : innermost(run, place);
  };
  const hover = (node) => {
    if (node === hovered) return;
    hovered = node;
    onHover(node);
    draw();
  };
  const draw = () => {
    const step = lastStep(run);
    const key = [currentNode(run), phaseName(run), step?.phase === "build" ? run.step : "", picked, hovered].join(" ");
    if (key === shown) return;
    shown = key;
    text.replaceChildren(...segments(run.trace.expression, marksOf(run, picked, hovered)));
  };
  element.addEventListener("click", (event) => {
    const node = nodeUnder(event);
    if (node !== null) onPick(node);
  });
  element.addEventListener("pointermove", (event) => hover(nodeUnder(event)));
  element.addEventListener("pointerleave", () => hover(null));
  return {
    element,
    /** @param {Run} next */
    load(next) {
      run = next;
      shown = "";
      hovered = null;
    },
    /** Mark the places of the current node (as the phase colours it) and of the picked one. */
    show(nextPicked) {
      picked = nextPicked;
      draw();
      reveal(element, text.querySelector("[data-token]") ?? text.querySelector("[data-current]") ?? text.querySelector("[data-picked]"));
    },
  };
}

/** What is marked, each with its places and the attribute that says why. @param {Run} run */
function marksOf(run, picked, hovered) {
  const { nodes } = run.trace;
  const step = lastStep(run);
  const current = currentNode(run);
  const marks = [];
  if (current !== null) marks.push(...(step.phase === "build" ? builtMarks(run, current) : [{ name: "data-current", value: step.phase, places: nodes[current].places }]));
  if (step?.phase === "build") marks.push(...tokenMarks(step));
  if (picked !== null) marks.push({ name: "data-picked", value: "", places: nodes[picked].places });
  if (hovered !== null) marks.push({ name: "data-hovered", value: "", places: nodes[hovered].places });
  return marks;
}

/** The place that gave the node, and those that gave it before. A node's places stand in the order of the film. */
function builtMarks(run, node) {
  const places = run.trace.nodes[node].places.slice(0, run.made[node]);
  return [
    { name: "data-current", value: "build", places: places.slice(-1) },
    { name: "data-seen", value: "", places: places.slice(0, -1) },
  ];
}

/** The token; one that is not written stands between two characters. */
function tokenMarks({ token, implied, node }) {
  const marks = [];
  if (implied) marks.push({ name: "data-implied", value: "×", places: [[token.start, token.start]] });
  if (!(implied && node !== null)) marks.push({ name: "data-token", value: "", places: [[token.start, token.end]] });
  return marks;
}

/** Cut the text where a marked place begins or ends. */
function segments(text, marks) {
  const cuts = new Set([0, text.length]);
  for (const { places } of marks) for (const [start, end] of places) cuts.add(start).add(end);
  const sorted = [...cuts].sort((one, other) => one - other);
  return sorted.flatMap((start, index) => {
    const empty = marks.filter(({ places }) => places.some(([from, to]) => from === start && to === start));
    const between = empty.map(({ name, value }) => html("mark", { [name]: value, "data-between": "" }));
    if (index === sorted.length - 1) return between;
    const piece = text.slice(start, sorted[index + 1]);
    const around = marks.filter(({ places }) => places.some(([from, to]) => from <= start && start < to));
    const attributes = Object.fromEntries(around.map(({ name, value }) => [name, value]));
    return [...between, around.length === 0 ? document.createTextNode(piece) : html("mark", attributes, piece)];
  });
}

/** Which character is under the pointer, or null. */
function characterAt(text, event) {
  const caret = document.caretPositionFromPoint
    ? document.caretPositionFromPoint(event.clientX, event.clientY)
    : document.caretRangeFromPoint?.(event.clientX, event.clientY);
  const node = caret?.offsetNode ?? caret?.startContainer;
  if (!node || node.nodeType !== Node.TEXT_NODE || !text.contains(node)) return null;
  const offset = caret.offset ?? caret.startOffset;
  // A caret stands between two characters: the pointer is on one of them.
  const within = [offset - 1, offset].find((place) => covers(node, place, event));
  if (within === undefined) return null;
  let before = 0;
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && walker.currentNode !== node) before += walker.currentNode.length;
  return before + within;
}

function covers(node, place, event) {
  if (place < 0 || place >= node.length) return false;
  const range = document.createRange();
  range.setStart(node, place);
  range.setEnd(node, place + 1);
  return [...range.getClientRects()].some((box) => box.left <= event.clientX && event.clientX <= box.right);
}

/** The node, among those made, with the shortest place around a character. @param {Run} run */
function innermost(run, character) {
  let best = null;
  let shortest = Infinity;
  for (const node of run.trace.nodes) {
    if (run.made[node.id] === 0) continue;
    for (const [start, end] of node.places) {
      if (start <= character && character < end && end - start < shortest) {
        shortest = end - start;
        best = node.id;
      }
    }
  }
  return best;
}
