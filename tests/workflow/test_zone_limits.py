"""What a zone can't or won't do for a service: told by name, and everything else goes on."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

import find_drift
from signpost.aws import delegations
from tests.search.histories import World as Pair
from tests.search.histories import new_world
from tests.support.asl import Walk
from tests.support.fast_estate import FastBalancer, FastService
from tests.support.parameters import SETTINGS
from tests.support.route53 import simple

WEB = ("prod", "web")
SERVERS = ("ns1.example.net.", "ns2.example.net.", "ns3.example.net.")


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A private zone `ecs.internal` and a public one, `example.com`."""
    with new_world() as made:
        made.ends |= {"NameDelegated", "ZoneManagedByCloudMap", "RecordProtected"}
        yield made


def create(pair: Pair, hostname: str, *balancers: str, kind: str = "CreateService") -> Walk:
    pair.estate.services[WEB] = FastService(balancers, {"signpost:hostname": hostname})
    return run(pair, kind)


def delegate(pair: Pair, name: str = "sub.example.com") -> None:
    """Somebody hands a name, and all below it, to other name servers."""
    zone = pair.public if name.endswith("example.com") else pair.private
    pair.route53.edit(zone, ("CREATE", simple(name, "NS", *SERVERS)))
    (made,) = [one for one in pair.route53.records(zone) if one.name == f"{name}."]
    pair.foreign[(zone, made.key)] = made


def run(pair: Pair, kind: str) -> Walk:
    pair.route53.calls.clear()
    pair.release(WEB)
    return pair.finish(pair.start(WEB, kind))


def names(pair: Pair, zone: str) -> list[str]:
    """Those with an address in a zone."""
    kinds = ("A", "AAAA", "CNAME")
    return [one.name for one in pair.route53.records(zone) if one.type in kinds]


def split_horizon(pair: Pair) -> str:
    """A private zone of the public one's name, in the same VPC."""
    vpcs = next(one.vpcs for one in pair.route53.zones if one.id == pair.private)
    made = pair.route53.create_zone("example.com", vpcs=tuple(vpc for _, vpc in vpcs))
    pair.estate.may_write(pair.private, pair.public, made)
    return made


def look(pair: Pair) -> tuple[list[str], list[str]]:
    """What a sweep finds, and the errors of its problems."""
    found = find_drift.handler({"execution": "sweep-1", "input": {}}, None)
    return (
        [one["what"] for one in found["findings"]],
        [one["error"] for one in found["problems"]],
    )


# --- a service's names below a delegation --------------------------------------------------


@pytest.mark.parametrize("kind", ["CreateService", "manual"])
@pytest.mark.parametrize("name", ["sub.example.com", "a.sub.example.com", "b.a.sub.example.com"])
def test_a_name_that_the_zone_delegates_is_refused_before_the_write(
    pair: Pair, name: str, kind: str
) -> None:
    delegate(pair)

    walk = create(pair, name, "outside", kind=kind)

    assert walk.outcome == "NameDelegated"
    assert f"{name} would never be answered by zone example.com" in str(walk.cause)
    assert "sub.example.com delegates the name to ns1.example.net., ns2.example.net., …" in str(
        walk.cause
    )
    assert pair.route53.calls.count("ChangeResourceRecordSets") == 0


@pytest.mark.parametrize("name", ["bsub.example.com", "sub2.example.com"])
def test_a_name_beside_a_delegation_is_free(pair: Pair, name: str) -> None:
    delegate(pair)

    assert create(pair, name, "outside").outcome == "RecordChanged"


def test_the_place_of_the_ledgers_must_not_be_delegated(pair: Pair) -> None:
    delegate(pair, "_signpost.example.com")

    walk = create(pair, "shop.example.com", "outside")

    assert walk.outcome == "NameDelegated"
    assert "_signpost.example.com would never be answered" in str(walk.cause)


