"""The log file: the lines of this program alone, since those of HTTP libraries quote whole addresses."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from headrace.addresses import redacted

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SIZE = 1_000_000
_PACKAGES = ("headrace", "headrace_gui")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class SafeFormatter(logging.Formatter):
    """Writes records without the secrets of addresses; a message stays on its line, whatever name is in it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """Return the record's line."""
        return _CONTROLS.sub(lambda char: f"\\x{ord(char[0]):02x}", super().formatMessage(record))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and behind it those of an exception."""
        return redacted(super().format(record))


class OwnerOnlyFileHandler(RotatingFileHandler):
    """A log file of at most 1 MB, and the one before it, readable by their owner only."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_SIZE, backupCount=1, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, 0o600)  # one from elsewhere may be open to all
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)


@contextmanager
def log_file(path: Path, level: int = logging.INFO, silence: logging.Filter | None = None) -> Iterator[None]:
    """Keep the program's log from `level` up in `path` during the block; lines come from any thread.

    What a `silence` does not let through is not written.
    """
    handler = OwnerOnlyFileHandler(path)
    if silence is not None:
        handler.addFilter(silence)
    handler.setFormatter(SafeFormatter(_FORMAT))
    before = {logger: logger.level for logger in map(logging.getLogger, _PACKAGES)}
    for logger in before:
        logger.addHandler(handler)
        logger.setLevel(level)
    try:
        yield
    finally:
        for logger, usual in before.items():
            logger.setLevel(usual)
            logger.removeHandler(handler)
        handler.close()
