"""Real proxies as unprivileged children on free loopback ports: tinyproxy, squid, microsocks, dante, stunnel."""

import contextlib
import hashlib
import os
import pwd
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs
from tests.support.certificates import Certificates
from tests.support.processes import running, wait_until

USER: Final = "ann"
PASSWORD: Final = "canaryproxy"  # noqa: S105 - of a test; tinyproxy wants letters and digits
_TINYPROXY: Final = """
Port {port}
Listen 127.0.0.1
Timeout 60
MaxClients 200
LogFile "{folder}/tinyproxy.log"
LogLevel Info
PidFile "{folder}/tinyproxy.pid"
{login}
"""
_DANTE: Final = """
logoutput: {folder}/danted.log
internal: 127.0.0.1 port = {port}
external: lo
clientmethod: none
socksmethod: none
user.privileged: {user}
user.unprivileged: {user}
client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}
socks block {{ from: 0.0.0.0/0 to: 127.0.0.2/32 }}
socks pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 protocol: tcp }}
"""
_SQUID: Final = """
http_port 127.0.0.1:{port}
https_port 127.0.0.1:{tls_port} tls-cert={certificate} tls-key={key}
pid_filename none
access_log {log}
cache_log /dev/null
cache deny all
acl local src 127.0.0.0/8
{allow}
http_access deny all
shutdown_lifetime 0 seconds
"""
_HELPERS: Final = Path("/usr/lib/squid")
_ASKING: Final = """
auth_param {scheme} program {helper}
auth_param {scheme} children 8 startup=1 idle=1
{more}
acl known proxy_auth REQUIRED
http_access allow known
"""
_ASKED: Final = "%un %>Hs %rm %{Proxy-Authorization}>h"


@dataclass(frozen=True)
class AskingSquid:
    """A running squid that lets nobody through who does not say who asks."""

    address: str
    log: Path

    def asked(self) -> list[tuple[str, int, str, str]]:
        """Return what was asked and is over: user ("-" for none), status, method, scheme of Proxy-Authorization."""
        lines = [line.split(" ", 3) for line in self.log.read_text().splitlines()]
        return [(user, int(status), method, told.partition("%")[0]) for user, status, method, told in lines]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@contextlib.contextmanager
def _listening(command: list[str | Path], output: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    with running(command, output) as process:
        wait_until(lambda: _answers(process, port, output), f"{command[0]} answers")
        yield process


def _answers(process: subprocess.Popen[bytes], port: int, output: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"it ended with {process.returncode}: {output.read_text(errors='replace')}")
    return answers(port)


def answers(port: int) -> bool:
    """Say whether anybody listens at a port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _user() -> str:
    return pwd.getpwuid(os.geteuid()).pw_name


@contextlib.contextmanager
def tinyproxy(folder: Path, *, login: bool = False) -> Iterator[int]:
    """Run tinyproxy, which speaks plain HTTP; yield its port."""
    path, port = needs.require("tinyproxy"), free_port()
    config = folder / "tinyproxy.conf"
    asked = f"BasicAuth {USER} {PASSWORD}" if login else ""
    config.write_text(_TINYPROXY.format(port=port, folder=folder, login=asked))
    with _listening([path, "-d", "-c", config], folder / "tinyproxy.out", port):
        yield port


@contextlib.contextmanager
def squid(folder: Path, certificates: Certificates) -> Iterator[tuple[int, int]]:
    """Run squid; yield its ports, for plain HTTP and over TLS."""
    path, ports = needs.require("squid"), (free_port(), free_port())
    config = folder / "squid.conf"
    config.write_text(
        _SQUID.format(
            port=ports[0],
            tls_port=ports[1],
            certificate=str(certificates.certificate),
            key=str(certificates.key),
            log="none",
            allow="http_access allow local",
        )
    )
    with _listening([path, "-N", "-n", f"test{ports[0]}", "-f", config], folder / "squid.out", ports[0]):
        yield ports


@contextlib.contextmanager
def asking_squid(
    folder: Path, certificates: Certificates, scheme: str, keytab: Path, environment: Mapping[str, str]
) -> Iterator[AskingSquid]:
    """Run squid that wants `digest`, `ntlm` or `negotiate`; `folder` is one that all users may read.

    NTLM is done without looking at the password, Negotiate by Kerberos for HTTP/localhost out of a keytab.
    """
    path, ports = needs.require("squid"), (free_port(), free_port())
    digest = hashlib.md5(f"{USER}:proxy:{PASSWORD}".encode(), usedforsecurity=False).hexdigest()
    (folder / "digests").write_text(f"{USER}:proxy:{digest}\n")
    helper = {
        "digest": f"digest_file_auth -c {folder}/digests",
        "ntlm": "ntlm_fake_auth",
        "negotiate": f"negotiate_kerberos_auth -r -s HTTP/localhost -k {keytab}",
    }[scheme]
    more = "auth_param digest realm proxy" if scheme == "digest" else f"auth_param {scheme} keep_alive on"
    asking = _ASKING.format(scheme=scheme, helper=_HELPERS / helper, more=more)
    log, config = folder / "asked.log", folder / "squid.conf"
    log.touch()
    log.chmod(0o666)
    config.write_text(
        f"logformat asked {_ASKED}\n"
        + _SQUID.format(
            port=ports[0],
            tls_port=ports[1],
            certificate=certificates.certificate,
            key=certificates.key,
            log=f"stdio:{log} asked",
            allow=asking,
        )
    )
    command = [path, "-N", "-n", f"test{ports[0]}", "-f", str(config)]
    with running(command, folder / "squid.out", env={**os.environ, **environment}) as process:
        wait_until(lambda: _answers(process, ports[0], folder / "squid.out"), "squid answers")
        yield AskingSquid(f"http://localhost:{ports[0]}", log)
        process.kill()  # asked to end it waits for its helpers for seconds


@contextlib.contextmanager
def microsocks(folder: Path, *, login: bool = False) -> Iterator[int]:
    """Run microsocks, which speaks SOCKS5; yield its port."""
    path, port = needs.require("microsocks"), free_port()
    asked = ["-u", USER, "-P", PASSWORD] if login else []
    with _listening([path, "-i", "127.0.0.1", "-p", str(port), *asked], folder / "microsocks.out", port):
        yield port


@contextlib.contextmanager
def dante(folder: Path) -> Iterator[int]:
    """Run dante, which speaks SOCKS4 and 5 and lets nobody through to 127.0.0.2; yield its port."""
    path, port = needs.require("danted"), free_port()
    config = folder / "danted.conf"
    config.write_text(_DANTE.format(port=port, folder=folder, user=_user()))
    with _listening([path, "-f", config, "-p", folder / "danted.pid"], folder / "danted.out", port):
        yield port
