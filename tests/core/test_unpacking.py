"""Archives: what is in them, under names that harm nothing, in a folder of its own that appears as a whole."""

import os
import stat
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Final

import py7zr
import pytest
from headrace.disk.origin import Origin
from headrace.unpacking import target
from headrace.unpacking.kinds import Fault, Kind, Unpacked, UnpackError, kind_of, looks_like_one, stem_of
from headrace.unpacking.meter import Meter
from headrace.unpacking.places import Places, parts_of
from headrace.unpacking.unpack import unpack
from hypothesis import given
from hypothesis import strategies as st

from tests.support.archives import FILES, ID, MAKERS, F, entry_of, refused, tar_of, tree, zipped

# -- good ones


@pytest.mark.parametrize("name", MAKERS)
def test_an_archive_becomes_a_folder_of_its_own(room: Path, name: str) -> None:
    archive, told = MAKERS[name](room / name, FILES), list[float]()
    done = unpack(archive, ID, tell=told.append)
    assert done == Unpacked(room / "a", 4, 0)
    assert tree(room / "a") == FILES
    assert sorted(room.iterdir()) == [room / "a", archive], "the archive is kept, and nothing besides"
    assert told == sorted(told)
    assert 0.0 < told[-1] <= 1.0


@pytest.mark.parametrize("name", MAKERS)
def test_nothing_is_overwritten(room: Path, name: str) -> None:
    archive = MAKERS[name](room / name, FILES)
    (room / "a").mkdir()
    (room / "a" / "top.txt").write_bytes(b"mine")
    (room / "a (2)").write_bytes(b"mine too")
    assert unpack(archive, ID).folder == room / "a (3)"
    assert (room / "a" / "top.txt").read_bytes() == b"mine"
    assert (room / "a (2)").read_bytes() == b"mine too"


@pytest.mark.parametrize("name", MAKERS)
def test_one_folder_with_everything_in_it_is_not_put_into_another(room: Path, name: str) -> None:
    archive = MAKERS[name](room / name, {"prog-1.0/x": b"1", "prog-1.0/y/z": b"2"})
    assert unpack(archive, ID).folder == room / "prog-1.0"
    assert tree(room / "prog-1.0") == {"x": b"1", "y/z": b"2"}


