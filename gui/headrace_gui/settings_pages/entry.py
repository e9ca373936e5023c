"""What makes a setting in the window: one entry, from which its row, its search and its reset follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from headrace_gui.texts import QT_TRANSLATE_NOOP


class Page(Enum):
    """The subjects, in the order of the list."""

    GENERAL = "general"
    DOWNLOADS = "downloads"
    CONNECTIONS = "connections"
    SPEED = "speed"
    QUEUES = "queues"
    RULES = "rules"
    PROGRAMS = "programs"
    APPEARANCE = "appearance"
    NOTIFICATIONS = "notifications"
    ADVANCED = "advanced"


class Home(Enum):
    """Where the value of a setting lives."""

    ENGINE = "engine"
    """A field of `headrace.settings.Settings`."""
    WINDOW = "window"
    """A field of `headrace_gui.preferences.Preferences`."""
    SESSION = "session"
    """The desktop's own list of what starts with the session."""
    NOWHERE = "nowhere"
    """No value: something to do."""


class Kind(Enum):
    """How a setting is shown and changed."""

    SWITCH = "switch"
    NUMBER = "number"
    SECONDS = "seconds"
    CHOICE = "choice"
    LANGUAGE = "language"
    SCHEME = "scheme"
    COLOUR = "colour"
    SPEED = "speed"
    FOLDER = "folder"
    FILE = "file"
    QUEUES = "queues"
    RULES = "rules"
    CATEGORIES = "categories"
    HOSTS = "hosts"
    BUDGETS = "budgets"
    WORDS = "words"
    """A few texts, one behind the other."""
    PROXY = "proxy"
    HOURS = "hours"
    """Hours of the week."""
    AFTER = "after"
    SEAL = "seal"
    """A token that is shown once."""
    PLACE = "place"
    """A folder or file to look at."""
    DEED = "deed"
    """A button."""


WIDE: Final = frozenset(
    {Kind.SCHEME, Kind.COLOUR, Kind.FOLDER, Kind.FILE, Kind.QUEUES, Kind.RULES, Kind.WORDS, Kind.SEAL, Kind.PROXY}
    | {Kind.HOURS, Kind.AFTER, Kind.BUDGETS, Kind.CATEGORIES}
)
"""Kinds whose control lies under the words and takes the whole width."""


_OWN_WORK: Final = frozenset({Kind.QUEUES, Kind.RULES, Kind.CATEGORIES, Kind.HOSTS, Kind.BUDGETS})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values, with its words."""

    value: Any
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting. All texts are English of context "Settings" and are translated where they are shown."""

    key: str
    """The name of its field; of one without a value, the name of what is done."""
    page: Page
    home: Home
    kind: Kind
    title: str
    sentence: str
    """What it does."""
    group: str
    """The heading of its card, "" for none; entries of one group follow each other."""
    keywords: str = ""
    """Further words that people search for."""
    choices: tuple[Choice, ...] = ()
    presets: tuple[int | None, ...] = ()
    """Speeds offered at once, in bytes per second."""
    per_unit: int = 1
    """Bytes per second in the unit that another speed is written in: 1,000 or 1,000,000."""
    none_text: str = ""
    """What stands for None, where that is a value."""
    button: str = ""
    also: tuple[str, ...] = ()
    """Further fields that are changed by the same control."""
    is_name: bool = False
    """Whether a number names something rather than counting it, so that it is written without separators."""
    needs: str = ""
    """The key of the switch without which this means nothing."""


@dataclass(frozen=True, slots=True)
class Subject:
    """How a page is named and pictured."""

    title: str
    icon: str


SUBJECTS: Final[Mapping[Page, Subject]] = MappingProxyType(
    {
        Page.GENERAL: Subject(QT_TRANSLATE_NOOP("Settings", "General"), "settings"),
        Page.DOWNLOADS: Subject(QT_TRANSLATE_NOOP("Settings", "Downloads"), "download"),
        Page.CONNECTIONS: Subject(QT_TRANSLATE_NOOP("Settings", "Connections"), "link"),
        Page.SPEED: Subject(QT_TRANSLATE_NOOP("Settings", "Speed"), "gauge"),
        Page.QUEUES: Subject(QT_TRANSLATE_NOOP("Settings", "Queues"), "list"),
        Page.RULES: Subject(QT_TRANSLATE_NOOP("Settings", "Rules"), "filter"),
        Page.PROGRAMS: Subject(QT_TRANSLATE_NOOP("Settings", "Other programs"), "plug"),
        Page.APPEARANCE: Subject(QT_TRANSLATE_NOOP("Settings", "Appearance"), "contrast"),
        Page.NOTIFICATIONS: Subject(QT_TRANSLATE_NOOP("Settings", "Notifications and power"), "bell"),
        Page.ADVANCED: Subject(QT_TRANSLATE_NOOP("Settings", "Advanced"), "tool"),
    }
)


def is_resettable(entry: Entry) -> bool:
    """Return whether an entry has a default to go back to: queues, rules, budgets and the like are a person's own."""
    return entry.home is not Home.NOWHERE and entry.kind not in _OWN_WORK
