"""What the actions change of downloads: each through a small dialog; how it went is told in a toast.

A dialog is loaded when it is wanted for the first time, or in a thread once the window is seen.
"""

from collections.abc import Callable, Sequence
from functools import partial

from headrace.addresses import place_of
from headrace.logging_in import Asked, asked_by
from headrace.manager import DownloadManager
from headrace.outcomes import ChangeKind, ChangeOutcome
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState
from headrace.trusting import host_untrusted
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from headrace_gui.action_table import Act
from headrace_gui.actions import Actions, readdressable
from headrace_gui.background import Background
from headrace_gui.dialogs.small_dialog import SmallDialog
from headrace_gui.download_commands import DownloadCommands
from headrace_gui.downloads.table_view import DownloadTableView
from headrace_gui.icons import IconSet
from headrace_gui.outcome_words import outcome_sentence
from headrace_gui.theme import Theme
from headrace_gui.toast import ToastArea


class EditCommands(QObject):
    """Opens the dialogs for the chosen downloads, and tells what became of what they asked for."""

    def __init__(
        self,
        manager: DownloadManager,
        table: DownloadTableView,
        toasts: ToastArea,
        background: Background,
        theme: Theme,
        icons: IconSet,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._manager, self._table, self._toasts = manager, table, toasts
        self._background, self._theme, self._icons, self._window = background, theme, icons, parent
        self._dialogs: dict[type[SmallDialog], tuple[SmallDialog, list[str]]] = {}
        manager.change_told.connect(self._tell)
        manager.downloads_removed.connect(self._close_idle)

    def connect_to(self, actions: Actions) -> None:
        """Let the actions call this."""
        calls: dict[Act, Callable[[], object]] = {
            Act.RENAME: lambda: self.rename(self._table.selected()),
            Act.RELOCATE: lambda: self.relocate(self._table.selected()),
            Act.SORT: lambda: self.sort(self._table.selected_ids()),
            Act.READDRESS: lambda: self.readdress(self._table.selected()),
            Act.CERTIFICATE: lambda: self.show_certificate(self._table.selected()),
            Act.LOG_IN: lambda: self.log_in(self._table.selected()),
            Act.COOKIES: lambda: self.give_cookies(self._table.selected()),
            Act.HOST_RULES: lambda: self.show_rules(self._table.selected()),
            Act.WATCH: lambda: self.watch(self._table.selected()),
            Act.PROPERTIES: lambda: self.show_properties(self._table.selected()),
        }
        for act, call in calls.items():
            actions[act].triggered.connect(lambda _checked=False, call=call: call())

    def follow(self, commands: DownloadCommands) -> None:
        """Open what the buttons of rows ask for."""
        commands.readdress_wanted.connect(lambda snapshot: self.readdress([snapshot]))
        commands.certificate_wanted.connect(lambda snapshot: self.show_certificate([snapshot]))
        commands.login_wanted.connect(lambda snapshot: self.log_in([snapshot]))
        commands.cookies_wanted.connect(lambda snapshot: self.give_cookies([snapshot]))

    def rename(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Ask for another name of the one that is chosen."""
        if len(chosen) == 1:
            from headrace_gui.dialogs.rename_dialog import RenameDialog  # noqa: PLC0415 - see the module

            self._open(RenameDialog(self._manager, chosen[0], self._window), chosen)

    def relocate(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Ask for another folder."""
        if chosen:
            from headrace_gui.dialogs.relocate_dialog import RelocateDialog  # noqa: PLC0415 - see the module

            parts = (self._background, self._theme, self._icons, self._window)
            self._open(RelocateDialog(self._manager, chosen, *parts), chosen)

    def sort(self, ids: Sequence[str]) -> None:
        """Show where the rules want downloads, and ask whether they are to be moved."""
        if ids:
            from headrace_gui.dialogs.sort_dialog import SortDialog  # noqa: PLC0415 - see the module

            tell = partial(self._toasts.tell, is_undo=True)
            self._show(SortDialog(self._manager, ids, tell, self._window), list(ids))

    def readdress(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Ask for a fresh link to the one that is chosen."""
        if readdressable(chosen):
            from headrace_gui.dialogs.readdress_dialog import ReaddressDialog  # noqa: PLC0415 - see the module

            self._open(ReaddressDialog(self._manager, chosen[0], self._window), chosen)

    def log_in(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Ask for the login that the first of the chosen waits for which waits for one."""
        asked = (asked_by(each.failure, self._manager) for each in chosen)
        if wanted := next(filter(None, asked), None):
            self.ask_login(wanted)

    def ask_login(self, asked: Asked) -> None:
        """Ask for a login."""
        from headrace_gui.dialogs.login_dialog import LoginDialog  # noqa: PLC0415 - see the module

        dialog = LoginDialog(self._manager, asked, self._background, self._toasts.tell, self._window)
        self._show(dialog, list(asked.ids))

    def give_cookies(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Ask which cookies the unfinished ones of these are to have; what failed for want of some goes on."""
        if unfinished := [each for each in chosen if each.state is not DownloadState.COMPLETED]:
            from headrace_gui.dialogs.cookie_giving import cookie_dialog  # noqa: PLC0415 - see the module

            self._open(cookie_dialog(self._manager, unfinished, self._background, self._window), unfinished)

    def show_certificate(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Show the certificate over which the first of the chosen failed that failed over one."""
        if failed := next((each for each in chosen if host_untrusted(each.failure)), None):
            from headrace_gui.dialogs.certificate_dialog import CertificateDialog  # noqa: PLC0415 - see the module

            self._open(CertificateDialog(self._manager, failed, self._window), [failed])

    def show_rules(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Show what holds for the host of the one that is chosen."""
        if len(chosen) == 1:
            from headrace_gui.dialogs.host_rule_dialog import HostRuleDialog  # noqa: PLC0415 - see the module

            one, tell = chosen[0], self._toasts.tell
            parts = (self._manager, one.host, self._background, tell, self._window)
            self._open(HostRuleDialog(*parts, place=place_of(one.address)), chosen)

    def show_properties(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Show what the chosen are to be like."""
        if chosen:
            from headrace_gui.dialogs.properties_dialog import PropertiesDialog  # noqa: PLC0415 - see the module

            self._open(PropertiesDialog(self._manager, chosen, self._background, self._window), chosen)

    def watch(self, chosen: Sequence[DownloadSnapshot]) -> None:
        """Ask how often the addresses of the chosen are to be looked at."""
        if chosen:
            from headrace_gui.dialogs.watch_dialog import WatchDialog  # noqa: PLC0415 - see the module

            self._open(WatchDialog(self._manager, chosen, self._window), chosen)

    def _open(self, dialog: SmallDialog, chosen: Sequence[DownloadSnapshot]) -> None:
        self._show(dialog, [snapshot.id for snapshot in chosen])

    def _show(self, dialog: SmallDialog, ids: list[str]) -> None:
        """Show a dialog in the place of another of its kind: what it is about has changed."""
        before = self._dialogs.pop(type(dialog), None)
        if before is not None:
            before[0].reject()
        self._dialogs[type(dialog)] = dialog, ids
        dialog.destroyed.connect(lambda: self._forget(dialog))
        dialog.show()

    def _forget(self, dialog: SmallDialog) -> None:
        shown, _ids = self._dialogs.get(type(dialog), (None, []))
        if shown is dialog:
            del self._dialogs[type(dialog)]

    def _close_idle(self, _gone: list[str]) -> None:
        """Close dialogs whose downloads are all off the list."""
        for dialog, ids in list(self._dialogs.values()):
            if all(self._manager.snapshot(download_id) is None for download_id in ids):
                dialog.reject()

    def _tell(self, outcome: ChangeOutcome) -> None:
        snapshot = self._manager.snapshot(outcome.id)
        if snapshot is not None and outcome.kind is not ChangeKind.VERIFYING:
            self._toasts.tell(outcome_sentence(outcome, snapshot))
