"""Downloads as text for other programs: the menu "Copy as", and what it puts on the clipboard."""

from collections.abc import Callable, Generator, Iterable, Sequence
from functools import partial
from typing import Any, Final

from headrace.manager import DownloadManager
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from headrace_gui.action_table import Act
from headrace_gui.actions import Actions
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.steps import Steps
from headrace_gui.texts import QT_TRANSLATE_NOOP, translate
from headrace_gui.toast import ToastArea

FORMS: Final = {
    "text": QT_TRANSLATE_NOOP("Copying", "Addresses"),
    "curl": QT_TRANSLATE_NOOP("Copying", "curl commands"),
    "wget": QT_TRANSLATE_NOOP("Copying", "wget commands"),
    "aria2": QT_TRANSLATE_NOOP("Copying", "aria2 input file"),
    "json": QT_TRANSLATE_NOOP("Copying", "JSON"),
    "metalink": QT_TRANSLATE_NOOP("Copying", "Metalink"),
}
"""Values of `lists.Format`, and what they are called."""


def written(
    manager: DownloadManager, ids: Iterable[str], form: str, then: Callable[[str, int], object]
) -> Generator[None, None, None]:
    """Write downloads in a form, a few in each step; `then` is given the text and how many it holds."""
    from headrace import lists  # noqa: PLC0415 - with a parser of XML, which few need
    from headrace.spec_json import spec_to_json  # noqa: PLC0415 - as above

    rows: list[dict[str, Any]] = []
    for download_id in ids:
        one, spec = manager.snapshot(download_id), manager.spec(download_id)
        if one is not None and spec is not None:
            rows.append(spec_to_json(spec) | {"state": one.state.name.lower(), "total": one.total})
        yield
    lines = []
    for line in lists.written(rows, lists.Format(form)):
        lines.append(line)
        yield
    then("\n".join(lines) + "\n", len(rows))


class Copying(QObject):
    """Copies the chosen downloads; of many a little in each turn of the event loop."""

    def __init__(
        self, manager: DownloadManager, table: DownloadTableView, toasts: ToastArea, actions: Actions, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._manager, self._table, self._toasts, self._actions, self._window = manager, table, toasts, actions, parent
        self._steps = Steps(self)

    def menu(self) -> QMenu:
        """Return a new menu with all forms."""
        menu = QMenu(translate("Copying", "Cop&y as"), self._window)
        menu.setEnabled(bool(self._table.selected_ids()))
        for form, text in FORMS.items():
            menu.addAction(translate("Copying", text)).triggered.connect(partial(self.copy, form))
        return menu

    def fill(self, menu: QMenu, acts: Sequence[Act | None]) -> None:
        """Fill a menu with actions, behind the one that copies addresses with this one's."""
        self._actions.fill(menu, acts)
        if Act.COPY in acts:
            own = menu.actions()
            sub = self.menu()
            menu.insertMenu(own[own.index(self._actions[Act.COPY]) + 1], sub)
            menu.destroyed.connect(sub.deleteLater)

    def copy(self, form: str, *_: object) -> None:
        """Copy the chosen downloads in a form."""
        self._steps.start(written(self._manager, self._table.selected_ids(), form, self._take))

    def _take(self, text: str, count: int) -> None:
        if count:
            QGuiApplication.clipboard().setText(text)
            self._toasts.tell(translate("Copying", "Copied %Ln download(s)", "", count))
