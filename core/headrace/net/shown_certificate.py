"""The certificate or host key that a server shows, to be looked at by a person: nothing is sent to the server."""

from contextlib import suppress
from dataclasses import replace

import requests

from headrace.errors import DownloadError
from headrace.net.connections import CURRENT_CALL, Call, CertificateShown
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.proxied import AskAgain
from headrace.net.sessions import Transport, proxy_for, who_asks
from headrace.net_options import NetContext, NetOptions
from headrace.proxies import Proxy
from headrace.states import FailureReason


def shown_certificate(
    host: str, options: NetOptions, context: NetContext, proxy: str | None, interrupt: Interrupt, seconds: float
) -> bytes:
    """Return the certificate, in DER, that a host (as `trust.checked_host` has it) shows. Blocks; not for the window.

    Of an SSH server it is the key, as it goes over the wire (RFC 4253 section 6.6).
    `proxy` is what was chosen for the download. Raises DownloadError, StoppedError.
    """
    transport = Transport(replace(options, verifies=False, trusted_certificates=()), context)
    session = transport.through(proxy).session()
    try:
        return _ask(
            session,
            f"{host}/" if "://" in host else f"https://{host}/",
            Call(interrupt, only_certificate=True),
            seconds,
        )
    finally:
        session.close()
        transport.close()


def _ask(session: requests.Session, address: str, call: Call, seconds: float) -> bytes:
    proxy = proxy_for(session, address)
    call.to_proxy = who_asks(session, proxy, call.interrupt)
    while True:
        with suppress(AskAgain):
            return _shown(session, address, call, seconds, proxy)


def _shown(session: requests.Session, address: str, call: Call, seconds: float, proxy: Proxy | None) -> bytes:
    token = CURRENT_CALL.set(call)
    try:
        session.get(
            address, timeout=seconds, allow_redirects=False, proxies={} if proxy is None else {"all": proxy.address}
        )
    except CertificateShown as shown:
        return bytes(shown.args[0])
    except (requests.RequestException, OSError) as error:
        call.interrupt.check()
        failure = network_failure(error)
        raise (DownloadError(failure) if failure else DownloadError.of(FailureReason.TLS_ERROR)) from None
    finally:
        CURRENT_CALL.reset(token)
    raise DownloadError.of(FailureReason.TLS_ERROR, "no certificate was shown")
