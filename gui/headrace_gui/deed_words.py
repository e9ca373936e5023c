"""What may happen when all is done, in words."""

from typing import Final

from headrace.finale import Deed

from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

DEEDS: Final = {
    Deed.NOTHING: QT_TRANSLATE_NOOP("Done", "Do nothing"),
    Deed.SLEEP: QT_TRANSLATE_NOOP("Done", "Sleep"),
    Deed.HIBERNATE: QT_TRANSLATE_NOOP("Done", "Hibernate"),
    Deed.SHUT_DOWN: QT_TRANSLATE_NOOP("Done", "Shut down"),
    Deed.RESTART: QT_TRANSLATE_NOOP("Done", "Restart"),
    Deed.LOG_OUT: QT_TRANSLATE_NOOP("Done", "Log out"),
    Deed.QUIT: QT_TRANSLATE_NOOP("Done", "Quit Headrace"),
}
"""As menus and buttons have them, in their order."""


def deed_name(deed: Deed) -> str:
    """Return what a menu calls it."""
    return translate("Done", DEEDS[deed])


def countdown_sentence(deed: Deed, seconds: int) -> str:
    """Say what happens in how many seconds."""
    sentences = {
        Deed.SLEEP: translate("Done", "The computer goes to sleep in %Ln second(s).", "", seconds),
        Deed.HIBERNATE: translate("Done", "The computer hibernates in %Ln second(s).", "", seconds),
        Deed.SHUT_DOWN: translate("Done", "The computer shuts down in %Ln second(s).", "", seconds),
        Deed.RESTART: translate("Done", "The computer restarts in %Ln second(s).", "", seconds),
        Deed.LOG_OUT: translate("Done", "You are logged out in %Ln second(s).", "", seconds),
        Deed.QUIT: translate("Done", "Headrace quits in %Ln second(s).", "", seconds),
    }
    return sentences[deed]


def refused_sentence(deed: Deed, why: str) -> str:
    """Say that the system did not do it."""
    return translate("Done", "“{deed}” was refused by the system: {why}").format(deed=deed_name(deed), why=why)
