"""A disk that can be made to fail, stood still, and set back to what a crash at that moment would have left."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final

import pytest
from headrace.claims import Claims
from headrace.disk import part_file
from headrace.disk.part_file import PartFile
from headrace.profile import Profile
from headrace.store import sqlite_store
from headrace.store.records import CLAIM_COLUMNS, claims_from

from tests.benchmarks.claims_check import claimed_spans

_CLAIMS: Final = f"SELECT {', '.join(CLAIM_COLUMNS)} FROM claims"  # noqa: S608 - names from the program's own list
_LOST: Final = b"\xee"


class Disk:
    """Everything the engine does to part files and to its database goes through here. Thread-safe."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._still = RLock()
        self._failing: dict[str, list[int]] = {}
        for owner, name in (
            (part_file, "write_at"),
            (part_file, "flush_data"),
            (sqlite_store, "_write"),
            (PartFile, "publish"),
            (PartFile, "cut"),
        ):
            monkeypatch.setattr(owner, name, self._watched(name, getattr(owner, name)))

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*arguments: Any, **options: Any) -> Any:
            with self._still:
                if self._failing.get(name):
                    code = self._failing[name].pop()
                    raise OSError(code, os.strerror(code))
                return call(*arguments, **options)

        return watched

    def fail(self, name: str, code: int, times: int) -> None:
        """Let the next `times` calls of `write_at` or `flush_data` raise OSError `code`."""
        with self._still:
            self._failing[name] = [code] * times

    def heal(self) -> None:
        """Let nothing fail any more."""
        with self._still:
            self._failing.clear()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Keep everything as it is until the end of the block: threads that would write wait."""
        with self._still:
            yield


FAULTS: Final = [
    ("write_at", errno.ENOSPC),
    ("write_at", errno.EIO),
    ("flush_data", errno.EIO),
    ("flush_data", errno.ENOSPC),
]


@dataclass(frozen=True)
class _File:
    name: str
    inode: int
    mtime_ns: int
    content: bytes


class Wreck:
    """What is left of a profile and a folder at one moment. Make it while the disk stands still."""

    def __init__(self, profile: Profile, folder: Path) -> None:
        self._profile, self._folder = profile, folder
        self._memory = sqlite3.connect(":memory:")
        self._files: list[_File] = []
        while not self._is_taken():
            pass

    def _is_taken(self) -> bool:
        """Copy all there is; say whether no file got another name meanwhile, for that asks no disk to stand still."""
        with closing(sqlite3.connect(self._profile.database)) as source:
            source.backup(self._memory)
        try:
            self._files = [_file(path) for path in _paths(self._folder)]
        except FileNotFoundError:
            return False
        return True

    def put_back(self, *, power: bool) -> None:
        """Set database and folder back, nobody using them; without `power` whatever was not claimed is lost."""
        for path in self._profile.folder.glob(f"{self._profile.database.name}*"):
            path.unlink()
        with closing(sqlite3.connect(self._profile.database)) as target:
            self._memory.backup(target)
        claims = [claims_from(row)[1] for row in self._memory.execute(_CLAIMS)]
        self._memory.close()
        self._put_names_back()
        for file in self._files:
            content = file.content if power else _claimed(file, claims)
            self._put_content_back(file, content)

    def _put_names_back(self) -> None:
        """Give files that were renamed since their names back, and remove those that were made since."""
        names = {file.inode: file.name for file in self._files}
        for path in _paths(self._folder):
            inode = path.stat().st_ino
            if inode in names:
                path.rename(self._folder / f"{inode}.moved")
            else:
                path.unlink()
        for path in _paths(self._folder):
            path.rename(self._folder / names[path.stat().st_ino])

    def _put_content_back(self, file: _File, content: bytes) -> None:
        path = self._folder / file.name
        if path.exists() and path.read_bytes() == content:
            return
        with path.open("r+b" if path.exists() else "xb") as stream:
            stream.truncate(0)
            stream.write(content)
        os.utime(path, ns=(file.mtime_ns, file.mtime_ns))


def _paths(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()] if folder.exists() else []


def _file(path: Path) -> _File:
    facts = path.stat()
    return _File(path.name, facts.st_ino, facts.st_mtime_ns, path.read_bytes())


def _claimed(file: _File, claims: list[Claims]) -> bytes:
    """Return the content with every byte spoilt that nobody claims; files that are published stay as they are."""
    if not file.name.endswith(".part"):
        return file.content
    kept = bytearray(_LOST * len(file.content))
    for one in claims:
        if (one.part_name, one.inode) == (file.name, file.inode):
            for start, end in claimed_spans(one):
                kept[start:end] = file.content[start:end]
    return bytes(kept)
