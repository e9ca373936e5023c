"""Downloads on their way to a disk that is about to misbehave."""

from pathlib import Path
from typing import Final

from headrace.spec import DownloadSpec

from tests.support import faults, seeded
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource

MIB: Final = 1 << 20
SIZE: Final = 3 * MIB
RATE: Final = 8 * MIB


def unknown_length(path: str, seed: int = 1, size: int = SIZE) -> Resource:
    """Return a file for which no room can be set aside; it can be continued all the same once its length is known."""
    return Resource(path, size=size, seed=seed, framing=Framing.CHUNKED, rate=RATE)


def half_way(engine: Engine, server: FaultyServer, path: str = "/file", seed: int = 1) -> str:
    """Pause a download after half of its bytes."""
    gate = server.inject(faults.stall(SIZE // 2, when=faults.on_path(path))).gate
    download_id = engine.add(server.file(SIZE, path, seed=seed))
    engine.until_received(download_id, SIZE // 2)
    engine.manager.pause([download_id])
    engine.until_still()
    gate.release.set()
    return download_id


def is_right(engine: Engine, download_id: str, size: int = SIZE, seed: int = 1) -> None:
    """Wait for the download and look at every byte."""
    assert seeded.first_difference(engine.fetched(download_id), seed, size) is None


def spec(address: str, folder: Path) -> DownloadSpec:
    """Return what is asked for, into another folder than the usual one."""
    return DownloadSpec(address, folder)
