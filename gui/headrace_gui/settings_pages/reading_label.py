"""A label that stands at the side where reading begins, whatever the direction of its own text."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


class ReadingLabel(QLabel):
    """Plain text that wraps and takes what width there is. Its window calls `align` when the direction changes."""

    def __init__(self, name: str, parent: QWidget) -> None:
        """`name` is what the style sheet knows it by."""
        super().__init__(parent)
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.align()

    def align(self) -> None:
        """Stand at the right where all is mirrored, else at the left."""
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter)
