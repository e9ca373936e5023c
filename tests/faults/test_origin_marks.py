"""The mark that says where a file came from: there before the final name is, and free of secrets (A17)."""

import os
import plistlib
import sys
from pathlib import Path
from typing import Any

import pytest
from headrace.disk import part_file
from headrace.disk.folder import Folder
from headrace.disk.origin import Origin, apple_marks, bare_address, set_marks, zone_identifier
from headrace.states import Notice

from tests.conftest import ServerFactory
from tests.faults.plugin import rows
from tests.support import canaries
from tests.support.engine import Engine
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Resource
from tests.support.scene import Scene
from tests.support.ways import Way, four_ways

ORIGIN = "user.xdg.origin.url"
SIZE = 100_000
pytestmark = pytest.mark.case("A17")


def marks(path: Path) -> dict[str, str]:
    """Return the attributes of a file that users may set."""
    assert sys.platform == "linux"
    return {name: os.getxattr(path, name).decode() for name in os.listxattr(path) if name.startswith("user.")}


@pytest.fixture
def marked(tmp_path: Path) -> None:
    """Skip where no mark can be set."""
    if sys.platform != "linux":
        pytest.skip("other systems have other marks")
    trial = tmp_path.parent / f"{tmp_path.name}.trial"
    with trial.open("xb") as stream:
        able = set_marks(trial, stream.fileno(), Origin("https://example.org/"))
    trial.unlink()
    if not able:
        pytest.skip("needs a filesystem with user attributes under the temporary folder")


def spied_on(monkeypatch: pytest.MonkeyPatch, place: Path) -> list[tuple[dict[str, str], bool]]:
    """Note, whenever a file is about to get its final name, its marks and whether the name is there already."""
    seen: list[tuple[dict[str, str], bool]] = []
    real = part_file.publish_new  # type: ignore[attr-defined]

    def publish(folder: Folder, part: str, final: str) -> Any:
        seen.append((marks(place / part), (place / final).exists()))
        return real(folder, part, final)

    monkeypatch.setattr(part_file, "publish_new", publish)
    return seen


@four_ways
@pytest.mark.usefixtures("marked")
def test_a17_the_mark_is_there_before_the_name(
    engine: Engine, way: Way, faulty_server: ServerFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene(way, engine, faulty_server)
    seen = spied_on(monkeypatch, engine.folder)
    path = scene.arrives()
    assert seen == [({ORIGIN: scene.address}, False)]
    assert marks(path) == {ORIGIN: scene.address}


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("redirected", [False, True], ids=["straight", "by a redirect"])
def test_a17_no_login_no_signature_no_header_is_in_it(
    engine: Engine, plain_server: FaultyServer, redirected: bool
) -> None:
    signed = f"/file{canaries.SIGNED}"
    plain_server.add(Resource("/file", size=SIZE))
    bare = plain_server.url("/start" if redirected else "/file")
    if redirected:
        plain_server.add(Resource("/start", redirect=signed))
    user, password = canaries.LOGIN
    given = bare.replace("://", f"://{user}:{password.replace('/', '%2F')}@") + (canaries.SIGNED * (not redirected))
    path = engine.fetched(engine.add(given, headers=canaries.HEADERS[1:]))
    assert marks(path) == {ORIGIN: bare}
    assert_invariant(engine, plain_server)


@pytest.mark.usefixtures("marked")
def test_a17_nothing_is_marked_where_that_is_not_wanted(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(mark_origin=False)
    download_id = engine.add(plain_server.file(SIZE))
    assert marks(engine.fetched(download_id)) == {}
    assert engine.snapshot(download_id).notices == ()


@pytest.mark.usefixtures("marked")
def test_a17_a_mark_that_cannot_be_set_is_told_and_no_failure(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "setxattr", refuse)
    download_id = engine.add(plain_server.file(SIZE))
    engine.fetched(download_id)
    assert engine.snapshot(download_id).notices == (Notice.ORIGIN_NOT_MARKED,)


NASTY = [
    ("A17 a login", "https://canaryuser:canary@example.org/a"),
    ("A17 a query", "https://example.org/a?token=canary&sig=magpie"),
    ("A17 a fragment", "https://example.org/a#canary"),
    ("A17 a line end", "https://example.org/a\r\nHostUrl=https://canary.example/\r\n"),
    ("A17 another line end", "https://example.org/a\x85canary\u2028canary"),
    ("A17 a line end in the host", "https://example.org\r\n.canary/"),
    ("A17 no web address", "file:///home/canary"),
]


@pytest.mark.parametrize(("case", "address"), rows(*NASTY))
def test_a17_windows_and_macos_are_told_no_more_by_construction(case: str, address: str) -> None:
    bare = bare_address(address)
    if bare is None:
        return  # nothing is marked then
    zone, apple = zone_identifier(bare, bare).decode(), apple_marks(bare, bare, 1_700_000_000)
    assert [line.partition("=")[0] for line in zone.splitlines()] == [
        "[ZoneTransfer]",
        "ZoneId",
        "ReferrerUrl",
        "HostUrl",
    ]
    assert zone.count("\r\n") == zone.count("\n") == 4
    assert "ZoneId=3\r\n" in zone
    assert plistlib.loads(apple["com.apple.metadata:kMDItemWhereFroms"]) == [bare, bare]
    assert apple["com.apple.quarantine"].decode().split(";")[::2] == ["0081", "Headrace"]
    if "line end" not in case:  # what was a path stays one, in one line
        assert canaries.found_in(zone) == []
        assert b"canary" not in b"".join(apple.values())
