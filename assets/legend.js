// What the shapes and lines of the picture mean.

import { html } from "./dom.js";

/** [sample, words, in which part of the film: "" is all of it] */
const LEGEND = [
  ["build", "edges of the triple", "build"], ["open", "on the node stack", "build"],
  ["value", "value", "run"], ["due", "adjoint, more is due", "run"], ["final", "adjoint, final", "run"],
  ["forth", "is an input of", "run"], ["back", "sent back, times the local derivative", "run"],
];

export function legend() {
  return html("div", { class: "qsts-legend", "aria-hidden": "true" },
    ...LEGEND.map(([sample, words, part]) =>
      html("span", part ? { "data-part": part } : {}, html("i", { class: `qsts-sample qsts-sample-${sample}` }), words)),
    html("span", { class: "qsts-layered" }, "laid out in layers, not by dot"));
}
