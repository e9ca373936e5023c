"""Questions and notes that need an answer or a glance; none of them blocks the event loop."""

from collections.abc import Callable

from headrace.version import __version__
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from headrace_gui.icons import app_icon
from headrace_gui.texts import on_language, translate


def ask_delete(parent: QWidget, name: str, count: int, delete: Callable[[], object]) -> QMessageBox:
    """Ask whether `count` files, `name` the first, go for good; call `delete` if so.

    Return the box, which has to be answered first.
    """
    box = _box(parent)
    yes = box.addButton("", QMessageBox.ButtonRole.DestructiveRole)
    cancel = box.addButton("", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    yes.clicked.connect(delete)

    def write() -> None:
        box.setWindowTitle(translate("Questions", "Delete for good"))
        box.setText(_delete_question(name, count))
        box.setInformativeText(translate("Questions", "What is deleted so does not go to the trash."))
        yes.setText(translate("Questions", "Delete"))
        cancel.setText(translate("Questions", "Cancel"))
        _fit(box)

    on_language(box, write)
    box.open()
    return box


def _delete_question(name: str, count: int) -> str:
    if count == 1:
        return translate("Questions", "Delete “{name}” for good?").format(name=name)
    return translate("Questions", "Delete %Ln download(s) with their files for good?", "", count)


def show_about(parent: QWidget) -> QMessageBox:
    """Show what this program is; it stops nobody from going on. Return the box."""
    box = _box(parent)
    box.setIconPixmap(app_icon().pixmap(64))
    box.setText(f"Headrace {__version__}")
    close = box.addButton("", QMessageBox.ButtonRole.AcceptRole)

    def write() -> None:
        box.setWindowTitle(translate("Questions", "About Headrace"))
        box.setInformativeText(translate("Questions", "A download manager that proves every byte it writes."))
        close.setText(translate("Questions", "Close"))
        _fit(box)

    on_language(box, write)
    box.setModal(False)
    box.show()
    return box


def _box(parent: QWidget) -> QMessageBox:
    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def _fit(box: QMessageBox) -> None:
    layout = box.layout()
    if layout is not None:  # made anew with every text and button
        layout.setContentsMargins(16, 20, 24, 20)
