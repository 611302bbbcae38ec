"""What a service revision says of the ways to a service."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders

from signpost.aws import revisions
from signpost.aws.revisions import EXPRESS, Routing, routing
from signpost.errors import AccessDenied, AwsUnavailable, Throttled
from signpost.model.service import TargetGroup
from tests.support import api_model
from tests.support.estate import REGION
from tests.support.stub import Stub

ARN = "arn:aws:ecs:eu-west-1:123456789012:service-revision/prod/web/1"
FOUND = {"serviceArn": "web", "currentServiceRevisions": [{"arn": ARN}]}
MODEL = botocore.session.get_session().get_service_model("ecs")


def express(**more: Any) -> dict[str, Any]:
    path = {
        "loadBalancer": {"arn": "lb", "status": "ACTIVE"},
        "rule": {"arn": "rule", "status": "ACTIVE"},
        "targetGroups": [{"arn": "blue", "status": "ACTIVE"}, {"arn": "green"}],
    }
    return {"ecsManagedResources": {"ingressPaths": [path | more]}}


def gateway(status: str = "ACTIVE", **more: Any) -> dict[str, Any]:
    shared = {"loadBalancerArn": "lb", "listenerRuleArn": "rule", "targetGroupArn": "blue"}
    made = {"gatewayArn": "arn:aws:ecs:eu-west-1:123456789012:gateway/edge", "status": status}
    made["resources"] = {"hostSharedAlb": [shared]}  # type: ignore[assignment]
    return {"ecsManagedResources": {"gatewayConnections": [made | more]}}


def test_both_target_groups_of_express_mode_are_behind_one_rule() -> None:
    assert routing(express()) == Routing(EXPRESS, (TargetGroup("blue", "green", "rule"),))


def test_a_gateway_is_named() -> None:
    assert routing(gateway()) == Routing("gateway edge", (TargetGroup("blue", None, "rule"),))


@pytest.mark.parametrize("status", ["ACTIVE", "UPDATE_IN_PROGRESS", "UPDATE_FAILED"])
def test_a_gateways_route_that_is_changed_still_leads_there(status: str) -> None:
    assert routing(gateway(status)).target_groups


@pytest.mark.parametrize(
    "revision",
    [
        {"gatewayConnectors": [{"portName": "http"}]},
        gateway("CREATE_IN_PROGRESS", resources={}),
        gateway("ACTIVE", resources={"hostSharedAlb": [{"loadBalancerArn": "lb"}]}),
        express(targetGroups=[]),
        express(loadBalancer={"status": "PROVISIONING"}),
        express(rule={"status": "PROVISIONING"}),
    ],
)
def test_what_is_still_being_made_is_waited_for(revision: dict[str, Any]) -> None:
    found = routing(revision)
    assert (bool(found.by), found.target_groups, found.unclear) == (True, (), "")


@pytest.mark.parametrize(
    ("revision", "word"),
    [
        (express(loadBalancer={"arn": "lb", "status": "FAILED"}), "Express Mode is FAILED"),
        (express(rule={"arn": "rule", "status": "DELETED"}), "DELETED"),
        (express(targetGroups=[{"arn": "blue", "status": "DELETED"}]), "DELETED"),
        (gateway("CREATE_FAILED"), "gateway edge is CREATE_FAILED"),
        (gateway("DELETE_IN_PROGRESS"), "DELETE_IN_PROGRESS"),
        (gateway(resources={"hostOwnNlb": [{}]}), "by hostOwnNlb"),
        ({"vpcLatticeConfigurations": [{"roleArn": "r"}]}, "vpcLatticeConfigurations"),
        ({"loadBalancers": [{"targetGroupArn": "tg"}]}, "loadBalancers"),
        ({"resolvedConfiguration": {"loadBalancers": [{"a": "b"}]}}, "resolvedConfiguration"),
        ({"quantumConnections": [{"a": 1}]}, "quantumConnections"),
        ({"ecsManagedResources": {"teleports": [1]}}, "ecsManagedResources.teleports"),
    ],
)
def test_what_is_not_understood_is_said(revision: dict[str, Any], word: str) -> None:
    found = routing(revision)
    assert word in found.unclear
    assert (found.by, found.target_groups) == ("", ())


def test_one_way_that_stands_is_enough() -> None:
    both = express()["ecsManagedResources"] | gateway("DELETE_IN_PROGRESS")["ecsManagedResources"]
    assert routing({"ecsManagedResources": both}) == routing(express())


@pytest.mark.parametrize("status", ["CREATE_FAILED", "DELETE_FAILED"])
def test_one_way_in_doubt_leaves_all_as_it_is(status: str) -> None:
    both = express()["ecsManagedResources"] | gateway(status)["ecsManagedResources"]
    found = routing({"ecsManagedResources": both})
    assert (found.by, found.target_groups) == ("", ())
    assert status in found.unclear


def test_one_way_that_is_still_made_is_waited_for() -> None:
    coming = gateway("CREATE_IN_PROGRESS", resources={})
    both = express()["ecsManagedResources"] | coming["ecsManagedResources"]
    found = routing({"ecsManagedResources": both})
    assert (found.by, found.target_groups, found.unclear) == ("gateway edge", (), "")


def test_a_target_group_that_goes_does_not_count_beside_one_that_stays() -> None:
    groups = [{"arn": "blue", "status": "ACTIVE"}, {"arn": "green", "status": "DELETED"}]
    found = routing(express(targetGroups=groups))
    assert found == Routing(EXPRESS, (TargetGroup("blue", None, "rule"),))


def test_load_balancers_of_ones_own_are_no_other_way() -> None:
    own = {"loadBalancers": [{"targetGroupArn": "tg"}]}
    assert routing(own, beside=True) == Routing()
    assert routing(own | gateway(), beside=True) == routing(gateway())


@pytest.mark.parametrize("newer", ["quantumConnections", "vpcLatticeConfigurations"])
def test_a_member_that_is_not_understood_freezes_no_way_that_stands(newer: str) -> None:
    assert routing(express() | {newer: [{"a": 1}]}) == routing(express())


@pytest.mark.parametrize("shape", ["ServiceRevision", "ECSManagedResources"])
def test_of_every_member_that_ecs_has_it_is_known_whether_it_leads_to_the_service(
    shape: str,
) -> None:
    members = set(MODEL.shape_for(shape).members)  # type: ignore[attr-defined]
    leading = revisions._OWN | {"vpcLatticeConfigurations"}  # by themselves, not to be understood
    known = revisions._OTHER_MEMBERS | revisions._UNDERSTOOD | leading
    if shape == "ECSManagedResources":
        known = revisions._OTHER_RESOURCES | revisions._UNDERSTOOD_RESOURCES
    assert members == known


@pytest.mark.parametrize("shape", ["GatewayConnectionResources", "GatewayRouteStatus"])
def test_kinds_and_states_of_gateways_are_those_that_are_known(shape: str) -> None:
    model: Any = MODEL.shape_for(shape)
    known = {"hostSharedAlb"}
    if shape == "GatewayRouteStatus":
        goes_on = {"ACTIVE", "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "UPDATE_FAILED"}
        known = goes_on | {one for one in revisions._GOING | revisions._LOST if "_" in one}
    assert set(getattr(model, "enum", [])) | set(getattr(model, "members", ())) == known


def test_the_newest_revision_counts() -> None:
    api = Stub("ecs")
    found = {"serviceArn": "web", "currentServiceRevisions": [{"arn": "new"}, {"arn": "old"}]}
    made: list[dict[str, Any]] = [
        {"serviceRevisionArn": "old", "createdAt": datetime(2026, 1, 1, tzinfo=UTC)},
        {"serviceRevisionArn": "new", "createdAt": datetime(2026, 2, 1, tzinfo=UTC)},
    ]
    led = {"gatewayArn": "gateway/before", "status": "ACTIVE", "resources": {"hostSharedAlb": []}}
    made[0]["ecsManagedResources"] = {"gatewayConnections": [led]}
    made[1]["gatewayConnectors"] = [{"portName": "http"}]
    api.answers("describe_service_revisions", serviceRevisions=made)

    assert revisions.read(api.client, [found])["web"].by == "a gateway"


def test_a_revision_that_is_missing_is_not_understood() -> None:
    api = Stub("ecs")
    api.answers("describe_service_revisions", failures=[{"arn": ARN, "reason": "MISSING"}])

    assert f"does not describe its service revision {ARN}" in (
        revisions.read(api.client, [FOUND])["web"].unclear
    )


def test_one_that_is_not_described_may_be_the_newest() -> None:
    api = Stub("ecs")
    found = {"serviceArn": "web", "currentServiceRevisions": [{"arn": "old"}, {"arn": "new"}]}
    old = {"serviceRevisionArn": "old", "createdAt": datetime(2026, 1, 1, tzinfo=UTC)} | gateway()
    missing = {"arn": "new", "reason": "MISSING"}
    api.answers("describe_service_revisions", serviceRevisions=[old], failures=[missing])

    assert "service revision new" in revisions.read(api.client, [found])["web"].unclear


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        ("ThrottlingException", Throttled),
        ("AccessDeniedException", AccessDenied),
        ("ServerException", AwsUnavailable),
    ],
)
def test_a_call_that_fails_tells_nothing(code: str, raised: type[Exception]) -> None:
    api = Stub("ecs")
    api.fails("describe_service_revisions", code)
    with pytest.raises(raised):
        revisions.read(api.client, [FOUND])


def test_one_that_ecs_refuses_does_not_hide_the_others() -> None:
    api = Stub("ecs")
    other = {"serviceArn": "api", "currentServiceRevisions": [{"arn": "r2"}]}
    api.fails("describe_service_revisions", "ClientException")
    api.fails("describe_service_revisions", "ClientException")
    api.answers("describe_service_revisions", serviceRevisions=[{"serviceRevisionArn": "r2"}])

    found = revisions.read(api.client, [FOUND, other])

    assert "does not describe" in found["web"].unclear
    assert found["api"] == Routing()


def test_any_other_failure_is_not_understood() -> None:
    api = Stub("ecs")
    api.answers("describe_service_revisions", failures=[{"arn": ARN, "reason": "BUSY"}])
    assert "does not describe" in revisions.read(api.client, [FOUND])["web"].unclear


def test_an_older_revision_that_still_leads_there_counts_where_the_newest_does_not() -> None:
    api = Stub("ecs")
    found = {"serviceArn": "web", "currentServiceRevisions": [{"arn": "old"}, {"arn": "new"}]}
    shared = {"loadBalancerArn": "lb", "listenerRuleArn": "rule", "targetGroupArn": "blue"}
    led = [{"status": "ACTIVE", "resources": {"hostSharedAlb": [shared]}}]
    old = {"serviceRevisionArn": "old", "createdAt": datetime(2026, 1, 1, tzinfo=UTC)}
    old["ecsManagedResources"] = {"gatewayConnections": led}
    new = {"serviceRevisionArn": "new", "createdAt": datetime(2026, 2, 1, tzinfo=UTC)}
    api.answers("describe_service_revisions", serviceRevisions=[old, new])

    assert revisions.read(api.client, [found])["web"].target_groups


def test_twenty_revisions_are_asked_for_at_once() -> None:
    api = Stub("ecs")
    services = [
        {"serviceArn": f"s{number}", "currentServiceRevisions": [{"arn": f"r{number}"}]}
        for number in range(45)
    ]
    for begin in (0, 20, 40):
        made = [{"serviceRevisionArn": f"r{n}"} for n in range(begin, min(begin + 20, 45))]
        api.answers("describe_service_revisions", serviceRevisions=made)

    assert set(revisions.read(api.client, services).values()) == {Routing()}
    api.stubber.assert_no_pending_responses()


def test_members_that_botocore_does_not_know_are_seen() -> None:
    client: Any = boto3.client("ecs", region_name=REGION)
    sent = {
        "serviceRevisionArn": ARN,
        "createdAt": 1795867200.5,
        "ecsManagedResources": {"teleports": [{"status": "ACTIVE"}]},
    }

    class Raw(io.BytesIO):
        def stream(self, **_: Any) -> Any:
            yield self.read()

    def answer(**_: Any) -> AWSResponse:
        body = Raw(json.dumps({"serviceRevisions": [sent], "failures": []}).encode())
        return AWSResponse("https://ecs.example", 200, HTTPHeaders(), body)

    client.meta.events.register("before-send.ecs.DescribeServiceRevisions", answer)

    found = revisions.read(client, [FOUND])["web"]

    assert "ecsManagedResources.teleports" in found.unclear
    api_model.taken()  # such an answer is not as the model says: that is the point
