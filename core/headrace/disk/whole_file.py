"""Files written as a whole."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from headrace.disk.system_calls import OPEN_FLAGS


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Give what is written in the block the name `path` at its end: old or new after a crash. May raise OSError.

    A block that raises leaves what was there before.
    """
    scratch = path.with_name(f".{secrets.token_hex(8)}.part")  # a name of any length would leave no room for more
    descriptor = os.open(scratch, OPEN_FLAGS | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        scratch.replace(path)
    except BaseException:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)
        raise


def replace_text(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8, mode 0600): old or new after a crash. May raise OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, 0o600) as stream:
        stream.write(text.encode())
