"""The settings of the day: quiet hours, data budgets, and networks that count bytes."""

from typing import Final

from headrace_gui.settings_pages.entry import Entry, Home, Kind, Page
from headrace_gui.texts import QT_TRANSLATE_NOOP

_QUIET: Final = QT_TRANSLATE_NOOP("Settings", "Quiet")
_OTHERS: Final = QT_TRANSLATE_NOOP("Settings", "Others on the line")
_BUDGET: Final = QT_TRANSLATE_NOOP("Settings", "Data budget")
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
        "leave_room",
        Page.SPEED,
        Home.ENGINE,
        Kind.SWITCH,
        QT_TRANSLATE_NOOP("Settings", "Leave others room"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "While others use the line, downloads step back. Headrace notices it by answers that take longer, and asks"
            " the servers it fetches from once a second, less often while the line is calm.",
        ),
        _OTHERS,
        QT_TRANSLATE_NOOP("Settings", "latency, ping, bufferbloat, polite, family, games, calls, LEDBAT, share"),
    ),
    Entry(
        "budgets",
        Page.SPEED,
        Home.ENGINE,
        Kind.BUDGETS,
        QT_TRANSLATE_NOOP("Settings", "How much may come"),
        QT_TRANSLATE_NOOP(
            "Settings",
            "When so much has come, downloads wait for the next period, or for a network that does not count. Days and"
            " weeks begin at midnight, weeks on Monday.",
        ),
        _BUDGET,
        QT_TRANSLATE_NOOP(
            "Settings",
            "quota, cap, volume, allowance, contract, data, traffic, month, week, day, billing, Wi-Fi, mobile, roaming",
        ),
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
