"""Asking servers about addresses that may become downloads: name, size, kind, and whether they can be resumed.

No download and no list is needed for it, and nothing is stored.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from http.client import HTTPException
from itertools import count
from pathlib import PurePosixPath
from threading import Condition, Thread, Timer
from typing import Final

from headrace.addresses import host_of, split_credentials
from headrace.disk.file_names import name_from_address, safe_name
from headrace.errors import DownloadError, StoppedError
from headrace.file_facts import FileFacts, Question
from headrace.file_kinds import kinds_disagree
from headrace.logins import Login, basic_field
from headrace.net.ask import Asked, Terms, ask
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import Transport
from headrace.net_options import NetContext
from headrace.settings import Settings
from headrace.states import Failure, FailureReason

_log = logging.getLogger(__name__)

_AT_MOST: Final = 4
_PER_HOST: Final = 2
_PATIENCE: Final = 10.0


Listener = Callable[[Question, FileFacts], None]


class Prober:
    """Asks in threads of its own, four questions at once and two of one host, ten seconds each at most.

    Every method returns at once, from any thread. Answers are told in those threads, in any order, each question once;
    after `close` none is told any more.
    """

    def __init__(
        self,
        settings: Settings,
        context: NetContext | None = None,
        *,
        at_most: int = _AT_MOST,
        per_host: int = _PER_HOST,
        patience: float = _PATIENCE,
    ) -> None:
        self._limits, self._patience = (at_most, per_host), patience
        self._connect = min(settings.connect_timeout, patience)
        context = NetContext() if context is None else context
        self._transport, self._rules = Transport(settings.net, context), context.hosts
        self._turn = Condition()
        self._waiting: deque[tuple[Question, Listener]] = deque()
        self._asking: dict[int, tuple[Question, Interrupt]] = {}
        self._hosts: Counter[str] = Counter()
        self._numbers = count()
        self._threads = 0
        self._closed = False

    def ask(self, questions: Iterable[Question], listener: Listener, *, urgent: bool = False) -> None:
        """Have `listener` told of each address; `urgent` ones are asked before those that wait already."""
        with self._turn:
            if self._closed:
                return
            fresh = [(question, listener) for question in questions]
            self._waiting.extendleft(reversed(fresh)) if urgent else self._waiting.extend(fresh)
            while self._threads < min(self._limits[0], len(self._waiting) + len(self._asking)):
                self._threads += 1
                Thread(target=self._work, args=(next(self._numbers),), name="headrace-probe", daemon=True).start()
            self._turn.notify_all()

    def drop(self, unwanted: Collection[Question]) -> None:
        """Ask these no more, those that are being asked included; nothing is told of them."""
        gone = set(unwanted)
        with self._turn:
            self._waiting = deque(entry for entry in self._waiting if entry[0] not in gone)
            for question, interrupt in self._asking.values():
                if question in gone:
                    interrupt.stop()
            self._turn.notify_all()

    def close(self) -> None:
        """End all of it; threads that are asking wake up and leave by themselves."""
        with self._turn:
            self._closed = True
            self._waiting.clear()
            for _, interrupt in self._asking.values():
                interrupt.stop()
            self._turn.notify_all()
            if not self._threads:
                self._transport.close()

    # -- in the threads ----------------------------------------------------------------------------------------

    def _work(self, number: int) -> None:
        while taken := self._take(number):
            question, listener, interrupt = taken
            facts = self._facts(question, interrupt)
            with self._turn:
                self._leave(number, question)
                told = facts is not None and not self._closed
            if told and facts is not None:
                listener(question, facts)

    def _take(self, number: int) -> tuple[Question, Listener, Interrupt] | None:
        """Return the next question whose host has room, waiting for one; None where nothing waits any more."""
        with self._turn:
            while self._waiting:
                for entry in self._waiting:
                    host = host_of(entry[0].address)
                    if self._hosts[host] < self._limits[1]:
                        self._waiting.remove(entry)
                        self._hosts[host] += 1
                        interrupt = Interrupt()
                        self._asking[number] = entry[0], interrupt
                        return (*entry, interrupt)
                self._turn.wait()
            self._threads -= 1
            if self._closed and not self._threads:
                self._transport.close()
            return None

    def _leave(self, number: int, question: Question) -> None:
        host = host_of(question.address)
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        del self._asking[number]
        self._turn.notify_all()

    def _facts(self, question: Question, interrupt: Interrupt) -> FileFacts | None:
        """Ask; None where it was stopped from outside."""
        late = _Alarm(self._patience + self._pauses(question), interrupt)
        try:
            with late:
                return _facts_of(question, self._ask(question, interrupt))
        except StoppedError:
            return _failed(question, Failure(FailureReason.CONNECT_TIMEOUT)) if late.rang else None
        except DownloadError as error:
            return _failed(question, error.failure)
        except Exception as error:  # noqa: BLE001 - hostile answers make libraries raise anything
            return self._fault(question, interrupt, late, error)

    def _pauses(self, question: Question) -> float:
        """Return seconds for which a rule may have the question wait for others of its host: that is nobody's fault."""
        rule = self._rules.of(question.address)
        return 0.0 if rule is None or rule.pause is None else rule.pause * self._limits[1]

    def _fault(self, question: Question, interrupt: Interrupt, late: "_Alarm", error: Exception) -> FileFacts | None:
        if late.rang:
            return _failed(question, Failure(FailureReason.CONNECT_TIMEOUT))
        if interrupt.stopped:
            return None
        failure = network_failure(error)
        if failure is None:
            _log.warning("asking %s failed: %s", host_of(question.address), type(error).__name__)
            bad = isinstance(error, (ValueError, HTTPException, OSError))
            failure = Failure(FailureReason.BAD_RESPONSE if bad else FailureReason.INTERNAL)
        return _failed(question, failure)

    def _ask(self, question: Question, interrupt: Interrupt) -> Asked:
        address, login = split_credentials(question.address)
        headers = question.headers if login is None else (*question.headers, basic_field(Login(*login)))
        session = self._transport.through(question.proxy).carrying(question.cookies).session()
        try:
            # the alarm leaves a silent server, and says so: a read would give up at the same moment with other words
            patience = (self._connect, 2 * self._patience)
            return ask(session, address, headers, interrupt, patience, Terms(question.unless, question.allow))
        finally:
            session.close()


