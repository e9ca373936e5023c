"""A process of its own: Headrace's real window, which tells over a socket what can be seen in it, and how it beats.

`python -m tests.support.watched_window PROFILE PORT_FILE [URL...]` opens the window as `headrace` does, and writes to
PORT_FILE the port on which it answers: a line of JSON, `[question, ...arguments]`, brings a line of JSON.
"""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from headrace.brought import Brought
from headrace.manager import DownloadManager
from headrace.profile import Profile
from headrace_gui import app
from headrace_gui.main_window import MainWindow
from PySide6.QtCore import QObject
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket
from PySide6.QtWidgets import QApplication

from tests.support.beats import Beats
from tests.support.sight import focus, in_sight


class Teller(QObject):
    """Answers questions about the window."""

    def __init__(self, parent: QObject, port_file: Path) -> None:
        super().__init__(parent)
        self._beats = Beats(self)
        self._answers: dict[str, Callable[..., Any]] = {
            "ready": _is_ready,
            "sight": in_sight,
            "focus": focus,
            "gaps": self._beats.take,
        }
        self._server = QTcpServer(self)
        self._server.newConnection.connect(self._welcome)
        self._server.listen(QHostAddress(QHostAddress.SpecialAddress.LocalHost))
        waiting = port_file.with_suffix(".new")
        waiting.write_text(str(self._server.serverPort()), encoding="ascii")
        waiting.replace(port_file)

    def _welcome(self) -> None:
        while (asker := self._server.nextPendingConnection()) is not None:
            asker.readyRead.connect(lambda asker=asker: self._answer(asker))
            asker.disconnected.connect(asker.deleteLater)

    def _answer(self, asker: QTcpSocket) -> None:
        self._beats.note()
        while asker.canReadLine():
            question, *arguments = json.loads(bytes(asker.readLine().data()))
            answer = self._answers[question](*arguments)
            asker.write(json.dumps(answer).encode() + b"\n")
        self._beats.skip()


def _is_ready() -> bool:
    """Tell whether the window and all that is loaded after it are there."""
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
    return any(each.isVisible() and each.presence is not None for each in windows)


def main(argv: Sequence[str]) -> int:
    """Run the window as `headrace` does, with a manager that carries the teller."""
    profile, port_file, *addresses = argv

    def make_manager(*args: Any, **more: Any) -> DownloadManager:
        manager = DownloadManager(*args, **more)
        Teller(manager, Path(port_file))
        return manager

    with patch.object(app, "DownloadManager", make_manager):
        return app.run(Profile.at(profile), Brought.of(addresses))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
