"""One login by NTLM or Negotiate at one address: what goes to and fro over the one connection it logs in (RFC 4559)."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from headrace.addresses import place_of
from headrace.errors import DownloadError
from headrace.host_rules import TICKET
from headrace.logins import Login
from headrace.net.challenges import EXCHANGES, Challenge
from headrace.net.interrupt import Interrupt
from headrace.net.parties import Party
from headrace.net.windows_logins import WindowsLogin, WindowsLoginError, missing_plugin
from headrace.states import Failure, FailureReason

_LEGS: Final = 6
"""Requests of one login at most."""
_NAMES: Final = {"ntlm": "NTLM", "negotiate": "Negotiate"}


def plugin_needed(place: str, offered: Sequence[Challenge], *, by_ticket: bool = False) -> DownloadError | None:
    """Return the failure where a place can be logged in at by nothing but what an extra brings that is missing."""
    if not offered or any(one.scheme not in EXCHANGES for one in offered):
        return None
    plugin = missing_plugin(by_ticket=by_ticket)
    told = f"{place}: pip install 'headrace[{plugin}]'"
    return DownloadError(Failure(FailureReason.LOGIN_PLUGIN_NEEDED, told, 401)) if plugin else None


class Handshake:
    """Logs one connection in. For one thread."""

    def __init__(self, challenge: Challenge, address: str, login: Login | None, *, is_asked: bool) -> None:
        """Without a login it is by the person's ticket.

        One that the server has not asked for uses a connection that was logged in before; there a ticket is shown with
        each request, and a password not told again.
        """
        self._scheme, self._login, self._is_asked = challenge.scheme, login, is_asked
        self._certificate = challenge.certificate
        self._place, host = place_of(address), urlsplit(address).hostname or ""
        self.party = Party((self._place, TICKET if login is None else login), wants_new=is_asked)
        self.fault = ""
        """Why the ticket could not be shown."""
        self._windows = WindowsLogin(self._scheme, host, login, self._certificate)
        self._heard = ""
        self._legs = 0

    def text(self, interrupt: Interrupt) -> str | None:
        """Return what the next request tells; None where it tells nothing.

        Raises StoppedError, and DownloadError where the login cannot go on.
        """
        if self.fault or not (self._is_asked or self._login is None):
            return None
        if self._legs and not self.party.has_line:
            raise DownloadError.of(FailureReason.CONNECTION_LOST, "it ended within the login")
        try:
            token = self._windows.answer(self._heard, interrupt)
        except WindowsLoginError as error:
            if self._login is not None or self._legs:
                raise DownloadError.of(FailureReason.BAD_RESPONSE, f"login: {error}", status=401) from error
            self.fault = str(error)
            return None
        self._legs += 1
        return f"{_NAMES[self._scheme]} {token}"

    def goes_on(self, offered: Sequence[Challenge]) -> bool:
        """Take in a 401; say whether the server has something to be answered."""
        self._heard = self._token_in(offered)
        return bool(self._heard) and 0 < self._legs < _LEGS

    def end(self, offered: Sequence[Challenge], interrupt: Interrupt) -> None:
        """Take in the answer that was to be had. Raises DownloadError where the server proves to be somebody else."""
        token = self._token_in(offered)
        if not token or not self._legs:
            return
        try:
            self._windows.answer(token, interrupt)
        except WindowsLoginError as error:
            raise DownloadError.of(FailureReason.BAD_RESPONSE, f"it is not who it says: {error}") from error

    def _token_in(self, offered: Sequence[Challenge]) -> str:
        return next((one.token for one in offered if one.scheme == self._scheme and one.token), "")

    def tried(self, challenge: Challenge, login: Login | None) -> bool:
        """Say whether this very login was refused here, or could not even be told."""
        same = (self._scheme, self._login) == (challenge.scheme, login)
        told = self._is_asked and self._legs and self._certificate == challenge.certificate
        return same and bool(self.fault or told)

    def ticket_needed(self) -> DownloadError:
        """Return the failure where the ticket was not to be had, or not taken."""
        why = self.fault or "the server did not take it"
        return DownloadError(Failure(FailureReason.TICKET_NEEDED, f"{self._place}: {why}", 401))
