// Twins: nodes of graphs side by side that are one node of the graph of unique nodes. They have one tag, and are lit together.

import { svg } from "./dom.js";

/** Charts that listen already: plotly draws into the same one again and again. @type {WeakSet<Element>} */
const listening = new WeakSet();

/** Tag the nodes that have twins, at the present zoom. @param {Object} state of the picture */
export function prepareTwins(state) {
  const { chart, data, scale, places, layers } = state;
  const { twins } = data.stage;
  const tagged = data.picture.marks.flatMap(({ node, half }, index) => {
    const tag = twins[node];
    if (!tag) {
      scale.points[index].removeAttribute("data-twin");
      return [];
    }
    scale.points[index].setAttribute("data-twin", tag);
    // A variable has its name already.
    if (!data.trace.nodes[node].inputs.length) return [];
    const [x, y] = places[index];
    const size = Math.min(Math.max(scale.radius * 0.62, 13), 18);
    return [svg("text", { class: "qsts-twin", x: x.toFixed(1), y: (y - half[1] * scale.unit - size * 0.55).toFixed(1), "font-size": size.toFixed(1) }, tag)];
  });
  layers.twins.replaceChildren(...tagged);
  if (!twins.length || listening.has(chart)) return;
  listening.add(chart);
  chart.on("plotly_hover", ({ points: [point] }) => lightAll(point && scale.points[point.pointIndex]?.getAttribute("data-twin")));
  chart.on("plotly_unhover", () => lightAll(null));
}

/** Light the twins of the node that the step is about. @param {number|null} current */
export function lightTwins({ data, scale }, current) {
  const tag = current === null ? undefined : data.stage.twins[current];
  for (const point of scale.points) point.toggleAttribute("data-together", Boolean(tag) && point.getAttribute("data-twin") === tag);
}

/** Light every node of a tag in all graphs of the page. */
function lightAll(tag) {
  for (const point of document.querySelectorAll(".point[data-twin]")) point.toggleAttribute("data-lit", Boolean(tag) && point.getAttribute("data-twin") === tag);
}
