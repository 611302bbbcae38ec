"""Record sets before and after as lines: - goes, + comes, = stays."""

from __future__ import annotations

from typing import Any

from signpost.model import summary

ALB = {"dns_name": "alb.example.net", "zone_id": "Z1", "evaluate_target_health": False}


def record(name: str, zone: str = "Z1", **more: Any) -> dict[str, Any]:
    return {"zone": zone, "name": name, "type": "A", "alias": None, "values": [], "ttl": 60} | more


def test_a_name_that_moves_is_a_line_that_goes_and_one_that_comes() -> None:
    old, new = record("web", alias=ALB), record("web", alias=ALB | {"dns_name": "nlb.example.net"})

    assert summary.of([old], [new]) == [
        "- web A ALIAS alb.example.net",
        "+ web A ALIAS nlb.example.net",
    ]


def test_what_stays_is_said_once() -> None:
    kept = record("web", values=["192.0.2.1"])

    assert summary.of([kept], [kept, record("www", values=["192.0.2.1"])]) == [
        "= web A 192.0.2.1 (TTL 60)",
        "+ www A 192.0.2.1 (TTL 60)",
    ]


def test_a_name_that_moves_from_zone_to_zone_does_not_stay() -> None:
    here, there = record("web", "ZPUBLIC", alias=ALB), record("web", "ZPRIVATE", alias=ALB)

    assert summary.of([here], [there]) == [
        "- web A ALIAS alb.example.net in ZPUBLIC",
        "+ web A ALIAS alb.example.net in ZPRIVATE",
    ]


def test_many_answers_are_counted_not_listed() -> None:
    tasks = record("web", values=[f"10.0.0.{n}" for n in range(1, 101)])

    [line] = summary.of([], [tasks])

    assert line.startswith("+ web A 10.0.0.1, 10.0.0.2, ")
    assert line.endswith(" … 100 in all (TTL 60)")


def test_nothing_is_no_line() -> None:
    assert summary.of([], []) == []
