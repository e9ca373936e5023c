"""The peers found on the machine, and Headrace: how each is told to fetch files as fast as it can."""

import sys
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks import ground


@dataclass(frozen=True)
class Job:
    """What is fetched: one address, or a list of them, into a folder of its own."""

    addresses: tuple[str, ...]
    folder: Path
    ca_file: Path
    parallel: int = 16
    """Files at once, of a list."""
    sha256: str | None = None
    """What the one file must have, in hexadecimal."""

    @property
    def list_file(self) -> Path:
        """A file with the addresses, one a line."""
        path = self.folder.with_suffix(".list")
        path.write_text("\n".join(self.addresses) + "\n", encoding="utf-8")
        return path


class Peer:
    """A program that downloads, with the options it takes here."""

    def __init__(self, name: str, program: str | None) -> None:
        """Take the name in the tables and the system program that is needed."""
        self.name, self.program = name, program

    def command(self, job: Job) -> ground.Command | None:
        """Return the command line; None where the peer cannot do the job."""
        raise NotImplementedError

    def seconds(self, done: ground.Ran) -> float:
        """Return how long the work took: from before the start of the process to its end."""
        return done.seconds


class Curl(Peer):
    """curl: one connection a file, `-Z` for lists."""

    def __init__(self) -> None:
        super().__init__("curl", "curl")

    def command(self, job: Job) -> ground.Command:
        """Write under the addresses' names."""
        common: list[ground.Word] = ["curl", "-q", "-sS", "-f", "--cacert", job.ca_file, "--output-dir", job.folder]
        if len(job.addresses) == 1:
            return [*common, "-O", job.addresses[0]]
        config = job.folder.with_suffix(".curl")
        lines = (f'url = "{address}"\nremote-name\n' for address in job.addresses)
        config.write_text("".join(lines), encoding="utf-8")
        return [*common, "-Z", "--parallel-max", str(job.parallel), "-K", config]


class Wget(Peer):
    """wget: one connection, one file after the other."""

    def __init__(self) -> None:
        super().__init__("wget", "wget")

    def command(self, job: Job) -> ground.Command:
        """Write under the addresses' names."""
        common: list[ground.Word] = ["wget", "--no-config", "-q", f"--ca-certificate={job.ca_file}", "-P", job.folder]
        rest: list[ground.Word] = [job.addresses[0]] if len(job.addresses) == 1 else ["-i", job.list_file]
        return [*common, *rest]


class Aria2(Peer):
    """aria2c with so many connections a file, in pieces of `piece` at least."""

    def __init__(self, connections: int = 1, piece: str = "20M") -> None:
        super().__init__(f"aria2c -x{connections}", "aria2c")
        self._split = ["-x", str(connections), "-s", str(connections), "-k", piece]

    def command(self, job: Job) -> ground.Command:
        """Write under the addresses' names."""
        quiet: list[ground.Word] = ["--no-conf", "-q", "--summary-interval=0", f"--ca-certificate={job.ca_file}"]
        sums = [f"--checksum=sha-256={job.sha256}"] if job.sha256 else []
        common: list[ground.Word] = ["aria2c", *quiet, *sums, *self._split, "-d", job.folder]
        if len(job.addresses) == 1:
            return [*common, job.addresses[0]]
        return [*common, "-j", str(job.parallel), "-i", job.list_file]


class Axel(Peer):
    """axel with so many connections; it knows no lists."""

    def __init__(self, connections: int) -> None:
        super().__init__(f"axel -n{connections}", "axel")
        self._connections = connections

    def command(self, job: Job) -> ground.Command | None:
        """Write under a name of its own, any certificate trusted: axel has no option for one."""
        if len(job.addresses) != 1:
            return None
        return ["axel", "-q", "-k", "-n", str(self._connections), "-o", job.folder / "axel", job.addresses[0]]


class Headrace(Peer):
    """`headrace get` with a new profile: verification, checkpoints and history as a user has them."""

    def __init__(self, connections: int | None = None) -> None:
        """Take the most connections a file; None leaves the setting, and how many help is found out."""
        super().__init__("headrace" if connections is None else f"headrace -x{connections}", None)
        self._limit = [] if connections is None else ["-x", str(connections)]

    def command(self, job: Job) -> ground.Command:
        """Save under the addresses' names."""
        profile = ground.make_profile(job.folder.with_suffix(".profile"), job.folder, job.ca_file)
        sums = ["--checksum", f"sha256:{job.sha256}"] if job.sha256 else []
        common: list[ground.Word] = ["get", "-q", "--profile", profile.folder, "-d", job.folder, *self._limit, *sums]
        if len(job.addresses) == 1:
            return ground.headrace(*common, job.addresses[0])
        return ground.headrace(*common, "-j", str(job.parallel), "-i", job.list_file)


class HeadraceWindow(Peer):
    """The window with a new profile, offscreen; as many connections as it finds."""

    def __init__(self) -> None:
        super().__init__("headrace window", None)

    def command(self, job: Job) -> ground.Command:
        """Save under the addresses' names, and end."""
        profile = ground.make_profile(
            job.folder.with_suffix(".profile"), job.folder, job.ca_file, max_running=job.parallel
        )
        return [sys.executable, Path(__file__).with_name("window_peer.py"), profile.folder, job.list_file]

    def seconds(self, done: ground.Ran) -> float:
        """Return the seconds from the add in the open window to the last finished file."""
        return float(done.output)
