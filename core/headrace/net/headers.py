"""Response headers read with suspicion: one pure function per field, None for whatever cannot be trusted."""

import re
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

RETRY_AFTER_LIMIT: Final = 6 * 3600
"""Seconds a server may make a download wait, at most."""

_LARGEST: Final = (1 << 63) - 1
_DATE_LEAD: Final = 60.0
"""Seconds Date must be after Last-Modified: RFC 9110 §8.8.2.2 asks for 1, RFC 7232 asked for 60."""
_EARLIEST_CHANGE: Final = 631_152_000.0
"""1990-01-01: build tools stamp 1970 or 1980 on every version of a file, so an earlier date tells none apart."""
_CLOCK_AHEAD: Final = 86_400.0
_CLOCK_BEHIND: Final = 366 * 86_400.0
"""Caches may answer with the Date of the day they fetched the file, so the past gets more room than the future."""

_RANGE: Final = re.compile(r"bytes[ \t]+([0-9]{1,19})-([0-9]{1,19})/([0-9]{1,19}|\*)", re.IGNORECASE | re.ASCII)
_UNSATISFIED: Final = re.compile(r"bytes[ \t]+\*/([0-9]{1,19})", re.IGNORECASE | re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_WHOLE_SECONDS: Final = re.compile(r"[0-9]{1,10}")
_DATE: Final = re.compile(r"(?=[\x20-\x7e]{8,64}\Z).*?[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*")
_STRONG_TAG: Final = re.compile(r'"[\x20\x21\x23-\x7e\x80-\xff]{1,1024}"')
_MEDIA_TYPE: Final = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+/[!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*(?:[;,]|\Z)")
_CHARSET: Final = re.compile(r";[ \t]*charset[ \t]*=[ \t]*\"?([A-Za-z0-9_.:+-]{1,40})", re.IGNORECASE)
_SPACE: Final = " \t"


@dataclass(frozen=True, slots=True)
class ContentRange:
    """The bytes a 206 holds: `first` to `last` inclusive, of `total` (None where the server said `*`)."""

    first: int
    last: int
    total: int | None


def content_range(value: str | None) -> ContentRange | None:
    """Read Content-Range (RFC 9110 §14.4); None if missing, invalid, in another unit or sent twice."""
    match = _RANGE.fullmatch(value.strip(_SPACE)) if value else None
    if match is None:
        return None
    first, last = int(match[1]), int(match[2])
    total = None if match[3] == "*" else int(match[3])
    if last < first or last > _LARGEST or (total is not None and not last < total <= _LARGEST):
        return None
    return ContentRange(first, last, total)


def unsatisfied_total(value: str | None) -> int | None:
    """Read the length out of the `bytes */N` of a 416 (RFC 9110 §15.5.17); None for anything else."""
    match = _UNSATISFIED.fullmatch(value.strip(_SPACE)) if value else None
    total = int(match[1]) if match else None
    return total if total is not None and total <= _LARGEST else None


def content_length(value: str | None) -> int | None:
    """Read Content-Length in bytes; None if missing, negative or no number.

    Raise ValueError where it lies: values that differ, digits with rubbish behind them (RFC 9112 §6.3), 2**63 and up.
    """
    values = {part.strip(_SPACE).lstrip("0") or "0" for part in (value or "-").split(",", 8)}
    length = values.pop()
    if values:
        raise ValueError("the server gave two different lengths")
    if not "0" <= length[0] <= "9":
        return None
    if not (length.isascii() and length.isdigit()):
        raise ValueError("the server gave a damaged length")
    if len(length) > 19 or int(length) > _LARGEST:
        raise ValueError("the server gave a length beyond all files")
    return int(length)


def http_date(value: str | None) -> float | None:
    """Read a date in any of the three formats of RFC 9110 §5.6.7; Unix seconds, None if it is none."""
    text = value.strip(_SPACE) if value else ""
    if not _DATE.fullmatch(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def retry_after(value: str | None, now: float) -> float | None:
    """Read Retry-After (RFC 9110 §10.2.3): seconds from `now` (Unix), 0 to RETRY_AFTER_LIMIT; None for nonsense."""
    text = value.strip(_SPACE) if value else ""
    if _SECONDS.fullmatch(text):
        return min(float(text), float(RETRY_AFTER_LIMIT))
    moment = http_date(text)
    return None if moment is None else min(max(moment - now, 0.0), float(RETRY_AFTER_LIMIT))


def fresh_for(cache_control: str | None, age: str | None) -> float | None:
    """Read max-age less Age (RFC 9111 §4.2): seconds, 0 for no-cache and no-store; None where nothing is said."""
    words = [word.strip(_SPACE).lower() for word in (cache_control or "").split(",")]
    if "no-cache" in words or "no-store" in words:
        return 0.0
    told = [word.removeprefix("max-age=").strip('"') for word in words if word.startswith("max-age=")]
    if not told or not _WHOLE_SECONDS.fullmatch(told[0]):
        return None
    old = age.strip(_SPACE) if age else "0"
    return max(0.0, float(told[0]) - (float(old) if _WHOLE_SECONDS.fullmatch(old) else 0.0))


def strong_validator(
    etag: str | None, last_modified: str | None, date: str | None, *, now: float | None = None
) -> str | None:
    """Return what If-Range may carry (RFC 9110 §13.1.5): a strong ETag as received, or a strong Last-Modified.

    A date counts only without any ETag, 60 s before Date, and, where `now` (Unix) is given, by a believable clock.
    """
    if etag is not None:
        tag = etag.strip(_SPACE)
        return tag if _STRONG_TAG.fullmatch(tag) else None
    changed, sent = http_date(last_modified), http_date(date)
    if last_modified is None or changed is None or sent is None:
        return None
    believable = now is None or -_CLOCK_BEHIND <= sent - now <= _CLOCK_AHEAD
    strong = changed >= _EARLIEST_CHANGE and sent - changed >= _DATE_LEAD
    return last_modified.strip(_SPACE) if strong and believable else None


def media_type(value: str | None) -> str | None:
    """Read type/subtype of a Content-Type in lower case, without parameters; None if there is none."""
    match = _MEDIA_TYPE.match(value.strip(_SPACE)) if value else None
    return match[1].lower() if match else None


def charset(value: str | None) -> str | None:
    """Read the charset parameter of a Content-Type; None if there is none or it makes no sense."""
    match = _CHARSET.search(value) if value else None
    return match[1] if match else None
