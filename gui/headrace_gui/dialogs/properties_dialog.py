"""The dialog for what one or many downloads are to be like: limits, connections, category, queue, priority, proof."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from headrace.filters import Category
from headrace.manager import DownloadManager
from headrace.proxies import checked_choice
from headrace.settings import BOUNDS
from headrace.snapshots import DownloadSnapshot
from headrace.spec import Checksum, parse_header
from headrace.states import DownloadState
from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QWidget

from headrace_gui import words
from headrace_gui.after_choice import AFTER_CHOICES, after_name
from headrace_gui.background import Background
from headrace_gui.dialogs.cookie_field import CookieField
from headrace_gui.dialogs.cookie_means import CookieMeans, give_cookies, mark_words
from headrace_gui.dialogs.small_dialog import SmallDialog, Text
from headrace_gui.fields import Choice, RateField, WholeField
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate

_PRIORITIES: Final = (
    (1, QT_TRANSLATE_NOOP("Properties", "High")),
    (0, QT_TRANSLATE_NOOP("Properties", "Normal")),
    (-1, QT_TRANSLATE_NOOP("Properties", "Low")),
)
_SITES_LOOKED_AT: Final = 1_000
"""Downloads for whose sites a browser's cookies are looked for."""
_OPTIONS: Final = ("limit", "connections", "checksum", "headers", "proxy", "after")


@dataclass(frozen=True, slots=True)
class _Part:
    """What one field shows, what it showed at first, and what that means to the engine (may raise ValueError)."""

    shown: Callable[[], Any]
    before: Any
    meant: Callable[[Any], Any]


