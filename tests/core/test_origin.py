"""Marks that say where a file came from: nothing secret in them, and no failure to set them is one."""

import os
import plistlib
import sys
from pathlib import Path

import pytest
from headrace.disk import origin as origin_module
from headrace.disk.origin import Origin, apple_marks, bare_address, set_marks, xdg_marks, zone_identifier

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems have other marks")
CANARY = "c4n4ry"

ADDRESSES: list[tuple[str, str | None]] = [
    ("https://example.org/a/b.iso", "https://example.org/a/b.iso"),
    ("http://example.org:8080/", "http://example.org:8080/"),
    ("HTTPS://Example.org", "https://Example.org"),
    (f"https://{CANARY}:{CANARY}@example.org/a", "https://example.org/a"),
    (f"https://u@{CANARY}@example.org/a", "https://example.org/a"),
    (f"https://example.org/a?sig={CANARY}&x=1", "https://example.org/a"),
    (f"https://example.org/a#{CANARY}", "https://example.org/a"),
    (f"https://example.org?{CANARY}", "https://example.org"),
    ("https://[::1]:8/a", "https://[::1]:8/a"),
    ("https://example.org/a%20b/%C3%A9", "https://example.org/a%20b/%C3%A9"),
    ("https://example.org/a b/é", "https://example.org/a%20b/%C3%A9"),
    ("https://exämple.org/", "https://exämple.org/"),
    ("https://example.org/\udcff", "https://example.org/%3F"),
    ("https://example.org/a\x00\x1b\x85\u2028b", "https://example.org/a%00%1B%C2%85%E2%80%A8b"),
    ("https://exam\u2028ple.org/", None),
    ("https://exa mple.org/", None),
    (f"https://good.example\\@{CANARY}.example/", None),
    ("https://[::1/", None),
    ("https://example.org:port/", None),
    ("https:///a", None),
    (f"ftp://{CANARY}@example.org/a", "ftp://example.org/a"),
    (f"gopher://{CANARY}@example.org/", None),
    (f"file:///home/{CANARY}", None),
    (f"data:text/plain,{CANARY}", None),
    ("", None),
]


@pytest.mark.parametrize(("address", "bare"), ADDRESSES)
def test_a17_an_address_is_left_with_nothing_secret(address: str, bare: str | None) -> None:
    assert bare_address(address) == bare


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(
    "place", ["https://ex{}ample.org/a", "https://example.org/a{}HostUrl=evil", "https{}://e.org/"]
)
def test_a17_no_line_can_be_slipped_in(place: str, end: str) -> None:
    bare = bare_address(place.format(end))
    assert bare is None or len(bare.splitlines()) == 1


def test_linux_has_two_attributes() -> None:
    assert xdg_marks("https://a/", "https://b/") == {
        "user.xdg.origin.url": b"https://a/",
        "user.xdg.referrer.url": b"https://b/",
    }
    assert list(xdg_marks("https://a/", None)) == ["user.xdg.origin.url"]


def test_windows_has_a_stream_of_lines() -> None:
    assert zone_identifier("https://a/", None) == b"[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=https://a/\r\n"
    lines = zone_identifier("https://a/", "https://b/").split(b"\r\n")
    assert lines == [b"[ZoneTransfer]", b"ZoneId=3", b"ReferrerUrl=https://b/", b"HostUrl=https://a/", b""]


def test_macos_has_a_quarantine_and_a_list_of_places() -> None:
    marks = apple_marks("https://a/", "https://b/", 1_700_000_000.5)
    flags, stamp, agent, number = marks["com.apple.quarantine"].decode().split(";")
    assert (flags, int(stamp, 16), agent, len(number)) == ("0081", 1_700_000_000, "Headrace", 36)
    assert plistlib.loads(marks["com.apple.metadata:kMDItemWhereFroms"]) == ["https://a/", "https://b/"]
    assert plistlib.loads(apple_marks("https://a/", None, 0)["com.apple.metadata:kMDItemWhereFroms"]) == ["https://a/"]


def marked(path: Path, origin: Origin) -> bool:
    with path.open("xb") as stream:
        return set_marks(path, stream.fileno(), origin)


def attributes(path: Path) -> dict[str, bytes]:
    assert sys.platform == "linux"
    return {name: os.getxattr(path, name) for name in os.listxattr(path) if name.startswith("user.")}


@LINUX
def test_a17_the_marks_on_the_file_hold_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "file"
    origin = Origin(f"https://u:{CANARY}@example.org/a?{CANARY}", f"https://{CANARY}@example.org/b#{CANARY}")
    if not marked(path, origin):
        pytest.skip("needs a filesystem with user attributes under the temporary folder")
    assert attributes(path) == {
        "user.xdg.origin.url": b"https://example.org/a",
        "user.xdg.referrer.url": b"https://example.org/b",
    }


@LINUX
def test_a_referrer_that_is_no_address_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "file"
    if not marked(path, Origin("https://example.org/a", "about:blank")):
        pytest.skip("needs a filesystem with user attributes under the temporary folder")
    assert list(attributes(path)) == ["user.xdg.origin.url"]


@LINUX
@pytest.mark.parametrize("address", ["about:blank", "https://[", "https://example.org/" + "a" * 70_000])
def test_d19_what_cannot_be_marked_is_no_failure(tmp_path: Path, address: str) -> None:
    path = tmp_path / "file"
    assert marked(path, Origin(address)) is False
    assert attributes(path) == {}


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError(95, "not supported"), ValueError()])
def test_d19_whatever_the_system_says_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(*_args: object) -> None:
        raise error

    monkeypatch.setattr(origin_module, "_set_marks", refuse)
    assert marked(tmp_path / "file", Origin("https://example.org/")) is False
