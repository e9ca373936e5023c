"""The dialog for what one or many downloads are to be like: limits, connections, category, queue, priority, proof."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from headrace.filters import Category
from headrace.manager import DownloadManager
from headrace.settings import BOUNDS
from headrace.snapshots import DownloadSnapshot
from headrace.spec import Checksum, parse_header
from headrace.states import DownloadState
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from headrace_gui import words
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import Choice, NumberField, WholeField
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate

_MEGA: Final = 1_000_000
_PRIORITIES: Final = (
    (1, QT_TRANSLATE_NOOP("Properties", "High")),
    (0, QT_TRANSLATE_NOOP("Properties", "Normal")),
    (-1, QT_TRANSLATE_NOOP("Properties", "Low")),
)


class PropertiesDialog(SmallDialog):
    """Shows what the chosen downloads have in common, and changes only what a person touched."""

    def __init__(
        self, manager: DownloadManager, snapshots: Sequence[DownloadSnapshot], parent: QWidget | None = None
    ) -> None:
        one = len(snapshots) == 1
        title = translate("Properties", "Properties")
        super().__init__(
            title,
            snapshots[0].name if one else words.downloads(len(snapshots)),
            translate("Properties", "Apply"),
            parent,
        )
        self._manager, self._snapshots = manager, snapshots
        self._ids = [snapshot.id for snapshot in snapshots]
        self._changes: dict[str, Callable[[], object]] = {}
        self.limit, self.connections = self._limit_field(), self._connections_field()
        self.category, self.queue, self.priority = self._category_field(), self._queue_field(), self._priority_field()
        self.checksum = QLineEdit(snapshots[0].checksum or "", self)
        self.checksum.setCursorPosition(0)
        self.headers = QPlainTextEdit(self)
        self._lay_out_fields(unfinished=any(each.state is not DownloadState.COMPLETED for each in snapshots))
        self._connect()
        (self.category if self.limit.isHidden() else self.limit).setFocus()

    # The fields, each with what is common to all

    def _common(self, values: Sequence[Any]) -> tuple[Any, bool]:
        """Return the first value, and whether all have it."""
        return values[0], all(value == values[0] for value in values)

    def _limit_field(self) -> NumberField:
        value, common = self._common([each.limit for each in self._snapshots])
        field = NumberField(self)
        field.setRange(0.0, 10_000.0)
        field.setDecimals(2)
        field.setSuffix(translate("Properties", " MB/s"))
        field.setSpecialValueText(translate("Properties", "No limit of its own") if common else _various())
        field.setValue((value or 0) / _MEGA if common else 0.0)
        return field

    def _connections_field(self) -> WholeField:
        value, common = self._common([each.max_connections for each in self._snapshots])
        field = WholeField(self)
        field.setRange(0, int(BOUNDS["max_connections"][1]))
        field.setSpecialValueText(translate("Properties", "As in the settings") if common else _various())
        field.setValue((value or 0) if common else 0)
        return field

    def _category_field(self) -> Choice:
        entries = [
            (None, translate("Properties", "By type")),
            *((one.value, words.category_name(one)) for one in Category),
        ]
        return self._choice(entries, [each.category for each in self._snapshots])

    def _queue_field(self) -> Choice:
        entries = [
            ("", translate("Properties", "Main queue")),
            *((name, name) for name in self._manager.settings.queues),
        ]
        return self._choice(entries, [each.queue for each in self._snapshots])

    def _priority_field(self) -> Choice:
        entries = [(value, translate("Properties", name)) for value, name in _PRIORITIES]
        return self._choice(entries, [each.priority for each in self._snapshots])

    def _choice(self, entries: Sequence[tuple[Any, str]], values: Sequence[Any]) -> Choice:
        value, common = self._common(values)
        field = Choice(self)
        for each, text in entries:
            field.addItem(text, each)
        field.setPlaceholderText(_various())
        known = [each for each, _ in entries]
        field.setCurrentIndex(known.index(value) if common and value in known else -1)
        return field

    def _lay_out_fields(self, *, unfinished: bool) -> None:
        category = (translate("Properties", "&Category"), self.category)
        if unfinished:
            connections = (translate("Properties", "C&onnections at most"), self.connections)
            self.add_pair((translate("Properties", "Speed &limit"), self.limit), connections)
            self.add_pair((translate("Properties", "&Priority"), self.priority), category)
        else:
            self.add_label(*category)
        if self._manager.settings.queues:
            self.add_label(translate("Properties", "&Queue"), self.queue)
        if unfinished and len(self._ids) == 1:
            self.add_label(translate("Properties", "Expected c&hecksum"), self.checksum)
            self.checksum.setPlaceholderText(translate("Properties", "such as sha256:…"))
        if unfinished:
            self.add_label(translate("Properties", "&Request headers, one a line"), self.headers)
            self.headers.setPlaceholderText(translate("Properties", "unchanged"))
            self.headers.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 20)
            self.headers.setTabChangesFocus(True)
        several = len(self._ids) > 1
        for field, shown in (
            (self.limit, unfinished),
            (self.connections, unfinished),
            (self.priority, unfinished),
            (self.queue, bool(self._manager.settings.queues)),
            (self.checksum, unfinished and not several),
            (self.headers, unfinished),
        ):
            field.setVisible(shown)

    def _connect(self) -> None:
        changes = self._manager.changes
        self.limit.valueChanged.connect(
            lambda rate: self._note("limit", lambda: changes.set_options(self._ids, limit=round(rate * _MEGA) or None))
        )
        self.connections.valueChanged.connect(
            lambda count: self._note("connections", lambda: changes.set_options(self._ids, connections=count or None))
        )
        for name, field, call in (
            ("category", self.category, changes.set_category),
            ("queue", self.queue, changes.set_queue),
            ("priority", self.priority, changes.set_priority),
        ):
            field.activated.connect(
                lambda _row, name=name, field=field, call=call: self._note(
                    name, lambda: call(self._ids, field.currentData())
                )
            )
        self.checksum.textEdited.connect(lambda: self._note("checksum", self._set_checksum))
        self.headers.textChanged.connect(lambda: self._note("headers", self._set_headers))

    def _note(self, name: str, change: Callable[[], object]) -> None:
        self.complain("")
        self._changes[name] = change

    def _set_checksum(self) -> None:
        text = self.checksum.text().strip()
        self._manager.changes.set_options(self._ids, checksum=Checksum.parse(text) if text else None)

    def _set_headers(self) -> None:
        lines = [line for line in self.headers.toPlainText().splitlines() if line.strip()]
        self._manager.changes.set_options(self._ids, headers=[parse_header(line) for line in lines])

    def confirm(self) -> bool:
        """Apply what was touched; what cannot be is told and nothing of it is lost."""
        for name in list(self._changes):
            try:
                self._changes[name]()
            except ValueError:
                self.complain(_complaint(name))
                return False
            del self._changes[name]
        return True


def _various() -> str:
    return translate("Properties", "Various: left as they are")


def _complaint(name: str) -> str:
    if name == "checksum":
        return translate("Properties", "This is not a checksum. Write it as sha256: and 64 digits from 0 to f.")
    if name == "headers":
        return translate(
            "Properties", "Write each header as Name: value. Headrace itself sets Range, Host and the like."
        )
    return translate("Properties", "This value cannot be used.")
