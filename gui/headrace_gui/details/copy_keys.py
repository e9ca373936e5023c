"""Copying by keyboard and menu in lists of text."""

# ruff: noqa: N802 - Qt names its virtual methods so

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

from headrace_gui.texts import on_language, translate


class CopyKeys(QObject):
    """Has a view's own `copy` called at Ctrl+C, before the window's commands, and puts it into the view's menu."""

    def __init__(self, view: QAbstractItemView, copy: QAction) -> None:
        super().__init__(view)
        self._view, self._copy, self._all = view, copy, QAction(view)
        self._all.triggered.connect(view.selectAll)
        view.addActions([copy, self._all])
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        view.installEventFilter(self)
        on_language(view, self._retext)

    def _retext(self) -> None:
        self._copy.setText(translate("Details", "Copy"))
        self._all.setText(translate("Details", "Select all"))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim the keys, then act on them."""
        if not isinstance(event, QKeyEvent) or watched is not self._view:
            return False
        action = self._action(event)
        if action is None:
            return False
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        if event.type() is QEvent.Type.KeyPress:
            action.trigger()
            return True
        return False

    def _action(self, event: QKeyEvent) -> QAction | None:
        if event.matches(QKeySequence.StandardKey.Copy):
            return self._copy
        return self._all if event.matches(QKeySequence.StandardKey.SelectAll) else None
