"""docs/events-in.md held against the service models, the rules and what takes the events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from local_aws import cloudtrail
from signpost.triggers import cloud_events, collected
from signpost.triggers.ecs_names import Home
from tests.support.documents import FOLDER, ROOT
from tests.support.estate import ACCOUNT, REGION
from tests.support.patterns import ENGINES, PATTERNS, call, verdicts

PAGE = (FOLDER / "events-in.md").read_text()
SESSION = botocore.session.get_session()
MODELS = {api: SESSION.get_service_model(api) for api in ("ecs", "elbv2", "elb")}
READS = ("Describe", "List", "Get", "Search", "BatchGet")
HOME = Home(ACCOUNT, REGION, ("aws.ecs", "aws.elasticloadbalancing"))
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
_SERVICE = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/prod/web"
SAMPLES = {
    "cluster": "prod",
    "service": "web",
    "serviceName": "web",
    "serviceArn": _SERVICE,
    "resourceArn": _SERVICE,
    "listenerArn": f"{_ELB}:listener/app/web/1/2",
    "ruleArn": f"{_ELB}:listener-rule/app/web/1/2/3",
    "loadBalancerArn": f"{_ELB}:loadbalancer/app/web/1",
    "targetGroupArn": f"{_ELB}:targetgroup/web/1",
}

Call = tuple[str, str]  # API and operation


def section(head: str) -> list[list[str]]:
    """The cells of the table under a heading, without its head."""
    text = PAGE.partition(f"## {head}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines[2:]]


def calls(rows: list[list[str]]) -> Iterator[tuple[Call, list[str]]]:
    for row in rows:
        (api,) = re.findall(r"`(\w+)`", row[1])
        for name in re.findall(r"`(\w+)`", row[0]):
            yield (api, name), row


def known(rows: list[list[str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        ("told", "row"), list(calls(rows)), ids=["-".join(one) for one, _ in calls(rows)]
    )


ACTED_ON, LEFT = section("Calls that can change a name"), section("Calls that can't")


def sample(shape: Shape, name: str = "", depth: int = 0) -> Any:
    """A value with everything that a shape may hold, in CloudTrail's spelling."""
    if isinstance(shape, StructureShape):
        members = shape.members.items() if depth < 6 else ()
        spelled = ((key[0].lower() + key[1:], one) for key, one in members)
        return {key: sample(one, key, depth + 1) for key, one in spelled}
    if isinstance(shape, ListShape):
        return [sample(shape.member, name, depth + 1)]
    if isinstance(shape, MapShape):
        return {}
    return {"boolean": True, "integer": 1, "string": SAMPLES.get(name, "text")}.get(
        shape.type_name, 1
    )


def event(told: Call) -> dict[str, Any]:
    """A call with all that it can ask for, answered with nothing."""
    api, name = told
    shape = MODELS[api].operation_model(name).input_shape
    request = sample(shape) if shape else {}
    return call(name, "ecs" if api == "ecs" else "elb", request, awsRegion=REGION)


def work(told: Call) -> collected.Work:
    return collected.sort({"1": json.dumps(event(told))}, HOME, NOW)


def test_every_call_that_changes_anything_stands_there_once() -> None:
    told = [one for one, _ in calls(ACTED_ON + LEFT)]

    assert sorted(told) == sorted(
        (api, name)
        for api, model in MODELS.items()
        for name in model.operation_names
        if not name.startswith(READS)
    )


@pytest.mark.parametrize("engine", ENGINES)
@known(ACTED_ON)
def test_just_the_rule_that_it_tells_lets_a_call_in(
    engine: str, told: Call, row: list[str]
) -> None:
    assert verdicts(engine, event(told)) == set(re.findall(r"`(\w+)`", row[2]))


@known(ACTED_ON)
def test_who_gets_a_call_finds_what_it_is_about(told: Call, row: list[str]) -> None:
    if told[0] == "ecs":
        trigger = cloud_events.parse(event(told), HOME, NOW)
        assert (trigger.cluster, trigger.service, trigger.skip) == ("prod", "web", None)
    else:
        found = work(told)
        assert found.calls
        assert not found.refused


@pytest.mark.parametrize("engine", ENGINES)
@known(LEFT)
def test_no_rule_lets_any_other_call_in(engine: str, told: Call, row: list[str]) -> None:
    assert verdicts(engine, event(told)) == set()


@known(LEFT)
def test_no_other_call_is_acted_on(told: Call, row: list[str]) -> None:
    assert cloud_events.parse(event(told), HOME, NOW).skip
    assert work(told) == collected.Work()
    assert row[2]


@pytest.mark.parametrize("row", ACTED_ON + section("Events of ECS itself"), ids=lambda row: row[0])
def test_the_test_that_it_names_is_there(row: list[str]) -> None:
    found = re.fullmatch(r"\[[\w.]+\]\(\.\./([\w/.]+)\) `(\w+)`", row[-1])
    assert found
    assert f"def {found[2]}(" in (ROOT / found[1]).read_text()


def test_the_events_of_ecs_name_rules_that_there_are() -> None:
    named = {
        name for row in section("Events of ECS itself") for name in re.findall(r"`(\w+)`", row[1])
    }
    assert named <= PATTERNS.keys()


def test_the_local_aws_tells_of_them_all() -> None:
    """Of Elastic Load Balancing it tells whatever does not only read."""
    acted_on = [told for told, _ in calls(ACTED_ON)]
    assert {name for api, name in acted_on if api == "ecs"} == {*cloudtrail.CALLS}
    assert [name for api, name in acted_on if api != "ecs" and cloudtrail.reads_only(name)] == []
