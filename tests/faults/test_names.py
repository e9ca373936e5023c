"""Names from servers and addresses: one harmless component in the folder, whatever is said (catalogue group N)."""

import ast
import os
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from headrace.disk.file_names import name_from_address, name_was_cleaned, numbered, part_name, safe_name
from headrace.disk.folder import Folder
from headrace.disk.renaming import publish_new
from headrace.file_kinds import kinds_disagree
from headrace.net.disposition import disposition_filename
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Notice
from hypothesis import settings
from PySide6.QtCore import QCoreApplication

from tests.core import fuzz_headers
from tests.core.test_disposition import BY_THE_RFC, DEVIATIONS
from tests.core.test_file_names import CLSID, FAMILY, SAFE
from tests.faults.plugin import rows
from tests.support import seeded
from tests.support.engine import Engine
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.invariant import assert_invariant
from tests.support.replies import Resource, right_reply

ROOT: Final = Path(__file__).parents[2]
ID: Final = "0123456789abcdef"
SIZE: Final = 500


def saved_as(engine: Engine, server: FaultyServer, disposition: str | None, path: str = "/x") -> Path:
    """Download something under the name that header and address give it; see that nothing else was written."""
    address = server.add(Resource(path, size=SIZE, disposition=disposition))
    final = engine.fetched(engine.add(address))
    assert final.parent == engine.folder
    assert final.read_bytes() == seeded.body(1, 0, SIZE)
    assert engine.files() == [final.name]
    assert_invariant(engine, server)
    return final


# Every table of names, by case; what each function makes of them beyond that is in tests/core.

CLEAN = [(title, cases) for title, cases in SAFE.items()]


@pytest.mark.parametrize(("case", "table"), rows(*CLEAN))
def test_names_are_made_harmless(case: str, table: list[tuple[str, str]]) -> None:
    assert [(raw, safe_name(raw)) for raw, _ in table] == table


# The same over a real server: what arrives in the folder, and that nothing arrives elsewhere.

SAVED: Final = [
    ("N01 climbs", 'attachment; filename="../../../escaped.txt"', "escaped.txt"),
    ("N01 climbs as Windows does", 'attachment; filename="..\\\\..\\\\escaped.txt"', "escaped.txt"),
    ("N01 from the root", 'attachment; filename="/etc/passwd"', "passwd"),
    ("N01 from a drive", 'attachment; filename="C:\\x.txt"', "x.txt"),
    ("N01 from a share", 'attachment; filename="\\\\srv\\share\\x.txt"', "x.txt"),
    ("N01 from home", 'attachment; filename="~/.ssh/id"', "id"),
    ("N02 percent signs", "attachment; filename=%2e%2e%2fescaped", "escaped"),
    ("N02 extended", "attachment; filename*=UTF-8''..%5c..%2fescaped", "escaped"),
    ("N02 twice", "attachment; filename*=UTF-8''%252e%252e%252fx", "%2e%2e%2fx"),
    ("N02 NUL", "attachment; filename*=UTF-8''a%00b.txt", "a_b.txt"),
    ("N03 dots", 'attachment; filename=".."', "x"),
    ("N03 nothing", 'attachment; filename=". . ."', "x"),
    ("N04 hidden", 'attachment; filename=".bashrc"', "bashrc"),
    ("N05 dots behind", 'attachment; filename="evil.exe. . ."', "evil.exe"),
    ("N05 a space that is none", "attachment; filename*=UTF-8''evil.exe%C2%A0", "evil.exe"),
    ("N06 a device", 'attachment; filename="NUL.zip"', "_NUL.zip"),
    ("N06 a folder's file", 'attachment; filename="Desktop.ini"', "_Desktop.ini"),
    ("N07 a stream", 'attachment; filename="file.txt:stream"', "file.txt_stream"),
    ("N08 a link", 'attachment; filename="x.lnk"', "x.lnk.download"),
    ("N08 a starter", 'attachment; filename="x.desktop"', "x.desktop.download"),
    ("N08 a class", f'attachment; filename="x{CLSID}"', f"x{CLSID}.download"),
    ("N09 right to left", "attachment; filename*=UTF-8''photo.jpg%E2%80%AEgpj.exe", "photo.jpggpj.exe"),
    ("N10 line ends", "attachment; filename*=UTF-8''a%0D%0AX-Bad:%20y%1B%C2%85", "a__X-Bad_ y__"),
    ("N13 extended behind", "attachment; filename=a; filename*=UTF-8''b", "b"),
    ("N13 extended in front", "attachment; filename*=UTF-8''b; filename=a", "b"),
    ("N14 not in order", "attachment; filename*=UTF-8''%ff; filename=a", "a"),
    ("N15 raw UTF-8", f'attachment; filename="{"ü".encode().decode("latin-1")}.txt"', "ü.txt"),
    ("N15 raw Latin-1", 'attachment; filename="ü.txt"', "ü.txt"),
    ("N15 RFC 2047", 'attachment; filename="=?utf-8?b?w7wudHh0?="', "ü.txt"),
    ("N17 two", 'attachment; filename="a", attachment; filename="b"', "a"),
    ("N18 quotes", 'attachment; filename="a".txt', "a"),
    ("N18 spaces", "attachment; filename=foo bar", "foo bar"),
    ("N24 an option", 'attachment; filename="-rf"', "-rf"),
    ("N24 a command", 'attachment; filename="$(touch owned)`touch owned`%TEMP%"', "$(touch owned)`touch owned`%TEMP%"),
    ("N25 half a character", "attachment; filename*=UTF-8''a%ED%B3%BFb; filename=c", "c"),
]


