"""Free space, asked before the first byte."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from headrace.disk.space import RESERVE, require_room
from headrace.errors import DownloadError
from headrace.states import FailureReason

FREE = 100 << 20


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=FREE))
    return tmp_path


@pytest.mark.parametrize("size", [None, 0, 1, FREE - RESERVE])
def test_what_fits_is_let_through(small_disk: Path, size: int | None) -> None:
    require_room(small_disk, size)


@pytest.mark.parametrize(("size", "missing"), [(FREE - RESERVE + 1, 1), (FREE, RESERVE), (1 << 62, None)])
def test_what_does_not_fit_is_refused_with_what_is_missing(small_disk: Path, size: int, missing: int | None) -> None:
    with pytest.raises(DownloadError) as caught:
        require_room(small_disk, size)
    failure = caught.value.failure
    assert failure.reason is FailureReason.DISK_FULL
    assert failure.needed_bytes == size + RESERVE - FREE
    assert missing in (None, failure.needed_bytes)


def test_a_folder_that_is_gone_is_a_named_failure(tmp_path: Path) -> None:
    with pytest.raises(DownloadError) as caught:
        require_room(tmp_path / "none", 1)
    assert caught.value.failure.reason is FailureReason.FOLDER_MISSING


def test_a_real_disk_is_asked(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(DownloadError):
        require_room(tmp_path, 1 << 62)
