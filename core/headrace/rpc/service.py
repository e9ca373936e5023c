"""Clients of aria2 and this program's engine, tied together: as the settings say, and again when they change."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

from headrace.manager import DownloadManager
from headrace.rpc.calls import Call, notification
from headrace.rpc.errors import RpcError
from headrace.rpc.looking import Work
from headrace.rpc.methods import NOTIFICATIONS, Methods
from headrace.rpc.status import STOPPED, word_of
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot

_LOG: Final = logging.getLogger(__name__)
_TOLD: Final = {"active": "Start", "paused": "Pause", "complete": "Complete", "error": "Error"}


class RpcService:
    """Lives in the manager's thread; the server has one of its own. Nothing of it is loaded unless it is wanted."""

    def __init__(
        self, manager: DownloadManager, end: Callable[[], None], troubled: Callable[[int, str], object]
    ) -> None:
        """Begin to serve if the settings say so.

        `end` ends the program; `troubled` is told of a port that cannot be had, and why.
        """
        self._manager, self._troubled = manager, troubled
        self._methods = Methods(manager, end)
        self._server: Any = None
        self._door: Any = None
        self._states: dict[str, str] = {}
        self._early: list[tuple[Work, Future[Any]]] = []
        """Calls that came before the stored list was known."""
        manager.downloads_added.connect(self._note)
        manager.downloads_updated.connect(self._note)
        manager.downloads_removed.connect(self._note_removed)
        manager.settings_changed.connect(self.follow)
        manager.loaded.connect(self._begin)
        self.follow(manager.settings)

    @property
    def port(self) -> int | None:
        """The TCP port it listens at; None where it does not."""
        return None if self._server is None else int(self._server.port)

    def follow(self, settings: Settings) -> None:
        """Serve as the settings say."""
        if not settings.rpc and self._server is None:
            return
        from headrace.rpc.server import Door, RpcServer  # noqa: PLC0415 - loaded where it is wanted

        door = Door(
            settings.rpc_port,
            settings.rpc_secret,
            settings.rpc_everywhere,
            frozenset(settings.rpc_origins),
            frozenset(settings.rpc_hosts),
        )
        wanted = door if settings.rpc and settings.rpc_secret else None
        if wanted == self._door:
            return
        self.close()
        self._door = wanted
        if wanted is None:
            return
        try:
            self._server = RpcServer(door, tuple(self._methods.names), NOTIFICATIONS, self._call)
        except OSError as error:
            why = error.strerror or str(error)
            _LOG.warning("clients cannot be served at port %d: %s", door.port, why)
            self._troubled(door.port, why)

    def close(self, timeout: float = 0.0) -> bool:
        """Stop serving; say whether everything had ended after `timeout` seconds."""
        server, self._server, self._door = self._server, None, None
        if server is None:
            return True
        server.close()
        return bool(server.wait(timeout))

    # -- from the server's thread ------------------------------------------------------------------------------

    async def _call(self, calls: list[Call]) -> Any:
        """Have calls done in the manager's thread, a part in each turn of its event loop."""
        done: Future[Any] = Future()
        work = self._all(calls)
        self._manager.post(lambda: self._take(work, done))
        return await asyncio.wrap_future(done)

    def _all(self, calls: list[Call]) -> Work:
        found: list[Any] = []
        for call in calls:
            try:
                found.append((yield from self._methods.call(call.method, call.given)))
            except RpcError as error:
                found.append(error)
            except Exception as error:  # noqa: BLE001 - told to the client, and logged
                _LOG.warning("a call failed", exc_info=error)
                found.append(RpcError("The program made an error; its log says more."))
            yield
        return found

    def _take(self, work: Work, done: "Future[Any]") -> None:
        if not done.set_running_or_notify_cancel():
            return  # whoever asked is gone
        if self._manager.is_loaded:
            self._go_on(work, done)
        else:
            self._early.append((work, done))

    def _begin(self) -> None:
        early, self._early = self._early, []
        for work, done in early:
            self._go_on(work, done)

    def _go_on(self, work: Work, done: "Future[Any]") -> None:
        try:
            next(work)
        except StopIteration as end:
            done.set_result(end.value)
        else:
            self._manager.post(lambda: self._go_on(work, done))

    # -- to clients --------------------------------------------------------------------------------------------

    def _note(self, snapshots: list[DownloadSnapshot]) -> None:
        for one in snapshots:
            word = word_of(one.state)
            before = self._states.get(one.id, "waiting")
            if one.state in STOPPED:
                self._states.pop(one.id, None)
            else:
                self._states[one.id] = word
            if word != before:
                self._tell(one.id, before, word)

    def _tell(self, gid: str, before: str, word: str) -> None:
        if self._server is None:
            return
        if word in ("complete", "error") and before == "waiting":
            self._server.tell(notification("aria2.onDownloadStart", gid))
        if word in _TOLD:
            self._server.tell(notification(f"aria2.onDownload{_TOLD[word]}", gid))

    def _note_removed(self, ids: list[str]) -> None:
        for gid in ids:
            if self._states.pop(gid, None) is not None and self._server is not None:
                self._server.tell(notification("aria2.onDownloadStop", gid))
