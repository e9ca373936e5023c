"""What the stores of all browsers have in common: by which keys a site's cookies are found, and what a row means."""

from headrace.cookie_scopes import Cookie, site_domains


def domain_keys(host: str) -> list[str]:
    """Return how stores write the domains whose cookies a host may get: with a dot where those below get them too."""
    host = host.lower()
    return [host, *(f".{domain}" for domain in site_domains(host))]


def fitting(domain: str, path: str, secure: object, until: float | None, pair: tuple[str, str]) -> list[Cookie]:
    """Return the cookie of a row, or none for what no request can carry; `until` in Unix seconds, None or 0: open."""
    try:
        return [Cookie(domain.removeprefix("."), domain.startswith("."), path, bool(secure), until or None, *pair)]
    except ValueError:
        return []
