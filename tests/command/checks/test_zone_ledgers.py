"""`signpost doctor`: the ledgers of the zones, and what reading them costs."""

from __future__ import annotations

from dataclasses import replace

from signpost_cli.checks import zone_ledgers
from signpost_cli.checks.zone_ledgers import Ledgers
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import installation
from tests.support.ledgers import LedgerEstate, ledger_of
from tests.support.stub import Stub
from tests.support.zones import PROD


def test_all_ledgers_of_a_zone_are_read_in_one_listing() -> None:
    estate = LedgerEstate(
        ledger_of("web"),
        ledger_of("api", "other-01234567"),
        replace(ledger_of("edited"), values=('"edited"',)),
    )
    estate.aws.calls.clear()

    facts = ZoneFacts((estate.zone,), (), (), estate.aws.client())
    read = zone_ledgers.read(installation(), facts)

    assert not read.unchecked
    assert {one.record_set.name.partition(".")[0]: bool(one.ledger) for one in read.all} == {
        "api": True,
        "web": True,
        "edited": False,
    }
    assert estate.aws.calls.count("ListResourceRecordSets") == 1


def test_a_listing_that_is_not_allowed_is_said_with_the_call() -> None:
    route53 = Stub("route53")
    route53.fails("list_resource_record_sets", "AccessDenied", status=403)

    read = zone_ledgers.read(installation(), ZoneFacts((PROD,), (), (), route53.client))

    ((zone, reason),) = read.unread
    assert "ecs.internal (ZPROD" in zone
    assert "ListResourceRecordSets: AccessDenied" in reason


def test_a_zone_that_was_deleted_meanwhile_is_said() -> None:
    route53 = Stub("route53")
    route53.fails("list_resource_record_sets", "NoSuchHostedZone", status=404)

    read = zone_ledgers.read(installation(), ZoneFacts((PROD,), (), (), route53.client))

    assert isinstance(read, Ledgers)
    assert [zone for zone, _ in read.unread] == [str(PROD)]
