"""What the database was told of one download: claims on bytes, and the digests those bytes must have."""

from dataclasses import replace
from typing import Final

from headrace.claims import Claims, SegmentClaim
from headrace.disk.failures import disk_failure
from headrace.errors import DownloadError
from headrace.states import FailureReason
from headrace.transfer.plan import ClaimKeeper

_COMMIT_TIMEOUT = 30.0
UNWRITTEN: Final = "the list of downloads cannot be written"
"""The detail of a failure that is the database's, not the file's."""


class Ledger:
    """Claims of one attempt on their way to the database. The owner serialises access."""

    def __init__(self, download_id: str, keeper: ClaimKeeper, claims: Claims | None) -> None:
        self._id = download_id
        self._keeper = keeper
        self.claimed = claims
        """What the database was told last."""
        self.fresh: dict[int, bytes] = {}
        """Digests of blocks finished since then."""

    def blocks(self) -> dict[int, bytes]:
        """Return the digests in the database, by block, once what earlier attempts gave it has arrived there.

        Raises DownloadError where it cannot be read.
        """
        self._keeper.flush(_COMMIT_TIMEOUT)
        try:
            return self._keeper.load_blocks(self._id)
        except OSError as error:
            reason = disk_failure(error).reason
            raise DownloadError.of(reason, "the list of downloads cannot be read") from error

    def begin(self) -> None:
        """Forget digests of another generation, and see that the download is known to the database.

        Only then may its part file be made: after a crash nobody would know whose it is. Raises DownloadError.
        """
        self.fresh = {}
        if not self._keeper.await_record(self._id, _COMMIT_TIMEOUT):
            raise unwritten(self._keeper)

    def take_fresh(self) -> dict[int, bytes]:
        """Hand out the digests that no claim has carried yet."""
        fresh, self.fresh = self.fresh, {}
        return fresh

    def keep(self, fresh: dict[int, bytes]) -> None:
        """Take back digests that no claim carried after all."""
        self.fresh = fresh | self.fresh

    def differs(self, claims: Claims) -> bool:
        """Say whether `claims` say anything new."""
        return self.claimed is None or claims != replace(self.claimed, mtime_ns=None)

    def claim(self, claims: Claims, fresh: dict[int, bytes], mtime_ns: int | None = None) -> None:
        """Have claims written; the bytes must be on the medium."""
        self.claimed = replace(claims, mtime_ns=mtime_ns)
        self._keeper.save_claims(self._id, self.claimed, fresh)

    def withdraw(self, generation: int, earlier: tuple[str, ...]) -> None:
        """Have all claims dropped, and wait until they are. Earlier generations are remembered, to be deleted once."""
        self.fresh = {}
        self.claimed = None
        if earlier:
            nothing = (SegmentClaim(0, 0, None),)
            self.claimed = Claims("", 0, 0, None, None, nothing, generation=generation, earlier=earlier)
        self._keeper.save_claims(self._id, self.claimed, {})
        self.await_commit()

    def await_commit(self) -> None:
        """Return when everything is committed. Raises DownloadError if that takes more than 30 s."""
        if not self._keeper.flush(_COMMIT_TIMEOUT):
            raise unwritten(self._keeper)


def unwritten(keeper: ClaimKeeper) -> DownloadError:
    """Return the failure of a database that takes nothing."""
    reason = FailureReason.DISK_FULL if keeper.disk_full else FailureReason.DISK_ERROR
    return DownloadError.of(reason, UNWRITTEN)
