"""One file and `headrace get` for it: what every proof starts, ends by force, and holds against what was served."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from headrace.profile import Profile
from headrace.states import DownloadState

from tests.benchmarks import ground
from tests.benchmarks.claims_check import Memory, false_claims, remembered
from tests.support import seeded
from tests.support.faulty_server import FaultyServer
from tests.support.processes import end
from tests.support.replies import Request, Resource

TIMEOUT: Final = 60.0
"""Seconds that one run of the command may take."""


@dataclass
class Verdicts:
    """What was found to be not as promised, in words."""

    wrong: list[str] = field(default_factory=list)
    """Files, or a folder with more in it than the file."""
    false: list[str] = field(default_factory=list)
    """Claims."""
    failed: list[str] = field(default_factory=list)
    """Runs that nothing disturbed and that failed all the same, or never ended."""

    @property
    def counts(self) -> tuple[int, int, int]:
        """How many of each, in this order."""
        return len(self.wrong), len(self.false), len(self.failed)

    @property
    def evidence(self) -> list[str]:
        """All of them."""
        return [*self.wrong, *self.false, *self.failed]


class Trial:
    """One served file, downloaded into a folder of its own with a profile of its own."""

    def __init__(self, folder: Path, server: FaultyServer, resource: Resource, connections: int | None = None) -> None:
        folder.mkdir()
        self.folder, self.server, self.resource = folder, server, resource
        self.address = server.add(resource)
        self.profile = Profile.at(folder / "profile")
        self.target = folder / "target"
        self.log = folder / "output.log"
        self.options: list[ground.Word] = ["-x", str(connections)] if connections else []

    @property
    def name(self) -> str:
        """The final name of the file."""
        return self.resource.path[1:]

    @property
    def arguments(self) -> list[ground.Word]:
        """What stands behind `headrace`."""
        return ["get", "--profile", self.profile.folder, "--dir", self.target, *self.options, self.address]

    @contextmanager
    def running(self, command: Sequence[ground.Word] | None = None) -> Iterator[subprocess.Popen[bytes]]:
        """Run the command until the end of the block, its output added to `log`."""
        with self.log.open("ab") as stream:
            process = subprocess.Popen(
                command or ground.headrace(*self.arguments),
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=stream,
                cwd=self.folder.parent,
            )
            assert process.stdin is not None
            try:
                yield process
            finally:
                process.stdin.close()
                end(process)

    def complete(self, verdicts: Verdicts) -> bool:
        """Run the command to its end, undisturbed; say whether it brought the file."""
        with self.running() as process:
            try:
                status = process.wait(TIMEOUT)
            except subprocess.TimeoutExpired:
                status = None
        if status != 0:
            verdicts.failed.append(f"{self.folder.name}: status {status}: {self.said[-2000:]}")
        return status == 0

    @property
    def said(self) -> str:
        """Everything the command printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def requests(self) -> list[Request]:
        """The requests for the file so far."""
        return [request for request in self.server.requests if request.path == self.resource.path]

    @property
    def sent_again(self) -> int:
        """Body bytes the server sent beyond the length of the file."""
        return sum(request.body_sent for request in self.requests) - self.resource.length

    def judge(self, verdicts: Verdicts) -> Memory:
        """After a crash: hold what the database claims, and what already has its final name, against the disk."""
        memory = remembered(self.profile, self.folder / "scratch")
        what = self.folder.name
        verdicts.false += [f"{what}: {wrong}" for wrong in false_claims(memory, self.target, self.resource.seed)]
        final = self.target / self.name
        if final.exists() and (wrong := self._difference(final)):
            verdicts.wrong.append(f"{what}: {final.name} has its name too early: {wrong}")
        elif memory.state is DownloadState.COMPLETED and not final.exists():
            verdicts.wrong.append(f"{what}: the database says complete, and no file is there")
        return memory

    def compare(self, verdicts: Verdicts) -> None:
        """At the end: see that the file, and nothing else, is there and right; remove it."""
        paths = sorted(self.target.glob("*"))
        names = [path.name for path in paths]
        if names != [self.name]:
            verdicts.wrong.append(f"{self.folder.name}: the folder holds {names}")
        elif wrong := self._difference(paths[0]):
            verdicts.wrong.append(f"{self.folder.name}: {names[0]}: {wrong}")
        for path in paths:
            path.unlink()

    def _difference(self, path: Path) -> str | None:
        return seeded.first_difference(path, self.resource.seed, self.resource.length)
