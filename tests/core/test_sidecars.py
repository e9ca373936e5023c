"""Checksum files beside a file: where they are asked for and what they say (catalogue: I01, I02)."""

import hashlib
import time

import pytest
from headrace.checksums import Checksum, FoundDigest
from headrace.errors import StoppedError
from headrace.transfer.sidecars import ENDINGS, LARGEST, LISTS, Place, SidecarFinder, digest_in
from hypothesis import given
from hypothesis import strategies as st

SHA256, SHA512, SHA1, MD5 = (hashlib.new(name, b"x").hexdigest() for name in ("sha256", "sha512", "sha1", "md5"))
OTHER = hashlib.sha256(b"other").hexdigest()
RIGHT = Checksum("sha256", SHA256)
NAMES = {"file.iso"}
SIGNED = (
    "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n# - a list\n- --- dashes\n{}\n"
    "-----BEGIN PGP SIGNATURE-----\n\niQIzBAEBCgAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
)


# What a list of a folder says.


@pytest.mark.parametrize(
    "text",
    [
        f"{SHA256}  file.iso",
        f"{SHA256} *file.iso\n",
        f"{SHA256}  ./file.iso\n",
        f"{SHA256} *./file.iso\n",
        f"{SHA256}\tfile.iso",
        f"{SHA256} file.iso   ",
        f"\\{SHA256}  file.iso",
        f"{SHA256.upper()}  file.iso",
        f"{OTHER}  another.iso\r\n{SHA256}  file.iso\r\n{OTHER}  last.iso\r\n",
        f"{OTHER}  another.iso\r{SHA256}  file.iso\r",
        f"\ufeff{SHA256}  file.iso\n",
        f"SHA256 (file.iso) = {SHA256}",
        f"SHA256(file.iso)= {SHA256}\n",
        f"SHA2-256(./file.iso)= {SHA256}\n",
        f"# file.iso: 12 bytes\nSHA1 (file.iso) = {SHA1}\nSHA256 (file.iso) = {SHA256}\nMD5 (file.iso) = {MD5}\n",
        f"{MD5}  file.iso\n{SHA256}  file.iso\n{SHA1}  file.iso\n",
        f"{SHA256}  file.iso\n{SHA256}  file.iso\n",
        f"{SHA256}  file.iso\n{OTHER}  dir/file.iso\n",
        SIGNED.format(f"{OTHER}  another.iso\n{SHA256}  file.iso"),
        SIGNED.format(f"SHA256 (file.iso) = {SHA256}"),
        f"{OTHER}  file.iso\n" + SIGNED.format(f"{SHA256}  file.iso"),
        "\n".join(f"{OTHER}  file{number}.iso" for number in range(12_000)) + f"\n{SHA256}  file.iso",
    ],
)
def test_a_list_names_the_file(text: str) -> None:
    assert digest_in(text.encode(), NAMES, None) == RIGHT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        SHA256,
        f"{SHA256}\n",
        f"{SHA256}  -",
        f"{SHA256}  another.iso",
        f"{SHA256}  dir/file.iso",
        f"{SHA256}  file.iso.sig",
        f"{SHA256}  FILE.ISO",
        f"{SHA256}file.iso",
        f"x {SHA256}  file.iso",
        f"{SHA256[:-1]}  file.iso",
        f"{SHA256}0  file.iso",
        f"SHA256 (file.iso) = {SHA256[:-1]}",
        f"SHA3-256 (file.iso) = {SHA256}",
        f"BLAKE2b (file.iso) = {SHA256}",
        f"{SHA256}  file.iso\n{OTHER}  file.iso\n",
        f"<!DOCTYPE html><pre>\n{SHA256}  file.iso\n</pre>",
        f"\n <html>\n{SHA256}  file.iso\n",
        f"\ufeff<html>\n{SHA256}  file.iso\n",
        f"\0{SHA256}  file.iso",
    ],
)
def test_a_list_that_does_not_say_it(text: str) -> None:
    assert digest_in(text.encode(), NAMES, None) is None


def test_two_strong_lines_that_differ_count_for_nothing_but_a_weaker_one_does_not_matter() -> None:
    lines = [f"{SHA256}  file.iso", f"{OTHER}  file.iso", f"{SHA512}  file.iso", f"{MD5}  file.iso"]
    assert digest_in("\n".join(lines[:2]).encode(), NAMES, None) is None
    assert digest_in("\n".join(lines).encode(), NAMES, None) == Checksum("sha512", SHA512)


