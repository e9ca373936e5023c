"""Colours and type of the window: one set of tokens for light, one for dark, switched while the program runs."""

import unicodedata
from dataclasses import asdict, dataclass
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from headrace_gui.style_sheet import STYLE_SHEET


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one scheme, as #RRGGBB. Text colours have a contrast of 4.5:1 on window, surface and selection."""

    window: str
    surface: str
    line: str
    text: str
    secondary: str
    faint: str
    selection: str
    hover: str
    accent: str
    accent_hover: str
    accent_text: str
    on_accent: str
    done: str
    waiting: str
    failed: str
    warning: str
    track: str


LIGHT: Final = Tokens(
    window="#F6F7F9",
    surface="#FFFFFF",
    line="#E4E7EC",
    text="#182230",
    secondary="#5B6678",
    faint="#98A2B3",
    selection="#E8F1FE",
    hover="#F3F5F8",
    accent="#1570EF",
    accent_hover="#0F62D6",
    accent_text="#0D55BD",
    on_accent="#FFFFFF",
    done="#157347",
    waiting="#F5A524",
    failed="#C4232B",
    warning="#A8480B",
    track="#E6EAF0",
)
DARK: Final = Tokens(
    window="#14171C",
    surface="#1B1F26",
    line="#2A303A",
    text="#E8ECF2",
    secondary="#98A3B3",
    faint="#6B7686",
    selection="#1B2E4B",
    hover="#222832",
    accent="#5AA2FF",
    accent_hover="#7BB5FF",
    accent_text="#8FC0FF",
    on_accent="#0B1524",
    done="#4CC38A",
    waiting="#F5A524",
    failed="#FF7B7F",
    warning="#F5A524",
    track="#2B323D",
)

_PLAIN_FAMILIES: Final = frozenset({"", "Sans", "Sans Serif", "DejaVu Sans"})
_BODY_PIXELS: Final = 13


class Theme(QObject):
    """Keeps palette, style sheet and fonts in step with the system's light or dark scheme."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.setStyle("Fusion")
        app.setFont(_body_font(app.font()))
        self.tokens = LIGHT
        self._fixed: Qt.ColorScheme | None = None
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def is_dark(self) -> bool:
        """Whether the dark scheme is in force."""
        return self.tokens is DARK

    def use(self, scheme: Qt.ColorScheme | None) -> None:
        """Use a scheme whatever the system says; None follows the system again."""
        self._fixed = scheme
        self._follow()

    def _follow(self) -> None:
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        scheme = self._fixed or self._app.styleHints().colorScheme()
        self.tokens = DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        self._app.setPalette(palette_of(self.tokens))
        pixels = self._app.font().pixelSize()
        sizes = {"small": pixels - 1, "title": pixels + 5}
        self._app.setStyleSheet(Template(STYLE_SHEET).substitute(asdict(self.tokens), **sizes))


def _body_font(system: QFont) -> QFont:
    """Return the system's font, never below 13 px; Inter in front where the system only names a plain fallback."""
    font = QFont(system)
    if system.family() in _PLAIN_FAMILIES:
        font.setFamilies(["Inter", "Noto Sans", system.family() or "Sans Serif", "DejaVu Sans"])
    font.setPixelSize(max(_BODY_PIXELS, QFontInfo(system).pixelSize()))
    return font


def medium(font: QFont) -> QFont:
    """Return `font` a little stronger, for names."""
    strong = QFont(font)
    strong.setWeight(QFont.Weight.Medium)
    return strong


def semibold(font: QFont) -> QFont:
    """Return `font` strong, for totals and titles."""
    strong = QFont(font)
    strong.setWeight(QFont.Weight.DemiBold)
    return strong


def small(font: QFont) -> QFont:
    """Return `font` one pixel smaller, for second lines and headers."""
    less = QFont(font)
    less.setPixelSize(font.pixelSize() - 1)
    return less


def tabular(font: QFont) -> QFont:
    """Return `font` with figures of one width, so that changing numbers do not jitter."""
    figures = QFont(font)
    figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


def text_direction(text: str) -> Qt.LayoutDirection:
    """Return the direction `text` reads in, whatever the layout's; figures and units keep their order by it."""
    rightward = any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)
    return Qt.LayoutDirection.RightToLeft if rightward else Qt.LayoutDirection.LeftToRight


def palette_of(tokens: Tokens) -> QPalette:
    """Return the palette for everything that is not painted by hand."""
    role, palette = QPalette.ColorRole, QPalette()
    for roles, colour in (
        ((role.Window, role.Button, role.AlternateBase), tokens.window),
        ((role.Base, role.ToolTipBase), tokens.surface),
        ((role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText), tokens.text),
        ((role.PlaceholderText,), tokens.secondary),
        ((role.Highlight, role.Accent), tokens.accent),
        ((role.HighlightedText,), tokens.on_accent),
        ((role.Link, role.LinkVisited), tokens.accent_text),
        ((role.Light, role.Midlight), tokens.surface),
        ((role.Mid, role.Dark, role.Shadow), tokens.line),
    ):
        for each in roles:
            palette.setColor(each, QColor(colour))
    for each in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(tokens.faint))
    return palette
