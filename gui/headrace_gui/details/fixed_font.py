"""The type of text that stands in columns."""

from PySide6.QtGui import QFont, QFontDatabase


def fixed_font(like: QFont) -> QFont:
    """Return the system's font of one width, in the size that goes with `like`."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(max(like.pixelSize() - 1, 11))
    return font
