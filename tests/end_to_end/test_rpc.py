"""Programs made for aria2 use this one: `headrace run --rpc` beside a real aria2c, and aria2p on top of it."""

import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import aria2p
import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import seeded
from tests.support.control_command import Control
from tests.support.faulty_server import FaultyServer
from tests.support.nginx import Nginx
from tests.support.replies import Resource
from tests.support.rpc_clients import TOKEN, Rpc, RpcFaultError, aria2_server, own_server

SIZE = 3_000_007
RATE = 300_000


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", rpc_folders=(tmp_path / "more",)), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def rpc(control: Control) -> Iterator[Rpc]:
    with own_server(control) as server:
        yield server


@pytest.fixture
def aria2(tmp_path: Path) -> Iterator[Rpc]:
    folder = tmp_path / "aria2"
    folder.mkdir()
    with aria2_server(folder) as server:
        yield server


def slow(server: FaultyServer, path: str = "/slow.bin") -> str:
    return server.add(Resource(path, size=SIZE, rate=RATE))


def shape(value: Any) -> Any:
    """Return what a client sees of an answer besides its values: keys, kinds, and whether texts are numbers."""
    if isinstance(value, dict):
        return {key: shape(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value[:1]]
    return "number" if isinstance(value, str) and value.isdecimal() else type(value).__name__


# -- like aria2 ------------------------------------------------------------------------------------------------


def test_a_file_arrives(rpc: Rpc, control: Control, nginx: Nginx) -> None:
    gid = rpc("addUri", [nginx.file("a.bin", SIZE)], {"out": "b.bin"})
    status = rpc.until(gid, "complete", "error")
    assert (status["status"], status["errorCode"], status["totalLength"]) == ("complete", "0", str(SIZE))
    assert status["files"][0]["path"] == str(control.folder / "b.bin")
    assert status["bitfield"] == "e0"
    assert seeded.first_difference(control.folder / "b.bin", 1, SIZE) is None


def test_answers_have_aria2s_shape(rpc: Rpc, aria2: Rpc, nginx: Nginx, plain_server: FaultyServer) -> None:
    address = nginx.file("a.bin", SIZE)
    found = []
    for server in (rpc, aria2):
        done = server("addUri", [address])
        server.until(done, "complete")
        paused = server("addUri", [slow(plain_server)], {"pause": "true"})
        active = server("addUri", [slow(plain_server, "/active.bin")])
        server.until(active, "active")
        deadline = monotonic() + 20
        while not server("getServers", active)[0]["servers"]:
            assert monotonic() < deadline
            sleep(0.05)
        answers = {
            "complete": server("tellStatus", done),
            "paused": server("tellStatus", paused),
            "active": server("tellStatus", active, ["gid", "status", "connections", "downloadSpeed", "files"]),
            "uris": server("getUris", paused),
            "files": server("getFiles", done),
            "stat": server("getGlobalStat"),
            "session": server("getSessionInfo"),
            "waiting": [each["gid"] == paused for each in server("tellWaiting", 0, 10)],
            "stopped": [each["gid"] == done for each in server("tellStopped", -1, 10)],
            "running": [each["gid"] == active for each in server("tellActive", ["gid"])],
            "servers": server("getServers", active),
        }
        answers["active"]["files"][0]["uris"] = answers["active"]["files"][0]["uris"][:1]
        found.append(shape(answers))
    ours, theirs = found
    assert ours == theirs


def test_mirrors_options_and_positions(rpc: Rpc, tmp_path: Path, plain_server: FaultyServer) -> None:
    one, two, three = (
        rpc("addUri", [slow(plain_server, f"/{name}.bin")], {"pause": "true", "gid": gid})
        for name, gid in (("a", "00000000000000aa"), ("b", "00000000000000bb"), ("c", "cccccccccccccccc"))
    )
    assert (one, three) == ("00000000000000aa", "cccccccccccccccc")
    assert rpc("tellStatus", "cccc", ["gid"]) == {"gid": three}
    assert rpc("changePosition", three, 0, "POS_SET") == 0
    assert rpc("changePosition", one, 5, "POS_CUR") == 2
    assert [each["gid"] for each in rpc("tellWaiting", 0, 9, ["gid"])] == [three, two, one]
    assert [each["gid"] for each in rpc("tellWaiting", -1, 2, ["gid"])] == [one, two]
    rpc("changeOption", two, {"max-download-limit": "100K", "split": "3", "dir": str(tmp_path / "more" / "x")})
    told = rpc("getOption", two)
    assert (told["max-download-limit"], told["split"]) == ("102400", "3")
    deadline = monotonic() + 20
    while rpc("getOption", two)["dir"] != str(tmp_path / "more" / "x"):
        assert monotonic() < deadline
    more = plain_server.url("/mirror.bin")
    assert rpc("changeUri", two, 1, [], [more]) == [0, 1]
    assert [each["uri"] for each in rpc("getUris", two)] == [plain_server.url("/b.bin"), more]
    assert rpc("changeUri", two, 1, [plain_server.url("/b.bin")], []) == [1, 0]
    assert [each["uri"] for each in rpc("getUris", two)] == [more]
    with pytest.raises(RpcFaultError, match="GID 00000000000000aa is already used"):
        rpc("addUri", [plain_server.url("/d.bin")], {"gid": one})
    with pytest.raises(RpcFaultError, match="GID 00000000000000 is not unique"):
        rpc("tellStatus", "00000000000000")


def test_global_options_are_settings(rpc: Rpc, control: Control, tmp_path: Path) -> None:
    rpc("changeGlobalOption", {"max-concurrent-downloads": "7", "max-overall-download-limit": "1M", "unknown": "x"})
    told = rpc("getGlobalOption")
    assert (told["max-concurrent-downloads"], told["max-overall-download-limit"]) == ("7", "1048576")
    assert control.run("limit").out == "1.0 MB/s\n"
    with pytest.raises(RpcFaultError, match="'dir' is not one of those"):
        rpc("changeGlobalOption", {"dir": "/etc"})


def test_pause_remove_and_results(rpc: Rpc, plain_server: FaultyServer) -> None:
    gid = rpc("addUri", [slow(plain_server)])
    rpc.until(gid, "active")
    assert rpc("pause", gid) == gid
    rpc.until(gid, "paused")
    with pytest.raises(RpcFaultError, match=f"GID#{gid} cannot be paused now"):
        rpc("pause", gid)
    assert rpc("unpause", gid) == gid
    rpc.until(gid, "active")
    assert rpc("pauseAll") == "OK"
    rpc.until(gid, "paused")
    assert rpc("unpauseAll") == "OK"
    assert rpc("remove", gid) == gid
    assert rpc("tellStatus", gid)["status"] == "removed"
    assert [each["status"] for each in rpc("tellStopped", 0, 9)] == ["removed"]
    with pytest.raises(RpcFaultError, match="Active Download not found"):
        rpc("remove", gid)
    assert rpc("removeDownloadResult", gid) == "OK"
    assert rpc("tellStopped", 0, 9) == []
    failed = rpc("addUri", [plain_server.url("/none")])
    assert rpc.until(failed, "error")["errorCode"] == "3"
    assert rpc("purgeDownloadResult") == "OK"
    assert rpc("getGlobalStat")["numStopped"] == "0"


def test_a_metalink_is_added(rpc: Rpc, control: Control, nginx: Nginx) -> None:
    address = nginx.file("m.bin", SIZE)
    metalink = (
        '<?xml version="1.0"?><metalink xmlns="urn:ietf:params:xml:ns:metalink">'
        f'<file name="named.bin"><size>{SIZE}</size><url>{address}</url></file></metalink>'
    )
    (gid,) = rpc("addMetalink", b64encode(metalink.encode()).decode())
    rpc.until(gid, "complete")
    assert seeded.first_difference(control.folder / "named.bin", 1, SIZE) is None
    for bad in ("no base64!", b64encode(b"no xml").decode()):
        with pytest.raises(RpcFaultError):
            rpc("addMetalink", bad)


def test_shutdown_ends_the_program(rpc: Rpc) -> None:
    assert rpc("shutdown") == "OK"
    deadline = monotonic() + 20
    while rpc.answers():
        assert monotonic() < deadline
        sleep(0.05)


# -- what is told to nobody -------------------------------------------------------------------------------------


def test_headers_referer_and_login_reach_the_server_and_no_answer(rpc: Rpc, plain_server: FaultyServer) -> None:
    address = plain_server.file(SIZE, "/x.bin")
    options = {
        "header": ["Cookie: a=canary", "X-Key: k"],
        "referer": "http://page/",
        "user-agent": "mine/1",
        "http-user": "u",
        "http-passwd": "p",
    }
    gid = rpc("addUri", [address], options)
    rpc.until(gid, "complete")
    sent = {name.lower(): value for name, value in plain_server.requests[0].headers.items()}
    got = [sent.get(name) for name in ("cookie", "x-key", "referer", "user-agent", "authorization")]
    assert got == ["a=canary", "k", "http://page/", "mine/1", "Basic dTpw"]
    assert "canary" not in json.dumps([rpc("getOption", gid), rpc("tellStatus", gid)])


# -- aria2p ----------------------------------------------------------------------------------------------------


@pytest.fixture
def api(rpc: Rpc) -> aria2p.API:
    return aria2p.API(aria2p.Client(host="http://127.0.0.1", port=rpc.port, secret=TOKEN))


def test_aria2p_from_adding_to_purging(
    api: aria2p.API, rpc: Rpc, control: Control, nginx: Nginx, plain_server: FaultyServer, tmp_path: Path
) -> None:
    done = api.add_uris([nginx.file("p.bin", SIZE)], options={"out": "q.bin", "max-download-limit": "0"})
    rpc.until(done.gid, "complete")
    done.update()
    assert (done.name, done.is_complete, done.progress, done.total_length) == ("q.bin", True, 100.0, SIZE)
    active = api.add(slow(plain_server))[0]
    rpc.until(active.gid, "active")
    assert active.pause()
    rpc.until(active.gid, "paused")
    assert {one.gid for one in api.get_downloads()} == {done.gid, active.gid}
    assert active.resume()
    rpc.until(active.gid, "active")
    assert api.get_stats().num_active == 1
    assert api.set_options({"max-download-limit": "50K"}, [active])
    assert api.get_options([active])[0].max_download_limit == 51200
    assert str(api.get_global_options().dir) == str(control.folder)
    assert api.set_global_options({"max-concurrent-downloads": "2"})
    assert api.pause_all()
    rpc.until(active.gid, "paused")
    extra = api.add_uris([slow(plain_server, "/z.bin")], options={"pause": "true"})
    assert api.move_to_top(extra) == 0
    assert api.move_down(extra) == 1
    assert active.remove(force=True, files=False)
    assert {one.gid for one in api.get_downloads()} == {done.gid, extra.gid}
    assert api.purge()
    assert [one.gid for one in api.get_downloads()] == [extra.gid]
    listed = tmp_path / "list.txt"
    listed.write_text(f"{nginx.url('p.bin')}\n  out=again.bin\n", encoding="utf-8")
    again = api.add(str(listed))[0]
    rpc.until(again.gid, "complete")
    assert seeded.first_difference(control.folder / "again.bin", 1, SIZE) is None


def test_aria2p_hears_of_everything(api: aria2p.API, rpc: Rpc, nginx: Nginx, plain_server: FaultyServer) -> None:
    heard: list[tuple[str, str]] = []

    def hear(what: str) -> Any:
        return lambda _api, gid: heard.append((what, gid))

    names = ("start", "pause", "stop", "complete", "error")
    api.listen_to_notifications(
        threaded=True, timeout=1, handle_signals=False, **{f"on_download_{name}": hear(name) for name in names}
    )
    sleep(0.5)
    done = rpc("addUri", [nginx.file("n.bin", SIZE)])
    rpc.until(done, "complete")
    failed = rpc("addUri", [plain_server.url("/none")])
    rpc.until(failed, "error")
    paused = rpc("addUri", [slow(plain_server)])
    rpc.until(paused, "active")
    rpc("pause", paused)
    rpc.until(paused, "paused")
    rpc("remove", paused)
    wanted = {
        ("start", done), ("complete", done), ("start", failed), ("error", failed),
        ("start", paused), ("pause", paused), ("stop", paused),
    }  # fmt: skip
    deadline = monotonic() + 20
    while set(heard) != wanted:
        assert monotonic() < deadline, heard
        sleep(0.05)
    assert len(heard) == len(wanted)
    api.stop_listening()
