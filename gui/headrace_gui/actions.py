"""The actions a person can take: which are possible when, and the QActions that bar, menus and tray share."""

from collections.abc import Generator, Iterable, Sequence
from operator import attrgetter
from typing import Final

from headrace.elsewhere import is_media_host
from headrace.logging_in import place_wanted
from headrace.permissions import PERMISSION_FOR
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING, DownloadState, FailureReason
from headrace.trusting import host_untrusted, shows_key
from headrace.unpacking.kinds import looks_like_one
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from headrace_gui.action_table import ENTRIES, Act, Entry
from headrace_gui.icons import IconSet
from headrace_gui.steps import PAINTED_MS, Steps
from headrace_gui.texts import isolated, on_language, translate, without_key
from headrace_gui.theme import Theme

_TURN: Final = 0.004
"""Seconds between two looks at the event loop while icons are drawn."""
_PAUSABLE: Final = RUNNING | {DownloadState.QUEUED, DownloadState.RETRY_WAIT}
_WAITING: Final = frozenset({DownloadState.QUEUED, DownloadState.RETRY_WAIT, DownloadState.PAUSED})
"""What may be started regardless."""
_RESUMABLE: Final = frozenset({DownloadState.PAUSED, DownloadState.FAILED, DownloadState.RETRY_WAIT})
_ON_SELECTION: Final = frozenset(
    {
        Act.RESUME,
        Act.START_NOW,
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
        Act.SORT,
        Act.READDRESS,
        Act.LOG_IN,
        Act.CERTIFICATE,
        Act.HOST_RULES,
        Act.COOKIES,
        Act.EXTRACT,
        Act.VERIFY,
        Act.FETCH_AGAIN,
        Act.WATCH,
        Act.HAND_OVER,
        Act.PROPERTIES,
    }
)
_RARE: Final = frozenset(
    {
        Act.START_NOW,
        Act.LOG_IN,
        Act.CERTIFICATE,
        Act.ALLOW,
        Act.END,
        Act.READDRESS,
        Act.COOKIES,
        Act.EXTRACT,
        Act.VERIFY,
        Act.FETCH_AGAIN,
        Act.HAND_OVER,
    }
)
"""Shown only where they can be done."""
_KIND: Final = attrgetter("state", "is_recording", "is_verifying", "is_missing", "failure")
"""All of a download that decides what can be done with it: of 100,000 chosen ones there are few kinds."""


def pausable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that can be paused, finished ones that are being verified among them."""
    return [snapshot.id for snapshot in snapshots if snapshot.state in _PAUSABLE or snapshot.is_verifying]


def resumable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that can be resumed, tried again, or tried sooner."""
    return [snapshot.id for snapshot in snapshots if snapshot.state in _RESUMABLE]


def startable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that can be started regardless of their queue and of how many run."""
    return [snapshot.id for snapshot in snapshots if snapshot.state in _WAITING]


def allowable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of those that failed over something a person may allow."""
    failed = (snapshot for snapshot in snapshots if snapshot.state is DownloadState.FAILED)
    return [one.id for one in failed if one.failure is not None and one.failure.reason in PERMISSION_FOR]


def endable(snapshots: Iterable[DownloadSnapshot]) -> list[str]:
    """Return the ids of recordings that can be ended and kept."""
    return [one.id for one in snapshots if one.is_recording and one.state is not DownloadState.COMPLETED]


def readdressable(snapshots: Sequence[DownloadSnapshot]) -> str | None:
    """Return the id of the one that may go on from another address; None where that is no single one."""
    if len(snapshots) != 1:
        return None
    able = snapshots[0].state in _RESUMABLE or snapshots[0].state is DownloadState.QUEUED
    return snapshots[0].id if able else None


def extractable(snapshots: Sequence[DownloadSnapshot]) -> str | None:
    """Return the id of the finished archive that is to be extracted; None where that is no single one."""
    one = snapshots[0] if len(snapshots) == 1 else None
    is_one = one is not None and one.state is DownloadState.COMPLETED and looks_like_one(one.name)
    return one.id if one is not None and is_one else None


def media_page(snapshots: Sequence[DownloadSnapshot]) -> DownloadSnapshot | None:
    """Return the one that led to a page, which may have a film or a song on it; None where that is no single one."""
    if len(snapshots) != 1:
        return None
    one = snapshots[0]
    is_page = one.failure is not None and one.failure.reason is FailureReason.NOT_THE_FILE
    return one if is_page or is_media_host(one.host) else None


def finished(snapshots: Iterable[DownloadSnapshot]) -> list[DownloadSnapshot]:
    """Return those that are done."""
    return [snapshot for snapshot in snapshots if snapshot.state is DownloadState.COMPLETED]


