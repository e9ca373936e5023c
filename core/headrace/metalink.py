"""Metalinks: XML that names files, their hashes and where each of them lies.

Version 4 (RFC 5854) and the older 3.0. A Metalink comes from anywhere, so it is read as it streams through the parser:
nothing is kept of what is not asked for, and what could fill the memory is refused.
"""

from collections.abc import Callable, Mapping
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from headrace.metalink_draft import FileDraft
from headrace.metalink_draft import MetalinkFile as MetalinkFile  # noqa: PLC0414 - exported

METALINK_LIMIT: Final = 16 << 20
"""Bytes of one Metalink, at most."""
FILE_LIMIT: Final = 10_000
"""Files in one Metalink, at most."""
ALL_SOURCES_LIMIT: Final = 100_000
"""Addresses of all files of one Metalink, at most: to check so many takes seconds."""

_NAMESPACES: Final = {
    "urn:ietf:params:xml:ns:metalink": 4,
    "http://www.metalinker.org/": 3,
    "http://www.metalinker.org": 3,
}
_CHUNK: Final = 64 << 10
_IDLE_LIMIT: Final = 4
"""Chunks that one tag may fill: the parser holds an unfinished tag whole, and makes objects of its attributes."""
_DEPTH_LIMIT: Final = 32
_ELEMENT_LIMIT: Final = 600_000
"""Elements, at most; the longest Metalink that is in earnest has fewer, and a million takes seconds."""
_VOCABULARY_LIMIT: Final = 500
"""Different names of elements, attributes and namespaces: the parser keeps each of them to the end."""

_Close = Callable[[FileDraft, Mapping[str, str], str], None]

_FILES: Final = {4: "file", 3: "files/file"}
_OPENED: Final = {
    4: {"file/pieces": FileDraft.begin_pieces},
    3: {"files/file/verification/pieces": FileDraft.begin_pieces},
}
_CLOSED: Final[dict[int, dict[str, _Close]]] = {
    4: {
        "file/size": FileDraft.size,
        "file/hash": FileDraft.hash,
        "file/pieces/hash": FileDraft.piece,
        "file/pieces": FileDraft.end_pieces,
        "file/url": FileDraft.source,
    },
    3: {
        "files/file/size": FileDraft.size,
        "files/file/verification/hash": FileDraft.hash,
        "files/file/verification/pieces/hash": FileDraft.piece,
        "files/file/verification/pieces": FileDraft.end_pieces,
        "files/file/resources/url": FileDraft.source,
    },
}


def read_metalink(data: bytes) -> list[MetalinkFile]:
    """Read a Metalink, of version 4 or 3.0, in the order of its files. Raise ValueError with a sentence for people.

    Hashes that are damaged make it unusable, since they prove the bytes; addresses that are of no use are left out.
    """
    if len(data) > METALINK_LIMIT:
        raise ValueError(f"a Metalink may have {METALINK_LIMIT >> 20} MiB at most")
    reader = _Reader()
    try:
        _feed(DefusedXMLParser(target=reader, forbid_dtd=True), reader, data)
    except DefusedXmlException:
        raise ValueError("the Metalink declares a document type or entities, which none needs") from None
    except (ParseError, LookupError, UnicodeError) as error:
        line = f" (line {error.position[0]})" if isinstance(error, ParseError) else ""
        raise ValueError(f"the Metalink is not well-formed XML{line}") from None
    if not reader.files:
        raise ValueError("the Metalink names no file")
    return reader.files


def _feed(parser: DefusedXMLParser, reader: "_Reader", data: bytes) -> None:
    idle = 0
    for start in range(0, len(data), _CHUNK):
        before = reader.events
        parser.feed(data[start : start + _CHUNK])
        idle = idle + 1 if reader.events == before else 0
        if idle == _IDLE_LIMIT:
            raise ValueError("the Metalink holds a tag beyond all measure")
    parser.close()


class _Reader:
    """What the parser calls. Raises ValueError as soon as the Metalink turns out to be unusable."""

    def __init__(self) -> None:
        self.files: list[MetalinkFile] = []
        self.events = 0
        self._elements = 0
        self._offered = 0
        self._version = 0
        self._prefix = ""
        self._path: list[str] = []
        self._vocabulary: set[str] = set()
        self._file: FileDraft | None = None
        self._attributes: Mapping[str, str] = {}
        self._text: list[str] | None = None

    def start(self, tag: str, attributes: Mapping[str, str], /) -> None:
        self.events += 1
        self._vocabulary.update((tag, *attributes))
        if not self._path:
            self._begin(tag)
        own = tag.startswith(self._prefix)
        self._path.append(tag.removeprefix(self._prefix) if own else "*")
        self._elements += 1
        if len(self._path) > _DEPTH_LIMIT or len(self._vocabulary) > _VOCABULARY_LIMIT:
            raise ValueError("the Metalink is nested too deeply or names too many kinds of things")
        if self._elements > _ELEMENT_LIMIT:
            raise ValueError(f"the Metalink has more than {_ELEMENT_LIMIT:,} elements")
        self._open("/".join(self._path[1:]), attributes)

    def start_ns(self, prefix: str, _uri: str, /) -> None:
        self._vocabulary.add(f"xmlns:{prefix}")

    def _begin(self, tag: str) -> None:
        namespace, _, name = tag.removeprefix("{").rpartition("}")
        self._version = _NAMESPACES.get(namespace, 0)
        self._prefix = f"{{{namespace}}}"
        if not self._version or name != "metalink":
            raise ValueError("this is not a Metalink of version 4 or 3.0")

    def _open(self, path: str, attributes: Mapping[str, str]) -> None:
        if path == _FILES[self._version]:
            if len(self.files) == FILE_LIMIT:
                raise ValueError(f"a Metalink may name {FILE_LIMIT:,} files at most")
            self._file = FileDraft(attributes.get("name", ""), self._version)
        elif self._file is not None and (act := _OPENED[self._version].get(path)):
            act(self._file, attributes)
        elif path in _CLOSED[self._version]:
            self._attributes, self._text = attributes, []

    def data(self, text: str, /) -> None:
        self.events += 1
        if self._text is not None:
            self._text.append(text)

    def comment(self, _text: str, /) -> None:
        self.events += 1

    def pi(self, _target: str, _text: str | None = None, /) -> None:
        self.events += 1

    def end(self, _tag: str, /) -> None:
        path = "/".join(self._path[1:])
        self._path.pop()
        if self._file is None:
            return
        if path == _FILES[self._version]:
            self.files.append(self._file.finished())
            self._offered += self._file.offered
            self._file = None
            if self._offered > ALL_SOURCES_LIMIT:
                raise ValueError(f"the Metalink gives more than {ALL_SOURCES_LIMIT:,} addresses")
        elif act := _CLOSED[self._version].get(path):
            act(self._file, self._attributes, "".join(self._text or ()).strip())
            self._text = None

    def close(self) -> None:
        """Take the end of the document, which the parser has found well-formed."""
