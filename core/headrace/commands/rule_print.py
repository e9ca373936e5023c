"""Rules, and what they say of downloads, as lines of a terminal. Pure."""

from collections.abc import Mapping
from typing import Any


def rule_line(answer: Mapping[str, Any]) -> str:
    """Return an answer about rules as a line."""
    if "rule" in answer:
        return _rule_words(answer["rule"])
    if "placed" in answer:
        found = answer["placed"]
        by = ", ".join(
            f"{number} {title}".strip() for number, title in zip(found["rules"], found["titles"], strict=True)
        )
        more = [f"{key} {found[key]}" for key in ("category", "queue", "priority") if found[key] is not None]
        more += ["paused"] if found["paused"] else []
        return "  ".join([f"{found['folder']}/{found['name']}", f"(rule {by})" if by else "(no rule)", *more])
    move = answer["move"]
    return f"{move['name']}  {move['from']} -> {move['to']}"


def _rule_words(rule: Mapping[str, Any]) -> str:
    head = f"{rule['number']}  {rule.get('title', '')}".rstrip() + ("" if rule["enabled"] else "  (off)")
    said = [f"{key}={_plain(value)}" for key, value in rule.items() if key not in ("number", "title", "enabled")]
    return "  ".join([head, *said])


def _plain(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
