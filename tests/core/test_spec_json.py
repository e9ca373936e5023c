"""Wanted downloads as JSON objects, there and back."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from headrace.checksums import Checksum
from headrace.cookie_scopes import Cookie
from headrace.filters import Category
from headrace.own_cookies import OwnCookies
from headrace.permissions import Permission
from headrace.pieces import PieceHashes
from headrace.recordings import Recording
from headrace.spec import DownloadSpec, IfExists
from headrace.spec_json import spec_from_json, spec_to_json
from hypothesis import given
from hypothesis import strategies as st

HERE = Path("/downloads").absolute()
PLAIN = DownloadSpec("https://example.org/a.iso", HERE)
FULL = DownloadSpec(
    "https://me:secret@example.org/a.iso?key=1",
    HERE,
    name="b.iso",
    headers=(("Cookie", "a=b"), ("X-Empty", "")),
    checksum=Checksum("sha256", "ab" * 32),
    limit=1000,
    connections=3,
    if_exists=IfExists.OVERWRITE,
    recording=Recording(1 << 20, 60.0, follow=True, reconnect=True),
    paused=True,
    mirrors=("https://mirror.org/a.iso",),
    pieces=PieceHashes("sha1", 1 << 20, ("cd" * 20, "ef" * 20)),
    size=1_500_000,
    allow=frozenset({Permission.ANY_TYPE, Permission.PLAIN_HTTP}),
    category=Category.VIDEO,
    queue="night",
    priority=-1,
    proxy="socks5h://ann:secret@127.0.0.1:1080",
    after=("extract", "open"),
    cookies=OwnCookies((Cookie("example.org", True, "/a", False, 1_900_000_000.5, "id", "s3cret"),), key="ab" * 8),
)
CONTINUED = replace(PLAIN, partial=HERE / "a.iso.part")
PRIVATE = replace(PLAIN, private=True)

SPECS = st.builds(
    replace,
    st.sampled_from([PLAIN, FULL, CONTINUED, PRIVATE]),
    name=st.none() | st.just("c.bin"),
    limit=st.none() | st.integers(1, 1 << 50),
    size=st.none() | st.integers(0, 1 << 40),
    paused=st.booleans(),
    priority=st.sampled_from([-1, 0, 1]),
    if_exists=st.sampled_from(IfExists),
    category=st.none() | st.sampled_from(list(Category)),
    allow=st.frozensets(st.sampled_from(Permission)),
    queue=st.text(max_size=5),
)


@given(SPECS)
def test_a_spec_survives(spec: DownloadSpec) -> None:
    assert spec_from_json(json.loads(json.dumps(spec_to_json(spec)))) == spec


def test_what_is_as_by_default_is_left_out() -> None:
    assert spec_to_json(PLAIN) == {"address": "https://example.org/a.iso", "folder": str(HERE)}


def test_all_fields_of_a_spec_are_there() -> None:
    told = set().union(*map(spec_to_json, (FULL, CONTINUED, PRIVATE)))  # a recording goes on from none
    made_there = {"id", "by_rules"}  # one is made where it is added, the other said by naming no folder
    assert told == set(DownloadSpec.__dataclass_fields__) - made_there


def test_a_folder_may_come_from_outside() -> None:
    assert spec_from_json({"address": PLAIN.address}, HERE) == replace(PLAIN, by_rules=True)
    assert spec_from_json({"address": PLAIN.address, "folder": str(HERE / "x")}, HERE).folder == HERE / "x"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ([], "must be an object"),
        ({}, "folder of a download must be given in full"),
        ({"folder": str(HERE)}, "needs an address"),
        ({"address": "https://h/", "folder": "downloads"}, "given in full"),
        ({"address": "file:///etc/passwd"}, "does not begin with http"),
        ({"address": "https://h/", "adress": "x"}, "has no 'adress'"),
        ({"address": 7}, "address of a download must be a text"),
        ({"address": "https://h/", "name": "../x"}, "name"),
        ({"address": "https://h/", "limit": "1K"}, "limit of a download must be a whole number"),
        ({"address": "https://h/", "limit": True}, "limit of a download must be a whole number"),
        ({"address": "https://h/", "limit": 0}, "the speed limit must be"),
        ({"address": "https://h/", "paused": 1}, "paused of a download must be true or false"),
        ({"address": "https://h/", "headers": {"a": "b"}}, "list of texts"),
        ({"address": "https://h/", "headers": ["Host: evil"]}, "set by the program"),
        ({"address": "https://h/", "headers": ["X: a\r\nY: b"]}, "control character"),
        ({"address": "https://h/", "mirrors": [7]}, "list of texts"),
        ({"address": "https://h/", "allow": ["all"]}, "allow must be one of"),
        ({"address": "https://h/", "checksum": "sha256:xyz"}, "sha256"),
        ({"address": "https://h/", "checksum": ["md5"]}, "must be a text"),
        ({"address": "https://h/", "if_exists": "burn"}, "if_exists must be one of rename"),
        ({"address": "https://h/", "category": "films"}, "category must be one of"),
        ({"address": "https://h/", "priority": 9}, "priority"),
        ({"address": "https://h/", "priority": "high"}, "priority"),
        ({"address": "https://h/", "partial": "a.iso"}, "must be given in full"),
        ({"address": "https://h/", "partial": 7}, "must be a text"),
        ({"address": "https://h/", "pieces": {"md5": 1}}, "hashes of pieces are damaged"),
        ({"address": "https://h/", "recording": []}, "recording"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(values: Any, sentence: str) -> None:
    folder = None if not values or "address" not in values else HERE
    with pytest.raises(ValueError, match=sentence):
        spec_from_json(values, folder)
