"""A real Apache as an unprivileged child on a free loopback port: folders that want Basic and Digest logins."""

import contextlib
import hashlib
import os
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs, seeded
from tests.support.certificates import Certificates
from tests.support.processes import running, wait_until
from tests.support.proxies import answers, free_port

USER: Final = "Zoë"
PASSWORD: Final = "canary:pässwörd"  # noqa: S105 - of a test
_REALM: Final = "members"
_MODULES: Final = (
    "mpm_event authn_core authn_file authz_core authz_user authz_host auth_basic auth_digest ssl socache_shmcb"
).split()
_CONFIG: Final = """
ServerRoot "{folder}"
PidFile "{folder}/apache.pid"
DefaultRuntimeDir "{folder}"
ErrorLog "{folder}/error.log"
ServerName 127.0.0.1
{modules}
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{tls_port}
DocumentRoot "{root}"
<Directory "{root}">
    Require all granted
</Directory>
<Directory "{root}/basic">
    AuthType Basic
    AuthName "{realm}"
    AuthUserFile "{folder}/basic.users"
    Require valid-user
</Directory>
<Directory "{root}/digest">
    AuthType Digest
    AuthName "{realm}"
    AuthDigestDomain /digest/
    AuthDigestNonceLifetime {nonce_seconds}
    AuthUserFile "{folder}/digest.users"
    Require valid-user
</Directory>
<VirtualHost 127.0.0.1:{tls_port}>
    SSLEngine on
    SSLCertificateFile "{certificate}"
    SSLCertificateKeyFile "{key}"
</VirtualHost>
"""


@dataclass(frozen=True)
class Apache:
    """A running Apache and the folder it serves."""

    root: Path
    port: int
    tls_port: int

    def file(self, path: str, size: int, *, tls: bool = False) -> str:
        """Make a file of seeded bytes at a path such as `basic/a.bin`; return its address."""
        with (self.root / path).open("wb") as stream:
            stream.writelines(seeded.pieces(1, 0, size))
        return f"https://127.0.0.1:{self.tls_port}/{path}" if tls else f"http://127.0.0.1:{self.port}/{path}"


@contextlib.contextmanager
def apache(certificates: Certificates, *, nonce_seconds: int = 300) -> Iterator[Apache]:
    """Run an Apache whose nonces are good for so long. Without it the test is skipped.

    Its children are nobody, and cannot read a folder of the tests' own.
    """
    path = needs.require("apache2")
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        with _running(path, Path(name), certificates, nonce_seconds) as made:
            yield made


@contextlib.contextmanager
def _running(path: str, folder: Path, certificates: Certificates, nonce_seconds: int) -> Iterator[Apache]:
    made = Apache(folder / "root", free_port(), free_port())
    for name in ("basic", "digest"):
        (made.root / name).mkdir(parents=True)
    digest = hashlib.md5(f"{USER}:{_REALM}:{PASSWORD}".encode()).hexdigest()  # noqa: S324 - as Apache stores it
    sha = b64encode(hashlib.sha1(PASSWORD.encode()).digest()).decode()  # noqa: S324 - as above
    (folder / "digest.users").write_text(f"{USER}:{_REALM}:{digest}\n")
    (folder / "basic.users").write_text(f"{USER}:{{SHA}}{sha}\n")
    config = folder / "apache.conf"
    config.write_text(_config(folder, made, certificates, nonce_seconds))
    with running([path, "-DFOREGROUND", "-f", config], folder / "apache.out", env=dict(os.environ)):
        wait_until(lambda: answers(made.port), "Apache answers")
        yield made


def modules_folder() -> Path:
    """Return where Apache's modules are."""
    places = [Path("/usr/lib/apache2/modules"), Path("/usr/libexec/apache2")]
    return next((place for place in places if place.exists()), places[0])


def _config(folder: Path, made: Apache, certificates: Certificates, nonce_seconds: int) -> str:
    place = modules_folder()
    modules = "\n".join(f'LoadModule {name}_module "{place}/mod_{name}.so"' for name in _MODULES)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        modules += "\nUser www-data\nGroup www-data"
    return _CONFIG.format(
        folder=folder,
        modules=modules,
        root=made.root,
        port=made.port,
        tls_port=made.tls_port,
        realm=_REALM,
        certificate=certificates.certificate,
        key=certificates.key,
        nonce_seconds=nonce_seconds,
    )
