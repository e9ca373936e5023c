"""The frame of small dialogs: a title, a sentence, fields, a line for what is wrong, two buttons. None is modal."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from headrace_gui.texts import on_language, translate, without_key

Text = Callable[[], str]
"""Returns a text in the language in force."""
_SIDE: Final = 24
_WIDTH: Final = 480


class SmallDialog(QDialog):
    """Asks for something; `confirm` is called by its first button and closes it by returning True.

    Its texts follow the language: those handed over here by themselves, others by the subclass.
    """

    def __init__(self, title: Text, confirm: Text, parent: QWidget | None = None, *, hint: Text | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("smallDialog")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fields = QVBoxLayout()
        self.fields.setSpacing(8)
        self._problem = QLabel(self)
        self._confirm, self._cancel = QPushButton(self), QPushButton(self)
        head, explained = QLabel(self), QLabel(self)
        self._lay_out(head, explained)

        def write() -> None:
            self.setWindowTitle(title())
            head.setText(title())
            explained.setText(hint() if hint else "")
            explained.setVisible(hint is not None)
            self._confirm.setText(confirm())
            self._cancel.setText(translate("Dialogs", "Cancel"))

        on_language(self, write)

    def confirm(self) -> bool:
        """Do what was asked for; return whether the dialog has done its duty."""
        raise NotImplementedError

    def fault(self) -> str:
        """Return what is seen to be wrong with what is written now, "" for nothing."""
        return ""

    def check(self) -> None:
        """Show what is wrong with what is written now, and let it not be confirmed."""
        self._show_problem(self.fault())
        self._confirm.setEnabled(not self._problem.text())

    def refuse(self, text: str) -> bool:
        """Show why `confirm` did not do it; return False. It may be tried again."""
        self._show_problem(text)
        return False

    def _show_problem(self, text: str) -> None:
        self._problem.setText(text)
        self._problem.setVisible(bool(text))

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
            self._grow()

    def changeEvent(self, event: QEvent) -> None:
        """Look anew at what is written in a new language, whose texts may need more room."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.check()
            self._grow()

    def _grow(self) -> None:
        self.resize(self.sizeHint().expandedTo(self.size()))

    def add_pair(self, first: tuple[Text, QWidget], second: tuple[Text, QWidget]) -> None:
        """Add two fields side by side, each under its name."""
        row = QHBoxLayout()
        row.setSpacing(12)
        for text, field in (first, second):
            column = QVBoxLayout()
            column.setSpacing(8)
            column.addWidget(self._label(text, field))
            column.addWidget(field)
            row.addLayout(column, 1)
        self.fields.addLayout(row)
        on_language(self, lambda: _widen(first[1], second[1]))

    def add_label(self, text: Text, field: QWidget) -> None:
        """Add a field under its name."""
        self.fields.addWidget(self._label(text, field))
        self.fields.addWidget(field)

    def _label(self, text: Text, field: QWidget) -> QLabel:
        label, has_name = QLabel(self), bool(field.accessibleName())
        label.setObjectName("hint")
        label.setBuddy(field)

        def write() -> None:
            label.setText(text())
            if not has_name:
                field.setAccessibleName(without_key(text()))

        on_language(self, write)
        return label

    def _lay_out(self, head: QLabel, explained: QLabel) -> None:
        head.setObjectName("dialogTitle")
        explained.setObjectName("hint")
        explained.setWordWrap(True)
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
        self._cancel.clicked.connect(self.reject)
        self._confirm.setObjectName("primary")
        self._confirm.setDefault(True)
        self._confirm.clicked.connect(self._try)
        row.addStretch(1)
        row.addWidget(self._cancel)
        row.addWidget(self._confirm)
        QWidget.setTabOrder(self._cancel, self._confirm)
        return footer

    def _try(self) -> None:
        if self.confirm():
            self.accept()


def _widen(*fields: QWidget) -> None:
    """Give fields the same least width, so that pairs above each other stand in two columns."""
    for field in fields:
        field.ensurePolished()
    widest = max(field.sizeHint().width() for field in fields)
    for field in fields:
        field.setMinimumWidth(widest)


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
