"""How ListResourceRecordSets orders, begins and pages.

Route 53 API Reference: ListResourceRecordSets.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.support.route53 import StrictRoute53, alias, simple


@pytest.fixture
def route53() -> StrictRoute53:
    made = StrictRoute53()
    zone = made.create_zone("ecs.internal")
    names = ("b", "*", "a", "a-b", "x.a", "_x")
    made.edit(zone, *[("CREATE", simple(f"{n}.ecs.internal", "A", "10.0.0.1")) for n in names])
    made.edit(zone, ("CREATE", simple("a.ecs.internal", "TXT", '"t"')))
    for identifier in ("2", "1"):
        weighted = simple("w.ecs.internal", "A", "10.0.0.1", SetIdentifier=identifier, Weight=1)
        made.edit(zone, ("CREATE", weighted))
    return made


def page(route53: StrictRoute53, **query: Any) -> dict[str, Any]:
    zone = route53.zones[0].id
    answer: dict[str, Any] = route53.client().list_resource_record_sets(HostedZoneId=zone, **query)
    return answer


def keys(answer: dict[str, Any]) -> list[tuple[str, ...]]:
    return [
        (one["Name"], one["Type"], one["SetIdentifier"])
        if "SetIdentifier" in one
        else (one["Name"], one["Type"])
        for one in answer["ResourceRecordSets"]
    ]


IN_ORDER = [
    ("ecs.internal.", "NS"),
    ("ecs.internal.", "SOA"),
    (r"\052.ecs.internal.", "A"),
    ("_x.ecs.internal.", "A"),
    ("a-b.ecs.internal.", "A"),
    ("a.ecs.internal.", "A"),
    ("a.ecs.internal.", "TXT"),
    ("x.a.ecs.internal.", "A"),
    ("b.ecs.internal.", "A"),
    ("w.ecs.internal.", "A", "1"),
    ("w.ecs.internal.", "A", "2"),
]


def test_order_is_by_reversed_labels_then_type_then_identifier(route53: StrictRoute53) -> None:
    """ "Sort order": `-` comes before the dot that ends a label, so `a-b` before `a`."""
    assert keys(page(route53)) == IN_ORDER


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({"StartRecordName": "a.ecs.internal"}, 5),
        ({"StartRecordName": "a.ecs.internal", "StartRecordType": "AAAA"}, 6),
        ({"StartRecordName": "a.ecs.internal", "StartRecordType": "TXT"}, 6),
        ({"StartRecordName": "a.ecs.internal", "StartRecordType": "SOA"}, 6),
        ({"StartRecordName": "aa.ecs.internal"}, 8),
        ({"StartRecordName": "*.ecs.internal"}, 2),
        (
            {
                "StartRecordName": "w.ecs.internal",
                "StartRecordType": "A",
                "StartRecordIdentifier": "2",
            },
            10,
        ),
    ],
)
def test_it_begins_at_the_first_set_not_before_the_start(
    route53: StrictRoute53, query: dict[str, str], first: int
) -> None:
    """ "Specifying where to start listing records": the next one if the name is not there."""
    assert keys(page(route53, **query)) == IN_ORDER[first:]


@pytest.mark.parametrize(
    "query",
    [
        {"StartRecordType": "A"},
        {"StartRecordIdentifier": "1"},
        {"StartRecordName": "w.ecs.internal", "StartRecordIdentifier": "1"},
        {"StartRecordName": "a..ecs.internal"},
        {"StartRecordName": "a.ecs.internal", "StartRecordType": "WKS"},
        {"MaxItems": "0"},
        {"MaxItems": "many"},
    ],
)
def test_starts_that_are_refused(route53: StrictRoute53, query: dict[str, str]) -> None:
    """ "If you specify Type but not Name: Amazon Route 53 returns the InvalidInput error"."""
    with pytest.raises(ClientError) as caught:
        page(route53, **query)
    assert caught.value.response["Error"]["Code"] == "InvalidInput"


def test_the_next_fields_lead_to_the_rest(route53: StrictRoute53) -> None:
    """ "Displaying the next page of results": all three Next* fields."""
    found = []
    query: dict[str, str] = {}
    while True:
        answer = page(route53, MaxItems="1", **query)
        found += keys(answer)
        if not answer["IsTruncated"]:
            break
        query = {
            f"Start{field.removeprefix('Next')}": answer[field]
            for field in ("NextRecordName", "NextRecordType", "NextRecordIdentifier")
            if field in answer
        }
    assert found == IN_ORDER


def test_without_the_identifier_a_page_comes_again(route53: StrictRoute53) -> None:
    answer = page(route53, MaxItems="10")
    assert answer["NextRecordIdentifier"] == "2"
    again = page(
        route53,
        StartRecordName=answer["NextRecordName"],
        StartRecordType=answer["NextRecordType"],
    )
    assert keys(again) == IN_ORDER[9:]


def test_the_last_page_has_no_next_fields(route53: StrictRoute53) -> None:
    answer = page(route53)
    assert not [field for field in answer if field.startswith("Next")]


def test_a_listed_set_can_be_sent_back(route53: StrictRoute53) -> None:
    """API Reference: ResourceRecordSet has one form for both directions."""
    zone = route53.zones[0].id
    multivalue: dict[str, Any] = {
        "SetIdentifier": "m",
        "MultiValueAnswer": True,
        "HealthCheckId": "h",
    }
    target = alias("l.ecs.internal", "A", "a.ecs.internal", zone_id=zone)
    route53.edit(zone, ("CREATE", simple("m.ecs.internal", "A", "10.0.0.1", **multivalue)))
    route53.edit(zone, ("CREATE", target))
    listed = page(route53)["ResourceRecordSets"]
    assert listed == [one.as_boto() for one in route53.records(zone, apex=True)]
    route53.edit(zone, *[("DELETE", one) for one in listed if one["Type"] not in ("NS", "SOA")])
    assert route53.records(zone) == ()


def test_botocores_paginator_finds_all(route53: StrictRoute53) -> None:
    pages = route53.client().get_paginator("list_resource_record_sets")
    found = pages.paginate(
        HostedZoneId=route53.zones[0].id, PaginationConfig={"PageSize": 2}
    ).build_full_result()
    assert keys(found) == IN_ORDER


def test_a_page_has_300_sets_at_most() -> None:
    """ "returns up to 300 resource record sets at a time", whatever MaxItems asks for."""
    route53 = StrictRoute53()
    zone = route53.create_zone("ecs.internal")
    sets = [simple(f"n{one}.ecs.internal", "A", "10.0.0.1") for one in range(300)]
    route53.edit(zone, *[("CREATE", one) for one in sets])
    answer = page(route53, MaxItems="1000")
    assert (len(answer["ResourceRecordSets"]), answer["MaxItems"]) == (300, "300")
    assert answer["IsTruncated"]
