"""A field for something that is typed: a few names, origins or folders, a command, an address."""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from headrace.addresses import checked_web_address
from headrace.binding import checked_binding
from headrace.event_commands import FACTS, join_command, split_command
from headrace.proxies import checked_exception
from headrace.rpc.access import checked_host, checked_origin
from headrace.trust import checked_own, checked_trust
from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from headrace_gui.settings_pages.control import TYPING_MS, Control, FieldFrame
from headrace_gui.settings_pages.entry import Entry
from headrace_gui.texts import translate

_GAPS: Final = re.compile(r"[\s,;]+")


class WordsField(Control):
    """Tells them when the typing has paused or the field is left, and says what is wrong with one of them."""

    def __init__(self, entry: Entry, parent: QWidget) -> None:
        super().__init__(parent)
        self._entry = entry
        frame = FieldFrame(self)
        self.edit = QLineEdit(frame)
        frame.watch(self.edit)
        self.setFocusProxy(self.edit)
        row = QHBoxLayout(frame)
        row.setContentsMargins(1, 1, 1, 1)
        row.addSpacing(7)  # not a margin: those are not mirrored
        row.addWidget(self.edit, 1)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._pause = QTimer(self, singleShot=True, interval=TYPING_MS)
        self._pause.timeout.connect(self._read)
        self.edit.textEdited.connect(self._pause.start)
        self.edit.editingFinished.connect(self._leave)

    def describe(self, name: str, sentence: str) -> None:
        """Name the field."""
        self.edit.setAccessibleName(name)
        self.edit.setAccessibleDescription(sentence)
        self.edit.setPlaceholderText(translate("Settings", self._entry.none_text))

    def show_value(self, value: Any) -> None:
        """Show them."""
        self._pause.stop()
        with QSignalBlocker(self.edit):
            write: Callable[[Any], str] = _WRITERS.get(self._entry.key, _listed)
            self.edit.setText(write(value))

    def _leave(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._read()

    def _read(self) -> None:
        values, fault = READERS[self._entry.key](self.edit.text())
        if fault:
            self.refused.emit(fault)
        else:
            self.wanted.emit(values)


Reading = tuple[Any, str]
"""The value, and what is wrong with it, in words, or ""."""


def _listed(values: Iterable[Any]) -> str:
    return "; ".join(map(str, values))


def _checked(parts: Sequence[str], check: Callable[[str], str], fault: str) -> Reading:
    found = []
    for part in filter(None, parts):
        try:
            found.append(check(part))
        except ValueError:
            return (), fault.format(part=part)
    return tuple(dict.fromkeys(found)), ""


def read_origins(text: str) -> Reading:
    """Return the origins in a text, or what is wrong with it."""
    fault = translate("Settings", "“{part}” is no origin. Write it as https://example.org, without a path.")
    return _checked(_GAPS.split(text), checked_origin, fault)


def read_hosts(text: str) -> Reading:
    """Return the names in a text, or what is wrong with it."""
    fault = translate("Settings", "“{part}” is no name of a computer. Write it without http:// and port.")
    return _checked(_GAPS.split(text), checked_host, fault)


def read_exceptions(text: str) -> Reading:
    """Return what goes past the proxy, or what is wrong with it."""
    fault = translate("Settings", "“{part}” is no name of a server and no network such as 10.0.0.0/8.")
    return _checked(_GAPS.split(text), checked_exception, fault)


def read_binding(text: str) -> Reading:
    """Return the network in a text, "" for any, or what is wrong with it."""
    try:
        return checked_binding(text), ""
    except ValueError:
        return "", translate("Settings", "Write an address of this computer, or an interface such as tun0.")


def read_trusted(text: str) -> Reading:
    """Return trusted certificates, or what is wrong with them."""
    fault = translate("Settings", "“{part}” is not written as example.org=64 digits from 0 to f.")
    return _checked(_GAPS.split(text), checked_trust, fault)


def read_own(text: str) -> Reading:
    """Return certificates of one's own, or what is wrong with them."""
    fault = translate("Settings", "“{part}” is not written as example.org=/whole/path.pem.")
    return _checked([part.strip() for part in text.split(";")], checked_own, fault)


def read_folders(text: str) -> Reading:
    """Return the folders in a text, or what is wrong with it."""
    folders = [Path(part.strip()) for part in text.split(";") if part.strip()]
    if not all(folder.is_absolute() for folder in folders):
        return (), translate("Settings", "Write the whole path, from the root of the disk on.")
    return tuple(dict.fromkeys(folders)), ""


def read_command(text: str) -> Reading:
    """Return the program and its arguments in a text, or what is wrong with it."""
    try:
        return split_command(text), ""
    except ValueError as error:
        return (), _command_fault(str(error))


def _command_fault(why: str) -> str:
    if "quotation" in why:
        return translate("Settings", "A quotation mark is open.")
    if "begins" in why:
        return translate("Settings", "Begin with a program.")
    facts = ", ".join(f"{{{name}}}" for name in FACTS)
    return translate("Settings", "In braces there may only be {facts}.").format(facts=facts)


def read_webhook(text: str) -> Reading:
    """Return the address in a text, or what is wrong with it."""
    try:
        return (checked_web_address(text) if text.strip() else ""), ""
    except ValueError:
        return "", translate("Settings", "Write an address that begins with https:// or http://.")


def read_watch_folder(text: str) -> Reading:
    """Return the folder in a text, None for none, or what is wrong with it."""
    folder = Path(text.strip()) if text.strip() else None
    if folder is not None and not folder.is_absolute():
        return None, translate("Settings", "Write the whole path, from the root of the disk on.")
    return folder, ""


_WRITERS: Final[dict[str, Callable[[Any], str]]] = {
    "command_finished": join_command,
    "command_failed": join_command,
    "command_idle": join_command,
    "webhook": str,
    "watch_folder": lambda folder: "" if folder is None else str(folder),
    "binding": str,
}
READERS: Final[dict[str, Callable[[str], Reading]]] = {
    "rpc_origins": read_origins,
    "rpc_hosts": read_hosts,
    "rpc_folders": read_folders,
    "no_proxy": read_exceptions,
    "binding": read_binding,
    "trusted_certificates": read_trusted,
    "client_certificates": read_own,
    "command_finished": read_command,
    "command_failed": read_command,
    "command_idle": read_command,
    "webhook": read_webhook,
    "watch_folder": read_watch_folder,
}
