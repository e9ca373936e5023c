"""Qt's binding is loaded without the watch it keeps over every later import. In a process of its own."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import linecache
from headrace.qt_loading import load_qt
load_qt()
import headrace.commands.fetch, headrace.transfer.workshop
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rung = Signal(int)
bell, heard = Bell(), []
bell.rung.connect(heard.append)
bell.rung.emit(7)
print(heard, [name for name in linecache.cache if "headrace" in name])
"""


def test_modules_loaded_after_it_are_not_read_as_text_and_qt_works() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("[7] []\n", "", 0)


GET = """
import linecache, sys
from headrace_gui.main import main
status = main(["get", "-q", "--tries", "1", "--profile", sys.argv[1], "-d", sys.argv[1], "http://127.0.0.1:9/none"])
print(status, [name for name in linecache.cache if "headrace" in name])
"""


def test_the_terminal_has_none_read(tmp_path: Path) -> None:
    command = [sys.executable, "-c", GET, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.returncode) == ("1 []\n", 0)
