"""A store opened for a test, with what it told."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import SqliteStore


@dataclass
class Opened:
    """A store, what it loaded, and the troubles it told of."""

    path: Path
    troubles: list[OSError] = field(default_factory=list)
    loaded: list[DownloadRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        done = threading.Event()

        def on_loaded(records: list[DownloadRecord]) -> None:
            self.loaded = records
            done.set()

        self.store = SqliteStore(self.path, on_loaded, self.troubles.append)
        assert done.wait(5), "never loaded"

    def close(self) -> list[DownloadRecord]:
        """Close, and return what is in the file then."""
        assert self.store.close(5)
        again = Opened(self.path)
        assert again.store.close(5)
        return again.loaded