def possible(selected: Sequence[DownloadSnapshot]) -> frozenset[Act]:
    """Return what can be done with the chosen downloads."""
    if not selected:
        return frozenset()
    kinds = set(map(_KIND, selected))
    states = {kind[0] for kind in kinds}
    acts = {Act.REMOVE, Act.TRASH, Act.DELETE, Act.SHOW, Act.COPY, Act.PROPERTIES, Act.RELOCATE, Act.SORT}
    acts |= {Act.PAUSE, Act.TOGGLE} if states & _PAUSABLE else set()
    acts |= {Act.RESUME, Act.TOGGLE} if states & _RESUMABLE else set()
    acts |= {Act.START_NOW} if states & _WAITING else set()
    acts |= (
        {Act.MOVE_UP, Act.MOVE_DOWN, Act.TOP, Act.BOTTOM, Act.COOKIES} if states - {DownloadState.COMPLETED} else set()
    )
    acts |= {Act.OPEN} if states == {DownloadState.COMPLETED} else set()
    acts |= {Act.RENAME, Act.HOST_RULES} if len(selected) == 1 else set()
    acts |= {Act.READDRESS} if readdressable(selected) else set()
    acts |= {Act.EXTRACT} if extractable(selected) else set()
    acts |= {Act.HAND_OVER} if media_page(selected) else set()
    acts |= {Act.WATCH} if not any(kind[1] for kind in kinds) else set()
    for state, is_recording, is_verifying, is_missing, failure in kinds:
        acts |= {Act.PAUSE, Act.TOGGLE} if is_verifying else set()
        if state is DownloadState.COMPLETED:
            acts.add(Act.FETCH_AGAIN if is_missing else Act.VERIFY)
        elif is_recording:
            acts.add(Act.END)
        if state is DownloadState.FAILED and failure is not None and failure.reason in PERMISSION_FOR:
            acts.add(Act.ALLOW)
        if state is DownloadState.FAILED and place_wanted(failure):
            acts.add(Act.LOG_IN)
        if state is DownloadState.FAILED and host_untrusted(failure):
            acts.add(Act.CERTIFICATE)
    return frozenset(acts)


class Actions(QObject):
    """The QActions, with icons in the theme's colours."""

    def __init__(self, window: QWidget, table: QWidget, theme: Theme, icons: IconSet) -> None:
        super().__init__(window)
        self._theme, self._icons = theme, icons
        self._selected: Sequence[DownloadSnapshot] = ()
        self._by_act = {act: self._make(entry, window, table) for act, entry in ENTRIES.items()}
        on_language(window, self._retext)
        self._tinting = Steps(self, seconds=_TURN)
        QTimer.singleShot(PAINTED_MS, self, self._begin_tinting)  # they are in menus, which nobody has opened yet
        theme.changed.connect(self._begin_tinting)

    def __getitem__(self, act: Act) -> QAction:
        return self._by_act[act]

    def fill(self, menu: QMenu, acts: Iterable[Act | None]) -> None:
        """Add actions to a menu in order, a line of its own for every None."""
        for act in acts:
            if act is None:
                menu.addSeparator()
            else:
                menu.addAction(self._by_act[act])

    def refresh(self, selected: Sequence[DownloadSnapshot]) -> None:
        """Enable what can be done with the chosen downloads."""
        self._selected = selected
        acts = possible(selected)
        for act in _ON_SELECTION:
            self._by_act[act].setEnabled(act in acts)
            if act in _RARE:
                self._by_act[act].setVisible(act in acts)
        again = bool(selected) and all(one.state is DownloadState.FAILED for one in selected)
        self._by_act[Act.RESUME].setText(translate("Actions", "&Try again") if again else _text(Act.RESUME))
        self._by_act[Act.HOST_RULES].setText(_rules_text(selected))
        self._by_act[Act.CERTIFICATE].setText(_trust_text(selected))
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

    def _begin_tinting(self) -> None:
        self._tinting.start(self._tint())

    def _tint(self) -> Generator[None, None, None]:
        tokens = self._theme.tokens
        for act, entry in ENTRIES.items():
            if entry.icon:
                self._by_act[act].setIcon(self._icons.icon(entry.icon, tokens.text, tokens.faint))
                yield


def key_hint(action: QAction) -> str:
    """Return an action's first key in brackets, as tooltips show it; "" where it has none."""
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f" ({keys})" if keys else ""


def _text(act: Act) -> str:
    return translate("Actions", ENTRIES[act].text)


def _rules_text(selected: Sequence[DownloadSnapshot]) -> str:
    """Name the host of the one that is chosen."""
    if len(selected) != 1:
        return _text(Act.HOST_RULES)
    host = isolated(selected[0].host.replace("&", "&&"))
    return translate("Actions", "Rules for {host}…").format(host=host)


def _trust_text(selected: Sequence[DownloadSnapshot]) -> str:
    """Say what is shown of the first of the chosen that failed over what its host shows."""
    host = next(filter(None, (host_untrusted(one.failure) for one in selected)), "")
    return translate("Actions", "Show the host k&ey…") if shows_key(host) else _text(Act.CERTIFICATE)


def _plain(text: str) -> str:
    return without_key(text).removesuffix("…")
