"""Whether it is this computer that has no network, rather than a server that cannot be reached."""

from headrace.nearby import is_near
from headrace.net.uplink import own_addresses
from headrace.states import Failure, FailureReason


def network_missing(address: str, failure: Failure) -> Failure | None:
    """Return what an accident on the way to an address comes from where there is no network for it; else None.

    What lies within this computer or its own network needs none into the world; a proxy may lie there, too.
    """
    if failure.reason is FailureReason.NETWORK_GONE:
        return failure
    if failure.reason is FailureReason.PROXY_FAILED:
        return None
    return None if is_near(address) or own_addresses() else Failure(FailureReason.OFFLINE)
