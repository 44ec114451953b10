"""Can every colour be seen, and the colours of one chart be told apart by everyone?

Contrast: WCAG 2.2, 1.4.3 and 1.4.11. Colour vision: Machado, Oliveira, Fernandes (2009), severity 1.
"""

import re
from itertools import combinations

import pytest

from osos.web.assets import STATIC

SHEET = (STATIC / "tokens.css").read_text("utf-8")
SIGHT = {
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def _block(selector: str) -> dict[str, str]:
    body = SHEET.split(selector + " {", 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9A-Fa-f]{6});", body))


LIGHT, DARK, SYSTEM = (
    _block("\n:root"),
    _block('\n:root[data-theme="dark"]'),
    _block(':root[data-theme="system"]'),
)
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def _linear(colour: str) -> tuple[float, ...]:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return tuple(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)


def _lightness(colour: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), _linear(colour), strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted((_lightness(one), _lightness(other)))
    return (high + 0.05) / (low + 0.05)


def _lab(linear: tuple[float, ...]) -> tuple[float, float, float]:
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [
        sum(w * c for w, c in zip(row, linear, strict=True)) / n
        for row, n in zip(to_xyz, (0.9505, 1, 1.089), strict=True)
    ]
    x, y, z = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (max(0.0, v) for v in xyz))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: str, other: str, sight: str) -> float:
    """CIE76 ΔE of two colours as this sight sees them."""
    seen = [
        _lab(tuple(sum(w * c for w, c in zip(row, _linear(each), strict=True)) for row in SIGHT[sight]))
        for each in (one, other)
    ]
    return sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5


def test_the_systems_dark_is_the_chosen_dark():
    assert SYSTEM == DARK
    assert LIGHT.keys() == DARK.keys()


@THEMES
def test_words_stand_out_from_what_they_stand_on(theme):
    for ink in ("ink", "ink2", "ink3", "accent"):
        for ground in ("surface", "paper", "sunk"):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    for tone in ("ok", "warn", "bad", "info"):
        assert contrast(theme[tone], theme["surface"]) >= 4.5, tone
        assert contrast(theme[tone], theme[tone + "bg"]) >= 4.5, tone
        assert contrast(theme["ink"], theme[tone + "bg"]) >= 4.5, tone
    assert contrast(theme["accent-ink"], theme["accent"]) >= 4.5
    assert contrast(theme["head-ink"], theme["head"]) >= 4.5
    assert contrast(theme["head-mute"], theme["head"]) >= 4.5
    assert contrast(theme["imp"], theme["surface"]) >= 4.5


@THEMES
def test_every_mark_of_a_chart_stands_out_from_the_surface(theme):
    for hue in ("t1", "t2", "t3", "imp", "exp", "ind", "cap", "ok", "warn", "bad", "info"):
        assert contrast(theme[hue], theme["surface"]) >= 3.0, hue


FAMILIES = {  # the smallest distance the design measured, less a little
    ("t1", "t2", "t3"): 18,
    ("imp", "exp"): 25,
    ("ind", "cap"): 22,
    ("ok", "warn", "bad"): 11,  # hence the shapes
}


@THEMES
@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("family", FAMILIES, ids="-".join)
def test_colours_of_one_chart_are_told_apart_by_everyone(theme, sight, family):
    for one, other in combinations(family, 2):
        assert distance(theme[one], theme[other], sight) >= FAMILIES[family], (one, other)


@THEMES
@pytest.mark.parametrize("family", ["h", "s"])
def test_a_ramp_gets_steadily_lighter_or_darker(theme, family):
    lights = [_lightness(theme[f"{family}{n}"]) for n in range(9)]
    if family == "h":
        assert lights in (sorted(lights), sorted(lights, reverse=True))
    else:
        assert len(set(lights)) == 9
