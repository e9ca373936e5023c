"""A real Apache that wants NTLM or Kerberos, and a KDC of its own: on free loopback ports, all of it in one folder."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import needs, seeded
from tests.support.apache import modules_folder
from tests.support.certificates import Certificates
from tests.support.processes import running, wait_until
from tests.support.proxies import answers, free_port

USER: Final = "ann"
PASSWORD: Final = "canaryticket"  # noqa: S105 - of a test
OTHER: Final = "bob"
OTHER_PASSWORD: Final = "canaryother"  # noqa: S105 - as above
_OLD: Final = 1_600_000_000
_REALM: Final = "HEADRACE.TEST"
_DOMAIN: Final = "HEADRACE"
_MODULES: Final = "mpm_event authn_core authz_core authz_user auth_gssapi ssl socache_shmcb env ratelimit"
_KRB5: Final = """
[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_lookup_realm = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
[domain_realm]
 localhost = {realm}
"""
_KDC: Final = """
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
 }}
[logging]
 kdc = FILE:{folder}/kdc.log
"""
_APACHE: Final = """
ServerRoot "{folder}"
PidFile "{folder}/apache.pid"
DefaultRuntimeDir "{folder}"
ErrorLog "{folder}/error.log"
LogFormat "%{{remote}}p %u %>s %U %{{Authorization}}i" asked
CustomLog "{folder}/asked.log" asked
ServerName localhost
{modules}
{user}
Listen 127.0.0.1:{port}
Listen 127.0.0.1:{tls_port}
DocumentRoot "{root}"
<Directory "{root}">
    Require all granted
</Directory>
<Directory "{root}/ntlm">
    AuthType GSSAPI
    AuthName "domain"
    GssapiConnectionBound On
    GssapiAllowedMech ntlmssp
    Require valid-user
</Directory>
<Directory "{root}/kerberos">
    AuthType GSSAPI
    AuthName "domain"
    GssapiAllowedMech krb5
    GssapiCredStore keytab:{folder}/http.keytab
    Require valid-user
</Directory>
<Directory "{root}/bound">
    AuthType GSSAPI
    AuthName "domain"
    GssapiConnectionBound On
    GssapiAllowedMech krb5
    GssapiCredStore keytab:{folder}/http.keytab
    Require valid-user
</Directory>
<Directory "{root}/ntlm/slow">
    SetOutputFilter RATE_LIMIT
    SetEnv rate-limit 4000
</Directory>
<VirtualHost 127.0.0.1:{tls_port}>
    SSLEngine on
    SSLCertificateFile "{certificate}"
    SSLCertificateKeyFile "{key}"
</VirtualHost>
"""


@dataclass(frozen=True)
class Domain:
    """A running Apache and a running KDC."""

    folder: Path
    port: int
    tls_port: int

    def file(self, path: str, size: int, *, tls: bool = False) -> str:
        """Make a file of seeded bytes at a path such as `ntlm/a.bin`; return its address, by the name localhost."""
        file = self.folder / "root" / path
        with file.open("wb") as stream:
            stream.writelines(seeded.pieces(1, 0, size))
        os.utime(file, (_OLD, _OLD))  # of a file that is new Apache says that it may change within the second
        return f"https://localhost:{self.tls_port}/{path}" if tls else f"http://localhost:{self.port}/{path}"

    def asked(self, path: str) -> list[tuple[int, str, int, str]]:
        """Return the requests for a path: port of the client, user ("-" for none), status, Authorization."""
        found = []
        for line in (self.folder / "asked.log").read_text().splitlines():
            port, user, status, asked, told = line.split(" ", 4)
            if asked == f"/{path}":
                found.append((int(port), user.partition("@")[0].rpartition("\\")[2], int(status), told))
        return found

    def environment(self, cache: Path) -> dict[str, str]:
        """Return what a client's environment must have; tickets are in the file `cache`."""
        return {"KRB5_CONFIG": str(self.folder / "krb5.conf"), "KRB5CCNAME": f"FILE:{cache}"}

    def log_in(self, cache: Path, *, seconds: int = 600) -> None:
        """Get a ticket for USER, good for so long."""
        command = [needs.require("kinit"), "-l", f"{seconds}s", USER]
        environment = {**os.environ, **self.environment(cache)}
        subprocess.run(command, env=environment, input=f"{PASSWORD}\n".encode(), check=True, capture_output=True)

    def has_ticket(self, cache: Path) -> bool:
        """Say whether a ticket is there that is still good."""
        command = [needs.require("klist"), "-s"]
        return subprocess.run(command, env={**os.environ, **self.environment(cache)}, check=False).returncode == 0


