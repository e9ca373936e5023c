"""Where the rules put what is in the add dialog, as far as is known of it: what its rows show before it is added."""

from dataclasses import dataclass
from time import time

from headrace.file_facts import FileFacts
from headrace.filters import category_named
from headrace.rules import Placed
from headrace.settings import Settings
from headrace.sorting import Offer, preview

from headrace_gui.dialogs.candidates import Candidate


@dataclass(frozen=True, slots=True)
class RulePlaces:
    """The rules, and what a person chose for all that is added."""

    settings: Settings
    category: str | None = None
    queue: str = ""

    def placed(self, candidate: Candidate, name: str, facts: FileFacts | None) -> Placed:
        """Say where something goes that is called `name`, as far as its server told."""
        known = facts is not None and facts.failure is None
        media_type, size = (facts.media_type, facts.size) if known and facts is not None else (None, None)
        category = category_named(self.category)
        return preview(Offer(candidate.key, name, media_type, size, category, self.queue), self.settings, time())
