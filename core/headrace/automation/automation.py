"""What the program does by itself at a person's wish: commands and a webhook when something happens, a watched folder.

All of it is off until it is wanted, and follows the settings.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from enum import Enum
from functools import partial
from time import time
from typing import Any, Final

from headrace.automation.commands import Commands, Errand
from headrace.automation.happening import Event, body_of, events_in
from headrace.automation.watch_folder import Found, WatchFolder
from headrace.control.rows import row_of
from headrace.event_commands import filled
from headrace.manager import DownloadManager
from headrace.settings import Settings
from headrace.story import StoryEntry


class Trouble(Enum):
    """What failed."""

    COMMAND = "command"
    WEBHOOK = "webhook"
    LIST = "list"


Troubled = Callable[[Trouble, str, str], None]
"""Told what failed (a program, a host, a list) and why, in the manager's thread."""
_TAKING_SECONDS: Final = 30.0
_COMMANDS: Final = {
    Event.FINISHED: "command_finished",
    Event.NEW_VERSION: "command_finished",
    Event.FAILED: "command_failed",
    Event.IDLE: "command_idle",
}
"""The settings that name the commands."""


class Automation:
    """Lives in the manager's thread; disks, programs and networks are waited for in others."""

    def __init__(self, manager: DownloadManager, troubled: Troubled) -> None:
        """Begin as the settings say, with the folder once the stored list is known."""
        self._manager, self._troubled = manager, troubled
        self._commands = Commands(partial(self._post_trouble, Trouble.COMMAND))
        self._webhook: Any = None
        self._folder: WatchFolder | None = None
        manager.stories_grew.connect(self._hear)
        manager.all_idle.connect(self._tell_idle)
        manager.settings_changed.connect(self.follow)
        manager.loaded.connect(lambda: self.follow(manager.settings))
        self.follow(manager.settings)

    def follow(self, settings: Settings) -> None:
        """Do as the settings say from now on."""
        self._follow_webhook(settings)
        if self._manager.is_loaded:
            self._follow_folder(settings)

    def _follow_webhook(self, settings: Settings) -> None:
        wanted, before = settings.webhook, self._webhook
        if before is not None:
            if (wanted, settings.net) == (before.address, before.options):
                return
            before.close()
        self._webhook = None
        if wanted:
            from headrace.automation.webhook import Webhook  # noqa: PLC0415 - loads the network, for who wants it

            trouble = partial(self._post_trouble, Trouble.WEBHOOK)
            self._webhook = Webhook(wanted, settings.net, trouble, self._manager.net_context)

    def _follow_folder(self, settings: Settings) -> None:
        wanted, before = settings.watch_folder, self._folder
        if wanted == (None if before is None else before.folder):
            return
        if before is not None:
            before.close()
        self._folder = None
        if wanted is not None:
            self._folder = WatchFolder(wanted, lambda: self._manager.settings.download_folder, self.take)

    def close(self, timeout: float = 0.0) -> bool:
        """Begin nothing more; say whether what is told had come to an end after `timeout` seconds."""
        self._commands.close()
        if self._folder is not None:
            self._folder.close()
        return True if self._webhook is None else bool(self._webhook.close(timeout))

    # -- what happens ------------------------------------------------------------------------------------------

    def _hear(self, told: Sequence[tuple[str, StoryEntry]]) -> None:
        for event, download_id, at in events_in(told):
            if not (event is Event.FINISHED and self._may_be_dropped(download_id)):
                self._tell(event, at, download_id)

    def _may_be_dropped(self, download_id: str) -> bool:
        """Say whether a finished download may turn out to be no new version; NEW_VERSION is told if it is one."""
        one = self._manager.snapshot(download_id)
        return one is not None and one.version_of is not None

    def _tell_idle(self) -> None:
        self._tell(Event.IDLE, time(), None)

    def _command(self, event: Event) -> Sequence[str]:
        settings = self._manager.settings
        name = _COMMANDS.get(event)
        return () if name is None else getattr(settings, name)

    def _tell(self, event: Event, at: float, download_id: str | None) -> None:
        command = self._command(event)
        if self._webhook is None and not command:
            return
        one = None if download_id is None else self._manager.snapshot(download_id)
        if download_id is not None and self._manager.is_private(download_id):
            return  # who is told keeps logs of its own
        row = None if download_id is None else {"id": download_id} if one is None else row_of(one)
        body = body_of(event, at, row)
        if self._webhook is not None:
            self._webhook.tell(body)
        if command:
            folder = self._manager.settings.download_folder if one is None else one.folder
            path, state = ("", "") if one is None else (str(one.path), one.state.name.lower())
            facts = {"path": path, "folder": str(folder), "id": download_id or "", "event": event.value, "state": state}
            self._commands.run(Errand(filled(command, facts), folder, body))

    # -- from other threads ------------------------------------------------------------------------------------

    def _post_trouble(self, trouble: Trouble, what: str, why: str) -> None:
        self._manager.post(partial(self._troubled, trouble, what, why))

    def take(self, found: Found) -> bool:
        """Have what was found added, and say whether it is; a program that is slow to answer will have added it."""
        taking = Future[bool]()
        self._manager.post(partial(self._add, found, taking))
        try:
            return taking.result(_TAKING_SECONDS)
        except TimeoutError:
            return not found.fault

    def _add(self, found: Found, taking: Future[bool]) -> None:
        fault = found.fault
        try:
            if not fault:
                self._manager.add(found.specs)
        except ValueError as error:  # the id, or the unfinished file, of another
            fault = str(error)
        finally:
            taking.set_result(not fault)
        if fault:
            self._troubled(Trouble.LIST, found.name, fault)
