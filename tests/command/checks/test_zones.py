"""`signpost doctor`: the zones, and the steps' rights in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost_cli.checks import zones
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import AGAIN, codes, evaluated, installation
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
    ("ids", "codes"), [(1, []), (167, []), (168, ["zones-near-limit"]), (186, ["zones-near-limit"])]
)
def test_zones_for_which_there_is_hardly_room_are_warned_of(ids: int, codes: list[str]) -> None:
    listed = ",".join(f"Z{number:020d}" for number in range(ids))

    findings = zones.judge_room({"HostedZoneIds": listed, "AllowedHostnames": "**"}, AGAIN)

    assert [finding.code for finding in findings] == codes
    assert all(f"{len(listed):,} characters ({ids} entries)" in one.what for one in findings)
    assert all(one.severity is Severity.WARNING for one in findings)


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
    sts = Stub("sts")
    sts.fails("assume_role", "AccessDenied", status=403)
    role = "arn:aws:iam::210987654321:role/dns"

    facts = zones.read(installation({"sts": sts.client}, {"ZoneRoleArn": role}))

    assert facts.zones == ()
    assert "sts:AssumeRole" in facts.unread[0][1]
    assert role in facts.unread[0][1]


def test_zones_of_another_account_are_read_with_the_role_of_that_account() -> None:
    route53, sts, iam = StrictRoute53(), Stub("sts"), Stub("iam")
    zone = route53.create_zone("ecs.internal", vpcs=("vpc-1",))
    credentials = {
        "AccessKeyId": "ASIAASSUMEDASSUMED00",
        "SecretAccessKey": "secret",
        "SessionToken": "token",
        "Expiration": "2026-11-24T13:00:00Z",
    }
    sts.answers("assume_role", Credentials=credentials)
    denied = evaluated("implicitDeny") | {"EvalActionName": "sts:AssumeRole"}
    for decision in (denied, evaluated("allowed"), evaluated("allowed")):
        iam.answers("simulate_principal_policy", EvaluationResults=[decision])
    role = "arn:aws:iam::210987654321:role/dns"
    made = installation(
        {"sts": sts.client, "iam": iam.client},
        {"ZoneRoleArn": role, "ZoneRoleExternalId": "signpost-7", "HostedZoneIds": zone},
        {f"{step}FunctionRole": step for step in zones.NEEDS},
    )

    with route53.patched():
        facts = zones.read(made)
    findings = zones.check(made, replace(facts, zones=()))

    assert [one.name for one in facts.zones] == ["ecs.internal"]
    assert codes(findings) == ["zone-role"]
    assert f"PlanChange's role may not assume {role}" in findings[0].what


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
