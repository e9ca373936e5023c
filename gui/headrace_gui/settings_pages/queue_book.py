"""The queues there are: added, renamed, removed, held. Downloads go along with what becomes of their queue."""

from collections.abc import Callable, Iterable
from typing import Final

from headrace.manager import DownloadManager
from headrace.settings import QUEUE_NAME_LENGTH, checked_queue_name

from headrace_gui import words
from headrace_gui.settings_pages.values import SettingValues
from headrace_gui.texts import translate

MAIN: Final = ""
"""The queue that is always there."""


class QueueBook:
    """Changes queues at once. Methods that may be refused return why, in words, or ""."""

    def __init__(self, manager: DownloadManager, values: SettingValues) -> None:
        self._manager, self._values = manager, values

    def names(self) -> tuple[str, ...]:
        """Return the queues in their order, the main one first."""
        return (MAIN, *self._manager.settings.queues)

    def is_held(self, name: str) -> bool:
        """Return whether a queue starts nothing new."""
        return name in self._manager.settings.held_queues

    def hold(self, name: str, *, held: bool) -> None:
        """Have a queue start nothing new, or let it go on."""
        others = tuple(each for each in self._manager.settings.held_queues if each != name)
        self._values.put({"held_queues": (*others, name) if held else others})

    def add(self, name: str) -> str:
        """Add a queue at the end."""
        fault = self._fault(name, self.names())
        return fault or self._values.put({"queues": (*self._manager.settings.queues, checked_queue_name(name))})

    def rename(self, old: str, new: str) -> str:
        """Give a queue another name; its downloads stay in it."""
        fault = self._fault(new, (each for each in self.names() if each != old))
        bare = new.strip()
        if fault or bare == old:
            return fault
        settings = self._manager.settings
        renamed = {
            "queues": tuple(bare if each == old else each for each in settings.queues),
            "held_queues": tuple(bare if each == old else each for each in settings.held_queues),
        }
        fault = self._values.put(renamed)
        if not fault:
            self._manager.changes.set_queue(self._members(old), bare)
        return fault

    def remove(self, name: str) -> Callable[[], None]:
        """Remove a queue; its downloads go to the main one. Return the way back."""
        settings, members = self._manager.settings, self._members(name)
        before = {"queues": settings.queues, "held_queues": settings.held_queues}
        self._values.put({key: tuple(each for each in value if each != name) for key, value in before.items()})
        self._manager.changes.set_queue(members, MAIN)

        def undo() -> None:
            self._values.put(before)
            self._manager.changes.set_queue(members, name)

        return undo

    def _members(self, name: str) -> list[str]:
        return [snapshot.id for snapshot in self._manager.snapshots() if snapshot.queue == name]

    def _fault(self, name: str, taken: Iterable[str]) -> str:
        bare = name.strip()
        if not bare:
            return translate("Settings", "Write a name for the queue.")
        if bare.casefold() in {each.casefold() for each in (*taken, main_name())}:
            return translate("Settings", "There is a queue of this name already.")
        try:
            checked_queue_name(bare)
        except ValueError:
            sentence = translate("Settings", "A name has at most {count} characters, all of them visible.")
            return sentence.format(count=words.number(QUEUE_NAME_LENGTH))
        return ""


def main_name() -> str:
    """Return what the main queue is called."""
    return translate("Settings", "Main queue")
