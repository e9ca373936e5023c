"""What clients are told that say something wrong: as a real aria2c tells it, or in a sentence; nothing is added."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.control_command import Control
from tests.support.rpc_clients import TOKEN, Rpc, RpcFaultError, aria2_server, own_server


@pytest.fixture(scope="module")
def asked_rpc(asked_control: Control) -> Iterator[Rpc]:
    with own_server(asked_control) as server:
        yield server


@pytest.fixture(scope="module")
def asked_aria2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rpc]:
    with aria2_server(tmp_path_factory.mktemp("aria2")) as server:
        yield server


@pytest.mark.parametrize(
    "body",
    [
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.getVersion", "params": []},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.getVersion", "params": ["token:wrong"]},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.nope", "params": [f"token:{TOKEN}"]},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.tellStatus", "params": [f"token:{TOKEN}", "0000000000000001"]},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.tellStatus", "params": [f"token:{TOKEN}", "zz"]},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.tellStatus", "params": [f"token:{TOKEN}"]},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.addUri", "params": [f"token:{TOKEN}", []]},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.addUri", "params": [f"token:{TOKEN}", ["x"]]},
        {
            "jsonrpc": "2.0",
            "id": "1",
            "method": "aria2.addUri",
            "params": [f"token:{TOKEN}", ["http://127.0.0.1:9/y"], {"max-download-limit": "zz"}],
        },
        {"id": "1"},
        {"method": "aria2.getVersion"},
        [],
        [{"id": "1"}],
        b"nonsense",
        b"",
        {"jsonrpc": "2.0", "id": "1", "method": "system.listNotifications"},
        {"jsonrpc": "2.0", "id": "1", "method": "aria2.getGlobalStat", "params": [f"token:{TOKEN}"]},
        {"jsonrpc": "2.0", "id": "1", "method": "system.multicall", "params": []},
        {
            "jsonrpc": "2.0",
            "id": "1",
            "method": "system.multicall",
            "params": [
                [
                    {"methodName": "aria2.getGlobalStat", "params": [f"token:{TOKEN}"]},
                    {"methodName": "aria2.nope", "params": [f"token:{TOKEN}"]},
                    {"methodName": "system.multicall", "params": []},
                    {"methodName": "aria2.remove", "params": ["token:wrong"]},
                ]
            ],
        },
    ],
)
def test_the_envelope_is_aria2s(asked_rpc: Rpc, asked_aria2: Rpc, body: Any) -> None:
    ours, theirs = asked_rpc.post(body), asked_aria2.post(body)
    told, expected = ours.json(), theirs.json()
    if "listNotifications" in json.dumps(body, default=str):
        assert set(expected["result"]) - set(told["result"]) == {"aria2.onBtDownloadComplete"}
        return
    assert (ours.status_code, told) == (theirs.status_code, expected)


def test_a_get_request_is_a_call_too(asked_rpc: Rpc, asked_aria2: Rpc) -> None:
    given = b64encode(json.dumps([f"token:{TOKEN}"]).encode()).decode()
    batch = b64encode(json.dumps([{"id": 1, "method": "aria2.getGlobalStat", "params": [f"token:{TOKEN}"]}]).encode())
    queries: list[dict[str, str]] = [
        {"method": "aria2.getGlobalStat", "id": "foo", "params": given},
        {"method": "aria2.getGlobalStat", "id": "foo", "params": given, "jsoncallback": "cb"},
        {"params": batch.decode()},
        {"method": "aria2.getGlobalStat", "id": "foo"},
    ]
    for query in queries:
        ours, theirs = (requests.get(server.url, params=query, timeout=20) for server in (asked_rpc, asked_aria2))
        assert ours.status_code == theirs.status_code
        if "jsoncallback" in query:
            assert ours.text == theirs.text
        else:
            assert ours.json() == theirs.json()
    bad = requests.get(asked_rpc.url, params=queries[0] | {"jsoncallback": "alert(1);x"}, timeout=20)
    assert (bad.status_code, "alert" in bad.text) == (400, False)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"dir": "/etc"}, "'dir' is not one of those that clients may use"),
        ({"dir": "relative"}, "'dir' is not one of those"),
        ({"dir": "{folder}/../../x"}, "'dir' is not one of those"),
        ({"out": "../x"}, "processing the option '--out'"),
        ({"out": "/etc/x"}, "processing the option '--out'"),
        ({"out": "a/../../x"}, "processing the option '--out'"),
        ({"out": "c:x"}, "processing the option '--out'"),
        ({"header": "X: a\r\nHost: evil"}, "processing the option '--header'"),
        ({"header": ["Host: evil"]}, "processing the option '--header'"),
        ({"user-agent": "x\r\ny: z"}, "processing the option '--user-agent'"),
        ({"interface": "eth0"}, "'interface' is not supported here"),
        ({"all-proxy": "ftp://127.0.0.1:1"}, "'--all-proxy'"),
        ({"gid": "7"}, "processing the option '--gid'"),
        ({"checksum": "sha-256=xyz"}, "processing the option '--checksum'"),
        ({"pause": "maybe"}, "processing the option '--pause'"),
        ({"split": "many"}, "processing the option '--split'"),
        ({"pause": True}, "processing the option '--pause'"),
    ],
)
def test_an_option_that_cannot_be_gets_a_sentence(
    asked_rpc: Rpc, asked_control: Control, options: dict[str, Any], sentence: str
) -> None:
    if "dir" in options:
        options = options | {"dir": options["dir"].format(folder=asked_control.folder)}
    with pytest.raises(RpcFaultError, match=sentence) as raised:
        asked_rpc("addUri", ["http://127.0.0.1:9/x"], options)
    assert raised.value.code == 1
    assert asked_rpc("tellWaiting", 0, 9) == []


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "smb://h/x", "data:,x", "gopher://h/x", "magnet:?xt=x", "//h/x"])
def test_no_other_address_is_taken(asked_rpc: Rpc, uri: str) -> None:
    with pytest.raises(RpcFaultError, match="No URI to download"):
        asked_rpc("addUri", [uri])