@pytest.mark.skipif(sys.platform == "win32", reason="no modes there")
def test_programs_stay_programs_and_get_no_more_rights(room: Path) -> None:
    archive = room / "a.tar"
    with tarfile.open(archive, "w") as tar:
        for name, mode in (("run", 0o755), ("suid", 0o6755), ("plain", 0o600), ("open", 0o777)):
            entry = tarfile.TarInfo(name)
            entry.mode, entry.uid = mode, 0
            tar.addfile(entry)
    unpack(archive, ID)
    mask = os.umask(0)
    os.umask(mask)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (room / "a").iterdir()}
    program, plain = 0o777 & ~mask, 0o666 & ~mask
    assert modes == {"run": program, "suid": program, "plain": plain, "open": program}
    assert stat.S_IMODE((room / "a").stat().st_mode) == 0o777 & ~mask


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.7z"])
def test_files_are_marked_with_where_the_archive_came_from(
    room: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    marked: dict[str, tuple[bool, Origin]] = {}

    def mark(path: Path, descriptor: int, origin: Origin) -> bool:
        marked[path.name] = os.path.samestat(os.fstat(descriptor), path.stat()), origin
        return True

    monkeypatch.setattr(target, "set_marks", mark)
    origin = Origin("https://example.org/a.zip")
    unpack(MAKERS[name](room / name, {"one.exe": b"1", "two": b"2"}), ID, origin=origin)
    assert marked == {"one.exe": (True, origin), "two": (True, origin)}


def test_a_nested_archive_is_a_file(room: Path) -> None:
    inner = zipped(room / "inner.zip", {"x": bytes(1000)})
    archive = zipped(room / "a.zip", {f"{number}.zip": inner.read_bytes() for number in range(16)})
    inner.unlink()
    assert unpack(archive, ID).files == 16
    assert {path.suffix for path in (room / "a").iterdir()} == {".zip"}


def test_what_an_earlier_process_left_goes(room: Path) -> None:
    archive = zipped(room / "a.zip", {"x": b"1"})
    left = room / f"a.{ID}.unpacking"
    left.mkdir()
    (left / "half").write_bytes(b"half")
    unpack(archive, ID)
    assert sorted(room.iterdir()) == [room / "a", archive]


def test_an_empty_archive_is_an_empty_folder(room: Path) -> None:
    assert unpack(zipped(room / "a.zip", {}), ID) == Unpacked(room / "a", 0, 0)
    assert list((room / "a").iterdir()) == []


# -- names

LEADING_OUT: Final = ["../evil", "a/../../evil", "/etc/evil", "C:\\evil", "C:evil", "..\\evil", "a/.. /evil", "\\evil"]


@pytest.mark.parametrize("evil", LEADING_OUT)
@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.7z"])
def test_no_name_leads_out(room: Path, name: str, evil: str) -> None:
    archive = MAKERS[name](room / name, {"good": b"1", "placeholder": b"2"} | ({} if name == "a.7z" else {evil: b"3"}))
    if name == "a.7z":
        with py7zr.SevenZipFile(archive, "w") as seven:
            seven.writestr(b"1", "good")
            seven.files.files_list[-1]["filename"] = evil
    fault = refused(archive)
    assert fault.fault is F.UNSAFE
    assert fault.detail.replace("\\", "/") == evil.replace("\\", "/")


def test_names_are_cleaned_and_taken_once(room: Path) -> None:
    names = ["CON.txt", "a\tb", "x?.txt", "README", "readme", "ReadMe", "Dir/one", "dir/two", "d\u00e9", "de\u0301"]
    names += ["open.desktop", "evil\u202egpj.exe", ".git/config", " lead", "trail. "]
    done = unpack(zipped(room / "a.zip", {name: name.encode() for name in names}), ID)
    assert done.files == len(names)
    found = tree(done.folder)
    assert sorted(found.values()) == sorted(name.encode() for name in names), "each is there, none in another's place"
    folded = [name.casefold() for name in found]
    assert len(set(folded)) == len(folded)
    assert {"_CON.txt", "README", "readme (2)", "ReadMe (3)", "Dir/one", "Dir/two", "open.desktop.download"} <= {*found}
    assert {".git/config", "evilgpj.exe", "x_.txt"} <= {*found}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("first", ["x", "X"])
def test_a_name_that_comes_twice_is_no_overwriting(room: Path, first: str) -> None:
    with zipfile.ZipFile(room / "a.zip", "w") as archive:
        archive.writestr(first, b"first")
        archive.writestr("x", b"second")
        archive.writestr("x/y", b"third")
    unpack(room / "a.zip", ID)
    assert tree(room / "a") == {first: b"first", "x (2)": b"second", "x (3)/y": b"third"}


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), min_size=1, max_size=20))
def test_whatever_names_there_are_places_are_inside_and_free(names: list[str]) -> None:
    places, taken = Places(), set[tuple[str, ...]]()
    for name in names:
        try:
            parts = parts_of(name)
        except UnpackError:
            assert "/" in name or "\\" in name or ":" in name or ".." in name
            continue
        if not parts:
            continue
        place, _ = places.file(parts)
        assert not {"..", ".", ""} & {*place}
        assert all("/" not in part and "\\" not in part and "\0" not in part for part in place)
        folded = tuple(part.casefold() for part in place)
        assert folded not in taken
        taken.add(folded)
        assert all(other == folded[: len(other)] or other != folded for other in taken)


# -- links and devices


def test_a_link_is_never_made_and_never_written_through(room: Path, tmp_path: Path) -> None:
    entries = (
        entry_of(tarfile.SYMTYPE, "out", str(tmp_path)),
        ("out/evil", b"x"),
        entry_of(tarfile.SYMTYPE, "up", "../.."),
        ("up/evil", b"y"),
        entry_of(tarfile.SYMTYPE, "file", "/etc/passwd"),
        ("file", b"z"),
    )
    done = unpack(tar_of(room / "a.tar", *entries), ID)
    assert (done.files, done.left_out) == (3, 3)
    assert tree(done.folder) == {"out/evil": b"x", "up/evil": b"y", "file": b"z"}
    assert not any(path.is_symlink() for path in room.rglob("*"))


