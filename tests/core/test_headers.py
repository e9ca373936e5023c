from email.utils import formatdate

import pytest
from headrace.net.headers import (
    RETRY_AFTER_LIMIT,
    ContentRange,
    content_length,
    content_range,
    fresh_for,
    http_date,
    media_type,
    retry_after,
    strong_validator,
    unsatisfied_total,
)
from hypothesis import given, settings
from hypothesis import strategies as st

LARGEST = 2**63 - 1
MOMENT = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110
LINE = st.one_of(st.text(max_size=60), st.text("0123456789-/*,; =\"'bytesGMTW:", max_size=60))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes 0-0/1", ContentRange(0, 0, 1)),
        ("bytes 100-199/200", ContentRange(100, 199, 200)),
        ("bytes 100-199/*", ContentRange(100, 199, None)),
        ("Bytes 5-9/10", ContentRange(5, 9, 10)),
        (" bytes  5-9/10\t", ContentRange(5, 9, 10)),
        (f"bytes 0-{LARGEST - 1}/{LARGEST}", ContentRange(0, LARGEST - 1, LARGEST)),
        (f"bytes 0-{LARGEST}/*", ContentRange(0, LARGEST, None)),
        (None, None),
        ("", None),
        ("bytes 9-3/10", None),
        ("bytes 20-99/50", None),
        ("bytes 20-99/99", None),
        ("items 0-9/10", None),
        ("ooga-booga", None),
        ("bytes=0-9/10", None),
        ("bytes 0-9", None),
        ("bytes */10", None),
        ("bytes -9/10", None),
        ("bytes 0-/10", None),
        ("bytes 0-9/-1", None),
        ("bytes +0-9/10", None),
        ("bytes 0 - 9/10", None),
        ("bytes 0-9/10 ", ContentRange(0, 9, 10)),
        ("bytes 0-9/10\n", None),
        ("bytes 0-9/10, bytes 0-9/10", None),
        ("bytes 0-9/10, bytes 10-19/20", None),
        (f"bytes 0-9/{LARGEST + 1}", None),
        (f"bytes 0-{LARGEST + 1}/*", None),
        (f"bytes 0-9/1{'0' * 5000}", None),
        ("bytes \u0660-\u0669/10", None),
    ],
)
def test_content_range_r07(value: str | None, expected: ContentRange | None) -> None:
    assert content_range(value) == expected


