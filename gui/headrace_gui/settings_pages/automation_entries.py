"""The settings of what the program does by itself: commands and a webhook when something happens, a watched folder."""

from typing import Final

from headrace_gui.settings_pages.entry import Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_HAPPENS: Final = QT_TRANSLATE_NOOP("Settings", "When something happens")
_COMES: Final = QT_TRANSLATE_NOOP("Settings", "Lists that are laid down")

AUTOMATION: Final = (
    Entry(
        "watch_folder",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Watched folder"),
        QT_TRANSLATE_NOOP(
            "Settings", "Texts with addresses, Metalinks and lists that are saved there are added, and then renamed."
        ),
        _COMES,
        QT_TRANSLATE_NOOP("Settings", "watch, directory, folder, inbox, NAS, import"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "command_finished",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Command after each download"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "A program and its arguments, without a shell. {path} stands for the file, {folder} for its folder.",
        ),
        _HAPPENS,
        QT_TRANSLATE_NOOP("Settings", "run, execute, script, hook, event, finished, post-processing"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "command_failed",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Command after a failure"),
        QT_TRANSLATE_NOOP("Settings", "Run when a download has failed and waits for you."),
        _HAPPENS,
        QT_TRANSLATE_NOOP("Settings", "run, execute, script, hook, event, error"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "command_idle",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Command when all is done"),
        QT_TRANSLATE_NOOP("Settings", "Run when nothing is left to be done, for example to suspend the computer."),
        _HAPPENS,
        QT_TRANSLATE_NOOP("Settings", "run, execute, script, hook, event, idle, shut down, suspend, sleep"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
    Entry(
        "webhook",
        Page.PROGRAMS,
        Home.ENGINE,
        Kind.WORDS,
        QT_TRANSLATE_NOOP("Settings", "Webhook"),
        QT_TRANSLATE_NOOP("Settings", "What happens is sent to this address as JSON by POST, again where that fails."),
        _HAPPENS,
        QT_TRANSLATE_NOOP("Settings", "HTTP, POST, JSON, event, notify, address, URL, server"),
        none_text=QT_TRANSLATE_NOOP("Settings", "None"),
    ),
)
