"""Everything a person can do, once each: its words, icon and keys, and the menus it is in. Data alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from headrace_gui.texts import QT_TRANSLATE_NOOP


class Act(Enum):
    """What can be done."""

    ADD = "add"
    PASTE = "paste"
    IMPORT = "import"
    EXPORT = "export"
    TAKE_OVER = "take_over"
    RESUME = "resume"
    ALLOW = "allow"
    END = "end"
    PAUSE = "pause"
    TOGGLE = "toggle"
    REMOVE = "remove"
    TRASH = "trash"
    DELETE = "delete"
    MOVE_UP = "move_up"
    MOVE_DOWN = "move_down"
    OPEN = "open"
    SHOW = "show"
    COPY = "copy"
    SELECT_ALL = "select_all"
    PAUSE_ALL = "pause_all"
    RESUME_ALL = "resume_all"
    RENAME = "rename"
    RELOCATE = "relocate"
    SORT = "sort"
    READDRESS = "readdress"
    LOG_IN = "log_in"
    CERTIFICATE = "certificate"
    HOST_RULES = "host_rules"
    COOKIES = "cookies"
    PROPERTIES = "properties"
    EXTRACT = "extract"
    VERIFY = "verify"
    FETCH_AGAIN = "fetch_again"
    WATCH = "watch"
    HAND_OVER = "hand_over"
    TOP = "top"
    BOTTOM = "bottom"
    CLEAR_FINISHED = "clear_finished"
    QUIET = "quiet"
    START_NOW = "start_now"
    UNDO = "undo"
    FIND = "find"
    DETAILS = "details"
    COMPACT = "compact"
    HISTORY = "history"
    SETTINGS = "settings"
    SHORTCUTS = "shortcuts"
    ABOUT = "about"
    WHEN_DONE = "when_done"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: its words in English, icon and keys; `in_list` keys work only while the list has the focus."""

    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    in_list: bool = False
    short: str = ""
    """What the bar says, where that is not `text`."""
    checkable: bool = False


