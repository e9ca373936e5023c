"""The command line of `headrace get`: what it understands, what it refuses and with which words."""

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from headrace.commands.get import main
from headrace.commands.option_types import UsageError
from headrace.commands.options import GetOptions, parse_options
from headrace.commands.wanted import addresses_in_list
from headrace.host_rules import HostRule
from headrace.pieces import PieceHashes
from headrace.settings import Settings
from headrace.spec import Checksum, IfExists, Permission

ONE = "http://files.test/one.bin"
TWO = "http://files.test/two.bin"
THREE = "http://files.test/three.bin"
SHA = "sha256:" + "0123456789abcdef" * 4


def options(*argv: str, stdin: bytes = b"") -> GetOptions:
    return parse_options(argv, io.BytesIO(stdin))


def test_without_options_nothing_is_replaced_and_the_folder_is_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = options(ONE)
    saved = Settings(max_running=7, limit=1000, idle_timeout=5.0)
    assert given.settings_over(saved) == saved
    (spec,) = given.specs
    assert (spec.address, spec.folder, spec.name, spec.headers, spec.checksum, spec.connections, spec.if_exists) == (
        ONE,
        tmp_path,
        None,
        (),
        None,
        None,
        IfExists.RENAME,
    )


@pytest.mark.parametrize(
    ("argv", "field", "value"),
    [
        (["-o", "x y.bin"], "name", "x y.bin"),
        (["--name", "x"], "name", "x"),
        (["-x", "3"], "connections", 3),
        (["--connections=3"], "connections", 3),
        (["--checksum", SHA.upper()], "checksum", Checksum.parse(SHA)),
        (["--header", "X-Key: a: b", "--header", "Cookie: c=d"], "headers", (("X-Key", "a: b"), ("Cookie", "c=d"))),
        (["--if-exists", "skip"], "if_exists", IfExists.SKIP),
        (["--if-exists", "overwrite"], "if_exists", IfExists.OVERWRITE),
        (["--if-exists", "fail"], "if_exists", IfExists.FAIL),
        (["--mirror", THREE, "--mirror", f" {TWO}#part"], "mirrors", (THREE, TWO)),
        (["--mirror", ONE, "--mirror", TWO, "--mirror", TWO], "mirrors", (TWO,)),
        ([], "mirrors", ()),
        ([], "allow", frozenset()),
        (["--allow", "private"], "allow", {Permission.PRIVATE_ADDRESS}),
        (
            ["--allow", "http", "--allow=type", "--allow", "large"],
            "allow",
            {Permission.PLAIN_HTTP, Permission.ANY_TYPE, Permission.LARGE_DECODED},
        ),
    ],
)
def test_an_option_of_one_download_is_in_its_spec(argv: list[str], field: str, value: object) -> None:
    (spec,) = options(*argv, ONE).specs
    assert getattr(spec, field) == value


@pytest.mark.parametrize(
    ("argv", "field", "value"),
    [
        (["-j", "2"], "max_running", 2),
        (["--jobs", "2"], "max_running", 2),
        (["--tries", "1"], "tries", 1),
        (["--timeout", "0.5"], "idle_timeout", 0.5),
        (["--timeout", "0.5"], "connect_timeout", 0.5),
        (["--timeout", "60"], "connect_timeout", Settings().connect_timeout),
        (["--limit", "500K"], "limit", 500_000),
        (["--limit", "0"], "limit", None),
    ],
)
def test_an_option_of_the_program_replaces_the_saved_setting(argv: list[str], field: str, value: object) -> None:
    settings = options(*argv, ONE).settings_over(Settings(limit=77))
    assert getattr(settings, field) == value


def test_the_version_of_http_is_a_rule_of_the_hosts_for_this_once() -> None:
    other, mine = HostRule("*.b.test", limit=9, from_start=True), HostRule("c.test", http_version="2", limit=5)
    argv = ("https://me:x@a.test:81/", "https://x.b.test/", "https://y.b.test/", "https://c.test/", ONE)
    two = options("--http", "2", *argv).settings_over(Settings(host_rules=(other, mine))).host_rules
    assert two == (replace(other, http_version="2"), mine, HostRule("a.test:81", http_version="2"))
    one = options("--http", "1.1", *argv).settings_over(Settings(host_rules=(other, mine))).host_rules
    assert one == (other, replace(mine, http_version=""), HostRule("a.test:81"))
    many = [f"https://{number}.test/" for number in range(1001)]
    with pytest.raises(UsageError, match="1000 rules at most"):
        options("--http", "2", *many).settings_over(Settings())


