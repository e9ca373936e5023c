"""Cookies for downloads that are on the list: asked for in a dialog of their own."""

from collections.abc import Sequence
from typing import Final

from headrace.cookie_choices import CookieChoice
from headrace.manager import DownloadManager
from headrace.snapshots import DownloadSnapshot
from headrace.states import DownloadState, FailureReason
from PySide6.QtWidgets import QWidget

from headrace_gui.background import Background
from headrace_gui.dialogs.cookie_dialog import CookieDialog
from headrace_gui.dialogs.cookie_field import hint_words
from headrace_gui.dialogs.cookie_means import CookieMeans, give_cookies

_CURED: Final = frozenset(
    {FailureReason.COOKIES_NEEDED, FailureReason.FORBIDDEN, FailureReason.NOT_THE_FILE, FailureReason.LOGIN_NEEDED}
)
"""What failed so may well go on with other cookies."""


def cookie_dialog(
    manager: DownloadManager, to: Sequence[DownloadSnapshot], background: Background, parent: QWidget
) -> CookieDialog:
    """Return a dialog that gives downloads what is chosen, and has those go on that failed for want of it."""
    addresses = [each.address for each in to]

    def take(choice: CookieChoice | None) -> None:
        give_cookies(manager, to, choice)
        now = filter(None, (manager.snapshot(each.id) for each in to))
        failed = [one for one in now if one.state is DownloadState.FAILED and one.failure is not None]
        manager.resume([one.id for one in failed if one.failure is not None and one.failure.reason in _CURED])

    means = CookieMeans(background, manager.net_context.cookies.keychain, lambda: addresses)
    return CookieDialog(means, take, parent, hint=hint_words)
