"""A file on its way to another place: what the database is told before anything is moved. Pure."""

import json
from dataclasses import dataclass
from pathlib import Path

Identity = tuple[int, int]
"""Device and inode of a file."""


@dataclass(frozen=True, slots=True)
class Relocation:
    """One move. After a crash the file is at `target` if what is there is `target_file`, and else still at `source`."""

    source: Path
    source_file: Identity
    target: Path
    target_file: Identity | None = None
    """What `target` will be: the same file, or a copy; None while that is not written and proven yet."""

    def as_text(self) -> str:
        """Return it as it is stored."""
        return json.dumps([str(self.source), self.source_file, str(self.target), self.target_file])

    @classmethod
    def parse(cls, text: str) -> "Relocation":
        """Read what `as_text` wrote. Raises ValueError or TypeError for anything else."""
        source, source_file, target, target_file = json.loads(text)
        return cls(Path(source), _identity(source_file), Path(target), target_file and _identity(target_file))


def _identity(pair: list[int]) -> Identity:
    device, inode = pair
    return int(device), int(inode)
