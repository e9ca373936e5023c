"""What happens to each file when it is there, as the window does and shows it."""

from collections.abc import Callable
from pathlib import Path

from headrace.automation.aftermath import Aftermath, Extraction
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.unpacking.kinds import Fault
from PySide6.QtCore import QObject

from headrace_gui.action_table import Act
from headrace_gui.desktop.file_opening import open_path
from headrace_gui.desktop.sounds import play_sound
from headrace_gui.desktop.trash import to_trash
from headrace_gui.main_window import MainWindow
from headrace_gui.texts import translate
from headrace_gui.units import percent
from headrace_gui.unpack_words import extracted, extracting, refusal


class Following(QObject):
    """The face of the Aftermath of a window."""

    def __init__(
        self, window: MainWindow, manager: DownloadManager, idle: Callable[[], object], noted: Path | None = None
    ) -> None:
        """Begin; `idle` hears when nothing of it is to be done any more, `noted` is as the Aftermath has it."""
        super().__init__(window)
        self._window = window
        self._fractions: dict[str, Extraction] = {}
        self.aftermath = Aftermath(manager, self, to_trash, idle, noted)
        window.actions_of[Act.EXTRACT].triggered.connect(self._extract)
        window.closed.connect(self.aftermath.close)

    def _extract(self) -> None:
        """Extract what is chosen; what is being extracted already can be stopped."""
        chosen = self._window.table.selected_ids()
        self.aftermath.extract(chosen)
        for download_id in chosen:
            if download_id in self._fractions:
                self._offer_stop(self._fractions[download_id])

    # -- the face ----------------------------------------------------------------------------------------------

    def open(self, one: DownloadSnapshot, folder: Path | None) -> None:
        """Open the folder it was extracted to, or the file; a program is only shown in its folder."""
        if folder is not None:
            open_path(folder)
        else:
            self._window.commands.open_one(one.id)

    def play(self, sound: str) -> None:
        """Play a file, "" for the system's sound."""
        if not play_sound(sound):
            self._window.toasts.tell(translate("Unpacking", "There is no program here that plays sounds"))

    def tell(self, extraction: Extraction) -> None:
        """Show how far it is, or what became of it."""
        if extraction.fraction is None:
            self._fractions.pop(extraction.id, None)
            self._tell_end(extraction)
        else:
            if extraction.id not in self._fractions:
                self._offer_stop(extraction)
            self._fractions[extraction.id] = extraction
        newest = next(reversed(self._fractions.values()), None)
        self._window.status.show_work("" if newest is None else _progress(newest))

    def _offer_stop(self, extraction: Extraction) -> None:
        stop = translate("Unpacking", "Stop")
        text, about = extracting(extraction.name), _about(extraction)
        self._window.toasts.tell(text, stop, lambda: self.aftermath.stop([extraction.id]), about=about)

    def _tell_end(self, extraction: Extraction) -> None:
        done, about, toasts = extraction.done, _about(extraction), self._window.toasts
        toasts.dismiss(about)
        if done is not None:
            text = extracted(extraction.name, done.files, done.left_out)
            toasts.tell(text, translate("Unpacking", "Open"), lambda: open_path(done.folder), about=about)
        elif extraction.fault is Fault.STOPPED:
            toasts.tell(refusal(extraction.name, extraction.fault, ""), about=about)
        elif extraction.fault is not None:
            self._window.show_message(refusal(extraction.name, extraction.fault, extraction.detail))


def _progress(extraction: Extraction) -> str:
    text = extracting(extraction.name)
    return f"{text} {percent(extraction.fraction)}" if extraction.fraction else text


def _about(extraction: Extraction) -> str:
    return f"extraction of {extraction.id}"
