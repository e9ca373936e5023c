"""A part file under work, with what its database is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.transfer.holding import Holding

from tests.support.engine_parts import RecordingKeeper
from tests.support.holdings import HINT, TAG


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin.part"


@pytest.fixture
def keeper() -> RecordingKeeper:
    return RecordingKeeper()


@pytest.fixture
def holding(keeper: RecordingKeeper, path: Path) -> Iterator[Holding]:
    made = Holding("id", keeper, None)
    made.begin(path, 100, (TAG, HINT), "http://mirror.example/")
    yield made
    made.close()
