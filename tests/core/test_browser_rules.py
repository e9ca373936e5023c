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


def called(function: str, *arguments: Any) -> Any:
    """Call a function of rules.js."""
    given = ", ".join(map(json.dumps, arguments))
    rules = (browser_folder() / "rules.js").read_text(encoding="utf-8")
    script = f"{rules}\nconsole.log(JSON.stringify({function}({given})))"
    command = [needs.require("node"), "--input-type=module", "-e", script]
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
