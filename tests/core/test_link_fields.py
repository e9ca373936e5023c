"""The Link header: mirrors, as RFC 6249 and RFC 8288 have them and as servers break them."""

import time

import pytest
from headrace.addresses import checked_address
from headrace.net.link_fields import LINK_LIMIT, LOWEST_PRIORITY, Mirror, duplicates
from hypothesis import example, given, settings
from hypothesis import strategies as st

BASE = "https://origin.test/way/file.iso?x=1"
LAST = LOWEST_PRIORITY

MIRRORS = [
    ("none", None, []),
    ("empty", "", []),
    ("plain", "<http://a.test/f>; rel=duplicate", [("http://a.test/f", LAST, False)]),
    ("quoted", '<http://a.test/f>; rel="duplicate"', [("http://a.test/f", LAST, False)]),
    ("any case", "<http://a.test/f>; REL=Duplicate; PRI=3", [("http://a.test/f", 3, False)]),
    ("all parameters", "<http://a.test/f>; rel=duplicate; pri=1; pref; geo=gb", [("http://a.test/f", 1, True)]),
    ("no spaces", "<http://a.test/f>;rel=duplicate;pri=1;pref", [("http://a.test/f", 1, True)]),
    ("many spaces", " <http://a.test/f> \t; rel = duplicate ;\tpri = 7 ", [("http://a.test/f", 7, False)]),
    ("several relations", '<http://a.test/f>; rel="alternate duplicate"', [("http://a.test/f", LAST, False)]),
    ("another relation", "<http://a.test/f>; rel=describedby", []),
    ("a relation that only begins so", "<http://a.test/f>; rel=duplicates", []),
    ("no relation", "<http://a.test/f>; pri=1", []),
    ("the first relation counts", "<http://a.test/f>; rel=next; rel=duplicate", []),
    ("the reverse relation is another", "<http://a.test/f>; rev=duplicate", []),
    ("relation inside a quoted text", '<http://a.test/f>; title="x; rel=duplicate"', []),
    ("comma in the address", "<http://a.test/f,g>; rel=duplicate", [("http://a.test/f,g", LAST, False)]),
    ("semicolon in the address", "<http://a.test/f;g>; rel=duplicate", [("http://a.test/f;g", LAST, False)]),
    (
        "comma and bracket in quotes",
        '<http://a.test/f>; title="a, <http://no.test/>; rel=duplicate"; rel=duplicate',
        [("http://a.test/f", LAST, False)],
    ),
    ("escaped quote", r'<http://a.test/f>; title="a\", <b"; rel=duplicate', [("http://a.test/f", LAST, False)]),
    ("escaped relation", r'<http://a.test/f>; rel="dup\licate"', [("http://a.test/f", LAST, False)]),
    (
        "by priority, without one last",
        "<http://c/>; rel=duplicate, <http://b/>; rel=duplicate; pri=2,<http://a/>; rel=duplicate; pri=1",
        [("http://a/", 1, False), ("http://b/", 2, False), ("http://c/", LAST, False)],
    ),
    (
        "preferred before all",
        "<http://a.test/>; rel=duplicate; pri=1, <http://b.test/>; rel=duplicate; pri=9; pref",
        [("http://b.test/", 9, True), ("http://a.test/", 1, False)],
    ),
    (
        "twice, the better counts",
        "<http://a.test/>; rel=duplicate; pri=5, <http://a.test/#x>; rel=duplicate; pri=2",
        [("http://a.test/", 2, False)],
    ),
    ("empty elements", ", ,<http://a.test/>; rel=duplicate, ,", [("http://a.test/", LAST, False)]),
    ("relative", "<../f2>; rel=duplicate", [("https://origin.test/f2", LAST, False)]),
    ("relative to the scheme", "<//a.test/f>; rel=duplicate", [("https://a.test/f", LAST, False)]),
    ("the address itself", "<https://origin.test/way/file.iso?x=1>; rel=duplicate", []),
    ("empty address", "<>; rel=duplicate", []),
    ("spaces in the brackets", "< http://a.test/f >; rel=duplicate", [("http://a.test/f", LAST, False)]),
    ("space in the address", "<http://a.test/f g>; rel=duplicate", []),
    ("other schemes", "<ftp://a.test/f>; rel=duplicate, <file:///etc/passwd>; rel=duplicate", []),
    ("scripts", "<javascript:alert(1)>; rel=duplicate, <data:,x>; rel=duplicate", []),
    ("bad host", "<http://[::1/f>; rel=duplicate, <http://a.test:99999/>; rel=duplicate", []),
    ("user info is dropped", "<http://u:s3cret@a.test/f>; rel=duplicate", [("http://a.test/f", LAST, False)]),
    ("about this file", '<http://a.test/f>; rel=duplicate; anchor=""', [("http://a.test/f", LAST, False)]),
    ("about this part", '<http://a.test/f>; rel=duplicate; anchor="#p"', [("http://a.test/f", LAST, False)]),
    ("about another file", '<http://a.test/f>; rel=duplicate; anchor="/other"', []),
    ("priority 0", "<http://a.test/>; rel=duplicate; pri=0", [("http://a.test/", LAST, False)]),
    ("priority quoted", '<http://a.test/>; rel=duplicate; pri="04"', [("http://a.test/", 4, False)]),
    ("priority too large", "<http://a.test/>; rel=duplicate; pri=1000000", [("http://a.test/", LAST, False)]),
    ("priority no number", "<http://a.test/>; rel=duplicate; pri=-1", [("http://a.test/", LAST, False)]),
    ("priority of other digits", "<http://a.test/>; rel=duplicate; pri=\u0663", [("http://a.test/", LAST, False)]),
    ("no brackets", "http://a.test/f; rel=duplicate", []),
    ("open bracket", "<http://a.test/f; rel=duplicate", []),
    ("open bracket before another", "<x<http://a.test/f>; rel=duplicate", [("http://a.test/f", LAST, False)]),
    ("open quote", '<http://a.test/f>; rel="duplicate', []),
    ("open quote behind it", '<http://a.test/f>; rel=duplicate; title="x', [("http://a.test/f", LAST, False)]),
    ("no semicolon", "<http://a.test/f> rel=duplicate", [("http://a.test/f", LAST, False)]),
    ("folded", "<http://a.test/f>;\r\n rel=duplicate", [("http://a.test/f", LAST, False)]),
]


