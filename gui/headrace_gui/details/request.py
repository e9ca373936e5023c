"""The Request page: what was asked of the servers and what they answered, header by header."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from headrace.details import DownloadDetails
from headrace.snapshots import DownloadSnapshot
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from headrace_gui.details.empty_note import EmptyNote
from headrace_gui.details.plain_button import PlainButton
from headrace_gui.details.request_list import ExchangeList
from headrace_gui.details.request_model import ExchangeModel, exchange_text
from headrace_gui.details.request_text import HeadersText
from headrace_gui.icons import IconSet
from headrace_gui.texts import on_language, translate
from headrace_gui.theme import Theme, small

_NARROW: Final = 640
_LIST_WIDTH: Final = 300
_ROWS_SHOWN: Final = 3
_ANY: Final = (1 << 24) - 1
"""Qt's number for a size without bound."""


class RequestPage(QWidget):
    """Shows the exchanges of one download; secrets are masked by the engine already."""

    wants_details: bool = True

    def __init__(self, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._snapshot: DownloadSnapshot | None = None
        self.setObjectName("detailsGround")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = ExchangeModel(self)
        self.list = ExchangeList(self.model, theme, icons, self)
        self.text = HeadersText(theme, self)
        self.copy_button = PlainButton("copy", theme, icons, self, worded=True)
        self.copy_button.clicked.connect(self.copy)
        self._hint, self._note, self._line = QLabel(self), EmptyNote(self), QFrame(self)
        self.list.row_shown.connect(self._show_row)
        self._lay_out()
        on_language(self, self._retext)

    def _lay_out(self) -> None:
        self._hint.setObjectName("quiet")
        self._hint.setFont(small(self.font()))
        self._hint.setWordWrap(True)
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._line.setObjectName("barLine")
        head = QHBoxLayout()
        head.setContentsMargins(16, 4, 8, 4)
        head.addWidget(self._hint, 1)
        head.addWidget(self.copy_button)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addLayout(head)
        right.addWidget(self.text, 1)
        inside = QWidget(self)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, inside)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(0)
        self._parts.addWidget(self.list, 1)
        self._parts.addWidget(self._line)
        self._parts.addLayout(right, 2)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._note)
        self._stack.addWidget(inside)
        self._fit()

    def _retext(self) -> None:
        self.list.setAccessibleName(translate("Details", "Requests and answers, the newest first"))
        self.text.setAccessibleName(translate("Details", "Headers of the request and of the answer"))
        self.copy_button.name(
            translate("Details", "Copy as text"), translate("Details", "Copy this request and its answer as text")
        )
        self._hint.setText(translate("Details", "Headers are kept while Headrace runs, never stored"))
        self._hint.setToolTip(self._hint.text())
        self.model.retold()
        self._tell()

    def show_download(self, snapshot: DownloadSnapshot | None) -> None:
        """Show the exchanges of another download."""
        self._snapshot = snapshot
        self.show_details(None)

    def refresh(self, snapshot: DownloadSnapshot) -> None:
        """Take in the newest of the same download."""
        self._snapshot = snapshot

    def show_details(self, details: DownloadDetails | None) -> None:
        """Show what was asked and answered so far."""
        self.model.show(details.exchanges if details else ())
        self._tell()

    def copy(self) -> None:
        """Put the exchange in sight on the clipboard."""
        row = self.list.currentIndex().row()
        if row >= 0:
            QGuiApplication.clipboard().setText(exchange_text(self.model.exchange(row)))

    def _show_row(self, row: int) -> None:
        self.text.show_exchange(self.model.exchange(row) if row >= 0 else None)
        self.copy_button.setEnabled(row >= 0)

    def _tell(self) -> None:
        self._stack.setCurrentIndex(1 if self.model.rowCount() else 0)
        if self._snapshot is None:
            self._note.tell(translate("Details", "Choose a download to see what was asked and answered"))
        else:
            text = translate("Details", "Nothing has been asked since Headrace was started")
            more = translate("Details", "Headers are kept while Headrace runs, never stored")
            self._note.tell(f"{text}\n{more}")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the list on top where there is no room beside."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < _NARROW
        direction = QBoxLayout.Direction
        self._parts.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        row = max(self.list.sizeHintForRow(0), 44)
        self.list.setMaximumSize(_ANY if narrow else _LIST_WIDTH, row * _ROWS_SHOWN if narrow else _ANY)
        self._line.setMinimumSize(0 if narrow else 1, 1 if narrow else 0)
        self._line.setMaximumSize(_ANY if narrow else 1, 1 if narrow else _ANY)
