"""The settings of the day: quiet hours, and networks that count bytes."""

from typing import Final

from headrace_gui.settings_pages.entry import Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_QUIET: Final = QT_TRANSLATE_NOOP("Settings", "Quiet")
_NETWORK: Final = QT_TRANSLATE_NOOP("Settings", "Metered networks")

DAY: Final = (
    Entry(
        "quiet",
        Page.SPEED,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Quiet now"),
        QT_TRANSLATE_NOOP("Settings", "The quiet limit is in force, until you or the quiet hours end it."),
        _QUIET,
        QT_TRANSLATE_NOOP("Settings", "turtle, slow, alternative, profile, turbo, polite"),
    ),
    Entry(
        "quiet_limit",
        Page.SPEED,
        Home.ENGINE,
        Kind.SPEED,
        QT_TRANSLATE_NOOP("Settings", "Quiet limit"),
        QT_TRANSLATE_NOOP("Settings", "All downloads together are held to this while it is quiet."),
        _QUIET,
        QT_TRANSLATE_NOOP("Settings", "bandwidth, throttle, rate, slow down"),
        presets=(100_000, 250_000, 500_000, 1_000_000, 2_000_000),
        per_unit=1_000_000,
    ),
    Entry(
        "quiet_hours",
        Page.SPEED,
        Home.ENGINE,
        Kind.HOURS,
        QT_TRANSLATE_NOOP("Settings", "Quiet hours"),
        QT_TRANSLATE_NOOP(
            "Settings", "When they begin it gets quiet by itself, and when they end it no longer is. Drag to mark them."
        ),
        _QUIET,
        QT_TRANSLATE_NOOP("Settings", "schedule, scheduler, time, day, week, night, plan"),
        none_text=QT_TRANSLATE_NOOP("Settings", "Never by itself"),
    ),
    Entry(
        "hold_metered",
        Page.SPEED,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Wait in metered networks"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "Where the system says that a network counts bytes, as that of a phone, downloads wait for another one.",
        ),
        _NETWORK,
        QT_TRANSLATE_NOOP("Settings", "mobile, phone, cellular, hotspot, tethering, roaming, data, volume"),
    ),
)
