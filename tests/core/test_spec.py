import base64
import hashlib
from pathlib import Path

import pytest
from headrace.spec import HASH_LENGTHS, Checksum, DownloadSpec, IfExists, parse_header
from hypothesis import given
from hypothesis import strategies as st

DIGEST = hashlib.sha256(b"x").hexdigest()


@pytest.mark.parametrize("algorithm", HASH_LENGTHS)
def test_every_algorithm_is_one_of_hashlib_with_that_length(algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"x").hexdigest()
    assert len(digest) == HASH_LENGTHS[algorithm]
    assert str(Checksum.parse(f"{algorithm}:{digest}")) == f"{algorithm}:{digest}"


@pytest.mark.parametrize(
    "text",
    [
        f"sha256:{DIGEST}",
        f"SHA256:{DIGEST.upper()}",
        f"sha-256:{DIGEST}",
        f"Sha_256 : {DIGEST}\n",
        f"sha256:{DIGEST[:32]} {DIGEST[32:]}",
    ],
)
def test_accepted_forms_of_a_checksum(text: str) -> None:
    assert Checksum.parse(text) == Checksum("sha256", DIGEST)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ALGO:HEX"),
        (DIGEST, "ALGO:HEX"),
        (f":{DIGEST}", "ALGO:HEX"),
        (f"crc32:{DIGEST}", "sha256"),
        (f"shake_128:{DIGEST}", "ALGO:HEX"),
        (f"sha512:{DIGEST}", "128 hexadecimal"),
        (f"sha256:{DIGEST[:-1]}", "64 hexadecimal"),
        (f"sha256:{DIGEST[:-1]}g", "64 hexadecimal"),
        (f"sha256:{DIGEST[:-1]}٣", "64 hexadecimal"),
        (f"sha256:{base64.b64encode(bytes(32)).decode()}", "64 hexadecimal"),
    ],
)
def test_refused_checksums(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Checksum.parse(text)


@given(st.text(max_size=200))
def test_a_checksum_is_parsed_or_refused(text: str) -> None:
    try:
        parsed = Checksum.parse(text)
    except ValueError:
        return
    assert Checksum.parse(str(parsed)) == parsed


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


def test_a_spec_in_a_log_shows_no_secret(tmp_path: Path) -> None:
    spec = DownloadSpec("http://u:CANARY@h/?k=CANARY", tmp_path, headers=(("Cookie", "CANARY"),))
    assert "CANARY" not in repr(spec)


@pytest.mark.parametrize("address", ["", "h", "ftp://h/f", "http://", "http://h/a b"])
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
