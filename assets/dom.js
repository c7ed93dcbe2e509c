// Elements: HTML, SVG and MathML from names, attributes and children. Text only ever enters as text.

const SPACES = {
  svg: "http://www.w3.org/2000/svg",
  math: "http://www.w3.org/1998/Math/MathML",
};

/** @param {Element} element @param {Object<string, string|number>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
  }
}

/**
 * @param {Element} element
 * @param {Object<string, string|number>} attributes
 * @param {(Node|string)[]} children
 */
function furnish(element, attributes, children) {
  setAttributes(element, attributes);
  element.append(...children);
  return element;
}

/** @returns {HTMLElement} */
export function html(tag, attributes = {}, ...children) {
  return furnish(document.createElement(tag), attributes, children);
}

/** @returns {SVGElement} */
export function svg(tag, attributes = {}, ...children) {
  return furnish(document.createElementNS(SPACES.svg, tag), attributes, children);
}

/** @returns {MathMLElement} */
export function math(tag, ...children) {
  return furnish(document.createElementNS(SPACES.math, tag), {}, children);
}

/** Write text only where it differs: an unchanged text node costs nothing to paint. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Scroll a box of its own, never the page, until `child` shows below `covered` pixels at the top. */
export function reveal(box, child, covered = 0) {
  if (!child) return;
  const above = child.offsetTop - covered;
  const below = child.offsetTop + child.offsetHeight - box.clientHeight;
  if (above < box.scrollTop) box.scrollTop = above;
  else if (below > box.scrollTop) box.scrollTop = below;
}

const CLICK_PIXELS = 5;

/**
 * A press on a chart that does not drag is a click, and gives the chart the focus.
 * @param {HTMLElement} chart
 * @param {(event: PointerEvent) => void} act
 * @param {AbortSignal} signal
 */
export function listenToPresses(chart, act, signal) {
  chart.addEventListener("pointerdown", (press) => {
    if (press.button !== 0 || press.target.closest(".modebar")) return;
    chart.focus({ preventScroll: true });
    // On the window, for plotly lays a cover over the page meanwhile; and only until it is released.
    const release = new AbortController();
    for (const end of ["pointerup", "pointercancel"]) {
      window.addEventListener(end, (event) => {
        release.abort();
        const moved = Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY);
        if (end === "pointerup" && moved <= CLICK_PIXELS) act(event);
      }, { capture: true, signal: release.signal });
    }
  }, { capture: true, signal });
}
