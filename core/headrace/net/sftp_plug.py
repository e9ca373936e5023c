"""SFTP by asyncssh, the library of the extra `sftp`: a plug that is loaded with the first address that needs it."""

from collections.abc import Mapping
from stat import S_ISDIR
from time import time
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

import asyncssh
import requests

from headrace.addresses import origin_of
from headrace.errors import DownloadError
from headrace.net.connections import Call
from headrace.net.dialling import way_of
from headrace.net.identity import login_told
from headrace.net.idle_lines import IdleLines
from headrace.net.loop_thread import LoopThread, wait_for
from headrace.net.plugs import Grounds, PlugAnswer, Terms
from headrace.net.served_parts import Part, ServedFile, part_wanted
from headrace.net.sftp_line import SftpLine, SftpPlace
from headrace.net.sftp_stream import SftpStream
from headrace.states import FailureReason

_VERSION: Final = "SFTP"
_STATUSES: Final[tuple[tuple[type[Exception], int], ...]] = (
    (asyncssh.PermissionDenied, 401),
    (asyncssh.SFTPNoSuchFile, 404),
    (asyncssh.SFTPNoSuchPath, 404),
    (asyncssh.SFTPNotADirectory, 404),
    (asyncssh.SFTPPermissionDenied, 403),
)
"""What refusals are called by HTTP."""
_REFUSALS: Final = tuple(kind for kind, _ in _STATUSES)


def plug(grounds: Grounds) -> "SftpPlug":
    """Return the plug."""
    return SftpPlug(grounds)


class SftpPlug:
    """Asks for size and time of a file, then reads the part that is wanted. Thread-safe."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._lines: IdleLines[SftpPlace, SftpLine] = IdleLines(grounds.idle)
        self._thread = LoopThread("sftp")

    def open(self, request: requests.PreparedRequest, call: Call, terms: Terms) -> PlugAnswer:
        """Ask for a file as `Plug.open` has it. Who no Authorization names is this person, by agent and key files."""
        line: SftpLine | None = None
        try:
            line = self._line(request, call, terms)
            return self._answer(line, path_of(request.url or ""), request.headers, call, terms)
        except _REFUSALS as error:
            self._end(line)
            status = next(status for kind, status in _STATUSES if isinstance(error, kind))
            asked = (("WWW-Authenticate", 'Basic realm="SSH"'),) if status == 401 else ()
            return PlugAnswer(status, asked, version=_VERSION)
        except (asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection) as error:
            self._end(line)
            raise ConnectionResetError("the connection was lost") from error
        except (asyncssh.Error, asyncssh.SFTPError) as error:
            self._end(line)
            raise DownloadError.of(FailureReason.BAD_RESPONSE, type(error).__name__) from error
        except BaseException:
            self._end(line)
            raise

    def _answer(self, line: SftpLine, path: bytes, wanted: Mapping[str, Any], call: Call, terms: Terms) -> PlugAnswer:
        if call.wire is not None:
            call.wire.asked()
        loop = line.loop
        file = wait_for(loop, _look(line.sftp, path), terms.silence, call.interrupt)
        part = part_wanted(file, wanted, time())
        if part.status not in (200, 206):
            self._keep(line)
            return PlugAnswer(part.status, part.headers, version=_VERSION)
        stream = wait_for(loop, self._begun(line, path, part, call), terms.silence, call.interrupt)
        return PlugAnswer(part.status, part.headers, stream, _VERSION)

    async def _begun(self, line: SftpLine, path: bytes, part: Part, call: Call) -> SftpStream:
        file = await line.sftp.open(path, "rb")

        def done(again: bool) -> None:  # noqa: FBT001 - as the stream tells it
            self._keep(line) if again else line.close()

        stream = SftpStream(file, line.loop, call, done)
        await stream.begin(part.first, part.count)
        return stream

    # -- connections -------------------------------------------------------------------------------------------

    def _line(self, request: requests.PreparedRequest, call: Call, terms: Terms) -> SftpLine:
        _, host, port = origin_of(request.url or "")
        place = SftpPlace(host, port, login_told(request.headers), way_of(self._grounds, terms, "sftp"))
        kept = None if call.fresh or call.only_certificate else self._lines.take(place)
        if kept is not None and kept.cable is not None:
            call.reused = True
            kept.cable.attach(call.interrupt)
            return kept
        line = SftpLine(place, self._grounds, self._thread)
        try:
            line.begin(call, terms)
        except BaseException:
            line.close()
            raise
        return line

    def _keep(self, line: SftpLine) -> None:
        if line.cable is not None:
            line.cable.detach()
        self._lines.keep(line.place, line)

    @staticmethod
    def _end(line: SftpLine | None) -> None:
        if line is not None:
            line.close()

    def drop_idle(self) -> None:
        """Close the connections that wait for a request."""
        self._lines.drop()

    def close(self) -> None:
        """Close them all; the loop ends with the last."""
        self._lines.drop()


async def _look(sftp: asyncssh.SFTPClient, path: bytes) -> ServedFile:
    attributes = await sftp.stat(path)
    if attributes.permissions is not None and S_ISDIR(attributes.permissions):
        raise asyncssh.SFTPNoSuchFile("a folder")
    return ServedFile(attributes.size, None if attributes.mtime is None else int(attributes.mtime))


def path_of(address: str) -> bytes:
    """Return the path a server is asked for: from its root, or behind `/~/` from where a login leads, as curl has it.

    Raises DownloadError BAD_ADDRESS.
    """
    path = unquote_to_bytes(urlsplit(address).path)
    path = path[3:] if path.startswith(b"/~/") else path
    if path in (b"", b"/") or b"\0" in path:
        raise DownloadError.of(FailureReason.BAD_ADDRESS, "it names no file")
    return path
