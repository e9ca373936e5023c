"""The Log page: what happened to a download, with times, to be read and copied."""

# ruff: noqa: N802 - Qt names its virtual methods so

from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.story import StoryEntry
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedLayout, QVBoxLayout, QWidget

from headrace_gui.details.empty_note import EmptyNote
from headrace_gui.details.log_model import LogModel
from headrace_gui.details.log_view import LogView
from headrace_gui.details.plain_button import PlainButton
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small, tabular


class LogPage(QWidget):
    """Asks for the story of the chosen download once it is looked at, then takes in what happens."""

    wants_details: bool = False

    def __init__(
        self,
        manager: DownloadManager,
        theme: Theme,
        icons: IconSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._manager = manager
        self._id = ""
        self._is_asked = self._is_told = False
        self.setObjectName("detailsGround")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = LogModel(self)
        self.view = LogView(self.model, theme, icons, self)
        self._count, self._note = QLabel(self), EmptyNote(self)
        self.copy_all_button = PlainButton("copy", theme, icons, self, worded=True)
        self.copy_all_button.clicked.connect(self.copy_all)
        self._lay_out()
        manager.story_told.connect(self._take)
        manager.stories_grew.connect(self._grow)
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        self._count.setObjectName("quiet")
        self._count.setFont(tabular(small(self.font())))
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 4)
        head.addWidget(self._count, 1)
        head.addWidget(self.copy_all_button)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._note)
        self._stack.addWidget(self.view)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(self._stack, 1)

    def _retext(self) -> None:
        self.view.setAccessibleName(translate("Details", "What happened to the download"))
        self.copy_all_button.name(translate("Details", "Copy all"), translate("Details", "Copy the whole log"))
        self.model.retold()
        self.view.scheduleDelayedItemsLayout()
        self._tell()

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Show the story of another download."""
        self._id = snapshot.id if snapshot else ""
        self._is_asked = self._is_told = False
        self.model.show(())
        self._ask()
        self._tell()

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Ask for the story where that was not done; what happens comes by itself."""
        if snapshot.id != self._id:
            self.show_download(snapshot)
        self._ask()

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for the story of what was chosen while nobody looked."""
        super().showEvent(event)
        self._ask()

    def copy_all(self) -> None:
        """Put the whole log on the clipboard."""
        QGuiApplication.clipboard().setText(self.model.copied())

    def _ask(self) -> None:
        if self._id and not self._is_asked and self.isVisible():
            self._is_asked = True
            self._manager.ask_story(self._id)

    def _take(self, download_id: str, entries: tuple[StoryEntry, ...]) -> None:
        if download_id != self._id or not self._is_asked:
            return
        self._is_told = True
        self.model.show(entries)
        self._tell()

    def _grow(self, told: list[tuple[str, StoryEntry]]) -> None:
        fresh = [entry for download_id, entry in told if download_id == self._id] if self._is_told else []
        if fresh:
            self.model.append(fresh)
            self._tell()

    def _tell(self) -> None:
        count = len(self.model.entries())
        self._count.setText(translate("Details", "%Ln entry(ies)", "", count) if count else "")
        self.copy_all_button.setEnabled(count > 0)
        self._stack.setCurrentIndex(1 if count else 0)
        if not self._id:
            self._note.tell(translate("Details", "Choose a download to see what happened to it"))
        elif self._is_told:
            self._note.tell(translate("Details", "Nothing is known of this download's past"))
        else:
            self._note.tell("")
