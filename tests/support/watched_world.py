"""A world for watches: a server, a disk, a trash and a database in memory, whose every step a test takes itself.

What the database was told is in force at once and survives a crash only once it is committed, which renames and
finished files wait for; what came after that a crash may lose from any point on.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, cast

from headrace.answers import AnswerFacts
from headrace.changes import Changes
from headrace.desk import Desk
from headrace.disk.file_names import numbered
from headrace.file_facts import FileFacts, Question
from headrace.intake import new_item
from headrace.item import DownloadItem
from headrace.outcomes import ChangeKind, ChangeOutcome, FileVerdict
from headrace.roster import Roster
from headrace.spec import DownloadSpec
from headrace.states import DownloadState, Failure, FailureReason
from headrace.versions import Hands
from headrace.watches import Watch
from headrace.watching import Means, Watching

ADDRESS: Final = "https://example.org/data.csv"
FOLDER: Final = Path("/downloads")
PLAIN: Final = "data.csv"
_S = DownloadState
Listener = Callable[[Question, FileFacts], None]


@dataclass
class Server:
    """One file, its tag and its date, and whether it answers."""

    content: str = "0"
    tag: int = 0
    failure: Failure | None = None
    has_tags: bool = True
    has_dates: bool = True
    number: int = 0

    def change(self) -> None:
        """Have another content, which there never was before."""
        self.number += 1
        self.content, self.tag = str(self.number), self.tag + 1

    def rotate(self) -> None:
        """Have another tag for the same content."""
        self.tag += 1

    @property
    def etag(self) -> str | None:
        return f'"{self.tag}"' if self.has_tags else None

    @property
    def date(self) -> str | None:
        return f"Mon, 01 Jan 2024 00:00:00 GMT +{self.number}" if self.has_dates else None

    def answer(self, question: Question) -> FileFacts:
        """Answer as RFC 9110 section 13 has it."""
        if self.failure is not None:
            return FileFacts(PLAIN, failure=self.failure)
        asked = dict(question.unless)
        same = asked.get("If-None-Match", "") == self.etag or asked.get("If-Modified-Since", "") == self.date
        facts = FileFacts(PLAIN, size=1, etag=self.etag, last_modified=self.date)
        return replace(facts, is_unchanged=True, size=None) if same else facts


@dataclass
class Disk:
    """Files by name, and what was thrown away."""

    files: dict[str, str] = field(default_factory=dict)
    trash: list[str] = field(default_factory=list)


class World:
    """Everything around a Watching. `step` does one thing; `crash` and `restart` end the program."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0
        self.server, self.disk = Server(), Disk()
        self.looks: list[float] = []
        self.fetched = 0
        self._log: list[tuple[str, str, Any]] = []
        self._committed = 0
        self.restarts = 0
        self._begin()

    # The program

    def _begin(self) -> None:
        self._roster = Roster()
        self._dirty: dict[str, DownloadItem] = {}
        self._tasks: deque[Callable[[], object]] = deque()
        self._questions: list[tuple[Question, Listener]] = []
        self._renames: dict[str, str] = {}
        self.alarm: float | None = None
        rows, watches = self._stored()
        for record in rows.values():
            self._roster.add(DownloadItem(record))
        self.watching = self._made(list(watches.values()))
        self.watching.begin()

    def _made(self, stored: list[Watch]) -> Watching:
        store = SimpleNamespace(watches=stored, save_watches=self._save_watches)
        parts = {
            "roster": self._roster,
            "store": store,
            "story": SimpleNamespace(tell=lambda *_: None),
            "post": self._tasks.append,
            "save": self._save,
            "show": lambda item: self._dirty.update({item.id: item}),
            "settle": lambda: None,
            "soon": self._tasks.extend,
        }
        desk = cast(Desk, SimpleNamespace(**parts))
        changes = cast(Changes, SimpleNamespace(rename=self._rename, holds=self._renames.__contains__))
        means = Means(self._set_alarm, lambda: self.now, lambda: 0.5, lambda _: self)
        return Watching(desk, changes, Hands(self.add, self._remove, self._resume), means)

    def _set_alarm(self, at: float | None) -> None:
        self.alarm = at

    def ask(self, questions: Iterable[Question], listener: Listener) -> None:
        """Take a question down, as an Asker does."""
        self._questions += [(question, listener) for question in questions]
        self.looks.append(self.now)

    def close(self) -> None:
        """Be no Asker any more."""

    # What it does to the list

    def add(self, specs: Sequence[DownloadSpec]) -> list[str]:
        for spec in specs:
            item = new_item(spec, self._roster.next_rank(self.now))
            item.note(added_at=self.now)
            self._roster.add(item)
            self._save(item)
        return [spec.id or "" for spec in specs]

    def _remove(self, ids: Iterable[str], *, with_files: bool = False, for_good: bool = False) -> None:
        ids = list(ids)
        for key in ids:
            item = self._roster.get(key)
            if item is None:
                continue
            self._roster.drop(key)
            self._log.append(("download", key, None))
            if with_files and item.state is _S.COMPLETED:
                self.commit()
                content = self.disk.files.pop(item.record.name, None)
                self.disk.trash += [] if for_good or content is None else [content]
        self.watching.left(ids)

    def take_off(self, download_id: str) -> None:
        """Take a download off the list, as a person would."""
        self._remove([download_id])

    def _resume(self, ids: Iterable[str]) -> None:
        for key in ids:
            item = self._roster.get(key)
            if item is not None and item.state is _S.FAILED:
                item.queue_again()
                self._save(item)

    def _rename(self, download_id: str, name: str) -> bool:
        self._renames[download_id] = name
        return True

    # Steps

    def step(self) -> bool:
        """Do one thing that is to be done; say whether there was any."""
        if self._tasks:
            self._tasks.popleft()()
        elif self._renames:
            self._do_rename(*self._renames.popitem())
        elif self._questions:
            question, listener = self._questions.pop(0)
            listener(question, self.server.answer(question))
        elif queued := [item for item in self._roster if item.state is _S.QUEUED]:
            self._fetch(queued[0])
        elif self._dirty:
            told, self._dirty = list(self._dirty.values()), {}
            self.watching.saw([item.snapshot(0) for item in told if item.id in self._roster])
        else:
            return False
        return True

    def settle(self) -> None:
        """Do all that is to be done."""
        while self.step():
            pass

    def pass_time(self, seconds: float) -> None:
        """Let time pass; the alarm rings where it is due."""
        self.now += seconds
        if self.alarm is not None and self.alarm <= self.now:
            self.alarm = None
            self.watching.wake()

    def _fetch(self, item: DownloadItem) -> None:
        item.change(_S.CONNECTING)
        if self.server.failure is not None:
            item.change(_S.FAILED, failure=self.server.failure)
            self._save(item)
            return
        name = next(name for name in self._candidates(PLAIN) if name not in self.disk.files)
        self.fetched += 1
        self.commit()
        self.disk.files[name] = content = self.server.content
        item.answer = AnswerFacts(validator=self.server.etag or self.server.date, last_modified=self.server.date)
        item.change(_S.DOWNLOADING)
        item.change(_S.FINISHING)
        item.change(_S.COMPLETED, name=name, finished_at=self.now, total=1, received=1, proof=f"1:{content}")
        self._save(item)
        self.commit()

    def _candidates(self, name: str) -> Iterable[str]:
        yield name
        yield from (numbered(name, number) for number in range(2, 1000))

    def _do_rename(self, download_id: str, name: str) -> None:
        item = self._roster.get(download_id)
        failure, verdict = None, None
        if item is None:  # taken off the list meanwhile: its file keeps the name it had
            gone = ChangeOutcome(download_id, ChangeKind.RENAMED, Failure(FailureReason.FOLDER_MISSING), name)
            assert self.watching.takes(gone)
            return
        if item.record.name not in self.disk.files:
            failure, verdict = Failure(FailureReason.FOLDER_MISSING), FileVerdict.MISSING
        elif name in self.disk.files:
            failure = Failure(FailureReason.FILE_EXISTS)
        else:
            self.commit()
            self.disk.files[name] = self.disk.files.pop(item.record.name)
            item.note(name=name)
            self._save(item)
            self.commit()
        self._dirty[item.id] = item
        assert self.watching.takes(ChangeOutcome(download_id, ChangeKind.RENAMED, failure, name, verdict))

    # The database

    def _save(self, item: DownloadItem) -> None:
        self._log.append(("download", item.id, item.record))
        self._dirty[item.id] = item

    def _save_watches(self, rows: dict[str, Watch | None]) -> None:
        self._log.append(("watches", "", dict(rows)))

    def commit(self) -> None:
        """Have all that the database was told survive a crash."""
        self._committed = len(self._log)

    def _stored(self) -> tuple[dict[str, Any], dict[str, Watch]]:
        downloads: dict[str, Any] = {}
        watches: dict[str, Watch | None] = {}
        for kind, key, value in self._log:
            if kind == "watches":
                watches.update(value)
            elif value is None:
                downloads.pop(key, None)
                watches.pop(key, None)
            else:
                downloads[key] = value
        there = {key: watch for key, watch in watches.items() if watch is not None and key in downloads}
        return downloads, there

    def crash(self, lost: int) -> None:
        """End the program at once, and lose what of the last `lost` writes was not committed."""
        keep = max(self._committed, len(self._log) - lost)
        del self._log[keep:]
        self._committed = len(self._log)
        self.restarts += 1
        self._begin()

    # What a test looks at

    def items(self) -> list[DownloadItem]:
        """Return all downloads."""
        return list(self._roster)

    def watch(self) -> Watch:
        """Return the only watch."""
        (watch,) = self.watching.all()
        return watch
