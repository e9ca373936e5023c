"""What other programs leave of a download, read from their own notes."""

import json
import random
import struct
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from headrace.takeover.aria2 import read_control
from headrace.takeover.finding import partial_at
from headrace.takeover.firefox import read_list
from headrace.takeover.partial import Program, joined
from headrace.takeover.persepolis import read_notes
from headrace.takeover.samples import MOST, SAMPLE, samples, segment_claims, sound
from hypothesis import given
from hypothesis import strategies as st

K = 1 << 10
M = 1 << 20
TAG = '"5f-abc"'


def control(
    field: bytes, *pieces: tuple[int, int, bytes], piece: int = M, total: int = 10 * M, order: str = ">"
) -> bytes:
    """Write a control file as aria2's manual has it; `pieces` are on their way: index, length, blocks."""
    head = struct.pack(order + "H", order == ">") + bytes(4) + struct.pack(order + "I", 0)
    body = struct.pack(order + "IQQI", piece, total, 0, len(field)) + field + struct.pack(order + "I", len(pieces))
    tail = b"".join(struct.pack(order + "III", index, length, len(bits)) + bits for index, length, bits in pieces)
    return head + body + tail


@pytest.mark.parametrize(
    ("data", "size", "stretches"),
    [
        (control(b"\xc0\x00"), 10 * M, ((0, 2 * M),)),
        (control(b"\x80\x40"), 10 * M, ((0, M), (9 * M, 10 * M))),
        (control(b"\x80\x40"), 3 * M, ((0, M),)),
        (control(b"\x00\x00", (1, M, b"\xf0" + bytes(7))), 10 * M, ((M, M + 64 * K),)),
        (control(b"\x80\x00", (1, M, b"\x80" + bytes(7))), 10 * M, ((0, M + 16 * K),)),
        (control(b"\xff\xe0", total=10 * M + 5), 11 * M, ((0, 10 * M + 5),)),
        (control(b"\xc0", piece=M, total=M + 100), 2 * M, ((0, M + 100),)),
    ],
)
def test_aria2(data: bytes, size: int, stretches: tuple[tuple[int, int], ...]) -> None:
    assert read_control(data, size).stretches == stretches


