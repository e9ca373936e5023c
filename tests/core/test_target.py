"""Where the file goes, and whether it is there already."""

import os
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from headrace.claims import Claims
from headrace.errors import DownloadError
from headrace.net.probe import RemoteFile
from headrace.spec import IfExists
from headrace.states import FailureReason
from headrace.transfer.places import candidates, make_folder, published_before
from headrace.transfer.target import as_stored, choose_name, must_skip, part_path, refuse_web_page, vacant_name

from tests.support.engine_parts import claims_on, make_claims, make_plan, refused

R = FailureReason


def remote(address: str = "http://example.org/file.bin", **facts: Any) -> RemoteFile:
    usual: dict[str, Any] = dict.fromkeys(RemoteFile.__slots__)
    usual |= {"status": 200, "accepts_ranges": True, "encoded": False}
    return RemoteFile(**(usual | {"address": address} | facts))


@pytest.mark.parametrize(
    ("asked", "said", "first", "final", "name"),
    [
        ("mine.bin", "theirs.bin", "http://h/a.zip", "http://h/b.zip", "mine.bin"),
        (None, "theirs.bin", "http://h/a.zip", "http://h/b.zip", "theirs.bin"),
        (None, "../../etc/passwd", "http://h/a.zip", "http://h/a.zip", "passwd"),
        (None, "C:\\windows\\x.dll", "http://h/a.zip", "http://h/a.zip", "x.dll"),
        (None, "con", "http://h/a.zip", "http://h/a.zip", None),
        (None, None, "http://h/a.zip", "http://cdn/b.zip", "b.zip"),
        (None, None, "http://h/a.zip", "http://cdn/3f9c", "a.zip"),
        (None, None, "http://h/get", "http://cdn/3f9c", "3f9c"),
        (None, None, "http://h/get?file=7", "http://cdn/b.zip?sig=x", "b.zip"),
        (None, None, "http://h/a.zip", "http://h/login.php", "login.php"),
    ],
)
def test_the_name_is_asked_for_said_or_read_off_an_address(
    tmp_path: Path, asked: str | None, said: str | None, first: str, final: str, name: str | None
) -> None:
    plan = make_plan(tmp_path, address=first, name=asked or "guess", name_wanted=asked is not None)
    chosen = choose_name(plan, remote(final, name=said))
    assert name in (None, chosen)
    assert "/" not in chosen
    assert "\\" not in chosen
    assert chosen.lower() != "con"


def test_the_part_file_is_the_claimed_one_or_has_the_downloads_id(tmp_path: Path) -> None:
    plan = make_plan(tmp_path)
    fresh = part_path(plan, "file.bin")
    assert fresh.parent == tmp_path
    assert fresh != part_path(make_plan(tmp_path, id="ab" * 8), "file.bin")
    claims = make_claims((0, 0, 1), total=1, part_name="as claimed.part")
    assert part_path(make_plan(tmp_path, claims=claims), "file.bin") == tmp_path / "as claimed.part"


def test_candidates_never_end_and_never_repeat() -> None:
    names = list(islice(candidates("a.tar.gz"), 1000))
    assert names[0] == "a.tar.gz"
    assert len(set(names)) == 1000
    assert all(name.startswith("a") and name.endswith(".tar.gz") for name in names)


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_a_vacant_name_is_free(tmp_path: Path, kind: str) -> None:
    taken = tmp_path / "a.bin"
    if kind == "file":
        taken.write_bytes(b"")
    elif kind == "folder":
        taken.mkdir()
    elif os.name != "nt":
        taken.symlink_to(tmp_path / "nowhere")
    chosen = vacant_name(tmp_path, "a.bin", IfExists.RENAME)
    assert not os.path.lexists(tmp_path / chosen)
    assert chosen.endswith(".bin")


@pytest.mark.parametrize("policy", [IfExists.OVERWRITE, IfExists.SKIP, IfExists.FAIL])
def test_other_policies_keep_the_name(tmp_path: Path, policy: IfExists) -> None:
    (tmp_path / "a.bin").write_bytes(b"")
    assert vacant_name(tmp_path, "a.bin", policy) == "a.bin"


def test_in_a_folder_that_is_not_there_every_name_is_free(tmp_path: Path) -> None:
    assert vacant_name(tmp_path / "none", "a.bin", IfExists.RENAME) == "a.bin"
    (tmp_path / "file").write_bytes(b"")
    assert vacant_name(tmp_path / "file", "a.bin", IfExists.RENAME) == "a.bin"


