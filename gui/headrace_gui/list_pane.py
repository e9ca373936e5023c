"""The list of the window with what narrows it: shows the table, or words and a picture where there are no rows."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable
from dataclasses import replace

from headrace.filters import Category, DownloadFilter, Mark, StatusFilter
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from headrace_gui.downloads.empty_state import EmptyState
from headrace_gui.downloads.grouping import Group
from headrace_gui.downloads.table_model import DownloadTableModel
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme


class ListPane(QStackedWidget):
    """Table and empty state in one place; keeps the keyboard's focus with what is shown."""

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_loaded = False
        self.model = DownloadTableModel(parent=self)
        self.table = DownloadTableView(self.model, theme, icons, self)
        self.empty = EmptyState(theme, self)
        self.addWidget(self.table)
        self.addWidget(self.empty)
        for change in (
            self.model.rowsInserted,
            self.model.rowsRemoved,
            self.model.modelReset,
            self.model.counts_changed,
        ):
            change.connect(self.choose_page)
        on_language(self, self.choose_page)

    def tell_loaded(self) -> None:
        """Be told that the stored list is known: an empty one is so for certain now."""
        self._is_loaded = True
        self.model.show_gathered()
        self.choose_page()

    def page(self) -> QWidget:
        """Return what is shown: the table or the empty state."""
        return self.empty if self.currentWidget() is self.empty else self.table

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Hand the keyboard on to what is shown."""
        super().focusInEvent(event)
        self.page().setFocus(event.reason())

    def choose_page(self) -> None:
        """Show the table where there are rows, else the empty state with words that fit."""
        has_rows = self.model.rowCount() > 0
        if not has_rows:
            self._tell_empty()
        before, page = self.page(), self.table if has_rows else self.empty
        focused = before.focusWidget()
        had_focus = focused is not None and focused.hasFocus()
        self.setCurrentWidget(page)
        if had_focus:
            page.setFocus()

    def choose_group(self, group: Group) -> None:
        """Show a group of states, what is watched, a category, or the queue of that name."""
        text = self.model.filter.text
        if isinstance(group, Category):
            wanted = DownloadFilter(category=group, text=text)
        elif isinstance(group, StatusFilter):
            wanted = DownloadFilter(status=group, text=text)
        elif isinstance(group, Mark):
            wanted = DownloadFilter(watched=True, text=text)
        else:
            wanted = DownloadFilter(queue=group, text=text)
        self.model.set_filter(wanted)
        self.choose_page()

    def search(self, text: str) -> None:
        """Show only what has these words."""
        self.model.set_filter(replace(self.model.filter, text=text))
        self.choose_page()

    def shows_all(self, ids: Iterable[str]) -> bool:
        """Tell whether none of these is filtered away."""
        return all(self.model.row_of(each) is not None for each in ids)

    def _tell_empty(self) -> None:
        """Say why there are no rows, and what helps."""
        text = self.model.filter.text.strip()
        if not self.model.count(StatusFilter.ALL):
            self.empty.tell(*self._first_words())
        elif text:
            nothing = translate("Window", "Nothing matches “{text}”").format(text=text)
            self.empty.tell(nothing, translate("Window", "Clear the search"), offers=True)
        else:
            nothing = translate("Window", "Nothing here at the moment")
            self.empty.tell(nothing, translate("Window", "Choose All to see everything"))

    def _first_words(self) -> tuple[str, str]:
        if not self._is_loaded:
            return "", ""
        return (
            translate("Window", "Drop links here"),
            translate("Window", "or press Ctrl+N to add some, Ctrl+V to paste what you copied"),
        )