@pytest.mark.parametrize(("case", "disposition", "name"), rows(*SAVED))
def test_names_from_headers(engine: Engine, plain_server: FaultyServer, case: str, disposition: str, name: str) -> None:
    assert saved_as(engine, plain_server, disposition).name == name


ADDRESSED: Final = [
    ("N02 climbs", "/%2e%2e%2f%2e%2e%2fescaped", "escaped"),
    ("N02 climbs as Windows does", "/..%5c..%5cescaped", "escaped"),
    ("N02 NUL", "/a%00b.txt", "a_b.txt"),
    ("N03 dots", "/%2e%2e%2f..", "127.0.0.1"),
    ("N20 nothing", "/", "127.0.0.1"),
    ("N20 a query alone", "/?file=x.zip", "127.0.0.1"),
    ("N20 a slash inside", "/h/a%2Fb", "b"),
    ("N20 emoji", "/h/%F0%9F%98%80", "\U0001f600"),
]


@pytest.mark.parametrize(("case", "target", "name"), rows(*ADDRESSED))
def test_names_from_addresses(engine: Engine, plain_server: FaultyServer, case: str, target: str, name: str) -> None:
    body = Resource("", size=SIZE)
    plain_server.inject(Fault(lambda _reply, request: right_reply(body, request)))
    final = engine.fetched(engine.add(plain_server.url(target)))
    assert (final.parent, final.name) == (engine.folder, name)
    assert_invariant(engine, also=[body])


@pytest.mark.case("N20")
def test_n20_an_address_without_a_host_is_no_download(engine: Engine) -> None:
    for address in ("data:text/html,/x/evil.exe", "file:///etc/passwd", "//", ""):
        assert name_from_address(address) == "download"
        with pytest.raises(ValueError, match="does not begin with"):
            DownloadSpec(address, engine.folder)


@pytest.mark.case("N09")
def test_n09_what_hid_the_ending_is_told_apart_from_what_was_only_unusual() -> None:
    assert name_was_cleaned("photo.jpg\u202egpj.exe")
    assert not name_was_cleaned(FAMILY * 60 + ".jpg")


@pytest.mark.case("N10")
def test_n10_no_name_forges_a_line_of_the_log(engine: Engine, plain_server: FaultyServer) -> None:
    forged = "2026-01-01 00:00:00,000 INFO headrace: all is well"
    saved_as(engine, plain_server, f"attachment; filename*=UTF-8''a%0A{forged.replace(' ', '%20')}")
    assert not any(line.startswith(forged) for line in engine.profile.log.read_text(encoding="utf-8").splitlines())


LONG: Final = [("ASCII", "a" * 300 + ".txt"), ("CJK", "\u4e2d" * 100 + ".txt"), ("emoji", FAMILY * 60 + ".txt")]


