"""What an extension says, and what is made of it: frames, shapes, headers, further addresses."""

import io
import json
import struct
from typing import Any

import pytest
from headrace.browser.messages import (
    MOST_BYTES,
    MOST_DOWNLOADS,
    MessageError,
    as_command,
    message_of,
    number_of,
    read_frame,
    write_frame,
)
from headrace.curl_command import CommandRequest, parts_of
from hypothesis import given
from hypothesis import strategies as st

FULL = {
    "address": "https://shop.example/get?id=7",
    "final_address": "https://cdn.example/x.zip?sig=1",
    "cookies": "session=canary; b=c'd",
    "referrer": "https://shop.example/page",
    "user_agent": "Browser/1",
}


def add(*downloads: Any, **others: Any) -> bytes:
    return json.dumps({"id": 1, "do": "add", "downloads": list(downloads)} | others).encode()


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_a_frame_survives(values: dict[str, Any]) -> None:
    stream = io.BytesIO()
    write_frame(stream, values)
    write_frame(stream, {})
    stream.seek(0)
    assert json.loads(read_frame(stream) or b"") == values
    assert read_frame(stream) == b"{}"
    assert read_frame(stream) is None


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\1", "ends within its length"),
        (struct.pack("=I", 5) + b"{}", "is cut off"),
        (struct.pack("=I", MOST_BYTES + 1), "are the most"),
        (struct.pack("=I", 0xFFFFFFFF) + b"x" * 100, "are the most"),
    ],
)
def test_a_frame_that_is_none_is_told(data: bytes, sentence: str) -> None:
    with pytest.raises(MessageError, match=sentence):
        read_frame(io.BytesIO(data))


@given(st.binary(max_size=300))
def test_whatever_comes_is_a_message_or_a_sentence(body: bytes) -> None:
    number_of(body)
    try:
        message_of(body)
    except MessageError:
        return


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"nonsense", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b"[]", "neither what to do"),
        (b'{"id": "1", "do": "status"}', "neither what to do"),
        (b'{"id": true, "do": "status"}', "neither what to do"),
        (b'{"id": 1, "do": "add"}', "must name 1 to"),
        (add(), "must name 1 to"),
        (add(*[FULL] * (MOST_DOWNLOADS + 1)), "must name 1 to"),
        (add("https://h/"), "not known"),
        (add(FULL | {"folder": "/etc"}), "not known"),
        (add(FULL | {"name": "../x"}), "not known"),
        (add({"address": "file:///etc/passwd"}), "does not begin with http"),
        (add({"address": ""}), "does not begin with http"),
        (add(FULL | {"private": "yes"}), "must be true or false"),
        (add({"address": 7}), "must be a text"),
        (add(FULL | {"cookies": "a\r\nHost: evil"}), "control character"),
        (add(FULL | {"referrer": "x" * 8193}), "8,192 characters"),
        (add(FULL | {"final_address": "javascript:alert(1)"}), "does not begin with http"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(MessageError, match=sentence):
        message_of(body)


def test_headers_and_the_way_there_are_kept() -> None:
    (download,) = message_of(add(FULL, ask=True)).downloads
    assert download == {
        "address": "https://shop.example/get?id=7",
        "headers": ["Cookie: session=canary; b=c'd", "Referer: https://shop.example/page", "User-Agent: Browser/1"],
        "mirrors": ["https://cdn.example/x.zip?sig=1"],
    }
    assert message_of(add(FULL, ask=True)).ask
    assert not message_of(add(FULL)).ask


def test_the_final_address_of_the_same_site_is_the_address() -> None:
    (download,) = message_of(add(FULL | {"final_address": "https://shop.example/x.zip"})).downloads
    assert download["address"] == "https://shop.example/x.zip"
    assert "mirrors" not in download


def test_the_dialog_understands_what_is_offered_to_it() -> None:
    (download,) = message_of(add(FULL)).downloads
    (request,) = [part for part in parts_of(as_command(download)) if isinstance(part, CommandRequest)]
    assert request.address == download["address"]
    assert [f"{name}: {value}" for name, value in request.headers] == download["headers"]


def test_what_comes_from_a_private_window_leaves_no_trace() -> None:
    message = message_of(add(FULL | {"private": True, "left": "/home/me/film.mkv"}, FULL | {"left": "/home/me/x.zip"}))
    first, second = message.downloads
    assert message.is_private
    assert first["private"] is True
    assert "left" not in first, "what it goes on with would be a trace"
    assert "private" not in second
    assert second["left"] == "/home/me/x.zip"
    assert not message_of(add(FULL | {"private": False})).is_private
