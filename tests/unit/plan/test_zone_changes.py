"""From desired, ledger and what stands there to the batch: what is ours, and what is in the way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from signpost.errors import HostnameTaken
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import Alias, RecordSet
from signpost.model.zone import Zone
from signpost.plan.zone_changes import Key, RecordChanges, Rules, ZoneState, moves, plan_zone

ZONE = Zone("Z1", "ecs.internal", private=True, vpcs=("vpc-1",))
NAME = "web.ecs.internal"
OLD, NEW = Alias("ZLB", "old.elb.example"), Alias("ZLB", "new.elb.example")
OURS = RecordSet(NAME, "A", alias=OLD)
MOVED = RecordSet(NAME, "A", alias=NEW)
SIX = RecordSet(NAME, "AAAA", alias=OLD)
SYNC, ADOPTING = Rules("sync", adopt_identical=False), Rules("sync", adopt_identical=True)
UPSERT_ONLY = Rules("upsert-only", adopt_identical=False)

FOREIGN = RecordSet(NAME, "A", 300, ("192.0.2.7",))
WEIGHTED = replace(FOREIGN, set_identifier="blue", routing="Weight=1")
CHECKED = replace(FOREIGN, routing="HealthCheckId=abcd")


def owned(*records: RecordSet) -> Ledger:
    """A ledger that lists just these."""
    return Ledger("0" * 16, "eu-west-1", "prod", "web", "run-1", None, "2026-11-24", records)


def state(
    listed: Iterable[RecordSet] = (),
    there: Iterable[RecordSet] | None = None,
    claims: dict[Key, str] | None = None,
) -> ZoneState:
    """A zone with a ledger that lists `listed`, in which `there` was found (None: not read)."""
    ledger = owned(*listed) if listed else None
    observed = None if there is None else {record.key: record for record in there}
    return ZoneState(ZONE, ledger, observed, claims or {})


def removed(*records: RecordSet, zone: ZoneState) -> RecordChanges:
    changes = plan_zone(zone, (), SYNC)
    assert set(changes.deletes) == set(records)
    return changes


# --- whose a record is ---------------------------------------------------------------------


@pytest.mark.parametrize("foreign", [WEIGHTED, CHECKED], ids=["weighted", "health-checked"])
def test_a_record_with_routing_in_place_of_ours_is_somebody_elses(foreign: RecordSet) -> None:
    with pytest.raises(HostnameTaken, match=r"192\.0\.2\.7"):
        plan_zone(state([OURS], [foreign]), [MOVED], SYNC)


@pytest.mark.parametrize("foreign", [WEIGHTED, CHECKED], ids=["weighted", "health-checked"])
def test_a_record_with_routing_in_place_of_ours_is_not_removed(foreign: RecordSet) -> None:
    removed(zone=state([OURS], [foreign]))


def test_a_weighted_record_is_another_one_than_a_simple_record_of_its_name() -> None:
    assert WEIGHTED.key != FOREIGN.key


def test_what_was_edited_by_hand_is_removed_as_it_is_now() -> None:
    removed(FOREIGN, zone=state([OURS], [FOREIGN]))


# --- what is in the way --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        (RecordSet(NAME, "AAAA", 60, ("2001:db8::7",)), OURS),
        (RecordSet(NAME, "CNAME", 60, ("x.example",)), OURS),
        (RecordSet(NAME, "TXT", 60, ('"x"',)), RecordSet(NAME, "CNAME", 60, ("y.example",))),
        (WEIGHTED, OURS),
    ],
    ids=["the other address type", "a CNAME", "anything beside a CNAME", "a weighted record"],
)
def test_a_new_name_that_somebody_else_has_is_taken(there: RecordSet, wanted: RecordSet) -> None:
    with pytest.raises(HostnameTaken):
        plan_zone(state(there=[there]), [wanted], SYNC)


@pytest.mark.parametrize("rules", [SYNC, ADOPTING], ids=["sync", "adopting"])
def test_what_somebody_else_has_at_another_name_is_in_nobodys_way(rules: Rules) -> None:
    elsewhere = [replace(record, name=f"api.{NAME}") for record in (FOREIGN, OURS, SIX)]

    changes = plan_zone(state(there=elsewhere[:1]), [OURS], rules)
    beside = plan_zone(state(there=elsewhere[1:]), [OURS], rules)

    assert changes == beside
    assert (changes.deletes, changes.creates, changes.adopted) == ((), (OURS,), ())


@pytest.mark.parametrize("type_", ["TXT", "MX", "CAA"])
def test_records_of_other_kinds_may_stand_beside_ours(type_: str) -> None:
    beside = RecordSet(NAME, type_, 300, ("anything",))

    changes = plan_zone(state(there=[beside]), [OURS], SYNC)

    assert (changes.deletes, changes.creates) == ((), (OURS,))


def test_a_name_of_ours_that_becomes_a_cname_needs_it_for_itself() -> None:
    beside = RecordSet(NAME, "TXT", 300, ('"x"',))

    with pytest.raises(HostnameTaken, match="TXT"):
        plan_zone(state([OURS], [OURS, beside]), [RecordSet(NAME, "CNAME", 60, ("y.",))], SYNC)


# --- upsert-only ---------------------------------------------------------------------------


def test_upsert_only_keeps_an_old_name_beside_the_new_one() -> None:
    renamed = RecordSet("shop.ecs.internal", "A", alias=OLD)

    changes = plan_zone(state([OURS]), [renamed], UPSERT_ONLY)

    assert (changes.deletes, changes.creates) == ((), (renamed,))
    assert set(changes.after) == {OURS, renamed}


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        ([OURS], RecordSet(NAME, "CNAME", 60, ("old.elb.example",))),
        ([OURS, SIX], OURS),
    ],
    ids=["ALIAS to CNAME", "dual to single stack"],
)
def test_upsert_only_makes_a_kept_name_say_only_what_it_should(
    listed: list[RecordSet], wanted: RecordSet
) -> None:
    assert plan_zone(state(listed), [wanted], UPSERT_ONLY).after == (wanted,)


# --- adoption ------------------------------------------------------------------------------

CNAME = RecordSet(NAME, "CNAME", 60, ("lb.example",))


def test_an_identical_record_is_deleted_and_created_in_one_batch() -> None:
    changes = plan_zone(state(there=[CNAME]), [CNAME], ADOPTING)

    assert (changes.deletes, changes.creates) == ((CNAME,), (CNAME,))
    assert changes.before == changes.adopted == changes.after == (CNAME,)


def test_a_record_is_deleted_as_it_is_written_there() -> None:
    there = replace(CNAME, values=("LB.Example.",))  # case and final dot make no other answer

    changes = plan_zone(state(there=[there]), [CNAME], ADOPTING)

    assert (changes.deletes, changes.creates) == ((there,), (CNAME,))


@pytest.mark.parametrize(
    "there",
    [
        replace(CNAME, ttl=300),
        replace(CNAME, values=("other.example",)),
        replace(CNAME, routing="HealthCheckId=abcd"),
        replace(CNAME, set_identifier="blue", routing="Weight=1"),
        RecordSet(NAME, "A", 60, ("192.0.2.7",)),
    ],
    ids=["another TTL", "another target", "a health check", "a weight", "another type"],
)
def test_what_says_anything_else_is_not_adopted(there: RecordSet) -> None:
    with pytest.raises(HostnameTaken):
        plan_zone(state(there=[there]), [CNAME], ADOPTING)


def test_nothing_is_adopted_unasked_but_it_is_said_that_it_could_be() -> None:
    with pytest.raises(HostnameTaken, match="AdoptIdentical=true takes it over"):
        plan_zone(state(there=[CNAME]), [CNAME], SYNC)


def test_what_another_ledger_lists_is_never_adopted() -> None:
    claimed = {CNAME.key: "service api of cluster prod"}

    with pytest.raises(HostnameTaken, match="belongs to service api of cluster prod"):
        plan_zone(state(there=[CNAME], claims=claimed), [CNAME], ADOPTING)


def test_both_address_types_of_a_name_are_adopted() -> None:
    changes = plan_zone(state(there=[OURS, SIX]), [OURS, SIX], ADOPTING)

    assert changes.deletes == changes.creates == changes.adopted == (OURS, SIX)


def test_beside_an_identical_record_another_of_its_type_is_in_the_way() -> None:
    there = [OURS, replace(SIX, alias=NEW)]

    with pytest.raises(HostnameTaken, match=r"new\.elb\.example"):
        plan_zone(state(there=there), [OURS, SIX], ADOPTING)


# --- whether the target has to be ready ----------------------------------------------------


def change(**changes: Any) -> RecordChanges:
    return RecordChanges(**({"deletes": (), "creates": (), "before": (), "after": ()} | changes))


@pytest.mark.parametrize(
    ("changes", "ledger", "must_wait"),
    [
        (change(creates=(OURS,)), None, True),
        (change(creates=(MOVED,), before=(OURS,)), owned(OURS), True),
        (change(creates=(OURS,)), owned(OURS), False),
        (change(creates=(SIX,), before=(OURS,)), owned(OURS), False),
        (change(deletes=(OURS,), before=(OURS,)), owned(OURS), False),
    ],
    ids=["new", "moved", "deleted by hand", "another type, the same target", "removed"],
)
def test_only_a_name_that_is_new_or_leads_elsewhere_waits(
    changes: RecordChanges, ledger: Ledger | None, must_wait: bool
) -> None:
    assert moves(changes, ledger) is must_wait
