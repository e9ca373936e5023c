"""The dialog for what holds for one queue alone: its folder, how fast and how many at once, and its hours."""

from pathlib import Path
from typing import Final

from headrace.queue_options import RUNNING, QueueOptions
from PySide6.QtWidgets import QLineEdit, QWidget

from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.fields import RateField, WholeField
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.hours_field import HoursField
from headrace_gui.settings_pages.queue_book import QueueBook, main_name
from headrace_gui.texts import QT_TRANSLATE_NOOP, on_language, translate
from headrace_gui.theme import Theme

_ALWAYS: Final = QT_TRANSLATE_NOOP("Settings", "At all hours")


class QueueDialog(SmallDialog):
    """Shows the options of a queue and puts them in force when it is confirmed."""

    def __init__(self, name: str, book: QueueBook, theme: Theme, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(
            lambda: translate("Queues", "Queue options"),
            lambda: translate("Queues", "Apply"),
            parent,
            hint=lambda: name or main_name(),
        )
        self._name, self._book = name, book
        options = book.options(name)
        self.folder = QLineEdit("" if options.folder is None else str(options.folder), self)
        self.limit, self.running = RateField(self), WholeField(self)
        self.limit.set_rate(options.limit or 0)
        self.running.setRange(0, RUNNING[1])
        self.running.setValue(options.max_running or 0)
        self.hours = HoursField(_ALWAYS, theme, icons, self)
        self.hours.show_value(options.hours)
        self.hours.refused.connect(self._show_problem)
        self.hours.wanted.connect(lambda _: self._grow())
        self._lay_out_fields()
        on_language(self, self._retext)
        self.limit.setFocus()

    def _lay_out_fields(self) -> None:
        self.add_pair(
            (lambda: translate("Queues", "Speed &limit"), self.limit),
            (lambda: translate("Queues", "Downloads at &once"), self.running),
        )
        self.add_label(lambda: translate("Queues", "Starts downloads, and stops them &after"), self.hours)
        self.add_label(lambda: translate("Queues", "&Folder"), self.folder)

    def _retext(self) -> None:
        self.limit.setSpecialValueText(translate("Queues", "No limit of its own"))
        self.running.setSpecialValueText(translate("Queues", "As many as in all"))
        self.folder.setPlaceholderText(translate("Queues", "The folder for downloads"))
        self.hours.describe(translate("Queues", "Hours"), "")

    def confirm(self) -> bool:
        """Put the options in force; where the folder cannot be meant, say so."""
        text = self.folder.text().strip()
        try:
            folder = Path(text).expanduser() if text else None
            options = QueueOptions(
                self._name, folder, self.limit.rate() or None, self.running.value() or None, self.hours.value
            )
        except (ValueError, RuntimeError):
            return self.refuse(translate("Queues", "Write the whole path of the folder, from the root."))
        fault = self._book.set_options(options)
        return not fault or self.refuse(fault)
