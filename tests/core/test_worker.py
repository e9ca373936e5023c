"""The thread of one connection: that it runs its task, and how humbly."""

import os
import sys
import threading

import pytest
from headrace.transfer.worker import SegmentWorker


def niceness_in(worker_of: type[SegmentWorker], *, background: bool) -> int:
    found: list[int] = []
    worker = worker_of(
        lambda: found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id())), background=background
    )
    worker.launch()
    assert worker.wait(5000)
    return found[0]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux alone")
def test_a_background_worker_goes_behind_the_window_and_changes_nobody_else() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert niceness_in(SegmentWorker, background=False) == own
    assert niceness_in(SegmentWorker, background=True) > own
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
