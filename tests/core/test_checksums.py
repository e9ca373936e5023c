"""How people write checksums (catalogue: I02)."""

import base64
import hashlib
import time
from collections.abc import Callable

import pytest
from headrace.checksums import (
    DIGEST_LENGTHS,
    HASH_LENGTHS,
    WEAK,
    Checksum,
    address_with_checksum,
    algorithm_named,
    algorithm_of_length,
    digest_in_hex,
    fragment_checksum,
)
from hypothesis import assume, given
from hypothesis import strategies as st

DIGEST = hashlib.sha256(b"x").hexdigest()
RAW = hashlib.sha256(b"x").digest()
STANDARD = base64.b64encode(RAW).decode()
URL_SAFE = base64.urlsafe_b64encode(RAW).decode()
MD5 = hashlib.md5(b"x", usedforsecurity=False).hexdigest()
SHA512 = hashlib.sha512(b"x").hexdigest()


@pytest.mark.parametrize("algorithm", HASH_LENGTHS)
def test_every_algorithm_is_one_of_hashlib_with_that_length(algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"x").hexdigest()
    assert len(digest) == HASH_LENGTHS[algorithm]
    assert str(Checksum.parse(f"{algorithm}:{digest}")) == f"{algorithm}:{digest}"


@pytest.mark.parametrize(
    "text",
    [
        f"sha256:{DIGEST}",
        f"sha256={DIGEST}",
        f"sha256 {DIGEST}",
        f"SHA256:{DIGEST.upper()}",
        f"SHA-256: {DIGEST}",
        f"sha-256:{DIGEST}",
        f"Sha_256 : {DIGEST}\n",
        f"SHA 256\t{DIGEST}",
        f"SHA2-256 = {DIGEST}",
        f"sha256sum: {DIGEST}",
        f"SHA256 Checksum: {DIGEST}",
        f"SHA-256 hash {DIGEST}",
        f"sha256:{DIGEST[:32]} {DIGEST[32:]}",
        f"sha256: {' '.join(DIGEST[at : at + 2] for at in range(0, 64, 2))}",
        f"sha256:{DIGEST}  file.iso",
        f"sha256:{STANDARD}",
        f"sha256:{STANDARD.rstrip('=')}",
        f"sha256:{URL_SAFE}",
        f"SHA-256 {STANDARD}",
        f"sha256-{STANDARD}",
        f"sha256-{URL_SAFE.rstrip('=')}",
        DIGEST,
        f"  {DIGEST.upper()}\r\n",
        f'"{DIGEST}"',
        f"`sha256:{DIGEST}`",
        f"\ufeff{DIGEST}",
        f"{DIGEST[:8]} {DIGEST[8:]}",
        f"{DIGEST[:32]}\n{DIGEST[32:]}",
        f"{DIGEST}  file.iso",
        f"{DIGEST} *a file (1).iso",
        f"{DIGEST}  ./dist/deadbeef",
        f"{DIGEST}  {MD5}",
        f"{DIGEST} file.iso",
        f"\\{DIGEST}  odd\\nname",
        f"SHA256 (file.iso) = {DIGEST}",
        f"SHA256 (a (1) = b.iso) = {DIGEST.upper()}",
        f"SHA2-256(file.iso)= {DIGEST}",
    ],
)
def test_i02_accepted_forms_of_a_checksum(text: str) -> None:
    assert Checksum.parse(text) == Checksum("sha256", DIGEST)


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"])
def test_i02_a_bare_digest_tells_its_algorithm_by_its_length(algorithm: str) -> None:
    digest = hashlib.new(algorithm, b"x").hexdigest()
    assert Checksum.parse(digest) == Checksum(algorithm, digest)


@pytest.mark.parametrize("name", ["blake2b", "BLAKE2b", "BLAKE2B-512", "blake2b_512"])
def test_i02_blake2b_must_be_named(name: str) -> None:
    digest = hashlib.blake2b(b"x").hexdigest()
    for text in (f"{name}:{digest}", f"{name} (file) = {digest}"):
        assert Checksum.parse(text) == Checksum("blake2b", digest)
    assert Checksum.parse(digest).algorithm == "sha512"


