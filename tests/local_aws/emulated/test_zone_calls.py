"""The emulator's hosted zones: guardrails with a DNS server, fallback, zones of Cloud Map."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from ministack.services import servicediscovery

from local_aws.dns_answers import View, resolve
from local_aws.dns_world import Reader
from local_aws.emulated.zone_calls import is_asked
from signpost.aws import route53
from tests.support.emulated_route53 import client, installed, send, zone
from tests.support.route53 import simple

WEB = simple("web.ecs.internal", "A", "192.0.2.1")
VIEW = View("vpc-1")


class Session:
    """Clients as the local AWS's processes make them, that ask the emulator in this process."""

    endpoint = "http://localhost"

    def client(self, service: str, **_: Any) -> Any:
        return client() if service == "route53" else None


@pytest.fixture(autouse=True)
def _emulator() -> Iterator[None]:
    with installed():
        yield


@pytest.fixture
def guarded() -> str:
    made = zone()
    client().update_hosted_zone_tier(HostedZoneId=made, HostedZoneTier="ADVANCED")
    rails = [{"Name": "ACTIVE_RECORD_CHECK", "Status": "ENABLED"}]
    client().update_hosted_zone_features(HostedZoneId=made, ChangeGuardrails=rails)
    send(made, ("CREATE", WEB))
    return made


def ask(name: str, kind: str = "A") -> list[str]:
    world = Reader(Session()).read()  # type: ignore[arg-type]
    return [one.data for one in resolve(world, name, kind, VIEW).records]


def test_a_name_that_the_dns_server_was_asked_for_is_not_removed(guarded: str) -> None:
    assert ask("web.ecs.internal") == ["192.0.2.1"]

    with pytest.raises(ClientError, match="ACTIVE_RECORD_CHECK"):
        send(guarded, ("DELETE", WEB))


@pytest.mark.parametrize("name", ["*.ecs.internal", "\\052.ecs.internal"])
@pytest.mark.parametrize(("kind", "value"), [("A", "192.0.2.2"), ("CNAME", "web.ecs.internal")])
def test_a_wildcard_that_answered_is_not_removed(
    guarded: str, name: str, kind: str, value: str
) -> None:
    wildcard = simple(name, kind, value)
    send(guarded, ("CREATE", wildcard))
    ask("a.ecs.internal")

    with pytest.raises(ClientError, match="ACTIVE_RECORD_CHECK"):
        send(guarded, ("DELETE", wildcard))


def test_a_name_that_nobody_asked_for_is_removed(guarded: str) -> None:
    ask("web.ecs.internal", "AAAA")
    ask("other.ecs.internal")
    client().list_resource_record_sets(HostedZoneId=guarded, StartRecordName="web.ecs.internal")

    send(guarded, ("DELETE", WEB))

    assert ask("web.ecs.internal") == []


@pytest.mark.parametrize(
    ("key", "now", "expected"),
    [
        (("web.", "A"), 59.0, True),
        (("web.", "A"), 61.0, False),
        (("web.", "AAAA"), 1.0, False),
        (("web.", "CNAME"), 1.0, False),
        (("api.", "A"), 1.0, False),
    ],
)
def test_a_record_is_asked_for_a_minute_long(
    key: tuple[str, str], now: float, expected: bool
) -> None:
    assert is_asked({("web.", "A"): 0.0}, key, now) is expected


def test_a_private_zone_with_fallback_lets_public_zones_answer() -> None:
    private = zone("ecs.internal")
    public = zone("internal", HostedZoneConfig={"Comment": "public"})
    send(public, ("CREATE", simple("old.ecs.internal", "A", "203.0.113.1")))
    assert ask("old.ecs.internal") == []

    client().update_hosted_zone_tier(HostedZoneId=private, HostedZoneTier="ADVANCED")
    client().update_hosted_zone_features(HostedZoneId=private, EnablePublicDNSFallback=True)

    assert ask("old.ecs.internal") == ["203.0.113.1"]
    assert route53.get_zone(client(), private).public_fallback


@pytest.fixture
def managed() -> str:
    namespace, refused = servicediscovery._create_namespace_record(
        "map.internal", "DNS_PRIVATE", vpc="vpc-1"
    )
    assert refused is None
    return str(namespace["Properties"]["DnsProperties"]["HostedZoneId"])


def test_a_zone_of_cloud_map_says_so_and_refuses_changes(managed: str) -> None:
    assert route53.get_zone(client(), managed).linked_service == "servicediscovery.amazonaws.com"
    words = rf"hostedzone/{managed} can only be managed through AWS Cloud Map \(arn:aws:serviced"
    with pytest.raises(ClientError, match=words) as e:
        send(managed, ("CREATE", simple("web.map.internal", "A", "192.0.2.1")))
    assert e.value.response["Error"]["Code"] == "AccessDenied"
    assert e.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    with pytest.raises(ClientError, match="Cloud Map"):
        client().delete_hosted_zone(Id=managed)
    assert client().list_resource_record_sets(HostedZoneId=managed)["ResourceRecordSets"]


def test_a_namespace_for_http_has_no_zone() -> None:
    namespace, refused = servicediscovery._create_namespace_record("map", "HTTP")
    assert (namespace["Name"], refused) == ("map", None)


def test_a_zone_of_ones_own_is_linked_to_nobody() -> None:
    assert route53.get_zone(client(), zone()).linked_service == ""
