"""A private download asked for by a command, in a program of its own with everything on that tells or notes."""

from pathlib import Path

from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.listener import listening
from tests.support.processes import wait_until

SIZE = 300_003
CANARY = "zanzibar"


def traces(folder: Path, *words: str) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        data = path.name.encode() + (path.read_bytes() if path.is_file() else b"")
        found += [f"{path.name}: {word}" for word in words if word.encode() in data]
    return found


def test_nobody_is_told_of_it_and_nothing_is_noted(tmp_path: Path, plain_server: FaultyServer) -> None:
    profile = Profile.at(tmp_path / "profile")
    words = CANARY, f"127.0.0.1:{plain_server.port}"
    with listening() as listener:
        save_settings(Settings(tmp_path / "downloads", webhook=listener.address), profile.settings)
        control = Control(profile, tmp_path / "downloads")
        with control.running():
            address = plain_server.file(SIZE, f"/{CANARY}.bin") + f"?token={CANARY}"
            (row,) = control.rows("add", "--private", address)
            assert row["private"] is True
            control.run("wait")
            (ended,) = control.rows("list")
            assert (ended["state"], ended["private"]) == ("completed", True)
            assert control.run("export", "--format", "text").out == ""
            assert CANARY in control.run("export", "--format", "text", row["id"]).out
            assert traces(profile.folder, *words) == []
            (after,) = control.rows("add", plain_server.file(SIZE, "/open.bin").replace("127.0.0.1", "localhost"))
            control.run("wait")
            wait_until(lambda: "finished" in listener.events(), "the other is told of")
            control.run("quit")
        told = [one["download"]["id"] for one in listener.heard if one["download"]]
        assert set(told) == {after["id"]}
    assert traces(profile.folder, *words) == []
    path = tmp_path / "downloads" / f"{CANARY}.bin"
    assert seeded.first_difference(path, 1, SIZE) is None
