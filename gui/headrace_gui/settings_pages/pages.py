"""All pages one under the other in a scrolling area: one of them is shown, or what a search found on all."""

from collections.abc import Generator, Iterator
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from headrace_gui.settings_pages.budgets_field import BudgetsField
from headrace_gui.settings_pages.controls import Tools, make_control
from headrace_gui.settings_pages.deed_row import DeedRow
from headrace_gui.settings_pages.edited_list import EditedList
from headrace_gui.settings_pages.entries import entries_of
from headrace_gui.settings_pages.entry import Entry, Home, Page
from headrace_gui.settings_pages.finding import found, words_of
from headrace_gui.settings_pages.hosts_field import HostsField
from headrace_gui.settings_pages.page_view import AnyRow, PageView
from headrace_gui.settings_pages.queues_field import QueuesField
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.row import SettingRow
from headrace_gui.steps import Steps
from headrace_gui.texts import on_language, translate

_SIDE: Final = 24
_TOP: Final = 20
_WIDEST: Final = 720
_BREATH_MS: Final = 10
"""Between the steps in which pages are made that nobody has asked for yet."""
_TURN: Final = 0.003
"""Seconds, and one step more, between two looks at the event loop while pages are made."""
_MADE: Final = object()


class SettingsPages(QScrollArea):
    """Shows pages, and tells which of their buttons were pressed."""

    done = Signal(str)
    """The key of the entry whose button was pressed."""
    queue_wanted = Signal(str)
    """The name of the queue whose options are to be shown."""

    def __init__(self, tools: Tools, places: dict[str, Path], parent: QWidget) -> None:
        """`places` holds the paths that entries of kind PLACE show, by key."""
        super().__init__(parent)
        self._tools, self._places = tools, places
        self.setObjectName("settingsPages")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # a width that changes costs much
        self.verticalScrollBar().rangeChanged.connect(self._show_bar)
        self.verticalScrollBar().setEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._body = QWidget(self)
        self._body.setObjectName("settingsBody")
        self._nothing = ReadingLabel("nothingFound", self._body)
        self._nothing.hide()
        self._wanted = ""
        self._inner = QWidget(self._body)
        self._views: dict[Page, PageView] = {}
        self._steps: dict[Page, Iterator[None]] = {}
        self._coming = Steps(self, seconds=_TURN)
        self._column = QVBoxLayout()
        self._lay_out()
        on_language(self, self._retext)

    def _show_bar(self, _least: int, most: int) -> None:
        """Let the bar's handle be seen only where there is something to scroll."""
        self.verticalScrollBar().setEnabled(most > 0)

    def view(self, page: Page) -> PageView:
        """Return a page, made now where it is not there yet."""
        for _step in self._making(page):
            pass
        return self._views[page]

    def _making(self, page: Page) -> Iterator[None]:
        if page not in self._steps:
            self._steps[page] = self._make_view(page)
        return self._steps[page]

    def make_some(self, page: Page) -> bool:
        """Make a little of a page; return whether more of it is to be made."""
        return next(self._making(page), _MADE) is not _MADE

    def make_next(self) -> None:
        """Make the pages that are missing, a little in each turn of the event loop."""
        end = monotonic() + _TURN
        while any(self.make_some(page) for page in Page):
            if monotonic() >= end:
                QTimer.singleShot(_BREATH_MS, self, self.make_next)
                return

    def _make_view(self, page: Page) -> Iterator[None]:
        entries = [entry for entry in entries_of(page) if self._tools.values.has(entry.key)]
        view = self._views[page] = PageView(page, entries, self._make_row, self._tools, self._body)
        view.hide()
        before = sum(each in self._views for each in list(Page)[: list(Page).index(page)])
        self._column.insertWidget(1 + before, view)
        view.noted.connect(lambda: QTimer.singleShot(0, view, lambda: self.ensureWidgetVisible(view.note, 0, 72)))
        yield
        yield from view.fill()
        for queues in view.findChildren(QueuesField):
            queues.told.connect(view.tell)
            queues.options_wanted.connect(self.queue_wanted)
        for edited in view.findChildren(EditedList):
            edited.told.connect(view.tell)
        for budgets in view.findChildren(BudgetsField):
            budgets.told.connect(view.tell)

    def _make_row(self, entry: Entry, parent: QWidget) -> AnyRow:
        if entry.home is Home.NOWHERE:
            row = DeedRow(entry, self._tools, parent, str(self._places.get(entry.key, "")))
            row.done.connect(self.done)
            return row
        control = make_control(entry, self._tools, parent)
        if isinstance(control, QueuesField):
            self._tools.values.changed.connect(control.show_held)
        if isinstance(control, HostsField):
            control.asked.connect(lambda: self.done.emit(entry.key))
        return SettingRow(entry, control, self._tools, parent)

    def _lay_out(self) -> None:
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(28)
        self._column.addWidget(self._nothing)
        self._column.addStretch(1)
        inner = self._inner
        inner.setObjectName("settingsBody")
        inner.setMaximumWidth(_WIDEST)
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        inner.setLayout(self._column)
        outer = QHBoxLayout(self._body)
        outer.setContentsMargins(_SIDE // 2, _TOP, _SIDE // 2, _TOP)
        outer.setSpacing(0)
        outer.addSpacing(_SIDE // 2)  # on the other side is the scroll bar; margins would not be mirrored
        outer.addWidget(inner)
        self.setWidget(self._body)

    def _retext(self) -> None:
        if self._wanted:
            self.show_found(self._wanted)

    def show_page(self, page: Page) -> None:
        """Show one page from its top: now, or in a few turns of the event loop where it is still to be made."""
        self._wanted = ""
        self._coming.start(self._bring(page))

    def show_found(self, text: str) -> None:
        """Show every setting that `text` is about, by pages, when all of them are made."""
        self._wanted = text
        self._coming.start(self._find(text))

    def settle(self) -> None:
        """Show now what is still to come."""
        self._coming.finish()

    def _bring(self, page: Page) -> Generator[None, None, None]:
        while self.make_some(page):
            yield
        self._nothing.hide()
        for each, view in self._views.items():
            if each is not page:
                view.hide()
        self._views[page].show_all()
        self.verticalScrollBar().setValue(0)

    def _find(self, text: str) -> Generator[None, None, None]:
        while any(self.make_some(page) for page in Page):
            yield
        words, held = words_of(text), self._held()
        self._inner.hide()  # shown with all its parts at once: one after the other would be felt
        keys = frozenset(entry.key for entry in found((row.entry for row in self._rows()), words))
        for view in self._views.values():
            view.show_found(keys, words)
        self._nothing.setText(translate("Settings", "No setting is about “{words}”.").format(words=text.strip()))
        self._nothing.setVisible(not keys)
        self._inner.show()
        if held is not None and held.isVisible():
            held.setFocus()
        self.verticalScrollBar().setValue(0)

    def _held(self) -> QWidget | None:
        """Return what has the focus here: it would lose it when it is hidden, for however short a while."""
        held = self.window().focusWidget()
        return held if held is not None and self._inner.isAncestorOf(held) else None

    def focus_first(self) -> None:
        """Give the focus to the first control that is shown."""
        self.settle()
        row = next((row for row in self._rows() if row.isVisible()), None)
        if isinstance(row, SettingRow):
            row.control.setFocus(Qt.FocusReason.TabFocusReason)
        elif row is not None:
            row.button.setFocus(Qt.FocusReason.TabFocusReason)

    def show_anew(self) -> None:
        """Show all values in force, whatever was typed and not taken."""
        for row in self._rows():
            if isinstance(row, SettingRow):
                row.show_anew()

    def _rows(self) -> Iterator[AnyRow]:
        return (row for _page, view in sorted(self._views.items(), key=_place) for row in view.rows())


def _place(item: tuple[Page, PageView]) -> int:
    return list(Page).index(item[0])
