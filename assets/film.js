// The film of nodes that merge: scenes in, a picture that moves from one to the next.
// One film for each root element; called again whenever its data change.

import { html, setText, svg } from "./dom.js";
import { arrowText, pointAt, trimEnd } from "./geometry.js";

/** Milliseconds: a scene's motion, and how long it stands before the next one. */
const MOTION = 700;
const STAND = 900;
const POINTS = 24;
const HEAD = 13;

/** @type {WeakMap<HTMLElement, Object>} */
const films = new WeakMap();

/** @param {{data: Object, parentElement: HTMLElement}} component */
export default function mountFilm({ data, parentElement }) {
  if (!data) return undefined;
  const content = JSON.stringify(data);
  if (films.get(parentElement)?.content === content) return undefined;
  films.get(parentElement)?.destroy();
  films.set(parentElement, { content, ...createFilm(parentElement, data) });
  return () => {
    films.get(parentElement)?.destroy();
    films.delete(parentElement);
  };
}

function createFilm(parent, data) {
  const states = unfold(data.scenes);
  const last = states.length - 1;
  const view = { at: 0, from: 0, begun: 0, frame: 0, timer: 0, playing: false };
  const parts = buildFilm(data, last);
  parent.append(parts.root);

  function go(scene) {
    const next = Math.min(Math.max(scene, 0), last);
    view.from = next === view.at + 1 && !stillness() ? view.at : next; // back, and far, there is no motion
    view.at = next;
    view.begun = performance.now();
    tell(parts, data.scenes, next, last);
    cancelAnimationFrame(view.frame);
    tick(view.begun);
  }

  function tick(now) {
    const t = view.from === view.at ? 1 : Math.min((now - view.begun) / MOTION, 1);
    drawScene(parts, data, states[view.from], states[view.at], data.scenes[view.at], ease(t), t === 1);
    parts.root.dataset.moving = String(t < 1);
    if (t < 1) view.frame = requestAnimationFrame(tick);
    else if (view.playing && view.at < last) view.timer = setTimeout(() => go(view.at + 1), STAND);
    else play(false);
  }

  function play(on) {
    view.playing = on;
    clearTimeout(view.timer);
    setText(parts.play, on ? "❚❚ Pause" : "▶ Play");
  }

  const step = (scene) => {
    play(false);
    go(scene);
  };
  parts.back.addEventListener("click", () => step(view.at - 1));
  parts.forth.addEventListener("click", () => step(view.at + 1));
  parts.scrubber.addEventListener("input", () => step(Number(parts.scrubber.value)));
  parts.play.addEventListener("click", () => {
    play(!view.playing);
    if (view.playing) go(view.at === last ? 0 : view.at + 1);
  });
  go(0);
  return {
    destroy() {
      cancelAnimationFrame(view.frame);
      clearTimeout(view.timer);
      parts.root.remove();
    },
  };
}

const stillness = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);
const blend = (one, other, t) => [one[0] + (other[0] - one[0]) * t, one[1] + (other[1] - one[1]) * t];

/** The whole picture after each scene: a scene says only what it changes. */
function unfold(scenes) {
  const states = [];
  let state = { places: new Map(), edges: new Map(), names: new Map() };
  for (const scene of scenes) {
    const settled = scene.merges.length === 0;
    state = {
      places: new Map(settled ? [] : state.places),
      edges: new Map(state.edges),
      names: new Map(settled ? [] : state.names),
    };
    for (const [node, [x, y]] of Object.entries(scene.places)) state.places.set(node, [x, -y]);
    for (const [node, name] of Object.entries(scene.names)) state.names.set(node, name);
    if (!settled) state.places.delete(String(scene.merges[0]));
    for (const [key, path] of Object.entries(scene.edges)) {
      if (path) state.edges.set(key, path.map(([x, y]) => [x, -y]));
      else state.edges.delete(key);
    }
    states.push(state);
  }
  return states;
}

function buildFilm(data, last) {
  const [left, bottom, right, top] = data.room;
  const layers = { ghosts: svg("g", { class: "qsts-film-ghosts" }), edges: svg("g"), nodes: svg("g") };
  const picture = svg("svg", {
    class: "qsts-film-picture", role: "img", viewBox: `${left} ${-top} ${right - left} ${top - bottom}`, preserveAspectRatio: "xMidYMid meet",
  }, layers.ghosts, layers.edges, layers.nodes);
  const button = (label, text) => html("button", { type: "button", "aria-label": label }, text);
  const back = button("one merge back", "◀");
  const forth = button("one merge forward", "▶");
  const play = html("button", { type: "button" }, "▶ Play");
  const scrubber = html("input", { type: "range", min: 0, max: last, step: 1, value: 0, "aria-label": "scene", dir: "ltr" });
  const title = html("b", { class: "qsts-film-title", role: "status" });
  const counts = html("span", { class: "qsts-film-counts" });
  const root = html("div", { class: "qsts-film", "data-qsts": "film", "data-scenes": last + 1 },
    html("div", { class: "qsts-film-head" }, title, counts), picture,
    html("div", { class: "qsts-film-bar" }, back, play, forth, scrubber));
  return { root, picture, layers, back, forth, play, scrubber, title, counts };
}

