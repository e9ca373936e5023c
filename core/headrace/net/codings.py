"""The content codings that can be undone (RFC 9110 section 8.4.1), each as streams with a bound on every step."""

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol

Data = bytes | memoryview

_ZSTD_WINDOW: Final = 23
"""Binary logarithm of the memory that zstd may ask for: 8 MiB (RFC 9659)."""


class Stream(Protocol):
    """One compressed stream, from its beginning to its end mark."""

    @property
    def eof(self) -> bool:
        """Whether the end mark has been read and every check held."""

    @property
    def unused_data(self) -> bytes:
        """What was given behind the end mark."""

    def feed(self, data: Data, largest: int) -> tuple[bytes, Data, bool]:
        """Return output of at most `largest` bytes, input still to be given, and whether more output may wait."""


@dataclass(frozen=True)
class Coding:
    """How a coding is told from something else, and undone."""

    begins: Callable[[bytes], bool | None]
    """Say whether a stream begins like this; None while that is too little to tell."""
    open: Callable[[bytes], Stream]
    """Make a stream, given how it begins."""
    errors: tuple[type[Exception], ...]
    """What a stream raises on damage."""
    repeats: bool
    """Whether streams may follow one another, with padding between them."""
    marked: bool
    """Whether every stream begins with a mark that chance hardly makes."""


class _Zlib:
    """gzip, zlib or raw deflate, by `wbits` as in the module zlib."""

    def __init__(self, wbits: int) -> None:
        self._inner = zlib.decompressobj(wbits)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: Data, largest: int) -> tuple[bytes, Data, bool]:
        piece = self._inner.decompress(data, largest)
        tail = self._inner.unconsumed_tail
        return piece, tail, bool(tail) or len(piece) == largest


class _Zstd:
    """A frame of zstd."""

    def __init__(self, module: Any) -> None:
        self._inner = module.ZstdDecompressor(options={module.DecompressionParameter.window_log_max: _ZSTD_WINDOW})

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data)

    def feed(self, data: Data, largest: int) -> tuple[bytes, Data, bool]:
        piece = self._inner.decompress(data, largest)
        return piece, b"", not self._inner.needs_input


class _Brotli:
    """A brotli stream. What follows its end is ignored, as its module does not tell it apart."""

    unused_data = b""

    def __init__(self, module: Any) -> None:
        self._inner = module.Decompressor()

    @property
    def eof(self) -> bool:
        return bool(self._inner.is_finished())

    def feed(self, data: Data, largest: int) -> tuple[bytes, Data, bool]:
        piece = self._inner.process(bytes(data), output_buffer_limit=largest)
        return piece, b"", bool(piece) or not self._inner.can_accept_more_data()  # it accepts more with output waiting


def coding(name: str) -> Coding | None:
    """Return how to undo the coding of this name in lower case; None where this installation cannot."""
    if name in ("gzip", "x-gzip"):
        return Coding(_one_of((b"\x1f\x8b\x08",)), lambda _: _Zlib(31), (zlib.error,), repeats=True, marked=True)
    if name == "deflate":
        return Coding(_two_bytes, _deflate, (zlib.error,), repeats=False, marked=False)
    if name == "zstd":
        return _zstd()
    return _brotli() if name == "br" else None


def _one_of(marks: tuple[bytes, ...]) -> Callable[[bytes], bool | None]:
    def begins(head: bytes) -> bool | None:
        if head.startswith(marks):
            return True
        return None if any(mark.startswith(head) for mark in marks) else False

    return begins


def _two_bytes(head: bytes) -> bool | None:
    return len(head) > 1 or None


def _deflate(head: bytes) -> Stream:
    """Open what servers call deflate: zlib's format (RFC 1950), as it should be, or bare deflate (RFC 1951)."""
    with_header = head[0] & 15 == 8 and int.from_bytes(head[:2], "big") % 31 == 0
    return _Zlib(15 if with_header else -15)


def _zstd() -> Coding | None:
    module = _first_of("compression.zstd", "backports.zstd")
    if module is None:
        return None
    skippable = (bytes((0x50 + kind, 0x2A, 0x4D, 0x18)) for kind in range(16))
    marks = (b"\x28\xb5\x2f\xfd", *skippable)
    return Coding(_one_of(marks), lambda _: _Zstd(module), (module.ZstdError,), repeats=True, marked=True)


def _brotli() -> Coding | None:
    module = _first_of("brotli", "brotlicffi")
    if module is None or not hasattr(module.Decompressor, "can_accept_more_data"):
        return None  # an older one has no bound on its output
    return Coding(lambda _: True, lambda _: _Brotli(module), (module.error,), repeats=False, marked=False)


def _first_of(*names: str) -> Any:
    for name in names:
        try:
            return import_module(name)
        except ImportError:
            continue
    return None
