"""What all connections of one attempt share: plan, tools, the file they fill, the notes they take."""

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from threading import Lock
from time import monotonic
from typing import Any, Final

from headrace.addresses import host_of
from headrace.claims import Claims
from headrace.disk.file_names import name_from_address, part_name
from headrace.errors import DownloadError
from headrace.file_kinds import kinds_disagree
from headrace.net.interrupt import Interrupt
from headrace.net.probe import Answer, RemoteFile
from headrace.permissions import Permission
from headrace.states import Failure, FailureReason, Notice
from headrace.story import Datum, StoryKind
from headrace.transfer import places, target
from headrace.transfer.blocks import BLOCK
from headrace.transfer.events import JobConnected, JobConnecting, JobNoted, JobPlaced
from headrace.transfer.holding import Holding
from headrace.transfer.intruders import intruder, unexpected_type
from headrace.transfer.plan import JobPlan
from headrace.transfer.sources import DIFFERS, Source, Sources
from headrace.transfer.throttle import Throttle
from headrace.transfer.tools import JobTools

_log = logging.getLogger(__name__)
LEAST_DIVIDED: Final = 4 << 20
"""Bytes below which a file is not worth a second connection."""
_HEAD: Final = 1024
"""Bytes that tell a web page from a file."""


class RestartError(Exception):
    """What is held cannot be continued: all connections stop, and a new generation begins."""

    def __init__(self, notice: Notice | None) -> None:
        super().__init__(notice.name if notice else "asked for")
        self.notice = notice


class NothingToFetchError(Exception):
    """The file exists and the download was to be skipped then."""


