"""What must not be written to the log: lines in which something of a private download is."""

import logging
import traceback
from threading import Lock
from typing import Final

from headrace.addresses import host_of
from headrace.store.records import DownloadRecord

_SHORTEST: Final = 3
"""Characters of a word that is looked for: shorter ones are in nearly every line."""


class Silence(logging.Filter):
    """A filter for handlers. Any thread; nothing is forgotten before the process ends."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._words: frozenset[str] = frozenset()

    def keep(self, record: DownloadRecord) -> None:
        """Let no line through any more that has the id, the name or a host of this download in it."""
        addresses = (record.address, *record.mirrors, *filter(None, [record.final_address]))
        hosts = [host_of(address) for address in addresses]
        words = {record.id, record.name, *hosts, *(host.partition(":")[0] for host in hosts)}
        with self._lock:
            self._words |= {word for word in words if len(word) >= _SHORTEST}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a line may be written; the lines of an exception behind it are looked through as well."""
        words = self._words
        if not words:
            return True
        text = record.getMessage() + (record.exc_text or "")
        if record.exc_info:
            text += "".join(traceback.format_exception(*record.exc_info))
        return not any(word in text for word in words)