ENTRIES: Mapping[Act, Entry] = MappingProxyType(
    {
        Act.ADD: Entry(
            QT_TRANSLATE_NOOP("Actions", "&Add downloads…"),
            "plus",
            ("Ctrl+N",),
            short=QT_TRANSLATE_NOOP("Actions", "Add"),
        ),
        Act.PASTE: Entry(QT_TRANSLATE_NOOP("Actions", "Add from the c&lipboard"), "copy", ("Ctrl+V",)),
        Act.IMPORT: Entry(QT_TRANSLATE_NOOP("Actions", "&Open lists…"), "", ("Ctrl+O",)),
        Act.EXPORT: Entry(QT_TRANSLATE_NOOP("Actions", "&Export the list…"), "", ("Ctrl+Shift+S",)),
        Act.TAKE_OVER: Entry(QT_TRANSLATE_NOOP("Actions", "&Take over an unfinished file…")),
        Act.RESUME: Entry(QT_TRANSLATE_NOOP("Actions", "&Resume"), "play"),
        Act.ALLOW: Entry(QT_TRANSLATE_NOOP("Actions", "A&llow it and try again")),
        Act.END: Entry(QT_TRANSLATE_NOOP("Actions", "&End recording and keep it")),
        Act.PAUSE: Entry(QT_TRANSLATE_NOOP("Actions", "&Pause"), "pause"),
        Act.TOGGLE: Entry(QT_TRANSLATE_NOOP("Actions", "Pause or resume"), "", ("Space",), in_list=True),
        Act.REMOVE: Entry(QT_TRANSLATE_NOOP("Actions", "Re&move"), "trash", ("Del",), in_list=True),
        Act.TRASH: Entry(QT_TRANSLATE_NOOP("Actions", "Remove with f&ile"), "", ("Shift+Del",), in_list=True),
        Act.DELETE: Entry(QT_TRANSLATE_NOOP("Actions", "&Delete for good…"), "", ("Ctrl+Shift+Del",), in_list=True),
        Act.MOVE_UP: Entry(
            QT_TRANSLATE_NOOP("Actions", "Move &up in line"),
            "arrow-up",
            ("Alt+Up",),
            short=QT_TRANSLATE_NOOP("Actions", "Move up"),
        ),
        Act.MOVE_DOWN: Entry(
            QT_TRANSLATE_NOOP("Actions", "Move do&wn in line"),
            "arrow-down",
            ("Alt+Down",),
            short=QT_TRANSLATE_NOOP("Actions", "Move down"),
        ),
        Act.TOP: Entry(QT_TRANSLATE_NOOP("Actions", "Move to the &top"), "", ("Alt+Home",)),
        Act.BOTTOM: Entry(QT_TRANSLATE_NOOP("Actions", "Move to the &bottom"), "", ("Alt+End",)),
        Act.OPEN: Entry(QT_TRANSLATE_NOOP("Actions", "&Open"), "open", ("Return", "Enter"), in_list=True),
        Act.SHOW: Entry(
            QT_TRANSLATE_NOOP("Actions", "Show in &folder"), "folder", ("Ctrl+Return", "Ctrl+Enter"), in_list=True
        ),
        Act.RENAME: Entry(QT_TRANSLATE_NOOP("Actions", "Re&name…"), "", ("F2",), in_list=True),
        Act.RELOCATE: Entry(
            QT_TRANSLATE_NOOP("Actions", "Move to another fo&lder…"), "", ("Ctrl+Shift+M",), in_list=True
        ),
        Act.SORT: Entry(QT_TRANSLATE_NOOP("Actions", "Sort b&y the rules…"), "filter"),
        Act.READDRESS: Entry(QT_TRANSLATE_NOOP("Actions", "Change addre&ss…"), "link", ("Ctrl+L",), in_list=True),
        Act.LOG_IN: Entry(QT_TRANSLATE_NOOP("Actions", "Lo&g in…"), "key"),
        Act.CERTIFICATE: Entry(QT_TRANSLATE_NOOP("Actions", "Show the c&ertificate…"), "shield"),
        Act.HOST_RULES: Entry(QT_TRANSLATE_NOOP("Actions", "Rules for the h&ost…"), "tool"),
        Act.COOKIES: Entry(QT_TRANSLATE_NOOP("Actions", "Cook&ies…"), "key"),
        Act.EXTRACT: Entry(QT_TRANSLATE_NOOP("Actions", "E&xtract")),
        Act.VERIFY: Entry(QT_TRANSLATE_NOOP("Actions", "&Verify again"), "shield"),
        Act.FETCH_AGAIN: Entry(QT_TRANSLATE_NOOP("Actions", "&Download again"), "retry"),
        Act.WATCH: Entry(QT_TRANSLATE_NOOP("Actions", "Wat&ch for changes…"), "retry"),
        Act.HAND_OVER: Entry(QT_TRANSLATE_NOOP("Actions", "&Hand over to yt-dlp")),
        Act.PROPERTIES: Entry(
            QT_TRANSLATE_NOOP("Actions", "Propert&ies…"), "", ("Alt+Return", "Alt+Enter"), in_list=True
        ),
        Act.COPY: Entry(QT_TRANSLATE_NOOP("Actions", "&Copy address"), "copy", ("Ctrl+C",), in_list=True),
        Act.SELECT_ALL: Entry(QT_TRANSLATE_NOOP("Actions", "Select &all"), "", ("Ctrl+A",), in_list=True),
        Act.PAUSE_ALL: Entry(QT_TRANSLATE_NOOP("Actions", "Pause a&ll"), "pause", ("Ctrl+Shift+P",)),
        Act.RESUME_ALL: Entry(QT_TRANSLATE_NOOP("Actions", "Resume all paus&ed"), "play", ("Ctrl+Shift+R",)),
        Act.CLEAR_FINISHED: Entry(QT_TRANSLATE_NOOP("Actions", "&Clear finished from the list"), "check"),
        Act.QUIET: Entry(QT_TRANSLATE_NOOP("Actions", "&Quiet"), "moon", ("Ctrl+Shift+L",), checkable=True),
        Act.START_NOW: Entry(QT_TRANSLATE_NOOP("Actions", "Start no&w, regardless"), ""),
        Act.UNDO: Entry(QT_TRANSLATE_NOOP("Actions", "&Undo remove"), "undo", ("Ctrl+Z",)),
        Act.FIND: Entry(QT_TRANSLATE_NOOP("Actions", "&Find"), "search", ("Ctrl+F",)),
        Act.DETAILS: Entry(QT_TRANSLATE_NOOP("Actions", "&Details"), "info", ("Ctrl+I", "F6"), checkable=True),
        Act.COMPACT: Entry(QT_TRANSLATE_NOOP("Actions", "&One-line rows"), "", ("Ctrl+Shift+O",), checkable=True),
        Act.HISTORY: Entry(QT_TRANSLATE_NOOP("Actions", "&History…"), "clock", ("Ctrl+H",)),
        Act.SETTINGS: Entry(QT_TRANSLATE_NOOP("Actions", "&Settings…"), "settings", ("Ctrl+,",)),
        Act.SHORTCUTS: Entry(QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"), "keyboard", ("F1", "?")),
        Act.ABOUT: Entry(QT_TRANSLATE_NOOP("Actions", "&About Headrace"), "info"),
        Act.WHEN_DONE: Entry(QT_TRANSLATE_NOOP("Actions", "When all is &done")),
        Act.QUIT: Entry(QT_TRANSLATE_NOOP("Actions", "&Quit"), "power", ("Ctrl+Q",)),
    }
)

_FILES: Final = (Act.IMPORT, Act.EXPORT, Act.TAKE_OVER)
_PLACES: Final = (Act.TOP, Act.MOVE_UP, Act.MOVE_DOWN, Act.BOTTOM)
_CHANGES: Final = (
    *(Act.RENAME, Act.RELOCATE, Act.SORT, Act.READDRESS, Act.COOKIES, Act.EXTRACT, Act.VERIFY, Act.FETCH_AGAIN),
    *(Act.WATCH, Act.HAND_OVER),
)
_RUNS: Final = (Act.RESUME, Act.START_NOW, Act.LOG_IN, Act.CERTIFICATE, Act.ALLOW, Act.PAUSE, Act.END)
_LEAVING: Final = (Act.REMOVE, Act.TRASH, Act.DELETE)
CONTEXT_MENU: Final[tuple[Act | None, ...]] = (
    Act.OPEN,
    Act.SHOW,
    None,
    *_RUNS,
    None,
    *_CHANGES,
    None,
    Act.TOP,
    Act.BOTTOM,
    None,
    Act.COPY,
    Act.HOST_RULES,
    Act.PROPERTIES,
    None,
    *_LEAVING,
)
"""What the list's context menu holds; None is a line."""

OVERFLOW_MENU: Final[tuple[Act | None, ...]] = (
    Act.PAUSE_ALL,
    Act.RESUME_ALL,
    Act.CLEAR_FINISHED,
    Act.QUIET,
    None,
    *_FILES,
    None,
    Act.DETAILS,
    Act.COMPACT,
    Act.HISTORY,
    None,
    Act.SETTINGS,
    Act.SHORTCUTS,
    Act.ABOUT,
    None,
    Act.WHEN_DONE,
    Act.QUIT,
)

MENU_BAR: Mapping[str, tuple[Act | None, ...]] = MappingProxyType(
    {
        QT_TRANSLATE_NOOP("Actions", "&File"): (
            Act.ADD,
            Act.PASTE,
            None,
            *_FILES,
            None,
            Act.SETTINGS,
            None,
            Act.WHEN_DONE,
            Act.QUIT,
        ),
        QT_TRANSLATE_NOOP("Actions", "&Edit"): (Act.UNDO, None, Act.COPY, Act.SELECT_ALL, Act.FIND),
        QT_TRANSLATE_NOOP("Actions", "&View"): (Act.DETAILS, Act.COMPACT, Act.HISTORY),
        QT_TRANSLATE_NOOP("Actions", "&Download"): (
            Act.OPEN,
            Act.SHOW,
            None,
            *_RUNS,
            None,
            *_PLACES,
            None,
            *_CHANGES,
            Act.HOST_RULES,
            Act.PROPERTIES,
            None,
            *_LEAVING,
            None,
            Act.PAUSE_ALL,
            Act.RESUME_ALL,
            Act.CLEAR_FINISHED,
            Act.QUIET,
        ),
        QT_TRANSLATE_NOOP("Actions", "&Help"): (Act.SHORTCUTS, Act.ABOUT),
    }
)
"""Titles, to be translated in the context "Actions", and what is under them."""
