"""Cookies of one download: who hears of them, where they are kept, and what happens where they are lost."""

from pathlib import Path
from typing import Final

import pytest
from headrace.cookie_scopes import Cookie
from headrace.own_cookies import OwnCookies
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, FailureReason

from tests.conftest import ServerFactory
from tests.support import canaries, faults, seeded
from tests.support.engine import Engine
from tests.support.keychains import MemoryKeychain
from tests.support.nginx import Nginx
from tests.support.processes import wait_until

SIZE: Final = 300_000
KEY: Final = "0123456789abcdef"
MINE: Final = Cookie("127.0.0.1", False, "/", False, None, "session", "canary")
OTHER: Final = Cookie("other.example", True, "/", False, None, "other", "canary-of-another-site")


@pytest.fixture
def members(nginx: Nginx) -> str:
    """Give an address that only those with the cookie get in to."""
    (nginx.root / "members").mkdir(exist_ok=True)
    nginx.file("members/cookie.bin", SIZE)
    return nginx.url("members/cookie.bin")


def arrives(engine: Engine, download_id: str) -> None:
    assert seeded.first_difference(engine.fetched(download_id), 1, SIZE) is None


def test_a_member_gets_in_and_nothing_of_it_is_written_down(
    engine: Engine, members: str, faulty_server: ServerFactory
) -> None:
    stranger = faulty_server()
    own = OwnCookies((OTHER, MINE))
    arrives(engine, engine.add(members, cookies=own))
    engine.fetched(engine.add(stranger.file(SIZE).replace("127.0.0.1", "localhost"), cookies=own))
    assert "cookie" not in stranger.requests[-1].headers
    assert engine.failed(engine.add(f"{members}?without")) is FailureReason.FORBIDDEN
    details = filter(None, (engine.manager.details(one.id) for one in engine.seen))
    exchanges = [each for one in details for each in one.exchanges]
    assert exchanges
    assert canaries.found_in(repr(exchanges)) == []
    assert engine.close()
    for path in engine.profile.folder.rglob("*"):
        assert not path.is_file() or b"canary" not in path.read_bytes(), path


def test_lost_ones_are_asked_for_and_the_bytes_are_kept(engine: Engine, faulty_server: ServerFactory) -> None:
    server = faulty_server()
    stall = server.inject(faults.stall(200_000, times=None))
    download_id = engine.add(server.file(SIZE), cookies=OwnCookies((MINE,)))
    engine.until_received(download_id, 100_000)
    engine.manager.pause([download_id])
    engine.until_state(download_id, DownloadState.PAUSED)
    stall.gate.release.set()
    server.heal()
    engine.restart()
    before = len(server.requests)
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is FailureReason.COOKIES_NEEDED
    assert len(server.requests) == before, "nobody is asked without them"
    engine.manager.changes.set_options([download_id], cookies=OwnCookies((MINE,)))
    engine.manager.resume([download_id])
    arrives(engine, download_id)
    assert server.requests[-1].headers["cookie"] == "session=canary"
    assert server.requests[-1].range is not None


def test_the_same_call_again_gives_them_again(engine: Engine, members: str) -> None:
    download_id = engine.add(members, cookies=OwnCookies((MINE,)), paused=True)
    engine.restart()
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is FailureReason.COOKIES_NEEDED
    assert engine.add(members, cookies=OwnCookies((MINE,))) == download_id
    arrives(engine, download_id)


def test_a_file_is_read_again_after_a_restart_and_missed_where_it_is_gone(
    engine: Engine, members: str, tmp_path: Path
) -> None:
    path = tmp_path / "cookies.txt"
    path.write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\twrong\n")
    download_id = engine.add(members, cookies=OwnCookies(path=path), paused=True)
    engine.restart()
    path.unlink()
    engine.manager.resume([download_id])
    assert engine.failed(download_id) is FailureReason.COOKIES_NEEDED
    failure = engine.snapshot(download_id).failure
    assert failure is not None
    assert failure.detail == str(path)
    path.write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\tcanary\n")
    engine.manager.resume([download_id])
    arrives(engine, download_id)


def test_the_keyring_keeps_them_over_a_restart_if_so_wished(engine: Engine, members: str) -> None:
    keychain = MemoryKeychain()
    engine.manager.net_context.cookies.keychain = keychain
    download_id = engine.add(members, cookies=OwnCookies((MINE,), key=KEY), paused=True)
    wait_until(lambda: bool(keychain.kept), "they are kept")
    engine.restart()
    engine.manager.net_context.cookies.keychain = keychain
    engine.manager.resume([download_id])
    arrives(engine, download_id)
    keychain.kept.clear()
    second = engine.add(f"{members}?2", cookies=OwnCookies(key=KEY))
    assert engine.failed(second) is FailureReason.COOKIES_NEEDED


def test_the_settings_and_the_downloads_own_go_together(
    engine: Engine, faulty_server: ServerFactory, tmp_path: Path
) -> None:
    server = faulty_server()
    path = tmp_path / "cookies.txt"
    path.write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tsession\told\n127.0.0.1\tFALSE\t/\tFALSE\t0\ttheme\tdark\n")
    engine.restart(cookie_file=path)
    engine.fetched(engine.add(server.file(SIZE), cookies=OwnCookies((MINE,))))
    assert server.requests[-1].headers["cookie"] == "session=canary; theme=dark"


def test_a_private_download_has_them_too(engine: Engine, members: str) -> None:
    spec = DownloadSpec(members, engine.folder, cookies=OwnCookies((MINE,)), private=True)
    arrives(engine, engine.manager.add([spec])[0])
