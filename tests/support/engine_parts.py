"""Parts of the engine made with few words, for tests of other parts."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from headrace.claims import Claims, SegmentClaim
from headrace.errors import DownloadError
from headrace.item import DownloadItem
from headrace.states import DownloadState, FailureReason
from headrace.store.records import DownloadRecord
from headrace.transfer.holding import Holding
from headrace.transfer.plan import JobPlan

ADDRESS = "http://example.org/file.bin"


def make_record(number: int = 1, **facts: Any) -> DownloadRecord:
    """Return a queued download, `number` making id, address and place; `facts` override."""
    usual: dict[str, Any] = {
        "id": f"{number:016x}",
        "place": float(number),
        "address": f"http://example.org/{number}.bin",
        "folder": Path("/downloads"),
        "name": f"{number}.bin",
        "name_wanted": False,
        "state": DownloadState.QUEUED,
        "added_at": 1_700_000_000.0,
    }
    return DownloadRecord(**(usual | facts))


def make_item(number: int = 1, **facts: Any) -> DownloadItem:
    """Return an item around `make_record`."""
    return DownloadItem(make_record(number, **facts))


def make_plan(folder: Path, **facts: Any) -> JobPlan:
    """Return a plan that puts ADDRESS into `folder` as file.bin."""
    usual: dict[str, Any] = {
        "id": f"{1:016x}",
        "address": ADDRESS,
        "folder": folder,
        "name": "file.bin",
        "name_wanted": False,
    }
    return JobPlan(**(usual | facts))


def make_claims(
    *stretches: tuple[int, int, int | None] | tuple[int, int, int | None, bytes], total: int | None, **facts: Any
) -> Claims:
    """Return claims on `stretches` (start, position, end) of a part file on device 1, inode 2."""
    usual: dict[str, Any] = {"part_name": "file.bin.part", "device": 1, "inode": 2, "validator": '"v1"'}
    return Claims(total=total, segments=tuple(SegmentClaim(*stretch) for stretch in stretches), **(usual | facts))


def claims_on(path: Path, *stretches: tuple[int, int, int | None], total: int | None, **facts: Any) -> Claims:
    """Return claims on `stretches` of the part file that is at `path`."""
    found = path.stat()
    identity = {"part_name": path.name, "device": found.st_dev, "inode": found.st_ino}
    return make_claims(*stretches, total=total, **(identity | facts))


def refused(call: Callable[[], Any]) -> FailureReason:
    """Return why a call raised DownloadError; fail where it did not."""
    with pytest.raises(DownloadError) as caught:
        call()
    return caught.value.failure.reason


def write(holding: Holding, data: bytes) -> None:
    """Write `data` where the first free segment stands."""
    segment = holding.take()
    assert segment is not None
    holding.write(segment, memoryview(data))
    holding.give_back(segment)


class RecordingKeeper:
    """A claim keeper that notes its calls in the order of `log`, which it shares with others; thread-safe enough."""

    def __init__(self, log: list[tuple[str, Any]] | None = None, *, works: bool = True) -> None:
        self.log: list[tuple[str, Any]] = [] if log is None else log
        self.works = works
        self.disk_full = False
        self.blocks: dict[int, bytes] = {}

    @property
    def saved(self) -> list[Claims | None]:
        """Return what was saved, in order."""
        return [claims for what, claims in self.log if what == "claims"]

    def save_claims(
        self,
        download_id: str,  # noqa: ARG002
        claims: Claims | None,
        blocks: Mapping[int, bytes] = MappingProxyType({}),
    ) -> None:
        """Note the claims and keep the digests, which go with the claims, as in the database."""
        self.log.append(("claims", claims))
        if claims is None or not claims.received:
            self.blocks.clear()
        self.blocks.update(blocks)

    def await_record(self, download_id: str, timeout: float) -> bool:  # noqa: ARG002
        """Note that the download's row was waited for; say that it is there where the keeper works."""
        self.log.append(("record", None))
        return self.works

    def load_blocks(self, download_id: str) -> dict[int, bytes]:  # noqa: ARG002
        """Return the digests kept. Raises OSError where the keeper does not work."""
        if not self.works:
            raise OSError("no database")
        return dict(self.blocks)

    def flush(self, timeout: float) -> bool:  # noqa: ARG002
        """Note that a commit was waited for."""
        self.log.append(("commit", None))
        return self.works
