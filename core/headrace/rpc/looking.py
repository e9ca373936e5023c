"""What clients ask without changing anything. In the manager's thread."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any, Final

from headrace.control.choosing import meant_id
from headrace.manager import DownloadManager
from headrace.rpc.errors import RpcError
from headrace.rpc.parameters import at, keys_at
from headrace.rpc.status import ACTIVE, STOPPED, WAITING, file_of, status_of, uris_of
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot

_MOST_TOLD: Final = 1000
"""Downloads told in one answer."""
_BATCH: Final = 50

Work = Generator[None, None, Any]


class Looking:
    """The reading half of the methods."""

    def __init__(self, manager: DownloadManager) -> None:
        self._manager = manager
        self._removed: dict[str, DownloadSnapshot] = {}
        """What clients removed: they ask what became of it."""

    def _tell_status(self, given: list[Any]) -> dict[str, Any]:
        gid, keys = self._gid(given), keys_at(given, 1)
        if gid in self._removed:
            return status_of(self._removed[gid], [], lambda: None, keys, removed=True)
        return self._status(self._known(gid), keys)

    def _status(self, one: DownloadSnapshot, keys: Sequence[str]) -> dict[str, Any]:
        wanted = not keys or "files" in keys
        addresses = self._manager.addresses(one.id) if wanted else ()
        return status_of(one, addresses, lambda: self._manager.details(one.id), keys)

    def _told(self, ids: Iterable[str], keys: Sequence[str]) -> Work:
        found = []
        for number, download_id in enumerate(ids):
            if number % _BATCH == _BATCH - 1:
                yield
            if download_id in self._removed:
                found.append(status_of(self._removed[download_id], [], lambda: None, keys, removed=True))
            elif (one := self._manager.snapshot(download_id)) is not None:
                found.append(self._status(one, keys))
        return found

    def _tell_part(self, ids: list[str], given: list[Any]) -> Work:
        """Tell so many from an offset on; a negative one counts from the end, and the answer runs backwards then."""
        offset, count = at(given, 0, int), at(given, 1, int)
        if count < 0:
            raise RpcError("The parameter at 1 must be at least 0.")
        count = min(count, _MOST_TOLD)
        if offset >= 0:
            part = ids[offset : offset + count]
        else:
            last = len(ids) + offset
            part = ids[max(0, last - count + 1) : last + 1][::-1] if last >= 0 else []
        return self._told(part, keys_at(given, 2))

    def _tell_active(self, given: list[Any]) -> Work:
        return self._told(self._manager.ids_in(ACTIVE), keys_at(given, 0))

    def _tell_waiting(self, given: list[Any]) -> Work:
        return self._tell_part(self._manager.ids_in(WAITING), given)

    def _tell_stopped(self, given: list[Any]) -> Work:
        return self._tell_part([*self._manager.ids_in(STOPPED), *self._removed], given)

    def _get_uris(self, given: list[Any]) -> list[dict[str, str]]:
        one = self._one(given)
        if one.state in STOPPED:
            raise RpcError(f"No URI data is available for GID#{one.id}")
        return uris_of(one, self._manager.addresses(one.id))

    def _get_files(self, given: list[Any]) -> list[dict[str, Any]]:
        one = self._one(given)
        return [file_of(one, self._manager.addresses(one.id))]

    def _get_servers(self, given: list[Any]) -> list[dict[str, Any]]:
        one = self._one(given)
        if one.state not in ACTIVE:
            raise RpcError(f"No active download for GID#{one.id}")
        details = self._manager.details(one.id)
        connections = details.connections if details is not None else ()
        servers = [
            {"uri": one.address, "currentUri": one.address, "downloadSpeed": str(int(each.speed or 0))}
            for each in connections
        ]
        return [{"index": "1", "servers": servers}]

    def _get_global_stat(self, _given: list[Any]) -> dict[str, str]:
        totals = self._manager.totals()
        stopped = totals.finished + totals.failed + len(self._removed)
        return {
            "downloadSpeed": str(int(totals.speed)),
            "uploadSpeed": "0",
            "numActive": str(totals.active),
            "numWaiting": str(totals.waiting + totals.paused),
            "numStopped": str(stopped),
            "numStoppedTotal": str(stopped),
        }

    # -- for both halves ---------------------------------------------------------------------------------------

    @property
    def _settings(self) -> Settings:
        return self._manager.settings

    def _one(self, given: list[Any]) -> DownloadSnapshot:
        return self._known(self._gid(given))

    def _known(self, gid: str, otherwise: str = "") -> DownloadSnapshot:
        one = self._manager.snapshot(gid)
        if one is None:
            raise RpcError(otherwise or f"GID {gid} is not found")
        return one

    def _gid(self, given: list[Any]) -> str:
        """Return the GID that the first parameter is, or is the only one to begin with. Raises RpcError."""
        text = str(at(given, 0, str)).lower()
        if not text or len(text) > 16 or text.strip("0123456789abcdef"):
            raise RpcError(f"Invalid GID {text[:40]}")
        if text in self._removed or self._manager.snapshot(text) is not None:
            return text
        try:
            found = meant_id(text, [*self._manager.ids(), *self._removed])
        except ValueError:
            raise RpcError(f"GID {text} is not unique") from None
        if found is None:
            raise RpcError(f"GID {text} is not found")
        return found
