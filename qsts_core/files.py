"""Where the files that are not Python modules live.

In a checkout (and an editable install) `app.py`, `assets/` and `.streamlit/` stand beside this
package. An installed wheel carries them inside it, under `qsts_core/_bundle/`.

Nothing goes in; what comes out are paths that exist in both cases.
"""

from pathlib import Path

__all__ = ["app", "asset", "home"]


def home() -> Path:
    """Return the folder that holds `app.py`, `assets/` and `.streamlit/`.

    Examples
    --------
    >>> sorted(path.name for path in home().iterdir() if path.name in {"app.py", "assets"})
    ['app.py', 'assets']
    """
    package = Path(__file__).resolve().parent
    bundle = package / "_bundle"
    return bundle if bundle.is_dir() else package.parent


def app() -> Path:
    """Return the script that Streamlit runs.

    Streamlit reads its settings from `.streamlit/config.toml` beside this script, whatever the
    working directory.

    Examples
    --------
    >>> app().name
    'app.py'
    """
    return home() / "app.py"


def asset(*parts: str) -> Path:
    """Return the path of one file or folder of `assets/`.

    Examples
    --------
    >>> asset("player.js").name
    'player.js'
    """
    return home().joinpath("assets", *parts)
