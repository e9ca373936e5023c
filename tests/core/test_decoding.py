"""Content codings undone under limits: right, in bounded memory, and never short without an error."""

import random
import sys
import tracemalloc
import types
import zlib
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from headrace.errors import DownloadError, StoppedError
from headrace.net import codings, decoding
from headrace.net.decoding import Decoder
from headrace.states import FailureReason
from hypothesis import given
from hypothesis import strategies as st

from tests.support.packing import gzipped

MIB = 1 << 20
TEXT = b"".join(b"line %d of a text\n" % number for number in range(20_000))
NOISE = random.Random(5).randbytes(100_000)
SIZES = pytest.mark.parametrize("size", [1, 7, 1000, 1 << 16, 1 << 20])


def zlibbed(data: bytes) -> bytes:
    return zlib.compress(data, 6)


def bare(data: bytes) -> bytes:
    maker = zlib.compressobj(6, zlib.DEFLATED, -15)
    return maker.compress(data) + maker.flush()


def bomb(size: int, wbits: int = 31) -> bytes:
    """Return zeros packed about 1000 to 1."""
    maker = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return b"".join(maker.compress(bytes(MIB)) for _ in range(size // MIB)) + maker.flush()


def pieces(data: bytes, size: int) -> Iterable[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def decoded(labels: str, data: bytes, size: int = 10_000, **wishes: Any) -> tuple[bytes, bool]:
    """Decode in pieces; return the output, and whether it is what came."""
    decoder = Decoder(labels, **wishes)
    output = b"".join(bytes(piece) for given in pieces(data, size) for piece in decoder.decode(given))
    decoder.finish()
    return output, decoder.as_it_came


def reason_of(call: Callable[[], object]) -> FailureReason:
    with pytest.raises(DownloadError) as caught:
        call()
    return caught.value.failure.reason


ENCODED: list[tuple[str, bytes]] = [
    ("gzip", gzipped(TEXT)),
    ("GZIP", gzipped(TEXT)),
    ("x-gzip", gzipped(TEXT)),
    (" gzip ,identity,", gzipped(TEXT)),
    ("deflate", zlibbed(TEXT)),
    ("deflate", bare(TEXT)),
    ("deflate, gzip", gzipped(zlibbed(TEXT))),
    ("gzip, deflate", bare(gzipped(TEXT))),
    ("gzip, gzip, gzip", gzipped(gzipped(gzipped(TEXT)))),
    ("gzip", gzipped(TEXT[:1000]) + gzipped(b"") + gzipped(TEXT[1000:])),
    ("gzip", gzipped(TEXT[:1000]) + bytes(500) + gzipped(TEXT[1000:])),
    ("gzip", gzipped(TEXT) + bytes(1000)),
    ("gzip", gzipped(TEXT) + b"\r\n"),
    ("gzip", gzipped(TEXT) + b"rubbish behind the end" * 9000),
    ("deflate", zlibbed(TEXT) + b"rubbish"),
]


@SIZES
@pytest.mark.parametrize(("labels", "data"), ENCODED)
def test_what_was_encoded_comes_out(labels: str, data: bytes, size: int) -> None:
    if size == 1:
        data = data if len(data) < 100_000 else data[: len(data) - 190_000]  # rubbish byte by byte proves nothing more
    assert decoded(labels, data, size) == (TEXT, False)


@pytest.mark.parametrize("labels", ["gzip", "deflate"])
def test_nothing_encoded_is_nothing(labels: str) -> None:
    assert decoded(labels, gzipped(b"") if labels == "gzip" else zlibbed(b"")) == (b"", False)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50), st.binary(max_size=8))
def test_members_come_out_however_they_are_cut(members: list[bytes], size: int, padding: bytes) -> None:
    data = bytes(len(padding)).join(gzipped(member) for member in members)
    assert decoded("gzip", data, size) == (b"".join(members), False)


def test_memory_views_are_taken() -> None:
    decoder = Decoder("gzip")
    view = memoryview(bytearray(gzipped(TEXT)))
    assert b"".join(bytes(piece) for piece in decoder.decode(view)) == TEXT
    decoder.finish()


def test_pieces_are_no_larger_than_wanted() -> None:
    for labels, data in (("gzip", bomb(4 * MIB)), ("gzip", NOISE), ("utf-8", NOISE)):
        sizes = [len(piece) for piece in Decoder(labels).decode(data, lambda: 777)]
        assert max(sizes) == 777
        assert sum(sizes) == (4 * MIB if data != NOISE else len(NOISE))


# What is not in the coding it is labelled with.


@SIZES
@pytest.mark.parametrize(
    ("labels", "body"),
    [
        ("gzip", b"not gzip at all" * 20_000),
        ("gzip", b"\x1f"[:1] + b"?" + NOISE),
        ("gzip", b"\x1f\x8b\x00" + NOISE),
        ("gzip", b"x"),
        ("deflate", b"<html>plain text"),
        ("deflate", b"no deflate " * 20_000),
        ("utf-8", NOISE),
        ("none", NOISE),
        ("aws-chunked", NOISE),
    ],
)
def test_s22_a_wrong_label_is_passed_over(labels: str, body: bytes, size: int) -> None:
    assert decoded(labels, body[: 30_000 if size == 1 else None], size) == (
        body[: 30_000 if size == 1 else None],
        True,
    )


def test_s22_of_two_labels_one_may_be_wrong() -> None:
    assert decoded("gzip, gzip", gzipped(TEXT)) == (TEXT, True)


@pytest.mark.parametrize("labels", ["", "identity", " identity , "])
def test_no_coding_is_no_wrong_label(labels: str) -> None:
    assert decoded(labels, NOISE) == (NOISE, False)


# What is cut or damaged.


@pytest.mark.parametrize(
    ("labels", "data"),
    [("gzip", gzipped(TEXT)), ("deflate", zlibbed(TEXT)), ("deflate", bare(TEXT)), ("gzip", gzipped(b""))],
)
def test_s21_a_cut_stream_is_an_error(labels: str, data: bytes) -> None:
    for at in (0, 1, 2, 3, 9, 10, len(data) // 2, len(data) - 9, len(data) - 8, len(data) - 1):
        if at < len(data):
            assert reason_of(lambda at=at: decoded(labels, data[:at])) is FailureReason.CONTENT_CUT, at  # type: ignore[misc]


@pytest.mark.parametrize(
    ("labels", "data"),
    [
        ("gzip", gzipped(TEXT) + gzipped(TEXT)[:-1]),
        ("gzip", gzipped(TEXT) + b"\x1f\x8b"),
        ("gzip, gzip", gzipped(gzipped(TEXT)[:-5])),
        ("gzip, gzip", gzipped(gzipped(TEXT))[:-5]),
        ("gzip, gzip", gzipped(b"")),
    ],
)
def test_s21_a_cut_within_several_is_an_error(labels: str, data: bytes) -> None:
    assert reason_of(lambda: decoded(labels, data)) is FailureReason.CONTENT_CUT


def test_what_came_before_a_cut_is_handed_on() -> None:
    output = bytearray()
    decoder = Decoder("gzip")
    for piece in decoder.decode(gzipped(NOISE)[:50_000]):
        output += piece
    assert len(output) > 49_000
    assert NOISE.startswith(output)
    assert reason_of(decoder.finish) is FailureReason.CONTENT_CUT


@pytest.mark.parametrize(
    ("labels", "data"),
    [
        ("gzip", gzipped(TEXT)[:-8] + bytes(8)),
        ("gzip", gzipped(TEXT)[:500] + b"????" + gzipped(TEXT)[504:]),
        ("gzip", b"\x1f\x8b\x08\x00" + b"?" * 100_000),
        ("deflate", zlibbed(TEXT)[:-4] + bytes(4)),
        ("deflate", bare(NOISE)[:90_000] + b"\xff" * 90_000),
    ],
)
def test_damage_is_an_error(labels: str, data: bytes) -> None:
    assert reason_of(lambda: decoded(labels, data)) is FailureReason.BAD_RESPONSE


# What cannot be undone.


@pytest.mark.parametrize("labels", ["compress", "exi", "pack200-gzip", "aes128gcm", "gzip, nonsense"])
def test_an_unknown_coding_is_named(labels: str) -> None:
    with pytest.raises(DownloadError) as caught:
        Decoder(labels)
    assert caught.value.failure.reason is FailureReason.BAD_RESPONSE
    assert labels.rpartition(" ")[2] in caught.value.failure.detail


def test_a_strange_name_is_made_harmless() -> None:
    with pytest.raises(DownloadError) as caught:
        Decoder("\x1b[31m" + "x" * 500)
    assert "\x1b" not in caught.value.failure.detail
    assert len(caught.value.failure.detail) < 60


def test_s20_five_codings_on_top_of_one_another_are_refused() -> None:
    assert reason_of(lambda: Decoder("gzip, gzip, gzip, gzip, gzip")) is FailureReason.BAD_RESPONSE
    assert reason_of(lambda: Decoder(",".join(["gzip"] * 10_000))) is FailureReason.BAD_RESPONSE


# Bombs.


def blown_up(labels: str, data: bytes, size: int = 1 << 16, **wishes: Any) -> int:
    """Return the bytes that came out before the end."""
    decoder = Decoder(labels, **wishes)
    output = 0
    for given_piece in pieces(data, size):
        for piece in decoder.decode(given_piece):
            assert len(piece) <= MIB
            output += len(piece)
    return output


@pytest.mark.parametrize("size", [1000, 1 << 16, 1 << 20])
def test_s20_a_bomb_is_stopped_early_in_little_memory(size: int) -> None:
    data = bomb(64 * MIB)
    tracemalloc.start()
    try:
        decoder, output = Decoder("gzip"), 0

        def run() -> None:
            nonlocal output
            for given_piece in pieces(data, size):
                for piece in decoder.decode(given_piece):
                    output += len(piece)

        assert reason_of(run) is FailureReason.DECODED_TOO_LARGE
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()
    assert 15 * MIB < output <= 24 * MIB


def test_s20_a_bomb_in_a_bomb_is_stopped() -> None:
    inner = gzipped(bomb(64 * MIB), 9)
    assert len(inner) < 1000
    assert reason_of(lambda: blown_up("gzip, gzip", inner)) is FailureReason.DECODED_TOO_LARGE


def test_s20_a_layer_that_yields_nothing_is_stopped_too() -> None:
    hollow = gzipped((b"\0\0\0\xff\xff" * 200_000) * 40, 9)  # empty blocks: no output however many
    assert reason_of(lambda: blown_up("deflate, gzip", hollow)) is FailureReason.DECODED_TOO_LARGE


def test_s20_a_bomb_goes_off_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "OUTPUT_LIMIT", 20 * MIB)
    assert blown_up("gzip", bomb(64 * MIB), allow_large=True) == 64 * MIB


def test_s20_there_is_a_limit_for_what_is_packed_honestly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "OUTPUT_LIMIT", 4 * MIB)
    monkeypatch.setattr(decoding, "RATIO_FREE", 2 * MIB)
    honest = gzipped(NOISE * 50, 1)
    assert reason_of(lambda: blown_up("gzip", honest)) is FailureReason.DECODED_TOO_LARGE
    monkeypatch.setattr(decoding, "OUTPUT_LIMIT", 6 * MIB)
    assert blown_up("gzip", honest) == len(NOISE) * 50


