"""What a zone refuses beside its own rules, and what its DNS does then."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.route53 import NxDomain, StrictRoute53, both_refusals, send, simple
from tests.support.route53.dns_answers import NoAnswer
from tests.support.route53.limits import ASKED_SECONDS

WEB = simple("web.example.com", "A", "192.0.2.1")
SHOP = simple("shop.example.com", "A", "192.0.2.2")
CUT = simple("sub.example.com", "NS", "ns1.example.net.")


@pytest.fixture
def route53(bare_refusals: bool) -> StrictRoute53:
    return StrictRoute53(propagation_seconds=0, bare_refusals=bare_refusals)


@pytest.fixture
def bare_refusals() -> bool:
    return False


@pytest.fixture
def zone(route53: StrictRoute53) -> str:
    return route53.create_zone("example.com")


def code(caught: Any) -> str:
    return str(caught.value.response["Error"]["Code"])


@both_refusals
@pytest.mark.parametrize("action", ["CREATE", "DELETE", "UPSERT"])
def test_a_protection_refuses_the_whole_batch_with_its_comment(
    route53: StrictRoute53, zone: str, action: str, bare_refusals: bool
) -> None:
    if action != "CREATE":
        route53.edit(zone, ("CREATE", WEB))
    before = route53.records(zone)
    route53.protect(zone, "web.example.com", "A", "ask Ada")

    with pytest.raises(ClientError) as caught:
        send(route53.client(), zone, (action, WEB), ("CREATE", SHOP))

    assert "ask Ada" in str(caught.value.response)
    assert code(caught) == ("" if bare_refusals else "InvalidChangeBatch")
    assert route53.records(zone) == before


def test_a_protection_is_of_a_type(route53: StrictRoute53, zone: str) -> None:
    route53.protect(zone, "web.example.com", "TXT")

    send(route53.client(), zone, ("CREATE", WEB))


def test_what_is_asked_for_can_not_be_removed_for_a_while(
    route53: StrictRoute53, zone: str
) -> None:
    route53.edit(zone, ("CREATE", WEB))
    route53.guard(zone, "ACTIVE_RECORD_CHECK")
    route53.resolver().query("web.example.com", "A")

    with pytest.raises(ClientError, match="ACTIVE_RECORD_CHECK"):
        send(route53.client(), zone, ("DELETE", WEB))
    send(route53.client(), zone, ("UPSERT", WEB | {"TTL": 30}))  # one of the type remains
    route53.clock.advance(ASKED_SECONDS)
    send(route53.client(), zone, ("DELETE", WEB | {"TTL": 30}))


@pytest.mark.parametrize(
    "answering",
    [
        simple("web.example.com", "CNAME", "shop.example.com"),
        simple("*.example.com", "A", "192.0.2.1"),
        simple("*.example.com", "CNAME", "shop.example.com"),
    ],
    ids=["a CNAME", "a wildcard", "both"],
)
def test_the_record_set_that_answered_is_asked_for(
    route53: StrictRoute53, zone: str, answering: dict[str, Any]
) -> None:
    route53.edit(zone, ("CREATE", answering))
    route53.guard(zone, "ACTIVE_RECORD_CHECK")
    route53.resolver(zone_id=zone).resolve("web.example.com", "A")

    with pytest.raises(ClientError, match="ACTIVE_RECORD_CHECK"):
        send(route53.client(), zone, ("DELETE", answering))


def test_a_record_set_of_which_no_answer_came_can_be_removed(
    route53: StrictRoute53, zone: str
) -> None:
    route53.edit(zone, ("CREATE", WEB), ("CREATE", simple("*.example.com", "TXT", '"x"')))
    route53.guard(zone, "ACTIVE_RECORD_CHECK")
    for kind in ("AAAA", "TXT"):
        route53.resolver().query("web.example.com", kind)

    send(route53.client(), zone, ("DELETE", WEB))


def test_the_target_of_an_alias_can_not_be_removed(route53: StrictRoute53, zone: str) -> None:
    target = {"HostedZoneId": zone, "DNSName": "web.example.com", "EvaluateTargetHealth": False}
    route53.edit(zone, ("CREATE", WEB))
    route53.edit(zone, ("CREATE", {"Name": "w.example.com", "Type": "A", "AliasTarget": target}))
    route53.guard(zone, "ALIAS_TARGET_CHECK")

    with pytest.raises(ClientError, match="ALIAS_TARGET_CHECK"):
        send(route53.client(), zone, ("DELETE", WEB))


def test_a_delegated_name_is_refused_by_a_guardrail_and_never_answered(
    route53: StrictRoute53, zone: str
) -> None:
    hidden = simple("a.sub.example.com", "A", "192.0.2.1")
    route53.edit(zone, ("CREATE", CUT))
    send(route53.client(), zone, ("CREATE", hidden))
    route53.guard(zone, "NS_OCCLUSION_CHECK")

    assert route53.resolver(zone_id=zone).query("a.sub.example.com", "A") == []
    with pytest.raises(NoAnswer, match="SERVFAIL"):
        route53.resolver().query("a.sub.example.com", "A")
    with pytest.raises(ClientError, match="NS_OCCLUSION_CHECK"):
        send(route53.client(), zone, ("CREATE", hidden | {"Name": "b.sub.example.com"}))


def test_only_its_maker_changes_a_linked_zone(route53: StrictRoute53) -> None:
    linked = route53.create_zone(
        "sd.internal", vpcs=("vpc-1",), linked_service="servicediscovery.amazonaws.com"
    )

    with pytest.raises(ClientError, match="can only be managed through") as caught:
        send(route53.client(), linked, ("CREATE", WEB | {"Name": "web.sd.internal"}))
    found = route53.client().get_hosted_zone(Id=linked)["HostedZone"]

    assert code(caught) == "AccessDenied"
    assert found["LinkedService"]["ServicePrincipal"] == "servicediscovery.amazonaws.com"


def test_public_dns_stands_in_for_names_that_a_private_zone_lacks(
    route53: StrictRoute53, zone: str
) -> None:
    private = route53.create_zone("example.com", vpcs=("vpc-1",), public_fallback=True)
    route53.edit(zone, ("CREATE", WEB))
    route53.edit(private, ("CREATE", simple("own.example.com", "TXT", '"x"')))
    inside = route53.resolver(vpc="vpc-1")

    assert inside.query("web.example.com", "A") == ["192.0.2.1"]
    assert inside.query("own.example.com", "A") == []  # the name is there
    with pytest.raises(NxDomain):
        inside.query("nobody.example.com", "A")
    found = route53.client().get_hosted_zone(Id=private)["HostedZone"]
    assert found["Features"]["PublicDNSFallbackStatus"] == "ENABLED"
