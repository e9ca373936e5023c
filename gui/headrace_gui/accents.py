"""The accent colour worked into a scheme so that everything on it and in it stays readable. Arithmetic alone."""

import re
from dataclasses import replace
from typing import Final

from headrace_gui.tokens import Tokens

_READABLE: Final = 4.5
"""Contrast of text (WCAG 2.2, 1.4.3)."""
_VISIBLE: Final = 3.0
"""Contrast of parts that carry meaning (WCAG 2.2, 1.4.11)."""
_WHITE, _NIGHT = "#FFFFFF", "#0B1524"
_STEPS: Final = 100


def is_colour(text: str) -> bool:
    """Say whether a text is a colour as "#RRGGBB"."""
    return re.fullmatch("#[0-9A-Fa-f]{6}", text) is not None


def luminance(colour: str) -> float:
    """Return the relative luminance of "#RRGGBB" from 0.0 to 1.0 (WCAG 2.2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours from 1.0 to 21.0 (WCAG 2.2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(over: str, under: str, share: float) -> str:
    """Return `over` laid on `under` with an opacity of `share`."""
    pairs = ((int(over[at : at + 2], 16), int(under[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(upper * share + lower * (1 - share)):02X}" for upper, lower in pairs)


def readable(colour: str, ground: str, least: float = _READABLE) -> str:
    """Return `colour`, made darker or lighter until it has a contrast of `least` on `ground`."""
    end = "#000000" if luminance(ground) > 0.18 else _WHITE
    steps = (mixed(end, colour, step / _STEPS) for step in range(_STEPS + 1))
    return next((each for each in steps if contrast(each, ground) >= least), end)


def with_accent(tokens: Tokens, accent: str) -> Tokens:
    """Return `tokens` with another accent, "#RRGGBB"; raises ValueError for anything else."""
    if not is_colour(accent):
        raise ValueError(f"{accent!r} is not a colour such as #1570EF")
    main = readable(accent.upper(), tokens.surface, _VISIBLE)
    on_main = max((_WHITE, _NIGHT), key=lambda text: contrast(text, main))
    main = main if contrast(on_main, main) >= _READABLE else readable(main, on_main)
    selection = _selection(tokens, main)
    return replace(
        tokens,
        accent=main,
        accent_hover=mixed(tokens.text, main, 0.14),
        accent_text=_on_all(main, (selection, tokens.window, tokens.surface)),
        on_accent=on_main,
        selection=selection,
    )


def with_contrast(tokens: Tokens) -> Tokens:
    """Return `tokens` with lines that are seen clearly and no quiet text, for those who asked their system for it."""
    shares = {"line": 0.5, "secondary": 0.88, "faint": 0.7, "track": 0.3}
    return replace(tokens, **{name: mixed(tokens.text, tokens.surface, share) for name, share in shares.items()})


def _on_all(colour: str, grounds: tuple[str, ...]) -> str:
    """Return `colour`, made stronger until it is readable on each of some like grounds."""
    return max(
        (readable(colour, ground) for ground in grounds), key=lambda each: min(contrast(each, g) for g in grounds)
    )


def _selection(tokens: Tokens, accent: str) -> str:
    """Return the ground of what is chosen: as much of the accent as the quiet text on it bears."""
    most = 0.11 if luminance(tokens.surface) > 0.18 else 0.26
    shares = (most * step / _STEPS for step in range(_STEPS, -1, -1))
    grounds = (mixed(accent, tokens.surface, share) for share in shares)
    return next((each for each in grounds if contrast(tokens.secondary, each) >= _READABLE), tokens.hover)
