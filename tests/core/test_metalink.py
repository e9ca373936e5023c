"""Metalinks, of both versions: what is read, what is left out, what is refused, and that hostile ones stay cheap."""

import hashlib
import time
import tracemalloc

import pytest
from headrace import metalink, metalink_draft
from headrace.addresses import checked_address
from headrace.checksums import Checksum
from headrace.disk.file_names import NAME_LIMIT, chosen_name
from headrace.metalink import METALINK_LIMIT, MetalinkFile, read_metalink
from headrace.pieces import PieceHashes
from hypothesis import example, given
from hypothesis import strategies as st

MD5, SHA1, SHA256, SHA512 = (hashlib.new(name, b"x").hexdigest() for name in ("md5", "sha1", "sha256", "sha512"))
OPENING_4 = '<metalink xmlns="urn:ietf:params:xml:ns:metalink">'
OPENING_3 = '<metalink version="3.0" xmlns="http://www.metalinker.org/"><files>'
URL = "<url>http://h.test/f</url>"

FOUR = f"""<?xml version="1.0" encoding="UTF-8"?>
<metalink xmlns="urn:ietf:params:xml:ns:metalink" xmlns:o="http://other.test/">
  <generator>by hand</generator><published>2024-01-01T00:00:00Z</published>
  <file name="disk.iso">
    <size>25</size><identity>A disk</identity>
    <hash type="md5">{MD5}</hash>
    <hash type="sha-256"> {SHA256.upper()}
    </hash>
    <hash type="sha-1">{SHA1}</hash>
    <hash type="whirlpool">00</hash>
    <pieces length="10" type="sha-1"><hash>{SHA1}</hash><hash>{SHA1}</hash><hash>{SHA1}</hash></pieces>
    <pieces length="20" type="sha-256"><hash>{SHA256}</hash><hash>{SHA256}</hash></pieces>
    <pieces length="1" type="tiger"><hash>00</hash></pieces>
    <signature mediatype="application/pgp-signature">hash url size</signature>
    <url>http://without-priority.test/disk.iso</url>
    <url location="de" priority="2">https://second.test/disk.iso#part</url>
    <url priority="1">ftp://first.test/disk.iso</url>
    <url priority="1"> http://first.test/disk.iso </url>
    <url priority="3">http://second.test:0/</url>
    <url priority="4">https://second.test/disk.iso</url>
    <metaurl mediatype="torrent" priority="1">http://first.test/disk.torrent</metaurl>
    <o:url priority="1">http://foreign.test/</o:url>
    <o:more><url priority="1">http://foreign.test/</url></o:more>
  </file>
  <!-- no hash, no size -->
  <file name="small.txt"><url>http://first.test/small.txt?key=v</url></file>
</metalink>"""

THREE = f"""<?xml version="1.0"?>
<metalink version="3.0" xmlns="http://www.metalinker.org/" type="dynamic">
  <publisher><name>Somebody</name><url>http://publisher.test/</url></publisher>
  <files>
    <file name="disk.iso">
      <size>25</size><os>Linux</os>
      <verification>
        <hash type="sha1">{SHA1}</hash><hash type="sha512">{SHA512}</hash>
        <pieces type="sha1" length="10">
          <hash piece="0">{SHA1}</hash><hash piece="1">{SHA1}</hash><hash piece="2">{SHA1}</hash>
        </pieces>
      </verification>
      <resources maxconnections="2">
        <url type="http" preference="10">http://ten.test/</url>
        <url type="bittorrent" preference="100">http://hundred.test/disk.torrent</url>
        <url type="https" preference="90">https://ninety.test/</url>
        <url type="http">http://none.test/</url>
        <url type="ftp" preference="95">ftp://ninety-five.test/</url>
        <url preference="50">http://untyped.test/</url>
      </resources>
    </file>
  </files>
</metalink>"""


def four(inside: str, name: str = "f") -> bytes:
    return f'{OPENING_4}<file name="{name}">{inside}</file></metalink>'.encode()


def three(inside: str) -> bytes:
    return f'{OPENING_3}<file name="f">{inside}</file></files></metalink>'.encode()


def one(data: bytes) -> MetalinkFile:
    (found,) = read_metalink(data)
    return found


def test_version_4_is_read() -> None:
    disk, small = read_metalink(FOUR.encode())
    assert (disk.name, disk.size) == ("disk.iso", 25)
    assert disk.checksums == (Checksum("sha256", SHA256), Checksum("sha1", SHA1), Checksum("md5", MD5))
    assert disk.pieces == PieceHashes("sha256", 20, (SHA256, SHA256))
    assert disk.sources == (
        "http://first.test/disk.iso",
        "https://second.test/disk.iso",
        "http://without-priority.test/disk.iso",
    )
    assert small == MetalinkFile("small.txt", None, (), None, ("http://first.test/small.txt?key=v",))


