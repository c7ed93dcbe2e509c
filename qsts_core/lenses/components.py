"""Components whose script and style are files: fetched once, and repeated by no rerun.

In go a name, a script and a style sheet; out comes what shows the component on the page. Their
file names change with their content, so a browser may keep them for as long as it likes.
"""

from __future__ import annotations

import hashlib
import threading
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

__all__ = ["component"]

PROJECT = "qsts"
"""What the name of each component begins with, as in "qsts.player"."""

_REGISTERING = threading.Lock()


def component(name: str, script: str, style: str | None = None) -> Any:
    """Return what shows the component `name`, an ES module with a style sheet of the whole page.

    Streamlit serves files of components that an installed distribution declares. This is the same
    declaration, made here, so that it also holds in a checkout and in each runtime of a test.
    """
    folder = _folder()
    script_file = _write(folder / name, script, "js")
    style_file = _write(folder / name, style, "css") if style is not None else None
    manager = get_bidi_component_manager()
    with _REGISTERING:
        if manager.get_component_asset_root(f"{PROJECT}.{name}") is None:
            declared = ComponentManifest(PROJECT, "", [ComponentConfig(name, name)])
            manager.register_from_manifest(declared, folder)
    return _renderer(f"{PROJECT}.{name}", script_file, style_file)


@cache
def _renderer(name: str, script_file: str, style_file: str | None) -> Any:
    return st.components.v2.component(name, js=script_file, css=style_file, isolate_styles=False)


@cache
def _kept() -> TemporaryDirectory[str]:
    """Return the folder of this process; it goes when the process ends."""
    return TemporaryDirectory(prefix="qsts-", ignore_cleanup_errors=True)


def _folder() -> Path:
    return Path(_kept().name)


@cache
def _write(folder: Path, content: str, ending: str) -> str:
    """Write a file that is named by its content, and return its name."""
    content_bytes = content.encode()
    name = f"{hashlib.sha256(content_bytes).hexdigest()[:16]}.{ending}"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content_bytes)
    return name
