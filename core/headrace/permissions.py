"""What a person may allow a download. Apart from the spec, since the network must know it without the disk."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from headrace.states import FailureReason


class Permission(Enum):
    """What a person may allow one download that is refused otherwise."""

    PRIVATE_ADDRESS = "private"
    """A redirect from a public host into a private network."""
    PLAIN_HTTP = "http"
    """A redirect from https to http."""
    ANY_TYPE = "type"
    """A web page, or another kind of file, in the place of the one asked for."""
    LARGE_DECODED = "large"
    """A body that unpacks to far more than was sent."""


PERMISSION_FOR: Mapping[FailureReason, Permission] = MappingProxyType(
    {
        FailureReason.PRIVATE_REDIRECT: Permission.PRIVATE_ADDRESS,
        FailureReason.UNSAFE_REDIRECT: Permission.PLAIN_HTTP,
        FailureReason.NOT_THE_FILE: Permission.ANY_TYPE,
        FailureReason.DECODED_TOO_LARGE: Permission.LARGE_DECODED,
    }
)
"""What a person would have to allow for a failure not to come again."""
