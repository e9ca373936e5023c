"""Questions and notes that need an answer or a glance; none of them blocks the event loop."""

from collections.abc import Callable

from headrace.version import __version__
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from headrace_gui.icons import app_icon
from headrace_gui.texts import translate


def ask_delete(parent: QWidget, names: list[str], delete: Callable[[], object]) -> QMessageBox:
    """Ask whether files go for good; call `delete` if so. Return the box, which is shown already."""
    box = _box(parent, translate("Questions", "Delete for good"))
    one = translate("Questions", "Delete “{name}” for good?").format(name=names[0])
    many = translate("Questions", "Delete %Ln download(s) with their files for good?", "", len(names))
    box.setText(one if len(names) == 1 else many)
    box.setInformativeText(translate("Questions", "What is deleted so does not go to the trash."))
    yes = box.addButton(translate("Questions", "Delete"), QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton(translate("Questions", "Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    yes.clicked.connect(delete)
    return _open(box)


def show_about(parent: QWidget) -> QMessageBox:
    """Show what this program is. Return the box."""
    box = _box(parent, translate("Questions", "About Headrace"))
    box.setIconPixmap(app_icon().pixmap(64))
    box.setText(f"Headrace {__version__}")
    box.setInformativeText(translate("Questions", "A download manager that proves every byte it writes."))
    box.addButton(translate("Questions", "Close"), QMessageBox.ButtonRole.AcceptRole)
    return _show(box)


def _box(parent: QWidget, title: str) -> QMessageBox:
    box = QMessageBox(parent)
    box.setWindowTitle(title)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def _show(box: QMessageBox) -> QMessageBox:
    """Show a box that stops nobody from going on."""
    _fit(box)
    box.setModal(False)
    box.show()
    return box


def _open(box: QMessageBox) -> QMessageBox:
    """Show a box that has to be answered first: something would be lost for good."""
    _fit(box)
    box.open()
    return box


def _fit(box: QMessageBox) -> None:
    layout = box.layout()
    if layout is not None:  # made anew with every text and button
        layout.setContentsMargins(16, 20, 24, 20)