def test_windows_writes_lists_in_utf_16() -> None:
    for coding in ("utf-16", "utf-16-le", "utf-16-be"):
        mark = "" if coding == "utf-16" else "\ufeff"
        assert digest_in(f"{mark}{SHA256}  file.iso\r\n".encode(coding), NAMES, None) == RIGHT


def test_names_beyond_ascii_are_found() -> None:
    assert digest_in(f"{SHA256}  größe (1).iso\n".encode(), {"größe (1).iso"}, None) == RIGHT


def test_a_text_over_the_limit_is_not_read() -> None:
    line = f"{SHA256}  file.iso\n".encode()
    assert digest_in(line.ljust(LARGEST), NAMES, None) == RIGHT
    assert digest_in(line.ljust(LARGEST + 1), NAMES, None) is None


# What a file's own sidecar says.


@pytest.mark.parametrize(
    "text",
    [
        SHA256,
        f"{SHA256}\n",
        f"\r\n {SHA256.upper()} \r\n",
        f"\ufeff{SHA256}",
        f"{SHA256[:32]} {SHA256[32:]}",
        f"file.iso: {SHA256[:32].upper()}\n          {SHA256[32:].upper()}\n",
        f"sha256:{SHA256}",
        f"SHA-256: {SHA256}",
        f"{SHA256}  -",
        f"{SHA256}  file.iso",
        f"{SHA256}  /home/builder/dist/file.iso",
        f"{SHA256} *dist\\file.iso",
        f"{OTHER}  another.iso\n{SHA256}  dist/file.iso",
        f"SHA256(dist/file.iso)= {SHA256}",
        SIGNED.format(f"{SHA256}  file.iso").replace("# - a list\n- --- dashes\n", ""),
        SIGNED.format(SHA256).replace("# - a list\n- --- dashes\n", ""),
    ],
)
def test_a_sidecar_holds_the_digest(text: str) -> None:
    assert digest_in(text.encode(), NAMES, "sha256") == RIGHT


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Not Found",
        MD5,
        SHA512,
        f"{SHA256} {OTHER}",
        f"{SHA256}  another.iso",
        f"another.iso: {SHA256}",
        f"sha512:{SHA256}",
        f"SHA512 (file.iso) = {SHA512}",
        f"<html>{SHA256}</html>",
        f"{SHA256}\n\nis the digest of file.iso",
    ],
)
def test_a_sidecar_that_does_not_say_it(text: str) -> None:
    assert digest_in(text.encode(), NAMES, "sha256") is None


LINES = st.sampled_from(
    [
        f"{SHA256}  file.iso",
        f"SHA256 (file.iso) = {SHA512}",
        SHA256,
        "-----BEGIN PGP SIGNED MESSAGE-----",
        "",
        "file.iso",
    ]
)


@given(st.one_of(st.binary(max_size=300), st.lists(LINES).map(lambda lines: "\n".join(lines).encode())))
def test_no_text_raises(text: bytes) -> None:
    for algorithm in (None, "sha256", "md5"):
        found = digest_in(text, NAMES, algorithm)
        assert found is None or Checksum.parse(str(found)) == found