def test_nor_any_place_above_a_service_s_ledger(pair: Pair) -> None:
    """As an owner's part of the ledgers may be handed on alone."""
    create(pair, "shop.example.com", "outside")
    (ledger,) = [
        one.name for one in pair.route53.records(pair.public) if SETTINGS.label in one.name
    ]
    del pair.estate.services[WEB]
    run(pair, "DeleteService")
    delegate(pair, ledger.removesuffix(".").split(".", 2)[2])
    pair.warm.memories.clear()

    walk = create(pair, "shop.example.com", "outside")

    assert walk.outcome == "NameDelegated"
    assert f"{ledger.removesuffix('.')} would never be answered" in str(walk.cause)


def test_a_name_that_the_public_zone_delegates_is_served_by_the_private_zone(pair: Pair) -> None:
    private = split_horizon(pair)
    delegate(pair)

    walk = create(pair, "a.sub.example.com", "outside")

    assert walk.outcome == "RecordChanged"
    assert list(names(pair, private)) == ["a.sub.example.com."]
    assert names(pair, pair.public) == []
    (warning,) = walk.output["warnings"]
    assert "a.sub.example.com would never be answered by zone example.com" in warning
    assert "It is left out there." in warning
    assert run(pair, "manual").outcome == "Unchanged"
    assert look(pair) == ([], [])


@pytest.mark.parametrize("given", ["{}", "{}.example.com"])
def test_a_service_keeps_the_old_name_where_the_new_one_is_delegated(
    pair: Pair, given: str
) -> None:
    split_horizon(pair)
    create(pair, f"{given} {given}".format("old", "both"), "inside", "outside")
    delegate(pair, "shop.example.com")
    pair.estate.services[WEB].tags["signpost:hostname"] = f"{given} {given}".format("shop", "both")
    pair.promised.clear()

    walk = run(pair, "manual")

    assert walk.outcome == "RecordChanged"
    assert "shop.example.com would never be answered" in str(walk.output["warnings"])
    assert "keeps old.example.com for that" in str(walk.output["warnings"])
    assert names(pair, pair.public) == ["both.example.com.", "old.example.com."]
    assert run(pair, "UpdateService").outcome == "Unchanged"
    assert look(pair) == ([], [])
    pair.estate.balancers["beyond"] = FastBalancer("beyond", "internet-facing")
    pair.estate.services[WEB].balancers = ("inside", "beyond")
    assert look(pair) == (["names-point-elsewhere"], [])
    assert run(pair, "UpdateService").outcome == "RecordChanged"
    aliases = [one.alias for one in pair.route53.records(pair.public) if one.alias]
    assert [one.dns_name.partition(".")[0] for one in aliases] == ["beyond", "beyond"]
    del pair.estate.services[WEB]
    pair.promised.clear()
    assert run(pair, "DeleteService").outcome == "RecordRemoved"
    assert names(pair, pair.public) == []


def test_a_name_that_nobody_asked_for_and_is_delegated_costs_the_others_nothing(
    pair: Pair,
) -> None:
    delegate(pair, "web-prod.example.com")
    pair.estate.services[WEB] = FastService(("inside", "outside"), {})

    walk = run(pair, "CreateService")

    assert walk.outcome == "RecordChanged"
    assert names(pair, pair.private) == ["web-prod.ecs.internal."]
    assert names(pair, pair.public) == []
    assert look(pair) == ([], [])


def test_what_is_left_out_of_a_zone_too_large_to_be_listed_is_no_drift(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegations, "PAGES", 1)
    pair.route53.page = 2
    delegate(pair, "web-prod.example.com")
    pair.estate.services[WEB] = FastService(("inside", "outside"), {})

    assert run(pair, "CreateService").outcome == "RecordChanged"
    assert names(pair, pair.public) == []
    assert look(pair) == ([], [])


def test_ledgers_that_a_zone_too_large_to_be_listed_delegates_are_a_problem(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegations, "PAGES", 1)
    pair.route53.page = 2
    delegate(pair, "_signpost.example.com")

    assert create(pair, "shop.example.com", "outside").outcome == "NameDelegated"
    assert look(pair) == ([], ["NameDelegated"])


