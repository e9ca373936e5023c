"""The downloads that the standard scenes show: all made up, the same in every run."""

import random
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from headrace.details import ConnectionSnapshot, ConnectionState, DownloadDetails, Exchange
from headrace.snapshots import DownloadSnapshot, SegmentSnapshot
from headrace.states import DownloadState, Failure, FailureReason, Notice
from headrace.story import StoryEntry, StoryKind

from tests.support.fake_manager import make_details, make_snapshot

_S = DownloadState
_R = FailureReason
_K = StoryKind
FOLDER: Final = Path("/home/ada/Downloads")
MIDNIGHT: Final = datetime(2026, 3, 14).timestamp()  # noqa: DTZ001 - the picture's own day
NOW: Final = MIDNIGHT + 14.1 * 3600
BLOCK: Final = 1 << 20
ISO_ADDRESS: Final = "https://cdimage.debian.org/debian-cd/current/amd64/iso-dvd/debian-13.2.0-amd64-DVD-1.iso"
_LED_TO: Final = "https://gemmei.ftp.acc.umu.se/debian-cd/current/amd64/iso-dvd/debian-13.2.0-amd64-DVD-1.iso"
_SUM: Final = "sha256:" + "3f2a9c51" * 8
QUEUES: Final = ("Night",)


def _job(name: str, host: str, hour: float, state: DownloadState, **changes: Any) -> DownloadSnapshot:
    return make_snapshot(name, host=host, added_at=MIDNIGHT + hour * 3600, state=state, folder=FOLDER, **changes)


