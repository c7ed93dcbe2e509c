// Where magnified nodes stand: at their own place, pushed apart where they would cover each other.

/** @typedef {[number, number]} Point */

const TURNS = 24;

/**
 * Push boxes around points apart, sideways first, since the picture runs from left to right.
 * @param {Point[]} places @param {{width: number, height: number}} box @param {{x: number, y: number, width: number, height: number}} room
 * @returns {Point[]}
 */
export function pushApart(places, box, room) {
  const moved = places.map((place) => [...place]);
  for (let turn = 0; turn < TURNS; turn += 1) {
    let clash = false;
    for (let one = 0; one < moved.length; one += 1) {
      for (let other = one + 1; other < moved.length; other += 1) {
        clash = separate(moved[one], moved[other], box) || clash;
      }
    }
    for (const place of moved) keepInside(place, box, room);
    if (!clash) break;
  }
  return moved;
}

/** Part two points along the axis on which their boxes overlap least; true if they did. */
function separate(one, other, box) {
  const [dx, dy] = [other[0] - one[0], other[1] - one[1]];
  const [lackX, lackY] = [box.width - Math.abs(dx), box.height - Math.abs(dy)];
  if (lackX <= 0.5 || lackY <= 0.5) return false;
  const axis = lackX <= lackY * 1.6 ? 0 : 1;
  const half = (axis === 0 ? lackX : lackY) / 2;
  const sign = (axis === 0 ? dx : dy) >= 0 ? 1 : -1;
  one[axis] -= sign * half;
  other[axis] += sign * half;
  return true;
}

function keepInside(place, box, room) {
  place[0] = Math.min(Math.max(place[0], room.x + box.width / 2), room.x + room.width - box.width / 2);
  place[1] = Math.min(Math.max(place[1], room.y + box.height * 0.4), room.y + room.height - box.height * 0.6);
}

/** A straight path between two discs, as control points. */
export function straight(from, to, radius) {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
  const [ux, uy] = [(to[0] - from[0]) / length, (to[1] - from[1]) / length];
  const start = [from[0] + ux * radius, from[1] + uy * radius];
  const end = [to[0] - ux * radius, to[1] - uy * radius];
  const third = (t) => [start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t];
  return [start, third(1 / 3), third(2 / 3), end];
}
