"""The queues there are: added, renamed, removed, held. Downloads go along with what becomes of their queue."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from headrace.manager import DownloadManager
from headrace.queue_options import QueueOptions, with_options
from headrace.settings import QUEUE_NAME_LENGTH, Settings, checked_queue_name

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

    def options(self, name: str) -> QueueOptions:
        """Return what holds for a queue alone."""
        return self._manager.settings.options_of(name)

    def set_options(self, options: QueueOptions) -> str:
        """Have other options hold for their queue; one that is gone meanwhile has none."""
        return self._values.put({"queue_options": with_options(self._manager.settings.queue_options, options)})

    def add(self, name: str) -> str:
        """Add a queue at the end."""
        fault = self._fault(name, self.names())
        return fault or self._values.put({"queues": (*self._manager.settings.queues, checked_queue_name(name))})

    def rename(self, old: str, new: str) -> str:
        """Give a queue another name; its downloads stay in it."""
        fault = self._fault(new, (each for each in self.names() if each != old))
        bare = new.strip()
        if fault or bare == old or old not in self.names():
            return fault
        self._manager.changes.rename_queue(old, bare)
        return ""

    def remove(self, name: str) -> Callable[[], None]:
        """Remove a queue; its downloads go to the main one. Return the way back."""
        before = self._manager.settings
        return partial(self._bring_back, name, before, self._manager.changes.remove_queue(name))

    def _bring_back(self, name: str, before: Settings, members: list[str]) -> None:
        """Put a queue where it was among those there are now; downloads that somebody moved meanwhile stay there."""
        queues = self._manager.settings.queues
        moved = {each for queue in queues for each in self._manager.ids_in_queue(queue)}
        alike = next((each for each in queues if each.casefold() == name.casefold()), None)
        if alike is None:
            place = before.queues.index(name)
            self._values.put({"queues": (*queues[:place], name, *queues[place:])})
            self.hold(name, held=name in before.held_queues)
            self.set_options(before.options_of(name))
        self._manager.changes.set_queue([each for each in members if each not in moved], alike or name)

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
