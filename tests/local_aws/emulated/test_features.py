"""Tiers, public DNS fallback and guardrails of the emulator's hosted zones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulated_route53 import client, installed, zone

PUBLIC = {"HostedZoneConfig": {"Comment": "public"}}
ALIAS, ACTIVE = "ALIAS_TARGET_CHECK", "ACTIVE_RECORD_CHECK"


@pytest.fixture(autouse=True)
def _emulator() -> Iterator[None]:
    with installed():
        yield


def rails(*names: str, status: str = "ENABLED") -> list[dict[str, str]]:
    return [{"Name": name, "Status": status} for name in names]


def told(zone_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client().get_hosted_zone(Id=zone_id)["HostedZone"]
    return found


def on(zone_id: str) -> set[str]:
    features = told(zone_id)["Features"]
    return {one["Name"] for one in features["ChangeGuardrails"] if one["Status"] == "ENABLED"}


def advance(zone_id: str, tier: str = "ADVANCED", **more: Any) -> None:
    client().update_hosted_zone_tier(HostedZoneId=zone_id, HostedZoneTier=tier, **more)


def change(zone_id: str, **features: Any) -> None:
    client().update_hosted_zone_features(HostedZoneId=zone_id, **features)


def test_a_new_zone_is_of_the_standard_tier_with_what_is_always_on() -> None:
    made = zone()

    assert told(made)["Config"]["HostedZoneTier"] == "STANDARD"
    assert told(made)["Features"]["PublicDNSFallbackStatus"] == "DISABLED"
    assert on(made) == {"NS_FORMAT_CHECK", "NS_DELEGATION_AUTHORITY_CHECK"}
    assert "PublicDNSFallbackStatus" not in told(zone("example.com", **PUBLIC))["Features"]


def test_a_zone_can_be_made_advanced_with_guardrails() -> None:
    made = zone(
        "example.com",
        HostedZoneConfig={"HostedZoneTier": "ADVANCED"},
        ChangeGuardrails=rails(ALIAS),
    )

    assert told(made)["Config"]["HostedZoneTier"] == "ADVANCED"
    assert ALIAS in on(made)


def test_features_are_turned_on_and_off() -> None:
    made = zone()
    advance(made)

    change(made, ChangeGuardrails=rails(ALIAS, ACTIVE), EnablePublicDNSFallback=True)
    assert {ALIAS, ACTIVE} < on(made)
    assert told(made)["Features"]["PublicDNSFallbackStatus"] == "ENABLED"

    change(made, ChangeGuardrails=rails(ALIAS, status="DISABLED"))
    assert {ALIAS, ACTIVE} & on(made) == {ACTIVE}
    assert told(made)["Features"]["PublicDNSFallbackStatus"] == "ENABLED"


def test_what_the_standard_tier_lacks_goes_with_it() -> None:
    made = zone()
    advance(made)
    change(made, ChangeGuardrails=rails(ACTIVE, "NS_OCCLUSION_CHECK"), EnablePublicDNSFallback=True)

    advance(made, "STANDARD")
    advance(made)

    assert ACTIVE not in on(made)
    assert "NS_OCCLUSION_CHECK" in on(made)
    assert told(made)["Features"]["PublicDNSFallbackStatus"] == "DISABLED"


def test_a_dry_run_changes_nothing() -> None:
    made = zone()
    advance(made, DryRun=True)
    change(made, ChangeGuardrails=rails("NS_OCCLUSION_CHECK"), DryRun=True)

    assert told(made)["Config"]["HostedZoneTier"] == "STANDARD"
    assert "NS_OCCLUSION_CHECK" not in on(made)


@pytest.mark.parametrize(
    ("features", "why"),
    [
        ({"ChangeGuardrails": rails(ACTIVE)}, f"{ACTIVE} is not offered by the tier STANDARD"),
        ({"EnablePublicDNSFallback": True}, "not offered by the tier STANDARD"),
        ({"ChangeGuardrails": rails("NS_FORMAT_CHECK", status="DISABLED")}, "can't be turned off"),
    ],
)
def test_what_a_tier_does_not_offer_is_refused(features: dict[str, Any], why: str) -> None:
    with pytest.raises(ClientError, match=why) as e:
        change(zone(), **features)
    assert e.value.response["Error"]["Code"] == "InvalidInput"


def test_a_public_zone_has_no_fallback() -> None:
    made = zone("example.com", **PUBLIC)
    advance(made)
    with pytest.raises(ClientError, match="only for private hosted zones"):
        change(made, EnablePublicDNSFallback=True)
