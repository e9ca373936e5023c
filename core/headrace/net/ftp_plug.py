"""FTP, in the clear and over TLS, by the standard library's ftplib: a plug that is always there."""

import ftplib
from collections.abc import Mapping
from time import time
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import requests

from headrace.addresses import origin_of
from headrace.errors import DownloadError
from headrace.net.binding import Way
from headrace.net.connections import Call
from headrace.net.dialling import Cable, way_of
from headrace.net.ftp_line import FtpLine, FtpPlace
from headrace.net.ftp_replies import file_status, login_status, size_told, time_told
from headrace.net.identity import login_told
from headrace.net.idle_lines import IdleLines
from headrace.net.plugs import Grounds, PlugAnswer, Terms
from headrace.net.receiving import NOTHING_YET, wait_for
from headrace.net.served_parts import Part, ServedFile, part_wanted
from headrace.states import FailureReason

_LAST_WORD: Final = 2.0
"""Seconds for the reply after a file; without it the connection is not used again."""
_VERSION: Final = "FTP"


def plug(grounds: Grounds) -> "FtpPlug":
    """Return the plug."""
    return FtpPlug(grounds)


class FtpPlug:
    """Asks FTP servers for size and time of a file, then for the part that is wanted. Thread-safe."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._lines: IdleLines[FtpPlace, FtpLine] = IdleLines(grounds.idle)

    def open(self, request: requests.PreparedRequest, call: Call, terms: Terms) -> PlugAnswer:
        """Ask for a file as `Plug.open` has it. Name and password of Authorization log in, else it is anonymous."""
        parts = urlsplit(request.url or "")
        way = way_of(self._grounds, terms, parts.scheme)
        place = _place(request, way)
        try:
            line = self._line(place, call, terms)
        except ftplib.Error as error:
            return _refused(login_status(str(error)))
        try:
            return self._answer(line, path_of(parts.path), request.headers, call)
        except ftplib.Error as error:
            line.close()
            return _refused(file_status(str(error)))
        except BaseException:
            line.close()
            raise

    def _answer(self, line: FtpLine, path: str, wanted: Mapping[str, Any], call: Call) -> PlugAnswer:
        if call.wire is not None:
            call.wire.asked()
        file = ServedFile(size_told(line.said(f"SIZE {path}")), time_told(line.said(f"MDTM {path}")))
        part = part_wanted(file, wanted, time())
        if part.status not in (200, 206):
            self.keep(line)
            return PlugAnswer(part.status, part.headers, version=_VERSION)
        try:
            cable = line.retrieve(path, part.first, call)
        except ftplib.error_perm as error:
            if not part.first or not str(error).startswith(("500", "501", "502", "504")):
                raise
            part = part_wanted(file, wanted, time(), seekable=False)  # it knows no REST
            cable = line.retrieve(path, 0, call)
        return PlugAnswer(part.status, part.headers, FtpStream(self, line, cable, part, call), _VERSION)

    # -- connections -------------------------------------------------------------------------------------------

    def _line(self, place: FtpPlace, call: Call, terms: Terms) -> FtpLine:
        line = None if call.fresh or call.only_certificate else self._lines.take(place)
        if line is not None:
            call.reused = True
            line.attach(call.interrupt)
            line.patience(terms.silence)
            return line
        line = FtpLine(place, self._grounds, terms)
        try:
            line.begin(call)
        except BaseException:
            line.close()
            raise
        return line

    def keep(self, line: FtpLine) -> None:
        """Have a connection wait for another request."""
        line.detach()
        self._lines.keep(line.place, line)

    def drop_idle(self) -> None:
        """Close the connections that wait for a request."""
        self._lines.drop()

    def close(self) -> None:
        """Close them all."""
        self._lines.drop()


class FtpStream:
    """A file on its way over a data connection. One thread uses it."""

    def __init__(self, owner: FtpPlug, line: FtpLine, cable: Cable, part: Part, call: Call) -> None:
        self._owner, self._line, self._cable, self._part, self._call = owner, line, cable, part, call
        self._lacking: OSError = BlockingIOError()
        self._last_word: str | None = None
        cable.sock.settimeout(0.0)

    def take(self, view: memoryview) -> int:
        """Take what has come; see `Stream.take`. An end where none was announced counts by the server's word alone."""
        try:
            count: int = self._cable.sock.recv_into(view)
        except NOTHING_YET as lacking:
            self._lacking = lacking
            raise BlockingIOError from lacking
        if not count and self._part.count is None and not self._is_over():
            raise ConnectionResetError("the server broke the transfer off")
        return count

    def wait(self, seconds: float | None) -> bool:
        """Wait; see `Stream.wait`."""
        return wait_for(self._cable.sock, seconds, self._lacking)

    def leave(self, *, whole: bool) -> None:
        """Close the data connection; keep the other where the server has said its last word."""
        self._cable.close()
        if whole and not self._call.interrupt.stopped and self._is_over():
            self._owner.keep(self._line)
        else:
            self._line.close()

    def _is_over(self) -> bool:
        """Hear what the server says after the file, once; say whether that it was all."""
        if self._last_word is None:
            self._line.patience(_LAST_WORD)
            try:
                self._last_word = self._line.getresp()
            except (ftplib.Error, OSError, EOFError):
                self._last_word = ""
        return self._last_word.startswith("2")


def _place(request: requests.PreparedRequest, way: Way) -> FtpPlace:
    scheme, host, port = origin_of(request.url or "")
    return FtpPlace(scheme, host, port, login_told(request.headers), way)


def path_of(path: str) -> str:
    """Return the name a server is asked for (RFC 1738 section 3.2.2): below where a login leads, `%2F` for the root.

    Bytes that are no UTF-8 go out as they are. Raises DownloadError BAD_ADDRESS.
    """
    name = unquote(path.removeprefix("/").partition(";type=")[0], errors="surrogateescape")
    if not name or any(char in name for char in "\r\n\0"):
        raise DownloadError.of(FailureReason.BAD_ADDRESS, "it names no file")
    return name


def _refused(status: int) -> PlugAnswer:
    asked = (("WWW-Authenticate", 'Basic realm="FTP"'),) if status == 401 else ()
    return PlugAnswer(status, asked, version=_VERSION)
