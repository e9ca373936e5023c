"""All standard scenes by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from tests.gui.scene_book import (
    scenes_of_adding,
    scenes_of_changes,
    scenes_of_cookies,
    scenes_of_details,
    scenes_of_history,
    scenes_of_hosts,
    scenes_of_list,
    scenes_of_settings,
)
from tests.gui.scene_book.stage import Stage

Scene = Callable[[Stage], None]
SCENES: Final[Mapping[str, Scene]] = MappingProxyType(
    {
        "empty": scenes_of_list.empty,
        "first": scenes_of_list.first,
        "mixed": scenes_of_list.mixed,
        "failed": scenes_of_list.failed,
        "search": scenes_of_list.search,
        "sorted": scenes_of_list.sorted_twice,
        "one-line": scenes_of_list.compact,
        "narrow": scenes_of_list.narrow,
        "small": scenes_of_list.small,
        "toast": scenes_of_list.toast,
        "message": scenes_of_list.message,
        "menus": scenes_of_list.menus,
        "tray": scenes_of_list.tray,
        "rtl": scenes_of_list.right_to_left,
        "add-0": scenes_of_adding.add_none,
        "add-rules": scenes_of_adding.add_by_rules,
        "add-1": scenes_of_adding.add_one,
        "add-6": scenes_of_adding.add_six,
        "add-200": scenes_of_adding.add_many,
        "add-pattern": scenes_of_adding.add_pattern,
        "add-curl": scenes_of_adding.add_curl,
        "add-duplicates": scenes_of_adding.add_duplicates,
        "add-more": scenes_of_adding.add_more,
        "rename": scenes_of_changes.rename,
        "address": scenes_of_changes.readdress,
        "move": scenes_of_changes.relocate,
        "sort": scenes_of_changes.sort,
        "watch": scenes_of_changes.watch,
        "properties": scenes_of_changes.properties,
        "limit": scenes_of_changes.limit,
        "queue": scenes_of_changes.queue,
        "questions": scenes_of_changes.questions,
        "shortcuts": scenes_of_changes.shortcuts,
        "countdown": scenes_of_changes.countdown,
        "when-done": scenes_of_changes.when_done,
        "details": scenes_of_details.at_bottom,
        "details-side": scenes_of_details.at_the_side,
        "details-live": scenes_of_details.live,
        "details-several": scenes_of_details.several,
        "details-others": scenes_of_details.others,
        "details-blocks": scenes_of_details.many_blocks,
        "details-small": scenes_of_details.small,
        "history": scenes_of_history.history,
        "history-empty": scenes_of_history.history_empty,
        "history-figures": scenes_of_history.history_figures,
        "history-clear": scenes_of_history.history_clear,
        "private": scenes_of_history.private,
        "settings": scenes_of_settings.settings,
        "settings-search": scenes_of_settings.settings_search,
        "settings-rules": scenes_of_settings.settings_rules,
        "hosts": scenes_of_hosts.hosts,
        "host-rule": scenes_of_hosts.host_rule,
        "cookies": scenes_of_cookies.cookies,
        "cookies-lost": scenes_of_cookies.cookies_lost,
        "logins": scenes_of_hosts.logins,
        "settings-after": scenes_of_settings.settings_after,
    }
)
