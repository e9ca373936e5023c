"""All settings there are, in the order they are shown in."""

from typing import Final

from headrace_gui.settings_pages.access_entries import PROGRAMS
from headrace_gui.settings_pages.automation_entries import AUTOMATION
from headrace_gui.settings_pages.day_entries import DAY
from headrace_gui.settings_pages.done_entries import AFTER_EACH, ALL_DONE
from headrace_gui.settings_pages.engine_entries import CONNECTIONS, DOWNLOADS, QUEUES, RULES, SPEED
from headrace_gui.settings_pages.entry import Entry, Home, Kind, Page
from headrace_gui.settings_pages.network_entries import NETWORK
from headrace_gui.settings_pages.window_entries import APPEARANCE, GENERAL, NOTIFICATIONS
from headrace_gui.texts import QT_TRANSLATE_NOOP

_PLACES: Final = QT_TRANSLATE_NOOP("Settings", "Where Headrace keeps things")
_TRANSFER: Final = QT_TRANSLATE_NOOP("Settings", "All settings")

ADVANCED: Final = (
    Entry(
        "profile",
        Page.ADVANCED,
        Home.NOWHERE,
        Kind.PLACE,
        QT_TRANSLATE_NOOP("Settings", "Profile folder"),
        QT_TRANSLATE_NOOP("Settings", "Settings and the list of downloads are kept in this folder."),
        _PLACES,
        QT_TRANSLATE_NOOP("Settings", "database, backup, path, configuration"),
        button=QT_TRANSLATE_NOOP("Settings", "Open"),
    ),
    Entry(
        "log",
        Page.ADVANCED,
        Home.NOWHERE,
        Kind.PLACE,
        QT_TRANSLATE_NOOP("Settings", "Log file"),
        QT_TRANSLATE_NOOP(
            "Settings", "What the program did is written down here, to look into when something goes wrong."
        ),
        _PLACES,
        QT_TRANSLATE_NOOP("Settings", "problem, report, debug, diagnosis"),
        button=QT_TRANSLATE_NOOP("Settings", "Open"),
    ),
    Entry(
        "export",
        Page.ADVANCED,
        Home.NOWHERE,
        Kind.DEED,
        QT_TRANSLATE_NOOP("Settings", "Export settings"),
        QT_TRANSLATE_NOOP("Settings", "All settings are saved as one file, to keep or to take to another computer."),
        _TRANSFER,
        QT_TRANSLATE_NOOP("Settings", "backup, save, transfer, JSON"),
        button=QT_TRANSLATE_NOOP("Settings", "Export…"),
    ),
    Entry(
        "import",
        Page.ADVANCED,
        Home.NOWHERE,
        Kind.DEED,
        QT_TRANSLATE_NOOP("Settings", "Import settings"),
        QT_TRANSLATE_NOOP("Settings", "Settings are taken from such a file. You can undo it."),
        _TRANSFER,
        QT_TRANSLATE_NOOP("Settings", "restore, load, transfer, JSON"),
        button=QT_TRANSLATE_NOOP("Settings", "Import…"),
    ),
    Entry(
        "reset",
        Page.ADVANCED,
        Home.NOWHERE,
        Kind.DEED,
        QT_TRANSLATE_NOOP("Settings", "Reset all settings"),
        QT_TRANSLATE_NOOP(
            "Settings", "Every setting goes back to its default. Downloads stay as they are. You can undo it."
        ),
        _TRANSFER,
        QT_TRANSLATE_NOOP("Settings", "default, original, begin anew"),
        button=QT_TRANSLATE_NOOP("Settings", "Reset all"),
    ),
)

ENTRIES: Final[tuple[Entry, ...]] = (
    *GENERAL,
    *DOWNLOADS,
    *AFTER_EACH,
    *CONNECTIONS,
    *NETWORK,
    *SPEED,
    *DAY,
    *QUEUES,
    *RULES,
    *PROGRAMS,
    *AUTOMATION,
    *APPEARANCE,
    *NOTIFICATIONS,
    *ALL_DONE,
    *ADVANCED,
)


def entry_of(key: str) -> Entry:
    """Return the entry that a field is changed by; raises StopIteration where there is none."""
    return next(entry for entry in ENTRIES if key == entry.key or key in entry.also)


def entries_of(page: Page) -> tuple[Entry, ...]:
    """Return what stands on a page."""
    return tuple(entry for entry in ENTRIES if entry.page is page)
