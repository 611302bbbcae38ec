"""`signpost doctor`: what a zone has beside our ledgers."""

from __future__ import annotations

import pytest

from signpost_cli.checks import zone_records
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import installation
from tests.support.ledgers import LedgerEstate
from tests.support.route53 import simple
from tests.support.stub import Stub
from tests.support.zones import PROD

DELEGATION = simple("team.ecs.internal", "NS", "ns-1.example.", "ns-2.example.")


def test_the_soa_and_the_delegations_are_read_in_one_listing() -> None:
    estate = LedgerEstate()
    estate.aws.edit(estate.zone.id, ("CREATE", DELEGATION))
    estate.aws.calls.clear()

    read = zone_records.read(installation(), ZoneFacts((estate.zone,), (), (), estate.aws.client()))

    (one,) = read.zones
    assert one.soa is not None
    assert (one.soa.name, one.soa.ttl) == ("ecs.internal", 900)
    assert one.delegations == ("team.ecs.internal",)  # not the apex's own NS records
    assert one.unlisted is None
    assert estate.aws.calls.count("ListResourceRecordSets") == 1


def test_of_a_large_zone_it_says_where_the_listing_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    estate = LedgerEstate()
    hosts = [simple(f"h{number:03}.ecs.internal", "A", "192.0.2.1") for number in range(400)]
    for start in range(0, 400, 100):
        estate.aws.edit(estate.zone.id, *(("CREATE", one) for one in hosts[start : start + 100]))
    facts = ZoneFacts((estate.zone,), (), (), estate.aws.client())
    monkeypatch.setattr(zone_records, "MOST_PAGES", 1)

    (one,) = zone_records.read(installation(), facts).zones

    assert one.unlisted == "h298.ecs.internal"


@pytest.mark.parametrize(("code", "status"), [("AccessDenied", 403), ("NoSuchHostedZone", 404)])
def test_a_zone_that_can_not_be_listed_is_said(code: str, status: int) -> None:
    route53 = Stub("route53")
    route53.fails("list_resource_record_sets", code, status=status)

    read = zone_records.read(installation(), ZoneFacts((PROD,), (), (), route53.client))

    ((zone, reason),) = read.unread
    assert (zone, bool(reason)) == (PROD, True)
    assert read.zones == ()
