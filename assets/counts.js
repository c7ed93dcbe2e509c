// What a graph costs, counted while it runs: its size, and the work done so far.

import { html, setText } from "./dom.js";

const COUNTED = ["nodes", "edges", "evaluations", "contributions", "resets"];

/** A line of counts. */
export function createCounts() {
  const cells = Object.fromEntries(COUNTED.map((field) => [field, html("b", { "data-count": field }, "–")]));
  const names = Object.fromEntries(COUNTED.map((field) => [field, html("span", {}, field)]));
  const element = html("div", { class: "qsts-counts" },
    ...COUNTED.map((field) => html("span", {}, cells[field], " ", names[field])));
  const write = (field, count) => {
    setText(cells[field], String(count));
    setText(names[field], count === 1 ? field.slice(0, -1) : field);
  };
  let total = {};
  return {
    element,
    /** @param {Object} trace */
    load(trace) {
      const leaf = (node) => trace.nodes[node].inputs.length === 0;
      total = {
        nodes: trace.nodes.length,
        edges: trace.nodes.reduce((sum, node) => sum + node.inputs.length, 0),
        resets: trace.steps[0]?.phase === "reset" ? running(trace.steps, resetsOf) : null,
        evaluations: running(trace.steps, (step) => step.phase === "forward" && !leaf(step.node)),
        contributions: running(trace.steps, (step) => step.phase === "backward"),
      };
      for (const field of ["nodes", "edges"]) write(field, total[field]);
      if (total.resets === null) write("resets", total.nodes); // what the next state will cost
    },
    /** @param {Object} run */
    show(run) {
      for (const field of ["evaluations", "contributions", "resets"]) if (total[field]) write(field, total[field][run.step]);
    },
  };
}

const resetsOf = (step) => (step.phase === "reset" ? step.values.length : 0);

/** For each number of steps taken, what they count together. */
function running(steps, counts) {
  const sums = [0];
  for (const step of steps) sums.push(sums.at(-1) + Number(counts(step)));
  return sums;
}
