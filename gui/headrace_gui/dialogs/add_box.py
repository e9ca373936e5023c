"""The box that addresses are typed, pasted or dropped into: any text, of any length."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections import deque
from typing import Final

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from headrace_gui.drops import holds_addresses, text_of
from headrace_gui.texts import on_language, translate

_PIECE: Final = 50_000
"""Characters put in at once: more would stop the window for longer than a glance."""
_AT_MOST: Final = 8_000_000
"""Characters taken of one text; nobody means more to be read as addresses."""
_MARGIN: Final = 8


class AddressBox(QPlainTextEdit):
    """Takes what holds addresses; Tab leaves it. Long texts come in piece by piece."""

    pasted = Signal()
    """Something was put in as a whole; `textChanged` came too."""
    shortened = Signal()
    """A text was too long to be taken whole."""
    files_dropped = Signal(object)
    """QMimeData with files that may hold addresses."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(_MARGIN)
        self._rest: deque[tuple[QTextCursor, str]] = deque()
        """What is to come, and where: places of their own, whatever a person does to the box meanwhile."""
        self._shows_end = False
        """Whether to show the last line once all has come."""
        self._feeding = QTimer(self)
        self._feeding.timeout.connect(self._feed)
        on_language(self, self._retext)

    def _retext(self) -> None:
        self.setAccessibleName(translate("Add", "Addresses"))
        self.setPlaceholderText("https://…")

    def show_lines(self, lines: int) -> None:
        """Be as high as so many lines."""
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 2 * _MARGIN + 10)

    @property
    def is_feeding(self) -> bool:
        """Whether part of a long text is still to come."""
        return bool(self._rest)

    def text(self) -> str:
        """Return the whole text, with what of it is still to come."""
        if not self._rest:
            return self.toPlainText()
        units, start = self.toPlainText().encode("utf-16-le", "surrogatepass"), 0  # what Qt counts
        parts: list[str] = []
        for place, piece in sorted(self._rest, key=lambda each: each[0].position()):
            end = 2 * place.position()
            parts += units[start:end].decode("utf-16-le", "surrogatepass"), piece
            start = end
        return "".join((*parts, units[start:].decode("utf-16-le", "surrogatepass")))

    def put(self, text: str) -> None:
        """Put a text at the cursor, in the place of what is selected."""
        place = self.textCursor()
        if self._rest:
            place.removeSelectedText()  # now: what comes before this text would come into the selection
        self._rest.extend((place, piece) for piece in _pieces(self._shortened(text)))
        self._feed()

    def put_all(self, text: str) -> None:
        """Put a text in the place of what is there, and of what is still to come."""
        self._rest.clear()
        self.selectAll()
        self.put(text)

    def show_end(self) -> None:
        """Show the last line from its beginning, and as many before it as there is room for."""
        self._shows_end = bool(self._rest)
        if self._shows_end:
            return
        self.moveCursor(QTextCursor.MoveOperation.End)
        self.moveCursor(QTextCursor.MoveOperation.StartOfLine)
        room = (self.viewport().height() - 2 * _MARGIN) // max(self.fontMetrics().lineSpacing(), 1)
        self.verticalScrollBar().setValue(max(self.blockCount() - room, 0))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take text, links, and files that may hold either."""
        return source.hasText() or holds_addresses(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Put in links one a line, and text as it is; leave files to whoever can read them."""
        text = text_of(source)
        if text is None:
            self.files_dropped.emit(source)
        elif text:
            before = self.textCursor().block().text()[: self.textCursor().positionInBlock()]
            after = self.textCursor().block().text()[self.textCursor().positionInBlock() :]
            whole = "://" in text
            self.put(("\n" if whole and before.strip() else "") + text + ("\n" if whole and after.strip() else ""))

    def _feed(self) -> None:
        """Put in one piece; more come in further turns of the event loop."""
        place, piece = self._rest.popleft()
        place.insertText(piece)
        if not self._rest:
            self._feeding.stop()
            if self._shows_end:
                self.show_end()
            self.pasted.emit()
        elif not self._feeding.isActive():
            self._feeding.start(0)

    def _shortened(self, text: str) -> str:
        if len(text) <= _AT_MOST:
            return text
        self.shortened.emit()
        return text[: text.rfind("\n", 0, _AT_MOST) + 1 or _AT_MOST]


def _pieces(text: str) -> list[str]:
    """Part a text into pieces that end with a line."""
    pieces, start = [], 0
    while len(text) - start > _PIECE:
        end = text.rfind("\n", start, start + _PIECE) + 1 or start + _PIECE
        pieces.append(text[start:end])
        start = end
    return [*pieces, text[start:]]
