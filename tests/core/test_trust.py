"""How trusted certificates and one's own are written."""

import ssl
from pathlib import Path

import pytest
from headrace.settings import Settings
from headrace.trust import checked_host, checked_own, checked_trust, pem_of, spaced, value_for

DIGEST = "0a" * 32


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f" Example.org = {DIGEST} ", f"example.org={DIGEST}"),
        (f"example.org:443=SHA256:{spaced(DIGEST)}", f"example.org={DIGEST}"),
        (f"[::1]:8443={DIGEST.upper()}", f"[::1]:8443={DIGEST}"),
    ],
)
def test_trusted_ones_are_read(text: str, kept: str) -> None:
    assert checked_trust(text) == kept
    assert Settings(trusted_certificates=(text,)).trusted_certificates == (kept,)


@pytest.mark.parametrize("text", ["", "h", f"={DIGEST}", "h=0a", f"h/x={DIGEST}", f"a b={DIGEST}", f"h={DIGEST}0"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"SHA-256|no host"):
        checked_trust(text)
    with pytest.raises(ValueError, match="trusted_certificates"):
        Settings(trusted_certificates=(text,))


def test_ones_own() -> None:
    file = Path("/a b/c=d.pem").absolute()
    assert checked_own(f"Example.org:8443= {file} ") == f"example.org:8443={file}"
    for text in ("example.org=c.pem", "example.org", "=/c.pem"):
        with pytest.raises(ValueError, match=r"whole|no host"):
            checked_own(text)
    with pytest.raises(ValueError, match=r"1\.2, 1\.3"):
        Settings(tls_minimum="1.1")


def test_the_last_of_several_counts() -> None:
    entries = ("a=1", "b=2", "a=x=3")
    assert (value_for("a", entries), value_for("b", entries), value_for("c", entries)) == ("x=3", "2", None)
    assert checked_host("nas") == "nas"


def test_texts() -> None:
    assert spaced("0aff") == "0A:FF"
    der = bytes(range(200))
    assert ssl.PEM_cert_to_DER_cert(pem_of(der)) == der
