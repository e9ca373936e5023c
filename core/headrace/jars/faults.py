"""Why cookies cannot be taken out of a browser's store: codes for the window, sentences for the terminal."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final


class Fault(Enum):
    """What is in the way."""

    NO_BROWSER = "no browser"
    """No browser, or none of that name, has a profile here."""
    NO_PROFILE = "no profile"
    """The browser has no profile of that name."""
    UNREADABLE = "unreadable"
    """The store is missing, or no database that is known."""
    LIBRARY = "library"
    """What deciphers it is not installed."""
    KEYRING = "keyring"
    """The key is not to be had from the system's keyring."""
    SEALED = "sealed"
    """The browser has sealed it for itself."""


_SENTENCES: Final[Mapping[Fault, str]] = MappingProxyType(
    {
        Fault.NO_BROWSER: "there is no profile of {detail} here",
        Fault.NO_PROFILE: "the browser has no profile of that name, only: {detail}",
        Fault.UNREADABLE: "the cookies of {detail} cannot be read",
        Fault.LIBRARY: "the cookies of {detail} are encrypted; install what deciphers them: pip install "
        "'headrace[browsers]'",
        Fault.KEYRING: "the key to the cookies of {detail} is not to be had from the system's keyring",
        Fault.SEALED: "{detail} seals its cookies on Windows so that no other program reads them; use Firefox, the "
        "extension for browsers, or a cookies.txt",
    }
)


class JarError(ValueError):
    """Cookies cannot be taken. Its text is a sentence for people, without any secret."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(_SENTENCES[fault].format(detail=detail))
        self.fault, self.detail = fault, detail