@pytest.mark.parametrize("exists", [False, True])
@pytest.mark.parametrize("policy", IfExists)
def test_an_existing_file_is_skipped_failed_on_or_none_of_our_business(
    tmp_path: Path, policy: IfExists, exists: bool
) -> None:
    if exists:
        (tmp_path / "a.bin").write_bytes(b"")
    plan = make_plan(tmp_path, if_exists=policy)
    if exists and policy is IfExists.FAIL:
        with pytest.raises(DownloadError) as caught:
            must_skip(plan, "a.bin")
        assert caught.value.failure.reason is R.FILE_EXISTS
    else:
        assert must_skip(plan, "a.bin") == (exists and policy is IfExists.SKIP)


def test_the_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_file_in_the_folders_place_is_a_named_failure(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    for folder in (tmp_path / "a", tmp_path / "a" / "b"):
        with pytest.raises(DownloadError) as caught:
            make_folder(folder)
        assert caught.value.failure.reason in {R.FILE_EXISTS, R.FOLDER_MISSING}


@pytest.mark.parametrize(
    ("media_type", "name", "stored"),
    [
        ("application/gzip", "x", True),
        ("application/x-tar", "x", True),
        ("text/plain", "a.tar.gz", True),
        ("text/plain", "A.TGZ", True),
        (None, "a.zst", True),
        ("text/html", "page.html", False),
        (None, "x", False),
        ("application/octet-stream", "setup.exe", False),
    ],
)
def test_archives_are_stored_as_they_are(media_type: str | None, name: str, stored: bool) -> None:
    assert as_stored(remote(media_type=media_type), name) is stored


@pytest.mark.parametrize(
    ("media_type", "validator", "is_page"),
    [
        ("text/html", None, True),
        ("text/html", '"v2"', False),
        ("application/zip", None, False),
        (None, None, False),
    ],
)
def test_a_web_page_in_the_place_of_a_file_is_refused(
    media_type: str | None, validator: str | None, is_page: bool
) -> None:
    answer = remote(media_type=media_type, validator=validator)
    if is_page:
        assert refused(lambda: refuse_web_page(answer)) is R.LOGIN_NEEDED
    else:
        refuse_web_page(answer)


# A crash on either side of the rename.


@pytest.fixture
def part(tmp_path: Path) -> Path:
    path = tmp_path / "file.bin.part"
    path.write_bytes(b"x" * 100)
    return path


def intention(part: Path) -> Claims:
    return claims_on(part, (0, 100, 100), total=100, publishing_as="file.bin")


@pytest.mark.skipif(os.name == "nt", reason="there is one step only on Windows")
def test_a_crash_between_link_and_unlink_ends_in_one_file(part: Path) -> None:
    claims = intention(part)
    final = part.with_name("file.bin")
    final.hardlink_to(part)
    assert published_before(part.parent, claims) == final
    assert [path.name for path in part.parent.iterdir()] == ["file.bin"]
    assert published_before(part.parent, claims) == final


def test_a_crash_after_the_rename_is_recognised(part: Path) -> None:
    claims = intention(part)
    final = part.with_name("file.bin")
    part.rename(final)
    assert published_before(part.parent, claims) == final
    assert final.read_bytes() == b"x" * 100


def test_a_crash_before_the_rename_leaves_the_part_file(part: Path) -> None:
    assert published_before(part.parent, intention(part)) is None
    assert part.exists()


def test_a_stranger_under_the_final_name_is_not_ours(part: Path) -> None:
    claims = intention(part)
    part.with_name("file.bin").write_bytes(b"y" * 100)
    assert published_before(part.parent, claims) is None
    assert part.exists()


def test_a_file_changed_since_is_not_proven(part: Path) -> None:
    claims = intention(part)
    part.rename(part.with_name("file.bin"))
    os.truncate(part.with_name("file.bin"), 99)
    assert published_before(part.parent, claims) is None


def test_without_the_intention_or_all_bytes_nothing_was_published(part: Path) -> None:
    part.rename(part.with_name("file.bin"))
    final = part.with_name("file.bin")
    facts = {"part_name": "file.bin.part", "publishing_as": "file.bin"}
    assert published_before(part.parent, claims_on(final, (0, 100, 100), total=100, part_name="file.bin.part")) is None
    assert published_before(part.parent, claims_on(final, (0, 99, 100), total=100, **facts)) is None
    assert published_before(part.parent, claims_on(final, (0, 100, None), total=None, **facts)) is None
