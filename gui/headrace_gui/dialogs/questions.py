"""Questions and notes that need an answer or a glance; none of them blocks the event loop."""

from collections.abc import Callable

from headrace.version import __version__
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from headrace_gui import words
from headrace_gui.icons import app_icon


def ask_delete(parent: QWidget, names: list[str], delete: Callable[[], object]) -> QMessageBox:
    """Ask whether files go for good; call `delete` if so. Return the box, which is shown already."""
    box = _box(parent, "Delete files")
    what = f"“{names[0]}”" if len(names) == 1 else f"{words.counted(len(names), 'download')} with their files"
    box.setText(f"Delete {what}?")
    box.setInformativeText("It goes off the list, and off the disk ten seconds later.")
    yes = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole))
    yes.clicked.connect(delete)
    box.open()
    return box


def show_about(parent: QWidget) -> QMessageBox:
    """Show what this program is. Return the box."""
    box = _box(parent, "About Headrace")
    box.setIconPixmap(app_icon().pixmap(64))
    box.setText(f"Headrace {__version__}")
    box.setInformativeText("A download manager that proves every byte it writes.")
    box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
    box.open()
    return box


def _box(parent: QWidget, title: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
