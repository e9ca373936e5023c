"""The dialog that every way of adding ends in: addresses in, a list of what they are, a folder, go."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Iterable
from typing import Final

from headrace.manager import DownloadManager
from headrace.spec import DownloadSpec
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from headrace_gui import words
from headrace_gui.background import Background
from headrace_gui.dialogs.candidate_list import CandidateModel, CandidateView
from headrace_gui.dialogs.candidates import candidates_in
from headrace_gui.dialogs.folder_field import FolderField
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme

_TYPING_MS: Final = 120
_MARGIN: Final = 24


class AddDialog(QDialog):
    """Reads addresses and hands them to the manager. Stays beside the window: nothing else is blocked."""

    added = Signal(list)
    """The ids of what was added."""

    def __init__(
        self,
        manager: DownloadManager,
        background: Background,
        theme: Theme,
        icons: IconSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._manager = manager
        self.setObjectName("addDialog")
        self.setWindowTitle("Add downloads")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._text = QPlainTextEdit(self)
        self._summary = QLabel(self)
        self._folder = FolderField(manager.settings.download_folder, background, theme, icons, self)
        self._model = CandidateModel(self._is_known, self)
        self._list = CandidateView(self._model, theme, icons, self)
        self._later, self._cancel, self._now = (QPushButton(self) for _ in range(3))
        self._set_up_text()
        self._lay_out()
        self._connect()
        self._show_summary()
        self.resize(640, 590)

    def sizeHint(self) -> QSize:
        """Return the size it opens with."""
        return QSize(640, 590)

    def take(self, addresses: Iterable[str]) -> None:
        """Put addresses behind what is there already."""
        present = self._text.toPlainText().rstrip()
        fresh = [address for address in addresses if address not in present]
        self._text.setPlainText("\n".join(filter(None, [present, *fresh])))
        self._text.moveCursor(QTextCursor.MoveOperation.End)
        self._text.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        self._read()

    def text(self) -> str:
        """Return what is in the address box."""
        return self._text.toPlainText()

    def _set_up_text(self) -> None:
        self._text.setAccessibleName("Addresses")
        self._text.setPlaceholderText("https://…")
        self._text.setTabChangesFocus(True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.document().setDocumentMargin(8)
        self._text.setFixedHeight(self.fontMetrics().lineSpacing() * 5 + 32)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(self._read)

    def _lay_out(self) -> None:
        body = QVBoxLayout()
        body.setContentsMargins(_MARGIN, 20, _MARGIN, 20)
        body.setSpacing(8)
        body.addWidget(_label("Add downloads", "dialogTitle", self))
        body.addSpacing(4)
        body.addWidget(self._text)
        body.addLayout(self._hints())
        body.addSpacing(4)
        body.addWidget(self._framed(self._list), 1)
        body.addSpacing(6)
        save_to = _label("Save to", "hint", self)
        save_to.setBuddy(self._folder.edit)
        body.addWidget(save_to)
        body.addWidget(self._folder)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(body, 1)
        whole.addWidget(self._footer())

    def _hints(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(_label("One address a line, or any text with addresses in it", "hint", self))
        row.addStretch(1)
        self._summary.setObjectName("hint")
        row.addWidget(self._summary)
        return row

    def _framed(self, inner: QWidget) -> QFrame:
        frame = QFrame(self)
        frame.setObjectName("addFrame")
        frame.setMinimumHeight(76)
        room = QVBoxLayout(frame)
        room.setContentsMargins(1, 4, 1, 4)
        room.addWidget(inner)
        return frame

    def _footer(self) -> QFrame:
        footer = QFrame(self)
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(_MARGIN, 14, _MARGIN, 14)
        row.setSpacing(10)
        row.addWidget(self._later)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._now)
        return footer

    def _connect(self) -> None:
        self._later.setText("Add paused")
        self._cancel.setText("Cancel")
        self._now.setObjectName("primary")
        self._now.setDefault(True)
        self._text.textChanged.connect(self._pause.start)
        self._model.ticks_changed.connect(self._show_summary)
        self._folder.changed.connect(self._model.refresh_known)
        self._cancel.clicked.connect(self.reject)
        self._now.clicked.connect(self._add_now)
        self._later.clicked.connect(self._add_paused)
        QShortcut(QKeySequence("Ctrl+Return"), self, self._now.click)

    def _is_known(self, address: str) -> bool:
        folder = self._folder.folder()
        return folder is not None and self._manager.find(address, folder) is not None

    def _read(self) -> None:
        self._pause.stop()
        self._model.show(candidates_in(self._text.toPlainText()))

    def _show_summary(self) -> None:
        ticked, bad = len(self._model.ticked()), self._model.problems()
        parts = [words.counted(ticked, "download")]
        parts += [words.counted(bad, "line is not an address", "lines are not addresses")] if bad else []
        self._summary.setText(" · ".join(parts) if ticked or bad else "")
        self._now.setText(f"Download {words.number(ticked)}" if ticked else "Download")
        able = ticked > 0 and self._folder.folder() is not None
        self._now.setEnabled(able)
        self._later.setEnabled(able)

    def _add_now(self) -> None:
        self._add(paused=False)

    def _add_paused(self) -> None:
        self._add(paused=True)

    def _add(self, *, paused: bool) -> None:
        self._read()
        folder, chosen = self._folder.folder(), self._model.chosen()
        if folder is None or not chosen:
            return
        ids = self._manager.add(
            [
                DownloadSpec(each.address, folder, checksum=each.checksum, paused=paused)
                for each in chosen
                if each.address
            ]
        )
        self.added.emit(ids)
        self.accept()


def _label(text: str, name: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setObjectName(name)
    return label
