"""Finds what has too little room: words that are cut, widgets over each other or beyond their parent's edge."""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from headrace_gui.details.fact_label import FactLabel
from headrace_gui.details.live_pill import LivePill
from headrace_gui.dialogs.add_tick import ShortLabel
from headrace_gui.settings_pages.scheme_field import SchemeTile
from headrace_gui.toast import ToastArea
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QSplitter,
    QSplitterHandle,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QWidget,
)

ELIDED: Final = (FactLabel, ShortLabel, SchemeTile)
"""What shortens its words itself and tells all of them in a tooltip."""
_OVERLAYS: Final = (ToastArea, LivePill, QSplitterHandle)
"""What is meant to lie over others."""
_WHOLES: Final = (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QMenuBar,
    QSplitter,
    QStackedWidget,
    QTabBar,
)
"""Widgets whose parts are Qt's own business."""
_SLACK: Final = 1
"""Pixels that rounding may take."""


def faults(window: QWidget) -> list[str]:
    """Return a line for everything in a window that has too little room."""
    found: list[str] = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget.isVisible() and widget.window() is window:
            found += [f"{_name(widget)}: {fault}" for fault in (*_cut(widget), *_misplaced(widget))]
    return found


def _name(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else widget.accessibleName()
    owners = [type(widget).__name__]
    parent = widget.parentWidget()
    while parent is not None and len(owners) < 3:
        owners.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{' in '.join(owners)} “{text}”"


def _cut(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, QLabel) and not isinstance(widget, ELIDED):
        yield from _cut_label(widget)
    elif isinstance(widget, QAbstractButton) and not isinstance(widget, ELIDED):
        least = widget.minimumSizeHint() if widget.minimumSizeHint().isValid() else widget.sizeHint()
        if _shows_text(widget):
            yield from _narrow(widget, least.width())
    elif isinstance(widget, QComboBox):
        yield from _narrow(widget, widget.fontMetrics().horizontalAdvance(widget.currentText()) + 38)
    elif isinstance(widget, QAbstractSpinBox):
        field = widget.lineEdit()
        yield from _narrow(field, field.fontMetrics().horizontalAdvance(widget.text()) + field.textMargins().left())
    elif isinstance(widget, QMenu) or (isinstance(widget, QTabBar) and not widget.usesScrollButtons()):
        yield from _narrow(widget, widget.sizeHint().width())


def _cut_label(label: QLabel) -> Iterator[str]:
    if not label.text():
        return
    if not label.wordWrap():
        yield from _narrow(label, label.sizeHint().width())
        needed = label.sizeHint().height()
    else:
        needed = label.heightForWidth(label.width())
    if needed > label.height() + _SLACK:
        yield f"is {label.height()} high, needs {needed}"


def _shows_text(button: QAbstractButton) -> bool:
    style = button.toolButtonStyle() if isinstance(button, QToolButton) else Qt.ToolButtonStyle.ToolButtonTextOnly
    alone = style is Qt.ToolButtonStyle.ToolButtonIconOnly and not button.icon().isNull()
    return bool(button.text()) and not alone


def _narrow(widget: QWidget, needed: int) -> Iterator[str]:
    if needed > widget.width() + _SLACK:
        yield f"is {widget.width()} wide, needs {needed}"


def _misplaced(parent: QWidget) -> Iterator[str]:
    if isinstance(parent, _WHOLES) or isinstance(parent.parentWidget(), QAbstractScrollArea):
        return
    children = [each for each in parent.children() if isinstance(each, QWidget) and _takes_part(each)]
    for child in children:
        if not parent.rect().contains(child.geometry()):
            yield f"{_name(child)} at {_place(child)} reaches out of {_place(parent)}"
    for one, other in combinations(children, 2):
        if one.geometry().intersects(other.geometry()):
            yield f"{_name(one)} at {_place(one)} overlaps {_name(other)} at {_place(other)}"


def _takes_part(child: QWidget) -> bool:
    return child.isVisible() and not child.isWindow() and not isinstance(child, _OVERLAYS) and bool(child.width())


def _place(widget: QWidget) -> str:
    rect = widget.geometry() if not widget.isWindow() else QRect(QPoint(), widget.size())
    return f"{rect.x()},{rect.y()} {rect.width()}x{rect.height()}"
