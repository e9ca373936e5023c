"""What `headrace list` and its kin print: a line for each download, or JSON objects."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from rich.filesize import decimal

from headrace.commands.report import Lines
from headrace.messages import clock_text, printable
from headrace.trust import spaced

_OUTCOMES: Final = {
    "none": "not looked at yet",
    "same": "not changed",
    "same_bytes": "the same bytes",
    "new": "a new version came",
}


class Printer:
    """Prints what a program answers."""

    def __init__(self, out: Lines, err: Lines, *, json: bool) -> None:
        self._out, self._err, self._json = out, err, json

    def all(self, answers: Iterable[dict[str, Any]]) -> None:
        """Print them as they come."""
        for answer in answers:
            self.one(answer)

    def one(self, answer: dict[str, Any]) -> None:
        """Print an answer: of a download one line, of ids nothing, since they are as the person said."""
        if self._json:
            self._out.write_line(json.dumps(answer.get("row", answer)))
        elif "trust" in answer:
            self._out.write_line(printable(answer["trust"]))
        elif "certificate" in answer:
            shown = answer["certificate"]
            self._out.write_line(f"{printable(shown['host'])}  SHA-256 {spaced(shown['sha256'])}")
            for line in shown["pem"].split("\n"):
                self._out.write_line(printable(line))
        elif "login" in answer:
            self._out.write_line(printable("{place}  {user}".format(**answer["login"])))
        elif "row" in answer:
            self._out.write_line(printable(line_of(answer["row"])))
        elif "limit" in answer:
            limit = answer["limit"]
            self._out.write_line("no limit" if limit is None else f"{decimal(limit)}/s")

    def watches(self, answers: Iterable[dict[str, Any]]) -> None:
        """Print how addresses are watched, a line for each."""
        for answer in answers:
            if self._json:
                self.one(answer)
            elif "row" in answer:
                self._out.write_line(printable(watch_line(answer["row"])))

    def lines(self, lines: Iterable[str]) -> None:
        """Print lines as they are."""
        for line in lines:
            self._out.write_line(line)

    def in_full(self, answers: Iterable[dict[str, Any]]) -> None:
        """Print all that is known of downloads, a line for each fact, an empty one between two of them."""
        for number, answer in enumerate(answers):
            if self._json:
                self.one(answer)
                continue
            if number:
                self._out.write_line("")
            for key, value in answer["row"].items():
                if value not in (None, "", [], False):
                    self._out.write_line(printable(f"{key}: {_plain(value)}"))

    def ended(self, answers: Iterable[dict[str, Any]]) -> bool:
        """Print how downloads ended; say whether all have arrived."""
        arrived = True
        for answer in answers:
            row = answer.get("row")
            if self._json:
                self.one(answer)
            elif row is None:
                self._err.write_line(f"headrace: {answer['gone']} were taken off the list")
            elif row["failure"] is not None:
                self._err.write_line(printable(f"failed {row['address']}: {row['failure']['message']}"))
            else:
                self._out.write_line(printable(f"finished {row['path']}"))
            arrived = arrived and row is not None and row["state"] == "completed"
        return arrived


def line_of(row: dict[str, Any]) -> str:
    """Return one download as a line: id, state, percent, size, speed, time left, name."""
    total, received = row["total"], row["received"]
    percent = "" if not total else f"{received * 100 // total}%"
    size = decimal(received if total is None else total) if received or total is not None else ""
    speed = "" if row["speed"] is None else f"{decimal(int(row['speed']))}/s"
    left = clock_text(row["time_left"])
    return f"{row['id'][:8]}  {row['state']:<11} {percent:>4} {size:>10} {speed:>12} {left:>8}  {row['name']}"


def watch_line(row: dict[str, Any]) -> str:
    """Return how an address is watched as a line: id, interval, next look, what the last one found, name."""
    watch = row["watch"]
    if watch is None:
        return f"{row['id'][:8]}  watched no more  {row['name']}"
    failure = watch["failure"]
    found = _OUTCOMES.get(watch["outcome"], watch["outcome"]) if failure is None else failure["message"]
    found = "a version is coming" if watch["coming"] else found
    next_look = datetime.fromtimestamp(watch["next"]).strftime("%Y-%m-%d %H:%M")  # noqa: DTZ006 - of who sits here
    versions = len(watch["versions"]) + 1
    return (
        f"{row['id'][:8]}  every {span_text(watch['every'])}, next {next_look}  {versions} kept, {found}  {row['name']}"
    )


def span_text(seconds: int) -> str:
    """Return seconds in the form that `--every` reads."""
    parts = []
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, length)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
