"""Opening a profile in a thread: what is found is kept until somebody takes over."""

from pathlib import Path
from threading import Event

import pytest
from headrace.disk.profile_lock import ProfileInUseError, ProfileLock
from headrace.lots import Dormant
from headrace.opening import Opening
from headrace.profile import Profile
from headrace.states import DownloadState
from headrace.store.backup import backup_of
from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import SqliteStore, StoreError

from tests.support.engine_parts import make_record
from tests.support.processes import wait_until

LONG = 30.0


class Owner:
    """Who takes over."""

    def __init__(self) -> None:
        self.records: list[list[DownloadRecord]] = []
        self.troubles: list[OSError] = []
        self.dormant: list[Dormant] = []

    def take(self, opening: Opening) -> tuple[ProfileLock, SqliteStore]:
        return opening.take_over(self.records.append, self.troubles.append, self.dormant.append)


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """Return a profile with a download that waits and one that is finished."""
    profile = Profile.at(tmp_path / "profile")
    loaded = Event()
    store = SqliteStore(profile.database, lambda _: loaded.set(), lambda _: None)
    assert loaded.wait(LONG)
    store.save(make_record(1))
    store.save(make_record(2, state=DownloadState.COMPLETED, total=5, received=5))
    assert store.close(LONG)
    return profile


def test_the_list_is_kept_until_somebody_takes_over(profile: Profile) -> None:
    opening, owner = Opening(profile, "window"), Owner()
    opening._thread.join(LONG)
    store = opening._store
    store._thread.join(0.3)
    assert store._thread.is_alive(), "it waits for who takes over"
    lock, taken = owner.take(opening)
    assert taken is store
    wait_until(lambda: bool(owner.records), "the list is told", LONG)
    assert [record.id for record in owner.records[0]] == [make_record(1).id]
    assert list(owner.dormant[0].ids) == [make_record(2).id]
    assert store.close(LONG)
    lock.release()
    assert owner.troubles == []


def test_a_profile_in_use_is_told_to_who_takes_over(profile: Profile) -> None:
    holder = ProfileLock(profile.lock, "get")
    opening = Opening(profile, "window")
    with pytest.raises(ProfileInUseError) as caught:
        Owner().take(opening)
    assert caught.value.role == "get"
    holder.release()


def test_a_database_that_cannot_be_used_leaves_the_profile_free(profile: Profile) -> None:
    backup_of(profile.database).unlink()
    profile.database.write_bytes(b"this is no database, however long it is looked at" * 100)
    opening = Opening(profile, "window")
    with pytest.raises(StoreError):
        Owner().take(opening)
    ProfileLock(profile.lock, "get").release()
