// Handles: what lies over each variable of the picture, to be held, moved and reached by Tab.

import { setAttributes, svg } from "./dom.js";
import { exactNumber } from "./numbers.js";

/** Lay a handle over the mark and the plate of each variable, at the present zoom. @param {Object} state of the picture */
export function prepareHandles(state) {
  const { data, places, scale, layers } = state;
  const wanted = new Map();
  data.picture.marks.forEach((mark, index) => {
    const { op, label, name } = data.trace.nodes[mark.node];
    if (op !== "variable") return;
    const [halfX, halfY] = mark.half.map((length) => length * scale.unit);
    const [x, y] = places[index];
    const node = { x: x - halfX, y: y - halfY, width: 2 * halfX, height: 2 * halfY };
    const box = around(node, state.plates.get(mark.node)?.boxes.all);
    const handle = state.handles.get(index) ?? svg("rect", { class: "qsts-handle", tabindex: "0", role: "slider", "data-qsts": "handle" });
    if (!state.handles.has(index)) handle.addEventListener("focus", () => { state.focused = handle; });
    setAttributes(handle, { ...box, "data-variable": label, "data-node": name, "aria-label": `${label}, in the picture` });
    wanted.set(index, handle);
  });
  if (wanted.size !== layers.handles.childElementCount || [...wanted.values()].some((one) => one.parentNode !== layers.handles)) {
    layers.handles.replaceChildren(...wanted.values());
    // A new chart has taken them along: whoever moves a value by keys goes on.
    if (state.focused && document.activeElement === document.body) state.focused.focus({ preventScroll: true });
  }
  state.handles = wanted;
  tellHandles(state);
}

/** Tell whoever cannot see it what each handle stands at. */
export function tellHandles({ handles, data }) {
  for (const handle of handles.values()) {
    const real = data.trace.at[handle.dataset.variable];
    setAttributes(handle, { "aria-valuenow": real, "aria-valuetext": exactNumber(real) });
  }
}

function around(one, other) {
  if (!other) return one;
  const [x, y] = [Math.min(one.x, other.x), Math.min(one.y, other.y)];
  const right = Math.max(one.x + one.width, other.x + other.width);
  return { x, y, width: right - x, height: Math.max(one.y + one.height, other.y + other.height) - y };
}
