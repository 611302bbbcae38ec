"""How the local AWS relays recorded calls as events."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from local_aws.clients import LocalSession
from local_aws.relay import Relay
from tests.support.api_model import StandIn
from tests.support.ecs_calls import ARN, answered, recorded, service


class Stage:
    """A relay between a record of calls and a bus, both in memory."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.described: list[dict[str, Any]] = [service()]
        self.healthy = True
        self.executions: list[dict[str, Any]] = []  # inputs of those that run
        self.put: list[dict[str, Any]] = []
        session = Mock(spec=LocalSession, endpoint="http://127.0.0.1:1")
        session.client.return_value = Client(self)
        self.relay = Relay(session, "arn:machine")

    def call(self, name: str, **request: Any) -> None:
        self.calls.append(recorded(name, len(self.calls) + 1, **request))

    def names(self) -> list[str]:
        return [
            f"{detail['eventName']} {detail.get('eventID', '')}".strip()
            for detail in (json.loads(entry["Detail"]) for entry in self.put)
        ]


SERVICES = ("cloudtrail", "ecs", "elbv2", "stepfunctions", "events")


class Client(StandIn, services=SERVICES):
    """A client of whatever service, that answers as its stage has it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.exceptions = SimpleNamespace(ClusterNotFoundException=KeyError)
        self.meta = SimpleNamespace(events=SimpleNamespace(register=self._register))

    def _register(self, _: str, handler: Callable[[dict[str, Any]], None]) -> None:
        self._before_call = handler

    def lookup_events(self, **request: Any) -> dict[str, Any]:
        sent: dict[str, Any] = {"body": b"{}"}
        self._before_call(sent)
        until = json.loads(sent["body"]).get("EndTime", float("inf"))
        events = [
            {
                "EventId": call["eventID"],
                "EventTime": datetime(2026, 11, 24, tzinfo=UTC) + timedelta(milliseconds=number),
                "CloudTrailEvent": json.dumps(call),
            }
            for number, call in enumerate(self.stage.calls)
        ]
        newest_first = [one for one in events[::-1] if one["EventTime"].timestamp() <= until]
        return {"Events": newest_first[: request["MaxResults"]]}

    def describe_services(self, **_: Any) -> dict[str, Any]:
        return {"services": self.stage.described}

    def describe_target_health(self, **_: Any) -> dict[str, Any]:
        health = {"State": "healthy" if self.stage.healthy else "initial"}
        return {"TargetHealthDescriptions": [{"TargetHealth": health}]}

    def list_executions(self, stateMachineArn: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        return {
            "executions": [
                _execution(str(number), stateMachineArn)
                for number in range(len(self.stage.executions))
            ]
        }

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        described = self.stage.executions[int(executionArn)]
        return _execution(executionArn, "arn") | {"input": json.dumps(described)}

    def put_events(self, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        self.stage.put += Entries
        return {"FailedEntryCount": 0, "Entries": [{}]}


def _execution(arn: str, machine: str) -> dict[str, Any]:
    return {
        "executionArn": arn,
        "stateMachineArn": machine,
        "name": arn,
        "status": "RUNNING",
        "startDate": datetime(2026, 11, 24, tzinfo=UTC),
    }


def test_each_call_is_relayed_once_and_in_order() -> None:
    stage = Stage()
    stage.call("CreateService", cluster="prod", serviceName="web")
    stage.call("RegisterTaskDefinition", family="x")
    stage.relay.relay_calls()
    stage.call("DeleteService", cluster="prod", service="web")

    stage.relay.relay_calls()
    stage.relay.relay_calls()

    assert stage.names() == ["CreateService event-1", "DeleteService event-3"]


def test_more_calls_than_one_answer_holds_are_not_lost() -> None:
    stage = Stage()
    for number in range(160):
        name = "TagResource" if number % 2 else "UpdateService"
        stage.call(name, cluster="prod", service="web", resourceArn=ARN)

    stage.relay.relay_calls()

    assert [name.split()[1] for name in stage.names()] == [f"event-{n}" for n in range(1, 161)]


def test_a_deleted_service_is_told_of_when_nothing_is_left_to_describe() -> None:
    """Given a service whose cluster was deleted at once after it."""
    stage = Stage()
    stage.described = []
    stage.call("DeleteService", cluster="prod", service="web", force=True)

    stage.relay.relay_calls()

    assert stage.names() == ["DeleteService event-1"]


def test_a_failed_call_is_told_as_such_and_begins_no_deployment() -> None:
    stage = Stage()
    stage.call("CreateService", cluster="prod", serviceName="web")
    stage.calls[0] |= {"errorCode": "ClientException"}

    stage.relay.relay_calls()
    stage.relay.relay_deployments()

    assert stage.names() == ["CreateService event-1"]
    assert json.loads(stage.put[0]["Detail"])["errorCode"] == "ClientException"


@pytest.mark.parametrize("rewired", ["loadBalancers", "gatewayConnectors"])
def test_new_load_balancers_begin_a_deployment_of_their_own(
    monkeypatch: pytest.MonkeyPatch, rewired: str
) -> None:
    """Given a service whose deployment is over, when its way in is taken away."""
    stage = Stage()
    stage.call("CreateService", cluster="prod", serviceName="web")
    stage.relay.relay_calls()
    stage.relay.relay_deployments()
    stage.call("UpdateService", cluster="prod", service="web", **{rewired: []})
    stage.call("UpdateService", cluster="prod", service="web", desiredCount=2)
    stage.relay.relay_calls()
    stage.relay.relay_deployments()
    too_soon = stage.names()[-1]
    monkeypatch.setattr("local_aws.relay.DEPLOYMENT_SECONDS", 0)

    stage.relay.relay_deployments()
    stage.relay.relay_deployments()

    assert too_soon == "UpdateService event-3"
    assert stage.names().count("SERVICE_DEPLOYMENT_COMPLETED") == 2


def test_the_deployment_of_an_express_service_that_ecs_has_named_is_told() -> None:
    """CreateExpressGatewayService: serviceName is optional."""
    stage = Stage()
    stage.call("CreateExpressGatewayService", cluster="prod", infrastructureRoleArn="arn")
    stage.calls[0] |= answered(ARN)

    stage.relay.relay_calls()
    stage.relay.relay_deployments()

    assert stage.names() == ["CreateExpressGatewayService event-1", "SERVICE_DEPLOYMENT_COMPLETED"]


def test_a_deployment_is_told_once_when_its_targets_are_healthy() -> None:
    stage = Stage()
    stage.healthy = False
    stage.call("CreateService", cluster="prod", serviceName="web")
    stage.relay.relay_calls()
    stage.relay.relay_deployments()
    before = stage.names()
    stage.healthy = True

    stage.relay.relay_deployments()
    stage.call("UpdateService", cluster="prod", service="web", desiredCount=2)
    stage.relay.relay_calls()
    stage.relay.relay_deployments()

    assert before == ["CreateService event-1"]
    assert stage.names()[1:] == ["SERVICE_DEPLOYMENT_COMPLETED", "UpdateService event-2"]


@pytest.mark.parametrize(
    "given",
    [
        {"cluster": "prod", "service": "web"},
        {"detail": recorded("CreateService", cluster="prod", serviceName="web")},
        {"detail": recorded("UpdateService", cluster="prod", service=ARN)},
        {"detail": recorded("TagResource", resourceArn=ARN)},
        {"detail": recorded("UpdateExpressGatewayService", serviceArn=ARN)},
        {"detail": recorded("CreateExpressGatewayService", cluster="prod") | answered(ARN)},
        {"detail": {"eventName": "SERVICE_DEPLOYMENT_COMPLETED"}, "resources": [ARN]},
    ],
)
def test_a_deployment_is_not_told_while_an_execution_is_at_work_for_its_service(
    given: dict[str, Any],
) -> None:
    stage = Stage()
    stage.call("CreateService", cluster="prod", serviceName="web")
    stage.relay.relay_calls()
    stage.executions = [{"cluster": "prod", "service": "shop"}, given]
    stage.relay.relay_deployments()
    before = stage.names()
    del stage.executions[1]

    stage.relay.relay_deployments()

    assert before == ["CreateService event-1"]
    assert stage.names()[1:] == ["SERVICE_DEPLOYMENT_COMPLETED"]


def test_the_deployment_of_a_deleted_service_is_not_told() -> None:
    stage = Stage()
    stage.call("CreateService", cluster="prod", serviceName="web")
    stage.relay.relay_calls()
    stage.described = [service(status="INACTIVE")]

    stage.relay.relay_deployments()

    assert stage.names() == ["CreateService event-1"]
