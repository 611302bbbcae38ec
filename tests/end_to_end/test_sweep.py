"""Events are lost on the local AWS, and `signpost sweep` makes up for them; IAM is enforced.

The account is other tests' too, so that only what is said of a test's own service counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.end_to_end.conftest import LocalAws, entries, signpost

pytestmark = [pytest.mark.local_aws, pytest.mark.xdist_group("events")]


@pytest.fixture
def events_lost(local: LocalAws) -> Iterator[None]:
    """No call starts anything."""
    events = local.client("events")
    rules = [
        one["Name"]
        for one in events.list_rules()["Rules"]
        if "ServiceEventRule" in one["Name"] or "ListenerRuleEventRule" in one["Name"]
    ]
    assert len(rules) == 2
    for rule in rules:
        events.disable_rule(Name=rule)
    yield
    for rule in rules:
        events.enable_rule(Name=rule)


def found(local: LocalAws, service: str, *words: str) -> list[dict[str, Any]]:
    """What a sweep has found of a service, and how it ended."""
    done = signpost("sweep", "--json", *words, **local.environment)
    receipt = json.loads(done.stdout)["receipt"]
    return [finding for finding in receipt["findings"] if finding["service"] == service]


def ending(finding: dict[str, Any]) -> tuple[str, str]:
    return finding["what"], finding["outcome"]


@pytest.mark.deep
@pytest.mark.usefixtures("events_lost")
def test_a_sweep_makes_up_for_each_event_that_was_lost(local: LocalAws, service: str) -> None:
    name = f"{service}.ecs.internal"
    balancer, other = local.balancer(), local.balancer("network")

    local.create(service, balancer)
    (created,) = found(local, service)
    published = local.dig(name)
    local.ecs.update_service(cluster="prod", service=service, loadBalancers=entries(other))
    (moved,) = found(local, service)
    now = local.dig(name)
    ours = local.records()[(name, "A")]
    local.route53.change_resource_record_sets(
        HostedZoneId=local.zone(),
        ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": ours}]},
    )
    (edited,) = found(local, service)
    healthy = found(local, service)
    local.delete(service)
    (deleted,) = found(local, service)

    assert ending(created) == ("service-without-names", "RecordChanged")
    assert published == local.dig(balancer["dns_name"]) != []
    assert ending(moved) == ("names-point-elsewhere", "RecordChanged")
    assert now == local.dig(other["dns_name"])
    assert ending(edited) == ("ledger-without-records", "RecordChanged")
    assert healthy == []
    assert ending(deleted) == ("names-without-service", "RecordRemoved")
    assert local.dig(name) == []


@pytest.mark.usefixtures("events_lost")
def test_a_dry_run_prints_what_it_finds_changes_nothing_and_exits_1(
    local: LocalAws, service: str
) -> None:
    local.create(service, local.balancer())

    done = signpost("sweep", "--dry-run", **local.environment)

    assert done.returncode == 1
    assert f"? prod/{service} service-without-names" in done.stdout
    assert "DryRun" in done.stdout
    assert "\x1b[" not in done.stdout
    assert local.dig(f"{service}.ecs.internal") == []


def test_the_schedule_starts_the_sweep_every_hour(local: LocalAws) -> None:
    scheduler = local.client("scheduler")
    (name,) = [one["Name"] for one in scheduler.list_schedules()["Schedules"]]
    schedule = scheduler.get_schedule(Name=name)

    assert schedule["ScheduleExpression"] == "rate(1 hour)"
    assert ":stateMachine:signpost-Sweep-" in schedule["Target"]["Arn"]
    assert json.loads(schedule["Target"]["Input"]) == {"reason": "SweepSchedule", "deep": False}
