// Keeps the address bar in step with the page: whatever `data.query` names is set in the query, or taken
// out of it for null; the rest (the player's step) is left alone. A new formula is a step of the browser's
// history, so that "back" leads to the one before; whatever else changes replaces the entry.

/** What outlives this module: the last formula that was taken up, and the last session that asked. */
const told = (window.qstsAddress ??= { taken: null, visit: null });

/**
 * @param {{data: {page: string, query: Object<string, string|null>, taken: string, asks: string|null},
 *   setStateValue: (name: string, content: Object) => void}} component
 */
export default function keepAddress({ data, setStateValue }) {
  const keepsFormula = "f" in data.query; // a lens keeps parameters of its own beside
  if (data.asks) {
    // The server knows nothing of this page: it is told the address, which it must not write over before.
    if (told.visit !== data.asks && keepsFormula) {
      told.visit = data.asks;
      setStateValue("told", { visit: data.asks, search: window.location.search });
    }
    return;
  }
  const address = new URL(window.location.href);
  const before = address.searchParams.get("f");
  for (const [name, content] of Object.entries(data.query)) {
    if (content === null) address.searchParams.delete(name);
    else address.searchParams.set(name, content);
  }
  const isTaken = keepsFormula && told.taken !== null && told.taken !== data.taken;
  const isNew = isTaken && before !== null && address.searchParams.get("f") !== before;
  if (keepsFormula) told.taken = data.taken;
  if (isNew) address.searchParams.delete("step");
  if (address.href === window.location.href) return;
  if (isNew) window.history.pushState({}, "", address);
  else window.history.replaceState(window.history.state, "", address);
}
