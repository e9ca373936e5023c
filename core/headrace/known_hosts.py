"""KnownHosts: what was found out about hosts, to be looked at and to be forgotten."""

from collections.abc import Iterable

from headrace.host_notes import HostNote
from headrace.store.sqlite_store import SqliteStore
from headrace.transfer.hosts import HostMemory


class KnownHosts:
    """For the manager's thread."""

    def __init__(self, memory: HostMemory, store: SqliteStore) -> None:
        self._memory, self._store = memory, store

    def notes(self) -> list[HostNote]:
        """Return what is known of each host, the one of the latest finding last."""
        return self._memory.notes()

    def forget(self, hosts: Iterable[str] | None = None) -> list[str]:
        """Forget what is known of these hosts, None being all of them; return those of which something was.

        Rules stay; what runs may find it out again.
        """
        gone = self._memory.forget(hosts)
        self._store.save_hosts((), gone)
        return gone
