"""What `headrace list` and its kin print: a line for each download, or JSON objects."""

import json
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from rich.filesize import decimal

from headrace.budget_words import place_text
from headrace.commands.host_print import host_line
from headrace.commands.report import Lines
from headrace.commands.rule_print import rule_line
from headrace.messages import WAITS, clock_text, printable
from headrace.trust import fingerprint, spaced

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
            self._out.write_line(json.dumps(answer.get("row") or answer.get("entry") or answer.get("figure") or answer))
            return
        kind = next((kind for kind in _LINES if kind in answer), None)
        for line in () if kind is None else _LINES[kind](answer):
            self._out.write_line(printable(line))

    def note(self, text: str) -> None:
        """Print what a person should know besides, if anything."""
        if text:
            self._err.write_line(text)

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


def entry_line(entry: dict[str, Any]) -> str:
    """Return an entry of the history as a line: when, how it ended, size, average speed, path or why."""
    when = datetime.fromtimestamp(entry["ended"]).astimezone()
    speed = "" if entry["average_speed"] is None else f"{decimal(int(entry['average_speed']))}/s"
    size = decimal(entry["received"])
    what = entry["path"] if entry["message"] is None else f"{entry['name']}: {entry['message']}"
    return f"{when:%Y-%m-%d %H:%M}  {entry['outcome']:<8} {size:>10} {speed:>12}  {entry['host']}  {what}"


def figure_line(figure: dict[str, Any]) -> str:
    """Return a sum as a line: of what, files, bytes, average speed."""
    speed = "" if figure["average_speed"] is None else f"{decimal(int(figure['average_speed']))}/s"
    size = figure["received"] if figure["came"] is None else figure["came"]
    name = figure["key"] or "in all"
    return f"{figure['files']:>7} {decimal(size):>10} {speed:>12}  {name}"


def queue_line(row: dict[str, Any]) -> str:
    """Return one queue as a line: its name, what it waits for, what is set, and how many downloads are in it."""
    until = "" if row["until"] is None else time.strftime(" until %Y-%m-%d %H:%M", time.localtime(row["until"]))
    parts = [f"{row['downloads']:,} downloads"]
    parts += [f"waits, {WAITS[row['waits_for']]}{until}"] if row["waits_for"] else []
    parts += [f"{decimal(row['limit'])}/s"] if row["limit"] else []
    parts += [f"{row['running']} at once"] if row["running"] else []
    parts += [f"at {row['hours']}"] if row["hours"] else []
    parts += [f"to {row['folder']}"] if row["folder"] else []
    return f"{row['name'] or '(main)'}: {', '.join(parts)}"


def _certificate(answer: dict[str, Any]) -> list[str]:
    shown = answer["certificate"]
    if "key" in shown:
        return [f"{shown['host']}  {fingerprint(shown['sha256'])}", shown["key"]]
    return [f"{shown['host']}  SHA-256 {spaced(shown['sha256'])}", *shown["pem"].split("\n")]


def _quiet(answer: dict[str, Any]) -> list[str]:
    hours = f"; quiet hours: {answer['hours']}" if answer["hours"] else ""
    return [f"{'quiet' if answer['quiet'] else 'not quiet'}, {_rate(answer['limit'])}{hours}{_room(answer)}"]


def _room(answer: dict[str, Any]) -> str:
    """Say what is left to others on the line, and why; "" for nothing."""
    room = answer["leaving_room"]
    if room is None:
        return ""
    usual, slow = (f"{seconds * 1000:.0f} ms" for seconds in (room["usual"], room["slow"]))
    return f"; leaving others room: {_rate(room['limit'])}, since answers took {slow} instead of {usual}"


def _budget(answer: dict[str, Any]) -> list[str]:
    if answer["budget"] is None:
        return ["no budget"]
    where = place_text(answer["where"])
    used = f"{decimal(answer['used'])} of {decimal(answer['budget'])} used {where}, whole again on {answer['ends']}"
    forecast = answer["forecast"]
    used += "; nothing is left" if answer["spent"] else ""
    return [used if forecast is None else f"{used}; {decimal(forecast)} by then at this rate"]


def _forgotten(what: int | list[str]) -> str:
    """Say how many entries of the history are gone, or of which hosts all is."""
    return f"{what} forgotten" if isinstance(what, int) else f"forgotten: {', '.join(what) or 'nothing'}"


def _rate(limit: int | None) -> str:
    return "no limit" if limit is None else f"{decimal(limit)}/s"


_LINES: Final[dict[str, Callable[[dict[str, Any]], Iterable[str]]]] = {
    "trust": lambda answer: [answer["trust"]],
    "certificate": _certificate,
    "host": lambda answer: [host_line(answer["host"])],
    "forgotten": lambda answer: [_forgotten(answer["forgotten"])],
    "entry": lambda answer: [entry_line(answer["entry"])],
    "figure": lambda answer: [figure_line(answer["figure"])],
    "total": lambda answer: [figure_line(answer["total"])],
    "login": lambda answer: ["{place}  {user}".format(**answer["login"])],
    **dict.fromkeys(("rule", "placed", "move"), lambda answer: [rule_line(answer)]),
    "deed": lambda answer: [plan_line(answer)],
    "row": lambda answer: [line_of(answer["row"])],
    "queue": lambda answer: [queue_line(answer["queue"])],
    "quiet": _quiet,
    "budget": _budget,
    "limit": lambda answer: [_rate(answer["limit"])],
}
"""How answers are printed, by the first of these keys that one has."""


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
