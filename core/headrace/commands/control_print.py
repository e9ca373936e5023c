"""What `headrace list` and its kin print: a line for each download, or JSON objects."""

import json
from collections.abc import Iterable
from typing import Any

from rich.filesize import decimal

from headrace.commands.report import Lines
from headrace.messages import clock_text, printable
from headrace.trust import spaced


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
        elif "deed" in answer:
            self._out.write_line(plan_line(answer))
        elif "row" in answer:
            self._out.write_line(printable(line_of(answer["row"])))
        elif "limit" in answer:
            limit = answer["limit"]
            self._out.write_line("no limit" if limit is None else f"{decimal(limit)}/s")

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


def plan_line(plan: dict[str, Any]) -> str:
    """Return what happens when all is done as a line."""
    left = "" if plan["seconds_left"] is None else f" in {plan['seconds_left']} s"
    return f"{plan['deed']}{left} (possible here: {' '.join(plan['possible'])})"


def line_of(row: dict[str, Any]) -> str:
    """Return one download as a line: id, state, percent, size, speed, time left, name."""
    total, received = row["total"], row["received"]
    percent = "" if not total else f"{received * 100 // total}%"
    size = decimal(received if total is None else total) if received or total is not None else ""
    speed = "" if row["speed"] is None else f"{decimal(int(row['speed']))}/s"
    left = clock_text(row["time_left"])
    return f"{row['id'][:8]}  {row['state']:<11} {percent:>4} {size:>10} {speed:>12} {left:>8}  {row['name']}"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
