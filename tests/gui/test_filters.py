"""Filters: categories by name, groups by state, words."""

from typing import Any

import pytest
from headrace.category_entries import USUAL_ENDINGS
from headrace.filters import (
    STATES_OF,
    Category,
    DownloadFilter,
    StatusFilter,
    category_of,
    extension_of,
    status_of,
)
from headrace.states import DownloadState

from tests.support.fake_manager import make_snapshot

_S = DownloadState


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("a.mp4", Category.VIDEO),
        ("A.FLAC", Category.MUSIC),
        ("x.y.tiff", Category.PICTURES),
        ("rfc9110.pdf", Category.DOCUMENTS),
        ("linux.tar.xz", Category.ARCHIVES),
        ("debian.iso", Category.ARCHIVES),
        ("Inkscape.AppImage", Category.PROGRAMS),
        ("README", Category.OTHER),
        (".zip", Category.OTHER),
        ("", Category.OTHER),
    ],
)
def test_category_of(name: str, category: Category) -> None:
    assert category_of(name) is category


def test_no_ending_is_in_two_categories() -> None:
    endings = [ending for group in USUAL_ENDINGS.values() for ending in group]
    assert len(endings) == len(set(endings))
    assert all(ending == extension_of(f"x.{ending}") for ending in endings)


def test_every_state_is_in_exactly_one_group_besides_all() -> None:
    for state in DownloadState:
        groups = [status for status, states in STATES_OF.items() if state in states and status is not StatusFilter.ALL]
        assert groups == [status_of(state)]


@pytest.mark.parametrize(
    ("wanted", "accepted"),
    [
        ({}, True),
        ({"status": StatusFilter.PAUSED}, True),
        ({"status": StatusFilter.FAILED}, False),
        ({"category": Category.VIDEO}, True),
        ({"category": Category.MUSIC}, False),
        ({"queue": ""}, True),
        ({"queue": "Night"}, False),
        ({"text": "BUNNY"}, True),
        ({"text": "bunny blender"}, True),
        ({"text": "bunny debian"}, False),
        ({"text": "  "}, True),
        ({"status": StatusFilter.PAUSED, "text": "debian"}, False),
    ],
)
def test_filter(wanted: dict[str, Any], accepted: bool) -> None:
    snapshot = make_snapshot("Bunny.mp4", host="blender.org", state=_S.PAUSED)
    assert DownloadFilter(**wanted).accepts(snapshot) is accepted


def test_accepts_all_is_told_apart() -> None:
    assert DownloadFilter(text=" ").accepts_all
    assert not DownloadFilter(category=Category.OTHER).accepts_all
