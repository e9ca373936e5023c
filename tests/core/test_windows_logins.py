"""Tokens of NTLM between this client and pyspnego's own server: the parts that no server of the system shows."""

import hashlib
import sys
from base64 import b64decode, b64encode
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import spnego
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from headrace.errors import DownloadError, StoppedError
from headrace.logins import Login
from headrace.net.challenges import Challenge, challenges
from headrace.net.handshakes import Handshake, plugin_needed
from headrace.net.interrupt import Interrupt
from headrace.net.leaving_behind import in_helper
from headrace.net.windows_logins import WindowsLogin, WindowsLoginError, missing_plugin
from headrace.states import FailureReason
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spnego.channel_bindings import GssChannelBindings

from tests.support.certificates import Certificates

USER, PASSWORD = "ann", "canary:pässwörd"
LOGIN = Login(f"HEADRACE\\{USER}", PASSWORD)


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the server of the library know a user."""
    path = tmp_path / "users"
    path.write_text(f"HEADRACE:{USER}:{PASSWORD.replace(':', '')}\n", encoding="utf-8")
    monkeypatch.setenv("NTLM_USER_FILE", str(path))


def logged_in(scheme: str, certificate: bytes | None, expected: bytes, password: str) -> Any:
    """Have a client and a server talk until the server is content; return its context."""
    server = spnego.server(protocol="ntlm", channel_bindings=GssChannelBindings(application_data=expected))
    client, token = WindowsLogin(scheme, "localhost", Login(LOGIN.user, password), certificate), ""
    while not server.complete:
        token = client.answer(token, Interrupt())
        token = b64encode(server.step(b64decode(token)) or b"").decode()
    return server


def der(certificates: Certificates) -> bytes:
    return x509.load_pem_x509_certificate(certificates.certificate.read_bytes()).public_bytes(Encoding.DER)


@pytest.mark.parametrize("scheme", ["ntlm", "negotiate"])
def test_a_login_is_bound_to_the_certificate(scheme: str, certificates: Certificates, people: None) -> None:
    shown, password = der(certificates), PASSWORD.replace(":", "")
    right = b"tls-server-end-point:" + hashlib.sha256(shown).digest()
    assert logged_in(scheme, shown, right, password).complete
    wrong = b"tls-server-end-point:" + hashlib.sha256(b"another").digest()
    with pytest.raises(spnego.exceptions.SpnegoError):
        logged_in(scheme, shown, wrong, password)


@pytest.mark.parametrize("scheme", ["ntlm", "negotiate"])
def test_the_password_is_nowhere_in_what_is_told(scheme: str) -> None:
    client = WindowsLogin(scheme, "localhost", LOGIN)
    first = b64decode(client.answer("", Interrupt()))
    for encoding in ("utf-8", "utf-16-le"):
        assert PASSWORD.encode(encoding) not in first


@given(st.binary(max_size=200), st.sampled_from(["ntlm", "negotiate"]))
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
def test_whatever_a_server_says_nothing_else_is_raised(said: bytes, scheme: str) -> None:
    client = WindowsLogin(scheme, "localhost", LOGIN)
    assert client.answer("", Interrupt())
    for token in (b64encode(said).decode(), b64encode(b"NTLMSSP\0\x02\0\0\0" + said).decode(), "no base64"):
        with suppress(WindowsLoginError):
            assert "\n" not in client.answer(token, Interrupt())


def test_a_login_that_lost_its_connection_ends() -> None:
    (challenge,) = challenges("NTLM")
    shaking = Handshake(challenge, "http://h.example/", LOGIN, is_asked=True)
    told = shaking.text(Interrupt())
    assert told is not None
    assert told.startswith("NTLM TlRM")
    assert shaking.goes_on(challenges("NTLM TlRMTVNTUAACAAAA"))
    with pytest.raises(DownloadError) as raised:
        shaking.text(Interrupt())
    assert raised.value.failure.reason is FailureReason.CONNECTION_LOST


def test_one_that_was_not_asked_for_says_nothing_first() -> None:
    shaking = Handshake(Challenge("ntlm"), "http://h.example/", LOGIN, is_asked=False)
    assert shaking.text(Interrupt()) is None
    assert not shaking.goes_on(challenges("NTLM"))
    assert not shaking.tried(Challenge("ntlm"), LOGIN)


def test_who_asks_where_by_what_is_a_party_of_its_own() -> None:
    ways = [
        ("http://h.example/a", LOGIN),
        ("http://h.example/b", LOGIN),
        ("https://h.example/a", LOGIN),
        ("http://h.example:81/a", LOGIN),
        ("http://h.example/a", Login(LOGIN.user, "another")),
        ("http://h.example/a", None),
    ]
    keys = [Handshake(Challenge("negotiate"), *way, is_asked=True).party.key for way in ways]
    assert keys[0] == keys[1]
    assert len({*keys}) == len(ways) - 1


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_plugin(by_ticket=False) == ""
    offered = challenges("NTLM, Negotiate")
    assert plugin_needed("http://h", offered) is None
    monkeypatch.setitem(sys.modules, "krb5", None)
    assert (missing_plugin(by_ticket=False), missing_plugin(by_ticket=True)) == ("", "kerberos")
    monkeypatch.setitem(sys.modules, "spnego", None)
    assert (missing_plugin(by_ticket=False), missing_plugin(by_ticket=True)) == ("windows-login", "kerberos")
    assert plugin_needed("http://h", challenges("NTLM, Basic")) is None, "a name and a password may do"
    assert plugin_needed("http://h", []) is None
    failure = plugin_needed("http://h", offered)
    assert failure is not None
    assert failure.failure.detail == "http://h: pip install 'headrace[windows-login]'"


def test_work_that_takes_long_is_left_behind() -> None:
    over, interrupt = Event(), Interrupt()

    def work() -> None:
        interrupt.stop()
        over.wait(5)

    with pytest.raises(StoppedError):
        in_helper("work", work, interrupt, 5.0)
    over.set()
    with pytest.raises(TimeoutError, match="no answer to work"):
        in_helper("work", partial(Event().wait, 0.2), Interrupt(), 0.01)
    with pytest.raises(ZeroDivisionError):
        in_helper("work", lambda: 1 // 0, Interrupt(), 5.0)
    assert in_helper("work", lambda: 7, Interrupt(), None) == 7