@pytest.mark.case("N11")
@pytest.mark.parametrize(("kind", "raw"), LONG, ids=[kind for kind, _ in LONG])
def test_n11_a_long_name_has_room_for_number_and_suffix(
    engine: Engine, plain_server: FaultyServer, kind: str, raw: str
) -> None:
    encoded = "".join(f"%{byte:02X}" for byte in raw.encode())
    dispositions = f"attachment; filename*=UTF-8''{encoded}"
    paths = [
        engine.fetched(engine.add(plain_server.add(Resource(f"/{number}", size=SIZE, disposition=dispositions))))
        for number in range(2)
    ]
    assert {path.suffix for path in paths} == {".txt"}
    assert paths[1].name == numbered(paths[0].name, 2)
    assert len(part_name(paths[1].name, ID, 99).encode()) <= 255
    whole = raw.removesuffix(".txt")
    assert whole.startswith(paths[0].stem)
    assert not whole.removeprefix(paths[0].stem).startswith("\u200d"), "an emoji was cut in two"


@pytest.mark.case("N12")
def test_n12_two_normal_forms_of_a_name_are_two_files(engine: Engine, plain_server: FaultyServer) -> None:
    names = []
    for form in ("NFC", "NFD"):
        encoded = "".join(f"%{byte:02X}" for byte in unicodedata.normalize(form, "für.txt").encode())
        disposition = f"attachment; filename*=UTF-8''{encoded}"
        names.append(
            engine.fetched(engine.add(plain_server.add(Resource(f"/{form}", size=SIZE, disposition=disposition))))
        )
    assert [path.name for path in names] == ["für.txt", "für (2).txt"]
    assert_invariant(engine, plain_server)


