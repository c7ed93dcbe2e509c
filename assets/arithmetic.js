// Which case of a rule ran, and how many digits a line of arithmetic needs so that it checks on a calculator.

import { exactNumber, prettyNumber, readNumber, toNumber, toReal } from "./numbers.js";
import { OPERATIONS } from "./sweep/operations.js";

/** @typedef {{real: Real, given?: boolean}} Operand a number of a line; one that was given is written exactly */
/**
 * @typedef {Object} Line
 * @property {string[]} texts      the operands
 * @property {"="|"≈"} spelling    "=" where the texts say all of the operands
 * @property {"="|"≈"} relation    between what is computed from the texts, and the result
 * @property {string} result
 */

const LADDER = [4, 5, 6, 7, 8, 9, 10, 12, 15, 17];
/** What a calculator of twelve digits cannot tell from equal. */
const TOLERANCE = 1e-12;

/** Run a rule's program on the numbers in its slots; by the same table as the sweep. */
function evaluate(program, slots) {
  const results = [];
  for (const [op, ...rest] of program) {
    if (op === "slot") results.push(slots[rest[0]]);
    else if (op === "number") results.push(rest[0]);
    else results.push(OPERATIONS[op].value(...rest.map((index) => results[index])));
  }
  return results.at(-1);
}

/** The program of an operation over its own inputs. */
export function programOf(op, arity) {
  const letters = ["a", "b"].slice(0, arity);
  return [...letters.map((letter) => ["slot", letter]), [op, ...letters.keys()]];
}

/** Compute a program over operands by slot, for `checkedLine`. */
export const computing = (program, slots) => (numbers) => evaluate(program, Object.fromEntries(slots.map((slot, index) => [slot, numbers[index]])));

const RELATIONS = {
  ">": (a, b) => a > b, "<": (a, b) => a < b, "≤": (a, b) => a <= b, "=": (a, b) => a === b, "≠": (a, b) => a !== b,
};

/**
 * The case of a local derivative that ran at these values, or null where NaN was compared.
 * @param {{cases: Object[]}} local @param {Object<string, Real>} values by slot
 */
export function caseThatRan(local, values) {
  const number = (word) => (word === "0" ? 0 : toNumber(values[word]));
  return local.cases.find(({ when }) => when === null || RELATIONS[when[1]](number(when[0]), number(when[2]))) ?? null;
}

/**
 * A line "texts … relation result": with as many digits as make it check, and "=" only between equals.
 * @param {Operand[]} operands @param {(numbers: number[]) => number} compute @param {Real} result
 * @param {number} least how many digits the result has, and its operands at least
 * @param {number} most and how many they have at most, checking or not
 * @returns {Line}
 */
export function checkedLine(operands, compute, result, least = 6, most = LADDER.at(-1)) {
  const shown = prettyNumber(result, least);
  const reals = operands.map(({ real }) => real);
  let line;
  for (const digits of LADDER.filter((step) => step >= least && step <= most)) {
    const texts = operands.map(({ real, given }) => (given ? exactNumber(real) : prettyNumber(real, digits)));
    const value = compute(texts.map(readNumber));
    const equal = agrees(value, readNumber(shown));
    line = { texts, spelling: areWhole(texts, reals) ? "=" : "≈", relation: equal ? "=" : "≈", result: shown };
    if (prettyNumber(toReal(value), least) === shown) break;
  }
  return line;
}

/** True where texts say all of their numbers. */
export const areWhole = (texts, reals) => texts.every((text, index) => Object.is(readNumber(text), toNumber(reals[index])));

const agrees = (one, other) => Object.is(one, other) || one === other || Math.abs(one - other) <= TOLERANCE * Math.abs(other);

/** "5 + 3 = 8", or a lone "5". @param {Real[]} terms @param {Real} total @returns {string} */
export function sumInWords(terms, total) {
  if (terms.length === 1) return prettyNumber(total);
  const add = (numbers) => numbers.reduce((sum, number) => sum + number);
  const { texts, relation, result } = checkedLine(terms.map((real) => ({ real })), add, total);
  return `${added(texts)} ${relation} ${result}`;
}

/** "5 + 3 + (−2)". @param {string[]} texts */
export const added = (texts) => texts.map((text, index) => (index > 0 ? signed(text) : text)).join(" + ");

/** A factor or a term: in parentheses where its minus would meet an operator. */
export const signed = (text) => (text.startsWith("−") ? `(${text})` : text);