class Attempt:
    """Shared by all connections of one attempt; thread-safe."""

    def __init__(self, plan: JobPlan, tools: JobTools) -> None:
        self.plan, self.tools = plan, tools
        self.interrupt = Interrupt()
        self.holding = Holding(plan.id, tools.keeper, plan.claims)
        self.sources = Sources(plan.address, plan.mirrors)
        self.throttle = Throttle(tools.limiters, tools.host_limits)
        self.numbers = count(1)
        """What its connections are called, in the order of their first requests."""
        self.name = plan.name
        self._numbered_from = (plan.name, plan.name)
        """The name that was chosen, and the one that was free instead."""
        self._part_of = ""
        self.base = self.holding.base or plan.address
        """The address whose validators are held: the one that answered first."""
        for source in self.sources.all:
            if source.address == self.base and plan.claims and plan.claims.received:  # else there is nothing to equal
                self.sources.prove(source)
        self.told_total = plan.total if plan.size is None else plan.size
        """Bytes the file is known to have, until the server has another version."""
        self.ranges = not tools.hosts.ranges_fail(host_of(self.base))
        """Whether the server answers ranges, as far as it has been seen, of late by other downloads too."""
        self.modified: float | None = None
        """The server's time stamp of the file, in Unix seconds."""
        self.digests = [] if plan.told is None or plan.claims is None else [plan.told]
        """Digests the server gave with the file itself."""
        self.server_name: str | None = None
        """What the server calls the file."""
        self._delivered: dict[int, Source] = {}
        """Which address each block came from, where there are several."""
        self._lock = Lock()
        self._notices: list[Notice] = []
        self._left: set[Source] = set()
        self._watched = self._looked = False
        self._blamed = 0
        self._strikes: Counter[int] = Counter()

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a person should know, in the order it happened, each once."""
        with self._lock:
            return tuple(self._notices)

    def note(self, notice: Notice) -> None:
        """Take a note for the person, once."""
        with self._lock:
            if notice in self._notices:
                return
            self._notices.append(notice)
        self.tell(StoryKind.NOTED, notice)

    @property
    def divisible(self) -> bool:
        """Whether several connections may fill the file: RFC 9110 section 15.3.7.3 wants one strong validator."""
        holding, total = self.holding, self.holding.total
        proven = holding.validator is not None or self.plan.pieces is not None
        large = total is not None and total >= LEAST_DIVIDED
        return self.ranges and proven and large and not self.tools.hosts.only_whole(self.host)

    @property
    def host(self) -> str:
        """Where the connections lead: past the redirects of the address that was given."""
        known = {source.address: source.resolved for source in self.sources.all}
        return host_of(known.get(self.base) or self.base)

    @property
    def most_connections(self) -> int:
        """Connections at most: those of the host's rule or the settings, but no more than this download may have."""
        ruled, planned = self.tools.hosts.per_download(self.host), self.plan.max_connections
        if ruled is None:
            return planned
        return min(ruled, planned) if self.plan.connections_chosen else ruled

    @property
    def proves_itself(self) -> bool:
        """Whether it is known what the whole file must hash to."""
        return bool(self.plan.checksum or self.plan.pieces or self.digests)

    # -- several addresses -------------------------------------------------------------------------------------

    def is_base(self, source: Source) -> bool:
        """Say whether the validators held are those of `source`."""
        return source.address == self.base

    def drop_source(self, source: Source, why: str, reason: FailureReason = FailureReason.CHECKSUM_MISMATCH) -> None:
        """Ask an address no more."""
        _log.info("%s: %s is left: %s", self.plan.id, host_of(source.address), why)
        self.sources.drop(source, why)
        self.left(source, reason)

    def left(self, source: Source, reason: FailureReason) -> None:
        """Tell, once, that an address is asked no more."""
        with self._lock:
            known, self._left = source in self._left, self._left | {source}
        if not known:
            self.note(Notice.SOURCE_DROPPED)
            self.tell(StoryKind.SOURCE_LEFT, host_of(source.address), reason)

    def delivered(self, start: int, end: int, source: Source) -> None:
        """Remember which address bytes [start, end) came from."""
        if not self.sources.only_one:
            for block in range(start // BLOCK, -(-end // BLOCK)):
                self._delivered[block] = source

    def drop_mirrors(self) -> list[int]:
        """Leave every address but the first to answer; return the blocks that others had brought."""
        foreign = {block: source for block, source in self._delivered.items() if not self.is_base(source)}
        for source in set(foreign.values()):
            self.drop_source(source, DIFFERS)
        self._delivered = {}
        return sorted(foreign)

    def leave_base(self) -> bool:
        """Leave the address whose own bytes are not right; say whether another is left that may have the right ones."""
        base = next((source for source in self.sources.all if self.is_base(source)), self.sources.primary)
        if len(self.sources.all) == 1 or not self.sources.begin_without(base):
            return False
        self._delivered, self._blamed = {}, 0
        self.left(base, FailureReason.CHECKSUM_MISMATCH)
        return True

    def blame(self, stretches: list[tuple[int, int]]) -> bool:
        """Leave the addresses that wrong stretches came from; say whether they may be fetched again."""
        blocks = {block for start, end in stretches for block in range(start // BLOCK, -(-end // BLOCK))}
        guilty = {self._delivered[block] for block in blocks if block in self._delivered}
        self._blamed += 1
        anyone = False
        for source in guilty:
            if source.dropped is None and self.sources.usable(monotonic()) > 1:
                anyone = True
                self.drop_source(source, "a piece is not right")
        return anyone or self._blamed == 1

    def strikes(self, offset: int) -> int:
        """Count one more answer from `offset` on that was not what its digest said; return how many there were."""
        with self._lock:
            self._strikes[offset] += 1
            return self._strikes[offset]

    def free_names(self) -> Iterator[str]:
        """Yield the final name, then further ones should it be taken: numbers of the chosen name, not of a number."""
        chosen, vacant = self._numbered_from
        yield self.name
        yield from (
            each for each in places.candidates(chosen if self.name == vacant else self.name) if each != self.name
        )

    # -- the first answer --------------------------------------------------------------------------------------

    def begin(self, answer: Answer, source: Source) -> None:
        """Choose the name, make part file and map, now that the server has said what it sends.

        Raises NothingToFetchError, DownloadError.
        """
        if not answer.remote.encoded:
            self.require_size(answer.remote.total)
        name = self._place(target.choose_name(self.plan, answer.remote), answer.remote)
        self.skip_existing(name)
        if answer.remote.encoded and target.as_stored(answer.remote, name):
            answer.remote = replace(answer.remote, encoded=False, total=answer.remote.length, validator=None)
        remote = answer.remote
        places.make_folder(self.plan.folder)
        self.name = target.vacant_name(self.plan.folder, name, self.plan.if_exists)
        self._numbered_from = (name, self.name)
        if target.was_cleaned(self.plan, remote):
            self.note(Notice.NAME_CLEANED)
        self._settle_source(remote, source)
        self.told_total = None if remote.encoded else remote.total if remote.total is not None else self.told_total
        self.base, self._looked = source.address, False
        path = self.plan.folder / self._part_name()
        resumable = remote.accepts_ranges and not remote.encoded and remote.status != 203  # 203: a proxy changed it
        version = (remote.validator, remote.hint) if resumable else (None, None)
        self.holding.begin(path, remote.total, version, None if self.base == self.plan.address else self.base)
        if not self.holding.room_reserved:
            self.note(Notice.DISK_DEGRADED)
        self.modified, self.digests = remote.modified, [] if remote.encoded else list(remote.digests)
        self.server_name = remote.name or name_from_address(remote.address)
        self.announce(remote)

    def _place(self, name: str, remote: RemoteFile) -> str:
        """Ask the rules, where they are to be asked, and wait until it is known where the file goes.

        Returns its name. Raises StoppedError.
        """
        if self.plan.placer is None:
            return name
        found = self.plan.placer(name, remote.media_type, remote.total)
        if found.name is not None and not self.plan.name_wanted:
            name = found.name
            self.plan = replace(self.plan, name=name, name_wanted=True)
        self.plan = replace(self.plan, folder=found.folder, placer=None)
        placed = JobPlaced(found)
        self.interrupt.add(placed.kept.set)
        self.tools.post(placed)
        placed.kept.wait()
        self.interrupt.remove(placed.kept.set)
        self.interrupt.check()
        return name

    def _part_name(self) -> str:
        """Name the part file as the one whose place it takes, be the download called otherwise by now."""
        claims, generation = self.plan.claims, self.holding.generation
        if claims and claims.part_name and claims.generation == generation and not claims.received:
            return claims.part_name
        self._part_of = self._part_of or self.plan.stem or self.name
        return part_name(self._part_of, self.plan.id, generation)

    def revise(self, **wishes: Any) -> None:
        """Heed what a person changed of the plan meanwhile: the name until it is given, others when they are needed."""
        self.plan = replace(self.plan, **wishes)
        self.name = wishes.get("name", self.name)

    def _settle_source(self, remote: RemoteFile, source: Source) -> None:
        source.resolved = remote.address
        source.validator, source.hint = remote.validator, remote.hint
        self.sources.prove(source)
        if self.plan.follow_links and (remote.digests or self.plan.checksum):  # RFC 6249: mirrors need a digest
            self.sources.add(target.safe_mirrors(remote))

    def require_size(self, size: int | None) -> None:
        """Raise DownloadError SIZE_MISMATCH where `size` is not the file's; None is any."""
        plan = self.plan
        if size is not None and plan.size not in (None, size):
            raise DownloadError.of(FailureReason.SIZE_MISMATCH, f"{size} bytes instead of {plan.size}")
        if size is not None and plan.pieces is not None and not plan.pieces.tile(size):
            raise DownloadError.of(FailureReason.SIZE_MISMATCH, f"{size} bytes, which its pieces do not make")

    def continue_with(self, remote: RemoteFile, claims: Claims) -> None:
        """Go on with bytes that were found to be the server's, as with those of an earlier attempt."""
        self.plan = replace(self.plan, claims=claims)
        self.told_total = claims.total
        primary = self.sources.primary
        primary.resolved, primary.validator, primary.hint = remote.address, remote.validator, remote.hint
        self.sources.prove(primary)
        self.recall(remote)
        self.announce(remote)

    @property
    def is_foreign(self) -> bool:
        """Whether bytes of another program's file may be among those held."""
        return self.plan.partial is not None and self.holding.generation == 1 and not self.plan.restart

    def recall(self, remote: RemoteFile) -> None:
        """Take from a later answer what the first one told an earlier attempt: digests, time stamp, name."""
        self.digests = self.digests or list(remote.digests)
        self.modified = remote.modified if self.modified is None else self.modified
        self.server_name = self.server_name or remote.name or name_from_address(remote.address)

    def look_at_start(self, remote: RemoteFile, written: int) -> None:
        """See, once its first kilobyte is there, that it is the file asked for. Raises DownloadError NOT_THE_FILE."""
        if self._looked or (written < _HEAD and written != self.holding.total):
            return
        self._looked = True
        head = bytes(self.holding.read(0, min(_HEAD, written)))
        promised = target.promised_names(self.plan, self.name, remote)
        found = next(filter(None, (intruder(name, remote.media_type, head) for name in promised)), None)
        if found is not None and Permission.ANY_TYPE not in self.plan.allow:
            raise DownloadError.of(FailureReason.NOT_THE_FILE, found, status=remote.status)
        if unexpected_type(self.name, remote.media_type, head) or kinds_disagree(self.name, remote.media_type):
            self.note(Notice.TYPE_UNEXPECTED)

    def skip_existing(self, name: str) -> None:
        """Raise NothingToFetchError where a file of that name means that nothing is to be fetched."""
        if self.plan.placer is None and target.must_skip(self.plan, name):
            self.name = name
            raise NothingToFetchError

    # -- what is told ------------------------------------------------------------------------------------------

    def tell(self, kind: StoryKind, *data: Datum) -> None:
        """Tell something for the download's story."""
        self.tools.post(JobNoted(kind, data))

    def tell_lost(self, source: Source, failure: Failure) -> None:
        """Tell that a connection ended before its work was done, though the attempt goes on."""
        if failure.reason is not FailureReason.SOURCES_DIFFER:  # then the address is left, and that is told
            host = host_of(source.resolved or source.address)
            self.tell(StoryKind.LOST, host, failure.reason, failure.status)

    def connecting(self) -> None:
        """Tell that the server is being asked."""
        self.tools.post(JobConnecting())

    def announce(self, remote: RemoteFile) -> None:
        """Tell what is known of the file."""
        holding = self.holding
        total = holding.total
        if total is None:
            self.note(Notice.LENGTH_UNKNOWN)
        resumable = holding.validator is not None or (total is not None and holding.hint is not None)
        host = host_of(remote.address)
        _log.info("%s: %s answers %d, %s bytes, resumable: %s", self.plan.id, host, remote.status, total, resumable)
        told = total or self.told_total
        digest, there = next(iter(self.digests), None), holding.received
        said = (host, remote.status, digest, there, remote.facts)
        self.tools.post(JobConnected(self.name, told, resumable, self.notices, *said))

    def watch(self, job: object) -> None:
        """Have the attempt checkpointed and conducted from now on: files that come in one piece need neither."""
        with self._lock:
            first, self._watched = not self._watched, True
        if first:
            self.tools.checkpointer.register(job)
            self.tools.conductor.register(job)

    def unwatch(self, job: object) -> None:
        """End what `watch` began."""
        if self._watched:
            self.tools.checkpointer.forget(job)
            self.tools.conductor.forget(job)

    def learn_ranges_fail(self) -> None:
        """Remember that this server does not answer ranges as it should."""
        self.ranges = False
        if not self.tools.hosts.only_whole(self.host):  # else none was asked for
            self.tools.hosts.ranges_failed(host_of(self.base))
