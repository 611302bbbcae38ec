"""Recorded events, each with what has to become of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from signpost.errors import InvalidEvent
from signpost.model.trigger import Trigger
from signpost.triggers import cloud_events
from signpost.triggers.ecs_names import Home
from tests.support.estate import ACCOUNT, REGION
from tests.support.recorded import EVENTS, recorded

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
WEB = ("prod", "web")
ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service"
# Each file in tests/events: the service it is about, or words of why there is none.
EXPECTED: dict[str, tuple[str, str] | str] = {
    "create_service": WEB,
    "create_service_by_cloudformation": ("prod", "shop-Web-1K2J3H4G5F6D"),
    "create_service_china": WEB,
    "create_express_gateway_service": WEB,
    "create_service_failed": "failed ('InvalidParameterException')",
    "create_service_us_gov": WEB,
    "create_service_without_cluster_old_arn": ("default", "web"),
    "create_task_set": WEB,
    "delete_express_gateway_service": WEB,
    "delete_express_gateway_service_old_arn": WEB,
    "delete_service": WEB,
    "delete_service_old_arns": WEB,
    "delete_task_set": WEB,
    "deployment_completed": WEB,
    "deployment_completed_old_arn": "old ARN format",
    "deployment_completed_old_arn_with_cluster": WEB,
    "deployment_completed_with_cluster": WEB,
    "elb_create_load_balancer": "not to Amazon ECS",
    "run_task": "changes no service's names",
    "service_steady_state": WEB,
    "service_steady_state_old_arn": WEB,
    "tag_resource_cluster": "no service",
    "tag_resource_old_service_arn": "old ARN format",
    "tag_resource_service": WEB,
    "tag_resource_task_definition": "no service",
    "task_state_change": WEB,
    "untag_resource_service": WEB,
    "update_express_gateway_service": WEB,
    "update_service": WEB,
    "update_service_by_auto_scaling": WEB,
    "update_service_by_cloudformation_without_arn": WEB,
    "update_service_primary_task_set": WEB,
    "update_service_to_gateway": WEB,
    "update_service_without_answer": WEB,
}


def parsed(event: dict[str, Any]) -> Trigger:
    sources = ("aws.ecs", "aws.elasticloadbalancing")
    home = Home(event.get("account", ACCOUNT), event.get("region", REGION), sources)
    return cloud_events.parse(event, home, NOW)


def test_every_recorded_event_has_something_to_become() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
def test_a_recorded_event_leads_to_its_service_or_says_why_not(name: str) -> None:
    trigger, expected = parsed(recorded(name)), EXPECTED[name]
    assert trigger.claimed  # whoever starts an execution can write one like it
    if isinstance(expected, tuple):
        assert ((trigger.cluster, trigger.service), trigger.skip) == (expected, None)
    else:
        assert expected in str(trigger.skip)


def test_the_trigger_tells_who_called_what_and_when() -> None:
    event = recorded("create_service_by_cloudformation")
    trigger = parsed(event)
    assert trigger.actor == event["detail"]["userIdentity"]["arn"]
    assert (trigger.kind, trigger.name) == ("cloudtrail", "CreateService")
    assert (trigger.id, trigger.time) == (event["detail"]["eventID"], "2026-11-24T12:00:07.000Z")


def test_an_aws_service_is_the_actor_where_no_arn_is_told() -> None:
    trigger = parsed(recorded("update_service_by_cloudformation_without_arn"))
    assert trigger.actor == "cloudformation.amazonaws.com"


def test_an_actor_with_an_arn_is_not_whom_it_was_called_for() -> None:
    event = recorded("update_service_by_auto_scaling")
    assert parsed(event).actor == event["detail"]["userIdentity"]["arn"]


@pytest.mark.parametrize("user", [None, "ada", {}, {"invokedBy": 7}])
def test_without_any_of_both_nobody_is_the_actor(user: Any) -> None:
    event = recorded("update_service")
    event["detail"]["userIdentity"] = user
    assert parsed(event).actor is None


def call(name: str, **request: str) -> dict[str, Any]:
    """A recorded call, asked for so, without an answer."""
    event = recorded("delete_service")
    event["detail"] |= {
        "eventName": name,
        "requestParameters": request,
        "responseElements": None,
    }
    return event


@pytest.mark.parametrize("name", ["UpdateService", "DeleteService", "CreateTaskSet"])
def test_a_call_that_names_a_service_by_its_arn_needs_no_cluster(name: str) -> None:
    trigger = parsed(call(name, service=f"{ARN}/prod/web"))
    assert (trigger.cluster, trigger.service) == WEB


def test_a_call_that_names_no_cluster_means_the_default_one() -> None:
    assert parsed(call("DeleteService", service="web")).cluster == "default"
    assert parsed(call("DeleteService", service=f"{ARN}/web")).cluster == "default"


def test_a_call_that_takes_no_cluster_never_means_the_default_one() -> None:
    trigger = parsed(call("DeleteExpressGatewayService", serviceArn=f"{ARN}/web"))
    assert "names no cluster" in str(trigger.skip)


def test_a_cluster_beside_the_arn_of_another_ones_service_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="service of cluster prod, not of 'default'"):
        parsed(call("DeleteService", cluster="default", service=f"{ARN}/prod/web"))


@pytest.mark.parametrize(
    ("key", "elsewhere"),
    [
        ("region", "arn:aws:ecs:us-east-1:123456789012:service/prod/web"),
        ("account", "arn:aws:ecs:eu-west-1:999999999999:service/prod/web"),
    ],
)
def test_a_service_of_another_region_or_account_is_not_for_us(key: str, elsewhere: str) -> None:
    event = recorded("deployment_completed") | {"resources": [elsewhere]}
    assert key in str(parsed(event).skip)


def test_an_event_of_another_source_is_not_for_us() -> None:
    assert "'my.app'" in str(parsed(recorded("create_service") | {"source": "my.app"}).skip)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"detail": "text"}, "detail"),
        ({"source": None}, "source"),
        ({"resources": []}, "resources"),
        ({"resources": ["arn:aws:ecs:eu-west-1:123456789012:service/a/b/c"]}, "no service's ARN"),
        ({"resources": ["arn:aws:s3:::bucket"]}, "not an ARN of Amazon ECS"),
        ({"detail": {"clusterArn": 5}}, "cluster"),
    ],
)
def test_a_malformed_event_is_refused_saying_what_is_wrong(
    change: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidEvent, match=said):
        parsed(recorded("deployment_completed") | change)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"group": None}, "group"),
        ({"clusterArn": None}, "clusterArn"),
        ({"clusterArn": "arn:aws:ecs:eu-west-1:123456789012:task/prod/1"}, "no cluster's ARN"),
    ],
)
def test_a_malformed_task_event_is_refused(detail: dict[str, Any], said: str) -> None:
    event = recorded("task_state_change")
    with pytest.raises(InvalidEvent, match=said):
        parsed(event | {"detail": event["detail"] | detail})


def test_a_task_of_no_service_is_not_for_us() -> None:
    event = recorded("task_state_change")
    event["detail"]["group"] = "family:batch"
    assert "belongs to no service" in str(parsed(event).skip)


@pytest.mark.parametrize("document", [None, [], "web", 7])
def test_an_input_that_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(InvalidEvent, match="not an object"):
        cloud_events.parse(document, Home(ACCOUNT, REGION), NOW)
