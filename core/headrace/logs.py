"""The log file: the lines of this program alone, since those of HTTP libraries quote whole addresses."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SIZE = 1_000_000


class OwnerOnlyFileHandler(RotatingFileHandler):
    """A log file of at most 1 MB, and the one before it, readable by their owner only."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, maxBytes=_SIZE, backupCount=1, encoding="utf-8", delay=True)

    def _open(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(descriptor, self.mode, encoding=self.encoding)


@contextmanager
def log_file(path: Path) -> Iterator[None]:
    """Keep the program's log in `path` during the block; lines come from any thread."""
    handler = OwnerOnlyFileHandler(path)
    handler.setFormatter(logging.Formatter(_FORMAT))
    logger = logging.getLogger("headrace")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before)
        logger.removeHandler(handler)
        handler.close()
