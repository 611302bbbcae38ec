"""`signpost doctor`: the zones, and the steps' rights in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from signpost_cli.checks import zones
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import AGAIN, codes, evaluated, installation
from tests.support.estate import ACCOUNT
from tests.support.route53 import StrictRoute53
from tests.support.stub import Stub
from tests.support.zones import PROD


def test_zones_that_are_missing_stop_the_work_and_unread_ones_are_not_green() -> None:
    facts = ZoneFacts((PROD,), ("ZGONE",), (("ZA", "denied"), ("ZB", "denied")))

    missing, unread = zones.judge_existence(facts, AGAIN)

    assert (missing.code, missing.severity) == ("zone-missing", Severity.STOPS)
    assert unread.severity is Severity.NOT_CHECKED
    assert "ZA, ZB" in unread.what


@pytest.mark.parametrize(
    ("facts", "complete"),
    [
        (ZoneFacts((PROD,), (), ()), True),
        (ZoneFacts((PROD,), ("ZGONE",), ()), False),
        (ZoneFacts((PROD,), (), (("ZA", "denied"),)), False),
    ],
)
def test_names_are_placed_only_where_every_listed_zone_is_known(
    facts: ZoneFacts, complete: bool
) -> None:
    assert facts.complete is complete


def test_a_zone_role_that_can_not_be_assumed_leaves_its_zones_unchecked() -> None:
    sts, lambda_ = Stub("sts"), Stub("lambda")
    lambda_.answers("get_function_configuration")
    sts.fails("assume_role", "AccessDenied", status=403)
    role = "arn:aws:iam::210987654321:role/dns"
    made = installation(
        {"sts": sts.client, "lambda": lambda_.client},
        {"ZoneReadRoleArn": role},
        {"PlanChangeFunction": "plan"},
    )

    facts = zones.read(made)

    assert facts.zones == ()
    assert "sts:AssumeRole" in facts.unread[0][1]
    assert role in facts.unread[0][1]


def test_zones_of_another_account_are_read_with_the_role_of_that_account() -> None:
    route53, sts, iam, lambda_ = StrictRoute53(), Stub("sts"), Stub("iam"), Stub("lambda")
    zone = route53.create_zone("ecs.internal", vpcs=("vpc-1",))
    credentials = {
        "AccessKeyId": "ASIAASSUMEDASSUMED00",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": datetime(2026, 11, 24, 13, tzinfo=UTC),
    }
    variables = {"ZONE_ROLE_EXTERNAL_ID": "signpost-7"}
    lambda_.answers("get_function_configuration", Environment={"Variables": variables})
    reads, writes = (f"arn:aws:iam::210987654321:role/dns-{what}" for what in ("read", "write"))
    assumed = {
        "RoleArn": reads,
        "RoleSessionName": "signpost-doctor",
        "ExternalId": "signpost-7",
    }
    sts.stubber.add_response("assume_role", {"Credentials": credentials}, assumed)
    denied = evaluated("implicitDeny") | {"EvalActionName": "sts:AssumeRole"}
    asked = dict.fromkeys(("PlanChange", "VerifyRecord", "FindDrift"), reads)
    for step, role in ({"ChangeRecord": writes} | asked).items():
        iam.stubber.add_response(
            "simulate_principal_policy",
            {"EvaluationResults": [denied if step == "ChangeRecord" else evaluated("allowed")]},
            {
                "PolicySourceArn": f"arn:aws:iam::{ACCOUNT}:role/{step}",
                "ActionNames": ["sts:AssumeRole"],
                "ResourceArns": [role],
                "ContextEntries": [],
            },
        )
    made = installation(
        {"sts": sts.client, "iam": iam.client, "lambda": lambda_.client},
        {"ZoneReadRoleArn": reads, "ZoneWriteRoleArn": writes, "HostedZoneIds": zone},
        {"PlanChangeFunction": "plan"} | {f"{step}FunctionRole": step for step in zones.NEEDS},
    )

    with route53.patched():
        facts = zones.read(made)
    findings = zones.check(made, replace(facts, zones=()))

    assert [one.name for one in facts.zones] == ["ecs.internal"]
    assert codes(findings) == ["zone-role"]
    assert f"ChangeRecord's role may not assume {writes}" in findings[0].what
    iam.stubber.assert_no_pending_responses()


def test_a_zone_that_does_not_exist_and_one_that_may_not_be_read() -> None:
    route53 = Stub("route53")
    route53.fails("get_hosted_zone", "NoSuchHostedZone")
    route53.fails("get_hosted_zone", "AccessDenied", status=403)
    made = installation(
        {"route53": route53.client, "iam": None}, {"HostedZoneIds": "ZGONE,ZLOCKED"}
    )

    facts = zones.read(made)

    assert facts.missing == ("ZGONE",)
    assert [zone_id for zone_id, _ in facts.unread] == ["ZLOCKED"]


def test_a_role_that_may_not_write_a_zone_is_named_with_the_zone() -> None:
    (finding,) = zones.judge_rights("ChangeRecord's role r", PROD, ["x (implicitDeny)"], AGAIN)
    assert (finding.code, finding.severity) == ("zone-access", Severity.STOPS)
    assert "ZPROD" in finding.what


def test_a_zone_that_cloud_map_made_stops_the_work_and_is_not_called_sound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    managed = replace(PROD, linked_service="servicediscovery.amazonaws.com")
    monkeypatch.setattr(zones, "_rights", lambda *_: [])
    made = installation({"cloudformation": Stub("cloudformation").client})

    (finding,) = zones.check(made, ZoneFacts((PROD, managed), (), ()))

    assert (finding.code, finding.severity) == ("zone-managed", Severity.STOPS)
    assert "ecs.internal (ZPROD) was made by servicediscovery.amazonaws.com" in finding.what
    assert "without ZPROD in HostedZoneIds" in finding.mend
