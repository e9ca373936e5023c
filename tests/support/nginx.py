"""A real nginx as an unprivileged child: plain and TLS on free loopback ports, serving one folder."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs, seeded
from tests.support.certificates import Certificates
from tests.support.processes import running, wait_until

_CONFIG: Final = """
daemon off;
worker_processes 1;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log warn;
{user}
events {{ worker_connections 1024; }}
http {{
    access_log {prefix}/access.log;
    client_body_temp_path {prefix}/body;
    proxy_temp_path {prefix}/proxy;
    fastcgi_temp_path {prefix}/fastcgi;
    uwsgi_temp_path {prefix}/uwsgi;
    scgi_temp_path {prefix}/scgi;
    default_type application/octet-stream;
    etag on;
    sendfile on;
    tcp_nopush on;
    server {{
        listen {address}:{plain_port};
        listen {address}:{tls_port} ssl{http2};
        ssl_certificate {certificate};
        ssl_certificate_key {key};
        root {root};
        limit_rate {limit_rate};
        location /members/ {{
            if ($cookie_session != "canary") {{ return 403; }}
        }}
        location ~ [.]html$ {{
            types {{ text/html html; }}
        }}
    }}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A running nginx and the folder it serves."""

    root: Path
    plain_port: int
    tls_port: int
    ca_file: Path
    log_file: Path
    address: str = "127.0.0.1"

    def url(self, name: str, *, tls: bool = False) -> str:
        """Return the address of the file `name` in the served folder."""
        return (
            f"https://{self.address}:{self.tls_port}/{name}"
            if tls
            else f"http://{self.address}:{self.plain_port}/{name}"
        )

    def file(self, name: str, size: int, seed: int = 1) -> str:
        """Make a file of `size` seeded bytes; return its plain address."""
        with (self.root / name).open("wb") as stream:
            stream.writelines(seeded.pieces(seed, 0, size))
        return self.url(name)


@contextlib.contextmanager
def serving(
    prefix: Path,
    certificates: Certificates,
    *,
    limit_rate: int = 0,
    http2: bool = False,
    address: str = "127.0.0.1",
    inside: Sequence[str] = (),
) -> Iterator[Nginx]:
    """Run nginx with its files in `prefix`, `limit_rate` bytes/s per answer (0: no bound). Without nginx it skips.

    `inside` is what has a command run in another network, where it listens at `address`.
    """
    path = needs.require("nginx")
    root = prefix / "root"
    root.mkdir(parents=True)
    server = Nginx(root, *_free_ports(), certificates.ca_file, prefix / "error.log", address)
    config = prefix / "nginx.conf"
    config.write_text(_config(server, prefix, certificates, limit_rate, http2=http2), encoding="utf-8")
    output = prefix / "output.log"
    with running([*inside, path, "-p", prefix, "-c", config, "-e", server.log_file], output) as process:
        listening = (prefix / "nginx.pid").exists if inside else lambda: _answers(server, process, output)
        wait_until(listening, "nginx answers")
        yield server


def _config(server: Nginx, prefix: Path, certificates: Certificates, limit_rate: int, *, http2: bool) -> str:
    own = hasattr(os, "geteuid") and os.geteuid() == 0  # its workers must be able to read a folder of mode 0700
    return _CONFIG.format(
        prefix=prefix,
        user="user root;" if own else "",
        address=server.address,
        http2=" http2" if http2 else "",
        plain_port=server.plain_port,
        tls_port=server.tls_port,
        certificate=certificates.certificate,
        key=certificates.key,
        root=server.root,
        limit_rate=limit_rate,
    )


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        return one.getsockname()[1], two.getsockname()[1]


def _answers(server: Nginx, process: subprocess.Popen[bytes], output: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"nginx ended with {process.returncode}: {output.read_text(encoding='utf-8')}")
    try:
        socket.create_connection(("127.0.0.1", server.plain_port), timeout=1).close()
    except OSError:
        return False
    return True
