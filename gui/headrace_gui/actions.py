"""Everything a person can do, once each: shared by bar, menus and context menu."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from headrace.permissions import PERMISSION_FOR
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme


class Act(Enum):
    """What can be done."""

    ADD = "add"
    PASTE = "paste"
    RESUME = "resume"
    ALLOW = "allow"
    END = "end"
    PAUSE = "pause"
    TOGGLE = "toggle"
    REMOVE = "remove"
    DELETE = "delete"
    MOVE_UP = "move_up"
    MOVE_DOWN = "move_down"
    OPEN = "open"
    SHOW = "show"
    COPY = "copy"
    SELECT_ALL = "select_all"
    PAUSE_ALL = "pause_all"
    RESUME_ALL = "resume_all"
    UNDO = "undo"
    FIND = "find"
    ABOUT = "about"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: its words, icon and keys; `in_list` keys work only while the list has the focus."""

    text: str
    icon: str = ""
    keys: tuple[str, ...] = ()
    in_list: bool = False
    short: str = ""
    """What the bar says, where that is not `text`."""


ENTRIES: Mapping[Act, Entry] = MappingProxyType(
    {
        Act.ADD: Entry("&Add downloads…", "plus", ("Ctrl+N",), short="Add"),
        Act.PASTE: Entry("Add from the c&lipboard", "copy", ("Ctrl+V",)),
        Act.RESUME: Entry("&Resume", "play"),
        Act.ALLOW: Entry("A&llow it and try again"),
        Act.END: Entry("&End recording and keep it"),
        Act.PAUSE: Entry("&Pause", "pause"),
        Act.TOGGLE: Entry("Pause or resume", "", ("Space",), in_list=True),
        Act.REMOVE: Entry("Re&move", "trash", ("Del",), in_list=True),
        Act.DELETE: Entry("Remove and &delete files…", "", ("Shift+Del",), in_list=True),
        Act.MOVE_UP: Entry("Move &up in line", "arrow-up", ("Alt+Up",), short="Move up"),
        Act.MOVE_DOWN: Entry("Move do&wn in line", "arrow-down", ("Alt+Down",), short="Move down"),
        Act.OPEN: Entry("&Open", "open", ("Return", "Enter"), in_list=True),
        Act.SHOW: Entry("Show in &folder", "folder", ("Ctrl+Return", "Ctrl+Enter"), in_list=True),
        Act.COPY: Entry("&Copy address", "copy", ("Ctrl+C",), in_list=True),
        Act.SELECT_ALL: Entry("Select &all", "", ("Ctrl+A",), in_list=True),
        Act.PAUSE_ALL: Entry("Pause a&ll", "pause"),
        Act.RESUME_ALL: Entry("Resume all paus&ed", "play"),
        Act.UNDO: Entry("&Undo remove", "undo", ("Ctrl+Z",)),
        Act.FIND: Entry("&Find", "search", ("Ctrl+F",)),
        Act.ABOUT: Entry("&About Headrace", "info"),
        Act.QUIT: Entry("&Quit", "power", ("Ctrl+Q",)),
    }
)

CONTEXT_MENU: Final[tuple[Act | None, ...]] = (
    Act.OPEN,
    Act.SHOW,
    None,
    Act.RESUME,
    Act.ALLOW,
    Act.PAUSE,
    Act.END,
    None,
    Act.MOVE_UP,
    Act.MOVE_DOWN,
    None,
    Act.COPY,
    None,
    Act.REMOVE,
    Act.DELETE,
)
"""What the list's context menu holds; None is a line."""

OVERFLOW_MENU: Final[tuple[Act | None, ...]] = (Act.PAUSE_ALL, Act.RESUME_ALL, None, Act.ABOUT, None, Act.QUIT)

MENU_BAR: Mapping[str, tuple[Act | None, ...]] = MappingProxyType(
    {
        "&File": (Act.ADD, Act.PASTE, None, Act.QUIT),
        "&Edit": (Act.UNDO, None, Act.COPY, Act.SELECT_ALL, Act.FIND),
        "&Download": (
            Act.OPEN,
            Act.SHOW,
            None,
            Act.RESUME,
            Act.ALLOW,
            Act.PAUSE,
            Act.END,
            Act.MOVE_UP,
            Act.MOVE_DOWN,
            None,
            Act.REMOVE,
            Act.DELETE,
            None,
            Act.PAUSE_ALL,
            Act.RESUME_ALL,
        ),
        "&Help": (Act.ABOUT,),
    }
)

