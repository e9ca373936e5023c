"""Sending something small: one POST, whose answer is only looked at for its status."""

import requests

from headrace.errors import DownloadError
from headrace.net.failures import network_failure
from headrace.net.interrupt import Interrupt
from headrace.net.sessions import post
from headrace.states import FailureReason


def post_json(
    session: requests.Session,
    address: str,
    headers: tuple[tuple[str, str], ...],
    body: bytes,
    interrupt: Interrupt,
    timeouts: tuple[float, float],
) -> int:
    """Send JSON and return the status of the answer, whose body is not read; a redirect is not followed.

    Raises DownloadError for whatever the network raises, StoppedError.
    """
    fields = dict(headers) | {"Content-Type": "application/json"}
    try:
        response = post(session, address, fields, body, interrupt, timeouts)
    except (requests.RequestException, OSError, ValueError) as error:
        interrupt.check()
        failure = network_failure(error)
        raise (DownloadError(failure) if failure else DownloadError.of(FailureReason.CONNECTION_LOST)) from None
    status = int(response.status_code)
    response.close()
    return status
