"""The menu bar: native where the desktop has one, else hidden until Alt is pressed alone."""

# ruff: noqa: N802 - Qt names its virtual methods so

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget
from shiboken6 import isValid

from headrace_gui.action_table import Act
from headrace_gui.actions import Actions
from headrace_gui.texts import on_language, translate

_ANYTHING_ELSE: Final = frozenset(
    {
        QEvent.Type.ShortcutOverride,
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.Wheel,
        QEvent.Type.WindowDeactivate,
    }
)


class AltWatch(QObject):
    """Watches, from when Alt goes down until it comes up, whether anything else happens: Alt+Up calls no menu."""

    _is_alone = False

    def begin(self) -> None:
        """Watch from now on."""
        self._is_alone = True
        if (app := QApplication.instance()) is not None:
            app.installEventFilter(self)

    def end(self) -> bool:
        """Watch no more; return whether nothing else has happened since it began."""
        if (app := QApplication.instance()) is not None:
            app.removeEventFilter(self)
        was_alone, self._is_alone = self._is_alone, False
        return was_alone

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Look at what goes by."""
        is_alt = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Alt
        if event.type() in _ANYTHING_ELSE and not is_alt:
            self.end()
        return False


class MenuBar:
    """Fills a window's menu bar and shows it when it is wanted."""

    def __init__(self, bar: QMenuBar, menus: Mapping[str, tuple[Act | None, ...]], actions: Actions) -> None:
        self._bar = bar
        self._alt = AltWatch(bar)
        self._focused_before: QWidget | None = None
        self._menus = {title: bar.addMenu(title) for title in menus}
        for title, menu in self._menus.items():
            actions.fill(menu, menus[title])
            menu.aboutToHide.connect(lambda: QTimer.singleShot(0, bar, self._hide_unused))
        on_language(bar, self._retext)
        bar.setVisible(bar.isNativeMenuBar())

    def add_made(self, title: str, *makers: Callable[[], QMenu]) -> None:
        """End the menu of this English title with menus that are made anew whenever it opens."""
        menu, made = self._menus[title], list[QMenu]()

        def make() -> None:
            while made:
                made.pop().deleteLater()
            for maker in makers:
                made.append(maker())
                menu.addMenu(made[-1])

        menu.addSeparator()
        menu.aboutToShow.connect(make)

    def _retext(self) -> None:
        for title, menu in self._menus.items():
            menu.setTitle(translate("Actions", title))

    def note_press(self, event: QKeyEvent) -> None:
        """Take note of a key that nobody else wanted."""
        if event.key() == Qt.Key.Key_Alt:
            self._alt.begin()

    def note_release(self, event: QKeyEvent) -> None:
        """Show or hide the bar if Alt was pressed alone."""
        if event.key() == Qt.Key.Key_Alt and self._alt.end() and not self._bar.isNativeMenuBar():
            self._toggle()

    def _toggle(self) -> None:
        if self._bar.isVisible():
            self._hide()
        else:
            self._focused_before = QApplication.focusWidget()
            self._bar.show()
            self._bar.setFocus()
            self._bar.setActiveAction(self._bar.actions()[0])

    def _hide_unused(self) -> None:
        if not self._bar.isNativeMenuBar() and QApplication.activePopupWidget() is None:
            self._hide()

    def _hide(self) -> None:
        """Give the keyboard back to whom it was taken from."""
        self._bar.hide()
        if self._focused_before is not None and isValid(self._focused_before):
            self._focused_before.setFocus()
        self._focused_before = None