def test_version_3_is_read() -> None:
    disk = one(THREE.encode())
    assert (disk.name, disk.size) == ("disk.iso", 25)
    assert disk.checksums == (Checksum("sha512", SHA512), Checksum("sha1", SHA1))
    assert disk.pieces == PieceHashes("sha1", 10, (SHA1,) * 3)
    assert disk.sources == ("https://ninety.test/", "http://untyped.test/", "http://ten.test/", "http://none.test/")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encodings_of_xml_are_read(encoding: str) -> None:
    said = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{said}"?>' + four(URL, "größe.iso").decode()
    assert one(text.encode(encoding)).name == "größe.iso"


def test_addresses_and_their_secrets_are_not_in_the_repr() -> None:
    found = one(four("<url>http://u:s3cret@h.test/f?key=s3cret</url>"))
    assert "s3cret" in found.sources[0]
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("a/b/c.iso", "c.iso"),
        ("..\\..\\x", "x"),
        ("C:\\x.bin", "x.bin"),
        ("/etc/cron.d/x", "x"),
        ("&#10;a&#9;b", "_a_b"),
        ("con", "_con"),
        (".bashrc", "bashrc"),
        ("x.desktop", "x.desktop.download"),
        ("photo&#x202e;gpj.exe", "photogpj.exe"),
        ("a" * 10_000 + ".iso", "a" * (NAME_LIMIT - 4) + ".iso"),
        ("..", "last.bin"),
        ("", "last.bin"),
        ("dir/", "dir"),
    ],
)
def test_a_name_is_one_harmless_component(raw: str, name: str) -> None:
    assert one(four("<url>http://h.test/way/last.bin?x</url>", raw)).name == name


def test_a_file_without_a_name_has_that_of_its_best_address() -> None:
    data = f"{OPENING_4}<file><url priority='2'>http://h.test/b</url><url priority='1'>http://h.test/a</url></file>"
    assert one(f"{data}</metalink>".encode()).name == "a"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not well-formed XML"),
        (b"\x00", "not well-formed XML"),
        (b"http://h.test/\n", "not well-formed XML"),
        (FOUR.encode()[:-5], r"not well-formed XML \(line 27\)"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "not well-formed XML"),
        (b'<?xml version="1.0" encoding="idna"?><a/>', r"."),
        (b'<?xml version="1.0" encoding="zlib"?><a/>', r"."),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', r"."),
        (four("<url>&undefined;</url>"), "not well-formed XML"),
        (b"<metalink/>", "not a Metalink of version 4 or 3.0"),
        (b"<html xmlns='urn:ietf:params:xml:ns:metalink'/>", "not a Metalink of version 4 or 3.0"),
        (b"<metalink xmlns='urn:ietf:params:xml:ns:other'/>", "not a Metalink of version 4 or 3.0"),
        (OPENING_4.encode() + b"</metalink>", "names no file"),
        (
            OPENING_4.encode() + b"<files><file name='f'>" + URL.encode() + b"</file></files></metalink>",
            "names no file",
        ),
        (four(""), "no http or https address of 'f'"),
        (four("<url>ftp://h.test/f</url><url>/f</url><url>file:///etc/passwd</url>"), "no http or https address"),
        (four("<url>http://h.test/" + "a" * 9000 + "</url>"), "no http or https address"),
        (four(URL + "<size>-1</size>"), "no number as the size of 'f'"),
        (four(URL + "<size>1.5</size>"), "no number"),
        (four(URL + "<size>٣</size>"), "no number"),
        (four(URL + f"<size>{1 << 63}</size>"), "no number"),
        (four(URL + f"<hash type='sha-256'>{SHA256[:-1]}</hash>"), "damaged sha256 hash of 'f'"),
        (four(URL + f"<hash type='SHA-1'>{SHA1[:-1]}g</hash>"), "damaged sha1 hash"),
        (four(URL + f"<hash type='md5'>{MD5}</hash><hash type='md5'>{'0' * 32}</hash>"), "two different md5 hashes"),
        (four(URL + f"<pieces type='sha-1'><hash>{SHA1}</hash></pieces>"), "how long the pieces of 'f' are"),
        (four(URL + f"<pieces type='sha-1' length='0'><hash>{SHA1}</hash></pieces>"), "how long the pieces"),
        (four(URL + f"<pieces type='sha-1' length='9'><hash>{MD5}</hash></pieces>"), "damaged sha1 hash"),
        (four(URL + f"<size>19</size><pieces type='md5' length='9'><hash>{MD5}</hash></pieces>"), "do not make a file"),
        (
            three(f"<verification><pieces type='md5' length='9'><hash piece='1'>{MD5}</hash></pieces></verification>"),
            "not number the pieces of 'f' in order",
        ),
    ],
)
def test_what_is_unusable_is_refused_with_a_sentence(data: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        read_metalink(data)
    assert str(caught.value).isprintable()


ENTITIES = {
    "bomb": '<!DOCTYPE m [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>',
    "external entity": '<!DOCTYPE m [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "parameter entity": '<!DOCTYPE m [<!ENTITY % b SYSTEM "http://127.0.0.1/x"> %b;]>',
    "external document type": '<!DOCTYPE m SYSTEM "http://127.0.0.1/x.dtd">',
    "empty document type": "<!DOCTYPE metalink>",
}


@pytest.mark.parametrize("kind", ENTITIES)
def test_entities_and_document_types_are_refused(kind: str) -> None:
    text = f"<?xml version='1.0'?>{ENTITIES[kind]}" + four("<url>http://h.test/&b;</url>").decode()
    with pytest.raises(ValueError, match="declares a document type or entities"):
        read_metalink(text.encode())


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metalink, "FILE_LIMIT", 3)
    file = f"<file name='f'>{URL}</file>"
    assert len(read_metalink(f"{OPENING_4}{file * 3}</metalink>".encode())) == 3
    with pytest.raises(ValueError, match="3 files at most"):
        read_metalink(f"{OPENING_4}{file * 4}</metalink>".encode())