def test_one_that_would_be_the_service_s_only_name_fails(pair: Pair) -> None:
    delegate(pair, "web-prod.example.com")
    pair.estate.services[WEB] = FastService(("outside",), {"signpost:zone": "example.com"})

    assert run(pair, "CreateService").outcome == "NameDelegated"
    assert look(pair) == ([], ["NameDelegated"])


def test_a_delegation_that_was_removed_refuses_no_longer(pair: Pair) -> None:
    delegate(pair)
    assert create(pair, "a.sub.example.com", "outside").outcome == "NameDelegated"
    pair.route53.edit(pair.public, ("DELETE", simple("sub.example.com", "NS", *SERVERS)))
    pair.foreign.clear()

    assert run(pair, "UpdateService").outcome == "RecordChanged"


def test_of_a_private_zone_delegations_are_not_looked_for(pair: Pair) -> None:
    delegate(pair, "sub.ecs.internal")

    walk = create(pair, "a.sub.ecs.internal", "inside")

    assert walk.outcome == "RecordChanged"
    # For the name, and the other zone's ledger.
    assert pair.route53.calls.count("ListResourceRecordSets") == 2


def test_a_name_that_was_there_before_its_delegation_can_move_and_go(pair: Pair) -> None:
    create(pair, "a.sub.example.com", "outside")
    delegate(pair)
    pair.estate.services[WEB].tags["signpost:record"] = "cname"

    moved = run(pair, "manual")
    del pair.estate.services[WEB]
    removed = run(pair, "manual")

    assert (moved.outcome, removed.outcome) == ("RecordChanged", "RecordRemoved")


def test_delegations_are_listed_once_per_warm_function(pair: Pair) -> None:
    create(pair, "shop.example.com", "outside")
    first = pair.route53.calls.count("ListResourceRecordSets")
    del pair.estate.services[WEB]
    run(pair, "DeleteService")

    create(pair, "www.example.com", "outside")

    # Beside the calls for the name, and for the other zone's ledger.
    assert (first, pair.route53.calls.count("ListResourceRecordSets")) == (1 + 2, 0 + 2)


@pytest.mark.parametrize(("kind", "seconds"), [("manual", 0), ("UpdateService", 900)])
def test_a_delegation_is_noticed_at_once_by_hand_and_after_a_while_by_events(
    pair: Pair, monkeypatch: pytest.MonkeyPatch, kind: str, seconds: int
) -> None:
    now = [1000.0]
    monkeypatch.setattr(delegations, "time", SimpleNamespace(monotonic=lambda: now[0]))
    create(pair, "shop.example.com", "outside")
    delegate(pair)
    pair.estate.services[WEB].tags["signpost:hostname"] = "a.sub.example.com"
    now[0] += seconds

    assert run(pair, kind).outcome == "NameDelegated"


def test_in_a_zone_too_large_to_be_listed_the_places_above_a_name_are_asked_for(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegations, "PAGES", 1)
    delegate(pair)
    pair.route53.page = 2

    refused = create(pair, "a.sub.example.com", "outside")
    asked = pair.route53.calls.count("ListResourceRecordSets")
    run(pair, "UpdateService")
    again = pair.route53.calls.count("ListResourceRecordSets")
    free = create(pair, "shop.example.com", "outside")

    assert (refused.outcome, free.outcome) == ("NameDelegated", "RecordChanged")
    # The name, the other zone's ledger, a page; then two places above the name, and four of its
    # ledger; and the page and the two places anew, as nothing is refused from memory. Later the
    # ledgers of both zones, the name, and these three.
    assert (asked, again) == (1 + 1 + 1 + 2 + 4 + 3, 2 + 1 + 3)


# --- a zone of Cloud Map -------------------------------------------------------------------


@pytest.fixture
def linked(pair: Pair) -> str:
    """The private zone belongs to Cloud Map."""
    zone = next(one for one in pair.route53.zones if one.id == pair.private)
    zone.linked_service = "servicediscovery.amazonaws.com"
    return zone.id


