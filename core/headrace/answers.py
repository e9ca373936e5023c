"""What the server that has the file said of it: facts for people to look at. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """Facts of the latest answer that was accepted. Unknown is None; nothing here is secret."""

    final_address: str | None = None
    """Where redirects led, masked; None where there were none."""
    content_type: str | None = None
    validator: str | None = None
    """The ETag, or the date where that is what tells versions apart."""
    is_strong: bool | None = None
    """Whether the validator binds the server (RFC 9110 section 8.8.1); None without one."""
    last_modified: str | None = None