def test_aria2_of_old_in_the_order_of_this_machine() -> None:
    import sys  # noqa: PLC0415 - for this alone

    order = "<" if sys.byteorder == "little" else ">"
    data = b"\0\0" + control(b"\xc0\x00", order=order)[2:]
    assert read_control(data, 10 * M).stretches == ((0, 2 * M),)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "not a control file"),
        (b"hello world, this is text", "not a control file"),
        (control(b"\xff\xff")[:-1], "cut off"),
        (control(b"\xff\xff")[:20], "cut off"),
        (control(b"\xff", total=100 * M), "contradicts itself"),
        (control(b"\xff\xff", (1, 2 * M, bytes(16))), "contradicts itself"),
        (control(b"\xff\xff", (1, M, bytes(1))), "contradicts itself"),
        (control(b"", total=0), "says nothing"),
        (control(b"", piece=0), "says nothing"),
    ],
)
def test_aria2_damaged(data: bytes, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        read_control(data, 10 * M)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (read_control, read_notes):
        with suppress(ValueError):
            read(data, M)
    assert read_list(data, Path("/x.part")) is None


def notes(**facts: Any) -> bytes:
    parts = [[0, 100, "complete", 0], [400, 50, "pending", -1], [800, 0, "pending", -1], [1000, 0, "complete", -1]]
    return json.dumps(
        {"ETag": TAG, "file_name": "a", "file_size": 1000, "download_infromation_list": parts, "number_of_parts": 3}
        | facts
    ).encode()


def test_persepolis() -> None:
    found = read_notes(notes(), 1000)
    assert (found.total, found.stretches, found.etag) == (1000, ((0, 100), (400, 450)), TAG)
    assert read_notes(notes(), 420).stretches == ((0, 100), (400, 420))
    # what says it has more than its part has no more than its part
    assert read_notes(notes(number_of_parts=2, download_infromation_list=[[0, 600], [400, 600]]), 1000).stretches == (
        (0, 1000),
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"file_size": "1000"},
        {"file_size": None},
        {"number_of_parts": None},
        {"download_infromation_list": [[0]]},
        {"download_infromation_list": [[0, -5], [1, 1], [2, 1]]},
        {"download_infromation_list": [[5, 5], [0, 1], [8, 1]]},
        {"download_infromation_list": [[0, 2000], [5, 1], [8, 1]]},
    ],
)
def test_persepolis_damaged(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Persepolis"):
        read_notes(notes(**wrong), 1000)


def listed(part: Path, **facts: Any) -> bytes:
    row = {
        "source": {"url": "https://h/a.iso?x=1", "isPrivate": False},
        "target": {"path": str(part.with_suffix("")), "partFilePath": str(part)},
        "currentBytes": 300,
        "saver": {"type": "copy", "entityID": "%225f%2Dabc%22/1000/Mon, 02 Mar 2026 10:00:00 GMT"},
    }
    return json.dumps({"list": [{"source": "https://other/", "target": "/other"}, row | facts]}).encode()


def test_firefox(tmp_path: Path) -> None:
    part = tmp_path / "a.iso.part"
    part.write_bytes(bytes(500))
    profile = tmp_path / ".mozilla/firefox/abc.default-esr"
    profile.mkdir(parents=True)
    profile.joinpath("downloads.json").write_bytes(listed(part))
    found = partial_at(part, tmp_path)
    assert found.program is Program.FIREFOX
    assert (found.addresses, found.name, found.total) == (("https://h/a.iso?x=1",), "a.iso", 1000)
    assert (found.etag, found.last_modified) == (TAG, "Mon, 02 Mar 2026 10:00:00 GMT")
    assert (found.stretches, found.beside) == (((0, 300),), None)
    target = tmp_path / "a.iso"
    target.touch()
    assert partial_at(part, tmp_path).beside == target
    target.write_bytes(b"not empty, and so not Firefox's")
    assert partial_at(part, tmp_path).beside is None


@pytest.mark.parametrize(
    ("entity", "etag", "total"),
    [(None, None, None), ("//", None, None), ("W%2F%22a%22/5/", None, 5), ("%22", None, None)],
)
def test_firefox_without_a_strong_tag(entity: str | None, etag: str | None, total: int | None) -> None:
    part = Path("/d/a.part").absolute()
    found = read_list(listed(part, saver={"entityID": entity}), part)
    assert found is not None
    assert (found.etag, found.total) == (etag, total)


def test_a_part_file_of_our_own_whose_list_is_lost(tmp_path: Path) -> None:
    for name in ("a.iso.0123456789abcdef.part", "a.iso.0123456789abcdef.2.part"):
        (tmp_path / name).write_bytes(bytes(500))
        assert partial_at(tmp_path / name, tmp_path).name == "a.iso"


def test_a_part_that_no_browser_knows(tmp_path: Path) -> None:
    part = tmp_path / "a.iso.part"
    part.write_bytes(bytes(500))
    found = partial_at(part, tmp_path)
    assert (found.program, found.name, found.stretches) == (Program.OTHER, "a.iso", ((0, 500),))


@pytest.mark.parametrize(("name", "final"), [("Unconfirmed 123.crdownload", ""), ("a.iso.crdownload", "a.iso")])
def test_chromium(tmp_path: Path, name: str, final: str) -> None:
    part = tmp_path / name
    part.write_bytes(bytes(500))
    found = partial_at(part, tmp_path)
    assert (found.program, found.name, found.stretches) == (Program.CHROMIUM, final, ((0, 500),))


def test_notes_and_file_are_one(tmp_path: Path) -> None:
    data = tmp_path / "a.iso"
    data.write_bytes(bytes(10 * M))
    beside = tmp_path / "a.iso.aria2"
    beside.write_bytes(control(b"\xc0\x00"))
    assert partial_at(data) == partial_at(beside)
    assert (partial_at(data).program, partial_at(data).beside) == (Program.ARIA2, beside)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no unfinished file"):
        partial_at(tmp_path / "a.iso")
    with pytest.raises(ValueError, match="no unfinished file"):
        partial_at(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "conftest")
    with pytest.raises(ValueError, match="no unfinished file"):
        partial_at(tmp_path / "link")
    (tmp_path / "lonely.aria2").write_bytes(control(b"\xc0\x00"))
    with pytest.raises(ValueError, match="no unfinished file"):
        partial_at(tmp_path / "lonely.aria2")


STRETCHES = st.lists(st.tuples(st.integers(0, 40 * M), st.integers(1, 5 * M)), min_size=1, max_size=12).map(
    lambda pairs: joined([(start, start + length) for start, length in pairs], 60 * M)
)


@given(STRETCHES, st.integers())
def test_samples_lie_in_stretches_and_see_their_ends(stretches: tuple[tuple[int, int], ...], seed: int) -> None:
    found = samples(stretches, random.Random(seed))
    assert 1 <= len(found) <= max(MOST, 12)
    assert all(any(low <= start < end <= high for low, high in stretches) for start, end in found)
    assert all(end - start <= SAMPLE for start, end in found)
    whole = sum(end - start for start, end in stretches)
    assert len(found) >= min(MOST, whole >> 23), "some may fall on others"
    largest = max(stretches, key=lambda one: one[1] - one[0])
    assert largest[0] in {start for start, _ in found}
    assert largest[1] in {end for _, end in found}


@pytest.mark.parametrize(
    ("stretches", "holes", "left"),
    [
        ([(0, 5 * M)], [], [(0, 5 * M)]),
        ([(0, 5 * M)], [(2 * M + 5, 2 * M + 9)], [(0, 2 * M), (3 * M, 5 * M)]),
        ([(0, 5 * M)], [(0, 1), (M, M + 1)], [(2 * M, 5 * M)]),
        ([(0, 5 * M)], [(4 * M + 1, 9 * M)], [(0, 4 * M)]),
        ([(0, M), (3 * M, 4 * M)], [(0, 9 * M)], []),
        ([(5, M)], [(2 * M, 3 * M)], [(5, M)]),
    ],
)
def test_what_a_hole_touches_is_not_believed(
    stretches: list[tuple[int, int]], holes: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert sound(stretches, holes, M) == left


def test_runs_become_a_map_without_gaps() -> None:
    runs = [((M, 2 * M), b""), ((4 * M, 4 * M + 5), b"tail")]
    found = segment_claims(runs, 9 * M)
    assert [(one.start, one.position, one.end, one.tail) for one in found] == [
        (0, 0, M, b""),
        (M, 2 * M, 4 * M, b""),
        (4 * M, 4 * M + 5, 9 * M, b"tail"),
    ]
    assert segment_claims([((0, M), b"")], M)[0].end == M
