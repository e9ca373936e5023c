"""Tells a web service what happens: JSON objects by POST, in order, again where that failed."""

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Thread
from time import monotonic
from typing import Final

from headrace.addresses import host_of, split_credentials
from headrace.errors import DownloadError, StoppedError
from headrace.logins import Login, basic_field
from headrace.net.interrupt import Interrupt
from headrace.net.posting import post_json
from headrace.net.sessions import Transport
from headrace.net_options import NetContext, NetOptions

_LOG: Final = logging.getLogger(__name__)
PAUSES: Final = (2.0, 10.0, 60.0, 300.0)
"""Seconds between tries; then what could not be told is dropped."""
_WAITING: Final = 1_000
"""Objects that wait; beyond that the oldest is dropped."""
_TIMEOUTS: Final = (10.0, 20.0)
_TRY_AGAIN: Final = frozenset({408, 425, 429})
"""Refusals that say nothing of the object."""


class Webhook:
    """One address and what is to be told there; the thread is there only while there is something."""

    def __init__(
        self,
        address: str,
        options: NetOptions,
        troubled: Callable[[str, str], object],
        context: NetContext | None = None,
    ) -> None:
        """`troubled` is told the host and the reason where something was dropped, in a thread of its own."""
        bare, login = split_credentials(address)
        self.address, self.options = address, options
        self._bare, self._headers = bare, () if login is None else (basic_field(Login(*login)),)
        self._troubled = troubled
        self._transport = Transport(options, context)
        self._changed = Condition()
        self._waiting: deque[bytes] = deque()
        self._interrupt = Interrupt()
        self._thread: Thread | None = None

    def tell(self, body: bytes) -> None:
        """Have an object told behind those that wait. From any thread."""
        with self._changed:
            if self._interrupt.stopped:
                return
            if len(self._waiting) >= _WAITING:
                self._waiting.popleft()
                _LOG.warning("%s is told too slowly: something was dropped", host_of(self._bare))
            self._waiting.append(body)
            if self._thread is None:
                self._thread = Thread(target=self._work, name="webhook", daemon=True)
                self._thread.start()

    def close(self, timeout: float = 0.0) -> bool:
        """Drop what waits, wake the thread, and say whether it had ended after `timeout` seconds."""
        with self._changed:
            self._waiting.clear()
            self._interrupt.stop()
            ended = self._changed.wait_for(lambda: self._thread is None, timeout)
        self._transport.close()
        return ended

    # -- in the thread -----------------------------------------------------------------------------------------

    def _work(self) -> None:
        with suppress(StoppedError):
            while (body := self._next()) is not None:
                self._bring(body)
            return
        with self._changed:
            self._thread = None
            self._changed.notify_all()

    def _next(self) -> bytes | None:
        with self._changed:
            if self._waiting:
                return self._waiting.popleft()
            self._transport.drop_idle()
            self._thread = None
            self._changed.notify_all()
            return None

    def _bring(self, body: bytes) -> None:
        """Tell one object, or give it up. Raises StoppedError."""
        why = ""
        for pause in (*PAUSES, None):
            began = monotonic()
            why, may_work = self._try(body)
            if not why:
                return
            if pause is None or not may_work:
                break
            self._interrupt.wait(max(0.0, pause - (monotonic() - began)))
        _LOG.warning("%s was not told: %s", host_of(self._bare), why)
        self._troubled(host_of(self._bare), why)

    def _try(self, body: bytes) -> tuple[str, bool]:
        """Return why it was not taken, "" where it was, and whether another try may do better. Raises StoppedError."""
        session = self._transport.session()
        try:
            status = post_json(session, self._bare, self._headers, body, self._interrupt, _TIMEOUTS)
        except DownloadError as error:
            self._interrupt.check()
            return error.failure.reason.name.lower().replace("_", " "), True
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, what comes next is told all the same
            return type(error).__name__, False
        finally:
            session.close()
        if 200 <= status < 300:
            return "", False
        return f"HTTP status {status}", status >= 500 or status in _TRY_AGAIN