@pytest.mark.case("N12")
def test_n12_on_a_disk_that_knows_no_case_one_gets_a_number(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: set[str] = set()

    def publish(folder: Folder, part: str, final: str) -> None:
        if final.casefold() in taken:
            raise FileExistsError(17, "File exists", final)
        publish_new(folder, part, final)
        taken.add(final.casefold())

    monkeypatch.setattr("headrace.disk.part_file.publish_new", publish)
    dispositions = ["attachment; filename*=UTF-8''Stra%C3%9Fe", "attachment; filename=STRASSE"]
    paths = [
        engine.fetched(engine.add(plain_server.add(Resource(f"/{number}", size=SIZE, disposition=disposition))))
        for number, disposition in enumerate(dispositions)
    ]
    assert [path.name for path in paths] == ["Straße", "STRASSE (2)"]


@pytest.mark.case("N16", "N13", "N14", "N15", "N17", "N18")
def test_n16_the_whole_table() -> None:
    table = [(title, value, name) for title, value, name in BY_THE_RFC + DEVIATIONS]
    assert [(title, value, disposition_filename(value)) for title, value, _ in table] == table
    assert len(table) > 90


@pytest.mark.case("N19")
@pytest.mark.parametrize(
    ("said_by_redirect", "said_at_the_end", "name"),
    [("wrong.bin", None, "end.bin"), (None, "right.bin", "right.bin"), ("wrong.bin", "right.bin", "right.bin")],
)
def test_n19_the_final_answer_names_the_file(
    engine: Engine, plain_server: FaultyServer, said_by_redirect: str | None, said_at_the_end: str | None, name: str
) -> None:
    def header(said: str | None) -> tuple[tuple[str, str], ...]:
        return (("Content-Disposition", f"attachment; filename={said}"),) if said else ()

    plain_server.add(Resource("/end.bin", size=SIZE, headers=header(said_at_the_end)))
    address = plain_server.add(Resource("/start", redirect="/end.bin", headers=header(said_by_redirect)))
    assert engine.fetched(engine.add(address)).name == name
    assert_invariant(engine, plain_server)


Planted = Callable[[Path], object]
TAKEN: Final[list[tuple[str, Planted]]] = [
    ("a file", lambda path: path.write_bytes(b"precious")),
    ("a folder", lambda path: path.mkdir()),
    ("a link to nothing", lambda path: path.symlink_to("nowhere")),
    ("a link to a file", lambda path: path.symlink_to(path.with_name("victim"))),
]


@pytest.mark.case("N22")
@pytest.mark.parametrize(("case", "plant"), TAKEN, ids=[case for case, _ in TAKEN])
@pytest.mark.parametrize("late", [False, True], ids=["before", "just before publishing"])
def test_n22_whatever_has_the_name_keeps_it(
    engine: Engine, plain_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, case: str, plant: Planted, late: bool
) -> None:
    engine.folder.mkdir()
    victim, final = engine.folder / "victim", engine.folder / "film.mkv"
    victim.write_bytes(b"precious")

    def publish(folder: Folder, part: str, target: str) -> None:
        if target == final.name and not os.path.lexists(final):
            plant(final)
        publish_new(folder, part, target)

    if late:
        monkeypatch.setattr("headrace.disk.part_file.publish_new", publish)
    else:
        plant(final)
    address = plain_server.add(Resource("/film.mkv", size=SIZE))
    path = engine.fetched(engine.add(address))
    assert path.name == "film (2).mkv"
    assert path.read_bytes() == seeded.body(1, 0, SIZE)
    assert victim.read_bytes() == b"precious"
    assert final.is_symlink() or final.is_dir() or final.read_bytes() == b"precious"
    assert not (engine.folder / "nowhere").exists()
    assert_invariant(engine, plain_server, kept=["victim", "film.mkv"])


@pytest.mark.case("N23")
def test_n23_many_downloads_of_one_name_become_as_many_files(engine: Engine, plain_server: FaultyServer) -> None:
    engine.restart(max_running=16)
    count = 1000 if settings().max_examples > 1000 else 200  # --hypothesis-profile thorough
    disposition = "attachment; filename=same.bin"
    for number in range(count):
        plain_server.add(Resource(f"/{number}", size=20, seed=number, disposition=disposition))
    engine.manager.add([DownloadSpec(plain_server.url(f"/{number}"), engine.folder) for number in range(count)])
    engine.until(lambda: all(one.state is DownloadState.COMPLETED for one in engine.manager.snapshots()), 60)
    assert {path.read_bytes() for path in engine.folder.iterdir()} == {seeded.body(one, 0, 20) for one in range(count)}
    assert set(engine.files()) == {"same.bin", *(f"same ({number}).bin" for number in range(2, count + 1))}


@pytest.mark.case("N24")
def test_n24_no_shell_is_ever_used() -> None:
    found = []
    for path in [*(ROOT / "core").rglob("*.py"), *(ROOT / "gui").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _starts_a_shell(node):
                found.append(f"{path.name}:{node.lineno}")  # noqa: PERF401 - two loops deep
    assert found == []


def _starts_a_shell(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    return name in {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"} or any(
        word.arg == "shell" for word in call.keywords
    )


@pytest.mark.case("N25")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names that are no text")
def test_n25_a_folder_whose_name_is_no_text(engine: Engine, plain_server: FaultyServer, qapp: QCoreApplication) -> None:
    folder = engine.folder / os.fsdecode(b"half \xff")
    address = plain_server.add(Resource("/file", size=SIZE))
    download_id = engine.manager.add([DownloadSpec(address, folder)])[0]
    assert engine.fetched(download_id).parent == folder
    engine.restart()
    assert engine.snapshot(download_id).folder == folder
    assert_invariant(engine, plain_server)


@pytest.mark.case("N26")
def test_n26_random_headers_break_no_promise() -> None:
    assert fuzz_headers.main(1000, seed=26) == 0


DISAGREE: Final = [("invoice.pdf", "application/x-msdownload"), ("photo.jpg", "application/x-sh")]


@pytest.mark.case("N21")
@pytest.mark.parametrize(("name", "content_type"), DISAGREE)
def test_n21_a_name_keeps_its_extension_whatever_the_type(
    engine: Engine, plain_server: FaultyServer, name: str, content_type: str
) -> None:
    assert kinds_disagree(name, content_type)
    address = plain_server.add(Resource(f"/{name}", size=SIZE, content_type=content_type))
    assert engine.fetched(engine.add(address)).name == name
    assert_invariant(engine, plain_server)


TOLD: Final = [
    ("N09 hidden in the header", Resource("/x", disposition="attachment; filename*=UTF-8''a%E2%80%AEgpj.exe"), "/x"),
    ("N09 hidden in the address", Resource("/a%E2%80%AEgpj.exe"), "/a%E2%80%AEgpj.exe"),
    ("N21 another type", Resource("/invoice.pdf", content_type="application/x-msdownload"), "/invoice.pdf"),
]


@pytest.mark.parametrize(("case", "resource", "path"), rows(*TOLD))
def test_n09_n21_the_user_is_told(
    engine: Engine, plain_server: FaultyServer, case: str, resource: Resource, path: str
) -> None:
    plain_server.add(replace(resource, size=SIZE))
    download_id = engine.add(plain_server.url(path))
    engine.fetched(download_id)
    told = Notice.NAME_CLEANED if case.startswith("N09") else Notice.TYPE_UNEXPECTED
    assert told in engine.snapshot(download_id).notices
