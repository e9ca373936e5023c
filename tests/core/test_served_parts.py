"""What answers a request, where a server knows a file's size and time alone: no part is ever of another version."""

from email.utils import formatdate

import pytest
from headrace.net.headers import content_length, content_range, strong_validator
from headrace.net.served_parts import Part, ServedFile, part_wanted
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_800_000_000.0
FILE = ServedFile(1000, 1_600_000_000)
TAG = FILE.tag(NOW)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Range": st.one_of(
            st.builds("bytes={}-{}".format, st.integers(0, 2000), st.integers(0, 2000) | st.just("")),
            st.text("bytes=-0123456789,", max_size=20),
        ),
        "If-Range": st.sampled_from([TAG or "", '"5f5e1000-3e7"', "x"]),
        "If-None-Match": st.sampled_from([TAG or "", 'W/"1", "2"']),
        "If-Modified-Since": st.sampled_from([FILE.last_modified or "", formatdate(0, usegmt=True)]),
    },
)


def header(part: Part, name: str) -> str | None:
    return dict(part.headers).get(name)


@given(
    st.builds(ServedFile, st.none() | st.integers(0, 1500), st.none() | st.integers(0, 1_900_000_000)),
    HEADERS,
    st.booleans(),
)
def test_answers_never_contradict_themselves(file: ServedFile, wanted: dict[str, str], seekable: bool) -> None:
    part = part_wanted(file, wanted, NOW, seekable=seekable)
    assert part.status in (200, 206, 304, 416)
    length = content_length(header(part, "Content-Length"))
    if part.status == 200:
        assert (part.first, part.count, length) == (0, file.size, file.size)
        assert (header(part, "Transfer-Encoding") == "chunked") == (file.size is None)
    if part.status == 206:
        span = content_range(header(part, "Content-Range"))
        assert span is not None
        assert (span.first, span.last + 1 - span.first, span.total) == (part.first, part.count, file.size)
        assert length == part.count
        assert wanted.get("If-Range") in (None, file.tag(NOW))
        assert seekable
    if part.status in (304, 416):
        assert part.count == 0


@pytest.mark.parametrize(
    ("wanted", "status", "first", "count"),
    [
        ({}, 200, 0, 1000),
        ({"Range": "bytes=0-0"}, 206, 0, 1),
        ({"Range": "bytes=500-"}, 206, 500, 500),
        ({"Range": "bytes=500-5000"}, 206, 500, 500),
        ({"Range": "bytes=5-4"}, 200, 0, 1000),
        ({"Range": "bytes=-5"}, 200, 0, 1000),
        ({"Range": "bytes=1000-"}, 416, 0, 0),
        ({"Range": "bytes=10-19", "If-Range": TAG}, 206, 10, 10),
        ({"Range": "bytes=10-19", "If-Range": '"another"'}, 200, 0, 1000),
        ({"If-None-Match": f'"x", {TAG}'}, 304, 0, 0),
        ({"If-Modified-Since": FILE.last_modified}, 304, 0, 0),
    ],
)
def test_parts(wanted: dict[str, str], status: int, first: int, count: int) -> None:
    part = part_wanted(FILE, wanted, NOW)
    assert (part.status, part.first, part.count) == (status, first, count)


def test_an_empty_file_has_no_first_byte() -> None:
    part = part_wanted(ServedFile(0, None), {"Range": "bytes=0-0"}, NOW)
    assert (part.status, header(part, "Content-Range")) == (416, "bytes */0")


def test_a_file_changed_just_now_has_no_name_for_its_version() -> None:
    """Two changes within a second, or a clock that is wrong, would make one name of two versions."""
    assert TAG is not None
    assert strong_validator(TAG, None, None) == TAG
    assert ServedFile(1000, int(NOW) - 59).tag(NOW) is None
    assert ServedFile(1000, int(NOW) + 10).tag(NOW) is None
    assert ServedFile(1000, 0).tag(NOW) is None, "1970 is the time of every version"
    assert ServedFile(None, 1_600_000_000).tag(NOW) is None
    assert ServedFile(1001, 1_600_000_000).tag(NOW) != TAG != ServedFile(1000, 1_600_000_001).tag(NOW)