class _Alarm:
    """Stops an interrupt when time is up, unless it is left before."""

    def __init__(self, seconds: float, interrupt: Interrupt) -> None:
        self.rang = False
        self._interrupt = interrupt
        self._timer = Timer(seconds, self._ring)
        self._timer.daemon = True

    def _ring(self) -> None:
        self.rang = True
        self._interrupt.stop()

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def _facts_of(question: Question, asked: Asked) -> FileFacts:
    remote, given = asked.remote, name_from_address(question.address)
    kind = remote.media_type
    return FileFacts(
        safe_name(remote.name, fallback=given) if remote.name else _likelier(given, name_from_address(remote.address)),
        size=asked.total,
        media_type=kind,
        resumable=asked.resumable and not remote.encoded,
        is_page=remote.name is None and "html" in (kind or "") and kinds_disagree(given, kind),
        is_unchanged=remote.status == 304,
        etag=remote.etag,
        last_modified=remote.last_modified,
        modified=remote.modified,
        fresh_for=remote.fresh_for,
    )


def _likelier(given: str, final: str) -> str:
    """Choose between the names of the address asked for and of the one it led to: the latter, if it has an ending."""
    return final if PurePosixPath(final).suffix or not PurePosixPath(given).suffix else given


def _failed(question: Question, failure: Failure) -> FileFacts:
    return FileFacts(name_from_address(question.address), failure=failure)
