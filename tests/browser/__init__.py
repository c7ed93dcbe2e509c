"""The app in a real browser. A package, so that its last test ends server and browser."""
