"""Signals while an event loop runs, in processes of their own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.processes import end

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signals between processes")

_PROGRAM = """
import signal, sys, time
from PySide6.QtCore import QCoreApplication, QTimer
from headrace.commands.fetch import watched
from headrace.commands.interrupts import Interrupts

def came():
    print("came", flush=True)
    if "hang" in sys.argv:
        time.sleep(1000)
    app.exit(7)

for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)
if "ignored" in sys.argv:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
app = QCoreApplication([])
with Interrupts() as interrupts:
    if "early" in sys.argv:
        print("ready", flush=True)
        while signal.getsignal(signal.SIGINT) is not signal.SIG_DFL:
            time.sleep(0.01)
    notifier = watched(interrupts, came)
    if "early" not in sys.argv:
        QTimer.singleShot(0, lambda: print("ready", flush=True))
    status = app.exec()
    notifier.setEnabled(False)
print("restored" if signal.getsignal(signal.SIGINT) is signal.SIG_DFL else "kept", flush=True)
sys.exit(status)
"""


@contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "-c", _PROGRAM, *arguments], stdout=subprocess.PIPE
    ) as process:
        try:
            assert line(process) == "ready"
            yield process
        finally:
            end(process)


def line(process: subprocess.Popen[bytes]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().decode().strip()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_wakes_an_idle_event_loop_at_once(name: str) -> None:
    with program() as process:
        began = time.monotonic()
        process.send_signal(getattr(signal, name))
        assert line(process) == "came"
        assert time.monotonic() - began < 0.3
        assert line(process) == "restored"
        assert process.wait(10) == 7


@pytest.mark.parametrize(("first", "second"), [("SIGINT", "SIGINT"), ("SIGTERM", "SIGINT"), ("SIGINT", "SIGTERM")])
def test_a_second_signal_ends_a_process_that_hangs(first: str, second: str) -> None:
    with program("hang") as process:
        process.send_signal(getattr(signal, first))
        assert line(process) == "came"
        process.send_signal(getattr(signal, second))
        assert process.wait(10) == -getattr(signal, second)


def test_a_signal_that_was_ignored_stays_so() -> None:
    with program("ignored") as process:
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGINT)
        assert [line(process), line(process)] == ["came", "restored"]
        assert process.wait(10) == 7


def test_a_signal_before_the_event_loop_is_not_lost() -> None:
    with program("early") as process:
        process.send_signal(signal.SIGINT)
        assert line(process) == "came"
        assert process.wait(10) == 7
