"""What can be seen in the windows of this process and where: widgets, and the rows, tabs, titles, entries in them."""

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

Told = dict[str, Any]
"""See tests.support.onlooker.Thing."""

_KINDS: tuple[tuple[type[QWidget], str], ...] = (
    (QHeaderView, "header"),
    (QMenu, "menu"),
    (QMenuBar, "menu bar"),
    (QTabBar, "tabs"),
    (QAbstractItemView, "list"),
    (QCheckBox, "check"),
    (QAbstractButton, "button"),
    (QComboBox, "choice"),
    (QAbstractSpinBox, "number"),
    (QLineEdit, "field"),
    (QPlainTextEdit, "field"),
    (QTextEdit, "field"),
    (QLabel, "words"),
)


def in_sight() -> list[Told]:
    """Return everything a person could read or press now."""
    found: list[Told] = []
    for window in QApplication.topLevelWidgets():
        if window.isVisible() and not window.windowState() & Qt.WindowState.WindowMinimized:
            found.append(_line(window, "window", window.windowTitle(), window.rect()))
            for widget in (window, *window.findChildren(QWidget)):
                if widget.window() is window and widget.isVisible():
                    found += _told(widget)
    return found


def focus() -> str:
    """Return kind and name of what has the keyboard."""
    widget = QApplication.focusWidget()
    return f"{_kind(widget) or type(widget).__name__} {_name(widget)}" if widget is not None else ""


def _kind(widget: QWidget) -> str:
    return next((kind for type_, kind in _KINDS if isinstance(widget, type_)), "")


def _name(widget: QWidget) -> str:
    if isinstance(widget, QAbstractButton | QLabel):
        return widget.accessibleName() or widget.text().replace("&", "")
    return widget.accessibleName() or widget.objectName() or (_kind(widget) if isinstance(widget, QMenuBar) else "")


def _told(widget: QWidget) -> Iterator[Told]:
    """Yield the widget, if it is one of a kind, and its parts."""
    kind, seen = _kind(widget), widget.visibleRegion().boundingRect()
    if not kind or seen.isEmpty():
        return
    yield _line(widget, kind, _name(widget), seen, value=_value(widget))
    for part, name, rect, extra in _parts(widget):
        shown = rect & seen
        if not shown.isEmpty():
            yield _line(widget, part, name, shown, within=_name(widget), **extra)


def _line(widget: QWidget, kind: str, name: str, rect: QRect, **extra: Any) -> Told:
    corner = widget.mapToGlobal(rect.topLeft())
    common: Told = {
        "kind": kind,
        "name": name,
        "place": (corner.x(), corner.y(), rect.width(), rect.height()),
        "enabled": widget.isEnabled(),
        "focused": widget.hasFocus(),
        "checked": isinstance(widget, QAbstractButton) and widget.isChecked(),
        "value": "",
        "within": "",
        "window": widget.window().windowTitle(),
    }
    return common | extra


def _value(widget: QWidget) -> str:
    if isinstance(widget, QLineEdit):
        return widget.text()
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QComboBox):
        return widget.currentText()
    return widget.text() if isinstance(widget, QAbstractSpinBox | QLabel) else ""


Part = tuple[str, str, QRect, Told]


def _parts(widget: QWidget) -> Iterator[Part]:
    if isinstance(widget, QHeaderView):
        yield from _titles(widget)
    elif isinstance(widget, QAbstractItemView):
        yield from _rows(widget)
    elif isinstance(widget, QTabBar):
        for number in range(widget.count()):
            yield "tab", widget.tabText(number), widget.tabRect(number), {"checked": number == widget.currentIndex()}
    elif isinstance(widget, QMenu | QMenuBar):
        yield from (_entry(widget, action) for action in widget.actions() if not action.isSeparator())


def _entry(menu: QMenu | QMenuBar, action: QAction) -> Part:
    now = menu.activeAction() is action
    state = {"enabled": action.isEnabled(), "checked": action.isChecked(), "focused": now}
    return "entry", action.text().replace("&", ""), menu.actionGeometry(action), state


def _titles(header: QHeaderView) -> Iterator[Part]:
    model = header.model()
    if model is None or header.orientation() is not Qt.Orientation.Horizontal:
        return
    for section in range(header.count()):
        if not header.isSectionHidden(section):
            rect = QRect(header.sectionViewportPosition(section), 0, header.sectionSize(section), header.height())
            yield "title", str(model.headerData(section, header.orientation())), rect, {}


def _rows(view: QAbstractItemView) -> Iterator[Part]:
    model: QAbstractItemModel | None = view.model()
    if model is None:
        return
    viewport, y = view.viewport(), 0
    offset = viewport.mapTo(view, QPoint())
    while y < viewport.height():
        index = view.indexAt(QPoint(viewport.width() // 3, y))
        if not index.isValid():
            y += 8
            continue
        rect = view.visualRect(index)
        whole = QRect(0, rect.top(), viewport.width(), rect.height())
        yield "row", _row_name(index.siblingAtColumn(0)), whole.translated(offset), _row_state(view, index)
        y = rect.bottom() + 1


def _row_name(index: QModelIndex) -> str:
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    return str(spoken or index.data() or "")


def _row_state(view: QAbstractItemView, index: QModelIndex) -> Told:
    return {"checked": view.selectionModel().isSelected(index), "value": str(index.siblingAtColumn(0).data() or "")}
