"""A finished file looked at again: whether it is still what was downloaded, by all that is known of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Final

from headrace.checksums import Checksum
from headrace.disk.failures import disk_failure
from headrace.outcomes import FileVerdict
from headrace.pieces import PieceHashes
from headrace.states import Failure, FailureReason
from headrace.transfer.hashing import PIECE, new_digest
from headrace.transfer.proof import PROOF_ALGORITHM, ProofMeter, proof_size

_V = FileVerdict
_PIECES: Final = "pieces"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a finished file; None for what is not."""

    path: Path
    size: int | None = None
    checksum: Checksum | None = None
    source: str = ""
    """Where the checksum came from."""
    pieces: PieceHashes | None = None
    proof: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look showed; `proof` is that of the file as it is now, None where it was not read."""

    verdict: FileVerdict
    algorithm: str | None = None
    source: str = ""
    span: tuple[int, int] | None = None
    failure: Failure | None = None
    proof: str | None = None


def examine(known: Known, check: Callable[[], None], progress: Callable[[float], None]) -> Finding:
    """Read a file and compare it with all that is known of it; of one of another size not a byte is read.

    `check` is called between pieces and may raise to stop, `progress` with the fraction read. Raises only what they do.
    """
    try:
        with known.path.open("rb") as stream:
            return _examine(known, stream, check, progress)
    except (FileNotFoundError, NotADirectoryError):
        return Finding(_V.MISSING)
    except OSError as error:
        return Finding(_V.UNREADABLE, failure=disk_failure(error))


def _examine(known: Known, stream: BinaryIO, check: Callable[[], None], progress: Callable[[float], None]) -> Finding:
    found = known.path.stat()
    if not S_ISREG(found.st_mode):
        return Finding(_V.UNREADABLE, failure=Failure(FailureReason.DISK_ERROR, "not a file"))
    size = proof_size(known.proof) if known.proof else known.size
    if size is not None and found.st_size != size:
        return Finding(_V.DIFFERS, span=(min(size, found.st_size), max(size, found.st_size)))
    if known.checksum is None and known.pieces is None and known.proof is None:
        return Finding(_V.UNKNOWN if size is None else _V.SIZE_ONLY)
    meter, digest = ProofMeter(), None if known.checksum is None else new_digest(known.checksum.algorithm)
    while piece := stream.read(PIECE):
        check()
        meter.update(memoryview(piece))
        if digest is not None:
            digest.update(piece)
        progress(meter.size / max(1, found.st_size))
    return _judged(known, meter.text(), None if digest is None else digest.hexdigest(), stream, check)


def _judged(known: Known, proof: str, digest: str | None, stream: BinaryIO, check: Callable[[], None]) -> Finding:
    """Let a strong checksum decide; where there is none, all that is known must be right."""
    wrong_proof = known.proof is not None and proof != known.proof
    algorithm: str | None
    if known.checksum is not None:
        right = digest == known.checksum.digest and not (known.checksum.weak and wrong_proof)
        algorithm, source = known.checksum.algorithm, known.source
    elif known.proof is not None:
        right, algorithm, source = not wrong_proof, PROOF_ALGORITHM, ""
    else:
        right, algorithm, source = True, known.pieces.algorithm if known.pieces else None, _PIECES
    asks_pieces = known.pieces is not None and (not right or source == _PIECES)
    span = _bad_piece(known.pieces, stream, check) if known.pieces is not None and asks_pieces else None
    verdict = _V.RIGHT if right and span is None else _V.DIFFERS
    return Finding(verdict, algorithm, source, span, proof=proof)


def _bad_piece(pieces: PieceHashes, stream: BinaryIO, check: Callable[[], None]) -> tuple[int, int] | None:
    """Return where the first piece is that is not right."""
    total = stream.seek(0, 2)
    if not pieces.tile(total):
        return 0, total
    stream.seek(0)
    for index in range(pieces.count):
        check()
        start, end = pieces.span(index, total)
        if not pieces.matches(index, memoryview(stream.read(end - start))):
            return start, end
    return None
