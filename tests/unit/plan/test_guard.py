"""The last look at a batch before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from signpost.errors import HostnameNotAllowed, LedgerCorrupt
from signpost.ledger.ledger import ASIDE
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost.model.trigger import Resign
from signpost.names.permitted import HostnameRules
from signpost.names.task_placement import answer
from signpost.plan.batch import ZonePlan
from signpost.plan.guard import require_ours
from tests.support.ledgers import ledger_of
from tests.support.parameters import SEAL, SETTINGS
from tests.support.zones import PROD

WEB = Service("prod", "web", ServiceState.PRESENT, "It runs.")
RULES = HostnameRules(("**.{zone}",), ("www.{zone}",))
LEDGER = f"web.prod.{SETTINGS.label}._signpost.ecs.internal"
GUESSED = Seal(b"guessed", SEAL.label)
Changes = Sequence[tuple[str, RecordSet]]


def record(name: str, target: str = "lb.example") -> RecordSet:
    return RecordSet(f"{name}.ecs.internal", "CNAME", 60, (target,))


def ledger(*records: RecordSet, seal: Seal = SEAL, service: str = "web") -> RecordSet:
    return ledger_of(service, zone_id=PROD.id, records=records, seal=seal)


def guard(
    *changes: tuple[str, RecordSet], name: str = LEDGER, resign: Resign | None = None
) -> None:
    plan = ZonePlan(PROD, name, None, (), (), changes)
    require_ours(plan, WEB, SEAL, RULES, resign)


WEB_NEW, WEB_OLD = record("web"), record("web", "old.example")
WWW = record("www")
TASK = answer("web.ecs.internal", "A", 60, "10.0.0.1")
DELETE, CREATE = "DELETE", "CREATE"
MADE = [(CREATE, ledger(WEB_NEW)), (CREATE, WEB_NEW)]


@pytest.mark.parametrize(
    "changes",
    [
        MADE,
        [(DELETE, ledger(WEB_OLD)), (DELETE, WEB_OLD), *MADE],
        [(DELETE, ledger(WEB_NEW)), (DELETE, WEB_NEW)],
        # Edited by hand: the key is ours, whatever stands there.
        [(DELETE, ledger(WEB_NEW)), (DELETE, WEB_OLD), *MADE],
        # Taken over as it is.
        [(DELETE, replace(WEB_NEW, values=("LB.example.",))), *MADE],
        [(DELETE, replace(TASK, set_identifier="a")), (CREATE, ledger(TASK)), (CREATE, TASK)],
        # Not allowed any more, and kept, moved, taken away.
        [(DELETE, ledger(WWW)), (CREATE, ledger(WWW, WEB_NEW)), (CREATE, WEB_NEW)],
        [(DELETE, ledger(WWW)), (DELETE, WWW)],
    ],
    ids=["first", "moves", "goes", "edited", "adopted", "an answer", "kept", "old goes"],
)  # fmt: skip
def test_what_the_ledgers_list_may_be_changed(changes: Changes) -> None:
    guard(*changes)


@pytest.mark.parametrize(
    "changes",
    [
        [(CREATE, WEB_NEW)],
        [(CREATE, ledger(WEB_OLD)), (CREATE, WEB_NEW)],
        [(DELETE, WEB_OLD), (CREATE, ledger(WEB_NEW)), (CREATE, WEB_NEW)],
        [(DELETE, ledger(WEB_NEW)), (DELETE, WEB_NEW), (DELETE, record("api"))],
        [(DELETE, ledger(WEB_NEW, seal=GUESSED)), (DELETE, WEB_NEW)],
        [(CREATE, ledger(WEB_NEW, seal=GUESSED)), (CREATE, WEB_NEW)],
        [(CREATE, ledger(WEB_NEW, service="api")), (CREATE, WEB_NEW)],
        [(CREATE, RecordSet("spf.ecs.internal", "TXT", 60, ('"v=spf1 -all"',)))],
        [(DELETE, RecordSet("spf.ecs.internal", "TXT", 60, ('"v=spf1 -all"',)))],
    ],
    ids=[
        "no ledger",
        "another value than the ledger has",
        "a stranger's is overwritten",
        "one more goes",
        "a forged ledger's goes",
        "a forged ledger comes",
        "another service's ledger comes",
        "a TXT comes",
        "a TXT goes",
    ],
)
def test_what_no_ledger_of_ours_lists_is_not_touched(changes: Changes) -> None:
    with pytest.raises(LedgerCorrupt, match="Nothing was changed"):
        guard(*changes)


def test_an_unsigned_ledger_may_be_kept_aside_word_for_word() -> None:
    old = ledger(WWW, WEB_OLD, seal=GUESSED)
    place = LEDGER.replace(SETTINGS.label, SETTINGS.label + ASIDE)
    resign = Resign((LEDGER,))
    new = (CREATE, ledger(WEB_OLD))
    guard((DELETE, old), new, (CREATE, replace(old, name=place)), resign=resign)
    for other in (ledger(WEB_OLD, seal=GUESSED), ledger(WEB_OLD)):
        with pytest.raises(LedgerCorrupt, match="Nothing was changed"):
            guard((DELETE, old), new, (CREATE, replace(other, name=place)), resign=resign)
    with pytest.raises(LedgerCorrupt, match="Nothing was changed"):
        guard((DELETE, old), new, (CREATE, replace(old, name=f"x.{place}")), resign=resign)


@pytest.mark.parametrize(
    ("before", "resign"),
    [
        ([], None),
        ([(DELETE, ledger(WEB_OLD))], None),
        ([(DELETE, ledger(WWW, seal=GUESSED))], Resign((LEDGER,))),
    ],
    ids=["new", "another name", "a forged ledger had it"],
)
def test_a_new_name_has_to_be_allowed_right_before_the_write(
    before: list[tuple[str, RecordSet]], resign: Resign | None
) -> None:
    with pytest.raises(HostnameNotAllowed, match=r"www\.ecs\.internal.*Nothing was changed"):
        guard(*before, (CREATE, ledger(WEB_OLD, WWW)), (CREATE, WWW), resign=resign)


def test_what_a_person_vouches_for_may_be_signed() -> None:
    resign = Resign((LEDGER,), ("www.ecs.internal",))
    guard((DELETE, ledger(WWW, seal=GUESSED)), (CREATE, ledger(WWW)), resign=resign)


def test_a_batch_is_about_its_services_own_place_and_ledger() -> None:
    theirs = ledger(record("api"), service="api")
    with pytest.raises(LedgerCorrupt, match="this service has"):
        guard((DELETE, theirs), (DELETE, record("api")), name=theirs.name)
    with pytest.raises(LedgerCorrupt, match="no ledger of this service"):
        guard((DELETE, theirs), *MADE)
    here = ledger_of("api", at="web", zone_id=PROD.id, records=(record("api"),))
    with pytest.raises(LedgerCorrupt, match="no ledger of this service"):
        guard((DELETE, here), (DELETE, record("api")))


def test_a_new_name_has_to_be_allowed_also_where_its_record_is_there_already() -> None:
    with pytest.raises(HostnameNotAllowed):
        guard((DELETE, ledger(WEB_OLD)), (CREATE, ledger(WEB_OLD, WWW)))
