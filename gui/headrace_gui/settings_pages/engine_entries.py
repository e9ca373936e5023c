"""The settings of downloads: where they go, how they are added and checked, how connections are used."""

from typing import Final

from headrace_gui.settings_pages.entry import Choice, Entry, Home, Kind, Page
from headrace_gui.speed_limit import PRESETS
from headrace_gui.texts import QT_TRANSLATE_NOOP

_PLACE: Final = QT_TRANSLATE_NOOP("Settings", "Saving")
_ADDING: Final = QT_TRANSLATE_NOOP("Settings", "Adding")
_CHECKING: Final = QT_TRANSLATE_NOOP("Settings", "Checking")
_MEMORY: Final = QT_TRANSLATE_NOOP("Settings", "History")
_AMOUNT: Final = QT_TRANSLATE_NOOP("Settings", "At the same time")
_PATIENCE: Final = QT_TRANSLATE_NOOP("Settings", "Patience")

DOWNLOADS: Final = (
    Entry(
        "download_folder",
        Page.DOWNLOADS,
        Home.ENGINE,
        Kind.FOLDER,
        QT_TRANSLATE_NOOP("Settings", "Folder for downloads"),
        QT_TRANSLATE_NOOP("Settings", "New downloads go here unless you choose another folder when you add them."),
        _PLACE,
        QT_TRANSLATE_NOOP("Settings", "directory, path, location, save to, destination"),
    ),
    Entry(
        "max_running",
        Page.DOWNLOADS,
        Home.ENGINE,
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Settings", "Downloads at once"),
        QT_TRANSLATE_NOOP("Settings", "So many run side by side; the others wait in line."),
        _PLACE,
        QT_TRANSLATE_NOOP("Settings", "parallel, simultaneous, concurrent, maximum"),
    ),
    Entry(
        "watch_clipboard",
        Page.DOWNLOADS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Watch the clipboard"),
        QT_TRANSLATE_NOOP("Settings", "When you copy the address of a file, Headrace offers to download it."),
        _ADDING,
        QT_TRANSLATE_NOOP("Settings", "copy, paste, monitor, link"),
    ),
    Entry(
        "ask_servers",
        Page.DOWNLOADS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Ask servers before adding"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "The add dialog shows name and size of each file. Switch it off if your links work only once.",
        ),
        _ADDING,
        QT_TRANSLATE_NOOP("Settings", "probe, size, check, one-time link, preview"),
    ),
    Entry(
        "add_silently",
        Page.DOWNLOADS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Add without asking"),
        QT_TRANSLATE_NOOP("Settings", "Pasted and dropped addresses go straight into the list, without a dialog."),
        _ADDING,
        QT_TRANSLATE_NOOP("Settings", "silent, dialog, confirm, prompt"),
    ),
    Entry(
        "add_paused",
        Page.DOWNLOADS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Add paused"),
        QT_TRANSLATE_NOOP("Settings", "The main button of the add dialog adds downloads without starting them."),
        _ADDING,
        QT_TRANSLATE_NOOP("Settings", "start later, stopped"),
    ),
    Entry(
        "find_checksums",
        Page.DOWNLOADS,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Look for checksums"),
        QT_TRANSLATE_NOOP(
            "Settings", "For large files, the server is asked for a checksum file, and the download is checked by it."
        ),
        _CHECKING,
        QT_TRANSLATE_NOOP("Settings", "verify, hash, SHA-256, SHA256SUMS, integrity"),
    ),
    Entry(
        "mark_origin",
        Page.DOWNLOADS,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Mark files as downloaded"),
        QT_TRANSLATE_NOOP(
            "Settings", "Files carry where they came from, so that the system can warn before it runs one."
        ),
        _CHECKING,
        QT_TRANSLATE_NOOP("Settings", "origin, quarantine, zone, security, warning"),
    ),
    Entry(
        "history_days",
        Page.DOWNLOADS,
        Home.ENGINE,
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Settings", "Remember ended downloads"),
        QT_TRANSLATE_NOOP(
            "Settings", "The history keeps them after they left the list. What is older goes at the next start."
        ),
        _MEMORY,
        QT_TRANSLATE_NOOP("Settings", "history, privacy, archive, days, forget"),
        (
            Choice(None, QT_TRANSLATE_NOOP("Settings", "For ever")),
            Choice(365, QT_TRANSLATE_NOOP("Settings", "For a year")),
            Choice(90, QT_TRANSLATE_NOOP("Settings", "For 90 days")),
            Choice(30, QT_TRANSLATE_NOOP("Settings", "For 30 days")),
            Choice(7, QT_TRANSLATE_NOOP("Settings", "For a week")),
            Choice(0, QT_TRANSLATE_NOOP("Settings", "Not at all")),
        ),
    ),
)

