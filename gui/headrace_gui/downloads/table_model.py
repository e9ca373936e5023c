"""The model behind the list: all downloads, of which it shows the filtered ones in its own order."""

# ruff: noqa: N802 - Qt names its virtual methods so

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from headrace.day import Hold
from headrace.filters import STATES_OF, Category, DownloadFilter, Mark, StatusFilter
from headrace.lots import Dormant
from headrace.nearby import is_near
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from headrace_gui import words
from headrace_gui.downloads.cell_texts import CellTexts
from headrace_gui.downloads.choice import Choice
from headrace_gui.downloads.columns import COLUMNS, Column, Look
from headrace_gui.downloads.grouping import Group, group_marks
from headrace_gui.downloads.listing import Listing
from headrace_gui.downloads.lively import just_moves, lively_spans
from headrace_gui.downloads.row_buttons import buttons_of
from headrace_gui.downloads.shown_rows import MANY_SPANS, ShownRows
from headrace_gui.downloads.sorting import SortBy, places_in_line, spans
from headrace_gui.texts import translate

AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_MANY_CHANGES: Final = 500
"""Beyond this many spans of changed rows one change of all is told."""
_SLOW: Final = 0.02
"""Moving rows at a tick that took longer than this many seconds is followed by a rest."""
_REST: Final = 10
"""How many times as long as it took."""
_READ_AT_ONCE: Final = 2_000
_FEW_NEW: Final = 500
"""Up to so many new rows are inserted where they belong, without a look at all others."""
_FLAGS: Final = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
_FAR: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NEAR: Final = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class DownloadTableModel(ShownRows):
    """Snapshots by row. Sorts and filters itself: a proxy over a Python model takes seconds for 100,000 rows."""

    counts_changed = Signal()
    """How many downloads each sidebar entry has changed, or which of them wait how."""

    def __init__(
        self,
        columns: Sequence[Column] = COLUMNS,
        clock: Callable[[], float] = time.time,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = columns
        self._clock = clock
        self._listing = Listing()
        self._filter = DownloadFilter()
        self._by: tuple[SortBy, ...] = ()
        self._counts: Counter[DownloadState | Mark | Category | str] = Counter()
        self._places: Mapping[str, int] | None = None
        self._holds: Mapping[str, Hold] = {}
        self._texts = CellTexts(columns)
        self._all_columns, self._lively = ((0, len(columns) - 1),), lively_spans(columns)
        self._held = self._gathers = False
        self._unsettled: set[str] = set()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._settle)
        self._reading = QTimer(self)
        self._reading.timeout.connect(self._read_on)

    # What the views ask

    def columnCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of columns, hidden ones included."""
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Rows can be chosen and dragged away."""
        return _FLAGS if index.isValid() else Qt.ItemFlag.NoItemFlags

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return text, tooltip, alignment or the words for screen readers."""
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        snapshot, column = self.snapshot_at(index.row()), self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell_text(snapshot, index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _FAR if column.is_number else _NEAR
        return self._said(snapshot, role) if column.look is Look.NAME else None

    def _said(self, snapshot: DownloadSnapshot, role: int) -> str | None:
        if role == Qt.ItemDataRole.ToolTipRole:
            line = words.failure_sentence(snapshot.failure) if snapshot.failure else self.status_text(snapshot)
            return f"{snapshot.name}\n{line}\n{snapshot.address}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words.row_sentence(snapshot, self._clock(), self.place_of(snapshot.id), self._hold_of(snapshot))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return ", ".join(button.words for button in buttons_of(snapshot))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a column's title, or for screen readers the name of a row."""
        if orientation is Qt.Orientation.Vertical:
            named = role == Qt.ItemDataRole.DisplayRole and 0 <= section < len(self._ids)
            return self.snapshot_at(section).name if named else None
        if not 0 <= section < len(self.columns):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _FAR if self.columns[section].is_number else _NEAR
        if role == Qt.ItemDataRole.ToolTipRole:
            return translate("List", "Click to sort, Shift+click to sort by several columns")
        said = self._said_title(section) if role == Qt.ItemDataRole.AccessibleTextRole else None
        return self.columns[section].title if role == Qt.ItemDataRole.DisplayRole else said

    def _said_title(self, column: int) -> str:
        title = self.columns[column].title
        by = next((by for by in self._by if by.column == column), None)
        if by is None:
            return title
        if by.falling:
            return translate("List", "{column}, sorted downwards").format(column=title)
        return translate("List", "{column}, sorted upwards").format(column=title)

    # What the painters and the window ask

    def snapshot_at(self, row: int) -> DownloadSnapshot:
        """Return the download shown in `row`."""
        return self._listing[self._ids[row]]

    def choice(self, ids: Iterable[str]) -> Choice:
        """Return downloads by their ids, those left out of which nothing is known."""
        return self._listing.choice(ids)

    def snapshot(self, download_id: str) -> DownloadSnapshot | None:
        """Return a download by id, shown or not."""
        return self._listing.get(download_id)

    def cell_text(self, snapshot: DownloadSnapshot, column: int) -> str:
        """Return what a cell says, kept while the download does not change."""
        return self._texts.of(snapshot, column, self._clock())

    def status_text(self, snapshot: DownloadSnapshot) -> str:
        """Return the second line of a row."""
        return self._texts.status_of(snapshot, self._clock(), self.place_of(snapshot.id), self._hold_of(snapshot))

    def _hold_of(self, snapshot: DownloadSnapshot) -> Hold | None:
        waits = snapshot.state is DownloadState.QUEUED and not snapshot.at_once
        hold = self._holds.get(snapshot.queue) if waits else None
        return None if hold is None else hold.over(is_near=is_near(snapshot.address))

    def place_of(self, download_id: str) -> int | None:
        """Return the place in its queue's line, from 1, of a waiting download; None for others."""
        if self._places is None:
            self._places = places_in_line(self._listing.waiting(DownloadState.QUEUED))
        return self._places.get(download_id)

    def count(self, group: Group) -> int:
        """Return how many downloads are in a group of states, a category or a queue."""
        if isinstance(group, StatusFilter):
            return sum(self._counts[state] for state in STATES_OF[group])
        return self._counts[group]

    @property
    def waits_for_a_time(self) -> bool:
        """Whether any download counts down to its next attempt."""
        return self._counts[DownloadState.RETRY_WAIT] > 0

    @property
    def words_wanted(self) -> tuple[str, ...]:
        """The words searched for, casefolded."""
        return self._listing.wanted.words

    # What the manager tells

    def add(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        """Take in new downloads: behind the others in queue order, or where they were before they were removed."""
        fresh = list(snapshots)
        known = [each.id for each in fresh if each.id in self._listing]
        self._counts.subtract(self._listing.groups(known))
        self._listing.add(fresh)
        self._counts.update(self._listing.groups([each.id for each in fresh]))
        self._forget_places_for(fresh)
        if self._gathers:
            return
        if known or self._unsettled or len(fresh) > _FEW_NEW:
            self._put_in_place(each.id for each in fresh)
        else:
            self._put_new([each.id for each in fresh])
        self._reading.start()
        self.counts_changed.emit()

    def add_dormant(self, dormant: Dormant) -> None:
        """Take in finished downloads that lie dormant."""
        self._listing.add_dormant(dormant)
        self._counts.update(self._listing.groups_of(dormant))
        if not self._gathers:
            self._show(self._listing.arrange())
            self.counts_changed.emit()

    def gather(self) -> None:
        """Show no new downloads until `show_gathered`: a stored list comes in parts, and is sorted once."""
        self._gathers = True

    def show_gathered(self) -> None:
        """Show all, and each new one as it comes from now on."""
        self._gathers = False
        self._unsettled.clear()
        self._show(self._listing.arrange())
        self._reading.start()
        self.counts_changed.emit()

    def update(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        """Take in newer snapshots of known downloads; rows stay unless sorting or filter move them."""
        pairs = [(self._listing[new.id], new) for new in snapshots if new.id in self._listing]
        regrouped = [(old, new) for old, new in pairs if group_marks(old) != group_marks(new)]
        concerned = [new.id for _, new in regrouped]
        self._counts.subtract(self._listing.groups(concerned))
        self._listing.put(new for _, new in pairs)
        self._counts.update(self._listing.groups(concerned))
        rows, moves = self._rows_of([new.id for _, new in pairs]), self._listing.moves
        self._unsettled.update(new.id for old, new in pairs if moves(old, new, is_shown=new.id in rows))
        moving = {new.id for old, new in pairs if just_moves(old, new)}
        self._tell_changed(moving, self._lively)
        self._tell_changed([new.id for _, new in pairs if new.id not in moving], self._all_columns)
        self._tell_line_changed(regrouped)
        self._settle()
        if regrouped:
            self.counts_changed.emit()

    def remove(self, ids: Iterable[str]) -> None:
        """Forget downloads."""
        gone = {each for each in ids if each in self._listing}
        leaving = self._listing.groups(gone)
        self._counts.subtract(leaving)
        self._take_out(gone)
        self._listing.drop(gone)
        self._unsettled -= gone
        if leaving[DownloadState.QUEUED]:
            self._places = None
        self.counts_changed.emit()

    def reorder(self, ids: Sequence[str]) -> None:
        """Take in a new queue order."""
        self._listing.reorder(ids)
        self._places = None
        if self._gathers:
            return
        self._rebuild()
        self._tell_all_changed()

    def tell_words_changed(self) -> None:
        """Let views repaint everything: the language changed, or how sizes are written."""
        self._texts.clear()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)
        self._tell_all_changed()

    def recategorise(self) -> None:
        """Sort all into the categories in force: they have changed."""
        self._counts = self._listing.recategorise()
        self._unsettled.clear()
        if not self._gathers:
            self._show(self._listing.arrange())
        self.tell_words_changed()
        self.counts_changed.emit()

    def set_holds(self, holds: Mapping[str, Hold]) -> None:
        """Say of what waits in queues that start nothing what it waits for."""
        if holds != self._holds:
            self._holds = holds
            self.tell_words_changed()

    def tell_times_changed(self) -> None:
        """Let views repaint rows whose words depend on the clock alone."""
        waiting = [each.id for each in self._listing.waiting(DownloadState.RETRY_WAIT)]
        self._tell_changed(waiting, self._all_columns)

    def _forget_places_for(self, snapshots: Iterable[DownloadSnapshot]) -> None:
        if any(each.state is DownloadState.QUEUED for each in snapshots):
            self._places = None

    def _tell_line_changed(self, regrouped: Iterable[tuple[DownloadSnapshot, DownloadSnapshot]]) -> None:
        if any(DownloadState.QUEUED in (old.state, new.state) for old, new in regrouped):
            self._places = None
            self._tell_all_changed()

    def _tell_changed(self, ids: Collection[str], columns: Sequence[tuple[int, int]]) -> None:
        rows = self._rows_of(ids)
        changed = list(spans(rows[each] for each in ids if each in rows))
        if len(changed) > _MANY_CHANGES:
            self._tell_all_changed()
            return
        for first_row, last_row in changed:
            for first, last in columns:
                self.dataChanged.emit(self.index(first_row, first), self.index(last_row, last))

    def _tell_all_changed(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(self.columns) - 1))

    # What the person chooses

    @property
    def filter(self) -> DownloadFilter:
        """The filter in force."""
        return self._filter

    def set_filter(self, wanted: DownloadFilter) -> None:
        """Show only what `wanted` accepts."""
        if wanted != self._filter:
            self._filter = wanted
            moved, self._unsettled = self._unsettled, set()
            shown = self._listing.settle(self._ids, moved) if moved else self._ids
            self._show(self._listing.filtered(wanted, shown))

    @property
    def sort_keys(self) -> tuple[SortBy, ...]:
        """What the list is sorted by, the most important first; nothing is the queue's order."""
        return self._by

    @property
    def is_in_queue_order(self) -> bool:
        """Whether rows stand as they are queued, so that a person may move them."""
        return not self._by

    def sort_by(self, keys: Iterable[SortBy]) -> None:
        """Sort by several columns, the most important first; without any return to the queue's order."""
        self._by = tuple(by for by in keys if 0 <= by.column < len(self.columns))
        self._rebuild()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self.columns) - 1)

    def set_held(self, held: bool) -> None:  # noqa: FBT001 - Qt's way of a property
        """While held (the pointer is over the rows) updates do not move rows; afterwards they catch up."""
        self._held = held
        self._settle()

    def place_for(self, ids: Collection[str], row: int) -> int:
        """Return the place in the whole queue, from 0, before which downloads go that are dropped in front of `row`."""
        behind = next((each for each in self._ids[row:] if each not in ids), None)
        before = next((each for each in reversed(self._ids[:row]) if each not in ids), None)
        if behind is not None:
            return self._listing.place(behind)
        return 0 if before is None else self._listing.place(before) + 1

    # Order

    def _read_on(self) -> None:
        """Read ahead, a little at a time, what searches will look through, so that the first letter finds it ready."""
        unread = self._listing.unread(_READ_AT_ONCE)
        self._listing.read(unread)
        if len(unread) < _READ_AT_ONCE:
            self._reading.stop()

    def _settle(self) -> None:
        """Move the rows that changes have moved, unless they are held; where that takes long, not at every tick."""
        if not self._unsettled or self._held or self._gathers or self._rest.isActive():
            return
        began, moved = time.perf_counter(), self._unsettled
        self._unsettled = set()
        wanted, rows = self._listing.settle(self._ids, moved), self._rows_of(moved)
        if any((each in rows) is not self._listing.accepts(each) for each in moved):
            self._show(wanted)
        else:
            self._rearrange(wanted)
        cost = time.perf_counter() - began
        if cost > _SLOW:
            self._rest.start(round(cost * _REST * 1000))

    def _put_new(self, fresh: Collection[str]) -> None:
        coming = self._listing.put_new(self._ids, fresh)
        if len(coming) > MANY_SPANS:
            self._show(self._listing.picked())
            return
        for row, ids in reversed(coming):
            self._insert_at(row, ids)

    def _put_in_place(self, fresh: Iterable[str]) -> None:
        """Show new downloads at once, and what changes have moved meanwhile where it belongs."""
        moved, self._unsettled = self._unsettled.union(fresh), set()
        self._show(self._listing.settle(self._ids, moved))

    def _rebuild(self) -> None:
        wanted = self._listing.arrange([(self.columns[by.column], by.falling) for by in self._by])
        if self._unsettled:
            self._unsettled.clear()
            self._show(wanted)
        else:  # the same rows in another order
            self._rearrange(wanted)
