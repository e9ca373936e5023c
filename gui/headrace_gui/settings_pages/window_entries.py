"""The settings of the window itself: how it starts and ends, how it looks, how it speaks up."""

from typing import Final

from headrace_gui.preferences import Closing, Motion
from headrace_gui.settings_pages.entry import Choice, Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_START: Final = QT_TRANSLATE_NOOP("Settings", "Starting and closing")
_COLOURS: Final = QT_TRANSLATE_NOOP("Settings", "Colours")
_LIST: Final = QT_TRANSLATE_NOOP("Settings", "List and figures")
_MOTION: Final = QT_TRANSLATE_NOOP("Settings", "Motion")
_TRAY: Final = QT_TRANSLATE_NOOP("Settings", "Tray")
_NOTIFICATIONS: Final = QT_TRANSLATE_NOOP("Settings", "Notifications")
_POWER: Final = QT_TRANSLATE_NOOP("Settings", "Power")

GENERAL: Final = (
    Entry(
        "language",
        Page.GENERAL,
        Home.WINDOW,
        Kind.LANGUAGE,
        QT_TRANSLATE_NOOP("Settings", "Language"),
        QT_TRANSLATE_NOOP("Settings", "All texts change at once, and numbers and dates are written in its manner."),
        "",
        QT_TRANSLATE_NOOP("Settings", "translation, locale, English"),
    ),
    Entry(
        "autostart",
        Page.GENERAL,
        Home.SESSION,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Start with the computer"),
        QT_TRANSLATE_NOOP("Settings", "Headrace starts by itself when you log in."),
        _START,
        QT_TRANSLATE_NOOP("Settings", "autostart, session, login, boot, launch"),
    ),
    Entry(
        "start_hidden",
        Page.GENERAL,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Start hidden"),
        QT_TRANSLATE_NOOP("Settings", "Only the tray icon is there after a start; click it to see the window."),
        _START,
        QT_TRANSLATE_NOOP("Settings", "minimised, background, tray"),
        needs="tray_icon",
    ),
    Entry(
        "continue_at_start",
        Page.GENERAL,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Continue where you left off"),
        QT_TRANSLATE_NOOP(
            "Settings", "Downloads that ran when you quit run again at the next start. Else they wait paused."
        ),
        _START,
        QT_TRANSLATE_NOOP("Settings", "resume at start, restart"),
    ),
    Entry(
        "closing",
        Page.GENERAL,
        Home.WINDOW,
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Settings", "Closing the window"),
        QT_TRANSLATE_NOOP("Settings", "In the tray, downloads go on without a window."),
        _START,
        QT_TRANSLATE_NOOP("Settings", "exit, minimise, background"),
        (
            Choice(Closing.QUIT, QT_TRANSLATE_NOOP("Settings", "Quits Headrace")),
            Choice(Closing.TRAY, QT_TRANSLATE_NOOP("Settings", "Keeps it in the tray")),
        ),
        needs="tray_icon",
    ),
)

APPEARANCE: Final = (
    Entry(
        "scheme",
        Page.APPEARANCE,
        Home.WINDOW,
        Kind.SCHEME,
        QT_TRANSLATE_NOOP("Settings", "Light or dark"),
        QT_TRANSLATE_NOOP("Settings", "The window can follow the system, or be always the same."),
        _COLOURS,
        QT_TRANSLATE_NOOP("Settings", "theme, night mode, dark mode, colour scheme"),
    ),
    Entry(
        "accent",
        Page.APPEARANCE,
        Home.WINDOW,
        Kind.COLOUR,
        QT_TRANSLATE_NOOP("Settings", "Accent colour"),
        QT_TRANSLATE_NOOP("Settings", "Buttons, progress and what is chosen have this colour."),
        _COLOURS,
        QT_TRANSLATE_NOOP("Settings", "theme, highlight, tint"),
    ),
    Entry(
        "one_line_rows",
        Page.APPEARANCE,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "One-line rows"),
        QT_TRANSLATE_NOOP("Settings", "More downloads fit into the window; what each is doing is told in fewer words."),
        _LIST,
        QT_TRANSLATE_NOOP("Settings", "compact, dense, row height"),
    ),
    Entry(
        "binary_units",
        Page.APPEARANCE,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Binary units"),
        QT_TRANSLATE_NOOP(
            "Settings", "Sizes are written in KiB, MiB and GiB (1,024 at a time) instead of kB, MB and GB."
        ),
        _LIST,
        QT_TRANSLATE_NOOP("Settings", "megabyte, mebibyte, 1000, 1024"),
    ),
    Entry(
        "motion",
        Page.APPEARANCE,
        Home.WINDOW,
        Kind.CHOICE,
        QT_TRANSLATE_NOOP("Settings", "Motion"),
        QT_TRANSLATE_NOOP("Settings", "Things slide and fade for a moment. Reduced, they change at once."),
        _MOTION,
        QT_TRANSLATE_NOOP("Settings", "animation, effects, accessibility"),
        (
            Choice(Motion.SYSTEM, QT_TRANSLATE_NOOP("Settings", "Like the system")),
            Choice(Motion.FULL, QT_TRANSLATE_NOOP("Settings", "Full")),
            Choice(Motion.REDUCED, QT_TRANSLATE_NOOP("Settings", "Reduced")),
        ),
    ),
)

NOTIFICATIONS: Final = (
    Entry(
        "tray_icon",
        Page.NOTIFICATIONS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Tray icon"),
        QT_TRANSLATE_NOOP("Settings", "An icon in the system tray shows progress and offers what you need most."),
        _TRAY,
        QT_TRANSLATE_NOOP("Settings", "system tray, status icon, background"),
    ),
    Entry(
        "notify_finished",
        Page.NOTIFICATIONS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "When a download has finished"),
        QT_TRANSLATE_NOOP("Settings", "A notification offers to open the file or its folder."),
        _NOTIFICATIONS,
        QT_TRANSLATE_NOOP("Settings", "message, alert, bubble, done"),
    ),
    Entry(
        "notify_failed",
        Page.NOTIFICATIONS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "When a download has failed"),
        QT_TRANSLATE_NOOP("Settings", "A notification says why, and offers to try again."),
        _NOTIFICATIONS,
        QT_TRANSLATE_NOOP("Settings", "message, alert, bubble, error"),
    ),
    Entry(
        "keep_awake",
        Page.NOTIFICATIONS,
        Home.WINDOW,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Keep the computer awake"),
        QT_TRANSLATE_NOOP("Settings", "The computer does not go to sleep by itself while something is downloading."),
        _POWER,
        QT_TRANSLATE_NOOP("Settings", "sleep, suspend, standby, energy, battery"),
    ),
)
