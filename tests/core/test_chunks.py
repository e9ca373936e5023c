"""The chunked framing, taken away in place: the same whatever pieces it comes in."""

import http.client

import pytest
from headrace.net.chunks import Chunks
from hypothesis import given
from hypothesis import strategies as st


def framed(contents: list[bytes], *, extension: bytes = b"", end: bytes = b"\r\n", trailer: bytes = b"") -> bytes:
    chunks = (b"%x%b%b%b%b" % (len(one), extension, end, one, end) for one in contents if one)
    return b"".join(chunks) + b"0" + extension + end + trailer + end


def taken(data: bytes, sizes: list[int]) -> tuple[bytes, Chunks]:
    """Feed `data` in pieces of these sizes, over and over; return the content."""
    chunks, content, at, turn = Chunks(), bytearray(), 0, 0
    while at < len(data):
        piece = memoryview(bytearray(data[at : at + sizes[turn % len(sizes)]]))
        at, turn = at + len(piece), turn + 1
        content += piece[: chunks.feed(piece)]
    return bytes(content), chunks


SIZES = st.lists(st.integers(1, 40), min_size=1, max_size=8)


@given(
    st.lists(st.binary(max_size=60), max_size=8),
    SIZES,
    st.sampled_from([b"", b";x", b' ;name="value; more"', b"  \t"]),
    st.sampled_from([b"\r\n", b"\n"]),
    st.sampled_from([b"", b"X-Sum: 5\r\n"]),
)
def test_content_comes_out_in_every_cut(
    contents: list[bytes], sizes: list[int], extension: bytes, end: bytes, trailer: bytes
) -> None:
    content, chunks = taken(framed(contents, extension=extension, end=end, trailer=trailer), sizes)
    assert content == b"".join(contents)
    assert (chunks.fault, chunks.complete, chunks.ended, chunks.surplus) == (None, True, True, 0)
    assert chunks.count == len(content)
    chunks.end()


@given(st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=5), SIZES, st.integers(1, 300))
def test_a_cut_is_never_an_end(contents: list[bytes], sizes: list[int], off: int) -> None:
    whole = framed(contents)
    data = whole[: -min(off + 2, len(whole))]  # the last empty line may be missing
    content, chunks = taken(data, sizes)
    assert b"".join(contents).startswith(content)
    assert not chunks.complete
    with pytest.raises(http.client.IncompleteRead):
        chunks.end()


@given(st.binary(max_size=400), SIZES)
def test_rubbish_raises_nothing_and_says_the_same_in_every_cut(rubbish: bytes, sizes: list[int]) -> None:
    content, chunks = taken(rubbish, sizes)
    at_once, other = taken(rubbish, [1000])
    assert (content, type(chunks.fault), chunks.ended) == (at_once, type(other.fault), other.ended)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"x",
        b"-1",
        b"+5",
        b"0x5",
        b"5_0",
        b" 5",
        b"5 5",
        b"1" * 17,
        b"ffffffffffffffff",
        b"8000000000000000",
        b"5\0",
        "\u0665".encode(),
    ],
)
def test_s14_a_bad_size_is_a_fault_and_what_came_before_is_kept(line: bytes) -> None:
    content, chunks = taken(b"3\r\nabc\r\n" + line + b"\r\nxxxxxxxx", [1000])
    assert content == b"abc"
    assert isinstance(chunks.fault, http.client.IncompleteRead)


def test_s14_what_follows_a_chunk_must_be_its_end() -> None:
    content, chunks = taken(b"3\r\nabcd\r\n0\r\n\r\n", [1000])
    assert content == b"abc"
    assert isinstance(chunks.fault, http.client.IncompleteRead)


@pytest.mark.parametrize("size", [1, 1000, 1 << 20])
def test_s14_an_extension_of_a_mebibyte_is_a_fault(size: int) -> None:
    _, chunks = taken(b"5;" + b"x" * (100_000 if size == 1 else 1 << 20), [size])
    assert isinstance(chunks.fault, http.client.LineTooLong)


def test_an_endless_trailer_is_a_fault() -> None:
    _, chunks = taken(b"0\r\n" + b"X-More: yes\r\n" * 50_000, [4096])
    assert chunks.complete
    assert isinstance(chunks.fault, http.client.HTTPException)


def test_s16_the_last_empty_line_may_be_missing() -> None:
    content, chunks = taken(b"3\r\nabc\r\n0\r\n", [5])
    chunks.end()
    assert (content, chunks.complete, chunks.ended) == (b"abc", True, False)


def test_s17_what_follows_the_end_is_surplus() -> None:
    content, chunks = taken(framed([b"abc"]) + b"HTTP/1.1 200 OK", [9])
    assert (content, chunks.ended) == (b"abc", True)
    assert chunks.surplus == len(b"HTTP/1.1 200 OK")