CONNECTIONS: Final = (
    Entry(
        "max_connections",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Settings", "Connections per download"),
        QT_TRANSLATE_NOOP("Settings", "At most so many. More are only opened while they make the download faster."),
        _AMOUNT,
        QT_TRANSLATE_NOOP("Settings", "threads, segments, parts, parallel, maximum"),
    ),
    Entry(
        "max_per_host",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Settings", "Connections per server"),
        QT_TRANSLATE_NOOP("Settings", "At most so many to one server, all downloads together."),
        _AMOUNT,
        QT_TRANSLATE_NOOP("Settings", "host, parallel, maximum"),
    ),
    Entry(
        "connect_timeout",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.SECONDS,
        QT_TRANSLATE_NOOP("Settings", "Wait for a server"),
        QT_TRANSLATE_NOOP("Settings", "A server that has not answered by then is tried again later."),
        _PATIENCE,
        QT_TRANSLATE_NOOP("Settings", "timeout, connect, seconds"),
    ),
    Entry(
        "idle_timeout",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.SECONDS,
        QT_TRANSLATE_NOOP("Settings", "Wait for data"),
        QT_TRANSLATE_NOOP("Settings", "A connection on which nothing has come for so long is opened anew."),
        _PATIENCE,
        QT_TRANSLATE_NOOP("Settings", "timeout, idle, stalled, seconds"),
    ),
    Entry(
        "low_speed",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.SPEED,
        QT_TRANSLATE_NOOP("Settings", "Give up slow connections"),
        QT_TRANSLATE_NOOP("Settings", "A connection that was slower than this for a minute is opened anew."),
        _PATIENCE,
        QT_TRANSLATE_NOOP("Settings", "minimum speed, stalled, timeout"),
        presets=(None, 50, 1_000, 10_000, 100_000),
        per_unit=1_000,
        none_text=QT_TRANSLATE_NOOP("Settings", "Never"),
    ),
    Entry(
        "tries",
        Page.CONNECTIONS,
        Home.ENGINE,
        Kind.NUMBER,
        QT_TRANSLATE_NOOP("Settings", "Tries"),
        QT_TRANSLATE_NOOP("Settings", "A download fails after so many tries in a row that brought nothing new."),
        _PATIENCE,
        QT_TRANSLATE_NOOP("Settings", "retry, attempts, again, repeat"),
    ),
)

SPEED: Final = (
    Entry(
        "limit",
        Page.SPEED,
        Home.ENGINE,
        Kind.SPEED,
        QT_TRANSLATE_NOOP("Settings", "Speed limit"),
        QT_TRANSLATE_NOOP("Settings", "All downloads together are held to this, so that some of your line stays free."),
        "",
        QT_TRANSLATE_NOOP("Settings", "bandwidth, throttle, rate, slow down, maximum"),
        presets=PRESETS,
        per_unit=1_000_000,
        none_text=QT_TRANSLATE_NOOP("Settings", "No limit"),
    ),
)

QUEUES: Final = (
    Entry(
        "queues",
        Page.QUEUES,
        Home.ENGINE,
        Kind.QUEUES,
        QT_TRANSLATE_NOOP("Settings", "Your queues"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Lines of their own for downloads that belong together. One that is held starts nothing new until you"
            " let it go on.",
        ),
        "",
        QT_TRANSLATE_NOOP("Settings", "line, hold, group, list, pause, schedule, hours, night"),
        also=("held_queues", "queue_options"),
    ),
)

RULES: Final = (
    Entry(
        "rules",
        Page.RULES,
        Home.ENGINE,
        Kind.RULES,
        QT_TRANSLATE_NOOP("Settings", "Where downloads go"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "The first rule that holds decides, unless you choose a folder yourself. In folders and names there may be"
            " fields in braces, such as {host}, {name}, {category} or {date:%Y-%m}.",
        ),
        "",
        QT_TRANSLATE_NOOP("Settings", "folder, sort, category, template, organise, directory"),
    ),
    Entry(
        "categories",
        Page.RULES,
        Home.ENGINE,
        Kind.CATEGORIES,
        QT_TRANSLATE_NOOP("Settings", "Categories"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "What the list sorts files by: their endings, or the type the server tells. Files of a category go to its"
            " folder where no rule sends them elsewhere. Removing one changes no file.",
        ),
        "",
        QT_TRANSLATE_NOOP("Settings", "type, kind, extension, ending, own, group, icon, folder"),
    ),
)