class PropertiesDialog(SmallDialog):
    """Shows what the chosen downloads have in common, and changes only what differs from what it showed at first."""

    def __init__(
        self,
        manager: DownloadManager,
        snapshots: Sequence[DownloadSnapshot],
        background: Background,
        parent: QWidget | None = None,
    ) -> None:
        one = len(snapshots) == 1
        super().__init__(
            lambda: translate("Properties", "Properties"),
            lambda: translate("Properties", "Apply"),
            parent,
            hint=lambda: snapshots[0].name if one else words.downloads(len(snapshots)),
        )
        self._manager, self._snapshots = manager, snapshots
        self._ids = [snapshot.id for snapshot in snapshots]
        self._parts: dict[str, _Part] = {}
        self.limit, self.connections = self._limit_field(), self._connections_field()
        self.category, self.queue, self.priority = self._category_field(), self._queue_field(), self._priority_field()
        self.checksum = QLineEdit(snapshots[0].checksum or "", self)
        self.checksum.setCursorPosition(0)
        self.headers = QPlainTextEdit(self)
        self.proxy = self._proxy_field()
        self.cookies = self._cookie_field(background)
        self.after = self._after_field()
        on_language(self, self._retext)
        self._lay_out_fields(unfinished=any(each.state is not DownloadState.COMPLETED for each in snapshots))
        self._watch_all()
        (self.category if self.limit.isHidden() else self.limit).setFocus()

    # The fields, each with what is common to all

    def _common(self, values: Sequence[Any]) -> tuple[Any, bool]:
        """Return the first value, and whether all have it."""
        return values[0], all(value == values[0] for value in values)

    def _limit_field(self) -> RateField:
        value, common = self._common([each.limit for each in self._snapshots])
        field = RateField(self)

        def write() -> None:
            field.setSpecialValueText(translate("Properties", "No limit of its own") if common else _various())

        on_language(self, write)
        field.set_rate((value or 0) if common else 0)
        return field

    def _connections_field(self) -> WholeField:
        value, common = self._common([each.max_connections for each in self._snapshots])
        field = WholeField(self)
        field.setRange(0, int(BOUNDS["max_connections"][1]))

        def write() -> None:
            field.setSpecialValueText(translate("Properties", "As in the settings") if common else _various())

        on_language(self, write)
        field.setValue((value or 0) if common else 0)
        return field

    def _proxy_field(self) -> QLineEdit:
        value, common = self._common([each.proxy for each in self._snapshots])
        field = QLineEdit((value or "") if common else "", self)

        def write() -> None:
            field.setPlaceholderText(translate("Properties", "As in the settings") if common else _various())

        on_language(self, write)
        return field

    def _cookie_field(self, background: Background) -> CookieField:
        value, common = self._common([each.cookies for each in self._snapshots])
        field = CookieField(lambda: mark_words(value) if common else _various(), self)
        addresses = [each.address for each in self._snapshots[:_SITES_LOOKED_AT]]
        field.means = CookieMeans(background, self._manager.net_context.cookies.keychain, lambda: addresses)
        field.changed.connect(self.check)
        return field

    def _category_field(self) -> Choice:
        entries: list[tuple[Any, Text]] = [(None, lambda: translate("Properties", "By type"))]
        entries += [(one.value, partial(words.category_name, one)) for one in Category]
        return self._choice(entries, [each.category for each in self._snapshots])

    def _queue_field(self) -> Choice:
        entries: list[tuple[Any, Text]] = [("", lambda: translate("Properties", "Main queue"))]
        entries += [(name, partial(str, name)) for name in self._manager.settings.queues]
        return self._choice(entries, [each.queue for each in self._snapshots])

    def _priority_field(self) -> Choice:
        entries = [(value, partial(translate, "Properties", name)) for value, name in _PRIORITIES]
        return self._choice(entries, [each.priority for each in self._snapshots])

    def _after_field(self) -> Choice:
        values = [each.after for each in self._snapshots]
        offered = dict.fromkeys([*(steps for steps, _ in AFTER_CHOICES), *values])
        return self._choice([(steps, partial(after_name, steps)) for steps in offered], values)

    def _choice(self, entries: Sequence[tuple[Any, Text]], values: Sequence[Any]) -> Choice:
        value, common = self._common(values)
        field = Choice(self)
        for each, text in entries:
            field.addItem(text(), each)

        def write() -> None:
            field.setPlaceholderText(_various())
            for row, (_, text) in enumerate(entries):
                field.setItemText(row, text())

        on_language(self, write)
        known = [each for each, _ in entries]
        field.setCurrentIndex(known.index(value) if common and value in known else -1)
        return field

    def _retext(self) -> None:
        self.checksum.setPlaceholderText(translate("Properties", "such as sha256:…"))
        self.headers.setPlaceholderText(translate("Properties", "unchanged"))

    def _lay_out_fields(self, *, unfinished: bool) -> None:
        category = (lambda: translate("Properties", "&Category"), self.category)
        if unfinished:
            connections = (lambda: translate("Properties", "C&onnections at most"), self.connections)
            self.add_pair((lambda: translate("Properties", "Speed &limit"), self.limit), connections)
            self.add_pair((lambda: translate("Properties", "&Priority"), self.priority), category)
        else:
            self.add_label(*category)
        if self._manager.settings.queues:
            self.add_label(lambda: translate("Properties", "&Queue"), self.queue)
        if unfinished and len(self._ids) == 1:
            self.add_label(lambda: translate("Properties", "Expected c&hecksum"), self.checksum)
        if unfinished:
            self.add_label(lambda: translate("Properties", "When it is &there"), self.after)
            self.add_label(lambda: translate("Properties", "Pro&xy"), self.proxy)
            self.add_label(lambda: translate("Properties", "Coo&kies"), self.cookies)
            self.add_label(lambda: translate("Properties", "&Request headers, one a line"), self.headers)
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
            (self.proxy, unfinished),
            (self.cookies, unfinished),
            (self.after, unfinished),
        ):
            field.setVisible(shown)

    # What was touched

    def _watch_all(self) -> None:
        self._watch("limit", self.limit.valueChanged, self.limit.rate, lambda rate: rate or None)
        self._watch("connections", self.connections.valueChanged, self.connections.value, lambda count: count or None)
        for name, field in (("category", self.category), ("queue", self.queue), ("priority", self.priority)):
            self._watch(name, field.activated, field.currentIndex, field.itemData)
        self._watch("after", self.after.activated, self.after.currentIndex, _steps_at(self.after))
        self._watch("checksum", self.checksum.textEdited, lambda: self.checksum.text().strip(), _checksum)
        self._watch("proxy", self.proxy.textEdited, lambda: self.proxy.text().strip(), _proxy)
        self._watch("headers", self.headers.textChanged, self._header_lines, _headers)

    def _watch(self, name: str, touched: SignalInstance, shown: Callable[[], Any], meant: Callable[[Any], Any]) -> None:
        touched.connect(lambda *_: self.check())
        self._parts[name] = _Part(shown, shown(), meant)

    def _header_lines(self) -> list[str]:
        return [line for line in self.headers.toPlainText().splitlines() if line.strip()]

    def confirm(self) -> bool:
        """Apply what was touched, all of it or, where something of it cannot be, nothing, and say why."""
        wanted: dict[str, Any] = {}
        for name, part in self._parts.items():
            try:
                if (shown := part.shown()) != part.before:
                    wanted[name] = part.meant(shown)
            except ValueError:
                return self.refuse(_complaint(name))
        try:
            self._apply(wanted)
        except ValueError:
            return self.refuse(_complaint(""))
        return True

    def _apply(self, wanted: Mapping[str, Any]) -> None:
        changes = self._manager.changes
        if "queue" in wanted:  # first: it alone may be gone meanwhile
            changes.set_queue(self._ids, wanted["queue"])
        if "category" in wanted:
            changes.set_category(self._ids, wanted["category"])
        if "priority" in wanted:
            changes.set_priority(self._ids, wanted["priority"])
        if options := {name: wanted[name] for name in _OPTIONS if name in wanted}:
            changes.set_options(self._ids, **options)
        if self.cookies.is_touched:
            give_cookies(self._manager, self._snapshots, self.cookies.choice)


def _checksum(text: str) -> Checksum | None:
    return Checksum.parse(text) if text else None


def _steps_at(field: Choice) -> Callable[[int], tuple[str, ...] | None]:
    """Return what reads the steps of a row: Qt makes lists of tuples."""

    def read(row: int) -> tuple[str, ...] | None:
        steps = field.itemData(row)
        return None if steps is None else tuple(steps)

    return read


def _proxy(text: str) -> str | None:
    return checked_choice(text) if text else None


def _headers(lines: Sequence[str]) -> list[tuple[str, str]]:
    return [parse_header(line) for line in lines]


def _various() -> str:
    return translate("Properties", "Various: left as they are")


def _complaint(name: str) -> str:
    if name == "checksum":
        return translate("Properties", "This is not a checksum. Write it as sha256: and 64 digits from 0 to f.")
    if name == "headers":
        return translate(
            "Properties", "Write each header as Name: value. Headrace itself sets Range, Host and the like."
        )
    if name == "proxy":
        return translate("Properties", "Write the proxy as http://proxy.example:3128, or “direct” for none.")
    return translate("Properties", "This value cannot be used.")
