"""Rows: what is stored comes back as it was."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from headrace.checksums import FoundDigest
from headrace.claims import Claims, SegmentClaim
from headrace.permissions import Permission
from headrace.pieces import PieceHashes
from headrace.recordings import Recording
from headrace.relocations import Relocation
from headrace.spec import Checksum, IfExists
from headrace.states import DownloadState, Failure, FailureReason, Notice, Placing
from headrace.store.records import (
    CLAIM_COLUMNS,
    RECORD_COLUMNS,
    DownloadRecord,
    claims_from,
    claims_row,
    record_from,
    record_row,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.support.engine_parts import make_claims, make_record

FULL: dict[str, Any] = {
    "finished_at": 1_700_000_100.5,
    "total": 1 << 62,
    "received": 12,
    "resumable": False,
    "failure": Failure(FailureReason.SERVER_BUSY, "busy", 503, 7.5, 1 << 40),
    "retry_at": 1_700_000_200.25,
    "attempts": 3,
    "notices": (Notice.LENGTH_UNKNOWN, Notice.RESTARTED_CHANGED),
    "checksum": Checksum("sha256", "ab" * 32),
    "checksum_verified": "sha256",
    "limit": 5000,
    "connections": 4,
    "if_exists": IfExists.FAIL,
    "header_names": ("Authorization", "X-Api-Key"),
    "cookies": "file:/home/ann/cookies.txt",
    "removed": True,
    "with_files": True,
    "name_wanted": True,
    "mirrors": ("http://one.example/1.bin", "https://two.example/?q=\u00e9"),
    "size": 987_654,
    "told": FoundDigest(Checksum("sha512", "ab" * 64), "Repr-Digest"),
    "pieces": PieceHashes("sha256", 1 << 20, ("ab" * 32, "cd" * 32)),
    "allow": frozenset({Permission.ANY_TYPE, Permission.LARGE_DECODED}),
    "checksum_source": "SHA256SUMS",
    "recording": Recording(roll_size=1 << 20, reconnect=True),
    "for_good": True,
    "category": "music",
    "queue": "night",
    "priority": -1,
    "proof": "1234:" + "ef" * 16,
    "final_address": "https://cdn.example/1.bin?sig=***",
    "content_type": "application/zip",
    "active_seconds": 12.5,
    "active_bytes": 987_000,
    "partial": Path("/old/a\udcff.iso.aria2"),
    "after": ("extract", "open"),
    "proxy": "socks5h://ann@127.0.0.1:1080",
    "at_once": True,
    "placing": Placing.OPEN,
    "relocation": Relocation(Path("/old/a.part"), (1 << 63, 7), Path("/new/\udcff.part"), (3, 4)),
}
TEXT = st.text(st.characters(), min_size=1, max_size=20)


def test_a_bare_record_comes_back() -> None:
    record = make_record()
    assert record_from(record_row(record), None) == record


def test_a_full_record_comes_back() -> None:
    record = make_record(**FULL)
    assert record_from(record_row(record), None) == record
    usual = {field.name: field.default for field in fields(DownloadRecord)}
    left = {name for name, value in usual.items() if getattr(record, name) == value}
    assert left == {"claims", "stem"}, "these are not put to the test"


@pytest.mark.parametrize("state", DownloadState)
@pytest.mark.parametrize("resumable", [None, False, True])
def test_states_and_unknowns_come_back(state: DownloadState, resumable: bool | None) -> None:
    record = make_record(state=state, resumable=resumable)
    assert record_from(record_row(record), None) == record


@given(name=TEXT, folder=TEXT.filter(lambda text: "\0" not in text), place=st.floats(allow_nan=False))
def test_any_name_and_folder_come_back(name: str, folder: str, place: float) -> None:
    record = make_record(name=name, folder=Path("/") / folder, place=place)
    assert record_from(record_row(record), None) == record


@pytest.mark.parametrize("name", ["\udcff.bin", "a\ud800", "\udcc3\udca4"])
def test_names_that_are_no_unicode_are_stored_as_bytes(name: str) -> None:
    record = make_record(name=name, folder=Path("/") / name)
    row = record_row(record)
    assert isinstance(row[RECORD_COLUMNS.index("name")], bytes)
    assert record_from(row, None) == record


def test_a_row_fits_its_columns() -> None:
    assert len(record_row(make_record())) == len(RECORD_COLUMNS) == len(set(RECORD_COLUMNS))
    assert len(claims_row("id", make_claims(total=None))) == len(CLAIM_COLUMNS)


def test_no_header_value_can_be_stored() -> None:
    names = {field.name for field in fields(DownloadRecord)}
    assert "headers" not in names
    assert "header_names" in names


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("state", 0),
        ("state", 99),
        ("state", "x"),
        ("state", None),
        ("failure", "not json"),
        ("failure", "[1]"),
        ("failure", "[999]"),
        ("failure", "[101, 1, 2, 3, 4, 5, 6]"),
        ("failure", "{}"),
        ("notices", "[99]"),
        ("notices", "{"),
        ("notices", "7"),
        ("notices", None),
        ("checksum", "sha256:zz"),
        ("checksum", "crc:00"),
        ("if_exists", "perhaps"),
        ("header_names", "x"),
        ("folder", None),
        ("place", None),
        ("place", "first"),
        ("mirrors", "["),
        ("mirrors", "7"),
        ("pieces", "[]"),
        ("pieces", '["sha256", 0, ""]'),
        ("allow", '["everything"]'),
        ("allow", None),
        ("recording", "[]"),
        ("recording", '{"roll_size": 1}'),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(column: str, value: Any) -> None:
    row = list(record_row(make_record()))
    row[RECORD_COLUMNS.index(column)] = value
    with pytest.raises((ValueError, TypeError)):
        record_from(tuple(row), None)


CLAIMS = [
    make_claims((0, 5, 10), total=10),
    make_claims((0, 0, None), total=None, validator=None),
    make_claims((0, 10, 10), (10, 11, 20), total=20, device=(1 << 64) - 1, inode=(1 << 64) - 1),
    make_claims((0, 3, 3), total=3, publishing_as="file.bin", part_name="\udcff.part"),
    make_claims(total=0, publishing_as="\udcff", validator='"\xff"'),
    make_claims((0, 5, 10, b"\0" * 16), (10, 20, 20), (20, 21, 30, bytes(range(16))), total=30),
    make_claims(
        (0, 5, 10), total=10, validator=None, hint='W/"v1"\nSat, 01 Jan 2000 00:00:00 GMT', base="http://m.example/"
    ),
    make_claims(
        (0, 5, 10), total=10, mtime_ns=(1 << 63) - 1, generation=3, earlier=("a.part", "\udcff.part", "\u00e9")
    ),
    make_claims((0, 0, None), total=None, part_name="", generation=2, earlier=("a.2.part",)),
]


@pytest.mark.parametrize("claims", CLAIMS)
def test_claims_come_back(claims: Claims) -> None:
    assert claims_from(claims_row("id", claims)) == ("id", claims)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("device", "x"),
        ("inode", None),
        ("segments", "["),
        ("segments", "[[1, 2]]"),
        ("segments", "[[0, 1, 2, 3]]"),
        ("segments", '[[0, 1, 2, "xy"]]'),
        ("segments", '[[0, 1, 2, "", 4]]'),
        ("segments", "7"),
        ("earlier", "["),
        ("earlier", '["name"]'),
        ("earlier", None),
    ],
)
def test_claims_that_make_no_sense_are_refused(column: str, value: Any) -> None:
    row = list(claims_row("id", CLAIMS[0]))
    row[CLAIM_COLUMNS.index(column)] = value
    with pytest.raises((ValueError, TypeError)):
        claims_from(tuple(row))


def test_segments_are_stored_as_numbers_and_their_tails_as_hex() -> None:
    row = claims_row("id", CLAIMS[1])
    assert json.loads(row[CLAIM_COLUMNS.index("segments")]) == [[0, 0, None, ""]]
    row = claims_row("id", make_claims((0, 5, 10, b"\xff\0"), total=10))
    assert json.loads(row[CLAIM_COLUMNS.index("segments")]) == [[0, 5, 10, "ff00"]]


def test_segments_of_the_first_schema_have_no_tails() -> None:
    row = list(claims_row("id", CLAIMS[0]))
    row[CLAIM_COLUMNS.index("segments")] = "[[0, 5, 10]]"
    assert claims_from(tuple(row))[1].segments == (SegmentClaim(0, 5, 10, b""),)


@pytest.mark.parametrize(
    ("claims", "received", "complete"),
    [
        (make_claims((0, 5, 10), total=10), 5, False),
        (make_claims((0, 10, 10), total=10), 10, True),
        (make_claims((0, 10, 10), (10, 15, 20), total=20), 15, False),
        (make_claims((0, 7, None), total=None), 7, False),
        (make_claims((0, 0, 0), total=0), 0, True),
    ],
)
def test_what_claims_amount_to(claims: Claims, received: int, complete: bool) -> None:
    assert (claims.received, claims.complete) == (received, complete)
    assert replace(claims, publishing_as="x").complete == complete
