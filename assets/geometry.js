// Bezier paths and boxes in pixels. Pure.

/** @typedef {[number, number]} Point */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */

const between = (one, other, t) => [one[0] + (other[0] - one[0]) * t, one[1] + (other[1] - one[1]) * t];
const distance = (one, other) => Math.hypot(one[0] - other[0], one[1] - other[1]);

/** Control points as the `d` of a path. @param {Point[]} points */
export function pathText(points) {
  const [start, ...rest] = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return `M${start}C${rest.join(" ")}`;
}

/** The point at t of one cubic piece. */
function cubicAt([a, b, c, d], t) {
  const [ab, bc, cd] = [between(a, b, t), between(b, c, t), between(c, d, t)];
  return between(between(ab, bc, t), between(bc, cd, t), t);
}

/** The pieces of a path, four control points each. */
function pieces(points) {
  const list = [];
  for (let index = 0; index + 3 < points.length; index += 3) list.push(points.slice(index, index + 4));
  return list;
}

/** A point on the path, t from 0 to 1 over all of it. @param {Point[]} points @returns {Point} */
export function pointAt(points, t) {
  const list = pieces(points);
  const place = Math.min(t * list.length, list.length - 1e-9);
  return cubicAt(list[Math.floor(place)], place % 1);
}

/** The path without the last `length` pixels, so that an arrowhead fits before its end. */
export function trimEnd(points, length) {
  const tip = points[points.length - 1];
  const kept = pieces(points);
  while (kept.length > 1 && distance(kept[kept.length - 1][0], tip) <= length) kept.pop();
  const last = kept.pop();
  let [low, high] = [0, 1];
  for (let turn = 0; turn < 18; turn += 1) {
    const middle = (low + high) / 2;
    if (distance(cubicAt(last, middle), tip) > length) low = middle;
    else high = middle;
  }
  const [a, b, c] = last;
  const [ab, bc] = [between(a, b, low), between(b, c, low)];
  const cut = [a, ab, between(ab, bc, low), cubicAt(last, low)];
  return [...kept.flatMap((piece) => piece.slice(0, 3)), ...cut];
}

/** A triangle from `base` to `tip`. @param {Point} base @param {Point} tip */
export function arrowText(base, tip, width) {
  const length = distance(base, tip) || 1;
  const [nx, ny] = [(-(tip[1] - base[1]) / length) * width / 2, ((tip[0] - base[0]) / length) * width / 2];
  const corner = (x, y) => `${x.toFixed(1)},${y.toFixed(1)}`;
  return `M${corner(...tip)}L${corner(base[0] + nx, base[1] + ny)}L${corner(base[0] - nx, base[1] - ny)}Z`;
}

/** The area that two boxes share. @param {Box} one @param {Box} other */
export function overlap(one, other) {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Whether a way comes within `near` of a box. @param {Point[]} points @param {Box} box */
export function meets(points, box, near) {
  const [left, right, top, bottom] = [box.x - near, box.x + box.width + near, box.y - near, box.y + box.height + near];
  return points.slice(1).some(([x1, y1], index) => {
    const [x0, y0] = points[index];
    // The part of the segment that lies between the sides, and between top and bottom (Liang and Barsky, 1984).
    let [from, to] = [0, 1];
    for (const [start, step, low, high] of [[x0, x1 - x0, left, right], [y0, y1 - y0, top, bottom]]) {
      if (step === 0) {
        if (start < low || start > high) return false;
        continue;
      }
      const [one, other] = [(low - start) / step, (high - start) / step];
      from = Math.max(from, Math.min(one, other));
      to = Math.min(to, Math.max(one, other));
    }
    return from <= to;
  });
}

/** Whether one box lies in another. @param {Box} box @param {Box} room */
export function isWithin(box, room) {
  return box.x >= room.x && box.y >= room.y && box.x + box.width <= room.x + room.width && box.y + box.height <= room.y + room.height;
}
