"""Watches over long times: whatever servers, people and crashes do, no version is lost and each change is seen."""

import hypothesis.strategies as st
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Failure, FailureReason
from headrace.watches import HOUR
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.watched_world import ADDRESS, FOLDER, PLAIN, World

FIRST = "0123456789abcdef"
FAILURES = [
    Failure(FailureReason.NOT_FOUND, status=404),
    Failure(FailureReason.GONE, status=410),
    Failure(FailureReason.LOGIN_NEEDED, status=401),
    Failure(FailureReason.CONNECT_TIMEOUT),
    Failure(FailureReason.SERVER_BUSY, status=503, retry_after=3 * HOUR),
]


class Days(RuleBasedStateMachine):
    """A person watches one file of a server that does whatever servers do."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.had: set[str] = set()
        self.taken: set[str] = set()
        """What somebody took away behind the program's back."""
        self.is_unwanted = False
        """Whether the person did not want the version that the server has."""

    @initialize(keep=st.one_of(st.none(), st.integers(1, 3)), tags=st.booleans(), dates=st.booleans())
    def begin(self, keep: int | None, tags: bool, dates: bool) -> None:
        world = self.world
        world.server.has_tags, world.server.has_dates = tags, dates
        world.add([DownloadSpec(ADDRESS, FOLDER, name=PLAIN, id=FIRST)])
        world.settle()
        world.watching.watch([FIRST], HOUR, keep)
        world.settle()
        world.commit()

    @rule()
    def the_file_changes(self) -> None:
        self.is_unwanted = False
        self.world.server.change()

    @rule()
    def its_tag_changes_alone(self) -> None:
        self.world.server.rotate()

    @rule(failure=st.sampled_from(FAILURES))
    def the_server_fails(self, failure: Failure) -> None:
        self.world.server.failure = failure

    @rule()
    def the_server_recovers(self) -> None:
        self.world.server.failure = None

    @rule(hours=st.floats(0.1, 30))
    def time_passes(self, hours: float) -> None:
        self.world.pass_time(hours * HOUR)

    @rule(steps=st.integers(1, 12))
    def the_program_works(self, steps: int) -> None:
        for _ in range(steps):
            self.world.step()

    @rule()
    def the_program_comes_to_rest(self) -> None:
        self.world.settle()

    @rule(lost=st.integers(0, 6))
    def the_program_dies(self, lost: int) -> None:
        self.world.crash(lost)

    @rule(steps=st.integers(1, 10), lost=st.integers(0, 4))
    def the_program_dies_while_a_version_comes(self, steps: int, lost: int) -> None:
        self.the_file_changes()
        self.world.server.failure = None
        self.world.pass_time(26 * HOUR)
        self.the_program_works(steps)
        self.world.crash(lost)

    @precondition(lambda self: self.world.items())
    @rule(name=st.sampled_from(["data (2).csv", "data (2023-11-14 22.13).csv"]))
    def somebody_saves_a_file(self, name: str) -> None:
        if name not in self.world.disk.files:
            self.world.disk.files[name] = f"somebody's own {name}"
            self.had.add(self.world.disk.files[name])

    @rule(number=st.integers(0, 5))
    def somebody_takes_a_file_away(self, number: int) -> None:
        files = self.world.disk.files
        if len(files) > number:
            self.taken.add(files.pop(sorted(files)[number]))

    @rule()
    def the_person_takes_what_is_coming_off_the_list(self) -> None:
        coming = [item.id for item in self.world.items() if item.version_of is not None]
        for download_id in coming:
            self.world.take_off(download_id)
            self.is_unwanted = True

    @invariant()
    def nothing_that_came_is_lost(self) -> None:
        disk = self.world.disk
        self.had |= set(disk.files.values())
        assert self.had <= {*disk.files.values(), *disk.trash, *self.taken}

    @invariant()
    def every_finished_download_has_its_file(self) -> None:
        done = [item for item in self.world.items() if item.state is DownloadState.COMPLETED]
        for item in done:
            content = (item.record.proof or "").removeprefix("1:")
            assert content in self.taken or self.world.disk.files[item.record.name] == content

    @invariant()
    def the_server_is_not_asked_too_often(self) -> None:
        world = self.world
        if len(world.looks) > 1 and not world.restarts:
            assert world.looks[-1] - world.looks[-2] >= HOUR
        assert world.fetched <= len(world.looks) + 1 + world.restarts

    def _is_somebodys(self, name: str) -> bool:
        """Say whether a file of that name is there that belongs to nothing on the list."""
        return name in self.world.disk.files and all(item.record.name != name for item in self.world.items())

    def teardown(self) -> None:
        world = self.world
        if not world.items():
            return
        world.server.failure = None
        for _ in range(12):
            world.settle()
            world.pass_time(25 * HOUR)
        world.settle()
        watch = world.watch()
        assert watch.coming is None
        newest = next(item for item in world.items() if item.id == watch.id)
        content = (newest.record.proof or "").removeprefix("1:")
        assert content == world.server.content or self.is_unwanted, "the change is seen in the end"
        if not self.taken:
            assert newest.record.name == PLAIN or self._is_somebodys(PLAIN), "what a person kept is not overwritten"
        if watch.keep is not None:
            assert len(watch.versions) < watch.keep


TestDays = Days.TestCase
TestDays.settings = settings(
    max_examples=1500 if settings().max_examples > 1000 else 40, stateful_step_count=40, deadline=None
)


def test_a_version_that_a_crash_forgot_is_fetched_again() -> None:
    world = World()
    world.add([DownloadSpec(ADDRESS, FOLDER, name=PLAIN, id=FIRST)])
    world.settle()
    world.watching.watch([FIRST], HOUR, 5)
    world.settle()
    world.commit()
    world.server.change()
    world.pass_time(2 * HOUR)
    while world.watch().coming is None:
        assert world.step()
    world.crash(1)
    assert len(world.items()) == 1, "the download was lost, and the watch was not"
    world.settle()
    assert world.watch().coming is None
    world.pass_time(2 * HOUR)
    world.settle()
    assert world.disk.files[PLAIN] == world.server.content
