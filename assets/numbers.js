// How numbers and names are written, the same as in qsts_core/notation.py: both are tested on one table.
// A trace writes what is not finite as "nan", "inf", "-inf".

/** @typedef {number|"nan"|"inf"|"-inf"} Real */

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const PLAIN_SIGNS = Object.fromEntries(Object.entries(SUPERSCRIPTS).map(([plain, raised]) => [raised, plain]));
const USUAL_DIGITS = 6;
const MOST_WITH_POWER = 4;
/** With more digits than these a number is written exactly. */
const MOST_DIGITS = 15;
const LARGEST_SPELLED = 1e15;

/** @param {Real|null} real */
export function isBroken(real) {
  return typeof real === "string";
}

/** The number as JavaScript computes with it. @param {Real} real */
export function toNumber(real) {
  return typeof real === "number" ? real : { nan: NaN, inf: Infinity, "-inf": -Infinity }[real];
}

/**
 * Rounded to so many significant digits: "0.3", "−1.5·10⁻⁷", "−0", "nan", "−inf". With a power of ten
 * it has four digits unless more than six are asked for, so that it can stand in a narrow column.
 * @param {Real} real
 */
export function prettyNumber(real, digits = USUAL_DIGITS) {
  if (digits > MOST_DIGITS || typeof real === "string") return exactNumber(real);
  const rounded = Number(real.toPrecision(Math.max(digits, wholeDigits(real))));
  if (hasPower(rounded, 10 ** Math.max(digits, USUAL_DIGITS))) {
    return withPower(real.toExponential((digits > USUAL_DIGITS ? digits : Math.min(digits, MOST_WITH_POWER)) - 1));
  }
  return spelled(real === 0 ? real : rounded);
}

/** With all the digits that tell the number from its neighbours: one that was given. @param {Real} real */
export function exactNumber(real) {
  if (typeof real === "string") return withMinus(real);
  return hasPower(real, LARGEST_SPELLED) ? withPower(real.toExponential()) : spelled(real);
}

const hasPower = (real, limit) => real !== 0 && !(Math.abs(real) >= 1e-4 && Math.abs(real) < limit);

/** How many digits stand before the point, where that is how it is written: a number is never rounded to more than a unit. */
const wholeDigits = (real) => (Math.abs(real) < 10 ** USUAL_DIGITS ? String(Math.trunc(Math.abs(real))).length : 0);

const withMinus = (text) => text.replaceAll("-", "−");

/** Without a power of ten; JavaScript itself would drop the sign of −0. */
const spelled = (real) => (Object.is(real, -0) ? "−0" : withMinus(String(real)));

function withPower(text) {
  const [mantissa, exponent] = text.split("e");
  const head = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  const power = [...String(Number(exponent))].map((sign) => SUPERSCRIPTS[sign]).join("");
  return `${withMinus(head)}·10${power}`;
}

/** "z12" as "z₁₂". @param {string} name */
export function subscripted(name) {
  return name.replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)]);
}

/** The number that a person reads in a text of `prettyNumber` or `exactNumber`. @param {string} text */
export function readNumber(text) {
  const spelledOut = text.replace(/·10(.+)$/, (_, power) => `e${[...power].map((sign) => PLAIN_SIGNS[sign]).join("")}`);
  return toNumber({ nan: "nan", inf: "inf", "−inf": "-inf" }[text] ?? Number(spelledOut.replaceAll("−", "-")));
}

/** What is not finite as a trace writes it. @param {number} number @returns {Real} */
export function toReal(number) {
  if (Number.isFinite(number)) return number;
  return Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
}

/** "x=2,y=3", as in the address: names and numbers as Python writes them, but for the form of a power of ten. */
export const writeValues = (at) => Object.entries(at).map(([name, real]) => `${name}=${real}`).join(",");