@given(st.integers(0, LARGEST - 1), st.integers(0, LARGEST - 1), st.none() | st.integers(0, LARGEST))
def test_content_range_takes_exactly_what_the_rfc_allows(first: int, last: int, total: int | None) -> None:
    valid = first <= last and (total is None or last < total)
    found = content_range(f"bytes {first}-{last}/{'*' if total is None else total}")
    assert found == (ContentRange(first, last, total) if valid else None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("bytes */0", 0),
        ("bytes */1234", 1234),
        ("BYTES */1234", 1234),
        (f"bytes */{LARGEST}", LARGEST),
        (f"bytes */{LARGEST + 1}", None),
        ("bytes */*", None),
        ("bytes 0-9/10", None),
        ("bytes */-1", None),
        ("items */5", None),
        ("bytes */5, bytes */5", None),
        ("", None),
        (None, None),
    ],
)
def test_unsatisfied_total_r18_to_r21(value: str | None, expected: int | None) -> None:
    assert unsatisfied_total(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0", 0),
        ("1048576", 1048576),
        (" 5 ", 5),
        ("005", 5),
        ("5, 5", 5),
        ("5,5,05", 5),
        (str(LARGEST), LARGEST),
        (None, None),
        ("", None),
        ("-5", None),
        ("-5, -5", None),
        ("+5", None),
        ("many", None),
        ("\u0665", None),
    ],
)
def test_content_length_s18(value: str | None, expected: int | None) -> None:
    assert content_length(value) == expected


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("5, 6", "different"),
        ("5, many", "different"),
        ("5,", "different"),
        ("12x", "damaged"),
        ("12.5", "damaged"),
        ("1\u0665", "damaged"),
        (str(LARGEST + 1), "beyond"),
        ("9" * 50_000, "beyond"),
    ],
)
def test_content_length_that_lies_is_refused_s18(value: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        content_length(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Sun, 06 Nov 1994 08:49:37 GMT", MOMENT),
        ("Sunday, 06-Nov-94 08:49:37 GMT", MOMENT),
        ("Sun Nov  6 08:49:37 1994", MOMENT),
        (" Sun, 06 Nov 1994 08:49:37 GMT ", MOMENT),
        ("Sun, 06 Nov 1994 08:49:37 +0000", MOMENT),
        ("Sun, 06 Nov 1994 10:49:37 +0200", MOMENT),
        ("Sun, 06 Nov 1994 08:49:37", MOMENT),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Mon, 31 Feb 2020 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 25:49:37 GMT", None),
        ("Sun, 06 Nov 1994", None),
        ("Sun, 06 Nov 99999999999 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 +9999999999", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT" + " " * 60_000 + "x", None),
        ("08:49:37", None),
        ("0", None),
        ("-1", None),
        ("never", None),
        ("", None),
        (None, None),
    ],
)
def test_http_date(value: str | None, expected: float | None) -> None:
    assert http_date(value) == expected


@given(st.integers(0, 4_000_000_000))
def test_http_date_reads_what_servers_write(moment: int) -> None:
    assert http_date(formatdate(moment, usegmt=True)) == moment


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2", 2.0),
        ("0", 0.0),
        (" 120 ", 120.0),
        ("1.5", 1.5),
        ("1000000000", RETRY_AFTER_LIMIT),
        ("9" * 5000, RETRY_AFTER_LIMIT),
        ("Sun, 06 Nov 1994 08:49:47 GMT", 10.0),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
        ("Sat, 05 Nov 1994 08:49:37 GMT", 0.0),
        ("Sun, 06 Nov 2044 08:49:37 GMT", RETRY_AFTER_LIMIT),
        ("-5", None),
        ("soon", None),
        ("5 minutes", None),
        ("inf", None),
        ("nan", None),
        ("1e9", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_s24(value: str | None, expected: float | None) -> None:
    assert retry_after(value, MOMENT) == expected


CHANGED = "Sun, 06 Nov 1994 08:49:37 GMT"
MINUTE_LATER = "Sun, 06 Nov 1994 08:50:37 GMT"


@pytest.mark.parametrize(
    ("etag", "changed", "date", "expected"),
    [
        ('"abc"', None, None, '"abc"'),
        (' "abc" ', None, None, '"abc"'),
        ('"abc"', CHANGED, MINUTE_LATER, '"abc"'),
        ('"a,b c/d\\e"', None, None, '"a,b c/d\\e"'),
        ('"\xe9"', None, None, '"\xe9"'),
        ('W/"abc"', None, None, None),
        ('W/"abc"', CHANGED, MINUTE_LATER, None),
        ('w/"abc"', CHANGED, MINUTE_LATER, None),
        ("abc", CHANGED, MINUTE_LATER, None),
        ('""', CHANGED, MINUTE_LATER, None),
        ("", CHANGED, MINUTE_LATER, None),
        ('"abc', None, None, None),
        ('"a", "b"', None, None, None),
        ('"a\r\n b"', None, None, None),
        ('"\u20ac"', None, None, None),
        (f'"{"a" * 5000}"', None, None, None),
        (None, CHANGED, MINUTE_LATER, CHANGED),
        (None, f" {CHANGED} ", MINUTE_LATER, CHANGED),
        (None, "Sunday, 06-Nov-94 08:49:37 GMT", MINUTE_LATER, "Sunday, 06-Nov-94 08:49:37 GMT"),
        (None, CHANGED, "Sun, 06 Nov 1994 08:50:36 GMT", None),
        (None, CHANGED, "Sun, 06 Nov 1994 08:49:47 GMT", None),
        (None, MINUTE_LATER, CHANGED, None),
        (None, CHANGED, None, None),
        (None, None, MINUTE_LATER, None),
        (None, "yesterday", MINUTE_LATER, None),
        (None, CHANGED, "now", None),
        (None, "Thu, 01 Jan 1970 00:00:01 GMT", MINUTE_LATER, None),
        (None, "Tue, 01 Jan 1980 00:00:00 GMT", MINUTE_LATER, None),
        (None, None, None, None),
    ],
)
def test_strong_validator_r23_to_r25(
    etag: str | None, changed: str | None, date: str | None, expected: str | None
) -> None:
    assert strong_validator(etag, changed, date) == expected


@pytest.mark.parametrize(
    ("years", "expected"), [(0.0, CHANGED), (0.9, CHANGED), (10.0, None), (-10.0, None), (-0.01, None)]
)
def test_a_clock_that_is_years_off_makes_no_date_validator_s35(years: float, expected: str | None) -> None:
    now = MOMENT + 60 + years * 366 * 86_400
    assert strong_validator(None, CHANGED, MINUTE_LATER, now=now) == expected
    assert strong_validator('"abc"', CHANGED, MINUTE_LATER, now=now) == '"abc"'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("text/html", "text/html"),
        ("Text/HTML; charset=utf-8", "text/html"),
        ("application/x-gzip;q=1", "application/x-gzip"),
        (" image/svg+xml ", "image/svg+xml"),
        ("multipart/byteranges; boundary=x", "multipart/byteranges"),
        ("text/html, text/html", "text/html"),
        ("text", None),
        ("text/", None),
        ("/html", None),
        ("text / html", None),
        ("text/html/x", None),
        ("text/h tml", None),
        ("", None),
        (None, None),
    ],
)
def test_media_type(value: str | None, expected: str | None) -> None:
    assert media_type(value) == expected


@settings(max_examples=1000)
@given(LINE, LINE, LINE, st.floats(0, 1e11))
def test_no_header_raises_or_leaves_its_bounds(first: str, second: str, third: str, now: float) -> None:
    found = content_range(first)
    assert found is None or 0 <= found.first <= found.last < (found.total or LARGEST + 1) <= LARGEST + 1
    assert 0 <= (unsatisfied_total(first) or 0) <= LARGEST
    assert 0 <= (retry_after(first, now) or 0) <= RETRY_AFTER_LIMIT
    validator = strong_validator(first, second, third) or strong_validator(None, first, second)
    assert validator is None or validator in (first.strip(" \t"), second.strip(" \t"))
    assert not any(char < " " or char == "\x7f" for char in validator or "")
    assert (media_type(first) or "/").count("/") == 1


@pytest.mark.parametrize(
    ("value", "age", "seconds"),
    [
        (None, None, None),
        ("public", None, None),
        ("max-age=600", None, 600.0),
        ("public, Max-Age=600", "100", 500.0),
        ('max-age="600"', None, 600.0),
        ("max-age=600", "700", 0.0),
        ("max-age=600", "nonsense", 600.0),
        ("max-age=-1", None, None),
        ("max-age=99999999999999", None, None),
        ("max-age=600, no-cache", None, 0.0),
        ("no-store", None, 0.0),
    ],
)
def test_how_long_an_answer_is_fresh(value: str | None, age: str | None, seconds: float | None) -> None:
    assert fresh_for(value, age) == seconds
