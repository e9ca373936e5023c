"""A part file under work with what its database is told, an open store, and a way to the network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.disk.part_file import PartFile
from headrace.net.sessions import Transport
from headrace.net_options import NetOptions
from headrace.transfer.holding import Holding

from tests.support.certificates import Certificates
from tests.support.engine_parts import RecordingKeeper
from tests.support.holdings import HINT, TAG
from tests.support.opened_store import Opened
from tests.support.part_files import SIZE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "target"
    folder.mkdir()
    return folder / "file.bin.0123.part"


@pytest.fixture
def part(path: Path) -> Iterator[PartFile]:
    made = PartFile.create(path, SIZE)
    yield made
    made.close()


@pytest.fixture
def keeper() -> RecordingKeeper:
    return RecordingKeeper()


@pytest.fixture
def holding(keeper: RecordingKeeper, path: Path) -> Iterator[Holding]:
    made = Holding("id", keeper, None)
    made.begin(path, 100, (TAG, HINT), "http://mirror.example/")
    yield made
    made.close()


@pytest.fixture
def opened(path: Path) -> Iterator[Opened]:
    made = Opened(path)
    yield made
    made.store.close(5)


@pytest.fixture
def transport(certificates: Certificates) -> Iterator[Transport]:
    transport = Transport(NetOptions(certificates.ca_file))
    yield transport
    transport.close()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Path]:
    """Return a folder for an archive, in one where nothing else may come up."""
    folder = tmp_path / "outer" / "room"
    folder.mkdir(parents=True)
    yield folder
    assert list((tmp_path / "outer").iterdir()) == [folder], "something is outside"
    assert sorted(tmp_path.iterdir()) == [tmp_path / "outer"]
