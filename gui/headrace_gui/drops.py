"""Addresses out of what is dropped or pasted."""

from typing import Final

from headrace.addresses import addresses_in
from PySide6.QtCore import QMimeData, QUrl

_AT_MOST: Final = 2_000_000
"""Characters looked at; nobody means more to be read as addresses."""


def addresses_of(data: QMimeData) -> list[str]:
    """Return the HTTP(S) addresses in dropped or copied data, each once."""
    links = [url.toString(QUrl.ComponentFormattingOption.FullyEncoded) for url in data.urls()] if data.hasUrls() else []
    text = data.text()[:_AT_MOST] if data.hasText() else ""
    return addresses_in("\n".join(links)) or addresses_in(text)
