"""Free space, asked before the first byte."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from headrace.disk.space import RESERVE, free_space, require_room
from headrace.errors import DownloadError
from headrace.states import FailureReason

FREE = 100 << 20


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=FREE, total=2 * FREE))
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


@pytest.mark.parametrize("ask", [free_space, lambda folder: require_room(folder, 1)])
def test_a_folder_that_is_gone_is_a_named_failure(tmp_path: Path, ask: Callable[[Path], object]) -> None:
    with pytest.raises(DownloadError) as caught:
        ask(tmp_path / "none")
    assert caught.value.failure.reason is FailureReason.FOLDER_MISSING


def test_free_room_is_what_the_disk_says(small_disk: Path) -> None:
    assert free_space(small_disk) == FREE


def test_d18_a_disk_that_does_not_know_its_size_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=0, total=0))
    require_room(tmp_path, 1 << 50)
    assert free_space(tmp_path) > 1 << 50


def test_a_real_disk_is_asked(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(DownloadError):
        require_room(tmp_path, 1 << 62)
