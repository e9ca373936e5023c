"""Rules of hosts and what was found out about them, in words."""

import pytest
from headrace.host_notes import HostEntry, HostNote
from headrace.host_rules import HostRule
from headrace_gui import units
from headrace_gui.host_words import entry_words, facts_of, scope_sentence, seen_words

from tests.gui.test_hosts_dialog import several


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (HostRule("a.example"), "nothing special"),
        (HostRule("a.example", connections=2, per_download=3), "2 connections · 3 per download"),
        (HostRule("a.example", pause=2, user_agent="Mine/1.0"), "pause of 2 s · Mine/1.0"),
        (
            HostRule("a.example", referrer="https://b.example/", headers=(("A", "b"), ("C", "d"))),
            "referrer · 2 headers",
        ),
        (HostRule("a.example", proxy="direct"), "directly"),
        (HostRule("a.example", proxy="http://p.lan:8080"), "by http://p.lan:8080"),
    ],
)
def test_a_rule_in_words(rule: HostRule, words: str) -> None:
    assert several(entry_words(HostEntry(rule.host, rule, None, rule.host))) == words


def test_facts_in_words() -> None:
    now = 1_700_000_000.0
    note = HostNote("a.example", ceiling=3, refused_at=now, retry_after=90.0, retry_at=now, ranges_failed_at=now)
    clock = seen_words(HostNote("a.example", 1, seen_at=now), now)
    assert list(map(several, facts_of(note, now))) == [
        f"bore 3 connections when it refused more ({clock})",
        f"asks to be left alone for {units.duration(90)}",
        f"answered a range wrongly ({clock})",
    ]
    assert facts_of(note, now + 100)[1].startswith("asked to be left alone until ")
    assert (seen_words(None, now), seen_words(HostNote("a.example"), now)) == ("", "")
    assert scope_sentence("a.example:81") == "Holds for a.example:81 alone."
