"""The colours: contrast by WCAG 2, and how far apart two are for three kinds of eyes (CIEDE2000).

Colour vision is simulated after Machado, Oliveira and Fernandes, "A physiologically-based model for
simulation of color vision deficiency" (2009), at full severity; differences are those of Sharma, Wu
and Dalal, "The CIEDE2000 color-difference formula" (2005).
"""

import math
import re
import tomllib
from itertools import combinations
from typing import TypeAlias

import pytest

from qsts_core import files
from qsts_core.draw.colours import CHARTS, SHARINGS, THEMES, css_tokens
from qsts_core.draw.player import player_css
from qsts_core.graph import SHARINGS as ALL_SHARINGS

Triple: TypeAlias = tuple[float, float, float]

VISIONS: dict[str, tuple[Triple, Triple, Triple]] = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
               (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
               (-0.011820, 0.042940, 0.968881)),
}  # fmt: skip


def linear(colour: str) -> Triple:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return r, g, b


def dot(row: Triple, vector: Triple) -> float:
    return sum(one * other for one, other in zip(row, vector, strict=True))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    low, high = sorted(dot((0.2126, 0.7152, 0.0722), linear(c)) for c in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: str) -> Triple:
    """Return CIELAB under D65, as an eye sees the colour."""
    seen = [min(max(dot(row, linear(colour)), 0.0), 1.0) for row in VISIONS[vision]]
    rgb = (seen[0], seen[1], seen[2])
    xyz = (
        dot((0.4124564, 0.3575761, 0.1804375), rgb) / 0.95047,
        dot((0.2126729, 0.7151522, 0.0721750), rgb),
        dot((0.0193339, 0.1191920, 0.9503041), rgb) / 1.08883,
    )
    x, y, z = (t ** (1 / 3) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29 for t in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: Triple, other: Triple) -> float:
    """Return the difference of two colours by CIEDE2000."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(chroma**7 / (chroma**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = math.hypot(a1, b1), math.hypot(a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = h2 - h1
    turn -= 360 * round(turn / 360) if c1 * c2 else turn
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (1 - 0.17 * cos(hm - 30) + 0.24 * cos(2 * hm) + 0.32 * cos(3 * hm + 6)
         - 0.20 * cos(4 * hm - 63))  # fmt: skip
    sl = 1 + 0.015 * (lm - 50) ** 2 / math.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rc = 2 * math.sqrt(cm**7 / (cm**7 + 25**7))
    rt = -rc * math.sin(math.radians(60 * math.exp(-(((hm - 275) / 25) ** 2))))
    dl, dc, dh = (l2 - l1) / sl, (c2 - c1) / sc, dh / sh
    return math.sqrt(dl**2 + dc**2 + dh**2 + rt * dc * dh)


def cos(degrees: float) -> float:
    return math.cos(math.radians(degrees))


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [  # from the test data of Sharma, Wu and Dalal
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_the_measure_itself(one: Triple, other: Triple, wanted: float) -> None:
    assert difference(one, other) == pytest.approx(wanted, abs=5e-5)


LEAST = {"ink": 15.0, "mute": 6.0, "edge": 3.5, "value": 6.5, "adjoint": 5.4, "build": 4.9,
         "broken": 5.5}  # fmt: skip
"""The contrast on the card that each must have."""


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_contrast(theme: int) -> None:
    colour = {name: pair[theme] for name, pair in THEMES.items()}
    short = {n: contrast(colour[n], colour["card"]) for n in LEAST}
    assert {n: c for n, c in short.items() if c < LEAST[n]} == {}
    for word, paper in [("value", "value-paper"), ("adjoint", "adjoint-paper"),
                        ("on-adjoint", "adjoint"), ("ink", "build-paper")]:  # fmt: skip
        assert contrast(colour[word], colour[paper]) >= 4.5, (word, paper)
    # They are told apart in greys too.
    assert contrast(colour["value"], colour["adjoint"]) >= 1.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_hues_look_alike(theme: int, vision: str) -> None:
    hues = {
        n: lab(THEMES[n][theme], vision) for n in ("value", "adjoint", "build", "broken", "mute")
    }
    apart = {(a, b): difference(hues[a], hues[b]) for a, b in combinations(hues, 2)}
    assert min(apart.values()) >= 14.5, apart


@pytest.mark.parametrize("vision", VISIONS)
def test_what_stands_on_either_paper_is_legible_and_told_apart(vision: str) -> None:
    assert set(SHARINGS) == set(ALL_SHARINGS)
    for colours in (SHARINGS, CHARTS):
        for colour in colours.values():
            for paper in THEMES["card"]:
                assert contrast(colour, paper) >= 3.0, (colour, paper)  # WCAG 2, for graphics
        apart = {(a, b): difference(lab(a, vision), lab(b, vision))
                 for a, b in combinations(colours.values(), 2)}  # fmt: skip
        # Marks and dashes tell the sharings apart as well.
        assert min(apart.values()) >= 7, apart


def test_no_style_has_a_colour_of_its_own_by_the_name_of_a_token() -> None:
    css = player_css()
    assert css.startswith(css_tokens())
    rest = css.removeprefix(css_tokens())
    assert [name for name in THEMES if re.search(rf"--qsts-{name}: *(?!var)", rest)] == []


def test_the_theme_of_streamlit_has_the_same_ink() -> None:
    settings = tomllib.loads((files.app().parent / ".streamlit" / "config.toml").read_text("utf-8"))
    for index, theme in enumerate(("light", "dark")):
        ink = THEMES["ink"][index]
        assert settings["theme"][theme]["textColor"] == ink
        assert settings["theme"][theme]["primaryColor"] == ink
