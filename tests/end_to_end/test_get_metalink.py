"""`headrace get` of a Metalink: real processes against a scripted server."""

from pathlib import Path

import pytest

from tests.support import seeded
from tests.support.faulty_server import FaultyServer
from tests.support.get_command import GetCommand

SIZE = (3 << 20) + 12_345


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "files", tmp_path / "profile")


def metalink(path: Path, *files: str) -> str:
    text = f'<metalink xmlns="urn:ietf:params:xml:ns:metalink">{"".join(files)}</metalink>'
    path.write_text(text, encoding="utf-8")
    return str(path)


def described(name: str, digest: str, *addresses: str) -> str:
    urls = "".join(f"<url priority='{place}'>{address}</url>" for place, address in enumerate(addresses, 1))
    return f"<file name='{name}'><size>{SIZE}</size><hash type='sha-256'>{digest}</hash>{urls}</file>"


def test_the_files_of_a_metalink_arrive_under_their_names_and_are_proven(
    get: GetCommand, plain_server: FaultyServer, tmp_path: Path
) -> None:
    one, two = (plain_server.file(SIZE, path, seed=seed) for seed, path in ((1, "/a"), (2, "/b")))
    listed = metalink(
        tmp_path / "both.meta4",
        described("../../one.bin", seeded.digest(1, SIZE), one, plain_server.file(SIZE, "/mirror", seed=1)),
        described("two.bin", seeded.digest(2, SIZE), two),
    )
    done = get.run("--json", listed)
    assert (done.status, done.err) == (0, "")
    assert get.files() == {"one.bin": SIZE, "two.bin": SIZE}
    for seed, name in ((1, "one.bin"), (2, "two.bin")):
        assert seeded.first_difference(get.folder / name, seed, SIZE) is None
    assert [one["checksum"] for one in done.events("finished")] == ["sha256", "sha256"]


def test_a_file_that_is_not_the_one_described_is_not_published(
    get: GetCommand, plain_server: FaultyServer, tmp_path: Path
) -> None:
    address = plain_server.file(SIZE, "/a", seed=1)
    done = get.run("--tries", "1", metalink(tmp_path / "x.meta4", described("x", seeded.digest(2, SIZE), address)))
    assert (done.status, done.out) == (1, "")
    assert "the checksum does not match" in done.err
    assert "x" not in get.files()


def test_a_metalink_that_cannot_be_used_starts_nothing(
    get: GetCommand, plain_server: FaultyServer, tmp_path: Path
) -> None:
    listed = metalink(tmp_path / "x.meta4", "<file name='x'><url>ftp://files.test/x</url></file>")
    done = get.run(plain_server.file(SIZE, "/a"), "--metalink", listed)
    assert (done.status, done.out) == (2, "")
    assert "gives no http or https address of 'x'" in done.err
    assert plain_server.requests == []
