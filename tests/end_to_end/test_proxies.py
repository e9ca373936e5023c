"""Proxies by the command line: used, told, and their passwords kept by nobody."""

from pathlib import Path
from urllib.parse import quote

import pytest
from headrace.profile import Profile
from headrace.settings import Settings, save_settings

from tests.support import proxies, seeded
from tests.support.control_command import Control
from tests.support.get_command import GetCommand
from tests.support.nginx import Nginx

SIZE = 3_000_000
LOGIN = f"{proxies.USER}:{quote(proxies.PASSWORD, safe='')}"


@pytest.fixture
def get(tmp_path: Path) -> GetCommand:
    return GetCommand(tmp_path / "target", tmp_path / "profile")


def files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("kind", ["http", "socks5h"])
def test_get_goes_by_it_and_tells_no_password(get: GetCommand, nginx: Nginx, tmp_path: Path, kind: str) -> None:
    begin = proxies.tinyproxy if kind == "http" else proxies.microsocks
    name = f"by-{kind}.bin"
    address = nginx.file(name, SIZE)
    with begin(tmp_path, login=True) as port:
        done = get.run("-vv", "--proxy", f"{kind}://{LOGIN}@127.0.0.1:{port}", address)
        assert done.status == 0, done.err
        assert seeded.first_difference(get.folder / name, 1, SIZE) is None
        assert proxies.PASSWORD not in done.out + done.err
        again = get.run("--proxy", f"{kind}://{proxies.USER}@127.0.0.1:{port}", f"{address}?2")
        assert again.status == 1
        assert "the proxy asks for a login" in again.err
    gone = get.run("--tries", "1", "--proxy", f"{kind}://127.0.0.1:{port}", f"{address}?3")
    assert (gone.status, "the proxy cannot be reached" in gone.err) == (1, True)
    assert proxies.PASSWORD.encode() not in get.state_bytes()


def test_a_proxy_is_a_wish_of_one_download(nginx: Nginx, tmp_path: Path) -> None:
    profile = Profile.at(tmp_path / "profile")
    save_settings(Settings(tmp_path / "downloads", proxy=f"http://127.0.0.1:{proxies.free_port()}"), profile.settings)
    control = Control(profile, tmp_path / "downloads")
    address = nginx.file("wish.bin", SIZE)
    with control.running(), proxies.tinyproxy(tmp_path, login=True) as port:
        done = control.run("add", "--wait", "--proxy", f"http://{LOGIN}@127.0.0.1:{port}", address)
        assert (done.status, done.err) == (0, "")
        (row,) = control.rows("list")
        assert row["proxy"] == f"http://{proxies.USER}@127.0.0.1:{port}"
        assert control.run("add", "--proxy", "ftp://h:1", address).status == 2
    assert proxies.PASSWORD.encode() not in files(profile.folder)
