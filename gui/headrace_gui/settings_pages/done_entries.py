"""The settings of what happens when downloads are done."""

from typing import Final

from headrace.finale import Deed

from headrace_gui.settings_pages.entry import Choice, Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_ALL: Final = QT_TRANSLATE_NOOP("Settings", "When all downloads are done")

AFTER_EACH: Final = (
    Entry(
        "after_each",
        Page.DOWNLOADS,
        Home.ENGINE,
        Kind.AFTER,
        QT_TRANSLATE_NOOP("Settings", "When a file is there"),
        QT_TRANSLATE_NOOP("Settings", "It is done to each file; a download's properties may say otherwise."),
        "",
        QT_TRANSLATE_NOOP(
            "Settings", "finished, extract, unpack, unzip, archive, zip, 7z, tar, open, sound, move, folder"
        ),
    ),
)
ALL_DONE: Final = (
    Entry(
        "when_done",
        Page.NOTIFICATIONS,
        Home.ENGINE,
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Settings", "Then, each time"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "You are warned a minute before, and can stop it. For one time, choose it in the menu File.",
        ),
        _ALL,
        QT_TRANSLATE_NOOP("Settings", "shut down, power off, suspend, standby, sleep, hibernate, log out, quit, idle"),
        (
            Choice(Deed.NOTHING.value, QT_TRANSLATE_NOOP("Settings", "Do nothing")),
            Choice(Deed.SLEEP.value, QT_TRANSLATE_NOOP("Settings", "Sleep")),
            Choice(Deed.HIBERNATE.value, QT_TRANSLATE_NOOP("Settings", "Hibernate")),
            Choice(Deed.SHUT_DOWN.value, QT_TRANSLATE_NOOP("Settings", "Shut down")),
            Choice(Deed.RESTART.value, QT_TRANSLATE_NOOP("Settings", "Restart")),
            Choice(Deed.LOG_OUT.value, QT_TRANSLATE_NOOP("Settings", "Log out")),
            Choice(Deed.QUIT.value, QT_TRANSLATE_NOOP("Settings", "Quit Headrace")),
        ),
    ),
)
