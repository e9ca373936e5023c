"""A real engine in the test's own process, with its event loop turned until something is seen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace.settings import Settings
from headrace.snapshots import DownloadSnapshot
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, FailureReason
from PySide6.QtCore import QCoreApplication

from tests.support.garbage import GARBAGE

ENDED = frozenset({DownloadState.COMPLETED, DownloadState.FAILED})


class Engine:
    """A manager over one profile and one target folder, and short ways to ask it for things."""

    def __init__(self, profile: Profile, folder: Path, settings: Settings) -> None:
        self.profile, self.folder, self.settings = profile, folder, settings
        self.seen: list[DownloadSnapshot] = []
        self.manager = self._open()

    def _open(self) -> DownloadManager:
        manager = DownloadManager(self.profile, self.settings)
        manager.downloads_updated.connect(self.seen.extend)
        loaded: list[bool] = []
        manager.loaded.connect(lambda: loaded.append(True))
        self.until(lambda: bool(loaded))
        return manager

    def until(self, condition: Callable[[], bool], timeout: float = 20.0) -> None:
        """Turn the event loop until `condition` holds. Raises TimeoutError."""
        began = monotonic()
        while not condition():
            waited = monotonic() - began
            if waited > timeout:
                raise TimeoutError(f"not seen within {timeout} s; last: {self.seen[-3:]}")
            QCoreApplication.processEvents()
            GARBAGE.collect_due()
            sleep(min(0.001 + waited / 50, 0.005))  # without rest it would keep the interpreter from every other thread

    def add(self, address: str, **wishes: Any) -> str:
        """Add a download of `address` to the target folder."""
        return self.manager.add([DownloadSpec(address, self.folder, **wishes)])[0]

    def snapshot(self, download_id: str) -> DownloadSnapshot:
        """Return a download that is on the list."""
        found = self.manager.snapshot(download_id)
        assert found is not None, "not on the list"
        return found

    def state(self, download_id: str) -> DownloadState:
        """Return a download's state."""
        return self.snapshot(download_id).state

    def until_state(self, download_id: str, *states: DownloadState, timeout: float = 20.0) -> DownloadSnapshot:
        """Wait for one of these states."""
        self.until(lambda: self.state(download_id) in states, timeout)
        return self.snapshot(download_id)

    def until_received(self, download_id: str, count: int) -> None:
        """Wait until that many bytes are written."""
        self.until(lambda: self.snapshot(download_id).received >= count)

    def until_still(self) -> None:
        """Wait until no job has a thread any more."""
        self.until(lambda: len(self.manager._runner) == 0)

    def outcome(self, download_id: str, timeout: float = 30.0) -> DownloadSnapshot:
        """Wait until a download is done, well or not; what was wished before takes its turns on a busy machine."""
        self.until(lambda: not self.manager._sweeps)
        return self.until_state(download_id, *ENDED, timeout=timeout)

    def fetched(self, download_id: str, timeout: float = 30.0) -> Path:
        """Wait until a download is complete and return its file."""
        snapshot = self.outcome(download_id, timeout)
        assert snapshot.state is DownloadState.COMPLETED, snapshot.failure
        return snapshot.path

    def failed(self, download_id: str) -> FailureReason:
        """Wait until a download failed and return why."""
        snapshot = self.outcome(download_id)
        assert snapshot.failure is not None, f"{snapshot.state.name}, no failure"
        return snapshot.failure.reason

    def parts(self) -> list[Path]:
        """Return the part files in the target folder."""
        return sorted(self.folder.glob("*.part"))

    def files(self) -> list[str]:
        """Return the names of all files in the target folder."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.exists() else []

    def close(self) -> bool:
        """Shut the engine down; say whether every thread ended."""
        return self.manager.shut_down()

    def restart(self, **changes: Any) -> None:
        """Shut down and open the same profile again, with changed settings."""
        assert self.close(), "a thread did not end"
        self.settings = replace(self.settings, **changes)
        self.manager = self._open()