def stretches(total: int, count: int, connections: int, seed: int = 4) -> tuple[SegmentSnapshot, ...]:
    """Part a file of `total` bytes, about two thirds of which is there, much of it vouched for."""
    rnd = random.Random(seed)
    blocks = -(-total // BLOCK)
    edges = [*sorted({0, *(rnd.randrange(1, blocks) for _ in range(count - 1))}), blocks]
    found: list[SegmentSnapshot] = []
    for first, last in pairwise(edges):
        start, end = first * BLOCK, min(last * BLOCK, total)
        position = end if rnd.random() < 0.3 else start + int((end - start) * rnd.uniform(0.3, 0.9))
        claimed = end if position == end else max(start, (position // BLOCK - rnd.randrange(8, 60)) * BLOCK)
        connected = position < end and sum(each.connected for each in found) < connections
        found.append(SegmentSnapshot(start, position, end, connected, claimed))
    return tuple(found)


def _arriving(name: str, host: str, hour: float, total: int, connections: int, **changes: Any) -> DownloadSnapshot:
    parts = stretches(total, changes.pop("parts", 24), connections)
    received = sum(each.position - each.start for each in parts)
    usual: dict[str, Any] = {
        "total": total,
        "received": received,
        "claimed": sum((each.claimed or each.start) - each.start for each in parts),
        "segments": parts,
        "connections": connections,
        "resumable": True,
    }
    return _job(name, host, hour, _S.DOWNLOADING, **(usual | changes))


def iso() -> DownloadSnapshot:
    """Return the download most scenes are about: large, running, over six connections."""
    running = _arriving("debian-13.2.0-amd64-DVD-1.iso", "cdimage.debian.org", 14.03, 3_900_000_000, 6)
    told: dict[str, Any] = {"checksum": _SUM, "checksum_source": "SHA256SUMS", "average_speed": 38_200_000.0}
    return replace(running, address=ISO_ADDRESS, speed=41_800_000.0, time_left=36.0, **told)


def huge() -> DownloadSnapshot:
    """Return a running download of 100,000 blocks."""
    facts: dict[str, Any] = {"speed": 96_400_000.0, "time_left": 380.0, "parts": 700, "average_speed": 91_000_000.0}
    return _arriving("climate-model-run-2026.tar", "data.example.gov", 13.2, 100_000 * BLOCK, 16, **facts)


def recording() -> DownloadSnapshot:
    """Return a log that grows without end."""
    facts: dict[str, Any] = {"speed": 61_000.0, "connections": 1, "notices": (Notice.LENGTH_UNKNOWN,)}
    return _job("nightly-build.log", "ci.example.net", 13.8, _S.DOWNLOADING, received=48_200_000, claimed=47_185_920,
                is_recording=True, resumable=False, **facts)  # fmt: skip


def mixed_jobs() -> list[DownloadSnapshot]:
    """Fourteen jobs in every state there is."""
    return [
        iso(),
        _arriving("big-buck-bunny-2160p-60fps.mp4", "download.blender.org", 13.97, 892_000_000, 4, parts=9,
                  received=205_000_000, claimed=143_000_000, speed=8_000_000.0, time_left=86.0, limit=8_000_000),
        _job("linux-6.18.tar.xz", "cdn.kernel.org", 13.92, _S.FINISHING, total=147_000_000, received=147_000_000,
             claimed=147_000_000, resumable=True, checksum="sha256:" + "ab" * 32),
        recording(),
        _job("Inkscape-1.5.AppImage", "inkscape.org", 13.67, _S.RETRY_WAIT, total=118_000_000, received=83_900_000,
             claimed=83_000_000, resumable=True, retry_at=NOW + 40,
             failure=Failure(_R.TOO_MANY_REQUESTS, status=429, retry_after=40)),
        _job("lecture-12-notes.pdf", "media.example.edu", 13.5, _S.CONNECTING),
        _job("census-2026-raw.csv", "data.example.gov", 12.2, _S.PAUSED, total=650_000_000, received=312_000_000,
             claimed=312_000_000, resumable=True),
        _job("field-recordings-vol-2.flac", "archive.example.org", 11.5, _S.QUEUED, total=1_200_000_000,
             queue=QUEUES[0]),
        _job("field-recordings-vol-3.flac", "archive.example.org", 11.49, _S.QUEUED, queue=QUEUES[0]),
        _job("hubble-deep-field.tiff", "images.example.int", 10.05, _S.COMPLETED, total=233_000_000,
             received=233_000_000, claimed=233_000_000, checksum_verified="sha256", checksum_source="SHA256SUMS",
             finished_at=NOW - 14_000, average_speed=21_000_000.0),
        _job("course-material.zip", "media.example.edu", -6.0, _S.FAILED, total=1_300_000_000, received=1_144_000_000,
             claimed=1_144_000_000, resumable=True, failure=Failure(_R.FORBIDDEN, status=403)),
        _job("backup-of-everything.tar.zst", "nas.example.lan:8443", -7.0, _S.FAILED, total=88_000_000_000,
             received=2_100_000_000, claimed=2_000_000_000, resumable=True,
             failure=Failure(_R.DISK_FULL, needed_bytes=2_100_000_000)),
        _job("rfc9110.pdf", "www.rfc-editor.org", -9.0, _S.COMPLETED, total=1_600_000, received=1_600_000,
             claimed=1_600_000, finished_at=NOW - 80_000, is_missing=True),
        _job("a-setup-with-a-name-so-long-that-it-cannot-be-shown-in-one-line-of-any-list-ever-made-by-anyone.exe",
             "downloads.example.com", -60.0, _S.COMPLETED, total=64_500_000, received=64_500_000, claimed=64_500_000,
             notices=(Notice.RESTARTED_CHANGED,), finished_at=NOW - 200_000),
    ]  # fmt: skip


def details_for(snapshot: DownloadSnapshot) -> DownloadDetails:
    """Return what a server would have said of a running download."""
    parts = [each for each in snapshot.segments if each.connected]
    return make_details(
        snapshot,
        final_address=None if snapshot.address == ISO_ADDRESS else "https://mirror.example.net/" + snapshot.name,
        content_type="application/x-iso9660-image",
        validator='"e7c0-63a1f0c2"',
        validator_is_strong=True,
        last_modified="Sat, 15 Nov 2025 12:04:11 GMT",
        connections=tuple(_connection(number, part) for number, part in enumerate(parts)),
        exchanges=exchanges(),
        mirrors=() if snapshot.address == ISO_ADDRESS else ("https://mirror.example.net/" + snapshot.name,),
    )


_STATES: Final = (*[ConnectionState.RECEIVING] * 4, ConnectionState.HELD, ConnectionState.WAITING)


def _connection(number: int, part: SegmentSnapshot) -> ConnectionSnapshot:
    state = _STATES[number % len(_STATES)]
    host = "mirror.example.net:443" if number == 3 else "cdimage.debian.org:443"
    speed = None if state is ConnectionState.WAITING else 9_400_000.0 - number * 610_000.0
    return ConnectionSnapshot(number + 1, host, part.start, part.position, part.end, speed, state)


def exchanges() -> tuple[Exchange, ...]:
    """Return a redirect and a part of a file."""
    asked = (
        ("Host", "cdimage.debian.org"),
        ("User-Agent", "Headrace/1.0"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Authorization", "Basic •••"),
    )
    part = (
        ("Date", "Sat, 14 Mar 2026 14:02:11 GMT"),
        ("Server", "Apache/2.4.62 (Debian)"),
        ("Content-Type", "application/x-iso9660-image"),
        ("Content-Length", "1950000000"),
        ("Content-Range", "bytes 1950000000-3899999999/3900000000"),
        ("ETag", '"e7c0-63a1f0c2"'),
        ("Last-Modified", "Sat, 15 Nov 2025 12:04:11 GMT"),
        ("Accept-Ranges", "bytes"),
    )
    path = "/debian-cd/current/amd64/iso-dvd/debian-13.2.0-amd64-DVD-1.iso"
    begun = MIDNIGHT + 14.03 * 3600
    return (
        Exchange(begun, f"GET {path} HTTP/1.1", asked, "HTTP/1.1 302 Found", (("Location", _LED_TO),)),
        Exchange(begun + 1, f"GET {path} HTTP/1.1", asked, "HTTP/1.1 200 OK", part[:4] + part[5:]),
        Exchange(
            begun + 2,
            f"GET {path} HTTP/1.1",
            (*asked, ("Range", "bytes=1950000000-"), ("If-Range", '"e7c0-63a1f0c2"')),
            "HTTP/1.1 206 Partial Content",
            part,
        ),
        Exchange(begun + 3, f"GET {path} HTTP/1.1", asked, "HTTP/1.1 503 Service Unavailable", part[:2]),
    )


def story() -> tuple[StoryEntry, ...]:
    """Return what happened to the large download so far."""
    begun, host = MIDNIGHT - 40, "cdimage.debian.org:443"
    told: tuple[tuple[float, StoryKind, tuple[str | int | float | None, ...]], ...] = (
        (0, _K.ADDED, (host, 1)),
        (0.2, _K.STARTED, (1,)),
        (0.9, _K.CONNECTED, (host, 200, 3_900_000_000, 1, 0)),
        (3, _K.CONNECTIONS, (4,)),
        (14, _K.LOST, (host, _R.CONNECTION_LOST, None)),
        (16, _K.CONNECTIONS, (3,)),
        (31, _K.PAUSED, (412_000_000,)),
        (50_512, _K.RESUMED, (412_000_000,)),
        (50_513, _K.STARTED, (2,)),
        (50_514, _K.CONNECTED, (host, 206, 3_900_000_000, 1, 412_000_000)),
        (50_518, _K.CONNECTIONS, (6,)),
        (50_540, _K.SOURCE_LEFT, ("old-mirror.example.net:443", _R.NOT_FOUND)),
        (50_561, _K.NOTED, (Notice.BLOCKS_REFETCHED,)),
    )
    return tuple(StoryEntry.of(begun + after, kind, *data) for after, kind, data in told)


def log_lines() -> str:
    """Return the text that the growing log holds."""
    rnd, steps = random.Random(7), ("compile", "link", "test", "package")
    lines = []
    for number in range(160):
        step = steps[number * len(steps) // 160]
        level = "warning" if rnd.random() < 0.09 else "error  " if rnd.random() < 0.03 else "info   "
        took = rnd.randrange(8, 2400)
        lines.append(
            f"2026-03-14T14:{number // 60 + 3:02}:{number % 60:02}Z  {level}  {step}: unit-{number:03} {took} ms"
        )
    return "\n".join(lines) + "\n"
