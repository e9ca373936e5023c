"""The rules of the extension, run by Node: which downloads are taken over, which links a filter finds."""

import json
import subprocess
from typing import Any

import pytest
from headrace_resources.files import browser_folder

from tests.support import needs

pytestmark = pytest.mark.needs("node", "nodejs")
USUAL = {"takeOver": True, "leastBytes": 1_000_000, "onlyTypes": "", "neverTypes": "htm html", "neverSites": ""}
ITEM = {"address": "https://files.example/a/big.zip?x=1", "page": "https://shop.example/", "name": "", "bytes": 5 << 20}


def called(function: str, *arguments: Any, script: str = "rules.js") -> Any:
    """Call a function of a script of the extension."""
    given = ", ".join(map(json.dumps, arguments))
    rules = (browser_folder() / script).read_text(encoding="utf-8")
    told = f"{rules}\nconsole.log(JSON.stringify({function}({given}) ?? null))"
    command = [needs.require("node"), "--input-type=module", "-e", told]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("settings", "item", "wanted"),
    [
        ({}, {}, True),
        ({"takeOver": False}, {}, False),
        ({}, {"bytes": 999_999}, False),
        ({}, {"bytes": -1}, True),
        ({}, {"address": "blob:https://shop.example/1"}, False),
        ({}, {"address": "data:text/plain,x"}, False),
        ({}, {"address": "https://h/page.html"}, False),
        ({}, {"address": "https://h/get?id=1", "name": "page.HTML"}, False),
        ({"onlyTypes": "iso, ZIP"}, {}, True),
        ({"onlyTypes": "iso"}, {}, False),
        ({"onlyTypes": "zip"}, {"address": "https://h/b%69g.z%69p"}, True),
        ({"neverTypes": "zip"}, {}, False),
        ({"neverSites": "files.example"}, {}, False),
        ({"neverSites": "example"}, {}, False),
        ({"neverSites": "les.example"}, {}, True),
        ({"neverSites": "shop.example"}, {}, False),
        ({}, {"page": "about:blank"}, True),
        ({}, {"address": "https://h/%E0%A4%A"}, True),
    ],
)
def test_what_is_taken_over(settings: dict[str, Any], item: dict[str, Any], wanted: bool) -> None:
    assert called("isWanted", USUAL | settings, ITEM | item) is wanted


CHROMIUM = [{"id": "0", "tabIds": [1, 2]}, {"id": "1", "tabIds": [7]}]
FIREFOX = [{"id": "firefox-default", "tabIds": [1]}, {"id": "firefox-private", "tabIds": [7]}]
NO_TABS = [{"id": "0"}, {"id": "1"}]


@pytest.mark.parametrize(
    ("place", "stores", "expected"),
    [
        ({"tabId": 2, "incognito": False}, CHROMIUM, "0"),
        ({"tabId": 7, "incognito": True}, CHROMIUM, "1"),
        ({"tabId": 7, "incognito": True}, FIREFOX, "firefox-private"),
        ({"tabId": 1, "cookieStoreId": "firefox-container-3"}, FIREFOX, "firefox-container-3"),
        ({"incognito": True}, NO_TABS, "1"),
        ({"incognito": False}, NO_TABS, None),
        ({}, CHROMIUM, None),
        ({"tabId": 1, "incognito": True}, CHROMIUM, "1"),
    ],
)
def test_cookies_are_those_of_the_window_it_comes_from(
    place: dict[str, Any], stores: list[dict[str, Any]], expected: str | None
) -> None:
    assert called("storeOf", place, stores, script="jars.js") == expected


def test_a_private_window_whose_cookies_are_not_to_be_had_sends_none_at_all() -> None:
    assert called("null === storeOf", {"incognito": True}, CHROMIUM[:1], script="jars.js") is True
    assert called("undefined === storeOf", {"incognito": False}, CHROMIUM[:1], script="jars.js") is True


def test_a_filter_wants_all_its_words() -> None:
    links = [
        {"address": "https://h/debian-12.iso", "text": "Stable"},
        {"address": "https://h/debian-13.iso", "text": "Testing"},
        {"address": "https://h/readme", "text": "Debian, stable"},
    ]
    assert [link["address"] for link in called("filtered", links, "DEBIAN stable")] == [
        "https://h/debian-12.iso",
        "https://h/readme",
    ]
    assert len(called("filtered", links, "")) == 3


@pytest.mark.parametrize("name", sorted(path.name for path in browser_folder().glob("*.js")))
def test_each_script_can_be_read(name: str) -> None:
    text = (browser_folder() / name).read_bytes()
    command = [needs.require("node"), "--check", "--input-type=module", "-"]
    done = subprocess.run(command, input=text, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