def test_options_may_stand_before_between_and_behind_the_addresses() -> None:
    given = options("-j", "2", ONE, "--tries", "3", TWO, "--json", "-q")
    assert [spec.address for spec in given.specs] == [ONE, TWO]
    assert (given.max_running, given.tries, given.json, given.quiet, given.verbose) == (2, 3, True, True, False)


def test_the_folder_is_absolute_and_knows_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert options("-d", "sub", ONE).specs[0].folder == tmp_path / "sub"
    assert options("-d", "~/sub", ONE).folder == Path.home() / "sub"


def test_a_repeated_address_is_fetched_once_in_the_order_of_the_first() -> None:
    assert [spec.address for spec in options(TWO, ONE, TWO, ONE + "#part", f" {ONE} ").specs] == [TWO, ONE]


def test_one_address_given_twice_is_still_one_for_name_and_checksum() -> None:
    assert options("-o", "x", "--checksum", SHA, ONE, ONE).specs[0].name == "x"


def test_a_list_holds_an_address_a_line() -> None:
    assert addresses_in_list(["", "  # no", f" {ONE}\t", "#x", TWO]) == [ONE, TWO]


def test_lists_come_from_files_and_stdin_behind_the_addresses(tmp_path: Path) -> None:
    listed = tmp_path / "list.txt"
    listed.write_bytes(b"\xef\xbb\xbf# kept by hand\r\n\r\n" + TWO.encode() + b"\r\n")
    given = options("-i", str(listed), "-i", "-", ONE, stdin=b"http://files.test/three\n")
    assert [spec.address for spec in given.specs] == [ONE, TWO, "http://files.test/three"]


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "no address was given"),
        (["-i", "-"], "no address was given"),
        (["gopher://files.test/x"], "does not begin with http://, https://, ftp:// or sftp://"),
        (["files.test/x"], "does not begin with http://, https://, ftp:// or sftp://"),
        (["http:///x"], "names no host"),
        (["http://files.test:99999/x"], "is not an address"),
        ([ONE, TWO, "-o", "x"], "--name fits one address only"),
        ([ONE, TWO, "--checksum", SHA], "--checksum fits one address only"),
        ([ONE, TWO, "--mirror", THREE], "--mirror fits one address only"),
        ([ONE, "--mirror", "gopher://files.test/x"], "argument --mirror: 'gopher://files.test/x' does not begin with"),
        ([ONE, *(f"--mirror=http://files.test/{number}" for number in range(1001))], "number of mirrors"),
        ([ONE, "--allow", "everything"], "argument --allow: choose one of private, http, type, large"),
        ([ONE, "--metalink", "/no/such/list.meta4"], "the Metalink /no/such/list.meta4 cannot be read: No such file"),
        (["/no/such/list.meta4"], "the Metalink /no/such/list.meta4 cannot be read: No such file"),
        (["/no/such/list.METALINK"], "cannot be read"),
        (["http:///list.meta4"], "names no host"),
        ([ONE, "-o", "../x"], "without folders"),
        ([ONE, "-o", "a\\x"], "without folders"),
        ([ONE, "-o", ".."], "without folders"),
        ([ONE, "-o", ""], "without folders"),
        ([ONE, "-o", "a\x1bb"], "control characters"),
        ([ONE, "--checksum", "sha256:12"], "64 hexadecimal digits"),
        ([ONE, "--checksum", "crc:12"], "ALGO:HEX"),
        ([ONE, "--limit", "fast"], "such as 500K, 2M or 1.5MiB"),
        ([ONE, "--header", "nothing"], "'Name: value'"),
        ([ONE, "--header", "Range: bytes=0-1"], "set by the program itself"),
        ([ONE, "--header", "X: a\r\nY: b"], "control character"),
        ([ONE, "-j", "0"], "argument -j/--jobs: it must be from 1 to 1000, not 0"),
        ([ONE, "-x", "65"], "argument -x/--connections: it must be from 1 to 64, not 65"),
        ([ONE, "-x", "many"], "'many' is not such a number"),
        ([ONE, "--timeout", "nan"], "argument --timeout: it must be from 0.1 to 3600"),
        ([ONE, "--tries", "0"], "argument --tries: it must be"),
        ([ONE, "--if-exists", "ask"], "choose one of rename, overwrite, skip, fail"),
        ([ONE, "--no-such"], "unrecognized arguments: --no-such"),
        ([ONE, "--js"], "unrecognized arguments: --js"),
        ([ONE, "-d"], "expected one argument"),
        ([ONE, "-i", "/no/such/list"], "cannot be read"),
    ],
)
def test_wrong_usage_is_one_sentence(argv: list[str], words: str) -> None:
    with pytest.raises(UsageError) as caught:
        options(*argv)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_list_that_is_no_text_is_refused() -> None:
    with pytest.raises(UsageError, match="save it as UTF-8"):
        options("-i", "-", stdin=b"\xff\xfe\x00")


