"""Text in the person's language: how it is looked up, and how whoever shows it hears of a change."""

# ruff: noqa: N802 - Qt names its virtual methods and its marks so

import re
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QObject
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

_ADDED_KEY: Final = re.compile(r"\s*\(&.\)")
SEPARATOR: Final = " · "


def QT_TRANSLATE_NOOP(_context: str, source: str) -> str:
    """Mark a text of a table for translation where it stands; it is translated when it is shown."""
    return source


def translate(context: str, source: str, comment: str = "", number: int = -1) -> str:
    """Return `source` in the language in force; `%Ln` in it becomes `number` with the plural form that it needs.

    Both texts must be literals where this is called, else the tool that collects them for translators misses them.
    """
    return QCoreApplication.translate(context, source, comment, number)


def without_key(text: str) -> str:
    """Return a text without the mark of its access key, and without the letter that some languages add for it."""
    return _ADDED_KEY.sub("", text).replace("&", "")


def plain_tip(text: str) -> str:
    """Return a text for a tooltip that shows it as it is, though it may look like HTML: tooltips guess."""
    return Qt.convertFromPlainText(text) if Qt.mightBeRichText(text) else text


def isolated(text: str) -> str:
    """Return a value that keeps its own order between words that run to the left (Unicode UAX #9, isolates)."""
    to_the_left = QLocale().textDirection() is Qt.LayoutDirection.RightToLeft
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if to_the_left else text


class _Ear(QObject):
    """What waits for a new language; lives as long as its parent. A filter would hear of all its parent's events."""

    def __init__(self, parent: QWidget, call: Callable[[], object]) -> None:
        super().__init__(parent)
        self.call = call


def on_language(owner: QWidget, call: Callable[[], object]) -> None:
    """Call `call` now, and after every change of language while `owner` lives: set all its fixed texts there."""
    call()
    _Ear(owner, call)


def retell(whole: QWidget) -> None:
    """Have a widget and all below it, windows too, set their texts anew, as after a change of language or units."""
    for ear in whole.findChildren(_Ear):
        if isValid(ear):  # the one before may have had it deleted
            ear.call()
