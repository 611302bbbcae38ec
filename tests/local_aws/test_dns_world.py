"""Route 53's record sets as the local DNS server knows them."""

from __future__ import annotations

from local_aws.dns_answers import RecordSet
from local_aws.dns_world import features, record_set
from tests.support.local_dns import LB


def test_route_53s_own_form_of_a_record_set() -> None:
    one = {
        "Name": "\\052.Web.ecs.internal.",
        "Type": "A",
        "AliasTarget": {"HostedZoneId": "Z", "DNSName": f"{LB.upper()}."},
    }

    assert record_set(one) == RecordSet("*.web.ecs.internal", "A", alias=LB)


def test_a_multivalue_set_is_known_as_one() -> None:
    one = {
        "Name": "web.ecs.internal.",
        "Type": "A",
        "SetIdentifier": "task",
        "MultiValueAnswer": True,
        "TTL": 30,
        "ResourceRecords": [{"Value": "10.0.0.1"}],
    }

    assert record_set(one) == RecordSet(
        "web.ecs.internal", "A", 30, ("10.0.0.1",), is_multivalue=True
    )


def test_what_of_a_zones_features_is_known() -> None:
    assert features({}) == {"public_fallback": False, "is_watched": False}
    rails = [
        {"Name": "ACTIVE_RECORD_CHECK", "Status": "ENABLED"},
        {"Name": "ALIAS_TARGET_CHECK", "Status": "DISABLED"},
    ]
    told = {"PublicDNSFallbackStatus": "ENABLED", "ChangeGuardrails": rails}
    assert features({"Features": told}) == {"public_fallback": True, "is_watched": True}
    other = {"ChangeGuardrails": [{"Name": "ALIAS_TARGET_CHECK", "Status": "ENABLED"}]}
    assert not features({"Features": other})["is_watched"]
    off = {"ChangeGuardrails": [{"Name": "ACTIVE_RECORD_CHECK", "Status": "DISABLED"}]}
    assert not features({"Features": off})["is_watched"]
