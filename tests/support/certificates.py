"""A certificate authority and a server certificate for tests, made fresh."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme


@dataclass(frozen=True)
class Certificates:
    """Paths of PEM files, and a server context that uses them."""

    ca_file: Path
    """What a client has to trust."""
    certificate: Path
    """The server's certificate with its chain, for localhost and 127.0.0.1."""
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """Return a TLS context for a server that shows this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context


def make_certificates(folder: Path, *names: str) -> Certificates:
    """Write an authority and a server certificate for `names`, or else for localhost and 127.0.0.1, into `folder`."""
    authority = trustme.CA()
    issued = authority.issue_cert(*(names or ("localhost", "127.0.0.1")))
    made = Certificates(folder / "ca.pem", folder / "server.pem", folder / "server.key")
    authority.cert_pem.write_to_path(str(made.ca_file))
    made.certificate.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(str(made.key))
    return made
