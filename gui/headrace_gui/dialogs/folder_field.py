"""The field for the folder downloads go to, with the room its disk has."""

# ruff: noqa: N802 - Qt names its virtual methods so

from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QWidget

from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.desktop.free_space import FolderRoom, folder_room
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme, small

_TYPING_MS: Final = 250


class FolderField(QFrame):
    """A path a person types or chooses. Asks the disk for its room in the background."""

    changed = Signal()

    def __init__(
        self, folder: Path, background: Background, theme: Theme, icons: IconSet, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._background = background
        self.setObjectName("folderFrame")
        self.edit = QLineEdit(str(folder), self)
        self.edit.setAccessibleName("Folder to save to")
        self.edit.installEventFilter(self)
        self._room = QLabel(self)
        self._room.setObjectName("hint")
        self._room.setFont(small(self.font()))
        self._lay_out(theme, icons)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(self._ask_room)
        self.edit.textChanged.connect(self._pause.start)
        self.edit.textChanged.connect(self.changed)
        self._ask_room()

    def _lay_out(self, theme: Theme, icons: IconSet) -> None:
        sign, browse = QLabel(self), QToolButton(self)

        def tint() -> None:
            sign.setPixmap(icons.pixmap("folder", theme.tokens.secondary, 18, self.devicePixelRatioF()))

        tint()
        theme.changed.connect(tint)
        browse.setObjectName("plain")
        browse.setText("Browse…")
        browse.setIconSize(QSize(18, 18))
        browse.setAccessibleName("Browse for a folder")
        browse.clicked.connect(self._browse)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 1, 1, 1)
        row.setSpacing(4)
        for part, stretch in ((sign, 0), (self.edit, 1), (self._room, 0), (browse, 0)):
            row.addWidget(part, stretch)

    def folder(self) -> Path | None:
        """Return the folder as an absolute path; None where nothing usable is written."""
        text = self.edit.text().strip()
        try:
            path = Path(text).expanduser()
        except RuntimeError:
            return None
        return path if text and path.is_absolute() else None

    def _ask_room(self) -> None:
        folder = self.folder()
        if folder is None:
            self._room.setText("Write a whole path")
            return
        self._background.run(self, lambda: folder_room(folder), lambda room: self._show_room(folder, room))

    def _show_room(self, asked: Path, room: FolderRoom | None) -> None:
        if asked != self.folder():
            return
        free = f"{words.size(room.free)} free" if room else ""
        self._room.setText(free if room is None or room.exists else f"will be made · {free}")

    def _browse(self) -> None:
        dialog = QFileDialog(self, "Save downloads to", self.edit.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show the focus of the text on the whole field."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.setProperty("active", event.type() is QEvent.Type.FocusIn)
            self.style().unpolish(self)
            self.style().polish(self)
        return super().eventFilter(watched, event)
