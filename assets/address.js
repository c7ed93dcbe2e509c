// Keeps the address bar in step with the page: whatever `data.query` names is set in the query, or taken
// out of it for null; the rest (the player's step) is left alone. The entry is replaced, so the browser's "back" leaves the app.

/** @param {{data: {page: string, query: Object<string, string|null>}}} component */
export default function keepAddress({ data }) {
  const address = new URL(window.location.href);
  for (const [name, content] of Object.entries(data.query)) {
    if (content === null) address.searchParams.delete(name);
    else address.searchParams.set(name, content);
  }
  if (address.href !== window.location.href) window.history.replaceState(window.history.state, "", address);
}
