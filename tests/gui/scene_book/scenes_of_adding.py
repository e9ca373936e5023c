"""Scenes of adding: from one address to two hundred, with answers of servers, patterns, curl, and what is there."""

from dataclasses import replace

from headrace.file_facts import FileFacts
from headrace.queue_options import QueueOptions
from headrace.rules import Rule
from headrace.states import DownloadState, Failure, FailureReason
from headrace_gui.dialogs.add_dialog import AddDialog
from headrace_gui.main_window import MainWindow

from tests.gui.scene_book.jobs import FOLDER, ISO_ADDRESS, MIDNIGHT, mixed_jobs
from tests.gui.scene_book.stage import Stage
from tests.support.add_stage import dialog_behind
from tests.support.fake_manager import make_snapshot

_MEDIA = "https://media.example.edu"
_LINES = (ISO_ADDRESS, f"{_MEDIA}/lecture-[01-03].mp4", f"{_MEDIA}/course-material.zip", f"{_MEDIA}/notes.pdf")
_CURL = (
    "curl 'https://files.example.com/exports/report-2026.xlsx' -H 'Accept: */*' "
    "-H 'Referer: https://files.example.com/exports' -b 'session=4d1f' -A 'Mozilla/5.0' --compressed"
)


def _answer(stage: Stage, answers: dict[str, FileFacts]) -> None:
    asked = [each.address for each in stage.asker.asked]
    for address, facts in answers.items():
        if address in asked:
            stage.asker.answer(address, facts)


def _six(stage: Stage) -> tuple[MainWindow, AddDialog]:
    known = make_snapshot(
        "course-material.zip",
        address=f"{_MEDIA}/course-material.zip",
        folder=FOLDER,
        state=DownloadState.PAUSED,
        total=1_300_000_000,
        received=1_144_000_000,
        added_at=MIDNIGHT - 6 * 3600,
    )
    others = [job for job in mixed_jobs()[1:] if job.name != known.name]
    window = stage.window([*others[:10], known, *others[10:]])
    dialog = dialog_behind(window.adding.open(_LINES))
    stage.until(lambda: len(stage.asker.asked) >= 5)
    _answer(
        stage,
        {
            ISO_ADDRESS: FileFacts("debian-13.2.0-amd64-DVD-1.iso", 3_900_000_000, resumable=True),
            f"{_MEDIA}/lecture-01.mp4": FileFacts("lecture-01.mp4", 412_000_000, resumable=True),
            f"{_MEDIA}/lecture-02.mp4": FileFacts("lecture-02.mp4", 398_000_000, resumable=True),
            f"{_MEDIA}/course-material.zip": FileFacts("course-material.zip", 1_300_000_000, resumable=True),
            f"{_MEDIA}/notes.pdf": FileFacts("notes.pdf", failure=Failure(FailureReason.NOT_FOUND, status=404)),
        },
    )
    stage.until(lambda: dialog._model.sums().size > 4_000_000_000)
    return window, dialog


def add_to_queue(stage: Stage) -> None:
    window = stage.window(mixed_jobs()[1:4])
    manager = window._manager
    options = (QueueOptions("Night", FOLDER / "Night"),)
    manager.apply_settings(replace(manager.settings, queues=("Night",), queue_options=options))
    dialog = dialog_behind(window.adding.open([ISO_ADDRESS]))
    box = dialog._place.queue
    box.setCurrentIndex(box.findData("Night"))
    box.activated.emit(box.currentIndex())
    stage.until(lambda: len(stage.asker.asked) >= 1)
    stage.keep("add-queue", dialog)


def add_by_rules(stage: Stage) -> None:
    window = stage.window(mixed_jobs()[1:4])
    manager = window._manager
    rules = (
        Rule(categories=("video",), folder="Videos/{host}", name="{year}-{name}"),
        Rule(hosts=("example.edu",), folder="University/{category}"),
    )
    manager.apply_settings(replace(manager.settings, rules=rules))
    dialog = dialog_behind(window.adding.open([*_LINES, f"{_MEDIA}/a-very-long-name-of-a-file-of-the-lecture.tar.gz"]))
    stage.until(lambda: len(stage.asker.asked) >= 5)
    stage.keep("add-rules", window, dialog)


def add_none(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    stage.keep("add-0", window, window.adding.open())


def add_one(stage: Stage) -> None:
    window = stage.window(mixed_jobs()[1:])
    dialog = dialog_behind(window.adding.open([ISO_ADDRESS]))
    stage.until(lambda: bool(stage.asker.asked))
    facts = FileFacts("debian-13.2.0-amd64-DVD-1.iso", 3_900_000_000, "application/x-iso9660-image", resumable=True)
    _answer(stage, {ISO_ADDRESS: facts})
    stage.until(lambda: bool(dialog._model.sums().size))
    stage.keep("add-1", window, dialog)


def add_six(stage: Stage) -> None:
    stage.keep("add-6", *_six(stage))


def add_duplicates(stage: Stage) -> None:
    window, dialog = _six(stage)
    dialog._text.put_all("\n".join([*_LINES, "gopher://old.example.org/readme.txt", "not an address"]))
    stage.until(lambda: dialog._model.sums().problems > 0)
    stage.keep("add-duplicates", window, dialog)


def add_many(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    dialog = dialog_behind(
        window.adding.open([f"https://images.example.int/survey/plate-{number:03}.tiff" for number in range(200)])
    )
    stage.until(lambda: len(stage.asker.asked) >= 150)
    _answer(
        stage,
        {
            each.address: FileFacts(
                each.address.rpartition("/")[2], 41_000_000 + 977_000 * (number % 17), resumable=True
            )
            for number, each in enumerate(stage.asker.asked[:60])
        },
    )
    stage.until(lambda: dialog._model.sums().size > 2_000_000_000)
    stage.keep("add-200", window, dialog)


def add_pattern(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    stage.keep("add-pattern", window, window.adding.open([f"{_MEDIA}/scans/page-[001-120].jpg"]))


def add_curl(stage: Stage) -> None:
    window = stage.window(mixed_jobs())
    stage.keep("add-curl", window, window.adding.open([_CURL]))


def add_more(stage: Stage) -> None:
    window = stage.window(mixed_jobs()[1:])
    dialog = dialog_behind(window.adding.open([ISO_ADDRESS]))
    dialog._parts.more_button.click()
    stage.keep("add-more", window, dialog)
    dialog.resize(dialog.width(), 1000)
    stage.keep("add-more-whole", dialog)
