"""Runs that no event starts: by hand, and those that Signpost starts itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from signpost.errors import InvalidEvent
from signpost.model.trigger import Trigger
from signpost.triggers import runs
from signpost.triggers.ecs_names import Home
from tests.support.estate import ACCOUNT, REGION

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
WEB = ("prod", "web")


def parsed(document: dict[str, Any]) -> Trigger:
    return runs.parse(document, Home(ACCOUNT, REGION), NOW)


def test_a_run_by_hand_takes_names_or_arns() -> None:
    arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
    by_name = parsed({"cluster": "prod", "service": "web", "reason": "by hand"})
    by_arn = parsed({"cluster": f"{arn}:cluster/prod", "service": f"{arn}:service/prod/web"})
    assert (by_name.cluster, by_name.service) == (by_arn.cluster, by_arn.service) == WEB
    assert (by_name.kind, by_name.reason) == ("manual", "by hand")
    assert not by_name.claimed  # it says nothing of who


def test_a_run_that_signpost_starts_says_what_for() -> None:
    cause = {"kind": "sweep", "name": "Sweep", "id": "sweep-1", "time": "2026-11-24T12:00:00Z"}
    trigger = parsed({"cluster": "prod", "service": "web", "cause": cause})
    assert (trigger.kind, trigger.name, trigger.id) == ("sweep", "Sweep", "sweep-1")
    assert trigger.time == "2026-11-24T12:00:00.000Z"
    assert trigger.claimed  # whoever starts an execution can write one


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cluster": None}, "cluster is null"),
        ({"service": ["web"]}, "service is a list"),
        ({"service": "we b"}, "no service name"),
        ({"service": ""}, "no service name"),
        ({"cluster": "a/b"}, "no cluster name"),
        ({"service": f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/dev/web"}, "of cluster dev"),
        ({"service": f"arn:aws:ecs:us-east-1:{ACCOUNT}:service/prod/web"}, "not in region"),
        ({"colour": "green"}, "colour"),
        ({"reason": "x" * 1025}, "reason"),
        ({"dry_run": "yes"}, "dry_run"),
        ({"cause": {"kind": "whim"}}, "cause"),
        ({"cause": {"kind": "sweep", "name": 5}}, "cause has 'name'"),
        ({"cause": {"kind": "sweep", "colour": "green"}}, "cause has 'colour'"),
    ],
)
def test_a_run_by_hand_that_makes_no_sense_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidEvent, match=said):
        parsed({"cluster": "prod", "service": "web"} | change)
