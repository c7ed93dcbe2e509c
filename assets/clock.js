// The step: one for several players on one clock, and what outlives a player that the page builds anew.

import { setText } from "./dom.js";

/**
 * What a clock moves: the state of one player.
 * @typedef {{run: Object, target: number, playing: boolean, clock: string, schedule: () => void}} Hand
 */

const WRITE_AFTER = 150;
const LONGEST_GAP = 1000; // milliseconds between two frames

// On the window, for the page may load this module once for each of its players.
const shared = (window.qstsShared ??= share());

function share() {
  const made = { clocks: new Map(), lasting: new Map(), hands: new Set() };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) made.hands.forEach(halt); // nobody watches: whoever comes back plays on from here
  });
  return made;
}

/** @param {Hand} hand */
function halt(hand) {
  if (!hand.playing) return;
  hand.playing = false;
  hand.schedule();
}

/** Let a player go by the clock of this name; "" is a clock of its own. @param {Hand} hand */
export function join(hand, name) {
  leave(hand);
  shared.hands.add(hand);
  hand.clockName = name;
  if (!name) return;
  if (!shared.clocks.has(name)) shared.clocks.set(name, new Set());
  shared.clocks.get(name).add(hand);
}

/** @param {Hand} hand */
export function leave(hand) {
  shared.hands.delete(hand);
  shared.clocks.get(hand.clockName)?.delete(hand);
}

/** All players on the same clock. @param {Hand} hand @returns {Hand[]} */
function hands(hand) {
  return hand.clockName ? [...shared.clocks.get(hand.clockName)].filter((other) => other.run) : [hand];
}

/** The player with the most steps: the clock runs until it is at its end. @param {Hand} hand */
export function leader(hand) {
  const length = (other) => other.run.trace.steps.length;
  return hands(hand).reduce((longest, other) => (length(other) > length(longest) ? other : longest));
}

/** Bring every player on the clock to a step, or to its own end before it. @param {Hand} hand */
export function goTo(hand, step) {
  for (const other of hands(hand)) {
    other.target = Math.min(Math.max(step, 0), other.run.trace.steps.length);
    other.schedule();
  }
}

/**
 * Whether a player that plays has missed its frames, as in a sleep: what passed meanwhile was not seen,
 * and is not made up for.
 * @param {{seen: number}} hand @param {number} now
 */
export function wasAway(hand, now) {
  const away = now - hand.seen > LONGEST_GAP;
  hand.seen = now;
  return away;
}

/**
 * Write the step of a player into the address bar, or take it out for null, once it has been still for a
 * moment: nobody else need know it.
 * @param {{timer: number}} hand @param {number|null} step
 */
export function keepInAddress(hand, step) {
  clearTimeout(hand.timer);
  hand.timer = setTimeout(() => {
    const address = new URL(window.location.href);
    if (step === null) address.searchParams.delete("step");
    else address.searchParams.set("step", String(step));
    if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
  }, WRITE_AFTER);
}

/**
 * Say by ear what a player says in writing, once it stands: while it plays, nothing is said.
 * @param {Hand} hand @param {HTMLElement} voice @param {HTMLElement} words
 */
export function speakUp(hand, voice, words) {
  if (!leader(hand).playing) setText(voice, words.textContent);
}

/** Keep the step of a player that goes; `place` says where on the page it stood. */
export function remember(place, graph, step) {
  shared.lasting.set(place, { graph, step });
}

/** The step at which a player of the same graph last stood in this place, or undefined. */
export function recall(place, graph) {
  const last = shared.lasting.get(place);
  return last?.graph === graph ? last.step : undefined;
}
