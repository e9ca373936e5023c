"""Cookies out of a file: to whom they belong, and to nobody else (A13)."""

from pathlib import Path
from time import time
from typing import Final

import pytest
from headrace.net.cookie_file import CookieFile
from headrace.states import FailureReason

from tests.conftest import ServerFactory
from tests.support import seeded
from tests.support.engine import Engine
from tests.support.nginx import Nginx
from tests.support.replies import Resource

SIZE: Final = 300_000
LATER: Final = int(time()) + 10_000


def written(folder: Path, *lines: tuple[str, bool, str, bool, int, str, str]) -> Path:
    """Write a file: domain, whether for those below, path, whether for TLS alone, Unix seconds, name, value."""
    path = folder / "cookies.txt"
    rows = ["# Netscape HTTP Cookie File"]
    for domain, below, where, secure, until, name, value in lines:
        flags = (str(below).upper(), where, str(secure).upper(), str(until))
        rows.append("\t".join((domain, *flags, name, value)))
    path.write_text("\n".join(rows) + "\n")
    return path


def test_each_goes_to_whom_it_belongs(tmp_path: Path) -> None:
    file = CookieFile(
        written(
            tmp_path,
            (".example.org", True, "/", False, LATER, "wide", "1"),
            ("files.example.org", False, "/", False, LATER, "own", "2"),
            ("#HttpOnly_files.example.org", False, "/", False, LATER, "quiet", "3"),
            ("files.example.org", False, "/deep/", False, LATER, "deep", "4"),
            ("files.example.org", False, "/", True, LATER, "tls", "5"),
            ("files.example.org", False, "/", False, 1, "old", "6"),
            ("files.example.org", False, "/", False, 0, "session", "a=7"),
            ("example.com", False, "/", False, LATER, "other", "8"),
        )
    )
    assert file.pairs("http://files.example.org/") == {"wide": "1", "own": "2", "quiet": "3", "session": "a=7"}
    assert file.pairs("https://files.example.org/deep/a").keys() == {"wide", "own", "quiet", "session", "tls", "deep"}
    assert file.pairs("http://www.example.org/") == {"wide": "1"}
    for address in ("http://badexample.org/", "http://example.com.evil.net/", "http://127.0.0.1/"):
        assert file.pairs(address) == {}


def test_a_file_that_changes_is_read_again_and_a_bad_one_is_no_fault(tmp_path: Path) -> None:
    path = written(tmp_path, ("h.example", False, "/", False, LATER, "a", "1"))
    file = CookieFile(path)
    assert file.pairs("http://h.example/") == {"a": "1"}
    written(tmp_path, ("h.example", False, "/", False, LATER, "a", "22"))
    assert file.pairs("http://h.example/") == {"a": "22"}
    path.write_bytes(b"\xff\xfe\x00 no cookies")
    assert file.pairs("http://h.example/") == {}
    path.unlink()
    assert file.pairs("http://h.example/") == {}


def test_members_get_in_and_strangers_are_told_nothing(
    engine: Engine, nginx: Nginx, faulty_server: ServerFactory, tmp_path: Path
) -> None:
    (nginx.root / "members").mkdir(exist_ok=True)
    nginx.file("members/cookie.bin", SIZE)
    address = nginx.url("members/cookie.bin")
    assert engine.failed(engine.add(address)) is FailureReason.FORBIDDEN
    path = written(tmp_path, ("127.0.0.1", False, "/", False, LATER, "session", "canary"))
    engine.restart(cookie_file=path)
    assert seeded.first_difference(engine.fetched(engine.add(f"{address}?2")), 1, SIZE) is None
    server = faulty_server()
    stranger = server.file(SIZE).replace("127.0.0.1", "localhost")
    engine.fetched(engine.add(stranger))
    assert "cookie" not in server.requests[-1].headers


@pytest.mark.case("A13")
def test_a13_what_a_server_sets_counts_more_and_stays_there(
    engine: Engine, faulty_server: ServerFactory, tmp_path: Path
) -> None:
    server = faulty_server()
    server.file(SIZE, "/b.bin")
    address = server.add(Resource("/a.bin", redirect="/b.bin", headers=(("Set-Cookie", "one=new"),)))
    path = written(
        tmp_path,
        ("127.0.0.1", False, "/", False, LATER, "one", "canary"),
        ("127.0.0.1", False, "/", False, LATER, "two", "kept"),
    )
    engine.restart(cookie_file=path)
    engine.fetched(engine.add(address))
    assert server.requests[0].headers["cookie"] == "one=canary; two=kept"
    assert server.requests[-1].headers["cookie"] == "two=kept; one=new"
    engine.fetched(engine.add(f"{server.url('/b.bin')}?own", headers=(("Cookie", "mine=1"),)))
    assert server.requests[-1].headers["cookie"] == "mine=1"
