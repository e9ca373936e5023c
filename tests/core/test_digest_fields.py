"""Digests in header fields (catalogue: I03, and the reading part of I04)."""

import base64
import hashlib
import time
import zlib

import google_crc32c
import pytest
from headrace.checksums import Checksum, FoundDigest
from headrace.net.digest_fields import content_digest, found_digests
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

BODY = b"the body of the file"


def raw(algorithm: str) -> bytes:
    if algorithm == "crc32":
        return zlib.crc32(BODY).to_bytes(4, "big")
    if algorithm == "crc32c":
        return int(google_crc32c.value(BODY)).to_bytes(4, "big")
    return hashlib.new(algorithm, BODY).digest()


def b64(algorithm: str) -> str:
    return base64.b64encode(raw(algorithm)).decode()


SHA256, SHA512, MD5, SHA1 = b64("sha256"), b64("sha512"), b64("md5"), b64("sha1")
RIGHT = {name: Checksum(name, raw(name).hex()) for name in ("sha512", "sha256", "sha1", "md5", "crc32", "crc32c")}

# Dictionaries of byte sequences and what they hold.
DICTIONARIES: list[tuple[str, list[str]]] = [
    (f"sha-256=:{SHA256}:", ["sha256"]),
    (f"sha-512=:{SHA512}:,sha-256=:{SHA256}:", ["sha512", "sha256"]),
    (f" sha-256=:{SHA256}:\t,\tsha-512=:{SHA512}: ", ["sha512", "sha256"]),
    (f"sha-256=:{SHA256.rstrip('=')}:", ["sha256"]),
    (f"sha-256=:{SHA256}:;a;b=?1; c=1.5", ["sha256"]),
    (f"md5=:{MD5}:, sha=:{SHA1}:, adler=:AAAA:, unixsum=:AA==:, crc32c=:AAAAAA==:", ["sha1", "md5"]),
    (f"sha3-512=:AAAA:, sha-256=:{SHA256}:", ["sha256"]),
    (f'x="a, sha-512=:{SHA512}:", sha-256=:{SHA256}:, y=tok/en, z=-1.5, w, v=?0', ["sha256"]),
    (f"sha-256=:AAAA:, sha-256=:{SHA256}:", ["sha256"]),
    (f"sha-256=:{SHA256}:, sha-256=:AAAA:", []),
    (f"sha-256=:{SHA256[:20]}:", []),
    ("sha-256", []),
    ("sha-256=?1", []),
    ("sha-256=::", []),
    (f'sha-256="{SHA256}"', []),
    (f"sha-256={SHA256}", []),
    (f"sha-256=:{SHA256}", []),
    (f"sha-256=:{SHA256}:,", []),
    (f"sha-256=:{SHA256}:;", []),
    (f"sha-256=:{SHA256}: sha-512=:{SHA512}:", []),
    (f",sha-256=:{SHA256}:", []),
    (f"SHA-256=:{SHA256}:", []),
    (f"sha-256=:{SHA256}:, sha-512=:{SHA512[:-2]}!!:", []),
    (f"sha-256=:{SHA256}:, a=(1 2)", []),
    (f"sha-256=:{SHA256}:" + ", a=:AA==:" * 32, []),
    (f"sha-256=:{SHA256}:" + " " * 4096 + ", a", []),
    ("", []),
    ("\udcff", []),
]


@pytest.mark.parametrize(("value", "algorithms"), DICTIONARIES)
def test_i03_a_dictionary_is_read_or_ignored(value: str, algorithms: list[str]) -> None:
    expected = [FoundDigest(RIGHT[name], "Repr-Digest") for name in algorithms]
    assert found_digests({"Repr-Digest": value}, whole=False) == expected


@pytest.mark.parametrize(("value", "algorithms"), DICTIONARIES)
def test_i04_the_digest_of_one_answer(value: str, algorithms: list[str]) -> None:
    expected = FoundDigest(RIGHT[algorithms[0]], "Content-Digest") if algorithms else None
    assert content_digest({"Content-Digest": value, "Repr-Digest": f"sha-512=:{SHA512}:"}) == expected


@pytest.mark.parametrize(
    ("name", "value", "algorithms"),
    [
        ("Digest", f"SHA-256={SHA256}", ["sha256"]),
        ("Digest", f"sha-256={SHA256},MD5={MD5}, SHA={SHA1}", ["sha256", "sha1", "md5"]),
        ("Digest", f"SHA-256={raw('sha256').hex().upper()}", ["sha256"]),
        ("Digest", f'SHA-512="{SHA512}"', ["sha512"]),
        ("Digest", f"UNIXsum=30637, , sha-256={SHA256}, SHA-512=short", ["sha256"]),
        ("Digest", f"SHA-256 {SHA256}", []),
        ("Digest", f"sha-256=:{SHA256}:", []),
        ("x-goog-hash", f"crc32c={b64('crc32c')}, md5={MD5}", ["md5", "crc32c"]),
        ("x-goog-hash", f"crc32c={b64('crc32c')}", ["crc32c"]),
        ("x-goog-hash", "crc32c=AAAA,md5=", []),
        ("x-amz-checksum-crc32", b64("crc32"), ["crc32"]),
        ("x-amz-checksum-crc32c", b64("crc32c"), ["crc32c"]),
        ("x-amz-checksum-sha1", SHA1, ["sha1"]),
        ("x-amz-checksum-sha256", f" {SHA256} ", ["sha256"]),
        ("x-amz-checksum-sha256", f"{SHA256}-12", []),
        ("x-amz-checksum-crc32", f"{b64('crc32')}-2", []),
        ("x-amz-checksum-crc32", b64("crc32").rstrip("=") + "-2", []),
        ("x-amz-checksum-crc32", "", []),
        ("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=", []),
        ("ETag", f'"{raw("md5").hex()}"', []),
    ],
)
def test_what_other_fields_say_of_the_file(name: str, value: str, algorithms: list[str]) -> None:
    expected = [FoundDigest(RIGHT[algorithm], name) for algorithm in algorithms]
    assert found_digests({name: value}, whole=False) == expected
    assert found_digests(CaseInsensitiveDict({name.upper(): value}), whole=True) == expected


