"""What a person does in the sidebar: rows dropped on a category or queue, queues added, renamed, held and removed."""

from collections.abc import Callable, Sequence

from headrace.filters import Category
from headrace.manager import DownloadManager
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit, QWidget

from headrace_gui import words
from headrace_gui.dialogs.queue_dialog import QueueDialog
from headrace_gui.dialogs.small_dialog import SmallDialog, Text
from headrace_gui.downloads.filter_sidebar import FilterSidebar
from headrace_gui.icons import IconSet
from headrace_gui.settings_pages.queue_book import QueueBook, main_name
from headrace_gui.texts import translate
from headrace_gui.theme import Theme
from headrace_gui.toast import ToastArea


class QueueNameDialog(SmallDialog):
    """Asks for a queue's name; `take` says in words why it cannot be, or does it and returns ""."""

    def __init__(self, title: Text, name: str, take: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(title, title, parent)
        self._take = take
        self.name = QLineEdit(name, self)
        self.add_label(lambda: translate("Queues", "Name of the queue"), self.name)
        self.name.textChanged.connect(self.check)
        self.name.selectAll()
        self.name.setFocus()

    def confirm(self) -> bool:
        """Hand the name on."""
        fault = self._take(self.name.text())
        return not fault or self.refuse(fault)


class SidebarCommands(QObject):
    """Carries out what the sidebar asks for, and keeps its queues and categories those of the settings."""

    def __init__(
        self,
        manager: DownloadManager,
        sidebar: FilterSidebar,
        book: QueueBook,
        toasts: ToastArea,
        look: tuple[Theme, IconSet],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._manager, self._sidebar, self._book, self._toasts, self._window = manager, sidebar, book, toasts, parent
        self._look = look
        sidebar.dropped_on_category.connect(self._put_in_category)
        sidebar.dropped_on_queue.connect(self._put_in_queue)
        sidebar.queue_add_wanted.connect(self.add_queue)
        sidebar.queue_rename_wanted.connect(self.rename_queue)
        sidebar.queue_remove_wanted.connect(self.remove_queue)
        sidebar.queue_options_wanted.connect(self.set_options)
        sidebar.queue_hold_wanted.connect(lambda name, held: book.hold(name, held=held))
        manager.settings_changed.connect(self._show_groups)
        manager.holds_changed.connect(self._show_groups)
        self._show_groups()

    def add_queue(self) -> None:
        """Ask for the name of one more queue."""
        QueueNameDialog(lambda: translate("Queues", "Add queue"), "", self._book.add, self._window).show()

    def rename_queue(self, name: str) -> None:
        """Ask for another name of a queue."""
        QueueNameDialog(
            lambda: translate("Queues", "Rename queue"), name, lambda new: self._book.rename(name, new), self._window
        ).show()

    def set_options(self, name: str) -> None:
        """Ask for a queue's folder, limit, number and hours."""
        QueueDialog(name, self._book, *self._look, self._window).show()

    def remove_queue(self, name: str) -> None:
        """Remove a queue at once; its downloads go to the main one, and a toast offers to undo it."""
        undo = self._book.remove(name)
        said = translate("Queues", "Removed the queue {queue}").format(queue=name)
        self._toasts.tell(said, translate("Queues", "Undo"), undo, is_undo=True)

    def _show_groups(self) -> None:
        settings = self._manager.settings
        self._sidebar.follow_categories()
        self._sidebar.set_queues(settings.queues, settings.held_queues, self._manager.holds)

    def _put_in_category(self, ids: Sequence[str], category: Category) -> None:
        self._manager.changes.set_category(ids, category.value)
        said = translate("Queues", "%Ln download(s) moved to {place}", "", len(ids))
        self._toasts.tell(said.format(place=words.category_name(category)))

    def _put_in_queue(self, ids: Sequence[str], name: str) -> None:
        self._manager.changes.set_queue(ids, name)
        said = translate("Queues", "%Ln download(s) moved to {place}", "", len(ids))
        self._toasts.tell(said.format(place=name or main_name()))
