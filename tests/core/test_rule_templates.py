"""Templates of folders and names: what they make, what they refuse, and that nothing leads out of their folder."""

from datetime import datetime
from pathlib import Path

import pytest
from headrace.disk.file_names import NAME_BYTES, NAME_LIMIT, safe_name
from headrace.rule_templates import (
    FIELDS,
    Problem,
    TemplateError,
    Values,
    checked_folder,
    checked_name,
    folder_of,
    name_of,
)
from hypothesis import given
from hypothesis import strategies as st

GROUND = Path("/home/ann/Downloads")
ADDED = datetime(2026, 3, 9, 7, 5, 2)  # noqa: DTZ001 - as a clock on the wall shows it


def values(address: str = "https://cdn.example.co.uk/a/b%20c/film.tar.gz?token=x", **facts: object) -> Values:
    given = {"name": "film.tar.gz", "added": ADDED, "category": "Archives", "queue": "night"} | facts
    return Values(address, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("", ""),
        ("Videos", "Videos"),
        ("Videos/{host}/{date:%Y-%m}", "Videos/cdn.example.co.uk/2026-03"),
        ("Videos\\{domain}", "Videos/example.co.uk"),
        ("{category}/{queue}", "Archives/night"),
        ("{path}", "a/b c"),
        ("x/{path}/y", "x/a/b c/y"),
        ("{year}/{month}/{day}", "2026/03/09"),
        ("{date} {time}", "2026-03-09 07-05-02"),
        ("{time:%H/%M}", "07_05"),
        ("{stem}-{ext}", "film-tar.gz"),
        ("{{{name}}}", "{film.tar.gz}"),
        ("{{literally}}", "{literally}"),
        ("a//b/", "a/b"),
    ],
)
def test_the_folder_of_a_template(template: str, expected: str) -> None:
    assert checked_folder(template) == template
    assert folder_of(template, GROUND, values()) == GROUND / expected


def test_a_folder_given_in_full_is_not_below_the_download_folder() -> None:
    template = checked_folder("/mnt/.big disk:1/{host}")
    assert folder_of(template, GROUND, values()) == Path("/mnt/.big disk:1/cdn.example.co.uk")


def test_very_long_values_leave_the_last_folders_out() -> None:
    template = checked_folder("/".join(["{stem}"] * 20))
    made = folder_of(template, GROUND, values(name="x" * 500)).relative_to(GROUND)
    assert made.parts == ("x" * 100,) * 9


def test_what_is_not_known_leaves_no_folder() -> None:
    assert folder_of("a/{queue}/b", GROUND, values(queue="")) == GROUND / "a" / "b"


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{date}-{name}", "2026-03-09-film.tar.gz"),
        ("{stem} ({host}).{ext}", "film (cdn.example.co.uk).tar.gz"),
        ("{queue}", "night"),
        ("{name}.lnk", "film.tar.gz.lnk.download"),
    ],
)
def test_the_name_of_a_template(template: str, expected: str) -> None:
    assert checked_name(template) == template
    assert name_of(template, values()) == expected


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("example.org", "example.org"),
        ("a.b.example.org", "example.org"),
        ("a.example.com.au", "example.com.au"),
        ("co.uk", "co.uk"),
        ("nas", "nas"),
        ("192.168.1.20", "192.168.1.20"),
        ("[2001:db8::1]", "2001_db8__1"),
    ],
)
def test_the_domain_of_a_host(host: str, domain: str) -> None:
    assert folder_of("{domain}", GROUND, values(f"https://{host}/x")) == GROUND / domain


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{hots}/x", Problem.FIELD),
        ("{}", Problem.FIELD),
        ("{name.x}", Problem.FIELD),
        ("{name[0]}", Problem.FIELD),
        ("{name!r}", Problem.FORM),
        ("{name:>10}", Problem.FORM),
        ("{date:%-d}", Problem.FORM),
        ("{date:%}", Problem.FORM),
        ("{date:%x}", Problem.FORM),
        ("{date", Problem.BRACE),
        ("date}", Problem.BRACE),
        ("{a{b}}", Problem.BRACE),
        ("x{path}", Problem.PATH),
        ("..", Problem.UPWARDS),
        ("a/../b", Problem.UPWARDS),
        ("a\\..\\b", Problem.UPWARDS),
        ("./a", Problem.UPWARDS),
        ("~/Videos", Problem.UPWARDS),
        ("/a/..", Problem.UPWARDS),
        ("{{/../../../}}", Problem.UPWARDS),
        ("con", Problem.FOLDER),
        ("what?", Problem.FOLDER),
        ("end.", Problem.FOLDER),
        ("x" * 256, Problem.FOLDER),
        ("/" + "x" * 256, Problem.FOLDER),
        ("a\x00b", Problem.CONTROL),
        ("a\ud800", Problem.CONTROL),
        ("x" * 301, Problem.LONG),
    ],
)
def test_a_folder_that_cannot_be(template: str, problem: Problem) -> None:
    with pytest.raises(TemplateError) as found:
        checked_folder(template)
    assert found.value.problem is problem


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("same.txt", Problem.SAME),
        ("a/{name}", Problem.SLASH),
        ("a\\{name}", Problem.SLASH),
        ("{path}", Problem.PATH),
        ("{nom}", Problem.FIELD),
    ],
)
def test_a_name_that_cannot_be(template: str, problem: Problem) -> None:
    with pytest.raises(TemplateError) as found:
        checked_name(template)
    assert found.value.problem is problem


