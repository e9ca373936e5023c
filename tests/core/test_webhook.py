"""Telling a web service: in order, again where that failed, and never for ever."""

from collections.abc import Iterator
from typing import Any

import pytest
from headrace.automation import webhook
from headrace.automation.webhook import Webhook
from headrace.net.posting import post_json
from headrace.net_options import NetOptions

from tests.support.listener import Listener, listening
from tests.support.processes import wait_until


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Listener]:
    monkeypatch.setattr(webhook, "PAUSES", (0.01, 0.02))
    with listening() as made:
        yield made


def test_all_is_told_in_order(listener: Listener) -> None:
    hook = Webhook(listener.address, NetOptions(), lambda *_: None)
    for number in range(20):
        hook.tell(b'{"event": "%d"}' % number)
    wait_until(lambda: len(listener.heard) == 20, "all is told")
    assert listener.events() == [str(number) for number in range(20)]
    assert listener.headers[0]["content-type"] == "application/json"
    assert hook.close(5.0)


@pytest.mark.parametrize("statuses", [[500], [503, 429], [408]])
def test_what_was_not_taken_is_told_again(listener: Listener, statuses: list[int]) -> None:
    listener.statuses = list(statuses)
    troubles: list[tuple[str, str]] = []
    hook = Webhook(listener.address, NetOptions(), lambda *why: troubles.append(why))
    hook.tell(b'{"event": "a"}')
    hook.tell(b'{"event": "b"}')
    wait_until(lambda: len(listener.heard) == 2, "both are told")
    assert (listener.events(), troubles) == (["a", "b"], [])
    assert hook.close(5.0)


@pytest.mark.parametrize(
    ("statuses", "why", "asked"),
    [([404], "HTTP status 404", 1), ([302], "HTTP status 302", 1), ([500] * 3, "HTTP status 500", 3)],
)
def test_what_is_refused_is_given_up_and_said(listener: Listener, statuses: list[int], why: str, asked: int) -> None:
    listener.statuses = list(statuses)
    troubles: list[tuple[str, str]] = []
    hook = Webhook(listener.address, NetOptions(), lambda *each: troubles.append(each))
    hook.tell(b'{"event": "a"}')
    hook.tell(b'{"event": "b"}')
    wait_until(lambda: listener.events() == ["b"], "the next is told")
    assert [said for _, said in troubles] == [why]
    assert len(listener.headers) == asked + 1
    assert hook.close(5.0)


def test_a_service_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PAUSES", (0.01,))
    troubles: list[tuple[str, str]] = []
    hook = Webhook("http://127.0.0.1:9/", NetOptions(), lambda *each: troubles.append(each))
    hook.tell(b"{}")
    wait_until(lambda: bool(troubles), "it is given up")
    assert troubles == [("127.0.0.1:9", "connect failed")]
    assert hook.close(5.0)


def test_a_login_is_sent_as_one_and_an_end_wakes(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "PAUSES", (3600.0,))
    listener.statuses = [500]
    hook = Webhook(listener.address.replace("http://", "http://me:canary@"), NetOptions(), lambda *_: None)
    hook.tell(b'{"event": "a"}')
    wait_until(lambda: bool(listener.headers), "it is asked")
    assert listener.headers[0]["authorization"].startswith("Basic ")
    assert hook.close(5.0), "it waits an hour for another try, and ends at once"
    hook.tell(b"{}")
    assert listener.heard == []


def test_nothing_ends_the_telling(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    real, troubles = post_json, list[tuple[str, str]]()

    def odd(*args: Any) -> int:
        monkeypatch.setattr(webhook, "post_json", real)
        raise RecursionError

    monkeypatch.setattr(webhook, "post_json", odd)
    hook = Webhook(listener.address, NetOptions(), lambda *each: troubles.append(each))
    hook.tell(b'{"event": "a"}')
    hook.tell(b'{"event": "b"}')
    wait_until(lambda: listener.events() == ["b"], "the next is told")
    assert [why for _, why in troubles] == ["RecursionError"]
    assert hook.close(5.0)
