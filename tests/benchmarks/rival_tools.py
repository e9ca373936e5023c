"""curl, wget, aria2c and `headrace get`: how each is told to fetch one address, and to continue it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import ground
from tests.benchmarks.rival_cases import NAME
from tests.support.certificates import Certificates
from tests.support.processes import end


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status, None where it did not end in time."""

    status: int | None
    said: str


@dataclass(frozen=True)
class Manner:
    """How a tool is told to go about it."""

    resumed: bool = False
    """Continue what an earlier run has left."""
    patient: bool = True
    """Try again; else give up at the first cut."""


class Tool:
    """One command that downloads. Every run has its files in a folder of its own."""

    name = ""
    program: str | None = None
    """The system program it needs."""

    def __init__(self, certificates: Certificates) -> None:
        self.ca_file = certificates.ca_file

    def command(self, folder: Path, address: str, manner: Manner) -> ground.Command:
        """Return the command line."""
        raise NotImplementedError

    def final(self, folder: Path) -> Path:
        """Return where the finished file is."""
        return folder / NAME

    @contextmanager
    def started(self, folder: Path, address: str, manner: Manner) -> Iterator[subprocess.Popen[bytes]]:
        """Run it until the end of the block."""
        kept = {name: text for name, text in os.environ.items() if not name.lower().endswith("_proxy")}
        with (folder.parent / f"{folder.name}.log").open("ab") as log:
            process = subprocess.Popen(
                self.command(folder, address, manner),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=kept,
            )
        try:
            yield process
        finally:
            end(process)

    def run(self, folder: Path, address: str, manner: Manner, seconds: float) -> Ended:
        """Run it to its end, or for so many seconds."""
        with self.started(folder, address, manner) as process:
            try:
                status: int | None = process.wait(seconds)
            except subprocess.TimeoutExpired:
                status = None
        said = (folder.parent / f"{folder.name}.log").read_text(encoding="utf-8", errors="replace")
        return Ended(status, said)


class Curl(Tool):
    """curl, which continues at the file's length."""

    name = "curl -C -"
    program = "curl"

    def command(self, folder: Path, address: str, manner: Manner) -> ground.Command:
        """Write under the final name; fail on an HTTP error, as a careful script asks for."""
        again = ["-C", "-"] if manner.resumed else []
        return ["curl", "-q", "-sS", "-f", "-L", "--cacert", self.ca_file, *again, "-o", folder / NAME, address]


class Wget(Tool):
    """wget, which continues at the file's length."""

    name = "wget -c"
    program = "wget"

    def command(self, folder: Path, address: str, manner: Manner) -> ground.Command:
        """Write under the address's name."""
        tries = ["--tries=2" if manner.patient else "--tries=1", "--waitretry=0", "--timeout=10"]
        return ["wget", "--no-config", "-nv", "-c", *tries, f"--ca-certificate={self.ca_file}", "-P", folder, address]


class Aria2(Tool):
    """aria2c, which continues as its control file says, or else at the file's length."""

    name = "aria2c -c"
    program = "aria2c"

    def command(self, folder: Path, address: str, manner: Manner) -> ground.Command:
        """Write under the address's name, all else as by default."""
        tries = ["--max-tries=2" if manner.patient else "--max-tries=1", "--retry-wait=0", "--timeout=10"]
        quiet = ["--no-conf", "--console-log-level=warn", "--summary-interval=0"]
        return ["aria2c", *quiet, "-c", *tries, f"--ca-certificate={self.ca_file}", "-d", folder, address]


class Headrace(Tool):
    """`headrace get`, which continues as its database says."""

    name = "headrace get"

    def command(self, folder: Path, address: str, manner: Manner) -> ground.Command:
        """Save to a folder of its own below."""
        profile = ground.make_profile(folder / "profile", folder / "target", self.ca_file)
        tries = ["--tries", "3" if manner.patient else "1"]
        return ground.headrace("get", "--json", "--profile", profile.folder, "-d", folder / "target", *tries, address)

    def final(self, folder: Path) -> Path:
        """Return where the finished file is: a partial one has another name."""
        return folder / "target" / NAME


def tools(certificates: Certificates) -> list[Tool]:
    """Return all of them."""
    return [Curl(certificates), Wget(certificates), Aria2(certificates), Headrace(certificates)]
