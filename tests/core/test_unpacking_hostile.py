"""Hostile and damaged archives: nothing outside the folder, nothing half under its name, an error for each."""

import io
import os
import struct
import sys
import tarfile
from pathlib import Path
from typing import Any

import py7zr
import pytest
from headrace.disk import folder_publishing
from headrace.errors import StoppedError
from headrace.unpacking import meter, seven_zip_reader, tar_reader
from headrace.unpacking import unpack as unpacking
from headrace.unpacking.kinds import UnpackError
from headrace.unpacking.target import Target
from headrace.unpacking.unpack import unpack
from hypothesis import given
from hypothesis import strategies as st

from tests.support.archives import FILES, ID, MAKERS, F, entry_of, refused, seven_zipped, tar_of, tarred, zipped

# -- bombs


@pytest.fixture
def low(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lower the bounds, so that a bomb need not be a real one."""
    monkeypatch.setattr(meter, "HARMLESS", 1 << 20)
    monkeypatch.setattr(meter, "MOST_FILES", 100)


@pytest.mark.usefixtures("low")
@pytest.mark.parametrize("name", [name for name in MAKERS if name != "a.tar"])
def test_what_unpacks_to_far_more_is_a_bomb(room: Path, name: str) -> None:
    assert refused(MAKERS[name](room / name, {"zeros": bytes(40 << 20)})).fault is F.BOMB


@pytest.mark.usefixtures("low")
@pytest.mark.parametrize("name", MAKERS)
def test_too_many_files_are_a_bomb(room: Path, name: str) -> None:
    assert refused(MAKERS[name](room / name, {str(number): b"" for number in range(101)})).fault is F.MANY


@pytest.mark.parametrize("name", MAKERS)
def test_what_does_not_fit_on_the_disk_is_not_begun(room: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacking, "free_space", lambda _folder: meter.RESERVE - 1)
    assert refused(MAKERS[name](room / name, FILES)).fault is F.ROOM


def lying_zip(path: Path, size: int, says: int) -> Path:
    """Write a zip with one file of `size` zeros that says it has fewer."""
    zipped(path, {"x": bytes(size)})
    data = path.read_bytes()
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = data.index(mark) + place
        data = data[:start] + struct.pack("<I", says) + data[start + 4 :]
    path.write_bytes(data)
    return path


def test_a_zip_that_lies_about_sizes_gives_nothing(room: Path) -> None:
    assert refused(lying_zip(room / "a.zip", 5_000_000, 10)).fault is F.DAMAGED


def overlapping_zip(path: Path, times: int) -> Path:
    """Write a zip whose list names the same bytes again and again, as David Fifield's bombs do."""
    zipped(path, {"x0": bytes(100_000)})
    data = path.read_bytes()
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = b"".join(entry.replace(b"x0", f"x{number}".encode()) for number in range(times))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, times, times, len(entries), start, 0)
    path.write_bytes(data[:start] + entries + tail)
    return path


def test_files_that_share_their_bytes_are_a_bomb(room: Path) -> None:
    assert refused(overlapping_zip(room / "a.zip", 5)).fault is F.OVERLAPS


def test_an_endless_list_of_files_is_not_read(room: Path) -> None:
    archive = zipped(room / "a.zip", {"x": b"1"})
    data = archive.read_bytes()
    place = data.index(b"PK\x05\x06") + 12
    archive.write_bytes(data[:place] + struct.pack("<I", 100 << 20) + data[place + 4 :])
    assert refused(archive).fault is F.MANY
    seven = seven_zipped(room / "b.7z", {"x": b"1"})
    data = seven.read_bytes()
    seven.write_bytes(data[:20] + struct.pack("<Q", 1 << 40) + data[28:])
    assert refused(seven).fault is F.MANY


@pytest.mark.usefixtures("low")
def test_a_sparse_file_is_as_large_as_it_says(room: Path) -> None:
    entry = tarfile.TarInfo("sparse")
    entry.pax_headers = {
        "GNU.sparse.major": "0", "GNU.sparse.minor": "1", "GNU.sparse.name": "s", "GNU.sparse.size": str(1 << 50),
        "GNU.sparse.numblocks": "1", "GNU.sparse.map": "0,1",
    }  # fmt: skip
    entry.size = 1
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(entry, io.BytesIO(b"x"))
    (room / "a.tar").write_bytes(raw.getvalue())
    assert refused(room / "a.tar").fault is F.BOMB