function tell(parts, scenes, at, last) {
  const scene = scenes[at];
  setText(parts.title, scene.title);
  const before = scenes.slice(0, at).map(({ nodes }) => nodes).filter((nodes, index, all) => nodes !== all[index - 1]);
  const trail = [...before.filter((nodes) => nodes !== scene.nodes).slice(-4), scene.nodes].join(" → ");
  setText(parts.counts, [`nodes ${trail}`, ...(scene.parents.length ? [`parents of ${scene.parents[0]}: ${scene.parents[1]}`] : [])].join(" · "));
  parts.picture.setAttribute("aria-label", `${scene.title}: ${scene.nodes} nodes`);
  parts.scrubber.value = String(at);
  parts.scrubber.setAttribute("aria-valuetext", scene.title);
  parts.back.toggleAttribute("disabled", at === 0);
  parts.forth.toggleAttribute("disabled", at === last);
  parts.root.dataset.scene = String(at);
}

/** One moment between two pictures; ghosts of what moved stay until the next scene. */
function drawScene({ layers }, data, before, after, scene, t, done) {
  const [gone, keeper] = scene.merges.map(String);
  const placeOf = (node) => {
    const start = before.places.get(node) ?? after.places.get(node);
    const end = after.places.get(node === gone ? keeper : node) ?? start;
    return blend(start, end, t);
  };
  const nodes = [...new Set([...after.places.keys(), ...(done ? [] : before.places.keys())])];
  const edges = [...new Set([...after.edges.keys(), ...(done ? [] : before.edges.keys())])];
  layers.edges.replaceChildren(...edges.flatMap((key) => drawEdge(key, before, after, [gone, keeper], t)));
  layers.nodes.replaceChildren(...nodes.map((node) => drawNode(data, node, placeOf(node), after, { gone, keeper, done })));
  layers.ghosts.replaceChildren(...(gone && before !== after ? ghosts(data, before, after, gone) : []));
}

function drawEdge(key, before, after, [gone, keeper], t) {
  const [parent, slot] = key.split("/");
  const start = before.edges.get(key) ?? after.edges.get(key);
  const end = after.edges.get(key) ?? (parent === gone ? after.edges.get(`${keeper}/${slot}`) : undefined) ?? start;
  const path = start === end || t === 1 ? end : smoothed(start, end, t);
  const line = trimEnd(path, HEAD);
  return [
    svg("path", { class: "qsts-film-edge", d: lineText(line), "data-edge": key }),
    svg("path", { class: "qsts-film-head-mark", d: arrowText(line[line.length - 1], path[path.length - 1], 10) }),
  ];
}

/** A path between two, which need not have equally many pieces: one cubic through both samples. */
function smoothed(start, end, t) {
  const at = (share) => blend(pointAt(start, share), pointAt(end, share), t);
  const points = [];
  for (let k = 0; k < POINTS; k += 1) {
    const [a, b] = [at(k / POINTS), at((k + 1) / POINTS)];
    points.push(a, blend(a, b, 1 / 3), blend(a, b, 2 / 3));
  }
  return [...points, at(1)];
}

function lineText(points) {
  const [start, ...rest] = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`);
  return `M${start}C${rest.join(" ")}`;
}

function drawNode(data, node, [x, y], after, { gone, keeper, done }) {
  const shape = data.shapes[node];
  const label = data.labels[node];
  const role = node === gone ? "gone" : node === keeper ? "keeper" : "";
  const size = Math.min(34, (data.radius * 1.6) / (0.55 * Math.max(label.length, 1)));
  return svg("g", { class: "qsts-film-node", transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "data-node": node, "data-role": role },
    outline(shape, data.radius),
    svg("text", { class: "qsts-film-label", "font-size": size.toFixed(1) }, label),
    ...(after.names.has(node) && node !== gone ? [svg("text", { class: "qsts-film-name", y: data.radius + 9 }, after.names.get(node))] : []),
    ...(done && node === keeper ? [svg("circle", { class: "qsts-film-ring", r: data.radius * 1.15 })] : []));
}

function outline(shape, r) {
  if (shape === "square") return svg("rect", { x: -0.9 * r, y: -0.9 * r, width: 1.8 * r, height: 1.8 * r, rx: 0.3 * r, "data-shape": shape });
  if (shape === "diamond") return svg("path", { d: `M${r},0L0,${r}L${-r},0L0,${-r}Z`, "data-shape": shape });
  return svg("circle", { r, "data-shape": shape });
}

/** Where the merged node stood, and the ways its edges had. */
function ghosts(data, before, after, gone) {
  const [x, y] = before.places.get(gone);
  const moved = [...before.edges].filter(([key, path]) => after.edges.get(key) !== path);
  const mark = outline(data.shapes[gone], data.radius);
  mark.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  return [...moved.map(([, path]) => svg("path", { d: lineText(path) })), mark];
}
