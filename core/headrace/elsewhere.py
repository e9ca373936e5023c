"""Addresses that other programs are for: magnet links, pages that yt-dlp reads. Pure."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_MAGNET: Final = re.compile(r"(?<![\w:/])magnet:\?[^\s<>\"'`]+", re.IGNORECASE)
_AT_MOST: Final = 20
"""Magnet links taken out of one text."""
FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "magnet": "is a magnet link: a torrent client is for it",
    }
)
"""By the scheme of an address, how the sentence ends that says why it cannot be downloaded."""
_MEDIA_HOSTS: Final = frozenset(
    (
        "bandcamp.com bilibili.com dai.ly dailymotion.com odysee.com rumble.com soundcloud.com tiktok.com twitch.tv "
        "vimeo.com youtu.be youtube-nocookie.com youtube.com"
    ).split()
)
"""Of these, and of what is below them, addresses are mostly pages around a film or a song."""


def magnets_in(text: str) -> list[str]:
    """Return the magnet links in a text, each once, the first twenty."""
    return list(dict.fromkeys(match.group() for match in _MAGNET.finditer(text)))[:_AT_MOST]


def is_media_host(host: str) -> bool:
    """Say whether a host, maybe with a port, is one that shows films or music on pages."""
    parts = host.partition(":")[0].casefold().split(".")
    return any(".".join(parts[start:]) in _MEDIA_HOSTS for start in range(len(parts)))
