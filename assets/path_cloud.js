// The many starts of a descent: where each is, and how it came there, as paths in pixels.

const MOST_POINTS = 12_000; // of the paths of the many: further steps are left out evenly

export const pixelText = ([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`;

/** Base64 of float32 in the order of this kind of machine, which is every one that browsers run on. */
export function unpackCloud({ bdata }) {
  const bytes = Uint8Array.from(atob(bdata), (sign) => sign.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** All of the many starts, each a dot of one path. */
export function cloudPath(state, ground) {
  const { data, run, cloud } = state;
  if (!cloud) return "";
  const { count, steps } = data.clouds;
  const step = Math.min(run.step, steps - 1);
  const places = Array.from({ length: count }, (_, start) => placeOfOther(state, ground, step, start));
  return places.filter(Boolean).map((place) => `M${place}h0`).join("");
}

/** How each of the many came to where it is: every so many steps, so that all of them stay quick to draw. */
export function othersPath(state, ground) {
  const { data, run, cloud } = state;
  if (!cloud) return "";
  const { count, steps } = data.clouds;
  const every = Math.max(1, Math.ceil((count * steps) / MOST_POINTS));
  state.others ??= Array.from({ length: count }, (_, start) =>
    Array.from({ length: Math.ceil(steps / every) }, (_, k) => placeOfOther(state, ground, k * every, start)));
  const last = Math.min(run.step, steps - 1);
  return state.others.map((places, start) => {
    const path = [...places.slice(0, Math.ceil(last / every)), placeOfOther(state, ground, last, start)].filter(Boolean);
    return path.length > 1 ? `M${path.join("L")}` : "";
  }).join("");
}

/** Where one of the many is at a step, in pixels; "" where that is nowhere. */
function placeOfOther({ data, cloud }, ground, step, start) {
  const first = 2 * (data.clouds.count * step + start);
  const [x, y] = ground.toPixels([cloud[first], cloud[first + 1]]);
  return Number.isFinite(x) && Number.isFinite(y) ? pixelText([x, y]) : "";
}
