import hashlib
from pathlib import Path

import pytest
from headrace.spec import Checksum, DownloadSpec, IfExists, parse_header
from hypothesis import given
from hypothesis import strategies as st

DIGEST = hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("Referer: http://h/", ("Referer", "http://h/")),
        ("X-Key:v", ("X-Key", "v")),
        ("  Cookie :  a=b; c=d ", ("Cookie", "a=b; c=d")),
        ("X-Empty:", ("X-Empty", "")),
        ("X-Tab: a\tb", ("X-Tab", "a\tb")),
        ("X-Latin: é", ("X-Latin", "é")),
    ],
)
def test_headers(text: str, header: tuple[str, str]) -> None:
    assert parse_header(text) == header


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Name: value"),
        ("no colon", "Name: value"),
        (": value", "Name: value"),
        ("Two words: x", "Name: value"),
        ("Näme: x", "Name: value"),
        ("X\r\nY: x", "Name: value"),
        ("X: a\r\nHost: evil", "control character"),
        ("X: a\nb", "control character"),
        ("X: a\0b", "control character"),
        ("X: a\x7fb", "control character"),
        ("X: €", "cannot send"),
        ("Range: bytes=0-", "set by the program"),
        ("if-range: x", "set by the program"),
        ("HOST: h", "set by the program"),
        ("Accept-Encoding: gzip", "set by the program"),
        ("Content-Length: 1", "set by the program"),
        ("Transfer-Encoding: chunked", "set by the program"),
    ],
)
def test_refused_headers(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_header(text)


@given(st.text(max_size=60))
def test_what_is_accepted_as_a_header_is_one_line_that_can_be_sent(text: str) -> None:
    try:
        name, value = parse_header(text)
    except ValueError:
        return
    line = f"{name}: {value}".encode("latin-1")
    assert not set(line) & {0, 10, 13}
    assert parse_header(f"{name}: {value}") == (name, value)


def test_a_spec_cleans_its_address_and_has_sound_defaults(tmp_path: Path) -> None:
    spec = DownloadSpec(" HTTP://h/f#x ", tmp_path)
    assert spec.address == "http://h/f"
    assert (spec.name, spec.checksum, spec.limit, spec.connections) == (None, None, None, None)
    assert (spec.headers, spec.if_exists, spec.paused) == ((), IfExists.RENAME, False)


def test_a_fragment_sets_the_checksum_where_none_is_given(tmp_path: Path) -> None:
    address, given = f" http://h/f?a=b#sha256={DIGEST} ", Checksum("md5", "0" * 32)
    spec = DownloadSpec(address, tmp_path)
    assert (spec.address, spec.checksum) == ("http://h/f?a=b", Checksum("sha256", DIGEST))
    assert DownloadSpec(address, tmp_path, checksum=given).checksum == given
    assert DownloadSpec("http://h/f#part", tmp_path).checksum is None


@pytest.mark.parametrize("checksum", [None, Checksum("md5", "0" * 32)])
def test_a_malformed_checksum_in_the_fragment_is_refused(tmp_path: Path, checksum: Checksum | None) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal digits") as caught:
        DownloadSpec("http://u:CANARY@h/f#sha256=CANARY", tmp_path, checksum=checksum)
    assert "CANARY" not in str(caught.value)


def test_a_spec_in_a_log_shows_no_secret(tmp_path: Path) -> None:
    spec = DownloadSpec("http://u:CANARY@h/?k=CANARY", tmp_path, headers=(("Cookie", "CANARY"),))
    assert "CANARY" not in repr(spec)


@pytest.mark.parametrize("address", ["", "h", "gopher://h/f", "http://", "http://h/a b"])
def test_a_spec_refuses_bad_addresses(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match=r"begin with|names no host|not one address"):
        DownloadSpec(address, tmp_path)


@pytest.mark.parametrize(("limit", "connections"), [(0, None), (1 << 70, None), (None, 0), (None, 65)])
def test_a_spec_refuses_bounds_that_would_stop_it(tmp_path: Path, limit: int | None, connections: int | None) -> None:
    with pytest.raises(ValueError, match="must be from 1 to"):
        DownloadSpec("http://h/", tmp_path, limit=limit, connections=connections)


@pytest.mark.parametrize("name", ["", "..", "a/b", "../x", "con"])
def test_a_spec_refuses_names_that_are_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match=r"name|Windows"):
        DownloadSpec("http://h/", tmp_path, name=name)
