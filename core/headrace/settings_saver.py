"""SettingsSaver: has the newest settings on disk soon, without anybody waiting for the disk."""

from collections.abc import Callable
from pathlib import Path
from threading import Lock, Thread

from headrace.settings import Settings, save_settings


class SettingsSaver:
    """Saves in a thread of its own, which ends when the newest settings are saved. Methods may be called anywhere."""

    def __init__(self, path: Path, on_trouble: Callable[[OSError], None]) -> None:
        """Save to `path`; `on_trouble` is called in the saving thread where that fails."""
        self._path, self._on_trouble = path, on_trouble
        self._lock = Lock()
        self._waiting: Settings | None = None
        self._thread: Thread | None = None

    def save(self, settings: Settings) -> None:
        """Have `settings` saved, in the place of any that still wait."""
        with self._lock:
            self._waiting = settings
            if self._thread is None:
                self._thread = Thread(target=self._save, name="settings", daemon=True)
                self._thread.start()

    def wait(self, timeout: float) -> None:
        """Wait until all are saved, at most `timeout` seconds."""
        if (thread := self._thread) is not None:
            thread.join(timeout)

    def _save(self) -> None:
        while (settings := self._next()) is not None:
            try:
                save_settings(settings, self._path)
            except OSError as error:
                self._on_trouble(error)

    def _next(self) -> Settings | None:
        with self._lock:
            settings, self._waiting = self._waiting, None
            if settings is None:
                self._thread = None
            return settings
