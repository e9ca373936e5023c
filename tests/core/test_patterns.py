"""Patterns in addresses, and what only looks like one."""

import time
from ipaddress import IPv6Address
from itertools import islice

import pytest
from headrace.patterns import MOST, has_pattern, pattern_of
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a[1-3].jpg", ["a1.jpg", "a2.jpg", "a3.jpg"]),
        ("a[08-11]", ["a08", "a09", "a10", "a11"]),
        ("a[001-2]", ["a001", "a002"]),
        ("a[0-2]", ["a0", "a1", "a2"]),
        ("a[1-10:3]", ["a1", "a4", "a7", "a10"]),
        ("a[3-1]", ["a3", "a2", "a1"]),
        ("a[9-1:4]", ["a9", "a5", "a1"]),
        ("[a-c]", ["a", "b", "c"]),
        ("[Z-X]", ["Z", "Y", "X"]),
        ("[a-g:3]", ["a", "d", "g"]),
        ("x.{jpg,png}", ["x.jpg", "x.png"]),
        ("x.tar{,.sig}", ["x.tar", "x.tar.sig"]),
        ("[1-2]{a,b}", ["1a", "1b", "2a", "2b"]),
        (r"a\[1-3\]", ["a[1-3]"]),
        (r"a\{b,c\}[1-2]", ["a{b,c}1", "a{b,c}2"]),
        ("[7-7]", ["7"]),
    ],
)
def test_what_a_pattern_stands_for(text: str, expected: list[str]) -> None:
    pattern = pattern_of(text)
    assert list(pattern) == expected
    assert pattern.count == len(expected)
    assert has_pattern(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a.zip",
        "https://[::1]/a",
        "https://[fe80::1%25eth0]:8080/a",
        "a[x]",
        "a[1]",
        "a[1-]",
        "a[a-Z]",
        "a[a-9]",
        "a[1-5:0]",
        "a{one}",
        "a{b, c}",
        "a[1-3",
        "a[1234567890123456789-1234567890123456790]",
    ],
)
def test_what_only_looks_like_a_pattern_stays(text: str) -> None:
    assert list(pattern_of(text)) == [text]
    assert not has_pattern(text)


def test_an_ipv6_host_beside_a_pattern_is_no_pattern() -> None:
    assert list(pattern_of("http://[2001:db8::1]/[1-2]")) == ["http://[2001:db8::1]/1", "http://[2001:db8::1]/2"]


@given(st.integers(0, 2**128 - 1).map(IPv6Address), st.sampled_from(["compressed", "exploded"]))
def test_no_ipv6_host_is_ever_a_pattern(address: IPv6Address, form: str) -> None:
    assert not has_pattern(f"http://[{getattr(address, form)}]:80/x")


@given(st.text())
def test_any_text_can_be_taken_apart(text: str) -> None:
    pattern = pattern_of(text)
    assert pattern.count >= 1
    assert len(list(islice(pattern, 50))) == min(pattern.count, 50)
    if not has_pattern(text):
        assert list(pattern) == [text]


@given(st.text(alphabet="ab[]{},-19:\\", max_size=30))
def test_count_is_what_comes(text: str) -> None:
    pattern = pattern_of(text)
    if pattern.count <= 2_000:
        assert len(list(pattern)) == pattern.count


@given(st.integers(0, 10**6), st.integers(0, 200), st.integers(1, 9))
def test_numbers_are_those_of_range(first: int, more: int, step: int) -> None:
    found = list(pattern_of(f"[{first}-{first + more}:{step}]"))
    assert found == [str(number) for number in range(first, first + more + 1, step)]


@given(st.lists(st.text(alphabet="abc", max_size=3), min_size=2, max_size=6))
def test_a_list_is_its_members(members: list[str]) -> None:
    assert list(pattern_of("{" + ",".join(members) + "}")) == members


def test_a_huge_pattern_is_counted_and_not_made() -> None:
    began = time.perf_counter()
    pattern = pattern_of("[0-999999999999999999]" * 4)
    assert pattern.count == 10**72 > MOST
    assert next(iter(pattern)) == "0000"
    assert time.perf_counter() - began < 0.5
