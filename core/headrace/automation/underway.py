"""Which archives are being extracted, kept on the disk, so that the next process takes up what a crash cut off."""

import json
import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final

from headrace.disk.whole_file import replace_text

_LOG: Final = logging.getLogger(__name__)


class Underway:
    """A small file that is there only while something is being extracted. Touches the disk: call it in threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()

    def begin(self, download_id: str) -> None:
        """Note that one is begun."""
        self._change(lambda ids: [*ids, download_id] if download_id not in ids else ids)

    def end(self, download_id: str) -> None:
        """Note that one has come to its end, whatever that was."""
        self._change(lambda ids: [one for one in ids if one != download_id])

    def left(self) -> list[str]:
        """Return the ids of those that are begun; none where the file cannot be read."""
        try:
            found: Any = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []

    def _change(self, change: Callable[[list[str]], list[str]]) -> None:
        with self._lock:
            ids = change(self.left())
            try:
                if ids:
                    replace_text(self._path, json.dumps(ids) + "\n")
                else:
                    with suppress(FileNotFoundError):
                        self._path.unlink()
            except OSError as error:
                _LOG.warning("what is being extracted is not noted: %s", error.strerror)
