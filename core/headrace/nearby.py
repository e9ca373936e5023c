"""Whether a file comes from this machine or its own network, so that no way into the world is needed for it."""

from functools import lru_cache

from headrace.addresses import origin_of
from headrace.net.private_hosts import Reach, reach_of

_HOSTS = 1024
"""Hosts that are remembered: lists are long, and they name few."""


def is_near(address: str) -> bool:
    """Say it of an http(s) address, by the host it names and without a look-up; others are far."""
    scheme, _, rest = address.partition("://")
    place = rest.split("/", 1)[0]
    return bool(place) and _is_near(scheme, place)


@lru_cache(maxsize=_HOSTS)
def _is_near(scheme: str, place: str) -> bool:
    try:
        return reach_of(origin_of(f"{scheme}://{place}/")[1]) is not Reach.PUBLIC
    except ValueError:
        return False