def test_an_unknown_field_is_told_with_those_there_are() -> None:
    with pytest.raises(TemplateError, match=r"there is no \{hots\}; there are \{name\}, \{stem\}, .*\{day\}"):
        checked_folder("{hots}")


HOSTILE = st.one_of(
    st.text(st.characters(), max_size=300),
    st.sampled_from(
        ["..", "../..", "/etc/passwd", "C:\\x", "\\\\host\\share", ".", "con", "a\x00b", "\ud800", "~", " "]
    ),
    st.text("./\\%25 2e2f5c:\u202e\u200d", max_size=60),
)
PIECES = st.sampled_from(
    [*(f"{{{field}}}" for field in FIELDS if field != "path"), "{date:%d.%m.%Y}", "a", " ", ".", "-"]
)
FOLDERS = st.lists(st.one_of(st.just("{path}"), st.lists(PIECES, min_size=1, max_size=5).map("".join)), max_size=5)
DATES = st.datetimes(datetime(1900, 1, 1), datetime(9999, 12, 31))  # noqa: DTZ001 - as above


def checked(template: str) -> str | None:
    try:
        return checked_folder(template)
    except TemplateError:
        return None


@given(FOLDERS.map("/".join), HOSTILE, HOSTILE, HOSTILE, DATES)
def test_no_address_name_or_date_leads_out_of_the_folder(
    template: str, address: str, name: str, queue: str, added: datetime
) -> None:
    folder = checked(template)
    if folder is None or Path(folder).is_absolute():
        return
    for whole in (address, f"https://{address}", f"https://h.example/{address}/x"):
        made = folder_of(folder, GROUND, Values(whole, safe_name(name), added, "Other", queue))
        below = made.relative_to(GROUND)
        assert ".." not in below.parts
        assert not any(set(part) & set('\\/:*?"<>|\0') for part in below.parts)
        assert all(0 < len(part.encode()) <= NAME_BYTES for part in below.parts)
        assert all(part[-1] not in ". " for part in below.parts)
        assert len(str(below).encode()) <= 1000


@given(st.lists(PIECES, min_size=1, max_size=6).map("".join), HOSTILE, HOSTILE, DATES)
def test_every_name_that_is_made_can_be_one(template: str, address: str, name: str, added: datetime) -> None:
    try:
        checked_name(template)
    except TemplateError:
        return
    made = name_of(template, Values(address, safe_name(name), added, "Other", name))
    assert made == safe_name(made)
    assert len(made.encode()) <= NAME_LIMIT


@given(HOSTILE)
def test_no_template_at_all_leads_above_its_beginning(template: str) -> None:
    folder = checked(template)
    if folder is not None:
        made = folder_of(folder, GROUND, values())
        assert ".." not in made.parts
        assert made.is_relative_to(GROUND) or Path(folder).is_absolute()
