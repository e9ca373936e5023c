"""Small dialogs that are loaded when they are wanted, or in a thread once the window is seen: it opens sooner so."""

from collections.abc import Callable

from headrace.manager import DownloadManager
from PySide6.QtWidgets import QWidget

from headrace_gui.background import Background
from headrace_gui.icons import IconSet
from headrace_gui.theme import Theme


def ask_limit(limit: int | None, chosen: Callable[[int | None], object], parent: QWidget) -> None:
    """Ask for a speed limit, bytes per second, that is not among the presets; `chosen` is called with it."""
    from headrace_gui.dialogs.limit_dialog import LimitDialog  # noqa: PLC0415 - see the module

    dialog = LimitDialog(limit, parent)
    dialog.limit_chosen.connect(chosen)
    dialog.show()


def ask_delete(parent: QWidget, name: str, count: int, delete: Callable[[], object]) -> None:
    """Ask whether `count` files, `name` the first, go for good; call `delete` if so."""
    from headrace_gui.dialogs.questions import ask_delete as ask  # noqa: PLC0415 - see the module

    ask(parent, name, count, delete)


def show_about(parent: QWidget) -> None:
    """Show what this program is."""
    from headrace_gui.dialogs.questions import show_about as show  # noqa: PLC0415 - see the module

    show(parent)


def show_hosts(manager: DownloadManager, background: Background, theme: Theme, icons: IconSet, parent: QWidget) -> None:
    """Show the hosts with rules, and those of which something was learnt; the list that is open, where one is."""
    from headrace_gui.dialogs.hosts_dialog import HostsDialog  # noqa: PLC0415 - see the module

    there = parent.findChild(HostsDialog)
    dialog = HostsDialog(manager, background, theme, icons, parent) if there is None else there
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()


def show_shortcuts(parent: QWidget) -> None:
    """Show the keys."""
    from headrace_gui.dialogs.shortcuts_dialog import ShortcutsDialog  # noqa: PLC0415 - see the module

    ShortcutsDialog(parent).show()
