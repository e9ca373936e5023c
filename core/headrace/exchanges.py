"""Requests and answers as they went over the wire, kept in memory to be looked at. Secrets are masked on the way in."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace
from threading import Lock
from time import time
from typing import Final

from headrace.details import Exchange, Headers
from headrace.masking import MASK, masked_line, masked_value, secrets_of, shown_name

_KEPT: Final = 24
"""Exchanges of one download."""
_LINES: Final = 100
"""Header lines of one request or answer."""
_LOGS: Final = 50
"""Downloads whose exchanges are kept, those that began last."""


class ExchangeLog:
    """The newest exchanges of one download. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[int, Exchange] = {}
        self._asked = 0
        self._own: frozenset[str] = frozenset()
        self._secrets: tuple[str, ...] = ()

    def conceal(self, headers: Iterable[tuple[str, str]]) -> None:
        """Show the value of none of these headers, which a person gave, from now on, wherever it turns up."""
        headers = tuple(headers)
        with self._lock:
            self._own |= {name.lower() for name, _ in headers}
            self._secrets = tuple(dict.fromkeys((*secrets_of(headers), *self._secrets)))

    def asked(self, at: float, line: str, fields: Iterable[tuple[str, str]]) -> int:
        """Take in a request sent at `at` (Unix seconds); return the number that `answered` wants."""
        headers = tuple(self._asked_field(name, value) for name, value in list(fields)[:_LINES])
        with self._lock:
            self._asked += 1
            self._kept[self._asked] = Exchange(at, masked_line(line, self._secrets), headers, "", ())
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
            return self._asked

    def _asked_field(self, name: str, value: str) -> tuple[str, str]:
        hidden = name.lower() in self._own
        return shown_name(name), MASK if hidden else masked_value(name, value, self._secrets)

    def answered(self, number: int, line: str, fields: Iterable[tuple[str, str]]) -> None:
        """Take in the head of the answer to a request."""
        own = self._secrets
        headers = tuple((shown_name(name), masked_value(name, value, own)) for name, value in list(fields)[:_LINES])
        with self._lock:
            if number in self._kept:
                status = masked_line(line, own)
                self._kept[number] = replace(self._kept[number], status_line=status, response_headers=headers)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Return what is kept, the newest last."""
        with self._lock:
            return tuple(self._kept.values())


class Wire:
    """One connection's pen for an ExchangeLog. For the connection's thread; anyone may read `sent`."""

    def __init__(self, log: ExchangeLog) -> None:
        self._log = log
        self._line = ""
        self._fields: list[tuple[str, str]] = []
        self._number = 0
        self.sent = False
        """Whether the request under way has gone out."""

    def begin(self) -> None:
        """Be told that another request is to be made, once there is a connection for it."""
        self.sent = False

    def line(self, line: str) -> None:
        """Take the first line of a request."""
        self._line, self._fields = line, []

    def field(self, name: str, value: str) -> None:
        """Take one header of a request."""
        self._fields.append((name, value))

    def asked(self) -> None:
        """Be told that the request has gone out."""
        self._number = self._log.asked(time(), self._line, self._fields)
        self._fields, self.sent = [], True

    def answered(self, line: str, fields: Iterable[tuple[str, str]]) -> None:
        """Take the head of the answer."""
        if not self.sent:  # the server closed on the request, and yet had something to say
            self.asked()
        self._log.answered(self._number, line, fields)


class ExchangeLogs:
    """The logs of the downloads that began last. For one thread; the logs themselves are for any."""

    def __init__(self) -> None:
        self._logs: OrderedDict[str, ExchangeLog] = OrderedDict()

    def begin(self, download_id: str, headers: Headers) -> ExchangeLog:
        """Return the log of a download that begins an attempt with these headers of a person."""
        log = self._logs.setdefault(download_id, ExchangeLog())
        self._logs.move_to_end(download_id)
        log.conceal(headers)
        if len(self._logs) > _LOGS:
            self._logs.popitem(last=False)
        return log

    def of(self, download_id: str) -> tuple[Exchange, ...]:
        """Return the exchanges of a download, the newest last."""
        log = self._logs.get(download_id)
        return log.exchanges() if log is not None else ()

    def forget(self, download_ids: Iterable[str]) -> None:
        """Drop the logs of downloads."""
        for download_id in download_ids:
            self._logs.pop(download_id, None)
