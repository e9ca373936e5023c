"""Makes the control that an entry asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QWidget

from headrace_gui.background import Background
from headrace_gui.icons import IconSet
from headrace_gui.language import LANGUAGES
from headrace_gui.settings_pages.accent_field import AccentField
from headrace_gui.settings_pages.after_field import AfterField
from headrace_gui.settings_pages.budgets_field import BudgetsField
from headrace_gui.settings_pages.categories_field import CategoriesField
from headrace_gui.settings_pages.choice_box import ChoiceField, LanguageField
from headrace_gui.settings_pages.control import Control
from headrace_gui.settings_pages.entry import Choice, Entry, Kind
from headrace_gui.settings_pages.hosts_field import HostsField
from headrace_gui.settings_pages.hours_field import HoursField
from headrace_gui.settings_pages.number_field import NumberField
from headrace_gui.settings_pages.path_fields import FileControl
from headrace_gui.settings_pages.proxy_field import ProxyField
from headrace_gui.settings_pages.queue_book import QueueBook
from headrace_gui.settings_pages.queues_field import QueuesField
from headrace_gui.settings_pages.rules_field import RulesField
from headrace_gui.settings_pages.scheme_field import SchemeField
from headrace_gui.settings_pages.secret_field import SecretField
from headrace_gui.settings_pages.speed_field import SpeedField
from headrace_gui.settings_pages.switch import Switch
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.settings_pages.words_field import WordsField
from headrace_gui.theme import Theme


@dataclass(frozen=True, slots=True)
class Tools:
    """What controls are made with."""

    values: SettingValues
    queues: QueueBook
    theme: Theme
    icons: IconSet
    background: Background
    make_folder: Callable[[Path, QWidget], Control]
    """Makes the control for a folder."""


class SwitchField(Control):
    """On or off."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.switch = Switch(theme, self)
        self.switch.clicked.connect(self._turn)
        self.setFocusProxy(self.switch)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.switch)

    def _turn(self, on: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.wanted.emit(on)

    def describe(self, name: str, sentence: str) -> None:
        """Name the switch."""
        self.switch.setAccessibleName(name)
        self.switch.setAccessibleDescription(sentence)

    def show_value(self, value: Any) -> None:
        """Show on or off."""
        self.switch.setChecked(bool(value))


def make_control(entry: Entry, tools: Tools, parent: QWidget) -> Control:
    """Return the control for an entry that has a value."""
    return _MAKERS[entry.kind](entry, tools, parent)


def _language(_entry: Entry, tools: Tools, parent: QWidget) -> Control:
    languages = (Choice("", ""), *(Choice(code, name) for code, name in LANGUAGES.items()))
    return LanguageField(languages, tools.theme, tools.icons, parent)


_MAKERS: Final[dict[Kind, Callable[[Entry, Tools, QWidget], Control]]] = {
    Kind.SWITCH: lambda _entry, tools, parent: SwitchField(tools.theme, parent),
    Kind.NUMBER: lambda entry, tools, parent: NumberField(entry, tools.theme, tools.icons, parent),
    Kind.SECONDS: lambda entry, tools, parent: NumberField(entry, tools.theme, tools.icons, parent),
    Kind.CHOICE: lambda entry, tools, parent: ChoiceField(entry.choices, tools.theme, tools.icons, parent),
    Kind.LANGUAGE: _language,
    Kind.SCHEME: lambda _entry, tools, parent: SchemeField(tools.theme, parent),
    Kind.COLOUR: lambda _entry, tools, parent: AccentField(tools.theme, tools.icons, parent),
    Kind.SPEED: lambda entry, tools, parent: SpeedField(entry, tools.theme, tools.icons, parent),
    Kind.FOLDER: lambda entry, tools, parent: tools.make_folder(tools.values[entry.key], parent),
    Kind.QUEUES: lambda _entry, tools, parent: QueuesField(tools.queues, tools.theme, tools.icons, parent),
    Kind.RULES: lambda _entry, tools, parent: RulesField(tools.values, (tools.theme, tools.icons), parent),
    Kind.CATEGORIES: lambda _entry, tools, parent: CategoriesField(tools.values, (tools.theme, tools.icons), parent),
    Kind.HOSTS: lambda _entry, _tools, parent: HostsField(parent),
    Kind.BUDGETS: lambda _entry, tools, parent: BudgetsField(tools.values, (tools.theme, tools.icons), parent),
    Kind.WORDS: lambda entry, _tools, parent: WordsField(entry, parent),
    Kind.PROXY: lambda _entry, tools, parent: ProxyField(tools.theme, tools.icons, parent),
    Kind.HOURS: lambda entry, tools, parent: HoursField(entry.none_text, tools.theme, tools.icons, parent),
    Kind.AFTER: lambda _entry, tools, parent: AfterField(tools.theme, parent),
    Kind.SEAL: lambda e, t, parent: SecretField(e.needs, t.values, t.background, parent),
    Kind.FILE: lambda e, t, parent: FileControl(e, t.background, t.theme, t.icons, parent),
}
