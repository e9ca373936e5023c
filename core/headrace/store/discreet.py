"""The store as the engine has it: what is private stays in memory, everything else goes to the database."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from typing import Final

from headrace.claims import Claims
from headrace.lots import Dormant
from headrace.silence import Silence
from headrace.store.records import DownloadRecord
from headrace.store.sqlite_store import SqliteStore, StoryReader
from headrace.story import StoryEntry

_LONGEST_STORY: Final = 500


@dataclass(slots=True)
class _Private:
    """What is known of one private download, for as long as the process lives."""

    blocks: dict[int, bytes] = field(default_factory=dict)
    story: deque[StoryEntry] = field(default_factory=lambda: deque(maxlen=_LONGEST_STORY))


class DiscreetStore(SqliteStore):
    """Nothing of a record with a `stem` is ever handed to the writer, nor is anything said of it by its id."""

    def __init__(
        self,
        path: Path,
        on_loaded: Callable[[list[DownloadRecord]], None],
        on_trouble: Callable[[OSError], None],
        on_dormant: Callable[[Dormant], None] | None = None,
    ) -> None:
        """Open as SqliteStore does."""
        self._private: dict[str, _Private] = {}
        self._own = Lock()
        self.silence = Silence()
        """Keeps private downloads out of the log."""
        self.stem = f"private-{blake2s(str(path.parent).encode(errors='replace'), digest_size=6).hexdigest()}"
        """What part files of private downloads are called: who made them, and nothing else."""
        super().__init__(path, on_loaded, on_trouble, on_dormant)

    def is_private(self, download_id: str) -> bool:
        """Say whether a download of this process is private."""
        with self._own:
            return download_id in self._private

    def save(self, record: DownloadRecord) -> None:
        """Have a record written unless it is private."""
        if not record.stem:
            super().save(record)
            return
        with self._own:
            self._private.setdefault(record.id, _Private())
        self.silence.keep(record)

    def save_claims(
        self, download_id: str, claims: Claims | None, blocks: Mapping[int, bytes] = MappingProxyType({})
    ) -> None:
        """Have claims written, or keep the digests of a private download."""
        with self._own:
            own = self._private.get(download_id)
            if own is not None:
                if claims is None or not claims.received:
                    own.blocks.clear()
                own.blocks.update(blocks)
        if own is None:
            super().save_claims(download_id, claims, blocks)

    def await_record(self, download_id: str, timeout: float) -> bool:
        """Wait for the row of a download; there will be none of a private one."""
        return self.is_private(download_id) or super().await_record(download_id, timeout)

    def load_blocks(self, download_id: str) -> dict[int, bytes]:
        """Return the digests of a download. Raises StoreError."""
        with self._own:
            own = self._private.get(download_id)
            if own is not None:
                return dict(own.blocks)
        return super().load_blocks(download_id)

    def save_story(self, download_id: str, entry: StoryEntry) -> None:
        """Have an entry written, or keep it in memory."""
        with self._own:
            own = self._private.get(download_id)
            if own is not None:
                own.story.append(entry)
        if own is None:
            super().save_story(download_id, entry)

    def ask_story(self, download_id: str, answer: StoryReader) -> None:
        """Have `answer` called with the story of a download; of a private one at once."""
        with self._own:
            own = self._private.get(download_id)
            story = None if own is None else list(own.story)
        if story is None:
            super().ask_story(download_id, answer)
        else:
            answer(story)

    def delete(self, download_ids: Iterable[str]) -> None:
        """Have downloads forgotten; that those of this process were private is not, for a late word of theirs."""
        ids = list(download_ids)
        with self._own:
            others = [key for key in ids if key not in self._private]
            self._private |= {key: _Private() for key in ids if key in self._private}
        super().delete(others)