@pytest.mark.parametrize("kind", ["CreateService", "manual"])
def test_a_service_that_wants_a_name_in_a_zone_of_cloud_map_is_told(
    pair: Pair, linked: str, kind: str
) -> None:
    walk = create(pair, "shop", "inside", kind=kind)

    assert walk.outcome == "ZoneManagedByCloudMap"
    assert linked in str(walk.cause)
    assert "list that in HostedZoneIds" in str(walk.cause)
    assert pair.route53.calls.count("ChangeResourceRecordSets") == 0


@pytest.mark.parametrize("kind", ["CreateService", "manual"])
def test_a_zone_of_cloud_map_never_holds_back_another(pair: Pair, linked: str, kind: str) -> None:
    walk = create(pair, "shop", "inside", "outside", kind=kind)

    assert walk.outcome == "RecordChanged"
    assert (names(pair, linked), names(pair, pair.public)) == ([], ["shop.example.com."])
    (warning,) = walk.output["warnings"]
    assert linked in warning
    assert run(pair, "manual").outcome == "Unchanged"
    assert look(pair) == ([], [])


def test_a_name_that_is_asked_for_in_a_zone_of_cloud_map_alone_is_refused(
    pair: Pair, linked: str
) -> None:
    walk = create(pair, "shop.ecs.internal shop.example.com", "inside", "outside")

    assert walk.outcome == "PartlyChanged"
    assert [one["error"] for one in walk.output["refused"]] == ["ZoneManagedByCloudMap"]
    assert names(pair, pair.public) == ["shop.example.com."]
    assert look(pair) == ([], ["ZoneManagedByCloudMap"])


def test_names_in_a_zone_that_cloud_map_manages_now_stay_as_they_are(pair: Pair) -> None:
    """Those in the other zone change, and go."""
    create(pair, "shop", "inside", "outside")
    zone = next(one for one in pair.route53.zones if one.id == pair.private)
    zone.linked_service = "servicediscovery.amazonaws.com"
    pair.warm.memories.clear()
    pair.estate.services[WEB].tags["signpost:hostname"] = "www"
    pair.promised.clear()

    moved = run(pair, "manual")
    there = names(pair, zone.id), names(pair, pair.public)
    drift = look(pair)
    del pair.estate.services[WEB]
    pair.promised.clear()
    gone = run(pair, "manual")
    again = run(pair, "manual")

    assert (moved.outcome, drift) == ("RecordChanged", ([], []))
    assert there == (["shop.ecs.internal."], ["www.example.com."])
    assert gone.outcome == "RecordChanged"
    assert (names(pair, zone.id), names(pair, pair.public)) == (["shop.ecs.internal."], [])
    assert again.outcome == "ZoneManagedByCloudMap"
    assert look(pair) == ([], ["ZoneManagedByCloudMap"])


@pytest.mark.parametrize("kind", ["CreateService", "UpdateService", "manual"])
def test_a_service_that_wants_none_there_is_not_concerned(
    pair: Pair, linked: str, kind: str
) -> None:
    walk = create(pair, "shop.example.com", "outside", kind=kind)
    del pair.estate.services[WEB]

    assert (walk.outcome, run(pair, "DeleteService").outcome) == (
        "RecordChanged",
        "RecordRemoved",
    )


def test_a_zone_that_cloud_map_turns_out_to_manage_is_no_missing_permission(pair: Pair) -> None:
    """The warm function knows the zone as it was."""
    create(pair, "shop", "inside")
    zone = next(one for one in pair.route53.zones if one.id == pair.private)
    zone.linked_service = "servicediscovery.amazonaws.com"
    pair.estate.services[WEB].tags["signpost:hostname"] = "www"

    walk = run(pair, "UpdateService")

    assert walk.outcome == "ZoneManagedByCloudMap"
    assert "AWS Cloud Map" in str(walk.cause)
