"""What the extension in a browser says to this program, and how: native messaging. Pure but for the streams.

A message is JSON in UTF-8 behind its length in bytes, 32 bits in the machine's order (developer.chrome.com/docs/
extensions/develop/concepts/native-messaging; Firefox speaks the same). Whatever comes is checked: the extension runs
beside web pages.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

from headrace.addresses import checked_address, origin_of
from headrace.spec import parse_header

NAME: Final = "org.headrace.host"
"""By which the extension calls this program."""
CHROMIUM_ID: Final = "gcnniagmlaachpgghhlklgcjfkbnbcoc"
"""Follows from the key in the extension's manifest."""
FIREFOX_ID: Final = "extension@headrace.org"
MOST_BYTES: Final = 1 << 20
"""Of one message, in either direction: as many as Chromium takes."""
MOST_DOWNLOADS: Final = 2000
_LENGTH: Final = struct.Struct("=I")
_LONGEST: Final = 8192
"""Characters of one address or header."""
_HEADERS: Final = (("cookies", "Cookie"), ("referrer", "Referer"), ("user_agent", "User-Agent"))
_KEYS: Final = frozenset({"address", "final_address", "left", *(key for key, _ in _HEADERS)})
_PRIVATE: Final = "private"
"""The key that says whether it comes from a private window."""


class MessageError(ValueError):
    """A message is not what it must be; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Message:
    """One thing that the extension asks for; `number` goes back with the answer."""

    number: int
    verb: str
    downloads: tuple[dict[str, Any], ...] = ()
    """As the `add` of commands takes them."""
    ask: bool = False
    """Whether the dialog is to be shown."""

    @property
    def is_private(self) -> bool:
        """Whether any of the downloads is to leave no trace."""
        return any(download.get("private", False) for download in self.downloads)


def read_frame(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end of the stream. Raises MessageError where it is too long or cut off."""
    head = stream.read(_LENGTH.size)
    if not head:
        return None
    if len(head) < _LENGTH.size:
        raise MessageError("a message ends within its length")
    (length,) = _LENGTH.unpack(head)
    if length > MOST_BYTES:
        raise MessageError(f"a message has {length:,} bytes; {MOST_BYTES:,} are the most")
    body = stream.read(length)
    if len(body) < length:
        raise MessageError("a message is cut off")
    return body


def write_frame(stream: IO[bytes], values: Mapping[str, Any]) -> None:
    """Write one message. Raises OSError."""
    body = json.dumps(values, separators=(",", ":")).encode()
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def message_of(body: bytes) -> Message:
    """Read what a message says. Raises MessageError."""
    try:
        values: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise MessageError("a message is not JSON") from None
    if not isinstance(values, dict) or type(values.get("id")) is not int or not isinstance(values.get("do"), str):
        raise MessageError("a message says neither what to do nor its number")
    if values["do"] != "add":
        return Message(values["id"], values["do"])
    wanted = values.get("downloads")
    if not isinstance(wanted, list) or not 0 < len(wanted) <= MOST_DOWNLOADS:
        raise MessageError(f"a message must name 1 to {MOST_DOWNLOADS:,} downloads")
    return Message(values["id"], "add", tuple(map(_download, wanted)), values.get("ask") is True)


def number_of(body: bytes) -> int | None:
    """Return the number of a message that may be no good, None where it has none."""
    try:
        values: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = values.get("id") if isinstance(values, dict) else None
    return number if type(number) is int else None


def _download(values: object) -> dict[str, Any]:
    if not isinstance(values, dict) or not (_KEYS | {_PRIVATE}).issuperset(values):
        raise MessageError("a download has parts that are not known")
    if type(values.get(_PRIVATE, False)) is not bool:
        raise MessageError(f"{_PRIVATE} of a download must be true or false")
    texts = {key: _text(values, key) for key in _KEYS}
    try:
        address = checked_address(texts["address"])
        final = checked_address(texts["final_address"]) if texts["final_address"] else address
        pairs = [(header, texts[key]) for key, header in _HEADERS if texts[key]]
        headers = [": ".join(parse_header(f"{name}: {value}")) for name, value in pairs]
    except ValueError as error:
        raise MessageError(str(error)) from None
    download: dict[str, Any] = {"address": address, "headers": headers}
    if final != address and origin_of(final) != origin_of(address):
        download["mirrors"] = [final]  # where the first address worked only once; else the way there is taken again
    elif final != address:
        download["address"] = final
    if values.get(_PRIVATE):
        download["private"] = True
    elif texts["left"]:  # what began with traces is not gone on with without
        download["left"] = texts["left"]
    return download


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key) or ""
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise MessageError(f"{key} of a download must be a text of {_LONGEST:,} characters at most")
    return value


def as_command(download: Mapping[str, Any]) -> str:
    """Return a download as the command of curl that the dialog for adding takes."""
    options = "".join(f" -H {_quoted(header)}" for header in download.get("headers", ()))
    return f"curl {_quoted(download['address'])}{options}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
