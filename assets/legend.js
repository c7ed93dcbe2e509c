// What the shapes, lines and letters of the picture mean.

import { html } from "./dom.js";
import { OPEN_WHERE } from "./sweep/operations.js";

/** [sample, words, in which part of the film: "" is all of it] */
const LEGEND = [
  ["build", "edges of the triple", "build"], ["open", "on the node stack", "build"],
  ["value", "value", "run"], ["due", "adjoint, more is due", "run"], ["final", "adjoint, final", "run"],
  ["forth", "is an input of", "run"], ["back", "sent back, times the local derivative", "run"],
];

const entry = (part, ...children) => html("span", part ? { "data-part": part } : {}, ...children);

export function createLegend() {
  const adjoint = entry("run");
  const letters = entry("");
  const blocked = entry("run", html("i", { class: "qsts-sample qsts-sample-blocked" }), "blocked");
  const element = html("div", { class: "qsts-legend", "aria-hidden": "true", translate: "yes" },
    ...LEGEND.map(([sample, words, part]) => entry(part, html("i", { class: `qsts-sample qsts-sample-${sample}` }), words)),
    blocked, adjoint, letters, html("span", { class: "qsts-layered" }, "laid out in layers, not by dot"));
  return {
    element,
    /** Say what our letters are where the formula's own names have taken the usual ones. @param {Object} trace */
    load({ nodes, letters: { node, output } }) {
      blocked.toggleAttribute("hidden", !nodes.some(({ op }) => op in OPEN_WHERE));
      adjoint.textContent = `${node}̄ᵢ = ∂${output}/∂${node}ᵢ`;
      const others = [node === "z" ? "" : `${node}ᵢ: the nodes`, output === "f" ? "" : `${output}: the output`];
      letters.textContent = others.filter(Boolean).join(", ");
      letters.toggleAttribute("hidden", letters.textContent === "");
    },
  };
}
