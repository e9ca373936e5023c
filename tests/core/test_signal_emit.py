"""Some PySide6 releases lose a reference at each emit and abort the process after some hundreds: this one must not."""

import subprocess
import sys

import pytest

EMITS = 5000

PROGRAM = f"""
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Source(QObject):
    plain = Signal()
    thing = Signal(object)
    truth = Signal(bool)

app = QCoreApplication([])
source, seen = Source(), []
source.plain.connect(lambda: seen.append(True))
source.thing.connect(seen.append)
source.truth.connect(seen.append)
for number in range({EMITS}):
    source.plain.emit()
    source.thing.emit((None, True, False)[number % 3])
    source.truth.emit(number % 2 == 0)
print(len(seen), seen.count(None), seen.count(True), seen.count(False))
"""


@pytest.mark.parametrize("development", [False, True])
def test_thousands_of_emits_do_no_harm(development: bool) -> None:
    flags = ["-X", "dev"] if development else []
    command = [sys.executable, *flags, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    nones, bools = len(range(0, EMITS, 3)), EMITS // 2
    trues = EMITS + len(range(1, EMITS, 3)) + bools
    assert done.stdout.split() == [str(3 * EMITS), str(nones), str(trues), str(3 * EMITS - nones - trues)]
