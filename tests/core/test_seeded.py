import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support import seeded

SIZE = 5 * seeded.BLOCK + 4321
WHOLE = seeded.body(7, 0, SIZE)


@given(st.integers(0, SIZE), st.integers(0, SIZE))
def test_any_range_is_a_slice_of_the_whole(one: int, other: int) -> None:
    start, end = sorted((one, other))
    assert seeded.body(7, start, end) == WHOLE[start:end]


def test_digest_is_that_of_the_whole() -> None:
    assert seeded.digest(7, SIZE) == hashlib.sha256(WHOLE).hexdigest()


@pytest.mark.parametrize("shift", [1, 512, 4096, 65536, seeded.BLOCK, seeded.BLOCK + 7, 3 * seeded.BLOCK])
def test_no_shift_maps_the_body_onto_itself(shift: int) -> None:
    for start in range(0, SIZE - shift - 64, 65536):
        assert WHOLE[start : start + 64] != WHOLE[start + shift : start + shift + 64]


def test_seeds_differ() -> None:
    assert seeded.body(1, 0, 64) != seeded.body(2, 0, 64)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda right: right, None),
        (lambda right: right[:-1], f"the file ends at byte {SIZE - 1}"),
        (lambda right: right + b"x", f"1 bytes behind the end at {SIZE}"),
        (lambda right: right[:2000000] + bytes([right[2000000] ^ 1]) + right[2000001:], "is wrong at byte 2000000"),
    ],
)
def test_the_first_difference_is_named(tmp_path: Path, spoil: object, said: str | None) -> None:
    assert callable(spoil)
    path = tmp_path / "file"
    path.write_bytes(spoil(WHOLE))
    found = seeded.first_difference(path, 7, SIZE)
    assert (found is None) if said is None else said in str(found)