def test_a_header_of_gigabytes_is_not_read(room: Path) -> None:
    entry = entry_of(tarfile.XHDTYPE, "pax")
    entry.size = 3 << 30
    (room / "a.tar").write_bytes(entry.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    assert refused(room / "a.tar").fault is F.DAMAGED


def test_headers_in_headers_end(room: Path) -> None:
    entry = entry_of(tarfile.GNUTYPE_LONGNAME, "././@LongLink")
    entry.size = 5
    block = entry.tobuf(tarfile.GNU_FORMAT) + b"name\0".ljust(512, b"\0")
    (room / "a.tar").write_bytes(block * 5000 + bytes(1024))
    assert refused(room / "a.tar").fault is F.DAMAGED


# -- damaged ones


@pytest.mark.parametrize("name", MAKERS)
def test_one_that_ends_too_early_gives_nothing(room: Path, name: str) -> None:
    whole = MAKERS[name](room / name, FILES).read_bytes()
    for share in (0.0, 0.01, 0.4, 0.99):
        (room / name).write_bytes(whole[: int(len(whole) * share)])
        assert refused(room / name).fault is F.DAMAGED, share


def test_a_tar_that_ends_between_two_files_gives_nothing(room: Path) -> None:
    archive = tar_of(room / "a.tar", ("one", b"1"), ("two", b"2"))
    archive.write_bytes(archive.read_bytes()[:2048])
    assert refused(archive).fault is F.DAMAGED


@pytest.mark.parametrize("name", [name for name in MAKERS if name not in ("a.tar", "a.tar.zst")])
def test_a_changed_byte_is_noticed(room: Path, name: str) -> None:
    whole = bytearray(MAKERS[name](room / name, {"x": os.urandom(200_000)}).read_bytes())
    whole[100_000] ^= 0xFF
    (room / name).write_bytes(whole)
    assert refused(room / name).fault is F.DAMAGED


def test_a_wrong_checksum_behind_the_end_is_noticed(room: Path) -> None:
    whole = bytearray(tarred(room / "a.tar.gz", {"x": b"1"}).read_bytes())
    whole[-8] ^= 0xFF
    (room / "a.tar.gz").write_bytes(whole)
    assert refused(room / "a.tar.gz").fault is F.DAMAGED


@pytest.mark.parametrize("name", MAKERS)
@given(junk=st.binary(max_size=600))
def test_junk_is_told_as_damage(name: str, junk: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    archive = tmp_path_factory.mktemp("junk") / name
    archive.write_bytes(junk)
    assert refused(archive).fault in (F.DAMAGED, F.MANY, F.UNSAFE)


@pytest.fixture(scope="module", params=["a.zip", "a.tar", "a.tar.gz", "a.7z"])
def good(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an archive to be damaged."""
    return MAKERS[request.param](
        tmp_path_factory.mktemp("good") / request.param, {"one": b"1" * 2000, "two/three": b"2" * 100}
    )


@given(data=st.data())
def test_no_damage_brings_anything_outside(
    data: st.DataObject, good: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "room"
    folder.mkdir()
    whole = bytearray(good.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    archive = folder / good.name
    archive.write_bytes(whole)
    try:
        made = [unpack(archive, ID).folder]
    except UnpackError:
        made = []
    assert sorted(folder.iterdir()) == sorted([archive, *made])
    assert list(folder.parent.iterdir()) == [folder]


def test_one_that_wants_a_password_says_so(room: Path) -> None:
    whole = bytearray(zipped(room / "a.zip", {"x": b"1"}).read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(mark) + place] |= 1
    (room / "a.zip").write_bytes(whole)
    assert refused(room / "a.zip").fault is F.LOCKED
    for header in (False, True):
        with py7zr.SevenZipFile(room / "b.7z", "w", password=ID, header_encryption=header) as seven:
            seven.writestr(b"1", "x")
        assert refused(room / "b.7z").fault is F.LOCKED


def test_an_unknown_method_says_so(room: Path) -> None:
    whole = bytearray(zipped(room / "a.zip", {"x": b"1"}).read_bytes())
    whole[whole.index(b"PK\x01\x02") + 10] = 9
    (room / "a.zip").write_bytes(whole)
    assert refused(room / "a.zip").fault is F.METHOD


@pytest.mark.parametrize(
    ("name", "module", "attribute"),
    [("a.7z", seven_zip_reader, "LIBRARY"), ("a.tar.zst", tar_reader, "ZSTD_LIBRARIES")],
)
def test_a_library_that_is_not_there_is_named(
    room: Path, name: str, module: Any, attribute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = MAKERS[name](room / name, {"x": b"1"})
    absent = "no_such_library"
    monkeypatch.setattr(module, attribute, absent if attribute == "LIBRARY" else (absent,))
    fault = refused(archive)
    assert fault.fault is F.LIBRARY
    assert fault.detail in (absent, "backports.zstd")


def test_it_can_be_stopped(room: Path) -> None:
    archive = zipped(room / "a.zip", {str(number): os.urandom(1000) for number in range(50)})
    looks = iter(range(20))

    def check() -> None:
        if next(looks, None) is None:
            raise StoppedError

    with pytest.raises(UnpackError) as told:
        unpack(archive, ID, check)
    assert told.value.fault is F.STOPPED
    assert list(room.iterdir()) == [archive]


def test_a_disk_that_refuses_says_why(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = zipped(room / "a.zip", {"x": b"1"})

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Target, "open", full)
    fault = refused(archive)
    assert (fault.fault, fault.detail) == (F.DISK, "No space left on device")


def test_a_file_that_is_gone_says_so(room: Path) -> None:
    assert refused(room / "a.zip").fault is F.MISSING


@pytest.mark.skipif(sys.platform == "win32", reason="renames refuse an existing name there by themselves")
def test_without_an_exclusive_rename_nothing_is_overwritten_either(room: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: object) -> None:
        raise OSError(38, "no such call")

    monkeypatch.setattr(folder_publishing, "rename_exclusively", absent)
    archive = zipped(room / "a.zip", {"x": b"1", "y": b"2"})
    (room / "a").write_bytes(b"mine")
    assert unpack(archive, ID).folder == room / "a (2)"
    assert unpack(archive, ID).folder == room / "a (3)"
    assert (room / "a").read_bytes() == b"mine"
