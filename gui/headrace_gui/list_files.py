"""Lists as files, in and out, and files that other programs left unfinished: what the menu "File" offers besides."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from headrace.manager import DownloadManager
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from headrace_gui.action_table import Act
from headrace_gui.actions import Actions
from headrace_gui.adding import Adding
from headrace_gui.background import Background
from headrace_gui.copying import FORMS, written
from headrace_gui.steps import Steps
from headrace_gui.texts import translate
from headrace_gui.toast import ToastArea

_ENDINGS: Final = {
    "json": ".json",
    "text": ".txt",
    "metalink": ".meta4",
    "aria2": ".session",
    "curl": ".sh",
    "wget": ".sh",
}
"""What a list in a form of `lists.Format` is called by default; the one that can be read back whole comes first."""
_LISTS: Final = "*.json *.meta4 *.metalink *.txt *.session *.list *.urls"
_LEFT: Final = "*.aria2 *.persepolis *.part *.crdownload"


class ListFiles(QObject):
    """Asks for files, and does beside the window's thread what touches them."""

    def __init__(
        self, manager: DownloadManager, adding: Adding, toasts: ToastArea, background: Background, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._manager, self._adding, self._toasts = manager, adding, toasts
        self._background, self._window, self._steps = background, parent, Steps(self)
        adding.left_found.connect(self.take_over)

    def connect_to(self, actions: Actions) -> None:
        """Let the actions call this."""
        calls = {Act.IMPORT: self.ask_import, Act.EXPORT: self.ask_export, Act.TAKE_OVER: self.ask_take_over}
        for act, call in calls.items():
            actions[act].triggered.connect(lambda _checked=False, call=call: call())

    def ask_import(self) -> None:
        """Ask for lists to add."""
        lists = translate("Lists", "Lists ({endings})").format(endings=_LISTS)
        dialog = self._dialog(translate("Lists", "Open lists"), [lists, translate("Lists", "All files (*)")])
        dialog.setFileMode(dialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self._adding.take_lists(list(map(Path, names))))
        dialog.open()

    def ask_export(self) -> None:
        """Ask where to write the list to, and in which form."""
        filters = {f"{translate('Copying', FORMS[form])} (*{end})": form for form, end in _ENDINGS.items()}
        dialog = self._dialog(translate("Lists", "Export the list"), list(filters))
        dialog.setAcceptMode(dialog.AcceptMode.AcceptSave)
        dialog.selectFile("headrace.json")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(_ENDINGS[filters[chosen]]))
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda name: self.export(Path(name), filters[dialog.selectedNameFilter()]))
        dialog.open()

    def ask_take_over(self) -> None:
        """Ask for a file that another program left."""
        left = translate("Lists", "Unfinished files ({endings})").format(endings=_LEFT)
        title = translate("Lists", "Take over an unfinished file")
        dialog = self._dialog(title, [left, translate("Lists", "All files (*)")])
        dialog.setFileMode(dialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.take_over(Path(name)))
        dialog.open()

    def export(self, path: Path, form: str) -> None:
        """Write all downloads but private ones to a file, which replaces what is there: the dialog has asked."""
        ids = [key for key in self._manager.ids() if not self._manager.is_private(key)]
        self._steps.start(written(self._manager, ids, form, partial(self._write, path)))

    def _write(self, path: Path, text: str, count: int) -> None:
        def work() -> str:
            from headrace_gui.settings_transfer import write_export  # noqa: PLC0415 - few want it

            try:
                write_export(path, text)
            except OSError as error:
                return str(error) or type(error).__name__
            return ""

        self._background.run(self, work, lambda fault: self._tell_written(path, count, fault))

    def _tell_written(self, path: Path, count: int, fault: str | None) -> None:
        said = translate("Lists", "%Ln download(s) exported to {name}", "", count)
        failed = translate("Lists", "{name} could not be written: {why}")
        self._toasts.tell((failed if fault else said).format(name=path.name, why=fault))

    def take_over(self, path: Path) -> None:
        """Look at what another program left, and ask what is still to be known of it."""

        def look() -> object:
            from headrace.takeover.finding import partial_at  # noqa: PLC0415 - few want it

            try:
                return partial_at(path)
            except ValueError as error:
                return str(error)

        self._background.run(self, look, self._show_left)

    def _show_left(self, found: Any) -> None:
        if found is None or isinstance(found, str):
            self._toasts.tell(found or translate("Lists", "The file cannot be read"))
            return
        from headrace_gui.dialogs.take_over_dialog import TakeOverDialog  # noqa: PLC0415 - few want it

        TakeOverDialog(self._manager, found, self._window).show()

    def _dialog(self, title: str, filters: Sequence[str]) -> Any:
        from PySide6.QtWidgets import QFileDialog  # noqa: PLC0415 - to make its type takes a while

        dialog = QFileDialog(self._window, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setNameFilters(list(filters))
        return dialog
