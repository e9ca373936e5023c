"""Any accent a person or a system may choose leaves everything readable."""

import colorsys

import pytest
from headrace_gui.accents import contrast, mixed, readable, with_accent
from headrace_gui.theme import DARK, LIGHT, Theme, Tokens

HUES = [
    "#{:02X}{:02X}{:02X}".format(*(round(255 * part) for part in colorsys.hls_to_rgb(hue / 24, lightness, 0.9)))
    for hue in range(24)
    for lightness in (0.15, 0.5, 0.85)
]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("accent", [*HUES, "#000000", "#FFFFFF", "#808080"])
def test_an_accent_is_readable(tokens: Tokens, accent: str) -> None:
    tinted = with_accent(tokens, accent)
    assert contrast(tinted.accent, tinted.surface) >= 3.0
    assert contrast(tinted.on_accent, tinted.accent) >= 4.5
    for ground in (tinted.surface, tinted.window, tinted.selection):
        assert contrast(tinted.accent_text, ground) >= 4.5
        assert contrast(tinted.text, ground) >= 4.5
        assert contrast(tinted.secondary, ground) >= 4.5


def test_arithmetic_of_colours() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)
    assert mixed("#FFFFFF", "#000000", 0.5) == "#808080"
    assert readable("#000000", "#FFFFFF") == "#000000"
    assert contrast(readable("#FFFF00", "#FFFFFF"), "#FFFFFF") >= 4.5


def test_what_is_no_colour_is_refused(theme: Theme) -> None:
    with pytest.raises(ValueError, match="is not a colour"):
        theme.use_accent("red")
    theme.use_accent("#7A3FF2")
    assert theme.tokens.accent == "#7A3FF2"
    theme.use_accent("")
    assert theme.tokens is LIGHT
