"""The faults the rivals are tried with: what is served at first, what happens between two runs, what is right then."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import faults
from tests.support.faults import Fault
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Framing, Resource

NAME: Final = "setup.exe"
PATH: Final = f"/{NAME}"
SEED: Final = 1
_NEW: Final = 999
CUT: Final = 0.4
"""Share of the file that the first run gets."""
_PAGE: Final = b"<!DOCTYPE html><html><title>Sign in</title><p>Please sign in.</p></html>\n" * 40
_HTML: Final = (("Content-Type", "text/html; charset=utf-8"),)

Between = Callable[[FaultyServer, Path, int], object]


def _nothing(_server: FaultyServer, _folder: Path, _size: int) -> None:
    """Change nothing."""


@dataclass(frozen=True)
class Case:
    """One fault."""

    name: str
    between: Between = _nothing
    """What happens before the run that counts: to the server, or to what is on the disk."""
    resumed: bool = True
    """Whether an earlier run had got a part of the file."""
    killed: bool = False
    """Whether that run was ended by SIGKILL."""
    tls: bool = False
    framing: Framing = Framing.LENGTH
    seed: int = SEED
    """Of the right file at the end."""
    grown: float = 1.0
    """Length of the right file at the end, over the one at first."""
    hidden: bool = False
    """Whether nothing at all tells the wrong outcome from the right one."""

    def before(self, size: int) -> Resource:
        """Return what is served at first."""
        return Resource(PATH, size=size, seed=SEED, framing=self.framing)

    def right(self, size: int) -> tuple[int, int]:
        """Return seed and length of the only file that is right at the end."""
        return self.seed, int(size * self.grown)


def _replaced(grown: float = 1.0, seed: int = _NEW) -> Between:
    """Put another version in the file's place, with another ETag."""

    def between(server: FaultyServer, _folder: Path, size: int) -> None:
        server.add(Resource(PATH, size=int(size * grown), seed=seed, etag='"v2"'))

    return between


def _fault(make: Callable[[int], Fault]) -> Between:
    """Let the server do something wrong from then on; it is told the file's length."""
    return lambda server, _folder, size: server.inject(make(size))


def _gzip_of_range(_size: int) -> Fault:
    return faults.gzipped(when=faults.resuming)


def _other_total(size: int) -> Fault:
    said = ("Content-Range", f"bytes */{size // 3}")
    return faults.status(416, said, times=None, when=faults.resuming)


def _page(_size: int) -> Fault:
    return faults.status(200, *_HTML, content=_PAGE, times=None)


def _cut_by_chunks(size: int) -> Fault:
    """End the body by its last chunk too early, the connection staying in order."""
    return faults.last_chunk(b"0\r\n\r\n", at=size // 2)


def _half_then_close(size: int) -> Fault:
    """Cut a body whose end only the connection's end tells."""
    return faults.cut(size // 2, times=None)


def _rest_by_close(server: FaultyServer, _folder: Path, size: int) -> None:
    """Answer without Content-Length, and end the connection too early: the length is known from the first run."""
    server.inject(faults.reframed(Framing.CLOSE))
    server.inject(faults.cut(size // 3, times=None))


def _altered(_server: FaultyServer, folder: Path, size: int) -> None:
    """Change bytes in the midst of what is on the disk, wherever the tool keeps it."""
    paths = [path for path in folder.rglob(f"{NAME}*") if path.is_file() and not path.name.endswith(".aria2")]
    assert len(paths) == 1, paths
    with paths[0].open("r+b") as stream:
        stream.seek(int(size * CUT) // 3)
        stream.write(b"altered by somebody else")


CASES: Final = (
    Case("replaced, other ETag, same size", _replaced(), seed=_NEW),
    Case("body cut by FIN", _fault(lambda size: faults.cut(size // 2, times=None)), resumed=False),
    Case("206 with a gzip slice", _fault(_gzip_of_range)),
    Case("replaced, other ETag and size", _replaced(1.3), seed=_NEW, grown=1.3),
    Case("grew, other ETag", _replaced(1.5, SEED), grown=1.5),
    Case("shrank below the partial, other ETag", _replaced(0.2), seed=_NEW, grown=0.2),
    Case("206 with a wrong offset, admitted", _fault(lambda _: faults.wrong_offset(-1000, honest=True))),
    Case("206 with a wrong offset, concealed", _fault(lambda _: faults.wrong_offset(-1000, honest=False))),
    Case("206 without Content-Range", _fault(lambda _: faults.content_range(None))),
    Case("200 to a Range", _fault(lambda _: faults.ignore_range())),
    Case("416 with another total", _fault(_other_total)),
    Case("chunked, ended early", _fault(_cut_by_chunks), resumed=False, framing=Framing.CHUNKED, hidden=True),
    Case("chunked, cut by FIN", _fault(_half_then_close), resumed=False, framing=Framing.CHUNKED),
    Case("close-delimited, cut", _fault(_half_then_close), resumed=False, framing=Framing.CLOSE, hidden=True),
    Case("close-delimited rest, cut, length known before", _rest_by_close),
    Case("TLS cut, no close_notify", _fault(_half_then_close), resumed=False, tls=True, framing=Framing.CLOSE),
    Case("kill -9 half-way", killed=True, resumed=False),
    Case("partial altered on the disk", _altered),
    Case("login page, fresh", _fault(_page), resumed=False),
    Case("login page to a Range", _fault(_page)),
)
