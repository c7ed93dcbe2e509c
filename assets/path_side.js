// Beside the path: where the step is, what the gradients so far have cost by each sharing, and the way back.

import { html, setAttributes, setText } from "./dom.js";
import { isBroken, prettyNumber, writeValues } from "./numbers.js";

/** The sharings by what they are called in the data, with what they are called on the screen. */
const SHARINGS = { unique: "unique", variables: "threaded", none: "tree" };
const COUNTED = ["nodes reset", "evaluated", "contributions"];

/** Where the step is: one cell for each variable that moves, with its slope. */
export function createPlace() {
  const rows = html("div", { class: "qsts-path-rows" });
  let cells = [];
  return {
    element: rows,
    /** @param {Object} data */
    load(data) {
      cells = data.names.map(placeRow);
      const more = data.moving.length - data.names.length;
      rows.replaceChildren(placeHead(data.output), ...cells.map((cell) => cell.row), ...(more > 0 ? [html("div", { class: "qsts-path-more" }, `and ${more} more that move`)] : []));
    },
    /** @param {Object} data @param {number} step */
    show(data, step) {
      for (const { at, slope, index } of cells) {
        writeNumber(at, data.points[step][index]);
        writeNumber(slope, data.slopes[step][index]);
      }
    },
  };
}

function placeHead(output) {
  return html("div", { class: "qsts-path-row qsts-path-head" }, html("span", {}, ""), html("span", {}, "value"), html("span", {}, `∂${output}`));
}

function placeRow(name, index) {
  const at = html("span", { class: "qsts-path-value", "data-field": `at-${name}` });
  const slope = html("span", { class: "qsts-path-slope", "data-field": `slope-${name}` });
  return { at, slope, index, row: html("div", { class: "qsts-path-row" }, html("b", {}, name), at, slope) };
}

function writeNumber(cell, real) {
  setText(cell, prettyNumber(real, 5));
  setAttributes(cell, { "data-number": real });
  cell.toggleAttribute("data-broken", isBroken(real));
}

/** What the gradients so far have cost: nodes reset, evaluated, contributions, by sharing. */
export function createWork() {
  const caption = html("div", { class: "qsts-path-caption" });
  const cells = {};
  const rows = Object.entries(SHARINGS).map(([sharing, shown]) => {
    cells[sharing] = [...COUNTED, "ratio"].map((field) => html("span", { "data-work": `${sharing} ${field}` }));
    return html("div", { class: "qsts-work-row", "data-sharing": sharing }, html("b", {}, shown), ...cells[sharing]);
  });
  const head = html("div", { class: "qsts-work-row qsts-path-head" }, html("span", {}, "sharing"), ...COUNTED.map((field) => html("span", {}, field)), html("span", {}, "operations"));
  return {
    element: html("div", { class: "qsts-work" }, caption, head, ...rows),
    /** @param {Object} data @param {number} step */
    show(data, step) {
      const gradients = BigInt(step + 1);
      setText(caption, `${gradients === 1n ? "1 gradient" : `${countText(gradients)} gradients`} so far, in all:`);
      const least = total(data.work.unique);
      for (const sharing of Object.keys(SHARINGS)) {
        data.work[sharing].forEach((each, index) => setText(cells[sharing][index], countText(BigInt(each) * gradients)));
        setText(cells[sharing][COUNTED.length], compared(total(data.work[sharing]), least, sharing));
      }
    },
  };
}

/** Operations, as Cost counts them: what is evaluated and what is contributed; a reset is neither. */
const total = ([, ...counts]) => counts.reduce((sum, count) => sum + BigInt(count), 0n);

/** A count with its digits in groups; beyond fifteen of them its size. @param {bigint} count */
export function countText(count) {
  const digits = String(count);
  if (digits.length <= 15) return digits.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${digits[0]}.${digits.slice(1, 3)}e${digits.length - 1}`;
}

/** How many times what unique nodes take; they are compared with nothing, and 1× would say nothing. */
function compared(count, least, sharing) {
  if (sharing === "unique") return "";
  return count === least ? "the same" : `${ratioText(count, least)}×`;
}

function ratioText(count, least) {
  const hundredths = (count * 200n + least) / (2n * least); // rounded, as on the page of costs
  if (hundredths >= 100000n) return countText(hundredths / 100n);
  return String(Number((Number(hundredths) / 100).toPrecision(3)));
}

/** The last step so far of which every variable is kept, and its point. @returns {[number, number[]]} */
function wholePoint(data, step) {
  if (!data.whole) return [step, data.points[step]];
  return data.whole.findLast(([index]) => index <= step);
}

/** A link to the backward pass at the step; it opens beside this page, so that the path stays. */
export function createWayBack() {
  const link = html("a", { class: "qsts-path-link", target: "_blank", rel: "noopener", "data-qsts": "way-back" });
  return {
    element: link,
    /** @param {Object} data @param {number} step */
    show(data, step) {
      const at = { ...data.start };
      const [kept, point] = wholePoint(data, step);
      data.moving.forEach((name, index) => {
        at[name] = point[index];
      });
      const address = new URL("./", window.location.href);
      for (const [name, content] of Object.entries(data.query)) address.searchParams.set(name, content);
      address.searchParams.set("at", writeValues(at));
      setAttributes(link, { href: address.href });
      setText(link, `See the backward pass at step ${kept} ↗`);
    },
  };
}

/** What the step says, in words. @param {Object} data @param {number} step @returns {string} */
export function pathSentence(data, step) {
  const last = data.points.length - 1;
  const many = data.clouds;
  const values = `${data.output} = ${prettyNumber(data.values[step], 6)}, |gradient| = ${prettyNumber(data.sizes[step], 4)}.`;
  const parts = [step === 0 ? `Start: ${values}` : `Step ${step}: ${values}`];
  if (many) {
    const at = Math.min(step, many.steps - 1);
    const lost = many.count - many.moving[at];
    parts.push(`${many.count} others: median ${data.output} = ${prettyNumber(many.medians[at], 4)}${lost ? `, ${lost} stopped for want of a finite number` : ""}.`);
  }
  if (step === last) parts.push(data.ending.replace(/-?[\d.]+e[+-]\d+/g, (number) => prettyNumber(Number(number), 4)));
  return parts.join(" ");
}
