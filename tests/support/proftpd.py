"""A real ProFTPD on free loopback ports: FTP in the clear, with TLS on request, and with TLS from the first byte."""

import contextlib
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs, seeded
from tests.support.certificates import Certificates
from tests.support.processes import running, wait_until
from tests.support.proxies import free_port

USER: Final = "zoe"
SLOW: Final = "slow"
"""A user who gets 2 MB/s a connection."""
PASSWORD: Final = "canary:ftp p@ss"  # noqa: S105 - of a test
_GUEST: Final = "guest"
"""Who is anonymous."""
OLD: Final = 1_600_000_000
"""When files were changed that were left alone since."""
_CONFIG: Final = """
LoadModule mod_tls.c
ServerName tests
ServerType standalone
DefaultAddress 127.0.0.1
UseReverseDNS off
UseIPv6 off
Port {port}
User {user}
Group {group}
PidFile {folder}/proftpd.pid
ScoreboardFile {folder}/scoreboard
DelayTable {folder}/delay
SystemLog {folder}/system.log
TransferLog none
WtmpLog off
MaxInstances 60
<Global>
    AuthUserFile {folder}/users
    AuthGroupFile {folder}/groups
    AuthOrder mod_auth_file.c
    RequireValidShell off
    RootLogin on
    DelayEngine off
    AllowRetrieveRestart on
    DefaultRoot {root}
    DefaultChdir {root}
    TransferRate RETR 2000 user {slow}
    TLSRSACertificateFile {certificate}
    TLSRSACertificateKeyFile {key}
    TLSRequired off
    <Anonymous {root}/pub>
        User {guest}
        Group {group}
        UserAlias anonymous {guest}
        RequireValidShell off
    </Anonymous>
</Global>
TLSEngine on
TLSLog {folder}/tls.log
<VirtualHost 127.0.0.1>
    Port {tls_port}
    TLSEngine on
    TLSOptions UseImplicitSSL
</VirtualHost>
<VirtualHost 127.0.0.1>
    Port {plain_port}
    TLSEngine off
</VirtualHost>
"""


@dataclass(frozen=True)
class Ftp:
    """A running server, the folder of its members, and `pub` therein, which anybody sees as the root."""

    root: Path
    port: int
    """Where TLS begins on request."""
    tls_port: int
    """Where TLS begins with the first byte."""
    plain_port: int
    """Where there is none."""

    def file(self, name: str, size: int, *, seed: int = 1, at: int = OLD) -> Path:
        """Make a file of seeded bytes, last changed at Unix time `at`, below `root`; return its path."""
        path = self.root / name
        fresh = path.with_name(f"{path.name}.new")
        with fresh.open("wb") as stream:
            stream.writelines(seeded.pieces(seed, 0, size))
        fresh.chmod(0o644)
        os.utime(fresh, (at, at))
        fresh.replace(path)
        return path

    def open_file(self, name: str, size: int, **facts: int) -> str:
        """Make a file for anybody; return its address."""
        self.file(f"pub/{name}", size, **facts)
        return f"ftp://127.0.0.1:{self.plain_port}/{name}"


@contextlib.contextmanager
def proftpd(certificates: Certificates) -> Iterator[Ftp]:
    """Run the server. Without it the test is skipped."""
    path = needs.require("proftpd")
    needs.require_file(Path("/usr/lib/proftpd/mod_tls.so"), "proftpd-mod-crypto")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = Ftp(folder / "root", free_port(), free_port(), free_port())
        (made.root / "pub").mkdir(parents=True)
        config = _written(folder, made, certificates)
        with running([path, "-n", "-c", config], folder / "proftpd.out"):
            wait_until(lambda: _answers(made.plain_port), "ProFTPD answers")
            yield made


def _written(folder: Path, made: Ftp, certificates: Certificates) -> Path:
    import grp  # noqa: PLC0415 - as the system's users, of POSIX alone
    import pwd  # noqa: PLC0415 - as above

    person = pwd.getpwuid(os.geteuid())
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, capture_output=True, text=True).stdout
    entry = f"{hashed.strip()}:{person.pw_uid}:{person.pw_gid}::{made.root}:/bin/sh"
    users = folder / "users"
    users.write_text("".join(f"{user}:{entry}\n" for user in (USER, SLOW, _GUEST)))
    users.chmod(0o600)
    group = grp.getgrgid(person.pw_gid).gr_name
    (folder / "groups").write_text(f"{group}:x:{person.pw_gid}:\n")
    (folder / "groups").chmod(0o600)
    config = folder / "proftpd.conf"
    config.write_text(
        _CONFIG.format(
            folder=folder,
            root=made.root,
            port=made.port,
            tls_port=made.tls_port,
            plain_port=made.plain_port,
            user=person.pw_name,
            group=group,
            guest=_GUEST,
            slow=SLOW,
            certificate=certificates.certificate,
            key=certificates.key,
        )
    )
    return config


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as asked:
            return bool(asked.recv(3))
    except OSError:
        return False
