"""The frame of small dialogs: a title, a sentence, fields, a line for what is wrong, two buttons. None is modal."""

# ruff: noqa: N802 - Qt names its virtual methods so

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from headrace_gui.texts import translate, without_key

_SIDE: Final = 24
_WIDTH: Final = 480


class SmallDialog(QDialog):
    """Asks for something; `confirm` is called by its first button and closes it by returning True."""

    def __init__(self, title: str, hint: str, confirm: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("smallDialog")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = QVBoxLayout()
        self.fields.setSpacing(8)
        self._problem = QLabel(self)
        self._confirm = QPushButton(confirm, self)
        self._lay_out(title, hint)

    def confirm(self) -> bool:
        """Do what was asked for; return whether the dialog has done its duty."""
        raise NotImplementedError

    def complain(self, text: str) -> None:
        """Show what is wrong, "" for nothing, and let nothing be confirmed meanwhile."""
        self._problem.setText(text)
        self._problem.setVisible(bool(text))
        self._confirm.setEnabled(not text)

    def problem(self) -> str:
        """Return what is shown to be wrong."""
        return self._problem.text()

    def sizeHint(self) -> QSize:
        """Return the room for everything, as far as the screen has it."""
        inner = self._inner.sizeHint()
        width = max(inner.width(), self._foot.sizeHint().width(), _WIDTH)
        height = max(inner.height(), self._inner.heightForWidth(width)) + self._foot.sizeHint().height() + 8
        return QSize(width, height).boundedTo(self.screen().availableSize() * 0.9)

    def showEvent(self, event: QShowEvent) -> None:
        """Take the room for everything, which is known once the style is."""
        super().showEvent(event)
        if not event.spontaneous():
            self.resize(self.sizeHint().expandedTo(self.size()))

    def add_pair(self, first: tuple[str, QWidget], second: tuple[str, QWidget]) -> None:
        """Add two fields side by side, each under its name."""
        row = QHBoxLayout()
        row.setSpacing(12)
        for _, field in (first, second):
            field.ensurePolished()
        widest = max(field.sizeHint().width() for _, field in (first, second))
        for text, field in (first, second):
            field.setMinimumWidth(widest)  # so that pairs above each other stand in two columns
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(self._label(text, field))
            column.addWidget(field)
            row.addLayout(column, 1)
        self.fields.addLayout(row)

    def add_label(self, text: str, field: QWidget) -> QLabel:
        """Add a field under its name."""
        label = self._label(text, field)
        self.fields.addWidget(label)
        self.fields.addWidget(field)
        return label

    def _label(self, text: str, field: QWidget) -> QLabel:
        label = QLabel(text, self)
        label.setObjectName("hint")
        label.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(without_key(text))
        return label

    def _lay_out(self, title: str, hint: str) -> None:
        head = QLabel(title, self)
        head.setObjectName("dialogTitle")
        explained = QLabel(hint, self)
        explained.setObjectName("hint")
        explained.setWordWrap(True)
        explained.setVisible(bool(hint))
        self._problem.setObjectName("problem")
        self._problem.setWordWrap(True)
        self._problem.setTextFormat(Qt.TextFormat.PlainText)
        self._problem.hide()
        kept = self._problem.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._problem.setSizePolicy(kept)
        self._inner = inner = QWidget(self)
        inner.setObjectName("dialogBody")
        body = QVBoxLayout(inner)
        body.setContentsMargins(_SIDE, 20, _SIDE, 12)
        body.setSpacing(8)
        body.addWidget(head)
        body.addWidget(explained)
        body.addSpacing(4)
        body.addLayout(self.fields)
        body.addWidget(self._problem)
        body.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(_scrolled(inner, self), 1)
        self._foot = self._footer()
        whole.addWidget(self._foot)

    def _footer(self) -> QFrame:
        footer = QFrame(self)
        footer.setObjectName("dialogFooter")
        row = QHBoxLayout(footer)
        row.setContentsMargins(_SIDE, 14, _SIDE, 14)
        row.setSpacing(10)
        cancel = QPushButton(translate("Dialogs", "Cancel"), footer)
        cancel.clicked.connect(self.reject)
        self._confirm.setObjectName("primary")
        self._confirm.setDefault(True)
        self._confirm.clicked.connect(self._try)
        row.addStretch(1)
        row.addWidget(cancel)
        row.addWidget(self._confirm)
        QWidget.setTabOrder(cancel, self._confirm)
        return footer

    def _try(self) -> None:
        if self.confirm():
            self.accept()


def _scrolled(inner: QWidget, parent: QWidget) -> QScrollArea:
    """Let what is too high for a small screen be scrolled."""
    area = QScrollArea(parent)
    area.setObjectName("dialogScroll")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area
