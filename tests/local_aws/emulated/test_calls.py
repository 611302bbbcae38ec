"""Calls as CloudTrail records them: the emulator's own load balancers and ECS, corrected."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import botocore.session
import pytest
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from ministack.services import alb, cloudtrail, ecs

from local_aws.emulated import calls, certificates, classic
from local_aws.emulated.calls import Answer

SESSION = botocore.session.get_session()
MODEL = SESSION.get_service_model("elbv2")
CLASSIC = SESSION.get_service_model("elb")
CONDITIONS = [
    {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.example.com", "b.example.com"]}},
    {"Field": "path-pattern", "Values": ["/x"]},
]


class Account:
    """An account with a listener, whose calls are recorded as the emulator's server does it."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        classic.install()
        calls.install(self.told.append)
        certificates.install()
        made = self.call("CreateLoadBalancer", Name="web")["LoadBalancers"][0]
        self.balancer = made["LoadBalancerArn"]
        self.groups = [
            self.call("CreateTargetGroup", Name=name, Protocol="HTTP", Port=80)["TargetGroups"][0][
                "TargetGroupArn"
            ]
            for name in ("blue", "green")
        ]
        self.listener = self.call(
            "CreateListener",
            LoadBalancerArn=self.balancer,
            Port=80,
            Protocol="HTTP",
            DefaultActions=[],
        )["Listeners"][0]["ListenerArn"]
        self.told.clear()

    def call(self, name: str, *, model: ServiceModel = MODEL, **request: Any) -> dict[str, Any]:
        operation = model.operation_model(name)
        form = create_serializer("query").serialize_to_request(request, operation)["body"]
        answer = self.send({key: str(value) for key, value in form.items()})
        return dict(
            create_parser("query").parse(
                {"body": answer[2], "headers": answer[1], "status_code": answer[0]},
                operation.output_shape,  # type: ignore[arg-type]
            )
        )

    def send(self, form: dict[str, str]) -> Answer:
        """Send a form to Elastic Load Balancing."""

        async def handled() -> Answer:
            body = urlencode(form).encode()
            answer: Answer = await alb.handle_request("POST", "/", {}, body, {})
            self._record("elasticloadbalancing", "POST.elasticloadbalancing", form)
            return answer

        return asyncio.run(handled())

    def call_ecs(self, name: str, **request: Any) -> dict[str, Any]:
        """Make a call to ECS; what CloudTrail has of it."""
        headers = {"x-amz-target": f"AmazonEC2ContainerServiceV20141113.{name}"}

        async def handled() -> None:
            await ecs.handle_request("POST", "/", headers, json.dumps(request).encode(), {})
            self._record("ecs", name, request)

        asyncio.run(handled())
        (found, *_) = json.loads(cloudtrail._lookup_events({})[2])["Events"]
        return dict(json.loads(found["CloudTrailEvent"]))

    def _record(self, service: str, event_name: str, request: dict[str, Any]) -> None:
        cloudtrail.record_event(
            service=service,
            event_name=event_name,
            username="test",
            access_key_id="test",
            resources=[],
            region="us-east-1",
            request_id="1",
            user_agent="boto3",
            request_params=request,
            method="POST",
        )

    def create_rule(self, **changes: Any) -> str:
        answer = self.call(
            "CreateRule",
            **{
                "ListenerArn": self.listener,
                "Priority": 10,
                "Conditions": CONDITIONS,
                "Actions": [{"Type": "forward", "TargetGroupArn": self.groups[0]}],
                **changes,
            },
        )
        return str(answer["Rules"][0]["RuleArn"]) if "Rules" in answer else ""

    def last(self) -> dict[str, Any]:
        return dict(json.loads(self.told[-1]["Detail"]))


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setattr(alb, "_ACTION_MAP", dict(alb._ACTION_MAP))
    monkeypatch.setattr(alb, "handle_request", alb.handle_request)
    monkeypatch.setattr(cloudtrail, "record_event", cloudtrail.record_event)
    monkeypatch.setattr(ecs, "_finalize_ecs_response", ecs._finalize_ecs_response)
    yield Account()
    classic._balancers.clear()
    alb.reset()
    ecs._services.clear()
    cloudtrail.reset()