@contextlib.contextmanager
def windows_domain(certificates: Certificates) -> Iterator[Domain]:
    """Run both. Where a program is missing the test is skipped."""
    apache, kdc = needs.require("apache2"), needs.require("krb5kdc")
    needs.require_file(modules_folder() / "mod_auth_gssapi.so", "libapache2-mod-auth-gssapi")
    mechanism = next(Path("/usr/lib").glob("**/gssntlmssp.so"), Path("/usr/lib/gssntlmssp/gssntlmssp.so"))
    needs.require_file(mechanism, "gss-ntlmssp")
    with tempfile.TemporaryDirectory() as name:
        folder, kdc_port = Path(name), free_port()
        folder.chmod(0o755)
        domain = Domain(folder, free_port(), free_port())
        environment = _lay_out(domain, kdc_port, certificates)
        with (
            running([kdc, "-n", "-r", _REALM], folder / "kdc.out", env=environment),
            running([apache, "-DFOREGROUND", "-f", folder / "apache.conf"], folder / "apache.out", env=environment),
        ):
            wait_until(lambda: answers(kdc_port), "the KDC answers")
            wait_until(lambda: answers(domain.port), "Apache answers")
            yield domain


def _lay_out(domain: Domain, kdc_port: int, certificates: Certificates) -> Mapping[str, str]:
    """Write all files, and fill the KDC's database; return the environment of both servers."""
    folder = domain.folder
    for name in ("ntlm/slow", "kerberos", "bound", "open"):
        (folder / "root" / name).mkdir(parents=True)
    (folder / "krb5.conf").write_text(_KRB5.format(realm=_REALM, port=kdc_port))
    (folder / "kdc.conf").write_text(_KDC.format(realm=_REALM, folder=folder, port=kdc_port))
    people = ((USER, PASSWORD), (OTHER, OTHER_PASSWORD))
    (folder / "users").write_text("".join(f"{_DOMAIN}:{user}:{password}\n" for user, password in people))
    (folder / "apache.conf").write_text(_apache_config(domain, certificates))
    environment = {**os.environ, "KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5_KDC_PROFILE": str(folder / "kdc.conf")}
    create = [needs.require("kdb5_util"), "create", "-s", "-r", _REALM, "-P", "master"]
    subprocess.run(create, env=environment, check=True, capture_output=True)
    told = f"addprinc -pw {PASSWORD} {USER}\naddprinc -randkey HTTP/localhost\n"
    told += f"ktadd -k {folder}/http.keytab HTTP/localhost\n"
    tell = [needs.require("kadmin.local"), "-r", _REALM]
    subprocess.run(tell, env=environment, input=told.encode(), check=True, capture_output=True)
    (folder / "http.keytab").chmod(0o644)
    return environment | {"NTLM_USER_FILE": str(folder / "users"), "KRB5_KTNAME": str(folder / "http.keytab")}


def _apache_config(domain: Domain, certificates: Certificates) -> str:
    place = modules_folder()
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return _APACHE.format(
        folder=domain.folder,
        root=domain.folder / "root",
        modules="\n".join(f'LoadModule {name}_module "{place}/mod_{name}.so"' for name in _MODULES.split()),
        user="User www-data\nGroup www-data" if is_root else "",
        port=domain.port,
        tls_port=domain.tls_port,
        certificate=certificates.certificate,
        key=certificates.key,
    )
