"""Opening a profile in a thread: its lock, its database, its list. A window loads Qt meanwhile."""

from collections.abc import Callable
from threading import Event, Thread

from headrace.disk.profile_lock import ProfileLock
from headrace.lots import Dormant
from headrace.profile import Profile
from headrace.store.discreet import DiscreetStore
from headrace.store.records import DownloadRecord


class Opening:
    """Begins when it is made; what is read is kept until somebody takes over. Free of Qt.

    A process that never takes over just ends: nothing is written before that but the lock and the database's schema.
    """

    def __init__(self, profile: Profile, role: str) -> None:
        """Open `profile` for who takes part in that `role`."""
        self._profile, self._role = profile, role
        self._taken = Event()
        self._error: Exception | None = None
        self._thread = Thread(target=self._run, name="opening", daemon=True)
        self._thread.start()

    def take_over(
        self,
        on_loaded: Callable[[list[DownloadRecord]], None],
        on_trouble: Callable[[OSError], None],
        on_dormant: Callable[[Dormant], None],
    ) -> tuple[ProfileLock, DiscreetStore]:
        """Return lock and store; the callbacks are those of SqliteStore. Raises ProfileInUseError, StoreError, OSError.

        Waits until the database is open, not for what is in it. Once.
        """
        self._on_loaded, self._on_trouble, self._on_dormant = on_loaded, on_trouble, on_dormant
        self._thread.join()
        if self._error is not None:
            raise self._error
        self._taken.set()
        return self._lock, self._store

    def _run(self) -> None:
        try:
            self._lock = ProfileLock(self._profile.lock, self._role)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised in the thread that takes over
            self._error = error
            return
        try:
            self._store = DiscreetStore(self._profile.database, self._loaded, self._trouble, self._dormant)
        except Exception as error:  # noqa: BLE001 - as above
            self._error = error
            self._lock.release()

    def _loaded(self, records: list[DownloadRecord]) -> None:
        self._taken.wait()
        self._on_loaded(records)

    def _trouble(self, error: OSError) -> None:
        self._taken.wait()
        self._on_trouble(error)

    def _dormant(self, dormant: Dormant) -> None:
        self._taken.wait()
        self._on_dormant(dormant)
