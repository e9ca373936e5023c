"""Brings what a person prefers, and what the system says of looks, to theme, language and units."""

from PySide6.QtCore import QObject, Qt

from headrace_gui.desktop.system_look import SystemLook
from headrace_gui.language import Language
from headrace_gui.preferences import Motion, PreferenceKeeper, Preferences, Scheme
from headrace_gui.theme import Theme
from headrace_gui.units import use_binary

_SCHEMES = {Scheme.SYSTEM: None, Scheme.LIGHT: Qt.ColorScheme.Light, Scheme.DARK: Qt.ColorScheme.Dark}


class Look(QObject):
    """Keeps the window's looks in step while it runs."""

    def __init__(self, theme: Theme, language: Language, keeper: PreferenceKeeper, system: SystemLook) -> None:
        super().__init__(theme)
        self._theme, self._language, self._keeper, self._system = theme, language, keeper, system
        keeper.changed.connect(self._follow)
        system.changed.connect(lambda _look: self._follow(keeper.now))
        self._follow(keeper.now)

    def _follow(self, wanted: Preferences) -> None:
        system, theme = self._system.now, self._theme
        use_binary(wanted.binary_units)
        theme.use(_SCHEMES[wanted.scheme])
        theme.use_accent(wanted.accent or system.accent or "")
        theme.use_contrast(system.high_contrast is True)
        reduced = wanted.motion is Motion.REDUCED
        theme.reduced_motion = reduced or (wanted.motion is Motion.SYSTEM and system.reduced_motion is True)
        self._language.use(wanted.language)
