"""The colours of the screen, from one file: for style sheets, for figures, and for the tests.

`themes` are pairs, for the light and for the dark theme; `charts` stand on either, since a figure
is drawn once for both, and so do the colours of the three sharings. What is made of values is blue
and what is made of adjoints is orange, and nothing else is either.
"""

from __future__ import annotations

import json
from functools import cache

from qsts_core import files
from qsts_core.graph import Sharing

__all__ = ["CHARTS", "SHARINGS", "THEMES", "css_tokens"]

_COLOURS = json.loads(files.asset("colours.json").read_text(encoding="utf-8"))

THEMES: dict[str, tuple[str, str]] = {
    name: (light, dark) for name, (light, dark) in _COLOURS["themes"].items()
}
CHARTS: dict[str, str] = _COLOURS["charts"]
SHARINGS: dict[Sharing, str] = _COLOURS["sharings"]


@cache
def css_tokens() -> str:
    """Return the colours as properties of the page: `var(--qsts-value)`.

    Examples
    --------
    >>> css_tokens().splitlines()[1]
    '  --qsts-card: light-dark(#ffffff, #171b23);'
    """
    themes = [
        f"--qsts-{name}: light-dark({light}, {dark});" for name, (light, dark) in THEMES.items()
    ]
    sharings = [f"--qsts-sharing-{name}: {colour};" for name, colour in SHARINGS.items()]
    return "\n".join([":root {", *(f"  {line}" for line in [*themes, *sharings]), "}", ""])