_PAUSABLE: Final = RUNNING | {DownloadState.QUEUED, DownloadState.RETRY_WAIT}
_RESUMABLE: Final = frozenset({DownloadState.PAUSED, DownloadState.FAILED, DownloadState.RETRY_WAIT})
_ON_SELECTION: Final = frozenset(
    {
        Act.RESUME,
        Act.ALLOW,
        Act.PAUSE,
        Act.END,
        Act.TOGGLE,
        Act.REMOVE,
        Act.DELETE,
        Act.MOVE_UP,
        Act.MOVE_DOWN,
        Act.OPEN,
        Act.SHOW,
        Act.COPY,
    }
)
_RARE: Final = frozenset({Act.ALLOW, Act.END})
"""Shown only where they can be done."""


def pausable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that can be paused."""
    return [snapshot.id for snapshot in snapshots if snapshot.state in _PAUSABLE]


def resumable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that can be resumed, tried again, or tried sooner."""
    return [snapshot.id for snapshot in snapshots if snapshot.state in _RESUMABLE]


def allowable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that failed over something a person may allow."""
    failed = (snapshot for snapshot in snapshots if snapshot.state is DownloadState.FAILED)
    return [one.id for one in failed if one.failure is not None and one.failure.reason in PERMISSION_FOR]


def endable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of recordings that can be ended and kept."""
    return [one.id for one in snapshots if one.is_recording and one.state is not DownloadState.COMPLETED]


def possible(selected: Sequence[DownloadSnapshot]) -> frozenset[Act]:
    """Return what can be done with the chosen downloads."""
    if not selected:
        return frozenset()
    states = {snapshot.state for snapshot in selected}
    acts = {Act.REMOVE, Act.DELETE, Act.SHOW, Act.COPY}
    acts |= {Act.PAUSE, Act.TOGGLE} if states & _PAUSABLE else set()
    acts |= {Act.RESUME, Act.TOGGLE} if states & _RESUMABLE else set()
    acts |= {Act.ALLOW} if allowable(selected) else set()
    acts |= {Act.END} if endable(selected) else set()
    acts |= {Act.MOVE_UP, Act.MOVE_DOWN} if states - {DownloadState.COMPLETED} else set()
    acts |= {Act.OPEN} if states == {DownloadState.COMPLETED} else set()
    return frozenset(acts)


class Actions(QObject):
    """The QActions, with icons in the theme's colours."""

    def __init__(self, window: QWidget, table: QWidget, theme: Theme, icons: IconSet) -> None:
        super().__init__(window)
        self._theme, self._icons = theme, icons
        self._by_act = {act: self._make(entry, window, table) for act, entry in ENTRIES.items()}
        self.refresh([])
        self._tint()
        theme.changed.connect(self._tint)

    def __getitem__(self, act: Act) -> QAction:
        return self._by_act[act]

    def list_of(self, acts: Iterable[Act | None]) -> list[QAction]:
        """Return actions in order, a separator for every None."""
        return [self._by_act[act] if act else self._separator() for act in acts]

    def refresh(self, selected: Sequence[DownloadSnapshot]) -> None:
        """Enable what can be done with the chosen downloads."""
        acts = possible(selected)
        for act in _ON_SELECTION:
            self._by_act[act].setEnabled(act in acts)
            if act in _RARE:
                self._by_act[act].setVisible(act in acts)
        again = bool(selected) and {snapshot.state for snapshot in selected} == {DownloadState.FAILED}
        self._by_act[Act.RESUME].setText("&Try again" if again else ENTRIES[Act.RESUME].text)
        self._by_act[Act.COPY].setText("&Copy addresses" if len(selected) > 1 else ENTRIES[Act.COPY].text)

    def _make(self, entry: Entry, window: QWidget, table: QWidget) -> QAction:
        action = QAction(entry.text, self)
        action.setIconText(entry.short or _plain(entry.text))
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        hint = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if entry.keys else ""
        action.setToolTip(_plain(entry.text) + hint)
        if entry.in_list:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        (table if entry.in_list else window).addAction(action)
        return action

    def _separator(self) -> QAction:
        line = QAction(self)
        line.setSeparator(True)
        return line

    def _tint(self) -> None:
        tokens = self._theme.tokens
        for act, entry in ENTRIES.items():
            if entry.icon:
                colour = tokens.on_accent if act is Act.ADD else tokens.text
                self._by_act[act].setIcon(self._icons.icon(entry.icon, colour, tokens.faint))


def _plain(text: str) -> str:
    return text.replace("&", "").removesuffix("…")
