"""Another program on the desktop, to copy and to drag from: `python -m tests.support.neighbour X Y ADDRESS...`.

A small window titled Neighbour at (X, Y), above all others. Its clipboard holds the addresses as a file manager or a
browser would hold them; a press on the window and a move drag them.
"""

import sys
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

SIDE: Final = 80
"""Width and height of its window in pixels."""
TAKEN: Final = "Neighbour, taken"
"""Its title while it drags something over a place that would take it."""


class Neighbour(QLabel):
    """A window whose whole area is a handle to drag addresses by."""

    def __init__(self, addresses: Sequence[str]) -> None:
        super().__init__("drag me")
        self._addresses = addresses
        self.setWindowTitle("Neighbour")
        self.setWindowFlags(
            Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFixedSize(SIDE, SIDE)

    def held(self) -> QMimeData:
        """Return the addresses in the two formats in which links travel."""
        data = QMimeData()
        data.setUrls([QUrl(address) for address in self._addresses])
        data.setText("\n".join(self._addresses))
        return data

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            drag = QDrag(self)
            drag.setMimeData(self.held())
            drag.actionChanged.connect(self._tell)
            drag.exec(Qt.DropAction.CopyAction)

    def _tell(self, action: Qt.DropAction) -> None:
        self.setWindowTitle(TAKEN if action is Qt.DropAction.CopyAction else "Neighbour")


def main(argv: Sequence[str]) -> int:
    """Run until killed."""
    x, y, *addresses = argv
    app = QApplication(["neighbour"])
    neighbour = Neighbour(addresses)
    QGuiApplication.clipboard().setMimeData(neighbour.held())
    neighbour.move(int(x), int(y))
    neighbour.show()
    return app.exec()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
