"""A real caddy as a child: HTTP/1.1, 2 and 3 on one port, serving one folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support import needs
from tests.support.certificates import Certificates
from tests.support.processes import running, wait_until

_CONFIG: Final = """
{{
    admin off
    auto_https off
    default_sni {address}
    servers {{
        protocols h1 h2 h3
    }}
}}
https://{address}:{port} {{
    tls {certificate} {key}
    root * {root}
    file_server
}}
"""


@contextmanager
def caddy(
    prefix: Path, certificates: Certificates, root: Path, place: tuple[str, int], inside: Sequence[str] = ()
) -> Iterator[None]:
    """Run it with its files in `prefix`, at an address and port; `inside` has a command run in another network."""
    path = needs.require("caddy")
    prefix.mkdir()
    config, output = prefix / "Caddyfile", prefix / "output.log"
    address, port = place
    facts = {"certificate": certificates.certificate, "key": certificates.key, "root": root}
    config.write_text(_CONFIG.format(address=address, port=port, **facts), encoding="utf-8")
    own = ["env", f"HOME={prefix}", f"XDG_DATA_HOME={prefix}", f"XDG_CONFIG_HOME={prefix}"]
    with running([*inside, *own, path, "run", "--config", config, "--adapter", "caddyfile"], output):
        wait_until(lambda: "serving initial configuration" in output.read_text(errors="replace"), "caddy answers")
        yield
