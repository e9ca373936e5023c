"""The keys by which Chromium and its kin encipher values: a fixed one, and one that the system's keyring has.

Asked for when a value wants it, since the keyring may ask a person. Nothing of it is kept.
"""

import importlib
import logging
import sys
from collections.abc import Callable, Iterator
from hashlib import pbkdf2_hmac
from typing import Any, Final

from headrace.jars.faults import Fault, JarError

_LOG: Final = logging.getLogger(__name__)
LIBRARY: Final = "cryptography"
_FIXED: Final = b"peanuts"
"""What stands in for a secret where the browser has no keyring (`--password-store=basic`)."""
_SALT: Final = b"saltysalt"
_ROUNDS: Final = {"darwin": 1003}
_LINUX_NAMES: Final = {"Edge": "Chromium", "Vivaldi": "Chrome"}
_MACOS_NAMES: Final = {"Edge": "Microsoft Edge"}


class Keys:
    """The keys of one browser. For one thread."""

    def __init__(self, browser: str, secret: Callable[[str], bytes | None] | None = None) -> None:
        """`secret` looks into the keyring. Raises JarError where values cannot be read at all."""
        _require_means(browser)
        self._browser, self._secret = browser, secret or keyring_secret
        self._asked: bytes | None = None
        self._was_asked = False

    def for_prefix(self, prefix: bytes) -> Iterator[bytes]:
        """Yield the keys that may fit a value that begins with `prefix`, the likeliest first."""
        if prefix == b"v11" or (prefix == b"v10" and sys.platform == "darwin"):
            if not self._was_asked:
                self._asked, self._was_asked = self._secret(self._browser), True
            if self._asked is not None:
                yield _derived(self._asked)
            yield _derived(b"")  # some versions took an empty secret when the keyring did not answer
        elif prefix == b"v10":
            yield _derived(_FIXED)
            yield _derived(b"")


def _require_means(browser: str) -> None:
    if sys.platform == "win32":
        raise JarError(Fault.SEALED, browser)
    try:
        importlib.import_module(LIBRARY)
    except ImportError:
        raise JarError(Fault.LIBRARY, browser) from None


def _derived(secret: bytes) -> bytes:
    return pbkdf2_hmac("sha1", secret, _SALT, _ROUNDS.get(sys.platform, 1), 16)


def keyring_secret(browser: str) -> bytes | None:
    """Return the secret that a browser keeps in the system's keyring; None where it is not to be had."""
    try:
        return _of_macos(browser) if sys.platform == "darwin" else _of_secret_service(browser)
    except Exception as error:  # noqa: BLE001 - whatever the desktop's own library raises
        _LOG.warning("the keyring does not give the key of %s: %s", browser, type(error).__name__)
        return None


def _of_macos(browser: str) -> bytes | None:
    library: Any = importlib.import_module("keyring")
    name = _MACOS_NAMES.get(browser, browser)
    secret: str | None = library.get_password(f"{name} Safe Storage", name)
    return None if secret is None else secret.encode()


def _of_secret_service(browser: str) -> bytes | None:
    library: Any = importlib.import_module("secretstorage")  # what keyring brings
    label = f"{_LINUX_NAMES.get(browser, browser)} Safe Storage"
    bus = library.dbus_init()
    try:
        for collection in library.get_all_collections(bus):
            if collection.is_locked() and collection.unlock():
                continue  # a person did not wish it
            for item in collection.get_all_items():
                if item.get_label() == label:
                    secret: bytes = item.get_secret()
                    return secret
        return None
    finally:
        bus.close()