def test_a_created_rule(account: Account) -> None:
    """Names and types of the API in camelCase (CloudTrail User Guide: record contents)."""
    groups = [
        {"TargetGroupArn": group, "Weight": weight}
        for group, weight in zip(account.groups, (1, 9), strict=True)
    ]
    rule = account.create_rule(
        Actions=[{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
    )

    detail = account.last()

    assert account.told[-1]["Source"] == "local.elasticloadbalancing"
    assert (detail["eventSource"], detail["eventName"]) == (
        "elasticloadbalancing.amazonaws.com",
        "CreateRule",
    )
    assert detail["requestParameters"] == {
        "listenerArn": account.listener,
        "priority": 10,
        "conditions": [
            {
                "field": "host-header",
                "hostHeaderConfig": {"values": ["a.example.com", "b.example.com"]},
            },
            {"field": "path-pattern", "values": ["/x"]},
        ],
        "actions": [
            {
                "type": "forward",
                "forwardConfig": {
                    "targetGroups": [
                        {"targetGroupArn": account.groups[0], "weight": 1},
                        {"targetGroupArn": account.groups[1], "weight": 9},
                    ]
                },
            }
        ],
    }
    assert detail["responseElements"]["rules"][0]["ruleArn"] == rule
    assert detail["userIdentity"]["arn"] == "arn:aws:iam::000000000000:root"


def test_a_modified_rule(account: Account) -> None:
    rule = account.create_rule()

    account.call(
        "ModifyRule",
        RuleArn=rule,
        Actions=[{"Type": "forward", "TargetGroupArn": account.groups[1]}],
    )

    detail = account.last()
    action = {"type": "forward", "targetGroupArn": account.groups[1]}
    assert detail["requestParameters"] == {"ruleArn": rule, "actions": [action]}
    assert action.items() <= detail["responseElements"]["rules"][0]["actions"][0].items()


def test_new_priorities(account: Account) -> None:
    rule = account.create_rule()

    account.call("SetRulePriorities", RulePriorities=[{"RuleArn": rule, "Priority": 7}])

    detail = account.last()
    assert detail["requestParameters"] == {"rulePriorities": [{"ruleArn": rule, "priority": 7}]}
    assert detail["responseElements"]["rules"][0]["priority"] == "7"


def test_a_deleted_rule_has_no_answer(account: Account) -> None:
    rule = account.create_rule()

    account.call("DeleteRule", RuleArn=rule)

    detail = account.last()
    assert detail["requestParameters"] == {"ruleArn": rule}
    assert detail["responseElements"] is None


def test_a_failed_call_is_recorded_and_not_told(account: Account) -> None:
    account.create_rule(ListenerArn=f"{account.listener}x")

    (found, *_) = json.loads(cloudtrail._lookup_events({})[2])["Events"]
    recorded = json.loads(found["CloudTrailEvent"])
    assert (found["EventName"], recorded["errorCode"]) == ("CreateRule", "ListenerNotFound")
    assert account.told == []


@pytest.mark.parametrize(
    ("name", "request_", "elements"),
    [
        ("SetIpAddressType", {"IpAddressType": "dualstack"}, {"ipAddressType": "dualstack"}),
        ("DeleteLoadBalancer", {}, None),
    ],
)
def test_changes_of_a_load_balancer_are_told(
    account: Account, name: str, request_: Any, elements: Any
) -> None:
    account.call(name, LoadBalancerArn=account.balancer, **request_)

    detail = account.last()
    assert (detail["eventName"], detail["responseElements"]) == (name, elements)
    assert detail["requestParameters"]["loadBalancerArn"] == account.balancer


def test_changes_of_listeners_and_target_groups_are_told(account: Account) -> None:
    account.call("ModifyListener", ListenerArn=account.listener, Port=81)
    account.call("DeleteListener", ListenerArn=account.listener)
    account.call("DeleteTargetGroup", TargetGroupArn=account.groups[0])

    details = [json.loads(entry["Detail"]) for entry in account.told]
    assert [(one["eventName"], one["requestParameters"]) for one in details] == [
        ("ModifyListener", {"listenerArn": account.listener, "port": 81}),
        ("DeleteListener", {"listenerArn": account.listener}),
        ("DeleteTargetGroup", {"targetGroupArn": account.groups[0]}),
    ]


def test_classic_load_balancers_are_told_by_their_names(account: Account) -> None:
    """Both APIs have one event source: the parameters tell them apart."""
    account.call("CreateLoadBalancer", model=CLASSIC, LoadBalancerName="old", Listeners=[])
    account.call("DeleteLoadBalancer", model=CLASSIC, LoadBalancerName="old")

    made, gone = (json.loads(entry["Detail"]) for entry in account.told)
    assert (made["eventName"], gone["eventName"]) == ("CreateLoadBalancer", "DeleteLoadBalancer")
    assert made["requestParameters"] == gone["requestParameters"] == {"loadBalancerName": "old"}
    assert made["responseElements"]["dNSName"].startswith("old-")


def test_calls_that_are_made_all_day_are_told_too(account: Account) -> None:
    (group, _), targets = account.groups, [{"Id": "10.0.0.1", "Port": 80}]
    tags = [{"Key": "a", "Value": "b"}]

    account.call("RegisterTargets", TargetGroupArn=group, Targets=targets)
    account.call("AddTags", ResourceArns=[account.balancer], Tags=tags)
    account.call("AddListenerCertificates", ListenerArn=account.listener, Certificates=[])

    details = [json.loads(entry["Detail"]) for entry in account.told]
    assert [(one["eventName"], one["requestParameters"]) for one in details] == [
        (
            "RegisterTargets",
            {"targetGroupArn": group, "targets": [{"id": "10.0.0.1", "port": 80}]},
        ),
        ("AddTags", {"resourceArns": [account.balancer], "tags": [{"key": "a", "value": "b"}]}),
        ("AddListenerCertificates", {"listenerArn": account.listener}),
    ]


@pytest.mark.parametrize("model", [MODEL, CLASSIC], ids=["elbv2", "elb"])
def test_every_call_that_changes_anything_is_told_and_no_other(
    account: Account, monkeypatch: pytest.MonkeyPatch, model: ServiceModel
) -> None:
    """Given an emulator that answers all of them."""
    for name in model.operation_names:
        body = f"<{name}Response><{name}Result/></{name}Response>".encode()
        monkeypatch.setitem(alb._ACTION_MAP, name, lambda _, body=body: (200, {}, body))

    for name in model.operation_names:
        account.send({"Action": name, "Version": model.api_version})

    assert [json.loads(entry["Detail"])["eventName"] for entry in account.told] == [
        name for name in model.operation_names if not name.startswith(("Describe", "Get"))
    ]


def test_a_call_that_nobody_knows_is_recorded_by_its_name(account: Account) -> None:
    account.send({"Action": "Rename", "Version": MODEL.api_version})

    (found, *_) = json.loads(cloudtrail._lookup_events({})[2])["Events"]
    assert (found["EventName"], account.told) == ("Rename", [])


def test_a_call_to_ecs_is_recorded_with_its_answer(account: Account) -> None:
    account.call_ecs("CreateService", serviceName="web", desiredCount=0)

    recorded = account.call_ecs("DeleteService", service="web")

    service = recorded["responseElements"]["service"]
    assert service["serviceArn"].endswith(":service/default/web")
    assert service["status"] == "DRAINING"
    assert "errorCode" not in recorded


def test_a_failed_call_to_ecs_is_recorded_with_its_error(account: Account) -> None:
    account.call_ecs("CreateService", serviceName="web", desiredCount=0)

    again = account.call_ecs("CreateService", serviceName="web", desiredCount=0)
    missing = account.call_ecs("DeleteService", service="shop")

    assert (again["errorCode"], again["responseElements"]) == ("ClientException", None)
    assert again["errorMessage"] == "Creation of service was not idempotent."
    assert missing["errorCode"] == "ServiceNotFoundException"