@pytest.mark.parametrize(
    ("name", "value", "algorithm"),
    [
        ("Content-Digest", f"sha-256=:{SHA256}:", "sha256"),
        ("Content-MD5", MD5, "md5"),
        ("Content-MD5", raw("md5").hex(), "md5"),
    ],
)
def test_digests_of_an_answer_count_for_the_file_only_if_it_is_the_whole(name: str, value: str, algorithm: str) -> None:
    assert found_digests({name: value}, whole=True) == [FoundDigest(RIGHT[algorithm], name)]
    assert found_digests({name: value}, whole=False) == []


def test_the_strongest_come_first() -> None:
    headers = {
        "x-amz-checksum-crc32": b64("crc32"),
        "x-goog-hash": f"crc32c={b64('crc32c')},md5={MD5}",
        "Content-MD5": MD5,
        "Digest": f"SHA={SHA1}",
        "Content-Digest": f"sha-256=:{SHA256}:",
        "Repr-Digest": f"sha-256=:{SHA256}:, sha-512=:{SHA512}:",
    }
    assert [(found.checksum.algorithm, found.source) for found in found_digests(headers, whole=True)] == [
        ("sha512", "Repr-Digest"),
        ("sha256", "Repr-Digest"),
        ("sha256", "Content-Digest"),
        ("sha1", "Digest"),
        ("md5", "Content-MD5"),
        ("md5", "x-goog-hash"),
        ("crc32c", "x-goog-hash"),
        ("crc32", "x-amz-checksum-crc32"),
    ]


@pytest.mark.parametrize(("coding", "counts"), [("gzip", False), ("x, y", False), ("identity", True), ("", True)])
def test_digests_of_encoded_bytes_say_nothing_of_the_file(coding: str, counts: bool) -> None:
    headers = {"Repr-Digest": f"sha-256=:{SHA256}:", "Content-Digest": f"sha-256=:{SHA256}:", "Content-MD5": MD5}
    headers["Content-Encoding"] = coding
    assert (len(found_digests(headers, whole=True)), content_digest(headers) is not None) == (3 * counts, counts)


def test_sums_of_what_is_stored_say_nothing_of_what_was_unpacked_on_the_way() -> None:
    headers = {"X-Goog-Hash": f"md5={MD5}", "X-Goog-Stored-Content-Encoding": "gzip"}
    assert found_digests(headers, whole=True) == []
    headers["X-Goog-Stored-Content-Encoding"] = "identity"
    assert len(found_digests(headers, whole=True)) == 1


def test_sums_of_sums_are_told_apart_by_their_type_too() -> None:
    headers = {"x-amz-checksum-sha256": SHA256, "x-amz-checksum-type": "COMPOSITE"}
    assert found_digests(headers, whole=True) == []
    assert len(found_digests(headers | {"x-amz-checksum-type": "FULL_OBJECT"}, whole=True)) == 1


NAMES = [
    *("Repr-Digest", "Content-Digest", "Digest", "Content-MD5", "x-goog-hash", "x-amz-checksum-crc32"),
    *("x-amz-checksum-sha256", "Content-Encoding", "Other"),
]
PIECES = [
    *("sha-256", "SHA-512", "md5", "crc32c", "=", ":", ",", ";", " ", "\t", '"', "\\", "?1", "1.5", "-", "a", "*"),
    *(SHA256, SHA512, MD5, "é", "\0", "\udcff", "("),
]
VALUES = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=60).map("".join))


@given(st.dictionaries(st.sampled_from(NAMES), VALUES), st.booleans())
def test_no_headers_raise_or_make_a_digest_of_another_length(headers: dict[str, str], whole: bool) -> None:
    found = found_digests(headers, whole=whole)
    one = content_digest(headers)
    for digest in [*found, *([one] if one else [])]:
        assert Checksum.parse(str(digest.checksum)) == digest.checksum
    assert seconds(headers) < 0.001


UNITS = ["a", "a,", "a=1,", "a;b", "a ;", ";a=", ":", "=:", 'a="', "\\", ", ", "sha-256=::,", "A=", "1", "A", "-", "("]


@pytest.mark.parametrize("unit", UNITS)
def test_no_field_takes_a_millisecond(unit: str) -> None:
    for length in (500, 1024, 2048, 1 << 16, 6 << 20):
        for start in ("", "sha-256=:", 'a="', "md5="):
            value = (start + unit * (length // len(unit)))[:length]
            assert seconds(dict.fromkeys(NAMES[:-2], value)) < 0.001


def seconds(headers: dict[str, str]) -> float:
    """Return the time of the slower function, the best of several where it seems slow: other work is no failure."""
    worst = 0.0
    for function in (lambda: found_digests(headers, whole=True), lambda: content_digest(headers)):
        spent = 1.0
        for _ in range(20):
            begin = time.perf_counter()
            function()
            spent = min(spent, time.perf_counter() - begin)
            if spent < 0.001:
                break
        worst = max(worst, spent)
    return worst
