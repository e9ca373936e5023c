"""The actions a person can take: which are possible when, and the QActions that bar, menus and tray share."""

from collections.abc import Iterable, Sequence
from typing import Final

from headrace.permissions import PERMISSION_FOR
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from headrace_gui.action_table import ENTRIES, Act, Entry
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate, without_key
from headrace_gui.theme import Theme

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
        Act.TRASH,
        Act.DELETE,
        Act.MOVE_UP,
        Act.MOVE_DOWN,
        Act.TOP,
        Act.BOTTOM,
        Act.OPEN,
        Act.SHOW,
        Act.COPY,
        Act.RENAME,
        Act.RELOCATE,
        Act.READDRESS,
        Act.VERIFY,
        Act.FETCH_AGAIN,
        Act.PROPERTIES,
    }
)
_RARE: Final = frozenset({Act.ALLOW, Act.END, Act.READDRESS, Act.VERIFY, Act.FETCH_AGAIN})
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


def readdressable(snapshots: Sequence[DownloadSnapshot]) -> str | None:
    """Return the id of the one that may go on from another address; None where that is no single one."""
    able = [one.id for one in snapshots if one.state in _RESUMABLE or one.state is DownloadState.QUEUED]
    return able[0] if len(snapshots) == len(able) == 1 else None


def finished(snapshots: Iterable[DownloadSnapshot]) -> list[DownloadSnapshot]:
    """Return those that are done."""
    return [snapshot for snapshot in snapshots if snapshot.state is DownloadState.COMPLETED]


def possible(selected: Sequence[DownloadSnapshot]) -> frozenset[Act]:
    """Return what can be done with the chosen downloads."""
    if not selected:
        return frozenset()
    states = {snapshot.state for snapshot in selected}
    acts = {Act.REMOVE, Act.TRASH, Act.DELETE, Act.SHOW, Act.COPY, Act.PROPERTIES, Act.RELOCATE}
    acts |= {Act.PAUSE, Act.TOGGLE} if states & _PAUSABLE else set()
    acts |= {Act.RESUME, Act.TOGGLE} if states & _RESUMABLE else set()
    acts |= {Act.ALLOW} if allowable(selected) else set()
    acts |= {Act.END} if endable(selected) else set()
    unfinished = states - {DownloadState.COMPLETED}
    acts |= {Act.MOVE_UP, Act.MOVE_DOWN, Act.TOP, Act.BOTTOM} if unfinished else set()
    acts |= {Act.READDRESS} if readdressable(selected) else set()
    acts |= {Act.RENAME} if len(selected) == 1 else set()
    done = finished(selected)
    acts |= {Act.OPEN} if len(done) == len(selected) else set()
    acts |= {Act.VERIFY} if any(not one.is_missing for one in done) else set()
    acts |= {Act.FETCH_AGAIN} if any(one.is_missing for one in done) else set()
    return frozenset(acts)


class Actions(QObject):
    """The QActions, with icons in the theme's colours."""

    def __init__(self, window: QWidget, table: QWidget, theme: Theme, icons: IconSet) -> None:
        super().__init__(window)
        self._theme, self._icons = theme, icons
        self._selected: Sequence[DownloadSnapshot] = ()
        self._by_act = {act: self._make(entry, window, table) for act, entry in ENTRIES.items()}
        on_language(window, self._retext)
        self._tint()
        theme.changed.connect(self._tint)

    def __getitem__(self, act: Act) -> QAction:
        return self._by_act[act]

    def list_of(self, acts: Iterable[Act | None]) -> list[QAction]:
        """Return actions in order, a separator for every None."""
        return [self._by_act[act] if act else self._separator() for act in acts]

    def refresh(self, selected: Sequence[DownloadSnapshot]) -> None:
        """Enable what can be done with the chosen downloads."""
        self._selected = selected
        acts = possible(selected)
        for act in _ON_SELECTION:
            self._by_act[act].setEnabled(act in acts)
            if act in _RARE:
                self._by_act[act].setVisible(act in acts)
        again = bool(selected) and {snapshot.state for snapshot in selected} == {DownloadState.FAILED}
        self._by_act[Act.RESUME].setText(translate("Actions", "&Try again") if again else _text(Act.RESUME))
        several = len(selected) > 1
        self._by_act[Act.COPY].setText(translate("Actions", "&Copy addresses") if several else _text(Act.COPY))

    def _make(self, entry: Entry, window: QWidget, table: QWidget) -> QAction:
        action = QAction(self)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        action.setCheckable(entry.checkable)
        if entry.in_list:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        (table if entry.in_list else window).addAction(action)
        return action

    def _retext(self) -> None:
        for act, entry in ENTRIES.items():
            action, text = self._by_act[act], _text(act)
            action.setText(text)
            action.setIconText(translate("Actions", entry.short) if entry.short else _plain(text))
            action.setToolTip(_plain(text) + key_hint(action))
        self.refresh(self._selected)

    def _separator(self) -> QAction:
        line = QAction(self)
        line.setSeparator(True)
        return line

    def _tint(self) -> None:
        tokens = self._theme.tokens
        for act, entry in ENTRIES.items():
            if entry.icon:
                self._by_act[act].setIcon(self._icons.icon(entry.icon, tokens.text, tokens.faint))


def key_hint(action: QAction) -> str:
    """Return an action's first key in brackets, as tooltips show it; "" where it has none."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f" ({keys})" if keys else ""


def _text(act: Act) -> str:
    return translate("Actions", ENTRIES[act].text)


def _plain(text: str) -> str:
    return without_key(text).removesuffix("…")
