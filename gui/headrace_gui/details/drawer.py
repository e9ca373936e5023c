"""The details drawer: what there is to know of the download that is chosen, or sums over several."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import RUNNING
from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from headrace_gui.background import Background
from headrace_gui.details.connections_page import ConnectionsPage
from headrace_gui.details.drawer_face import DrawerFace
from headrace_gui.details.drawer_head import DrawerHead
from headrace_gui.details.habits import Place
from headrace_gui.details.live import LivePage
from headrace_gui.details.log import LogPage
from headrace_gui.details.overview_page import OverviewPage
from headrace_gui.details.page import DetailsPage, KnowingPage
from headrace_gui.details.request import RequestPage
from headrace_gui.details.speed_page import SPANS, SpeedPage
from headrace_gui.details.speed_recorder import SpeedRecorder
from headrace_gui.details.summary import Summary
from headrace_gui.details.summary_page import SummaryPage
from headrace_gui.icons import IconSet
from headrace_gui.memory import MemoryPart
from headrace_gui.steps import Steps
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate
from headrace_gui.theme import Theme

_POLL_MS: Final = 200
_AHEAD_MS: Final = 400
"""Between two pages that are made before anybody asks for them, while the drawer is in sight."""
_MOST_TABS: Final = 9
_CORNER: Final = QRect(0, 0, 1, 1)
_TURN: Final = 0.003
"""Seconds, and one step more, between two looks at the event loop."""


@dataclass(slots=True)
class _Tab:
    title: str
    make: Callable[[], QWidget]
    widget: QWidget | None = None
    """None until the tab is opened, or the drawer has been in sight for a while: all pages at once would be felt."""

    def page(self) -> DetailsPage | None:
        """Return the widget as what it is, None where it is not made yet."""
        return self.widget if isinstance(self.widget, DetailsPage) else None


class DetailsDrawer(DrawerFace):
    """Tabs over pages. Asks the engine only while it is in sight, five times a second while the download runs."""

    def __init__(
        self,
        manager: DownloadManager,
        theme: Theme,
        icons: IconSet,
        background: Background,
        memory: MemoryPart,
        parent: QWidget | None = None,
        *,
        recorder: SpeedRecorder | None = None,
    ) -> None:
        """Take the `recorder` of speeds that has been listening already; None makes one."""
        super().__init__(memory, parent)
        self._manager, self._background = manager, background
        self._chosen: DownloadSnapshot | None = None
        self._summary: Summary | None = None
        self._tabs: list[_Tab] = []
        self._shown: dict[str, str] = {}
        self.setObjectName("detailsDrawer")
        self.recorder = recorder or SpeedRecorder(manager, parent=self)
        self._theme, self._icons = theme, icons
        self.head = DrawerHead(theme, icons, self)
        self._offer_pages()
        self._lay_out()
        self._timer = QTimer(self, interval=_POLL_MS)
        self._timer.timeout.connect(self._refresh)
        self._ahead = QTimer(self, interval=_AHEAD_MS, singleShot=True)
        self._ahead.timeout.connect(self._make_ahead)
        self._polishing = Steps(self, seconds=_TURN)
        self._connect()
        self._make_shortcuts()
        on_language(self, self._retext)

    # Making

    def _offer_pages(self) -> None:
        theme, icons = self._theme, self._icons
        self._stack = stack = QStackedWidget(self)
        self._nothing = QLabel(stack)
        self._nothing.setObjectName("quiet")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.setWordWrap(True)
        stack.addWidget(self._nothing)
        self._offer(QT_TRANSLATE_NOOP("Details", "Overview"), lambda: self.overview)
        self._offer(QT_TRANSLATE_NOOP("Details", "Connections"), lambda: self.connections)
        self._offer(QT_TRANSLATE_NOOP("Details", "Speed"), lambda: self.speed)
        self._offer(QT_TRANSLATE_NOOP("Details", "Log"), lambda: LogPage(self._manager, theme, icons, stack))
        self._offer(QT_TRANSLATE_NOOP("Details", "Request"), lambda: RequestPage(theme, icons, stack))
        self._offer(QT_TRANSLATE_NOOP("Details", "Live"), lambda: LivePage(theme, icons, self._background, stack))

    def _offer(self, title: str, make: Callable[[], QWidget]) -> None:
        self._tabs.append(_Tab(title, make))
        self.head.tabs.addTab(translate("Details", title))
        if self._habits.tab == len(self._tabs) - 1:
            self.open_tab(self._habits.tab)

    @cached_property
    def overview(self) -> OverviewPage:
        """The page behind the first tab."""
        page = OverviewPage(self._theme, self._icons, self.recorder, parent=self._stack)
        page.folder_wanted.connect(self.folder_wanted)
        return page

    @cached_property
    def connections(self) -> ConnectionsPage:
        """The page behind the second tab."""
        return ConnectionsPage(self._theme, self._stack)

    @cached_property
    def speed(self) -> SpeedPage:
        """The page behind the third tab."""
        page = SpeedPage(self._theme, self.recorder, lambda: self._manager.settings, self._stack)
        if 0 <= self._habits.span < len(SPANS):
            page.choose_span(self._habits.span)
        return page

    @cached_property
    def summary_page(self) -> SummaryPage:
        """What is shown of several downloads."""
        page = SummaryPage(self._stack)
        self._stack.addWidget(page)
        return page

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self._stack, 1)
        self.setMinimumSize(220, 120)

    def _connect(self) -> None:
        self.head.tabs.currentChanged.connect(self._open_tab)
        self.head.close_pressed.connect(self.close_wanted)
        self.head.place_pressed.connect(self._change_place)
        self._manager.downloads_updated.connect(self._take_updates)
        self._manager.downloads_removed.connect(self._take_removals)

    def _make_shortcuts(self) -> None:
        for number in range(_MOST_TABS):
            self._shortcut(f"Ctrl+{number + 1}", lambda number=number: self.open_tab(number))
        self._shortcut("Ctrl+Tab", lambda: self._step(1))
        self._shortcut("Ctrl+Shift+Tab", lambda: self._step(-1))

    def _shortcut(self, keys: str, call: Any) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(call)

    def _retext(self) -> None:
        for number, tab in enumerate(self._tabs):
            self.head.tabs.setTabText(number, translate("Details", tab.title))
        self._nothing.setText(translate("Details", "Choose a download to see its details"))
        self.setAccessibleName(translate("Details", "Details"))
        self._head_line()
        self._refresh()

    # What others ask for

    def show_place(self, place: Place) -> None:
        """Show what the button that moves it would do."""
        self.head.show_place(place)

    def remember(self) -> None:
        """Hand everything to the memory, to be written with all the rest."""
        self.change_habits(tab=self.head.tabs.currentIndex())
        if "speed" in self.__dict__:
            self.change_habits(span=self.speed.spans.choice)
        super().remember()

    def open_tab(self, number: int) -> None:
        """Open a tab, counted from 0; one that is not there is ignored."""
        if 0 <= number < len(self._tabs):
            self.head.tabs.setCurrentIndex(number)

    def show_selection(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        """Show one download's details, sums over several, a quiet line for none."""
        self._chosen = snapshots[0] if len(snapshots) == 1 else None
        self._summary = Summary(snapshots) if len(snapshots) > 1 else None
        self._head_line()
        self._show_choice()

    # News

    def _take_updates(self, snapshots: Sequence[DownloadSnapshot]) -> None:
        if self._summary is not None:
            if self._summary.update(snapshots) and self.isVisible():
                self.summary_page.show_summary(self._summary)
        elif self._chosen is not None:
            before = self._chosen
            newest = next((each for each in snapshots if each.id == before.id), None)
            if newest is not None:
                self._chosen = newest
                if not self._timer.isActive() or newest.state is not before.state:
                    self._refresh()

    def _take_removals(self, ids: Iterable[str]) -> None:
        gone = set(ids)
        if self._chosen is not None and self._chosen.id in gone:
            self.show_selection([])
        elif self._summary is not None and any(each in self._summary for each in gone):
            self.show_selection(self._summary.remove(gone))

    # What is shown

    def _head_line(self) -> None:
        count = len(self._summary) if self._summary is not None else 0
        several = translate("Details", "%Ln download(s) chosen", "", count) if count else ""
        nothing = translate("Details", "Details") if self._chosen is None else ""
        self.head.show_heading(several or nothing)

    def _show_choice(self) -> None:
        if not self.isVisible():
            return
        self._forget_others()
        if self._summary is not None:
            self._stack.setCurrentWidget(self.summary_page)
            self.summary_page.show_summary(self._summary)
        elif self._chosen is None:
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._stack.setCurrentWidget(self._made(self._tab()))
        self._refresh()

    def _tab(self) -> _Tab:
        return self._tabs[self.head.tabs.currentIndex()]

    def preparing(self, size: QSize) -> Generator[None, None, None]:
        """Make the page of the open tab, fill it and lay it out, where a download is chosen, in short steps."""
        tab = self._tab()
        if self._chosen is None or tab.title in self._shown:
            return
        widget = self._made(tab)
        yield
        if isinstance(widget, OverviewPage):
            yield from widget.making(self._chosen)
        yield from _polish(self.head)
        yield from _polish(widget)
        if self._chosen is not None:
            self._stack.setCurrentWidget(widget)
            self._refresh_page(tab, self._chosen)
            yield
        self.resize(size)
        self.grab(_CORNER)  # lays out what is not shown yet, all of it, and paints next to nothing

    def _made(self, tab: _Tab) -> QWidget:
        if tab.widget is None:
            tab.widget = tab.make()
            self._stack.addWidget(tab.widget)
        return tab.widget

    def _make_ahead(self) -> None:
        """Make another page before anybody asks for it, then work out what it looks like in short steps."""
        tab = next((tab for tab in self._tabs if tab.widget is None), None)
        if tab is not None:
            self._polishing.start(_polish(self._made(tab)))
            self._ahead.start()

    def _open_tab(self, _number: int) -> None:
        self._show_choice()

    def _forget_others(self) -> None:
        """Have pages let go of another download than the chosen one."""
        wanted = self._chosen.id if self._chosen is not None else None
        for tab in self._tabs:
            if self._shown.get(tab.title, wanted) != wanted:
                del self._shown[tab.title]
                if (page := tab.page()) is not None:
                    page.show_download(None)

    def _refresh(self) -> None:
        """Bring the page in sight up to date, and poll as long as that is of use."""
        chosen = self._chosen
        seen = self.isVisible() and chosen is not None
        if not seen or chosen is None:
            self._timer.stop()
            return
        self._refresh_page(self._tab(), chosen)
        if chosen.state not in RUNNING:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _refresh_page(self, tab: _Tab, chosen: DownloadSnapshot) -> None:
        page = tab.page()
        if page is None:
            return
        self._introduce(tab, chosen)
        if page.wants_details and isinstance(page, KnowingPage):
            page.show_details(self._manager.details(chosen.id))
        page.refresh(chosen)

    def _introduce(self, tab: _Tab, chosen: DownloadSnapshot) -> None:
        """Have a page turn to a download, if it shows another."""
        page = tab.page()
        if page is not None and tab.title not in self._shown:
            self._shown[tab.title] = chosen.id
            page.show_download(chosen)

    def _step(self, by: int) -> None:
        self.open_tab((self.head.tabs.currentIndex() + by) % len(self._tabs))

    def _change_place(self) -> None:
        other = Place.RIGHT if self._habits.place is Place.BOTTOM else Place.BOTTOM
        self.place_wanted.emit(other)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened out of sight."""
        super().showEvent(event)
        self._show_choice()
        self._ahead.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask nothing any more."""
        super().hideEvent(event)
        self._timer.stop()
        self._ahead.stop()


def _polish(whole: QWidget) -> Generator[None, None, None]:
    for part in (whole, *whole.findChildren(QWidget)):
        yield
        part.ensurePolished()
