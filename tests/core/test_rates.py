"""Rates as people write them."""

import pytest
from headrace.rates import parse_rate
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("0", 0),
        ("1", 1),
        ("500", 500),
        ("500K", 500_000),
        ("500k", 500_000),
        ("500 kB/s", 500_000),
        ("2M", 2_000_000),
        ("1.5M", 1_500_000),
        ("3G", 3_000_000_000),
        ("1T", 10**12),
        ("500KiB", 512_000),
        ("2Mi", 2 << 20),
        ("2mib/s", 2 << 20),
        ("1GiB", 1 << 30),
        ("12B", 12),
        (" 7K ", 7000),
    ],
)
def test_a_rate_is_bytes_per_second(text: str, rate: int) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "fast", "-1", "-5K", "1e6", "5iB", "K", "2 M B", "1,5M", "5KK", "٣", "nan", "inf"]
)
def test_what_is_no_rate_is_refused_with_the_way_to_write_one(text: str) -> None:
    with pytest.raises(ValueError, match="is not a rate; write bytes per second, such as 500K"):
        parse_rate(text)


@pytest.mark.parametrize("text", ["0.2", "2000T", "9" * 400])
def test_a_rate_out_of_bounds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="out of bounds"):
        parse_rate(text)


@given(st.text(max_size=12))
def test_any_text_gives_a_rate_within_bounds_or_a_value_error(text: str) -> None:
    try:
        rate = parse_rate(text)
    except ValueError:
        return
    assert 0 <= rate <= 1 << 50


@given(st.integers(0, 1 << 20), st.sampled_from(["", "K", "M", "Ki", "Mi"]))
def test_whole_numbers_are_exact(number: int, prefix: str) -> None:
    factor = {"": 1, "K": 1000, "M": 1000**2, "Ki": 1024, "Mi": 1024**2}[prefix]
    assert parse_rate(f"{number}{prefix}") == number * factor
