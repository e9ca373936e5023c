"""What servers were told: lines of requests with a secret in them, and addresses that carry one."""

from tests.support import canaries
from tests.support.faulty_server import FaultyServer
from tests.support.replies import Request


def heard(server: FaultyServer) -> list[str]:
    """Return every line a server received that has a secret in it."""
    return canaries.found_in("\n".join(f"{name}: {value}" for one in server.requests for name, value in said(one)))


def said(request: Request) -> tuple[tuple[str, str], ...]:
    return (("target", request.target), *request.raw_headers)


def with_login(address: str) -> str:
    """Put the login of the tests into an address."""
    user, password = canaries.LOGIN
    return address.replace("://", f"://{user}:{password.replace('/', '%2F')}@")