MD5 = "0123456789abcdef" * 2
METALINK = f"""<metalink xmlns="urn:ietf:params:xml:ns:metalink">
  <file name="way/one.iso">
    <size>25</size><hash type="md5">{MD5}</hash><hash type="sha-256">{SHA[7:]}</hash>
    <pieces type="md5" length="20"><hash>{MD5}</hash><hash>{MD5}</hash></pieces>
    <url priority="2">{TWO}</url><url priority="1">{ONE}</url>
  </file>
  <file name="three"><url>{THREE}</url></file>
</metalink>"""


@pytest.fixture
def metalink(tmp_path: Path) -> str:
    path = tmp_path / "disk.meta4"
    path.write_text(METALINK, encoding="utf-8")
    return str(path)


@pytest.fixture
def metalink_of_one(tmp_path: Path) -> str:
    path = tmp_path / "DISK.Metalink"
    path.write_text(METALINK.partition('  <file name="three">')[0] + "</metalink>", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("option", [[], ["--metalink"]])
def test_each_file_of_a_metalink_is_a_download(metalink: str, option: list[str]) -> None:
    one, three = options(*option, metalink, "-x", "3", "--allow", "http").specs
    assert (one.address, one.name, one.mirrors) == (ONE, "one.iso", (TWO,))
    assert one.checksum == Checksum.parse(SHA)
    assert one.pieces == PieceHashes("md5", 20, (MD5, MD5))
    assert (three.address, three.name, three.mirrors, three.checksum, three.pieces) == (THREE, "three", (), None, None)
    for spec in (one, three):
        assert (spec.connections, spec.allow) == (3, frozenset({Permission.PLAIN_HTTP}))


def test_a_metalink_needs_no_special_name_behind_its_option(tmp_path: Path, metalink: str) -> None:
    renamed = Path(metalink).rename(tmp_path / "anything")
    assert [spec.address for spec in options("--metalink", str(renamed), "--metalink", str(renamed)).specs] == [
        ONE,
        THREE,
    ]


def test_metalinks_and_addresses_stand_in_their_order(metalink: str) -> None:
    other = "http://files.test/list.meta4"
    assert [spec.address for spec in options(other, metalink, TWO).specs] == [other, ONE, THREE, TWO]


def test_what_the_command_line_says_goes_before_the_metalink(metalink_of_one: str) -> None:
    checksum = "sha1:" + "0" * 40
    (spec,) = options(metalink_of_one, "-o", "mine", "--checksum", checksum, "--mirror", THREE, "--mirror", TWO).specs
    assert (spec.name, spec.checksum, spec.mirrors) == ("mine", Checksum.parse(checksum), (TWO, THREE))


@pytest.mark.parametrize("metalink_first", [True, False])
def test_of_two_with_one_address_the_one_that_knows_more_stays(metalink_of_one: str, metalink_first: bool) -> None:
    (spec,) = options(*([metalink_of_one, ONE] if metalink_first else [ONE, metalink_of_one])).specs
    assert (spec.name, spec.mirrors) == ("one.iso", (TWO,))


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["-o", "x"], "--name fits one address only"),
        (["--checksum", SHA], "--checksum fits one address only"),
        (["--mirror", "http://files.test/four"], "--mirror fits one address only"),
    ],
)
def test_what_is_said_of_one_file_does_not_fit_a_metalink_of_two(metalink: str, argv: list[str], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        options(metalink, *argv)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "disk.meta4 cannot be used: the Metalink is not well-formed XML"),
        (b"<!DOCTYPE a><a/>", "declares a document type"),
        (b"<a/>", "not a Metalink of version 4 or 3.0"),
        (bytes((16 << 20) + 1), "16 MiB at most"),
    ],
    ids=["empty", "document type", "other", "large"],
)
def test_a_metalink_that_cannot_be_used_starts_nothing(metalink: str, data: bytes, words: str) -> None:
    Path(metalink).write_bytes(data)
    with pytest.raises(UsageError, match=words) as caught:
        options(ONE, metalink)
    assert "\n" not in str(caught.value)


