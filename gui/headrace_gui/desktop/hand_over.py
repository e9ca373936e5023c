"""Handing addresses to the window that is open already. Loads no Qt: most starts of this kind end here."""

import os
from collections import deque

from headrace.brought import Brought
from headrace.control.channel import Channel, RefusedError
from headrace.control.lines import request_line
from headrace.profile import Profile


def hand_over(profile: Profile, brought: Brought) -> bool:
    """Ask the window of `profile` to come to the front and take what was brought.

    False where there is none, or it does not answer in time, or refuses.
    """
    activation = os.environ.get("XDG_ACTIVATION_TOKEN")
    try:
        with Channel(profile) as channel:
            lines = [request_line("add", downloads=list(brought.downloads))] if brought.downloads else []
            lines += [request_line("add", offer="\n".join(brought.offers))] if brought.offers else []
            lines += [request_line("raise", addresses=list(brought.addresses), activation=activation)]
            for line in lines:
                deque(channel.ask(line), maxlen=0)
    except RefusedError:
        return bool(brought.downloads)  # a program without a window takes them, and has nothing to raise
    except (OSError, ValueError):
        return False
    return True
