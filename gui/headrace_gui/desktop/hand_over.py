"""Handing addresses to the window that is open already. Loads no Qt: most starts of this kind end here."""

import os
from collections.abc import Sequence

from headrace.control.channel import Channel, RefusedError
from headrace.control.lines import request_line
from headrace.profile import Profile


def hand_over(profile: Profile, addresses: Sequence[str]) -> bool:
    """Ask the window of `profile` to come to the front and take `addresses`.

    False where there is none, or it does not answer in time, or refuses.
    """
    activation = os.environ.get("XDG_ACTIVATION_TOKEN")
    try:
        with Channel(profile) as channel:
            for _ in channel.ask(request_line("raise", addresses=list(addresses), activation=activation)):
                pass
    except (OSError, ValueError, RefusedError):
        return False
    return True