@pytest.mark.parametrize(("value", "wanted"), [case[1:] for case in MIRRORS], ids=[case[0] for case in MIRRORS])
def test_mirrors(value: str | None, wanted: list[tuple[str, int, bool]]) -> None:
    assert duplicates(value, BASE) == [Mirror(*one) for one in wanted]


def test_only_so_many_links_are_looked_at() -> None:
    links = [f"<http://a.test/{number}>; rel=duplicate" for number in range(LINK_LIMIT + 10)]
    assert len(duplicates(", ".join(links), BASE)) == LINK_LIMIT


def test_secrets_are_not_in_the_repr() -> None:
    (mirror,) = duplicates("<http://a.test/f?token=s3cret>; rel=duplicate", BASE)
    assert "s3cret" in mirror.address
    assert "s3cret" not in repr(mirror)


@pytest.mark.parametrize("base", ["", "x", "http://[::1", "\udcff", "http://h:0/"])
def test_a_base_that_is_none_does_no_harm(base: str) -> None:
    assert duplicates("</f>; rel=duplicate, <http://a.test/>; rel=duplicate", base) in (
        [],
        [Mirror("http://a.test/", LAST, False)],
    )


FRAGMENTS = ["<", ">", ";", ",", '"', "\\", "=", " ", "\t", "rel", "duplicate", "describedby", "pri", "pref", "anchor"]
FRAGMENTS += [
    "http://a.test/",
    "//[",
    "/f",
    "application/metalink4+xml",
    "type=",
    "rel=duplicate",
    "\0",
    "\xe4",
    "\udcff",
    "%",
    "@",
    ":0",
    "5",
]


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)))
@example("<http://a.test/\xe4>; rel=duplicate")
@settings(max_examples=500)
def test_any_text_gives_clean_addresses_and_never_an_exception(value: str) -> None:
    for mirror in duplicates(value, BASE):
        assert checked_address(mirror.address) == mirror.address != BASE
    assert all(1 <= mirror.priority <= LAST for mirror in duplicates(value, BASE))


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        ">",
        "<>",
        '<>"',
        '<>"\\"',
        "<>;",
        ";",
        "a=b;",
        "<a>;a",
        "<a>; rel=duplicate,",
        '"',
        "\\",
        "<a>;;=",
        ",",
        "<>\t",
    ],
)
def test_hostile_headers_of_any_length_are_read_at_once(unit: str) -> None:
    value = "<http://a.test/>; rel=duplicate," + unit * (200_000 // len(unit))
    began = time.perf_counter()
    duplicates(value, BASE)
    assert time.perf_counter() - began < 1.0


def test_a_link_without_end_is_read_at_once() -> None:
    value = "<http://a.test/>; " + "; a=b" * 20_000 + "; rel=duplicate"
    began = time.perf_counter()
    assert duplicates(value, BASE) == []
    assert time.perf_counter() - began < 0.5