@pytest.mark.parametrize(
    "unit",
    [
        *("\n", " ", ")", "a", "A(", "a) = ", "-----BEGIN PGP SIGNED MESSAGE-----\n", "x: y\n", f"{SHA256} ", "0"),
        *(f"{SHA256}  a\n", f"{SHA256}" + " " * 4000, "SHA256 (" + ")" * 1500 + "\n", "- \n", "a:"),
    ],
)
def test_no_text_takes_long(unit: str) -> None:
    text = (unit * (LARGEST // len(unit))).encode()
    begin = time.perf_counter()
    assert digest_in(text, NAMES, None) is None
    assert digest_in(text, NAMES, "sha256") is None
    assert time.perf_counter() - begin < 2.0


# Where they are asked for.


@pytest.mark.parametrize(
    ("address", "names", "place"),
    [
        ("https://h/d/file.iso", NAMES, ("https://h/d/file.iso", "https://h/d/")),
        ("https://h/d/file.iso?token=x&b=#f", NAMES, ("https://h/d/file.iso", "https://h/d/")),
        ("https://u:p@h:8443/file.iso", NAMES, ("https://h:8443/file.iso", "https://h:8443/")),
        ("https://h/d/a%20b.iso", {"a b.iso"}, ("https://h/d/a%20b.iso", "https://h/d/")),
        ("https://h/d/file.iso?name=file.iso", NAMES, ("https://h/d/file.iso", "https://h/d/")),
        ("https://h/get.php?file=file.iso", NAMES, ("https://h/get.php?file=file.iso", None)),
        ("https://h/?id=1&f=a%20b", {"a b"}, ("https://h/?id=1&f=a%20b", None)),
        ("https://h/get.php?file=file.iso&key=1", NAMES, ("https://h/get.php", "https://h/")),
        ("https://h/kubectl", NAMES, ("https://h/kubectl", "https://h/")),
    ],
)
def test_a_file_has_a_place(address: str, names: set[str], place: tuple[str, str | None]) -> None:
    assert Place.of(address, names) == Place(*place)


@pytest.mark.parametrize(
    "name",
    [
        *("", "file.iso.sha256", "file.iso.md5", "file.iso.sha512sum", "SHA256SUMS", "sha256sums.txt", "CHECKSUM"),
        *("checksums.txt", "tool_1.0_SHA256SUMS", "SHASUMS256.txt", "file.iso.asc", "file.iso.sig", "md5sum.txt"),
    ],
)
def test_checksum_files_have_none_of_their_own(name: str) -> None:
    assert Place.of(f"https://h/d/{name}", {name} - {""}) is None


class Server:
    """Files by address, and what was asked for."""

    def __init__(self, **files: str) -> None:
        self.files = {f"https://h/d/{name.replace('__', '.')}": text for name, text in files.items()}
        self.asked: list[str] = []

    def fetch(self, address: str) -> bytes | None:
        self.asked.append(address)
        text = self.files.get(address)
        return None if text is None else text.encode()

    @property
    def names(self) -> list[str]:
        """The last parts of the addresses asked for."""
        return [address.rpartition("/")[2] for address in self.asked]


ADDRESS = "https://h/d/file.iso?key=1"


def test_eight_requests_at_most_and_strong_ones_first() -> None:
    server = Server()
    assert SidecarFinder(server.fetch).find(ADDRESS, NAMES) is None
    assert server.names == [
        *("file.iso.sha256", "file.iso.sha256sum", "file.iso.sha512", "SHA256SUMS", "sha256sum.txt", "CHECKSUM"),
        *("file.iso.sha1", "file.iso.md5"),
    ]
    assert len(server.asked) == len(ENDINGS) + len(LISTS) == 8
    assert all(address.startswith("https://h/d/") for address in server.asked)


@pytest.mark.parametrize(
    ("files", "algorithm", "source"),
    [
        ({"file__iso__sha256": SHA256}, "sha256", "file.iso.sha256"),
        ({"file__iso__sha256sum": f"{SHA256}  file.iso"}, "sha256", "file.iso.sha256sum"),
        ({"file__iso__sha512": f"{SHA512} *x/file.iso", "file__iso__md5": MD5}, "sha512", "file.iso.sha512"),
        ({"file__iso__sha1": SHA1}, "sha1", "file.iso.sha1"),
        ({"file__iso__md5": MD5, "SHA256SUMS": f"{SHA256}  file.iso"}, "sha256", "SHA256SUMS"),
        ({"SHA256SUMS": f"{OTHER}  b.iso", "CHECKSUM": f"SHA256 (file.iso) = {SHA256}"}, "sha256", "CHECKSUM"),
        ({"file__iso__sha256": "<html>", "sha256sum__txt": f"{SHA256}  file.iso"}, "sha256", "sha256sum.txt"),
    ],
)
def test_i01_the_digest_and_its_source_are_found(files: dict[str, str], algorithm: str, source: str) -> None:
    found = SidecarFinder(Server(**files).fetch).find(ADDRESS, NAMES)
    assert found == FoundDigest(Checksum(algorithm, hashlib.new(algorithm, b"x").hexdigest()), source)


def test_lists_know_a_file_by_the_name_in_its_address_too() -> None:
    server = Server(SHA256SUMS=f"{SHA256}  a b:c.iso")
    found = SidecarFinder(server.fetch).find("https://h/d/a%20b%3Ac.iso", {"chosen.iso"})
    assert found == FoundDigest(RIGHT, "SHA256SUMS")


def test_a_file_named_in_the_query_is_asked_for_by_the_query() -> None:
    server = Server()
    server.files = {"https://h/get?f=file.iso.sha256": SHA256}
    finder = SidecarFinder(server.fetch)
    assert finder.find("https://h/get?f=file.iso", NAMES) == FoundDigest(RIGHT, "file.iso.sha256")
    assert finder.find("https://h/get?f=b.iso", {"b.iso"}) is None
    assert server.names[1:] == [f"get?f=b.iso{ending}" for ending in ENDINGS]


def test_a_stop_passes_through_the_search() -> None:
    def fetch(_address: str) -> bytes | None:
        raise StoppedError

    with pytest.raises(StoppedError):
        SidecarFinder(fetch).find(ADDRESS, NAMES)
