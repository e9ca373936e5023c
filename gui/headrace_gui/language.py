"""The language of the window: found out, loaded, and changed while the program runs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from headrace_resources.files import translation_data
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from headrace_gui.texts import retell

LANGUAGES: Mapping[str, str] = MappingProxyType(
    {
        "en": "English",
        "de": "Deutsch",
        "fr": "Français",
        "es": "Español",
        "pt_BR": "Português (Brasil)",
        "zh_CN": "简体中文",
        "ja": "日本語",
        "ar": "العربية",
        "ru": "Русский",
    }
)
"""Every language the window speaks, by code, each in its own words."""
_SOURCE: Final = "en"


class Language(QObject):
    """Puts a language in force: texts, Qt's own texts, direction, and how numbers and dates are written."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._system = QLocale()
        self._installed: list[QTranslator] = []
        self._data = b""  # Qt reads the texts where they lie, as long as they are spoken
        self.code = ""

    def use(self, wanted: str) -> None:
        """Speak the language of that code, "" for the system's where it is known, else English."""
        code = wanted if wanted in LANGUAGES else best_of(self._system.uiLanguages())
        if code == self.code:
            return
        self.code = code
        for translator in self._installed:
            self._app.removeTranslator(translator)
        same = QLocale(code).language() == self._system.language()
        locale = self._system if same else QLocale(code)
        QLocale.setDefault(locale)
        self._app.setLayoutDirection(QLocale(code).textDirection())
        self._installed = [each for each in (self._of_qt(code), self._own(code)) if each is not None]
        for translator in self._installed:
            self._app.installTranslator(translator)
        for widget in self._app.topLevelWidgets():
            if widget.parent() is None:
                retell(widget)

    def _own(self, code: str) -> QTranslator | None:
        translator = QTranslator(self)
        self._data = translation_data(code)
        return translator if translator.load(self._data) else None

    def _of_qt(self, code: str) -> QTranslator | None:
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        return translator if code != _SOURCE and translator.load(f"qtbase_{code}", folder) else None


def best_of(wanted: list[str]) -> str:
    """Return the code for the first of some language tags that is known, such as "pt_BR" for "pt-PT"."""
    for tag in wanted:
        parts = tag.replace("-", "_").split("_")
        exact = next((code for code in LANGUAGES if code.lower() == f"{parts[0]}_{parts[-1]}".lower()), None)
        near = next((code for code in LANGUAGES if code.partition("_")[0].lower() == parts[0].lower()), None)
        if exact or near:
            return exact or near or _SOURCE
    return _SOURCE
