"""The settings: a list of pages, the pages, and a search over all of them. What is changed is in force at once."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from headrace.manager import DownloadManager
from headrace.profile import Profile
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.on_demand import show_hosts
from headrace_gui.dialogs.queue_dialog import QueueDialog
from headrace_gui.dialogs.settings_deeds import Deeds
from headrace_gui.dialogs.settings_folder import FolderControl
from headrace_gui.icons import IconSet
from headrace_gui.language import LANGUAGES
from headrace_gui.preferences import PreferenceKeeper
from headrace_gui.search_field import SearchField
from headrace_gui.settings_pages.controls import Tools
from headrace_gui.settings_pages.entry import Page
from headrace_gui.settings_pages.page_list import PageList
from headrace_gui.settings_pages.pages import SettingsPages
from headrace_gui.settings_pages.queue_book import QueueBook
from headrace_gui.settings_pages.reading_label import ReadingLabel
from headrace_gui.settings_pages.values import Autostart, SettingValues
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme

_NARROW: Final = 192
_WIDE: Final = 288
_ROOMY: Final = 720
"""The width of the window, in pixels, from which on the list of pages may take what it needs."""


@dataclass(frozen=True, slots=True)
class Computer:
    """What the settings reach beside the program itself; no `autostart` where the desktop starts nothing."""

    profile: Profile
    autostart: Autostart | None
    background: Background


class SettingsSearch(SearchField):
    """The search field with words of its own."""

    def _retext(self) -> None:
        self.setPlaceholderText(translate("Settings", "Search settings"))
        self.setAccessibleName(translate("Settings", "Search settings"))


class SettingsDialog(QDialog):
    """All settings. Not modal, and kept by its owner: it shows what is in force whenever it is shown."""

    def __init__(
        self,
        manager: DownloadManager,
        keeper: PreferenceKeeper,
        theme: Theme,
        icons: IconSet,
        computer: Computer,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settingsDialog")
        profile, background = computer.profile, computer.background
        self.values = SettingValues(manager, keeper, computer.autostart, background, self)

        def make_folder(folder: Path, parent: QWidget) -> FolderControl:
            return FolderControl(folder, background, theme, icons, parent)

        book = QueueBook(manager, self.values)
        tools = Tools(self.values, book, theme, icons, background, make_folder)
        self.list = PageList(theme, icons, self)
        self.search = SettingsSearch(theme, icons, self)
        self.pages = SettingsPages(tools, {"profile": profile.folder, "log": profile.log}, self)
        self.pages.queue_wanted.connect(lambda name: QueueDialog(name, book, theme, icons, self).show())
        self.deeds = Deeds(tools, self.pages, profile, self)
        self.deeds.add("host_rules", lambda: show_hosts(manager, background, theme, icons, self))
        self._page, self._side = Page.GENERAL, QWidget(self)
        self._was_shown = False
        self._looking = QTimer(self, singleShot=True)  # shown and made active at once it looks once, and a turn later
        self._looking.timeout.connect(self.values.refresh)
        self._lay_out()
        self.search.searched.connect(self._search)
        self.search.textChanged.connect(self._on_text)
        self.search.left.connect(self._leave_search)
        self.list.chosen.connect(self._choose)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._begin_search)
        on_language(self, self._retext)
        self.resize(860, 640)
        self.setMinimumSize(604, 340)

    def making(self) -> Generator[None, None, None]:
        """Make the first page, in short steps: what is shown without them is made in one that is felt."""
        for name in LANGUAGES.values():  # the fonts of other scripts are looked for once, which takes a while
            self.fontMetrics().horizontalAdvance(name)
            yield
        while self.pages.make_some(self._page):
            yield
        self.show_page(self._page)
        yield
        yield from self.list.draw_ahead()
        for part in (self, *self.findChildren(QWidget)):
            part.ensurePolished()
            yield
        for whole in (self.pages.widget(), self):
            layout = whole.layout() if whole is not None else None
            if layout is not None:
                layout.activate()
            yield

    def _lay_out(self) -> None:
        side, line = self._side, QFrame(self)
        line.setObjectName("barLine")
        line.setFixedWidth(1)
        self.search.setMaximumWidth(_WIDE)
        field = QHBoxLayout()
        field.setContentsMargins(10, 14, 10, 8)
        field.addWidget(self.search)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(field)
        column.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for part, stretch in ((side, 0), (line, 0), (self.pages, 1)):
            row.addWidget(part, stretch)

    def _retext(self) -> None:
        self.setWindowTitle(translate("Settings", "Settings"))
        self._fit_side()

    def _fit_side(self) -> None:
        wanted = min(max(self.list.sizeHintForColumn(0), _NARROW), _WIDE)
        self._side.setFixedWidth(wanted if self.width() >= _ROOMY else _NARROW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the pages enough room."""
        super().resizeEvent(event)
        self._fit_side()

    def show_page(self, page: Page) -> None:
        """Turn to a page, which is there when this returns; a search ends."""
        self.list.choose(page)
        self._choose(page)
        self.pages.settle()

    def _choose(self, page: Page) -> None:
        self._page = page
        self.search.clear()
        self.pages.show_page(page)

    def _on_text(self, text: str) -> None:
        if not text.strip():  # what ends a search ends it at once
            self._search(text)

    def _search(self, text: str) -> None:
        if text.strip():
            self.list.unchoose()
            self.pages.show_found(text)
        else:
            self.show_page(self._page)

    def _begin_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _leave_search(self) -> None:
        if self.search.text().strip():
            self._search(self.search.text())  # typed and left at once, it was not searched for yet
            self.pages.focus_first()
        else:
            self.list.setFocus(Qt.FocusReason.TabFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        """Show what is in force now."""
        super().showEvent(event)
        if self.list.currentRow() < 0 and not self.search.text():
            self.show_page(self._page)
        if self._was_shown:  # else all is as fresh as it can be
            self.pages.show_anew()
        self._was_shown = True
        self._looking.start()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(100, self.pages, self.pages.make_next)

    def changeEvent(self, event: QEvent) -> None:
        """Look anew at what others may have changed meanwhile when the window comes to the fore; follow a mirroring."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LayoutDirectionChange:
            for label in self.findChildren(ReadingLabel):
                label.align()
        if event.type() is QEvent.Type.ActivationChange and self.isActiveWindow():
            self._looking.start()
