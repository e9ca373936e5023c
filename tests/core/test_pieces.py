"""The hashes of pieces: what they cover, what they match and what is refused."""

import hashlib

import pytest
from headrace import pieces
from headrace.pieces import PIECE_LENGTHS, PieceHashes
from hypothesis import given
from hypothesis import strategies as st


def cut(data: bytes, length: int, algorithm: str = "sha256") -> PieceHashes:
    starts = range(0, len(data), length)
    return PieceHashes(
        algorithm, length, tuple(hashlib.new(algorithm, data[at : at + length]).hexdigest() for at in starts)
    )


@given(st.binary(max_size=300), st.integers(1, 40), st.sampled_from(sorted(PIECE_LENGTHS)))
def test_the_spans_tile_the_file_and_each_piece_matches_its_own_bytes(data: bytes, length: int, algorithm: str) -> None:
    made = cut(data, length, algorithm)
    made.check(len(data))
    border = 0
    for index in range(made.count):
        start, end = made.span(index, len(data))
        assert start == border < end <= start + length
        border = end
        assert made.matches(index, data[start:end])
        assert made.matches(index, memoryview(bytearray(data))[start:end])
        assert not made.matches(index, data[start : end - 1])
        assert not made.matches(index, bytes([data[start] ^ 1]) + data[start + 1 : end])
    assert border == len(data)


@given(st.binary(max_size=100), st.integers(1, 40), st.integers(0, 200))
def test_only_a_size_that_needs_as_many_pieces_is_accepted(data: bytes, length: int, total: int) -> None:
    made = cut(data, length)
    if (total + length - 1) // length == made.count:
        made.check(total)
    else:
        with pytest.raises(ValueError, match="do not make a file of"):
            made.check(total)


@pytest.mark.parametrize("index", [-1, 3, 1 << 40])
def test_there_is_no_piece_outside(index: int) -> None:
    with pytest.raises(IndexError, match=f"no piece {index} of 3"):
        cut(bytes(25), 10).span(index, 25)


@given(st.binary(max_size=200), st.integers(1, 40), st.sampled_from(sorted(PIECE_LENGTHS)))
def test_the_text_for_the_database_round_trips(data: bytes, length: int, algorithm: str) -> None:
    made = cut(data, length, algorithm)
    assert PieceHashes.from_text(made.to_text()) == made


def test_the_text_is_compact() -> None:
    made = cut(bytes(1000), 1, "md5")
    assert len(made.to_text()) < 1000 * 32 + 20


@pytest.mark.parametrize(
    "text",
    [
        *("", "null", "5", "[]", "{}", "[1,2,3]", '["md5",1]', '["md5","1",""]', '["md5",true,""]', '["md5",1,[]]'),
        *('["md5",1,"00"]', '["md5",0,""]', '["crc32",4,"00000000"]', '["sha1",1,"' + "G" * 40 + '"]', "[" * 100_000),
        *(f'["md5",1,"{"0" * 33}"]', f'["md5",1,"{"A" * 32}"]', f'["md5",{1 << 63},"{"0" * 32}"]', '["md5",1,"",0]'),
    ],
)
def test_a_damaged_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PieceHashes.from_text(text)


@given(st.text(max_size=60) | st.recursive(st.integers() | st.text(), st.lists).map(str))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        made = PieceHashes.from_text(text)
    except ValueError:
        return
    assert PieceHashes.from_text(made.to_text()) == made


@pytest.mark.parametrize(
    ("algorithm", "length", "digest", "why"),
    [
        ("sha3_256", 1, "0" * 64, "one of md5, sha1, sha256, sha512"),
        ("sha1", 0, "0" * 40, "one byte or more"),
        ("sha1", -4, "0" * 40, "one byte or more"),
        ("sha1", 1, "0" * 39, "40 hexadecimal digits"),
        ("sha1", 1, "0" * 39 + "A", "40 hexadecimal digits"),
        ("sha1", 1, "0" * 39 + "\n", "40 hexadecimal digits"),
    ],
)
def test_pieces_that_make_no_sense_are_refused(algorithm: str, length: int, digest: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        PieceHashes(algorithm, length, (digest,))


def test_too_many_pieces_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "PIECE_LIMIT", 3)
    assert cut(bytes(3), 1).count == 3
    with pytest.raises(ValueError, match="3 pieces at most"):
        cut(bytes(4), 1)
