// How numbers and names are written. A trace writes what is not finite as "nan", "inf", "-inf".

/** @typedef {number|"nan"|"inf"|"-inf"} Real */

const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
const MOST_WITH_EXPONENT = 4;

/** @param {Real|null} real */
export function isBroken(real) {
  return typeof real === "string";
}

/**
 * The number alone, rounded, as any programming language reads it: "-1.5e-7", "nan".
 * With an exponent it has fewer digits, so that the whole of it can stand in a narrow column.
 * @param {Real} real
 */
export function plainNumber(real, digits = 6) {
  if (typeof real === "string") return real;
  const size = Math.abs(real);
  if (size !== 0 && (size < 1e-4 || size >= 10 ** Math.max(digits, 6))) {
    return real.toExponential(Math.min(digits, MOST_WITH_EXPONENT) - 1).replace(/\.?0+e/, "e");
  }
  return String(Number(real.toPrecision(digits)));
}

/**
 * The number as a person writes it: "−1.5·10⁻⁷"; what is not finite is spelled as everywhere: "nan", "-inf".
 * @param {Real} real
 */
export function prettyNumber(real, digits = 6) {
  if (typeof real === "string") return real;
  const [mantissa, exponent] = plainNumber(real, digits).split("e");
  const head = mantissa.replace("-", "−");
  if (exponent === undefined) return head;
  const power = [...String(Number(exponent))].map((sign) => SUPERSCRIPTS[sign]).join("");
  return `${head}·10${power}`;
}

/** "z12" as "z₁₂". @param {string} name */
export function subscripted(name) {
  return name.replace(/\d/g, (digit) => SUBSCRIPTS[Number(digit)]);
}