def test_a_hard_link_is_a_copy_of_what_was_extracted(room: Path) -> None:
    entries = (
        ("one", b"data"),
        entry_of(tarfile.LNKTYPE, "two", "one"),
        entry_of(tarfile.LNKTYPE, "passwd", "etc/passwd"),
        entry_of(tarfile.LNKTYPE, "later", "last"),
        ("last", b"last"),
    )
    done = unpack(tar_of(room / "a.tar", *entries), ID)
    assert tree(done.folder) == {"one": b"data", "two": b"data", "last": b"last"}
    assert (done.folder / "two").stat().st_nlink == 1
    assert done.left_out == 2


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x"])
def test_a_hard_link_that_leads_out_is_refused(room: Path, target: str) -> None:
    archive = tar_of(room / "a.tar", ("one", b"1"), entry_of(tarfile.LNKTYPE, "two", target))
    assert refused(archive).fault is F.UNSAFE


def test_devices_and_pipes_are_left_out(room: Path) -> None:
    kinds = (tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE)
    done = unpack(tar_of(room / "a.tar", *(entry_of(kind, kind.decode()) for kind in kinds)), ID)
    assert (done.files, done.left_out, list(done.folder.iterdir())) == (0, 3, [])


def test_links_in_zip_and_7z_are_left_out(room: Path) -> None:
    with zipfile.ZipFile(room / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("link")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("link/evil", b"x")
    done = unpack(room / "a.zip", ID)
    assert (tree(room / "link"), done) == ({"evil": b"x"}, Unpacked(room / "link", 1, 1))
    (room / "source").mkdir()
    (room / "source" / "link").symlink_to("/etc/passwd")
    (room / "source" / "file").write_bytes(b"f")
    with py7zr.SevenZipFile(room / "b.7z", "w") as seven:
        seven.writeall(room / "source", "s")
    done = unpack(room / "b.7z", ID)
    assert (tree(done.folder), done.left_out) == ({"file": b"f"}, 1)


# -- which files are archives


@pytest.mark.parametrize(
    ("name", "kind", "stem"),
    [
        ("a.zip", Kind.ZIP, "a"),
        ("A.B.TAR.GZ", Kind.TAR_GZ, "A.B"),
        ("x.tgz", Kind.TAR_GZ, "x"),
        ("x.tar.zst", Kind.TAR_ZST, "x"),
        ("x.tbz2", Kind.TAR_BZ2, "x"),
        ("x.txz", Kind.TAR_XZ, "x"),
        ("x.7z", Kind.SEVEN_ZIP, "x"),
        ("x.tar", Kind.TAR, "x"),
    ],
)
def test_archives_are_known_by_their_names(name: str, kind: Kind, stem: str) -> None:
    assert (kind_of(name), stem_of(name), looks_like_one(name)) == (kind, stem, True)


@pytest.mark.parametrize(
    ("name", "fault", "looks"),
    [
        ("a.rar", F.RAR, True),
        ("a.part1.rar", F.RAR, True),
        ("a.r00", F.RAR, True),
        ("a.7z.001", F.PART, True),
        ("a.zip.001", F.PART, True),
        ("a.z01", F.PART, True),
        ("a.tar.gz.002", F.PART, True),
        ("a.iso", F.OTHER, False),
        ("a.docx", F.OTHER, False),
        ("a.gz", F.OTHER, False),
        (".zip", F.OTHER, False),
        ("zip", F.OTHER, False),
    ],
)
def test_what_is_none_or_cannot_be_done_is_named(name: str, fault: Fault, looks: bool) -> None:
    with pytest.raises(UnpackError) as told:
        kind_of(name)
    assert (told.value.fault, looks_like_one(name)) == (fault, looks)


def test_a_larger_archive_may_become_more() -> None:
    small, large = Meter(10, lambda: sys.maxsize), Meter(1 << 30, lambda: sys.maxsize)
    assert (small.most, large.most) == (1 << 30, 200 << 30)
    large.declare(100 << 30)
    with pytest.raises(UnpackError):
        small.declare((1 << 30) + 1)
