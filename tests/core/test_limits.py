"""Limits over all downloads and over those in one queue."""

from headrace.limits import Limits
from headrace.queue_options import QueueOptions

from tests.support.engine_parts import make_item


def rates(limits: Limits, queue: str) -> list[int | None]:
    return [limiter.rate for limiter in limits.of(make_item(queue=queue, limit=7))]


def test_all_three_bound_a_download_and_follow_what_is_changed() -> None:
    limits = Limits(1000, (QueueOptions("night", limit=300),))
    running = limits.of(make_item(queue="night"))
    other = limits.of(make_item(queue=""))
    assert rates(limits, "night") == [1000, 300, 7]
    assert rates(limits, "") == [1000, None, 7]
    limits.change(None)
    limits.follow_queues((QueueOptions("", limit=50),))
    assert [limiter.rate for limiter in running] == [None, None, None]
    assert [limiter.rate for limiter in other] == [None, 50, None]


def test_downloads_of_one_queue_share_one_limiter() -> None:
    limits = Limits(None, ())
    first, second, other = (limits.of(make_item(n, queue=queue)) for n, queue in enumerate(("a", "a", "b")))
    assert first[1] is second[1]
    assert first[1] is not other[1]
    assert first[0] is other[0]


def test_who_goes_to_another_queue_starts_anew_only_where_a_limit_differs() -> None:
    limits = Limits(None, (QueueOptions("slow", limit=50),))
    for queue in ("", "slow", "fast"):
        limits.of(make_item(queue=queue))
    assert [
        limits.differ(one, other) for one, other in (("", "slow"), ("slow", ""), ("", "fast"), ("slow", "slow"))
    ] == [
        True,
        True,
        False,
        False,
    ]


def test_a_queue_with_another_name_keeps_what_runs_in_it_under_its_limit() -> None:
    limits = Limits(None, (QueueOptions("slow", limit=50),))
    running = limits.of(make_item(queue="slow"))
    limits.rename_queue("slow", "crawl")
    limits.follow_queues((QueueOptions("crawl", limit=60),))
    assert running[1].rate == 60
    assert not limits.differ("slow", "crawl")
