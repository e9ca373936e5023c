"""Crew: the connections of one attempt. Who works, who is added, who gives way; it never touches a byte itself."""

import logging
from collections.abc import Callable
from threading import Condition
from time import monotonic
from typing import Final

from headrace.addresses import host_of
from headrace.details import ConnectionSnapshot
from headrace.errors import DownloadError, StoppedError
from headrace.states import Failure, FailureReason
from headrace.story import Headcount, StoryKind
from headrace.transfer.attempt import LEAST_DIVIDED, Attempt, NothingToFetchError, RestartError
from headrace.transfer.climb import Climb
from headrace.transfer.distrust import Distrust
from headrace.transfer.fetcher import SegmentFetcher
from headrace.transfer.host_slots import give_way
from headrace.transfer.insist import insist
from headrace.transfer.pace import Pace
from headrace.transfer.segments import LEAST_SPLIT, Segment, time_left
from headrace.transfer.sources import DIFFERS
from headrace.transfer.worker import SegmentWorker

_log = logging.getLogger(__name__)
_R = FailureReason
_ENDGAME: Final = 0.25
"""Seconds left of a segment below which nobody takes a part of it."""
_WORTH_ASKING: Final = 3.0
"""Times as long as an answer takes must be left of a segment for a part of it to be asked for."""
_CRAWL: Final = 0.75
"""Seconds left of a segment too small to divide, from which a much faster connection takes it over."""
_YOUNG: Final = 1.5
"""Seconds from its answer on, in which a connection may be faster than it looks."""
_MUCH_FASTER: Final = 4.0
_FADING: Final = 0.95
"""What is left of the memory of a connection's speed after `_FADES` seconds."""
_FADES: Final = 0.25
_HAND_OVER: Final = 1.0
"""Seconds a connection waits for a segment it takes over."""
_BACKOFF: Final = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds without further connections after one failed, by how many failed in a row."""
_CALM: Final = 0.2
"""Seconds from the first answer until all that helped the last time are asked for: who stops soon waits for none."""
_LOW_SPEED_TIME: Final = 60.0
_REFUSALS = {_R.TOO_MANY_REQUESTS, _R.SERVER_BUSY, _R.FORBIDDEN, _R.NOT_FOUND, _R.GONE, _R.CONNECT_FAILED}
_REFUSALS |= {_R.CONNECTION_LOST, _R.CONNECT_TIMEOUT, _R.LOGIN_NEEDED, _R.TICKET_NEEDED, _R.REQUEST_REFUSED}
"""What a server says that takes no further connection, if it says so before the first byte."""
_ANOTHER_FILE = {_R.SOURCES_DIFFER, _R.SIZE_MISMATCH, _R.NOT_THE_FILE}
"""What shows that an address has something else, where there are several."""
_THE_JOBS = {reason for reason in FailureReason if 300 <= reason < 400 or reason >= 500} | {_R.CHECKSUM_MISMATCH}
"""Faults of disk and program: they concern every connection."""
_A_PERSONS = {_R.SOURCES_DIFFER, _R.TLS_CERTIFICATE, _R.HOST_KEY_UNKNOWN, _R.HOST_KEY_CHANGED, _R.EXTRA_MISSING}
"""What a person has to look at before the only address there is may be asked again."""


class Crew:
    """Connections at work for one attempt. Thread-safe; `join` in the job's own thread."""

    def __init__(self, attempt: Attempt, on_watch: Callable[[], None]) -> None:
        self._attempt = attempt
        self._on_watch = on_watch
        self._changed = Condition()
        self._at_work: dict[SegmentFetcher, Pace] = {}
        self._workers: list[SegmentWorker] = []
        self._further: set[SegmentFetcher] = set()
        """All but the job's own."""
        self._climb: Climb | None = None
        self._closed = False
        self._lately = 1.0
        """Bytes/s that one connection brought of late, at its best."""
        self._conducted_at = 0.0
        self._gone = 0
        """Bytes that came over connections that are gone."""
        self._failures = 0
        self._add_again_at = 0.0
        self._headcount = Headcount()
        self._distrust: Distrust[SegmentFetcher] = Distrust()
        self._calls: list[Exception] = []
        """What a further connection found that concerns the whole attempt."""

    # -- the job's own connection ------------------------------------------------------------------------------

    def enter(self, fetcher: SegmentFetcher) -> None:
        """Count the job's own connection as being at work."""
        with self._changed:
            self._at_work[fetcher] = Pace(monotonic())

    def leave(self, fetcher: SegmentFetcher) -> None:
        """Count it out again, and give its place at the host back."""
        with self._changed:
            self._count_out(fetcher)
            fetcher.slot.release()
            self._changed.notify_all()

    def _count_out(self, fetcher: SegmentFetcher) -> None:
        if self._at_work.pop(fetcher, None) is not None:
            self._gone += fetcher.line.arrived

    def check(self) -> None:
        """Raise what another connection found that concerns all."""
        with self._changed:
            if self._calls:
                raise self._calls[0]

    @property
    def busy(self) -> bool:
        """Whether any connection is at work."""
        with self._changed:
            return bool(self._at_work)

    def connections(self, now: float) -> tuple[ConnectionSnapshot, ...]:
        """Return what each connection is doing at monotonic time `now`, in the order they began."""
        with self._changed:
            seen = [fetcher.seen(pace.speed, now) for fetcher, pace in self._at_work.items()]
        return tuple(sorted(filter(None, seen), key=lambda one: one.number))

    def wait(self, seconds: float) -> None:
        """Wait until a connection ends or calls, at most `seconds`; call after `leave`."""
        with self._changed:
            before = len(self._at_work)
            self._changed.wait_for(
                lambda: self._calls or len(self._at_work) < before or self._attempt.interrupt.stopped, seconds
            )

    def wake(self) -> None:
        """End a `wait`."""
        with self._changed:
            self._changed.notify_all()

    def dismiss(self) -> None:
        """End all connections, in this thread: none works for the attempt any more when this returns."""
        with self._changed:
            self._closed = True
            for fetcher in self._at_work:
                fetcher.dismiss()
            workers, self._workers = self._workers, []
        for worker in workers:
            worker.wait()
        with self._changed:
            self._closed = False
            self._climb, self._calls = None, []

    # -- handing out work (Chief) ------------------------------------------------------------------------------

    def alone(self, fetcher: SegmentFetcher) -> bool:
        """Say whether no other connection is at work."""
        with self._changed:
            return all(other is fetcher for other in self._at_work)

    def watched(self) -> None:
        """Have the attempt conducted from now on."""
        self._on_watch()

    def take(self, fetcher: SegmentFetcher) -> Segment | None:
        """Hand out a free segment, else a part of the one that would take longest."""
        holding = self._attempt.holding
        with self._changed:
            if self._closed or self._calls:
                return None
            segment = holding.take()
            if segment is None and self._attempt.divisible:
                segment = self._part_of_another(fetcher)
            if segment is not None:
                fetcher.segment = segment
            return segment

    def follow(self, fetcher: SegmentFetcher, offset: int) -> Segment | None:
        """Let a connection go on into the free segment behind its own, so that no byte of its answer is wasted."""
        with self._changed:
            segment = None if self._closed or self._calls else self._attempt.holding.take_at(offset)
            if segment is not None:
                fetcher.segment = segment
            return segment

    def _part_of_another(self, fetcher: SegmentFetcher) -> Segment | None:
        """Divide the segment with the most time left that can be divided, or take one over from a slow connection."""
        own = self._at_work[fetcher].speed if fetcher in self._at_work else None
        own = own or self._lately
        victims = [
            (time_left(other.segment, self._speed(other)), other, self._speed(other))
            for other in self._at_work
            if other is not fetcher and other.segment is not None and other.segment.remaining
        ]
        for left, victim, speed in sorted(victims, key=lambda entry: -entry[0]):
            if victim.segment is None or left < max(_ENDGAME, _WORTH_ASKING * fetcher.latency):
                return None
            if (victim.segment.remaining or 0) >= LEAST_SPLIT:
                share = own / (own + speed) * (1.0 - fetcher.latency / left)  # the other goes on while this one waits
                return self._attempt.holding.divide(victim.segment, share)
            if left >= _CRAWL and own >= _MUCH_FASTER * speed:
                return self._take_over(victim)
        return None

    def _take_over(self, victim: SegmentFetcher) -> Segment | None:
        victim.dismiss()
        interrupt = self._attempt.interrupt
        self._changed.wait_for(lambda: self._closed or interrupt.stopped or victim not in self._at_work, _HAND_OVER)
        return None if self._closed or interrupt.stopped else self._attempt.holding.take()

    def _speed(self, fetcher: SegmentFetcher) -> float:
        """Return the bytes/s of a connection; of one that has only begun at least what others brought."""
        pace = self._at_work[fetcher]
        speed = pace.speed or 0.0
        return speed if monotonic() - pace.began >= _YOUNG else max(speed, self._lately)

    def _crawls(self, fetcher: SegmentFetcher) -> bool:
        """Say whether a connection holds a segment for long that another would be much faster with."""
        speed = self._speed(fetcher)
        return time_left(fetcher.segment, speed) >= _CRAWL and self._lately >= _MUCH_FASTER * speed

    # -- adding and stepping back ------------------------------------------------------------------------------

    def conduct(self, now: float) -> None:
        """Measure, add connections while they help, dismiss what crawls. Called four times a second, or oftener."""
        with self._changed:
            for fetcher, pace in self._at_work.items():
                if fetcher.connected and pace.began < fetcher.answered_at <= now:  # the wait for it was nobody's pace
                    self._at_work[fetcher] = Pace(fetcher.answered_at, fetcher.line.came_before)
                if fetcher.answered_at:
                    self._at_work[fetcher].update(now, fetcher.line.arrived)
            left = _FADING ** (min(_FADES, now - self._conducted_at) / _FADES)
            self._conducted_at = now
            self._lately = max(left * self._lately, *(pace.speed or 1.0 for pace in self._at_work.values()), 1.0)
            if self._closed or self._calls or not self._at_work:
                return
            self._dismiss_the_slow(now)
            if self._attempt.divisible:
                give_way(self._attempt.tools.hosts, self._at_work, self._further)
                self._adjust(now)
            if self._headcount.due(len(self._at_work), now):
                self._attempt.tell(StoryKind.CONNECTIONS, len(self._at_work))

    def _dismiss_the_slow(self, now: float) -> None:
        """Leave connections that bring next to nothing for a minute (low speed rule)."""
        lowest = self._attempt.plan.low_speed
        if lowest is None or self._attempt.holding.total is None or self._attempt.throttle.limited:
            return
        for fetcher, pace in self._at_work.items():
            if fetcher.connected and pace.slow_for(now, lowest) > _LOW_SPEED_TIME and not fetcher.leaving:
                fetcher.dismiss(Failure(_R.TOO_SLOW))

    def distrust(self, now: float) -> None:
        """Doubt every connection there is until it brings a byte: its other end may be gone for good."""
        with self._changed:
            self._distrust.begin({fetcher: fetcher.received for fetcher in self._at_work}, now)

    def dismiss_the_dead(self, now: float) -> None:
        """Leave the connections in doubt that brought no byte in time."""
        with self._changed:
            for fetcher in self._distrust.dead({one: one.received for one in self._at_work}, now):
                fetcher.dismiss(Failure(_R.STALLED))

    def _adjust(self, now: float) -> None:
        attempt, active = self._attempt, len(self._at_work)
        total, received = attempt.holding.total or 0, attempt.holding.received
        arrived = self._gone + sum(fetcher.line.arrived for fetcher in self._at_work)
        climb = self._climb = self._climb or self._fresh_climb()
        pending = sum(not fetcher.answered_at for fetcher in self._at_work)
        most, host = attempt.most_connections, attempt.host
        climb.allow(most)
        climb.limited = attempt.throttle.limited or all(fetcher.line.stands_still(now) for fetcher in self._at_work)
        wanted = climb.step(now, arrived, active, total - received, pending)
        if total - received < LEAST_DIVIDED and any(map(self._crawls, self._at_work)):  # none else is there to help
            wanted = active + 1 if all(map(self._crawls, self._at_work)) else max(wanted, active)
        ceiling = attempt.tools.hosts.ceiling(host, now)
        wanted = min(wanted, most, ceiling or wanted)
        if attempt.tools.hosts.waiting(host):
            wanted = min(wanted, max(1, active - 1))
        if wanted < active:
            self._step_back(active - wanted)
        elif wanted > active and now >= self._add_again_at:
            for _ in range(wanted - active):
                if not self._worth_adding() or not self._add(now):
                    break

    def _fresh_climb(self) -> Climb:
        useful = self._attempt.tools.hosts.useful(host_of(self._attempt.base)) or 1
        climb = Climb(self._attempt.most_connections, start=useful)
        first = min((one for one in self._at_work if one.answered_at), key=lambda one: one.answered_at, default=None)
        if first is not None:
            climb.begin(first.answered_at, self._gone, first.latency)
            self._add_again_at = max(self._add_again_at, first.answered_at + _CALM * (useful > 1))
        return climb

    def _step_back(self, count: int) -> None:
        """Dismiss the slowest of the further connections; the job's own stays."""
        further = [fetcher for fetcher in self._at_work if fetcher in self._further and not fetcher.leaving]
        for fetcher in sorted(further, key=lambda one: self._at_work[one].speed or 0.0)[:count]:
            fetcher.dismiss()

    def _worth_adding(self) -> bool:
        free = any(not part.connected and part.position != part.end for part in self._attempt.holding.segments())
        return free or any(time_left(fetcher.segment, self._speed(fetcher)) > _ENDGAME for fetcher in self._at_work)

    def _add(self, now: float) -> bool:
        """Set one more connection to work; say whether there was an address and a place for it."""
        source = self._attempt.sources.pick(now)
        if source is None or not SegmentWorker.may_start():
            return False
        slot = self._attempt.tools.hosts.try_slot(host_of(source.resolved or source.address))
        if slot is None:
            return False
        try:
            fetcher = SegmentFetcher(self._attempt, self, source, slot)
            worker = SegmentWorker(lambda: self._run(fetcher))
            self._workers = [one for one in self._workers if not one.isFinished()] + [worker]
            pace = Pace(now)
        except BaseException:
            slot.release()
            raise
        self._at_work[fetcher] = pace  # last: who is here is waited for
        self._further.add(fetcher)
        worker.start()
        return True

    # -- in the threads of further connections -----------------------------------------------------------------

    def _run(self, fetcher: SegmentFetcher) -> None:
        failure: DownloadError | None = None
        call: RestartError | None = None
        try:
            fetcher.work()
        except (StoppedError, NothingToFetchError):
            pass
        except DownloadError as error:
            failure = error
        except RestartError as error:
            call = error
        except Exception as error:  # noqa: BLE001 - who is not counted out is waited for, for ever
            failure = DownloadError.of(_R.INTERNAL, type(error).__name__)
        insist(lambda: self._ended(fetcher, failure, call))

    def _ended(
        self, fetcher: SegmentFetcher, failure: DownloadError | None = None, call: RestartError | None = None
    ) -> None:
        with self._changed:
            active = len(self._at_work)
            self._count_out(fetcher)
            self._further.discard(fetcher)
            fetcher.slot.release()
            if fetcher.received:
                self._failures = 0
            if failure is not None:
                self._note_failure(fetcher, failure, active)
            if call is not None:
                self._call(call)
            self._changed.notify_all()

    def _note_failure(self, fetcher: SegmentFetcher, error: DownloadError, active: int) -> None:
        """Take the failure of one connection as what it is: the disk's, the server's refusal, or an accident."""
        failure, now = error.failure, monotonic()
        _log.info("%s: a further connection ended: %s", self._attempt.plan.id, failure.reason.name)
        if failure.reason in _THE_JOBS or self.must_ask(fetcher, failure):
            self._call(error)
            return
        self._attempt.tell_lost(fetcher.source, failure)
        self.blame(fetcher, error, active)
        self._add_again_at = now + _BACKOFF[min(self._failures, len(_BACKOFF) - 1)]
        self._failures += 1

    def must_ask(self, fetcher: SegmentFetcher, failure: Failure) -> bool:
        """Say whether nothing may be asked again, by no connection, before a person has looked at it."""
        return failure.reason in _A_PERSONS and not self._attempt.sources.another(fetcher.source)

    def blame(self, fetcher: SegmentFetcher, error: DownloadError, active: int) -> None:
        """Remember what a failure says of the address and of how many connections its server takes."""
        attempt, now, reason = self._attempt, monotonic(), error.failure.reason
        host = host_of(fetcher.source.resolved or fetcher.source.address)
        if reason is _R.SOURCES_DIFFER or (reason in _ANOTHER_FILE and attempt.sources.another(fetcher.source)):
            attempt.drop_source(fetcher.source, DIFFERS, reason)
        elif not attempt.sources.only_one:
            attempt.sources.fail(fetcher.source, now, fatal=reason in _A_PERSONS)
            if fetcher.source.dropped is not None:
                attempt.left(fetcher.source, reason)
        if active > 1 and not fetcher.received and reason in _REFUSALS:
            attempt.tools.hosts.refused(host, active, now)
            if self._climb is not None:
                self._climb.refuse(max(1, active - 1))

    def _call(self, error: Exception) -> None:
        self._calls.append(error)
        for other in self._at_work:
            other.dismiss()

    def learn(self) -> None:
        """Remember how many connections helped, for the next download of this host."""
        climb, hosts, host = self._climb, self._attempt.tools.hosts, host_of(self._attempt.base)
        if climb is None:
            return
        known, best = hosts.useful(host) or 1, climb.best
        if best >= self._attempt.most_connections:
            best = max(best, known)  # the end of what was asked for, not of what the host gives
        if climb.proven or best < known:
            hosts.learn(host, best)
