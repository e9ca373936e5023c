"""What the database is told of one download, and in which order."""

from dataclasses import replace

import pytest
from headrace.claims import Claims, SegmentClaim
from headrace.errors import DownloadError
from headrace.states import FailureReason
from headrace.store.sqlite_store import StoreError
from headrace.transfer.ledger import UNWRITTEN, Ledger

from tests.support.engine_parts import RecordingKeeper, make_claims, refused

R = FailureReason
CLAIMS = make_claims((0, 5, 10), total=10)
MORE = make_claims((0, 7, 10), total=10)


@pytest.fixture
def keeper() -> RecordingKeeper:
    return RecordingKeeper()


@pytest.fixture
def ledger(keeper: RecordingKeeper) -> Ledger:
    return Ledger("id", keeper, None)


def failing(keeper: RecordingKeeper, *, disk_full: bool = False) -> None:
    keeper.works, keeper.disk_full = False, disk_full


# What is claimed.


def test_it_begins_with_what_earlier_attempts_claimed(keeper: RecordingKeeper) -> None:
    ledger = Ledger("id", keeper, CLAIMS)
    assert ledger.claimed == CLAIMS
    assert not ledger.differs(CLAIMS)
    assert ledger.differs(MORE)
    assert keeper.log == []


def test_without_claims_everything_is_news(ledger: Ledger) -> None:
    assert ledger.claimed is None
    assert ledger.differs(CLAIMS)


def test_a_claim_is_told_and_remembered(ledger: Ledger, keeper: RecordingKeeper) -> None:
    ledger.claim(CLAIMS, {0: b"zero"})
    assert (ledger.claimed, keeper.saved, keeper.blocks) == (CLAIMS, [CLAIMS], {0: b"zero"})
    assert not ledger.differs(CLAIMS)
    assert ledger.differs(MORE)


def test_a_claim_alone_waits_for_nothing(ledger: Ledger, keeper: RecordingKeeper) -> None:
    """Checkpoints come four times a second: only what must not be lost waits for its commit."""
    ledger.claim(CLAIMS, {})
    assert [what for what, _ in keeper.log] == ["claims"]


def test_the_time_of_the_file_is_claimed_at_the_end_alone(ledger: Ledger, keeper: RecordingKeeper) -> None:
    ledger.claim(CLAIMS, {}, mtime_ns=77)
    assert keeper.saved == [replace(CLAIMS, mtime_ns=77)]
    assert ledger.claimed == replace(CLAIMS, mtime_ns=77)
    assert not ledger.differs(CLAIMS), "the time alone is no news"
    ledger.claim(MORE, {})
    assert keeper.saved[-1] == MORE, "a file that is written again is not as it was left"


# Digests.


def test_digests_are_handed_out_once(ledger: Ledger) -> None:
    ledger.fresh.update({0: b"a", 1: b"b"})
    assert ledger.take_fresh() == {0: b"a", 1: b"b"}
    assert ledger.take_fresh() == {}


def test_digests_that_no_claim_carried_wait_for_the_next(ledger: Ledger) -> None:
    ledger.fresh.update({0: b"a", 1: b"b"})
    taken = ledger.take_fresh()
    ledger.fresh.update({1: b"newer", 2: b"c"})  # written meanwhile
    ledger.keep(taken)
    assert ledger.take_fresh() == {0: b"a", 1: b"newer", 2: b"c"}


def test_digests_are_read_back(ledger: Ledger) -> None:
    ledger.claim(CLAIMS, {0: b"zero"})
    ledger.claim(MORE, {1: b"one"})
    assert ledger.blocks() == {0: b"zero", 1: b"one"}


class Unreadable(RecordingKeeper):
    """A keeper whose database cannot be read."""

    error: OSError = StoreError("locked")

    def load_blocks(self, _download_id: str) -> dict[int, bytes]:
        raise self.error


@pytest.mark.parametrize(
    ("error", "reason"), [(StoreError("locked"), R.DISK_ERROR), (OSError(24, "too many"), R.TOO_MANY_OPEN_FILES)]
)
def test_a_database_that_cannot_be_read_is_a_failure_of_the_disk(error: OSError, reason: FailureReason) -> None:
    keeper = Unreadable()
    keeper.error = error
    with pytest.raises(DownloadError) as caught:
        Ledger("id", keeper, CLAIMS).blocks()
    assert caught.value.failure.reason is reason
    assert caught.value.failure.detail == "the list of downloads cannot be read"


# A new beginning.


def test_a_beginning_waits_for_the_row_and_forgets_digests(ledger: Ledger, keeper: RecordingKeeper) -> None:
    ledger.fresh[0] = b"another generation's"
    ledger.begin()
    assert keeper.log == [("record", None)]
    assert ledger.take_fresh() == {}


def test_a_withdrawal_is_committed_before_it_returns(keeper: RecordingKeeper) -> None:
    ledger = Ledger("id", keeper, CLAIMS)
    keeper.blocks[0] = b"zero"
    ledger.fresh[1] = b"one"
    ledger.withdraw(1, ())
    assert keeper.log == [("claims", None), ("commit", None)]
    assert (ledger.claimed, ledger.fresh, keeper.blocks) == (None, {}, {})


def test_earlier_generations_are_remembered_with_nothing_claimed(keeper: RecordingKeeper) -> None:
    ledger = Ledger("id", keeper, CLAIMS)
    keeper.blocks[0] = b"zero"
    ledger.withdraw(3, ("old.part",))
    kept = Claims("", 0, 0, None, None, (SegmentClaim(0, 0, None),), generation=3, earlier=("old.part",))
    assert keeper.log == [("claims", kept), ("commit", None)]
    assert ledger.claimed == kept
    assert (kept.received, kept.complete, keeper.blocks) == (0, False, {})


# A database that takes nothing.


@pytest.mark.parametrize(("disk_full", "reason"), [(False, R.DISK_ERROR), (True, R.DISK_FULL)])
@pytest.mark.parametrize("what", ["begin", "withdraw", "await_commit"])
def test_a_database_that_takes_nothing_says_why(
    keeper: RecordingKeeper, what: str, disk_full: bool, reason: FailureReason
) -> None:
    failing(keeper, disk_full=disk_full)
    ledger = Ledger("id", keeper, CLAIMS)
    calls = {"begin": ledger.begin, "withdraw": lambda: ledger.withdraw(1, ()), "await_commit": ledger.await_commit}
    with pytest.raises(DownloadError) as caught:
        calls[what]()
    assert (caught.value.failure.reason, caught.value.failure.detail) == (reason, UNWRITTEN)


def test_after_a_withdrawal_that_failed_nothing_is_claimed_any_more(keeper: RecordingKeeper) -> None:
    """Should it be committed later after all, no byte of another version counts for this one."""
    failing(keeper)
    ledger = Ledger("id", keeper, CLAIMS)
    assert refused(lambda: ledger.withdraw(1, ())) is R.DISK_ERROR
    assert ledger.claimed is None
    assert keeper.saved == [None]
