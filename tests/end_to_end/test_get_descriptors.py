"""A process that may have few files open: the queue is slow, and everything arrives."""

import sys
from pathlib import Path

import pytest

from tests.support import seeded
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand
from tests.support.replies import Resource

if sys.platform != "linux":
    pytest.skip("limits of a running process are set by Linux alone", allow_module_level=True)

import resource

SIZE = 1_500_000
COUNT = 12
FEW = 48


@pytest.mark.case("D20")
def test_d20_without_free_descriptors_the_queue_slows_and_nothing_is_spoilt(
    tmp_path: Path, plain_server: FaultyServer
) -> None:
    get = GetCommand(tmp_path / "target", tmp_path / "profile")
    addresses = [plain_server.add(Resource(f"/{number}", size=SIZE, seed=number, rate=SIZE)) for number in range(COUNT)]
    with get.start("--json", "-v", "-j", str(COUNT), "--tries", "1", *addresses) as command:
        resource.prlimit(command.process.pid, resource.RLIMIT_NOFILE, (FEW, FEW))
        done = command.wait()
    assert done.status == 0, done.err
    assert "as many files open as the system allows" in done.err
    assert plain_server.connections_peak < COUNT
    for number in range(COUNT):
        assert seeded.first_difference(get.folder / str(number), number, SIZE) is None