def test_a_folder_named_like_a_metalink_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.meta4").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        options(str(tmp_path / "x.meta4"))


@pytest.mark.parametrize(
    "argv",
    [
        [ONE, "--mirror", "gopher://u:s3cret@files.test/x?token=s3cret"],
        ["gopher://user:s3cret@files.test/x?token=s3cret"],
        ["http://user:s3cret@files.test:0x/x?token=s3cret"],
        [ONE, "--header", "Authorization s3cret"],
        [ONE, "--header", "Cookie: s3cret\x00"],
        [ONE, "--what=http://u:s3cret@files.test/?a=s3cret"],
    ],
)
def test_no_secret_is_in_the_sentence(argv: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        options(*argv)
    assert "s3cret" not in str(caught.value)


def test_the_program_prints_the_sentence_on_stderr_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gopher://files.test/\x1b[31m"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("headrace get: ")
    assert "\x1b" not in err
    assert err.endswith("(see headrace get --help)\n")


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_end_with_0(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([argument]) == 0
    assert "headrace" in capsys.readouterr().out


def test_help_names_every_option_status_and_event(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--help"])
    text = capsys.readouterr().out
    for word in (
        "--dir",
        "--if-exists",
        "--limit",
        "500KiB",
        "--metalink",
        "--mirror",
        "--allow private",
        "large ",
        "130 interrupted",
        "added",
        "progress",
        "failed",
        "skipped",
    ):
        assert word in text


@pytest.mark.parametrize("argv", [["--version"], ["--help"], ["gopher://x"], []])
def test_usage_needs_neither_qt_nor_requests_nor_rich(argv: list[str]) -> None:
    program = (
        "import sys\n"
        "from headrace.commands.get import main\n"
        f"status = main({argv!r})\n"
        "heavy = {'PySide6', 'requests', 'rich', 'sqlite3', 'defusedxml'} & sys.modules.keys()\n"
        "sys.exit(f'{heavy} were loaded' if heavy else status)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.returncode in {0, 2}, done.stderr


def test_a_folder_that_cannot_be_made_ends_with_1_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert main(["--profile", str(tmp_path / "profile"), "-d", str(tmp_path / "file" / "sub"), ONE]) == 1
    assert "cannot be made" in capsys.readouterr().err


def test_a_profile_that_cannot_be_made_ends_with_1_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert main(["--profile", str(tmp_path / "file" / "profile"), ONE]) == 1
    assert "cannot be used" in capsys.readouterr().err


def test_a_broken_settings_file_ends_with_1_and_says_which(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "settings.json").write_text('{"max_running": 0}', encoding="utf-8")
    assert main(["--profile", str(tmp_path), ONE]) == 1
    err = capsys.readouterr().err
    assert "settings.json" in err
    assert "max_running" in err


@pytest.mark.parametrize(("argv", "quiet"), [((), True), (("--limit", "5K"), False), (("--limit", "0"), False)])
def test_who_names_a_limit_wants_it_in_quiet_hours_as_well(argv: tuple[str, ...], *, quiet: bool) -> None:
    settings = options(*argv, ONE).settings_over(Settings(quiet=True, quiet_hours="22:00-06:00"))
    assert (settings.quiet, bool(settings.quiet_hours)) == (quiet, quiet)
