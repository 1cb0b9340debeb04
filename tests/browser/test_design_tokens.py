"""The colours of the design system keep WCAG 2.2 AA contrast, light and dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "src/anning/project/static/anning/css"
SURFACES = ["bg", "sunken", "surface", "raised", "hover"]
INKS = ["ink", "ink-2", "ink-3"]
TONES = ["ok", "warn", "bad", "info"]
PAIRS = [
    *((ink, surface, 4.5) for ink in INKS for surface in SURFACES),
    *((tone, f"{tone}-soft", 4.5) for tone in TONES),
    *((tone, "surface", 4.5) for tone in TONES),
    ("accent", "surface", 4.5),
    ("accent", "bg", 4.5),
    ("accent-ink", "accent", 4.5),
    ("accent-strong", "accent-soft", 4.5),
    ("ink-2", "idle-soft", 4.5),
    ("p1-ink", "p1", 4.5),
    ("p2-ink", "p2", 4.5),
    ("p3-ink", "p3", 4.5),
    ("p4", "surface", 4.5),
    ("map-label", "map-land", 4.5),
    ("line-strong", "surface", 3.0),
    *((f"c{n}", "surface", 3.0) for n in range(1, 7)),
]


def colours(name: str) -> dict[str, str]:
    """Every hexadecimal colour of a token sheet by its name."""
    text = (CSS / name).read_text("utf-8")
    return dict(re.findall(r"--([\w-]+):\s*#([0-9a-f]{6});", text))


def luminance(colour: str) -> float:
    """Relative luminance of a hexadecimal colour (WCAG 2.2, "relative luminance")."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_formula_gives_the_published_extremes() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("767676", "ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("sheet", ["tokens.css", "tokens-dark.css"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_pair_is_readable(sheet: str, front: str, back: str, least: float) -> None:
    named = colours(sheet)
    ratio = contrast(named[front], named[back])
    assert ratio >= least, f"{sheet}: --{front} on --{back} is {ratio:.2f} : 1, below {least}"


def test_dark_gives_a_value_to_every_light_colour() -> None:
    assert set(colours("tokens.css")) == set(colours("tokens-dark.css"))
