"""What a page says beside what it shows: as the plain text that it is, and in few sentences.

Whatever comes out of an address or a formula is a stranger's: nothing in it becomes a link or a
mark, and a thousand complaints leave the picture where it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from html import escape

import streamlit as st

__all__ = ["MOST_SENTENCES", "complain", "complain_of_step", "keep_room", "note_lookalikes"]

MOST_SENTENCES = 3

_CYRILLIC = (
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u0501\u04bb"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0408\u0405"
)
_GREEK = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u03bf\u03bd\u03c1\u03b9\u03b1\u03c5\u03c7"
)
_LATIN = "aeopcxyijsdhABEKMHOPCTXYIJSABEZHIKMNOPTYXovpiaux"

_ALIKE = dict(zip(_CYRILLIC + _GREEK, _LATIN, strict=True))
"""Letters of other scripts and the Latin ones that look like them, after Unicode's UTS 39."""


def keep_room() -> None:
    """Keep the place here at which this run complains, so that nothing is built anew later."""
    st.session_state.room, st.session_state.complaints = st.empty(), []
    complain([])


def complain(sentences: Sequence[str]) -> None:
    """Say what could not be used, beside what this run has said so far."""
    said: list[str] = st.session_state.complaints
    said += sentences
    told = [escape(sentence) for sentence in said[:MOST_SENTENCES]]
    if len(said) > MOST_SENTENCES:
        told.append(f"and {len(said) - MOST_SENTENCES:,} more")
    lines = "".join(f"<p>{line}</p>" for line in told)
    role = ' role="status"' if told else ""
    st.session_state.room.html(
        f'<div class="qsts-complaints" data-qsts="complaints"{role}>{lines}</div>'
    )


def complain_of_step(step: int, steps: int) -> None:
    """Say that the address gives a step past the last one, at which the player then begins."""
    if step > steps:
        complain([f"The address gives step {step}, and the last one here is {steps}."])


def note_lookalikes(names: Sequence[str]) -> Iterator[str]:
    r"""Yield a sentence for each name that looks like another one before it.

    Examples
    --------
    >>> [sentence[4:] for sentence in note_lookalikes(["x", "\u0445", "y"])]
    ["(Cyrillic) looks like 'x' (Latin), and is another variable."]
    """
    seen: dict[str, str] = {}
    for name in names:
        looks = "".join(_ALIKE.get(letter, letter) for letter in name)
        first = seen.setdefault(looks, name)
        if first != name:
            here, there = (_script(one, other) for one, other in ((name, first), (first, name)))
            yield f"'{name}' ({here}) looks like '{first}' ({there}), and is another variable."


def _script(name: str, other: str) -> str:
    """Return the script of the first letter in which a name differs from another one."""
    letter = next(mine for mine, theirs in zip(name, other, strict=True) if mine != theirs)
    return unicodedata.name(letter, "another script").split()[0].capitalize()
