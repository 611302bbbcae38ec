"""Record set protections of the emulator's Route 53, by a client's calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.emulated_route53 import client, installed, send, zone
from tests.support.route53 import simple

WEB = simple("web.ecs.internal", "A", "192.0.2.1")
KEY = {"RecordName": "Web.ecs.internal", "RecordType": "A"}


@pytest.fixture(autouse=True)
def _emulator() -> Iterator[None]:
    with installed():
        yield


def protect(zone_id: str, *keys: dict[str, str]) -> None:
    client().create_resource_record_set_protections(HostedZoneId=zone_id, Protections=list(keys))


def lift(zone_id: str, *keys: dict[str, str]) -> None:
    client().delete_resource_record_set_protections(HostedZoneId=zone_id, Protections=list(keys))


def listed(zone_id: str, **more: Any) -> list[dict[str, str]]:
    answer = client().list_resource_record_set_protections(HostedZoneId=zone_id, **more)
    found: list[dict[str, str]] = answer["ResourceRecordSetProtections"]
    return found


@pytest.mark.parametrize("action", ["CREATE", "UPSERT", "DELETE"])
def test_a_protected_record_set_is_not_changed_and_the_refusal_has_the_comment(action: str) -> None:
    made = zone()
    if action == "DELETE":
        send(made, ("CREATE", WEB))
    protect(made, KEY | {"Comment": "ask Ada"})

    with pytest.raises(
        ClientError, match=r"name='web.ecs.internal.', type='A'\] is protected"
    ) as e:
        send(made, ("CREATE", simple("api.ecs.internal", "A", "192.0.2.1")), (action, WEB))

    assert e.value.response["Error"]["Code"] == "InvalidChangeBatch"
    assert "(comment: 'ask Ada')" in str(e.value)
    lift(made, KEY)
    send(made, (action, WEB))


def test_other_types_of_the_name_are_free() -> None:
    made = zone()
    protect(made, KEY)

    send(made, ("CREATE", simple("web.ecs.internal", "AAAA", "2001:db8::1")))


def test_protections_are_listed_in_order_and_page_by_page() -> None:
    made = zone()
    names = ["b.ecs.internal.", "a.ecs.internal.", "c.ecs.internal."]
    protect(made, *({"RecordName": name, "RecordType": "A"} for name in names))

    first = client().list_resource_record_set_protections(HostedZoneId=made, MaxResults="2")
    rest = listed(made, NextToken=first["NextToken"])

    found = [one["RecordName"] for one in (*first["ResourceRecordSetProtections"], *rest)]
    assert found == sorted(names)
    assert listed(made, StartRecordName="c.ecs.internal") == [
        {"RecordName": "c.ecs.internal.", "RecordType": "A"}
    ]


def test_all_of_a_request_are_made_or_none() -> None:
    made = zone()
    outside = {"RecordName": "web.example.com", "RecordType": "A"}

    with pytest.raises(ClientError) as e:
        protect(made, KEY, outside)

    assert e.value.response["Error"]["Code"] == "InvalidResourceRecordSetProtectionBatch"
    assert "[web.example.com. A: The name is not in the hosted zone ecs.internal.]" in str(e.value)
    assert listed(made) == []


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ([KEY], "ProtectionAlreadyExists"),
        ([KEY, KEY | {"RecordType": "TXT"}], "InvalidResourceRecordSetProtectionBatch"),
        ([KEY | {"RecordType": "MX"}] * 2, "InvalidResourceRecordSetProtectionBatch"),
    ],
    ids=["there", "some are there", "twice"],
)
def test_what_can_not_be_protected(keys: list[dict[str, str]], code: str) -> None:
    made = zone()
    protect(made, KEY)

    with pytest.raises(ClientError) as e:
        protect(made, *keys)

    assert e.value.response["Error"]["Code"] == code
    assert len(listed(made)) == 1


def test_only_what_is_there_can_be_lifted() -> None:
    with pytest.raises(ClientError, match="No protection exists for this name and type"):
        lift(zone(), KEY)


def test_a_zone_with_protections_is_not_deleted() -> None:
    made = zone()
    protect(made, KEY)

    with pytest.raises(ClientError, match="protections"):
        client().delete_hosted_zone(Id=made)

    lift(made, KEY)
    client().delete_hosted_zone(Id=made)


def test_a_zone_that_is_not_there_has_none() -> None:
    with pytest.raises(ClientError, match="NoSuchHostedZone"):
        listed("ZNONE")