@pytest.mark.parametrize(("text", "crc"), [("crc32:CBF43926", "crc32"), ("CRC-32C: e3069283", "crc32c")])
def test_sums_that_servers_tell_are_read_back(text: str, crc: str) -> None:
    checksum = Checksum.parse(text)
    assert (checksum.algorithm, Checksum.parse(str(checksum))) == (crc, checksum)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ALGO:HEX"),
        ("   ", "ALGO:HEX"),
        ("sha256", "ALGO:HEX"),
        (f":{DIGEST}", "ALGO:HEX"),
        (f"shake_128:{DIGEST}", "ALGO:HEX"),
        (f"sha3-256:{DIGEST}", "ALGO:HEX"),
        (f"sha512/256:{DIGEST}", "ALGO:HEX"),
        ("crc:12", "ALGO:HEX"),
        (DIGEST[:-1], "ALGO:HEX"),
        (DIGEST[:-1] + "g", "ALGO:HEX"),
        ("cbf43926", "ALGO:HEX"),
        (STANDARD, "ALGO:HEX"),
        (f"{DIGEST}  a\n{MD5}  b", "ALGO:HEX"),
        (f"{DIGEST} x\n" * 1000, "ALGO:HEX"),
        ("sha256:", "64 hexadecimal"),
        (f"crc32:{DIGEST}", "8 hexadecimal"),
        (f"sha512:{DIGEST}", "128 hexadecimal"),
        (f"SHA512 (file) = {DIGEST}", "128 hexadecimal"),
        (f"sha256:{DIGEST[:-1]}", "64 hexadecimal"),
        (f"sha256:{DIGEST}0", "64 hexadecimal"),
        (f"sha256:{DIGEST} 0", "64 hexadecimal"),
        (f"sha256:{DIGEST[:-1]}g", "64 hexadecimal"),
        (f"sha256:{DIGEST[:-1]}٣", "64 hexadecimal"),
        (f"sha256:{DIGEST[:43]}", "64 hexadecimal"),
        (f"sha256:{STANDARD[:-3]}", "64 hexadecimal"),
        (f"sha256:{STANDARD}A", "64 hexadecimal"),
        (f"sha256:{base64.b64encode(bytes(31)).decode()}", "64 hexadecimal"),
    ],
)
def test_i02_refused_checksums(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Checksum.parse(text)


def test_i02_weak_algorithms_are_known_as_such() -> None:
    weak = {name for name in DIGEST_LENGTHS if Checksum(name, "0" * DIGEST_LENGTHS[name]).weak}
    assert weak == WEAK == {"md5", "sha1", "crc32", "crc32c"}


def test_every_strong_algorithm_ranks_before_every_weak_one() -> None:
    ranked = sorted(DIGEST_LENGTHS, key=lambda name: Checksum(name, "").rank)
    assert [name in WEAK for name in ranked] == [False] * 5 + [True] * 4
    assert ranked[0] == "sha512"


def test_algorithms_by_name_and_length() -> None:
    assert [algorithm_named(name) for name in ("SHA-1", "sha2_384", "MD 5", "sha3-256", "")] == [
        *("sha1", "sha384", "md5", None, None)
    ]
    assert [algorithm_of_length(digits) for digits in (32, 128, 8, 0)] == ["md5", "sha512", None, None]


@pytest.mark.parametrize(
    ("fragment", "algorithm"),
    [
        (f"sha256={DIGEST}", "sha256"),
        (f"sha256:{DIGEST}", "sha256"),
        (f"SHA-256={DIGEST.upper()}", "sha256"),
        (f"sha256={STANDARD}", "sha256"),
        (f"sha256={URL_SAFE.replace('=', '%3D')}", "sha256"),
        (f"md5={MD5}", "md5"),
        (f"sha512={SHA512}", "sha512"),
        (f"blake2b={SHA512}", "blake2b"),
        (f"egg=name&sha256={DIGEST}", "sha256"),
        (f"sha256={DIGEST}&subdirectory=a:b", "sha256"),
        (f"md5={MD5}&sha512={SHA512}", "sha512"),
        ("", None),
        ("sha256", None),
        ("section-2", None),
        ("time=1:20", None),
        ("a:b=c", None),
        ("crc32=zz", None),
        (f"=sha256:{DIGEST}", None),
    ],
)
def test_a_fragment_may_hold_a_checksum(fragment: str, algorithm: str | None) -> None:
    found = fragment_checksum(f"https://h/f?sha256=1#{fragment}")
    assert (found.algorithm if found else None) == algorithm


@pytest.mark.parametrize("fragment", ["sha256=", "sha256=12", f"sha512:{DIGEST}", f"egg=x&md5={DIGEST}", "sha1=%00"])
def test_a_malformed_checksum_in_a_fragment_is_refused(fragment: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal digits"):
        fragment_checksum(f"https://h/f#{fragment}")


@pytest.mark.parametrize("algorithm", DIGEST_LENGTHS)
@given(data=st.data())
def test_any_digest_is_read_in_hex_and_in_base64(algorithm: str, data: st.DataObject) -> None:
    size = DIGEST_LENGTHS[algorithm] // 2
    raw = data.draw(st.binary(min_size=size, max_size=size))
    assume(not set(base64.b64encode(raw)) <= set(b"0123456789abcdefABCDEF"))  # passes for hex; one hash in 10**20
    texts = [raw.hex().upper(), base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()]
    assert {digest_in_hex(text, algorithm) for text in texts} == {raw.hex()}


PIECES = st.sampled_from(["sha256", "md5", "sha-1", "crc32c", ":", "=", "-", " ", "  ", " *", "\t", "\n", "(", ") = "])
TEXTS = st.one_of(
    st.text(max_size=200), st.lists(st.one_of(PIECES, st.sampled_from([DIGEST, MD5, STANDARD, "x"]))).map("".join)
)


@given(TEXTS)
def test_a_checksum_is_parsed_or_refused(text: str) -> None:
    for parse in (Checksum.parse, lambda text: fragment_checksum("http://h/#" + text)):
        try:
            parsed = parse(text)
        except ValueError:
            continue
        assert parsed is None or Checksum.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text",
    ["sha256" + " " * 8000, "MD5 (" + ") =" * 2600, "MD5 (" * 1600, "a " * 4000, "sha256:" + "A" * 8000, "x" * 10**6],
    ids=["spaces", "ends", "beginnings", "groups", "long", "longer"],
)
def test_no_text_takes_long(text: str) -> None:
    def refused() -> None:
        with pytest.raises(ValueError, match=r"ALGO:HEX|hexadecimal"):
            Checksum.parse(text)

    assert best_of(refused) < 0.005


def best_of(call: Callable[[], object], times: int = 5) -> float:
    """Return the seconds of the fastest of several calls: a busy machine is no failure."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        call()
        spent.append(time.perf_counter() - begin)
    return min(spent)


def test_an_address_keeps_the_checksum_of_its_fragment_alone() -> None:
    digest = "ab" * 32
    assert address_with_checksum(f" HTTP://a.org#x=1&SHA-256:{digest.upper()} ") == f"http://a.org/#sha256={digest}"
    assert address_with_checksum("http://a.org/#top") == "http://a.org/"
    for wrong in ("gopher://a.org/", "http://a.org/#md5=12"):
        with pytest.raises(ValueError, match=r"."):
            address_with_checksum(wrong)
