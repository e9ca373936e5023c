"""What the list in the add dialog knows: candidates, what servers said of them, what is there already, ticks."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from headrace.addresses import redacted
from headrace.file_facts import FileFacts
from headrace.rules import Placed
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from headrace_gui import words
from headrace_gui.dialogs import add_words
from headrace_gui.dialogs.add_clashes import WAYS, Clash, ClashKind, Way
from headrace_gui.dialogs.add_order import Wanted
from headrace_gui.dialogs.add_words import State
from headrace_gui.dialogs.candidate_tally import Share, Sums, Tally
from headrace_gui.dialogs.candidates import Candidate
from headrace_gui.texts import translate

PlaceOf = Callable[[Candidate, str, FileFacts | None], Placed]
"""Says where rules put something, by its name and what its server said."""
AnyIndex = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()


class CandidateModel(QAbstractListModel):
    """Candidates with ticks. What a person chose stays chosen while the text changes; no news walks over all rows."""

    ticks_changed = Signal()
    """Other rows will be added, or in another way."""
    named = Signal(object)
    """list[Candidate] whose names a server told."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._candidates: Sequence[Candidate] = []
        self._rows: dict[str, int] = {}
        self._addresses = 0
        self._facts: dict[str, FileFacts] = {}
        self._asking: set[str] = set()
        self._clashes: dict[str, Clash] = {}
        self._ticks: dict[str, bool] = {}
        self._ways: dict[str, Way] = {}
        self._way = Way.SKIP
        self._all: bool | None = None
        self._tally = Tally()
        self._ground = Path()
        self._place_of: PlaceOf | None = None

    def follow_rules(self, place_of: PlaceOf | None, ground: Path) -> None:
        """Show where rules put each, as `place_of` says, folders below `ground` by themselves; None for no rules."""
        self._place_of, self._ground = place_of, ground
        if self._candidates:
            self.dataChanged.emit(self.index(0), self.index(len(self._candidates) - 1))

    # -- what is shown -----------------------------------------------------------------------------------------

    def show(self, candidates: Sequence[Candidate]) -> None:
        """Show these in place of what was there."""
        self.beginResetModel()
        self._candidates = candidates
        self._rows = {each.key: row for row, each in enumerate(candidates)}
        self._addresses = sum(each.address is not None for each in candidates)
        self._facts = {key: facts for key, facts in self._facts.items() if key in self._rows}
        self._clashes = {key: clash for key, clash in self._clashes.items() if key in self._rows}
        self._asking &= self._rows.keys()
        self._tally_anew()
        self.endResetModel()
        self.ticks_changed.emit()

    def candidates(self) -> Sequence[Candidate]:
        """Return all rows."""
        return self._candidates

    def candidate(self, row: int) -> Candidate:
        """Return what is in a row."""
        return self._candidates[row]

    def only(self) -> Candidate | None:
        """Return the address, if there is exactly one."""
        if self._addresses != 1:
            return None
        return next(each for each in self._candidates if each.address is not None)

    def row_of(self, key: str) -> int | None:
        """Return the row of a candidate."""
        return self._rows.get(key)

    def name(self, candidate: Candidate) -> str:
        """Return what the file will be called, as far as text and server tell."""
        facts = self._facts.get(candidate.key)
        told = facts.name if facts is not None and facts.failure is None else None
        return candidate.wanted_name or told or candidate.name

    def target(self, candidate: Candidate) -> Path | None:
        """Return where the rules put the file; None where no rules do."""
        if self._place_of is None or candidate.address is None:
            return None
        found = self._place_of(candidate, self.name(candidate), self._facts.get(candidate.key))
        return found.folder / candidate.wanted_name if candidate.wanted_name else found.path

    def shown_name(self, candidate: Candidate) -> str:
        """Return what the file will be called, rules heeded."""
        target = self.target(candidate)
        return self.name(candidate) if target is None else target.name

    def shown_folder(self, candidate: Candidate) -> str:
        """Return the folder that the rules put it in, as far as it is not the usual one; "" for that."""
        target = self.target(candidate)
        if target is None or target.parent == self._ground:
            return ""
        within = target.is_relative_to(self._ground)
        return str(target.parent.relative_to(self._ground) if within else target.parent)

    def size(self, key: str) -> int | None:
        """Return the bytes of a file, as far as the server or the list knows."""
        facts, clash = self._facts.get(key), self._clashes.get(key)
        return facts.size if facts is not None else clash.size if clash is not None else None

    def clash(self, key: str) -> Clash | None:
        """Return what is there already."""
        return self._clashes.get(key)

    def way(self, key: str) -> Way:
        """Return what is done with a row that clashes."""
        clash = self._clashes[key]
        return clash.way(self._ways.get(key, self._way))

    def state(self, row: int) -> State:
        """Return what is to be said of a row."""
        candidate = self._candidates[row]
        key = candidate.key
        if candidate.address is None:
            return add_words.of_fault(candidate.fault)
        clash = self._clashes.get(key)
        if clash is not None:
            return add_words.of_clash(clash, self.way(key))
        return add_words.of_facts(self._facts.get(key), asking=key in self._asking, checksum=candidate.checksum)

    def remark(self, row: int) -> str:
        """Return the words of a row's state."""
        return self.state(row).text

    # -- what comes to be known --------------------------------------------------------------------------------

    def set_asking(self, keys: Collection[str]) -> None:
        """Say for which rows an answer is to come."""
        changed = self._asking.symmetric_difference(keys)
        self._asking = set(keys)
        self._tell(changed, ticks=False)

    def set_facts(self, facts: Mapping[str, FileFacts]) -> None:
        """Take in what servers said."""
        before = {key: self.name(self._candidates[self._rows[key]]) for key in facts if key in self._rows}
        self._facts.update((key, each) for key, each in facts.items() if key in self._rows)
        self._asking -= facts.keys()
        self._tell(facts, ticks=True)
        rows = [self._candidates[self._rows[key]] for key in before]
        ruled = self._place_of is not None  # by type and size as well
        if renamed := [each for each in rows if ruled or self.name(each) != before[each.key]]:
            self.named.emit(renamed)

    def facts(self, key: str) -> FileFacts | None:
        """Return what a server said."""
        return self._facts.get(key)

    def forget_all_facts(self) -> None:
        """Forget what servers said: they will be asked in another way."""
        self.forget_facts(list(self._facts))

    def forget_facts(self, keys: Iterable[str]) -> None:
        """Forget what servers said of these."""
        gone = [key for key in keys if self._facts.pop(key, None) is not None]
        self._tell(gone, ticks=True)

    def set_clashes(self, looked_at: Collection[str], clashes: Mapping[str, Clash]) -> None:
        """Say which of those `looked_at` are there already; others may be told besides."""
        gone = [key for key in looked_at if key in self._clashes and key not in clashes]
        for key in gone:
            del self._clashes[key]
        self._clashes.update((key, clash) for key, clash in clashes.items() if key in self._rows)
        if gone or clashes:
            self._tell([*gone, *clashes], ticks=True)

    def clashing(self) -> Counter[ClashKind]:
        """Return how many are there already, by kind."""
        return self._tally.clashes

    # -- what a person chooses ---------------------------------------------------------------------------------

    def choose_way(self, way: Way) -> None:
        """Do this with all that clash, now and later, where it can be done."""
        self._way = way
        self._ways.clear()
        self._tell(self._clashes, ticks=True)

    @property
    def way_for_all(self) -> Way | None:
        """What is done with all that clash; None where a person chose apart for some."""
        return None if self._tally.apart else self._way

    def choose_ways(self, keys: Iterable[str], way: Way) -> None:
        """Do this with some that clash."""
        keys = [key for key in keys if key in self._clashes and way in WAYS[self._clashes[key].kind]]
        self._ways.update(dict.fromkeys(keys, way))
        self._tell(keys, ticks=True)

    def tick(self, keys: Iterable[str], *, ticked: bool) -> None:
        """Tick or untick rows, those that clash and those that fail as well."""
        keys = [key for key in keys if key in self._rows and self._candidates[self._rows[key]].address is not None]
        for key in keys:
            clash = self._clashes.get(key)
            if clash is None:
                self._ticks[key] = ticked
            elif self.is_ticked(key) != ticked:
                self._ways[key] = clash.likely if ticked else Way.SKIP
        self._tell(keys, ticks=True)

    def tick_all(self, *, ticked: bool) -> None:
        """Tick or untick all rows, at any number of them."""
        self._all = ticked
        self._ticks.clear()
        for key, clash in self._clashes.items():
            if self.is_ticked(key) != ticked:
                self._ways[key] = clash.likely if ticked else Way.SKIP
        self._tally_anew()
        if self._candidates:
            self.dataChanged.emit(self.index(0), self.index(len(self._candidates) - 1))
        self.ticks_changed.emit()

    def is_ticked(self, key: str) -> bool:
        """Tell whether a row will be added: by choice, else unless it fails or is there already."""
        if key in self._clashes:
            return self.way(key) is not Way.SKIP
        if key in self._ticks:
            return self._ticks[key]
        facts = self._facts.get(key)
        return self._all if self._all is not None else facts is None or facts.failure is None

    # -- what will be added ------------------------------------------------------------------------------------

    def chosen(self) -> list[Candidate]:
        """Return what will be added; each has an address."""
        return [each for each in self._candidates if each.address is not None and self.is_ticked(each.key)]

    def ticked(self) -> list[str]:
        """Return the addresses that will be added."""
        return [each.key for each in self.chosen()]

    def wanted(self) -> Iterator[Wanted]:
        """Yield what will be added and how, one by one: for a long list, that takes longer than a glance."""
        for candidate in self._candidates:
            clash = self._clashes.get(candidate.key)
            if candidate.address is not None and self.is_ticked(candidate.key):
                if clash is None:
                    yield Wanted(candidate)
                else:
                    target = self.target(candidate)
                    name = self.name(candidate) if target is None else target.name
                    folder = None if target is None else target.parent
                    yield Wanted(candidate, name, clash, self.way(candidate.key), folder)

    def problems(self) -> int:
        """Return how many lines are no addresses."""
        return len(self._candidates) - self._addresses

    def sums(self) -> Sums:
        """Return what the ticked rows come to. Looks at none of them."""
        tally = self._tally
        plain = self._addresses - len(tally) if self._all is not False else 0
        ticked = plain + tally.ticked
        return Sums(ticked, self.problems(), tally.size, all_known=tally.sized == ticked > 0)

    def _tally_anew(self) -> None:
        self._tally = Tally()
        self._count(self._facts.keys() | self._clashes.keys() | (self._ticks.keys() & self._rows.keys()))

    def _count(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._tally.put(key, self._share(key))

    def _share(self, key: str) -> Share | None:
        """Return what a row of which something is known adds to the totals; None of all others."""
        row, clash = self._rows.get(key), self._clashes.get(key)
        is_known = clash is not None or key in self._facts or key in self._ticks
        if row is None or self._candidates[row].address is None or not is_known:
            return None
        apart = clash is not None and self._ways.get(key, self._way) is not self._way
        return Share(self.is_ticked(key), self.size(key), clash.kind if clash is not None else None, apart)

    # -- Qt's face ---------------------------------------------------------------------------------------------

    def rowCount(self, parent: AnyIndex = _NO_INDEX) -> int:
        """Return the number of candidates."""
        return 0 if parent.isValid() else len(self._candidates)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return name, tick, address or the words for screen readers."""
        if not index.isValid():
            return None
        candidate = self._candidates[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.shown_name(candidate)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(index.row())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            expected = add_words.checksum_short(candidate.checksum) if candidate.checksum is not None else ""
            named = (self.shown_name(candidate), self.shown_folder(candidate))
            parts = (*named, words.size(self.size(candidate.key)), self.state(index.row()).text, expected)
            return ", ".join(filter(None, parts))
        if role == Qt.ItemDataRole.CheckStateRole and candidate.address:
            return Qt.CheckState.Checked if self.is_ticked(candidate.key) else Qt.CheckState.Unchecked
        return None

    def setData(self, index: AnyIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Set a tick."""
        if not index.isValid() or role != Qt.ItemDataRole.CheckStateRole:
            return False
        candidate = self._candidates[index.row()]
        if candidate.address is None:
            return False
        self.tick([candidate.key], ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        """Only addresses have a tick."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        plain = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
        return plain | Qt.ItemFlag.ItemIsUserCheckable if self._candidates[index.row()].address else plain

    def _tool_tip(self, row: int) -> str:
        """Return all there is to say, secrets masked: of headers the names alone."""
        candidate = self._candidates[row]
        facts = self._facts.get(candidate.key)
        target = self.target(candidate)
        lines = [redacted(candidate.address or candidate.text), candidate.fault, "" if target is None else str(target)]
        if facts is not None and facts.failure is not None:
            lines.append(words.failure_sentence(facts.failure))
        if candidate.headers:
            names = ", ".join(name for name, _ in candidate.headers)
            lines.append(translate("Add", "Sends the headers {names}").format(names=names))
        if candidate.checksum is not None:
            lines.append(add_words.checksum_line(candidate.checksum))
        return "\n".join(filter(None, lines))

    def _tell(self, keys: Collection[str], *, ticks: bool) -> None:
        rows = [self._rows[key] for key in keys if key in self._rows]
        if rows:
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))
        if ticks:
            self._count(keys)
            self.ticks_changed.emit()
