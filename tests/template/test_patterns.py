"""Which events each rule of template.yaml lets in, as two engines judge that know nothing of each
other: the emulator's and moto's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.announcement import announced
from tests.support.doctor import MACHINE
from tests.support.estate import ACCOUNT, REGION
from tests.support.patterns import ENGINES, PATTERNS, SWEEP, call, verdicts
from tests.support.recorded import EVENTS, recorded
from tests.support.status_change import status_change

SERVICE, TASK, LISTENER = "ServiceEventRule", "TaskEventRule", "ListenerRuleEventRule"
FINISHED, FAILED = "FinishedExecutionRule", "FailedExecutionRule"
STOPPED, PARTLY = "StoppedExecutionRule", "PartlyChangedRule"
# Of the recorded events those that start something; every other one is refused by all rules.
LET_IN = {
    "create_express_gateway_service": SERVICE,
    "create_service": SERVICE,
    "create_service_by_cloudformation": SERVICE,
    "create_service_china": SERVICE,
    "create_service_us_gov": SERVICE,
    "create_service_without_cluster_old_arn": SERVICE,
    "create_task_set": SERVICE,
    "delete_express_gateway_service": SERVICE,
    "delete_express_gateway_service_old_arn": SERVICE,
    "delete_service": SERVICE,
    "delete_service_old_arns": SERVICE,
    "delete_task_set": SERVICE,
    "deployment_completed": SERVICE,
    "deployment_completed_old_arn": SERVICE,
    "deployment_completed_old_arn_with_cluster": SERVICE,
    "deployment_completed_with_cluster": SERVICE,
    "tag_resource_old_service_arn": SERVICE,
    "tag_resource_service": SERVICE,
    "task_state_change": TASK,
    "untag_resource_service": SERVICE,
    "update_express_gateway_service": SERVICE,
    "update_service": SERVICE,
    "update_service_by_cloudformation_without_arn": SERVICE,
    "update_service_primary_task_set": SERVICE,
    "update_service_to_gateway": SERVICE,
    "update_service_without_answer": SERVICE,
}


engines = pytest.mark.parametrize("engine", ENGINES)


def task(**detail: str) -> dict[str, Any]:
    event = recorded("task_state_change")
    return event | {"detail": event["detail"] | detail}


ARN = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/prod/web"
ELSEWHERE = ARN.replace(ACCOUNT, "999999999999")
GROUP, CLASSIC = {"targetGroupArn": "arn:tg"}, {"loadBalancerName": "lb"}
MADE: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a target group": (call("UpdateService", request={"loadBalancers": [GROUP]}), {SERVICE}),
    "a classic one": (call("UpdateService", request={"loadBalancers": [CLASSIC]}), {SERVICE}),
    "one of each": (call("UpdateService", request={"loadBalancers": [GROUP, CLASSIC]}), {SERVICE}),
    "the last one goes": (call("UpdateService", request={"loadBalancers": []}), set()),
    "a gateway": (
        call("UpdateService", request={"gatewayConnectors": [{"portName": "http"}]}),
        {SERVICE},
    ),
    "the gateway goes": (call("UpdateService", request={"gatewayConnectors": []}), set()),
    "an entry of neither": (
        call("UpdateService", request={"loadBalancers": [{"containerName": "app"}]}),
        set(),
    ),
    "a failed update": (
        call("UpdateService", request={"loadBalancers": [GROUP]}, errorCode="ClientException"),
        set(),
    ),
    "a tag": (call("UntagResource", request={"resourceArn": ARN}), {SERVICE}),
    "another account's tag": (call("TagResource", request={"resourceArn": ELSEWHERE}), set()),
    "a failed deployment": (
        recorded("deployment_completed") | {"detail": {"eventName": "SERVICE_DEPLOYMENT_FAILED"}},
        set(),
    ),
    "a task begins": (task(lastStatus="PENDING", desiredStatus="RUNNING"), set()),
    "a task runs": (task(lastStatus="RUNNING", desiredStatus="RUNNING"), {TASK}),
    "a task is to stop": (task(lastStatus="RUNNING", desiredStatus="STOPPED"), {TASK}),
    "a task stops": (task(lastStatus="STOPPING", desiredStatus="STOPPED"), set()),
    "a task of no service": (
        task(lastStatus="RUNNING", desiredStatus="RUNNING", group="family:app"),
        set(),
    ),
    "a new listener rule": (call("CreateRule", "elb"), {LISTENER}),
    "a refused listener rule": (call("ModifyRule", "elb", errorCode="RuleNotFound"), set()),
    "a new listener": (call("CreateListener", "elb"), {LISTENER}),
    "a deleted load balancer": (call("DeleteLoadBalancer", "elb"), {LISTENER}),
    "other addresses": (call("SetIpAddressType", "elb"), {LISTENER}),
    "subnets with other addresses": (
        call("SetSubnets", "elb", {"ipAddressType": "dualstack"}),
        {LISTENER},
    ),
    "subnets": (call("SetSubnets", "elb", {"subnets": ["subnet-1"]}), set()),
    "a new classic load balancer": (
        call("CreateLoadBalancer", "elb", {"loadBalancerName": "old"}),
        {LISTENER},
    ),
    "a new load balancer": (call("CreateLoadBalancer", "elb", {"name": "new"}), set()),
    "another call": (call("RegisterTargets", "elb"), set()),
    "a rule of EventBridge": (call("DeleteRule", "events"), set()),
    "a success": (status_change("SUCCEEDED"), {FINISHED}),
    "a failure": (status_change("FAILED"), {FINISHED, FAILED}),
    "a stop": (status_change("ABORTED"), {FINISHED, STOPPED}),
    "a time-out": (status_change("TIMED_OUT"), {FINISHED, STOPPED}),
    "a beginning": (status_change("RUNNING"), set()),
    "a sweep's failure": (status_change("FAILED", stateMachineArn=SWEEP), {FAILED}),
    "a sweep's time-out": (status_change("TIMED_OUT", stateMachineArn=SWEEP), {STOPPED}),
    "a part that was refused": (announced("PartlyChanged"), {PARTLY}),
    "the same, told before": (announced("PartlyChanged", told=True), set()),
    "a whole change": (announced("RecordChanged"), set()),
    "another stack's part": (announced("PartlyChanged", machine="ServiceChange2"), set()),
    "another machine's": (status_change("FAILED", stateMachineArn=f"{MACHINE}2"), set()),
}


def known() -> Iterator[dict[str, Any]]:
    """Every event that some rule lets in."""
    yield from map(recorded, LET_IN)
    yield from (event for event, rules in MADE.values() if rules)


@engines
@pytest.mark.parametrize("name", sorted(path.stem for path in EVENTS.glob("*.json")))
def test_which_rule_lets_a_recorded_event_in(engine: str, name: str) -> None:
    assert verdicts(engine, recorded(name)) == ({LET_IN[name]} if name in LET_IN else set())


@engines
@pytest.mark.parametrize("name", MADE)
def test_which_rules_let_an_event_in(engine: str, name: str) -> None:
    event, rules = MADE[name]

    assert verdicts(engine, event) == rules


@engines
@pytest.mark.parametrize("change", [{"source": "custom"}, {"detail-type": "Scheduled Event"}])
def test_an_event_of_another_source_or_kind_is_refused(engine: str, change: Any) -> None:
    assert not any(verdicts(engine, event | change) for event in known())


@engines
def test_a_call_that_failed_is_refused(engine: str) -> None:
    calls = [event for event in known() if "eventSource" in event["detail"]]
    refused = [one | {"detail": one["detail"] | {"errorCode": "AccessDenied"}} for one in calls]

    assert len(refused) > 10
    assert not any(verdicts(engine, event) for event in refused)


def test_every_rule_has_an_event_here() -> None:
    assert set(LET_IN.values()).union(*(rules for _, rules in MADE.values())) == PATTERNS.keys()
