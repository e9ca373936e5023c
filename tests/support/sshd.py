"""A real OpenSSH server on a free loopback port, with keys and a configuration of its own, for who runs the tests."""

import contextlib
import getpass
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tests.support import needs, seeded
from tests.support.processes import running, wait_until
from tests.support.proxies import free_port

OLD: Final = 1_600_000_000
"""When files were changed that were left alone since."""
_CONFIG: Final = """
ListenAddress 127.0.0.1
Port {port}
HostKey {host_key}
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxStartups 100
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True)
class Sshd:
    """A running server, and the key that it lets in."""

    folder: Path
    port: int
    key: Path
    process: int = 0
    """Its id."""

    @property
    def host_key(self) -> Path:
        """The public half of what the server shows."""
        return self.folder / "host.pub"

    @property
    def known(self) -> str:
        """The line of known_hosts that knows the server."""
        return f"[127.0.0.1]:{self.port} {' '.join(self.host_key.read_text().split()[:2])}\n"

    def file(self, name: str, size: int, *, seed: int = 1, at: int = OLD) -> str:
        """Make a file of seeded bytes, last changed at Unix time `at`; return its address."""
        path = self.folder / "files" / name
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("wb") as stream:
            stream.writelines(seeded.pieces(seed, 0, size))
        os.utime(fresh, (at, at))
        fresh.replace(path)
        return f"sftp://127.0.0.1:{self.port}{path}"

    def home(self, folder: Path, *, known: str | None = None) -> Path:
        """Make a home of somebody with the key, who knows the server by such lines, or as it is."""
        ssh = folder / ".ssh"
        ssh.mkdir(parents=True, mode=0o700)
        (ssh / "known_hosts").write_text(self.known if known is None else known)
        (ssh / "id_ed25519").write_bytes(self.key.read_bytes())
        (ssh / "id_ed25519").chmod(0o600)
        return folder


@contextlib.contextmanager
def sshd() -> Iterator[Sshd]:
    """Run the server. Without it the test is skipped."""
    path = needs.require("sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # it wants an empty folder there, where it is root
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "files").mkdir()
        made = Sshd(folder, free_port(), folder / "person")
        for key in ("host", "person"):
            make_key(folder / key)
        (folder / "authorized_keys").write_text((folder / "person.pub").read_text())
        config = folder / "sshd_config"
        config.write_text(_CONFIG.format(port=made.port, host_key=folder / "host", folder=folder))
        with running([path, "-D", "-e", "-f", config], folder / "sshd.out") as process:
            wait_until(lambda: _answers(made.port), "sshd answers")
            yield replace(made, process=process.pid)


def make_key(file: Path) -> None:
    """Make an Ed25519 key without a password."""
    command = [needs.require("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-C", getpass.getuser(), "-f", str(file)]
    subprocess.run(command, check=True)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as asked:
            return bool(asked.recv(3))
    except OSError:
        return False
