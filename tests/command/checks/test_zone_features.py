"""`signpost doctor`: negative TTLs, change guardrails, public DNS fallback."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import Any

import pytest
from botocore.model import ServiceModel

from signpost.model.record_set import RecordSet
from signpost_cli.checks import zone_features
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.zone_records import Contents, ZoneRecords
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import codes, installation
from tests.support.ledgers import LedgerEstate
from tests.support.stub import Stub
from tests.support.zones import PROD

NS = "ns-1.awsdns-1.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600"


def soa(ttl: int, minimum: int) -> RecordSet:
    return RecordSet("ecs.internal", "SOA", ttl, (f"{NS} {minimum}",))


def zone(**features: Any) -> dict[str, Any]:
    return {
        "Id": "/hostedzone/ZPROD",
        "Name": "ecs.internal.",
        "CallerReference": "1",
        "Features": features,
    }


def checked(client: Any, *records: ZoneRecords, unread: Any = ()) -> list[Finding]:
    facts = ZoneFacts((PROD,), (), (), client)
    return zone_features.check(installation(), facts, Contents(records, tuple(unread)))


@pytest.mark.parametrize(
    ("ttl", "minimum", "seconds"),
    [(900, 86400, 900), (3600, 300, 300), (60, 86400, None), (900, 60, None), (61, 61, 61)],
)
def test_the_negative_ttl_is_the_lesser_of_the_two(
    ttl: int, minimum: int, seconds: int | None
) -> None:
    findings = zone_features.judge_negative_ttl(PROD, soa(ttl, minimum))

    assert codes(findings) == ([] if seconds is None else ["zone-negative-ttl"])
    assert all(f"for {seconds} seconds" in one.what for one in findings)
    assert all(one.severity is Severity.WARNING for one in findings)


@pytest.mark.parametrize("odd", [None, RecordSet("ecs.internal", "SOA", 900, ("odd",))])
def test_an_soa_that_does_not_say_is_no_finding(odd: RecordSet | None) -> None:
    assert zone_features.judge_negative_ttl(PROD, odd) == []


def test_the_command_that_mends_it_is_one_that_route_53_takes() -> None:
    """The shell takes it apart as it is printed; nothing but the TTL changes."""
    estate = LedgerEstate()
    (before,) = [one for one in estate.aws.records(estate.zone.id, apex=True) if one.type == "SOA"]
    found = zone_features.judge_negative_ttl(
        estate.zone, RecordSet("ecs.internal", "SOA", before.ttl, before.values)
    )

    *_, zone_id, _, batch = shlex.split(found[0].mend)
    answer = estate.aws.client().change_resource_record_sets(
        HostedZoneId=zone_id, ChangeBatch=json.loads(batch)
    )

    assert answer["ChangeInfo"]["Status"] == "PENDING"
    (after,) = [one for one in estate.aws.records(estate.zone.id, apex=True) if one.type == "SOA"]
    assert after == replace(before, ttl=60)


def test_each_zone_has_one_finding_and_one_that_others_manage_has_none() -> None:
    route53 = Stub("route53")
    for _ in range(2):
        route53.answers("get_hosted_zone", HostedZone=zone())
    managed = replace(PROD, linked_service="servicediscovery.amazonaws.com")
    long = soa(900, 86400)

    assert codes(checked(route53.client, ZoneRecords(PROD, long))) == ["zone-negative-ttl"]
    assert checked(route53.client, ZoneRecords(managed, long)) == []


def test_a_zone_that_could_not_be_listed_is_not_called_sound() -> None:
    route53 = Stub("route53")
    route53.answers("get_hosted_zone", HostedZone=zone())

    (finding,) = checked(route53.client, unread=[(PROD, "denied")])

    assert (finding.severity, finding.why) == (Severity.NOT_CHECKED, "denied")


def test_guardrails_that_can_refuse_changes_are_noted() -> None:
    route53 = Stub("route53")
    status = {
        "ACTIVE_RECORD_CHECK": "ENABLED",
        "ALIAS_TARGET_CHECK": "DISABLED",
        "NS_FORMAT_CHECK": "ENABLED",
    }
    rails = [{"Name": name, "Status": one} for name, one in status.items()]
    route53.answers("get_hosted_zone", HostedZone=zone(ChangeGuardrails=rails))

    (noted,) = checked(route53.client)

    assert noted.severity is Severity.NOTE
    assert "ACTIVE_RECORD_CHECK is on in ecs.internal (ZPROD)" in noted.what
    assert "StillAsked" in noted.what


def test_guardrails_that_may_not_be_read_are_not_checked() -> None:
    route53 = Stub("route53")
    route53.fails("get_hosted_zone", "AccessDenied", status=403)

    (finding,) = checked(route53.client)

    assert finding.severity is Severity.NOT_CHECKED
    assert "change guardrails" in finding.what


@pytest.mark.parametrize(
    "members", [{}, {"Features": {"shape": "Features"}}], ids=["no features", "older features"]
)
def test_a_botocore_that_does_not_know_guardrails_is_no_proof_of_their_absence(
    members: dict[str, Any],
) -> None:
    route53 = Stub("route53")
    shapes = {
        "HostedZone": {"type": "structure", "members": members},
        "Features": {"type": "structure", "members": {}},
    }
    route53.client.meta._service_model = ServiceModel({"metadata": {}, "shapes": shapes})

    (finding,) = checked(route53.client)

    assert finding.severity is Severity.NOT_CHECKED
    assert "install a newer one" in finding.why


def test_public_dns_fallback_is_noted_of_the_zones_that_have_it() -> None:
    (noted,) = zone_features.judge_fallback([PROD, replace(PROD, id="ZF", public_fallback=True)])

    assert noted.severity is Severity.NOTE
    assert "ZF" in noted.what
