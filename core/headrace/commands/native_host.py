"""`headrace native-host`: what a browser starts for its extension. Not for people.

It speaks native messaging on stdin and stdout, asks the running program for what the extension wants, and starts it
where none runs. It ends with its stdin.
"""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from headrace.browser.messages import (
    CHROMIUM_ID,
    FIREFOX_ID,
    Message,
    MessageError,
    as_command,
    message_of,
    number_of,
    read_frame,
    write_frame,
)
from headrace.commands.control import Starter, reached
from headrace.commands.exit_status import CannotStartError, ExitStatus
from headrace.commands.get import profile_at
from headrace.control.channel import RefusedError
from headrace.control.lines import request_line

_LOG: Final = logging.getLogger(__name__)
_ORIGIN: Final = f"chrome-extension://{CHROMIUM_ID}/"
_PATIENCE: Final = 20.0
_UNFINISHED: Final = ".crdownload"
"""What Chromium adds to the name; Firefox makes up another one, and lists it where anybody can read it."""


def main(argv: Sequence[str], start: Starter) -> int:
    """Serve one extension until it goes away; return the exit status. Its name is in the arguments."""
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer
    if not is_known(argv):
        write_frame(stdout, {"ok": False, "error": "this extension may not use Headrace"})
        return ExitStatus.USAGE
    return serve(stdin, stdout, start)


def is_known(argv: Sequence[str]) -> bool:
    """Say whether the caller is our extension: Chromium names its origin, Firefox the manifest and its id.

    Browsers keep others out by the manifest; this looks again. Further ids are those the user gave at the installation.
    """
    from headrace.browser.allowed import allowed_ids  # noqa: PLC0415 - reads a file

    known = {_ORIGIN, FIREFOX_ID, *allowed_ids(), *(f"chrome-extension://{each}/" for each in allowed_ids())}
    return any(argument in known for argument in argv[:3])


def serve(stdin: IO[bytes], stdout: IO[bytes], start: Starter) -> int:
    """Answer messages until their end."""
    while True:
        try:
            body = read_frame(stdin)
        except MessageError as error:  # where the next message begins is not known then
            write_frame(stdout, {"ok": False, "error": str(error)})
            return ExitStatus.FAILED
        if body is None:
            return ExitStatus.ARRIVED
        write_frame(stdout, _answer(body, start))


def _answer(body: bytes, start: Starter) -> dict[str, Any]:
    try:
        message = message_of(body)
        return {"id": message.number, "ok": True} | _done(message, start)
    except (MessageError, RefusedError, CannotStartError, OSError, ValueError) as error:
        return {"id": number_of(body), "ok": False, "error": str(error)}


def _done(message: Message, start: Starter) -> dict[str, Any]:
    if message.verb == "add" and message.ask:
        text = "\n".join(map(as_command, message.downloads))
        list(_asked(start, "add", offer=text, private=message.is_private))
        return {}
    if message.verb == "add":
        downloads = [_with_left(download) for download in message.downloads]
        rows = [answer["row"] for answer in _asked(start, "add", downloads=downloads)]
        return {"added": [{"id": row["id"], "name": row["name"]} for row in rows]}
    if message.verb == "status":
        (found,) = _asked(None, "hello")
        return found
    if message.verb == "open":
        list(_asked(start, "raise"))
        return {}
    raise MessageError(f"this program knows no {message.verb[:40]!r}")


def _with_left(download: Mapping[str, Any]) -> dict[str, Any]:
    """Return a download that goes on with what the browser has of it: it names the file that was to be."""
    kept = {key: value for key, value in download.items() if key != "left"}
    target = Path(download.get("left", ""))
    unfinished = target.with_name(f"{target.name}{_UNFINISHED}") if target.is_absolute() and target.name else None
    if unfinished is None or not unfinished.is_file() or not unfinished.stat().st_size:
        return kept
    return kept | {"folder": str(target.parent), "name": target.name, "partial": str(unfinished)}


def _asked(start: Starter | None, verb: str, **arguments: object) -> Iterator[dict[str, Any]]:
    with reached(profile_at(None), start) as channel:
        yield from channel.ask(request_line(verb, **arguments), _PATIENCE)
