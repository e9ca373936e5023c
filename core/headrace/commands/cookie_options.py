"""Cookies as the command line names them: a cookies.txt, or the store of a browser, which is read then and there."""

import argparse
from collections.abc import Callable, Iterable
from dataclasses import replace
from http.cookiejar import LoadError
from pathlib import Path

from headrace.addresses import split_credentials
from headrace.own_cookies import OwnCookies
from headrace.spec import DownloadSpec


def add_cookies(add: Callable[..., argparse.Action]) -> None:
    """Add the options to the group of `add`."""
    add(
        "--cookies",
        type=Path,
        metavar="FILE",
        help="send the cookies of a cookies.txt, each to whom it belongs; FILE is read again whenever it is needed",
    )
    add(
        "--cookies-from",
        metavar="BROWSER",
        help="take the cookies of these sites out of the store of firefox, chromium, chrome, edge, brave or vivaldi, "
        "now and this once; BROWSER:PROFILE names a profile, or its folder",
    )


def with_cookies(given: argparse.Namespace, specs: Iterable[DownloadSpec]) -> tuple[DownloadSpec, ...]:
    """Return the downloads with the cookies that the arguments name. Raises ValueError with a sentence."""
    specs = tuple(specs)
    if given.cookies is not None and given.cookies_from is not None:
        raise ValueError("--cookies and --cookies-from cannot go together; choose one of them")
    if given.cookies is not None and specs:
        own = OwnCookies(path=_checked(given.cookies))
        return tuple(replace(spec, cookies=own) for spec in specs)
    return specs if given.cookies_from is None or not specs else _from_browser(given, specs)


def _checked(path: Path) -> Path:
    """Return where the cookies are. Raises ValueError where they are none."""
    from headrace.net.cookie_file import read_cookies  # noqa: PLC0415 - loads the network, for who has some

    try:
        read_cookies(path.expanduser())
    except LoadError:
        raise ValueError(f"{path} is not a cookies.txt in Netscape's format") from None
    except OSError as error:
        raise ValueError(f"the cookies {path} cannot be read: {error.strerror or error}") from None
    return path.expanduser().absolute()


def _from_browser(given: argparse.Namespace, specs: tuple[DownloadSpec, ...]) -> tuple[DownloadSpec, ...]:
    """Take them, and have `given.taken` say what was taken."""
    from headrace.jars.taking import cookies_from, own_of  # noqa: PLC0415 - loads databases and keyrings, as above

    bare = [split_credentials(spec.address)[0] for spec in specs]
    taken = cookies_from(given.cookies_from, bare)
    sites = ", ".join(taken.hosts[:3]) + (" and others" if len(taken.hosts) > 3 else "")
    if not taken.cookies:
        raise ValueError(f"{taken.profile.title} has no cookies for {sites}; log in there first")
    count = len(taken.cookies)
    given.taken = f"{count} cookie{'s' * (count > 1)} for {sites} from {taken.profile.title}"
    return tuple(replace(spec, cookies=own_of(taken, address)) for spec, address in zip(specs, bare, strict=True))
