"""The window of the history: a search, the table, the figures, and what can be done with what is chosen."""

from collections.abc import Callable
from typing import Final

from headrace.history import Figure, HistoryEntry, HistoryQuery, Outcome
from headrace.manager import DownloadManager
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QMenu, QPushButton, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from headrace_gui.background import Background
from headrace_gui.details.empty_note import EmptyNote
from headrace_gui.details.segmented import SegmentedButtons
from headrace_gui.dialogs.add_tick import ShortLabel
from headrace_gui.fields import Choice
from headrace_gui.history.clear_dialog import ClearDialog
from headrace_gui.history.figures_page import FiguresPage
from headrace_gui.history.history_deeds import HistoryDeeds
from headrace_gui.history.history_model import HistoryModel
from headrace_gui.history.history_table import HistoryTable
from headrace_gui.history.history_words import total_text
from headrace_gui.icons import IconSet
from headrace_gui.search_field import SearchField
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme
from headrace_gui.toast import ToastArea

_SIZE: Final = (1040, 640)
_SEARCH: Final = 190
_CHOICE: Final = 180
_SIDE: Final = 24
_OUTCOMES: Final = (None, Outcome.FINISHED, Outcome.FAILED, Outcome.REMOVED)


class HistoryDialog(QDialog):
    """Not modal. Everything in it is read in threads; while nothing was read yet it says nothing."""

    def __init__(
        self,
        manager: DownloadManager,
        background: Background,
        look: tuple[Theme, IconSet],
        download: Callable[[list[str]], object],
        parent: QWidget | None = None,
    ) -> None:
        """`download` opens the dialog for adding with addresses in it."""
        super().__init__(parent)
        self.setObjectName("smallDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._manager = manager
        self.model = HistoryModel(manager.history, self)
        self.search, self.outcome = SearchField(*look, self), Choice(self)
        self.pages = SegmentedButtons(2, look[0], self)
        self.table, self.figures = HistoryTable(self.model, look[0], self), FiguresPage(manager, look[0], self)
        self.empty, self.toasts = EmptyNote(self), ToastArea(self)
        self.deeds = HistoryDeeds(manager, background, self.toasts, download, self)
        self.summary = ShortLabel(self)
        self.again, self.more = QPushButton(self), QPushButton(self)
        self._serial = 0
        self._lay_out()
        self._connect()
        self._look()
        on_language(self, self._retext)
        self.resize(*_SIZE)
        self.search.setFocus()

    # -- making ------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(_SIDE, 16, _SIDE, 12)
        head.setSpacing(12)
        for part in (self.pages, self.search, self.outcome):
            head.addWidget(part)
        head.insertStretch(1, 1)
        self.search.setMinimumWidth(_SEARCH)
        self.outcome.setMaximumWidth(_CHOICE)
        self.stack = QStackedWidget(self)
        for page in (self.table, self.empty, self.figures):
            self.stack.addWidget(page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.stack, 1)
        whole.addWidget(self._footer())
        self.toasts.raise_()

    def _footer(self) -> QFrame:
        footer = QFrame(self)
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(_SIDE, 14, _SIDE, 14)
        row.setSpacing(10)
        self.summary.setObjectName("hint")
        row.addWidget(self.summary, 1)
        row.addWidget(self.more)
        row.addWidget(self.again)
        for button in (self.more, self.again):
            button.setAutoDefault(False)
        self.again.setObjectName("primary")
        return footer

    def _connect(self) -> None:
        self.search.searched.connect(lambda _: self._look())
        self.search.left.connect(self._leave_search)
        self.outcome.activated.connect(lambda _: self._look())
        self.pages.chosen.connect(lambda _: self._show_page())
        self.model.answered.connect(self._show_page)
        self.table.chosen.connect(self._refresh)
        self.table.opened.connect(lambda: self._with_first(self.deeds.open))
        self.table.delete_wanted.connect(self.delete)
        self.table.customContextMenuRequested.connect(self._offer)
        self.again.clicked.connect(lambda: self.deeds.download_again(self.table.selected()))
        self.more.clicked.connect(self._offer_more)
        self._manager.history.listen(self._hear)

    def _retext(self) -> None:
        self.setWindowTitle(translate("History", "History"))
        self.pages.set_texts([translate("History", "Downloads"), translate("History", "Figures")])
        self.again.setText(translate("History", "&Download again"))
        self.more.setText(translate("History", "&More"))
        row = max(self.outcome.currentIndex(), 0)
        self.outcome.clear()
        self.outcome.addItems(
            [
                translate("History", "All"),
                translate("History", "Finished"),
                translate("History", "Failed"),
                translate("History", "Removed unfinished"),
            ]
        )
        self.outcome.setCurrentIndex(row)
        self.outcome.setAccessibleName(translate("History", "How it ended"))
        self._show_page()
        self._sum_up()

    # -- showing -----------------------------------------------------------------------------------------------

    @property
    def query(self) -> HistoryQuery:
        """What is looked for."""
        return HistoryQuery(self.search.text(), outcome=_OUTCOMES[max(self.outcome.currentIndex(), 0)])

    def _look(self) -> None:
        self.model.search(self.query)
        self._sum_up()

    def _hear(self) -> None:
        self.model.refresh()
        self._sum_up()
        if self.pages.choice:
            self.figures.read()

    def _sum_up(self) -> None:
        self._serial += 1
        serial = self._serial

        def answer(whole: Figure) -> None:
            if isValid(self) and serial == self._serial:
                self.summary.setText(total_text(whole))

        self._manager.history.total(self.query, answer)

    def _show_page(self) -> None:
        is_figures = self.pages.choice == 1
        for part in (self.search, self.outcome):
            part.setEnabled(not is_figures)
        if is_figures:
            self.figures.read()
            self.stack.setCurrentWidget(self.figures)
        else:
            has_rows = self.model.rowCount() > 0
            self.stack.setCurrentWidget(self.table if has_rows else self.empty)
            self.empty.tell("" if has_rows or self.model.is_asking else self._why_empty())
        self._refresh()

    def _why_empty(self) -> str:
        if self.query != HistoryQuery():
            return translate("History", "Nothing that was remembered is like that")
        if self._manager.settings.history_days == 0:
            return translate("History", "Nothing is remembered: the settings say so, page “Downloads”")
        return translate("History", "Nothing has ended yet. What finishes or fails will be found here.")

    def _refresh(self) -> None:
        chosen = self.table.selected() if self.stack.currentWidget() is self.table else []
        self.again.setEnabled(any(self.deeds.address(entry) for entry in chosen))
        unknown = bool(chosen) and not self.again.isEnabled()
        said = translate("History", "A part of the address was secret and is not kept")
        self.again.setToolTip(said if unknown else "")

    def _leave_search(self) -> None:
        self.table.setFocus()
        if self.model.rowCount() and not self.table.currentIndex().isValid():
            self.table.selectRow(0)

    # -- doing -------------------------------------------------------------------------------------------------

    def delete(self) -> None:
        """Delete what is chosen from the history for good."""
        self.deeds.delete(self.table.selected(), self.model.drop)
        QTimer.singleShot(0, self, self._show_page)

    def ask_clear(self) -> None:
        """Ask what of the history is to be cleared."""
        hosts = {entry.host for entry in self.table.selected()}
        host = hosts.pop() if len(hosts) == 1 else None
        ClearDialog(self.deeds.clear, self._manager.traffic.today, host, self).show()

    def _with_first(self, act: Callable[[HistoryEntry], object]) -> None:
        for entry in self.table.selected()[:1]:
            act(entry)

    def _offer(self, position: QPoint) -> None:
        menu = self._menu()
        chosen = self.table.selected()
        if chosen:
            one = chosen[0]
            menu.addAction(translate("History", "&Open"), lambda: self.deeds.open(one))
            menu.addAction(translate("History", "Show in &folder"), lambda: self.deeds.show(one))
            again = menu.addAction(translate("History", "&Download again"), self.again.click)
            again.setEnabled(self.again.isEnabled())
            menu.addAction(translate("History", "&Copy address"), lambda: self.deeds.copy(chosen))
            menu.addAction(translate("History", "Find all from this &host"), lambda: self.search.setText(one.host))
            menu.addSeparator()
            menu.addAction(translate("History", "D&elete from history"), self.delete)
            menu.popup(self.table.viewport().mapToGlobal(position))

    def _offer_more(self) -> None:
        menu = self._menu()
        menu.addAction(translate("History", "&Export…"), lambda: self.deeds.ask_export(self.query))
        menu.addAction(translate("History", "&Clear history…"), self.ask_clear)
        menu.popup(self.more.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return menu

    def done(self, result: int) -> None:
        """Close, and listen no more."""
        self._manager.history.forget_listener(self._hear)
        super().done(result)
