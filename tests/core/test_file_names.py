import os
import time
import unicodedata
from pathlib import Path

import pytest
from headrace.disk.file_names import (
    NAME_BYTES,
    NAME_LIMIT,
    RESERVED,
    chosen_name,
    name_from_address,
    name_was_cleaned,
    numbered,
    part_name,
    safe_name,
)
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

ID = "0123456789abcdef"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
THUMB = "\U0001f44d\U0001f3fd"
HEART = "\u2764\ufe0f\u200d\U0001f525"
CLSID = ".{20D04FE0-3AEA-1069-A2D8-08002B30309D}"

SAFE = {
    "N01 one component": [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x", "x"),
        ("/etc/passwd", "passwd"),
        ("C:\\x", "x"),
        ("C:x", "C_x"),
        ("\\\\srv\\share\\x", "x"),
        ("\\\\?\\C:\\x", "x"),
        ("~/.ssh/id", "id"),
        ("a/b\\c/d", "d"),
        ("dir/", "dir"),
        ("x/..", "download"),
    ],
    "N02 nothing is decoded, NUL replaced": [
        ("%2e%2e%2fx", "%2e%2e%2fx"),
        ("..%5cx", "%5cx"),
        ("%00", "%00"),
        ("a\0b.txt", "a_b.txt"),
        ("a.exe\0.jpg", "a.exe_.jpg"),
    ],
    "N03 nothing left": [
        (name, "download") for name in ("", ".", "..", "...", " ", ". . .", "/", "\\", "\u200b", "\u200d", " \u00a0.")
    ],
    "N04 leading dots": [
        (".bashrc", "bashrc"),
        (".htaccess", "htaccess"),
        ("..test", "test"),
        (" .x", "x"),
        ("\u200b.profile", "profile"),
        ("\u202e.x", "x"),
    ],
    "N05 dots and spaces at the end": [
        ("evil.exe.", "evil.exe"),
        ("evil.exe ", "evil.exe"),
        ("evil.exe. . .", "evil.exe"),
        ("evil.exe\u00a0", "evil.exe"),
        ("evil.exe\u3000.\u200b", "evil.exe"),
        ("a  b.txt", "a  b.txt"),
        ("photo.jpg" + " " * 90 + ".exe", "photo.jpg .exe"),
    ],
    "N06 device names": [
        ("con", "_con"),
        ("NUL.zip", "_NUL.zip"),
        ("com1", "_com1"),
        ("COM\u00b9", "_COM\u00b9"),
        ("COM0.txt", "_COM0.txt"),
        ("lpt1.TXT", "_lpt1.TXT"),
        ("clock$.txt", "_clock$.txt"),
        ("CONIN$", "_CONIN$"),
        ("conout$", "_conout$"),
        ("con .txt", "_con .txt"),
        ("aux.tar.gz", "_aux.tar.gz"),
        ("c\u200bon", "_con"),
        ("Desktop.ini", "_Desktop.ini"),
        ("Thumbs.db", "_Thumbs.db"),
        ("AUTORUN.INF", "_AUTORUN.INF"),
        ("console.txt", "console.txt"),
        ("com10", "com10"),
        ("a.con", "a.con"),
    ],
    "N07 characters Windows refuses": [
        ("a:b", "a_b"),
        ("file.txt:stream", "file.txt_stream"),
        ("file.txt::$DATA", "file.txt__$DATA"),
        ('a<b>?*"|', "a_b_____"),
        ("<\u0338", "_\u0338"),
    ],
    "N08 types a file manager obeys": [
        ("x" + CLSID, "x" + CLSID + ".download"),
        ("x" + CLSID.lower(), "x" + CLSID.lower() + ".download"),
        *[
            (f"x.{kind}", f"x.{kind}.download")
            for kind in ("lnk", "LNK", "local", "scf", "url", "desktop", "webloc", "pif", "library-ms")
        ],
        ("x.ln\u212a", "x.lnK.download"),
        ("x.lnk .", "x.lnk.download"),
        ("x.l\u200bnk", "x.lnk.download"),
        ("con.lnk", "_con.lnk.download"),
        ("lnk", "lnk"),
        ("x.lnk.txt", "x.lnk.txt"),
    ],
    "N09 invisible characters": [
        ("photo.jpg\u202egpj.exe", "photo.jpggpj.exe"),
        ("a\u200bb\u2066c\ufeffd\u00ade\u3164f", "abcdef"),
        ("a\u200db\u200cc", "abc"),
        ("\u0441\u200d\u043e", "\u0441\u043e"),
        (f"{FAMILY}{HEART}.jpg", f"{FAMILY}{HEART}.jpg"),
        ("\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645.txt",) * 2,
        ("\u0915\u094d\u200d\u0937.txt",) * 2,
    ],
    "N10 control characters": [
        ("a\nb\rc\td\x1be\x85f\x7fg\u2028h", "a_b_c_d_e_f_g_h"),
        ("a\r\n2026-01-01 INFO done.txt", "a__2026-01-01 INFO done.txt"),
    ],
    "N11 cut by bytes, extension kept": [
        ("a" * 300 + ".txt", "a" * (NAME_LIMIT - 4) + ".txt"),
        ("a" * 300, "a" * NAME_LIMIT),
        ("a" * 300 + ".tar.gz", "a" * (NAME_LIMIT - 7) + ".tar.gz"),
        ("\u4e2d" * 100, "\u4e2d" * (NAME_LIMIT // 3)),
        ("\u4e2d" * 100 + ".mkv", "\u4e2d" * ((NAME_LIMIT - 4) // 3) + ".mkv"),
        (FAMILY * 60 + ".png", FAMILY * ((NAME_LIMIT - 4) // len(FAMILY.encode())) + ".png"),
        (THUMB * 60, THUMB * (NAME_LIMIT // 8)),
        ("n" * (NAME_LIMIT - 1) + "e\u0323\u0302\u0301" * 9, "n" * (NAME_LIMIT - 1)),
        ("a" * (NAME_LIMIT - 6) + " . . . .txt", "a" * (NAME_LIMIT - 6) + ".txt"),
        ("a" * 240 + "." + "b" * 100, "a" * NAME_LIMIT),
        ("a" * (NAME_LIMIT - 4) + ".lnk" + "b" * 40, "a" * (NAME_LIMIT - 13) + ".lnk.download"),
        ("con." + "a" * 300, "_con." + "a" * (NAME_LIMIT - 5)),
        ("a" * 100_000 + ".zip", "a" * (NAME_LIMIT - 4) + ".zip"),
        ("\u0e01" + "\u0e34" * 300, "\u0e01" + "\u0e34" * (NAME_LIMIT // 3 - 1)),
    ],
    "N12 one normal form": [
        ("fu\u0308r.txt", "f\u00fcr.txt"),
        ("f\u00fcr.txt", "f\u00fcr.txt"),
        ("u\u200d\u0308", "\u00fc"),
        ("Stra\u00dfe", "Stra\u00dfe"),
    ],
    "N24 no shell reads them": [(name, name) for name in ("-rf", "--help", "$(x)", "`x`", "%TEMP%", "a;b&c", "'a'")],
    "N25 halves of characters": [
        ("a\udcffb.txt", "a_b.txt"),
        ("\ud800", "_"),
        ("\ud83d\ude00.txt", "\U0001f600.txt"),
        ("\ude00\ud83d", "__"),
        ("\uffff\ufffd\ue000", "___"),
    ],
}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [pytest.param(*case, id=f"{title}-{number}") for title, cases in SAFE.items() for number, case in enumerate(cases)],
)
def test_safe_name(raw: str, expected: str) -> None:
    assert safe_name(raw) == expected
    assert safe_name(expected) == expected


@pytest.mark.parametrize(
    ("fallback", "expected"),
    [("file", "file"), ("example.org", "example.org"), ("../..", "download"), ("", "download"), ("nul", "_nul")],
)
def test_the_fallback_is_made_safe_too(fallback: str, expected: str) -> None:
    assert safe_name("..", fallback) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://example.org/", "example.org"),
        ("https://example.org", "example.org"),
        ("https://example.org?file=x", "example.org"),
        ("https://example.org/?file=x.zip#y.zip", "example.org"),
        ("https://user:secret@example.org:8080/", "example.org"),
        ("https://[2001:db8::1]/", "2001_db8__1"),
        ("https://example.org/dir/film.mkv", "film.mkv"),
        ("https://example.org/film.mkv?x=/y.zip#/z.zip", "film.mkv"),
        ("https://example.org/dir/", "dir"),
        ("https://example.org/a%2Fb", "b"),
        ("https://example.org/a%5Cb", "b"),
        ("https://example.org/%2e%2e%2fx", "x"),
        ("https://example.org/%2e%2e", "example.org"),
        ("https://example.org/a%00b.txt", "a_b.txt"),
        ("https://example.org/a%252Fb", "a%2Fb"),
        ("https://example.org/a+b%20c.txt", "a+b c.txt"),
        ("https://example.org/100%.txt", "100%.txt"),
        ("https://example.org/%F0%9F%98%80", "\U0001f600"),
        ("https://example.org/\U0001f600.txt", "\U0001f600.txt"),
        ("https://example.org/f%FCr.txt", "f\u00fcr.txt"),
        ("https://example.org/%E4%B8%81%FF.txt", "\u00e4\u00b8_\u00ff.txt"),
        ("https://example.org/\udcff.txt", "_.txt"),
        ("https://example.org/a.tar.gz;v=1", "a.tar.gz;v=1"),
        ("https://example.org/con", "_con"),
        ("https://example.org//a///", "a"),
        ("data:text/html,/x/evil.exe", "download"),
        ("file:///etc/passwd", "download"),
        ("http://[::1", "download"),
        ("//", "download"),
        ("", "download"),
    ],
)
def test_name_from_address_n02_n20(address: str, expected: str) -> None:
    assert name_from_address(address) == expected


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("film.mkv", 2, "film (2).mkv"),
        ("a.tar.gz", 2, "a (2).tar.gz"),
        ("linux-6.1.tar.xz", 3, "linux-6.1 (3).tar.xz"),
        ("dump.sql.gz", 2, "dump (2).sql.gz"),
        ("v1.2.gz", 2, "v1.2 (2).gz"),
        ("a.part1.rar", 2, "a (2).part1.rar"),
        ("a.7z.001", 2, "a (2).7z.001"),
        ("README", 2, "README (2)"),
        (".bashrc", 2, ".bashrc (2)"),
        (".tar.gz", 2, ".tar (2).gz"),
        ("Mr. Smith goes to town", 2, "Mr. Smith goes to town (2)"),
        ("film (2).mkv", 3, "film (2) (3).mkv"),
        ("x.lnk.download", 2, "x.lnk (2).download"),
        ("a" * 251 + ".mkv", 9999, "a" * 244 + " (9999).mkv"),
        ("\u4e2d" * 85, 10, "\u4e2d" * 83 + " (10)"),
    ],
)
def test_numbered_n22(name: str, number: int, expected: str) -> None:
    assert numbered(name, number) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("film.mkv", f"film.mkv.{ID}.part"),
        ("a" * 255, "a" * 233 + f".{ID}.part"),
        ("a" * 251 + ".mkv", "a" * 229 + f".mkv.{ID}.part"),
    ],
)
def test_part_name(name: str, expected: str) -> None:
    assert part_name(name, ID) == expected


def test_part_names_differ_by_every_digit_of_the_id_and_by_generation() -> None:
    ids = [f"{number:016x}" for number in (1, 2, 1 << 63)] + [ID]
    names = {part_name("a" * 255, download_id, generation) for download_id in ids for generation in range(1, 101)}
    assert len(names) == 400
    assert part_name("film.mkv", ID, 2) == f"film.mkv.{ID}.2.part"
    assert max(len(name) for name in names) == NAME_BYTES


def test_a_numbered_safe_name_and_its_part_name_are_never_cut() -> None:
    name = safe_name("a" * 300)
    assert part_name(numbered(name, 9999), ID, 99) == f"{name} (9999).{ID}.99.part"
    assert len(part_name(numbered(name, 9999), ID, 99)) == NAME_LIMIT + RESERVED == NAME_BYTES


@pytest.mark.parametrize(
    "raw",
    [
        *("film.mkv", ".bashrc", "..test", "...a", " a", "a  b", "-rf", "%TEMP%", "x.lnk", "console"),
        *("f\u00fcr", "fu\u0308r", "\U0001f600", "a" * 255, "\u4e2d" * 85),
    ],
)
def test_a_chosen_name_stays_as_it_is(raw: str) -> None:
    assert chosen_name(raw) == raw


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("", "is empty"),
        (" ", "is not a file name"),
        (".", "is not a file name"),
        ("..", "is not a file name"),
        ("a/b", "choose the folder"),
        ("/", "choose the folder"),
        ("a\\b", "choose the folder"),
        ("C:\\a", "choose the folder"),
        ("a\nb", "control character"),
        ("a\0b", "control character"),
        ("a\x85b", "control character"),
        ("a\u2028b", "control character"),
        ("a\udcffb", "control character"),
        ("a:b?", "cannot hold : \\?"),
        ("a.", "end with a dot"),
        ("a ", "end with a dot"),
        ("...", "end with a dot"),
        ("con", "reserved on Windows: _con"),
        ("NUL.txt", "reserved on Windows"),
        ("desktop.ini", "reserved on Windows"),
        ("a" * 256, "has 256 bytes"),
        ("\u4e2d" * 86, "has 258 bytes"),
    ],
)
def test_a_chosen_name_that_no_system_takes_is_explained(raw: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        chosen_name(raw)


NAME_PIECE = st.sampled_from([".", "..", " ", "   ", "/", "\\", ":", "<", "_", "con", "desktop", "ini", ".lnk", ".tar"])
LONG_PIECE = st.sampled_from([CLSID, FAMILY, THUMB, "a" * 50, "\u4e2d" * 20, "%2f", "\0", "\n", "\udcff", "\ud83d"])
MARK_PIECE = st.sampled_from("\u00a0\u200d\u200c\u0301\u0338\u202e\u037e\u212a\u0e34\u3000\ufe0f\u200be")
RAW = st.one_of(st.text(st.characters()), st.lists(NAME_PIECE | LONG_PIECE | MARK_PIECE, max_size=30).map("".join))


@settings(max_examples=1000)
@given(RAW)
@example("con" + "\u00a0." * 74 + ".lnk")
@example("a\u200d \u200d  b")
def test_safe_names_are_stable_legal_and_short(raw: str) -> None:
    name = safe_name(raw)
    assert safe_name(name) == name
    assert chosen_name(name) == name
    assert not name_was_cleaned(name)
    assert 0 < len(name.encode()) <= NAME_LIMIT
    assert unicodedata.is_normalized("NFC", name)
    assert name[0] not in ". "
    assert not any(
        unicodedata.bidirectional(char) in {"LRO", "RLO", "LRE", "RLE", "PDF", "LRI", "RLI"} for char in name
    )


@settings(max_examples=1000)
@given(RAW, st.integers(0, 10**9))
def test_numbers_and_part_suffixes_never_pass_the_limit(raw: str, number: int) -> None:
    for name in (safe_name(raw), raw):
        assert len(numbered(name, number).encode("utf-8", "surrogatepass")) <= NAME_BYTES
        assert len(part_name(name, ID).encode("utf-8", "surrogatepass")) <= NAME_BYTES
    assert chosen_name(numbered(safe_name(raw), number))


@settings(max_examples=1000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RAW)
def test_every_safe_name_can_be_made_on_this_disk(tmp_path: Path, raw: str) -> None:
    folder = Path(f"\\\\?\\{tmp_path}") if os.name == "nt" else tmp_path  # past the 260 characters of old Windows paths
    for name in (safe_name(raw), part_name(numbered(safe_name(raw), 9999), ID)):
        path = folder / name
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        assert path.parent == folder
        assert os.listdir(folder) == [name]  # noqa: PTH208 - the bare name is what is compared
        path.unlink()


@settings(max_examples=1000)
@given(RAW)
def test_no_address_raises_or_escapes(raw: str) -> None:
    for address in (raw, f"https://example.org/{raw}", f"https://{raw}"):
        name = name_from_address(address)
        assert chosen_name(name) == safe_name(name) == name


@settings(max_examples=1000)
@given(RAW)
def test_a_chosen_name_is_returned_unchanged_or_refused_with_a_sentence(raw: str) -> None:
    try:
        assert chosen_name(raw) == raw
    except ValueError as error:
        assert "file name" in str(error) or "reserved" in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.calm
@pytest.mark.parametrize(
    "raw",
    [
        "a" * 65_536,
        "\u0301\u0323" * 32_768,
        FAMILY * 9_000,
        "/" * 65_536,
        "." * 65_536,
        "\u200d" * 65_536,
        "a." * 32_768,
    ],
    ids=lambda raw: ascii(raw[:12]),
)
def test_a_hostile_name_takes_two_milliseconds_at_most(raw: str) -> None:
    assert min(_seconds(raw) for _ in range(20)) <= 0.002


def _seconds(raw: str) -> float:
    start = time.perf_counter()
    safe_name(raw)
    return time.perf_counter() - start
