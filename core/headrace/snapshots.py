"""Frozen views of downloads: all that leaves the engine, safe to keep and to pass between threads."""

from dataclasses import dataclass
from pathlib import Path

from headrace.states import DownloadState, Failure, Notice
from headrace.watches import Watch


@dataclass(frozen=True, slots=True)
class SegmentSnapshot:
    """One stretch of the file: bytes [start, position) are on disk, [position, end) are still to come."""

    start: int
    position: int
    end: int | None
    connected: bool
    claimed: int | None = None
    """Bytes [start, claimed) are flushed, with a digest in the database; None where that is not known."""


@dataclass(frozen=True, slots=True)
class DownloadSnapshot:
    """One download at one moment. Unknown is None, never 0 or -1; sizes in bytes, times in Unix seconds."""

    id: str
    address: str
    """The address as given, without user name and password."""
    host: str
    name: str
    """The file's name: a guess from the address until the server has answered."""
    folder: Path
    state: DownloadState
    total: int | None
    received: int
    speed: float | None
    """Bytes per second over the last seconds, None unless DOWNLOADING."""
    time_left: float | None
    """Seconds to the last byte at this speed, None where it cannot be told."""
    connections: int
    resumable: bool | None
    """Whether bytes survive a pause; None until the server has answered."""
    added_at: float
    finished_at: float | None
    retry_at: float | None
    failure: Failure | None
    notices: tuple[Notice, ...]
    checksum_verified: str | None
    """The algorithm that proved the finished file, such as "sha256"; None where none was given."""
    queue_place: int
    checksum_source: str | None = None
    """Where that checksum came from: "given", "pieces", the name of a header or of a checksum file."""
    segments: tuple[SegmentSnapshot, ...] = ()
    is_recording: bool = False
    """Whether a body without end is taken down, until somebody ends it."""
    claimed: int = 0
    """Bytes that are flushed to the disk and vouched for by digests, of those received."""
    average_speed: float | None = None
    """Bytes per second over all the time it was receiving; None before."""
    category: str | None = None
    """The value of the filters.Category a person put it in; None goes by the name."""
    queue: str = ""
    """The name of the queue it waits in; "" is the main one."""
    priority: int = 0
    """Higher ones start first, whatever their place: -1, 0 or 1."""
    at_once: bool = False
    """Whether it starts, and runs, regardless of its queue and of how many run."""
    is_missing: bool = False
    """Whether the finished file was found to be gone when somebody last looked."""
    is_verifying: bool = False
    """Whether the finished file is being read, or waits for it, to be compared with what is known of it."""
    limit: int | None = None
    """Bytes per second at most for this one; None for no limit of its own."""
    max_connections: int | None = None
    """Connections at most for this one; None takes the setting."""
    proxy: str | None = None
    """How its servers are reached, without a password; None: as in the settings."""
    cookies: str | None = None
    """Where its own cookies are, as `own_cookies.OwnCookies.mark` has it; None for none."""
    after: tuple[str, ...] | None = None
    """What happens to the file when it is there, as `after.After` reads it; None: as in the settings."""
    checksum: str | None = None
    """What the file must hash to, as "sha256:HEX"; None where nothing is known."""
    watch: Watch | None = None
    """How its address is looked at again and again; None where it is not."""
    version_of: str | None = None
    """The watched download of which this one fetches what may be a new version."""

    is_private: bool = False
    """Whether nothing of it is kept but its file."""

    @property
    def path(self) -> Path:
        """Where the file is, or will be, under its final name."""
        return self.folder / self.name

    @property
    def fraction(self) -> float | None:
        """Received part from 0.0 to 1.0; None where the length is unknown."""
        if self.total is None:
            return 1.0 if self.state is DownloadState.COMPLETED else None
        return self.received / self.total if self.total else 1.0


@dataclass(frozen=True, slots=True)
class TotalsSnapshot:
    """Sums over all downloads at one moment; speed in bytes/s, limit in bytes/s or None for no limit."""

    speed: float
    active: int
    waiting: int
    paused: int
    finished: int
    failed: int
    limit: int | None
    is_quiet: bool = False
    """Whether that is the quiet limit, or another that is lower still."""
