"""One address asked by somebody who may have to say who asks: the request, and what a login takes of repetitions."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Final

import requests
from urllib3.exceptions import HTTPError

from headrace.net.arriving_body import ArrivingBody
from headrace.net.cookies import cookies_of
from headrace.net.identity import Identity
from headrace.net.interrupt import Interrupt
from headrace.net.parties import Party
from headrace.net.sessions import get, hosts_of, logins_of

_LONGEST: Final = 1 << 16
"""Bytes of a refusal that are read so that its connection can be used again."""


@dataclass(frozen=True, slots=True)
class Visit:
    """In what session, until when, and with what patience is asked."""

    session: requests.Session
    interrupt: Interrupt
    timeouts: tuple[float, float]
    """Seconds to connect, without a byte."""

    def admitted(self, address: str, own: dict[str, str], further: Mapping[str, str]) -> requests.Response:
        """Ask an address, and log in where that is wanted and can be done; return the last answer, unread.

        `own` are the headers of a person that this address may see. Raises what `get` raises, and DownloadError.
        """
        who = Identity(logins_of(self.session), address, own, hosts_of(self.session).of(address))
        cookies = cookies_of(self.session)
        try:
            while True:
                headers = cookies.header_fields(address) | who.fields(self.interrupt) | dict(further)
                response = get(self.session, address, headers, self.interrupt, self.timeouts, party=who.party)
                if not self._goes_on(who, response):
                    return response
                _leave(response, who.party)
        finally:
            who.leave()

    def _goes_on(self, who: Identity, response: requests.Response) -> bool:
        try:
            return who.answers(response, _certificate(response), self.interrupt)
        except BaseException:
            response.close()
            raise


def _certificate(response: requests.Response) -> bytes | None:
    return response.raw.certificate if isinstance(response.raw, ArrivingBody) else None


def _leave(response: requests.Response, party: Party | None) -> None:
    """Be done with a refusal; where its connection is one that a login goes on, keep that."""
    if party is None:
        response.close()
        return
    with party.holding():
        try:
            _read_away(response)
        finally:
            response.close()


def _read_away(response: requests.Response) -> None:
    left = _LONGEST
    with suppress(requests.RequestException, HTTPError, HTTPException, OSError):
        for piece in response.iter_content(_LONGEST):
            left -= len(piece)
            if left < 0:
                return