def test_sixteen_mebibytes_may_come_out_of_anything() -> None:
    assert blown_up("gzip", bomb(16 * MIB)) == 16 * MIB


def test_decoding_can_be_left_within_a_bomb() -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 20:
            raise StoppedError

    with pytest.raises(StoppedError):
        blown_up("gzip", bomb(64 * MIB), check=check, allow_large=True)


# Codings that need a module. What stands for it keeps to the interface of the real one, with zlib inside.


class FakeBrotli:
    """As `brotli.Decompressor` of brotli 1.2."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj()

    def process(self, data: bytes, output_buffer_limit: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, output_buffer_limit)

    def is_finished(self) -> bool:
        return self._inner.eof

    def can_accept_more_data(self) -> bool:
        return not self._inner.unconsumed_tail


class FakeZstd:
    """As `compression.zstd.ZstdDecompressor` of Python 3.14: zstd's mark, then zlib's bytes."""

    def __init__(self, options: dict[object, int]) -> None:
        assert options == {"window_log_max": 23}
        self._inner = zlib.decompressobj()
        self._mark = 4
        self._tail = b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        skipped = min(self._mark, len(data))
        self._mark -= skipped
        output = self._inner.decompress(self._tail + bytes(data[skipped:]), max_length)
        self._tail = self._inner.unconsumed_tail
        return output

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._tail and not self.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data


@pytest.fixture
def modules(monkeypatch: pytest.MonkeyPatch) -> None:
    brotli: Any = types.ModuleType("brotli")
    brotli.Decompressor, brotli.error = FakeBrotli, zlib.error
    zstd: Any = types.ModuleType("compression.zstd")
    zstd.ZstdDecompressor, zstd.ZstdError = FakeZstd, zlib.error
    zstd.DecompressionParameter = types.SimpleNamespace(window_log_max="window_log_max")
    monkeypatch.setitem(sys.modules, "compression", types.ModuleType("compression"))
    monkeypatch.setitem(sys.modules, "compression.zstd", zstd)
    monkeypatch.setitem(sys.modules, "brotli", brotli)


ZSTD_MARK = b"\x28\xb5\x2f\xfd"


@SIZES
@pytest.mark.usefixtures("modules")
def test_brotli_and_zstd_are_undone_where_there_is_a_module(size: int) -> None:
    assert decoded("br", zlibbed(TEXT), size) == (TEXT, False)
    frames = ZSTD_MARK + zlibbed(TEXT[:5000]) + ZSTD_MARK + zlibbed(TEXT[5000:])
    assert decoded("zstd", frames, size) == (TEXT, False)
    assert decoded("zstd", NOISE[:5000], size) == (NOISE[:5000], True)
    assert decoded("br", b"plain text", size) == (b"plain text", True)


@pytest.mark.usefixtures("modules")
@pytest.mark.parametrize(("label", "mark"), [("br", b""), ("zstd", ZSTD_MARK)])
def test_the_limits_are_theirs_too(label: str, mark: bytes) -> None:
    whole = mark + zlibbed(TEXT)
    assert reason_of(lambda: decoded(label, whole[:-1])) is FailureReason.CONTENT_CUT
    assert reason_of(lambda: decoded(label, whole[:-2] + b"??")) is FailureReason.BAD_RESPONSE
    assert reason_of(lambda: blown_up(label, mark + bomb(64 * MIB, 15))) is FailureReason.DECODED_TOO_LARGE
    assert blown_up(label, mark + bomb(32 * MIB, 15), allow_large=True) == 32 * MIB


@pytest.mark.parametrize("label", ["br", "zstd"])
def test_without_a_module_they_are_named(label: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codings, "_first_of", lambda *_names: None)
    with pytest.raises(DownloadError) as caught:
        Decoder(label)
    assert (caught.value.failure.reason, caught.value.failure.detail) == (
        FailureReason.BAD_RESPONSE,
        f"encoding {label}",
    )


def test_a_brotli_without_a_bound_on_its_output_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    old: Any = types.ModuleType("brotli")
    old.Decompressor = type("Decompressor", (), {"process": None})
    monkeypatch.setitem(sys.modules, "brotli", old)
    assert codings.coding("br") is None
