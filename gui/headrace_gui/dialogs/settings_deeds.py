"""What buttons of the settings do: look at places, export, import, reset all, forget logins."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from headrace.profile import Profile
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from headrace_gui.desktop.file_opening import open_path
from headrace_gui.settings_pages.controls import Tools
from headrace_gui.settings_pages.entries import ENTRIES, entry_of
from headrace_gui.settings_pages.entry import Page, is_resettable
from headrace_gui.settings_pages.pages import SettingsPages
from headrace_gui.settings_transfer import ForeignFileError, Import, NewerFileError, read_import, write_export
from headrace_gui.texts import translate

_FILE_NAME: Final = "headrace-settings.json"
_AT_MOST: Final = 5
_LONGEST: Final = 40


class Deeds(QObject):
    """Answers the buttons of the advanced page; tells in its note how it went."""

    def __init__(self, tools: Tools, pages: SettingsPages, profile: Profile, parent: QWidget) -> None:
        super().__init__(parent)
        self._values, self._background, self._profile, self._window = tools.values, tools.background, profile, parent
        self._pages = pages
        deeds: dict[str, Callable[[], object]] = {
            "profile": lambda: self._open(profile.folder),
            "log": lambda: self._open(profile.log),
            "export": self._ask_export,
            "import": self._ask_import,
            "reset": self.reset_all,
            "forget_logins": self._forget_logins,
        }
        self._deeds = deeds
        pages.done.connect(lambda key: self._deeds[key]())

    def add(self, key: str, deed: Callable[[], object]) -> None:
        """Have `deed` done when the button of the entry with this key is pressed."""
        self._deeds[key] = deed

    def _open(self, path: Path) -> None:
        if not open_path(path):
            self._fail(translate("Settings", "No program on this computer opens it."))

    def _fail(self, text: str) -> None:
        self._pages.view(Page.ADVANCED).note.tell(text, failed=True)

    def _forget_logins(self) -> None:
        self._background.run(self, self._values.forget_logins, self._after_forgetting)

    def _after_forgetting(self, count: int | None) -> None:
        note = self._pages.view(Page.CONNECTIONS).note
        if count is None:
            note.tell(translate("Settings", "The keyring did not forget all of them."), failed=True)
        else:
            note.tell(translate("Settings", "%Ln login(s) forgotten.", "", count))

    def reset_all(self) -> None:
        """Bring all settings back to their defaults, queues aside."""
        before = self._values.reset([e.key for e in ENTRIES if is_resettable(e) and self._values.has(e.key)])
        if before:
            self._pages.view(Page.ADVANCED).note.tell(
                translate("Settings", "All settings are back to their defaults."), self._way_back(before)
            )
        else:
            self._pages.view(Page.ADVANCED).note.tell(translate("Settings", "All settings had their defaults already."))

    def _way_back(self, before: Mapping[str, Any]) -> Callable[[], object]:
        return lambda: self._values.put(before)

    # Export

    def _ask_export(self) -> None:
        dialog = self._file_dialog(translate("Settings", "Export settings"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(_FILE_NAME)
        dialog.fileSelected.connect(lambda path: self.export_to(Path(path)))
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write all settings to a file, in the background."""
        text = self._values.export_text()

        def work() -> str:
            try:
                write_export(path, text)
            except OSError as error:
                return str(error)
            return ""

        self._background.run(self, work, partial(self._after_export, path))

    def _after_export(self, path: Path, fault: str | None) -> None:
        if fault:
            sentence = translate("Settings", "{file} could not be written: {fault}")
            self._fail(sentence.format(file=path.name, fault=fault))
        else:
            self._pages.view(Page.ADVANCED).note.tell(
                translate("Settings", "All settings are in {file} now.").format(file=path.name)
            )

    # Import

    def _ask_import(self) -> None:
        dialog = self._file_dialog(translate("Settings", "Import settings"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.import_from(Path(path)))
        dialog.open()

    def import_from(self, path: Path) -> None:
        """Read settings from a file in the background and put them in force."""
        self._background.run(self, partial(_read, path), partial(self._after_reading, path))

    def _after_reading(self, path: Path, read: Import | str | None) -> None:
        if isinstance(read, Import):
            self._take(path, read)
        else:
            self._fail((read or "").format(file=path.name))

    def _take(self, path: Path, read: Import) -> None:
        wanted = self._values.with_queues_kept({**read.settings, **read.preferences})
        before = {key: self._values[key] for key, value in wanted.items() if self._values[key] != value}
        self._values.put(wanted)
        sentences = [_changes(path, len(before)), *_remarks(read)]
        self._pages.view(Page.ADVANCED).note.tell(" ".join(sentences), self._way_back(before) if before else None)

    def _file_dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setNameFilters([translate("Settings", "Settings (*.json)"), translate("Settings", "All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return dialog


def _read(path: Path) -> Import | str:
    """Read a file; return a sentence with a place for its name where that fails. Touches the disk."""
    try:
        return read_import(path)
    except ForeignFileError:
        return translate("Settings", "{file} is not a file of settings that Headrace wrote. Nothing was changed.")
    except NewerFileError:
        return translate("Settings", "{file} was written by a newer Headrace. Nothing was changed.")
    except OSError:
        return translate("Settings", "{file} cannot be read. Nothing was changed.")


def _changes(path: Path, count: int) -> str:
    if not count:
        return translate("Settings", "All settings were already as {file} has them.").format(file=path.name)
    return translate("Settings", "%Ln setting(s) changed to what {file} has.", "", count).format(file=path.name)


def _remarks(read: Import) -> list[str]:
    """Say what was left out, and what points to nothing here."""
    remarks = []
    if read.unknown:
        ignored = translate("Settings", "Ignored, as there is no such setting: {names}.")
        remarks.append(ignored.format(names=_listed(read.unknown)))
    if read.unusable:
        left = translate("Settings", "Left as they were, as the values cannot be used: {names}.")
        remarks.append(left.format(names=_listed([_title(name) for name in read.unusable])))
    if read.missing:
        gone = translate("Settings", "Not found on this computer: the folder or file of {names}.")
        remarks.append(gone.format(names=_listed([_title(name) for name in read.missing])))
    return remarks


def _title(key: str) -> str:
    return f"“{translate('Settings', entry_of(key).title)}”"


def _listed(names: Sequence[str]) -> str:
    shown = [name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…" for name in names[:_AT_MOST]]
    return ", ".join([*shown, "…"] if len(names) > _AT_MOST else shown)
