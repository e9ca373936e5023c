"""Colours and type of the window: one set of tokens for light, one for dark, switched while the program runs."""

import unicodedata
from dataclasses import asdict
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from headrace_gui.accents import with_accent, with_contrast
from headrace_gui.style_sheet import STYLE_SHEET
from headrace_gui.tokens import DARK as DARK  # noqa: PLC0414 - exported
from headrace_gui.tokens import LIGHT as LIGHT  # noqa: PLC0414 - exported
from headrace_gui.tokens import Tokens as Tokens  # noqa: PLC0414 - exported

_PLAIN_FAMILIES: Final = frozenset({"", "Sans", "Sans Serif", "DejaVu Sans"})
_BODY_PIXELS: Final = 13


class Theme(QObject):
    """Keeps palette, style sheet and fonts in step with the system's light or dark scheme, or with what is chosen."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        app.setStyle("Fusion")
        app.setFont(_body_font(app.font()))
        self.tokens = LIGHT
        self._fixed: Qt.ColorScheme | None = None
        self._accent = ""
        self._is_strong = False
        self.reduced_motion = False
        """Whether nothing should slide or fade."""
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._follow)

    @property
    def is_dark(self) -> bool:
        """Whether the dark scheme is in force."""
        return self._scheme() is Qt.ColorScheme.Dark

    def use(self, scheme: Qt.ColorScheme | None) -> None:
        """Use a scheme whatever the system says; None follows the system again."""
        if scheme is not self._fixed:
            self._fixed = scheme
            self._follow()

    def use_accent(self, accent: str) -> None:
        """Use an accent, "#RRGGBB"; "" is the program's own. Raises ValueError for anything else."""
        if accent != self._accent:
            with_accent(LIGHT, accent or LIGHT.accent)
            self._accent = accent
            self._follow()

    def use_contrast(self, strong: bool) -> None:  # noqa: FBT001 - the system's switch
        """Use clear lines and no quiet text, or the usual ones again."""
        if strong != self._is_strong:
            self._is_strong = strong
            self._follow()

    def _follow(self) -> None:
        self._apply()
        self.changed.emit()

    def _scheme(self) -> Qt.ColorScheme:
        return self._fixed or self._app.styleHints().colorScheme()

    def _apply(self) -> None:
        plain = DARK if self.is_dark else LIGHT
        tinted = with_accent(plain, self._accent) if self._accent else plain
        self.tokens = with_contrast(tinted) if self._is_strong else tinted
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