def test_too_many_addresses_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = numbered("<url>http://h.test/#</url>", 1000)
    assert len(one(four(urls)).sources) == 1000
    with pytest.raises(ValueError, match="more than 1,000 addresses of 'f'"):
        read_metalink(four(urls + "<url>ftp://h.test/</url>"))
    monkeypatch.setattr(metalink, "ALL_SOURCES_LIMIT", 1500)
    with pytest.raises(ValueError, match="more than 1,500 addresses"):
        read_metalink(f"{OPENING_4}{f'<file>{urls}</file>' * 2}</metalink>".encode())


def test_too_many_pieces_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metalink_draft, "PIECE_LIMIT", 3)
    with pytest.raises(ValueError, match="more than 3 pieces of 'f'"):
        read_metalink(four(f"{URL}<pieces type='md5' length='1'>{f'<hash>{MD5}</hash>' * 4}</pieces>"))


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metalink, "_ELEMENT_LIMIT", 100)
    with pytest.raises(ValueError, match="more than 100 elements"):
        read_metalink(four(URL + "<a/>" * 98))
    assert one(four(URL + "<a/>" * 97)).name == "f"


def test_a_metalink_beyond_the_limit_is_not_even_parsed() -> None:
    with pytest.raises(ValueError, match="16 MiB at most"):
        read_metalink(FOUR.encode() + b" " * METALINK_LIMIT)


def opened(inside: str) -> bytes:
    return f"{OPENING_4}<file name='f'>{inside}".encode()


def filled(unit: str) -> bytes:
    return opened(unit * (METALINK_LIMIT // len(unit) - 100))


def numbered(unit: str, count: int) -> str:
    return "".join(unit.replace("#", str(number)) for number in range(count))


HOSTILE = {
    "nesting": lambda: filled("<a>"),
    "one tag of attributes": lambda: opened("<a " + numbered("a#='' ", 1_000_000)),
    "one attribute": lambda: opened("<a b='" + "x" * 10_000_000),
    "one comment": lambda: opened("<!--" + "x" * 10_000_000),
    "names": lambda: opened(numbered("<a#/>", 1_000_000)),
    "prefixes": lambda: opened(numbered("<a xmlns:a#='u'/>", 500_000)),
    "a million files": lambda: opened("</file>" + f"<file name='../../x'>{URL}</file>" * 300_000),
    "a million addresses": lambda: filled("<url>http://h/</url>"),
    "one text": lambda: opened("<url>" + "x" * 16_000_000 + "</url></file></metalink>"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_metalink_of_megabytes_costs_little_time_and_memory(kind: str) -> None:
    data = HOSTILE[kind]()
    assert len(data) <= METALINK_LIMIT
    tracemalloc.start()
    began = time.perf_counter()
    try:
        with pytest.raises(ValueError, match=r"."):
            read_metalink(data)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
        assert time.perf_counter() - began < 30
    finally:
        tracemalloc.stop()


def check_promises(data: bytes) -> None:
    """Raise AssertionError, or what should never come, unless `data` is read in order or refused with a sentence."""
    files, refusal = outcome(data)
    assert bool(files) != bool(refusal)
    assert refusal.isprintable()
    for file in files:
        check_file(file)


def outcome(data: bytes) -> tuple[list[MetalinkFile], str]:
    try:
        return read_metalink(data), ""
    except ValueError as error:
        return [], str(error)


def check_file(file: MetalinkFile) -> None:
    assert chosen_name(file.name) == file.name
    assert len(file.name.encode()) <= NAME_LIMIT
    assert all(checked_address(address) == address for address in file.sources)
    assert 0 < len(set(file.sources)) == len(file.sources)
    assert all(Checksum.parse(str(checksum)) == checksum for checksum in file.checksums)
    if file.pieces is not None and file.size is not None:
        file.pieces.check(file.size)


@given(st.binary(max_size=300))
@example(b"\xff\xfe<\x00")
def test_any_bytes_are_refused_with_a_sentence(data: bytes) -> None:
    check_promises(data)


@given(st.sampled_from([FOUR, THREE]), st.integers(0, 2000), st.integers(0, 40), st.text(max_size=30))
def test_a_damaged_metalink_is_read_or_refused(text: str, start: int, length: int, put: str) -> None:
    check_promises((text[:start] + put + text[start + length :]).encode("utf-8", "surrogatepass"))
