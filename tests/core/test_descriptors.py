"""A process that has as many files open as it may: nothing new is started, and nothing is given up."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from headrace.disk.system_calls import has_descriptors
from headrace.item import DownloadItem
from headrace.runner import Runner
from headrace.settings import Settings
from headrace.states import DownloadState, FailureReason
from headrace.transfer.worker import SegmentWorker

from tests.support.engine_parts import RecordingKeeper, make_record

resource = pytest.importorskip("resource", reason="limits of processes are POSIX's")


@pytest.fixture
def few_descriptors() -> Iterator[None]:
    """Leave the process half a dozen descriptors at most."""
    first = os.open(os.devnull, os.O_RDONLY)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (first + 6, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        os.close(first)


@pytest.mark.usefixtures("few_descriptors")
def test_what_is_left_is_told_and_left_alone() -> None:
    left = next(count for count in range(1, 8) if not has_descriptors(count)) - 1
    for _ in range(3):
        assert has_descriptors(left)
        assert not has_descriptors(left + 1)
    hoard = [os.open(os.devnull, os.O_RDONLY) for _ in range(left)]
    for descriptor in hoard:
        os.close(descriptor)
    assert not SegmentWorker.may_start()


def test_a_download_waits_without_losing_a_try(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    runner = Runner(Settings(tmp_path, tries=1), RecordingKeeper(), lambda _item, _event: None)
    item = DownloadItem(make_record())
    item.restart = True
    request.getfixturevalue("few_descriptors")
    runner.start(item)
    assert (item.state, len(runner), item.restart) == (DownloadState.RETRY_WAIT, 0, True)
    assert item.record.failure is not None
    assert item.record.failure.reason is FailureReason.TOO_MANY_OPEN_FILES
    assert item.record.attempts == 0
    assert runner.close(1.0)
