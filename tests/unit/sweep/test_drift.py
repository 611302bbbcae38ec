"""What a sweep makes of services and ledgers: pure judgement, one service at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from signpost.aws import route53
from signpost.errors import AmbiguousLoadBalancer
from signpost.ledger import ownership
from signpost.ledger.listing import ListedLedger, understood
from signpost.ledger.seal import Seal
from signpost.model.record_set import Alias, RecordSet
from signpost.model.service import Service, ServiceState
from signpost.model.zone import Zone
from signpost.settings import Settings
from signpost.sweep import drift
from signpost.sweep.findings import Drift, Finding, Kind, Problem, Wish
from signpost.sweep.zone_survey import ZoneSurvey
from tests.support.ledgers import ledger_of
from tests.support.parameters import SEAL, SETTINGS

ZONE = Zone("Z1", "ecs.internal", private=True, vpcs=("vpc-1",))
PRESENT, ABSENT = ServiceState.PRESENT, ServiceState.ABSENT


def alias(name: str, target: str = "lb.example") -> RecordSet:
    return RecordSet(f"{name}.ecs.internal", "A", alias=Alias("Z32O12XQLNTSW2", target))


def listed(
    service: str,
    *records: RecordSet,
    settings: Settings = SETTINGS,
    cluster: str = "prod",
    at: str | None = None,
) -> ListedLedger:
    """A ledger as a listing shows it; `at` puts it under the name of another service's."""
    found = ledger_of(
        service,
        settings.label,
        cluster=cluster,
        at=at,
        installation=settings.installation,
        records=records or (alias(service),),
    )
    return understood(ZONE, found, SEAL)


def wish(service: str, *records: RecordSet, state: ServiceState = PRESENT) -> Wish:
    return Wish(Service("prod", service, state, f"It is {state}."), {"Z1": records})


def judged(
    wishes: Sequence[Wish],
    ledgers: Sequence[ListedLedger] = (),
    records: Sequence[RecordSet] | None = None,
    settings: Settings = SETTINGS,
    zone: Zone = ZONE,
    cuts: Sequence[RecordSet] = (),
) -> Drift:
    """The drift, where the zone has these records; None: where none was looked at."""
    by_name = {record.name: [record] for record in records or ()}
    everything = route53.order("ecs.internal")
    end = None if records is not None else everything
    delegated = {cut.name: cut for cut in cuts}
    survey = ZoneSurvey(zone, tuple(ledgers), by_name, everything, end, delegated)
    owned = ownership.sort_ledgers(ledgers, settings)
    return drift.find(wishes, owned, [survey], settings)


def kinds(found: Drift) -> list[tuple[str, Kind]]:
    return [(finding.service, finding.kind) for finding in found.findings]


def test_names_that_are_right_are_no_finding() -> None:
    found = judged([wish("web", alias("web"))], [listed("web")], [alias("web")])
    assert found == Drift((), (), 1)


def test_a_service_without_names_is_found() -> None:
    found = judged([wish("web", alias("web"))])
    assert kinds(found) == [("web", Kind.WITHOUT_NAMES)]
    assert "should have web.ecs.internal A alias to lb.example" in found.findings[0].reason


def test_names_that_point_elsewhere_are_found() -> None:
    found = judged([wish("web", alias("web", "new.example"))], [listed("web")])
    assert kinds(found) == [("web", Kind.ELSEWHERE)]
    assert found.removals == []


def test_names_without_service_are_found() -> None:
    found = judged([wish("web", state=ABSENT)], [listed("web")])
    assert (kinds(found), len(found.removals)) == ([("web", Kind.WITHOUT_SERVICE)], 1)


def test_names_of_a_service_that_wants_none_are_found() -> None:
    found = judged([wish("web", state=ServiceState.WITHDRAWN)], [listed("web")])
    assert (kinds(found), len(found.removals)) == ([("web", Kind.NOT_WANTED)], 1)


@pytest.mark.parametrize("there", [[], [alias("web", "edited.example")]])
def test_records_that_were_deleted_or_edited_by_hand_are_found(there: list[RecordSet]) -> None:
    found = judged([wish("web", alias("web"))], [listed("web")], there)
    assert kinds(found) == [("web", Kind.WITHOUT_RECORDS)]


def test_records_that_were_not_looked_at_are_taken_for_what_the_ledger_says() -> None:
    assert judged([wish("web", alias("web"))], [listed("web")], None).findings == ()


def test_a_service_that_is_not_ours_is_left_alone_with_its_names() -> None:
    found = judged([wish("web", state=ServiceState.NOT_OURS)], [listed("web")])
    assert found == Drift((), (), 1)


def test_upsert_only_leaves_names_without_service() -> None:
    settings = replace(SETTINGS, policy="upsert-only")
    found = judged([wish("web", state=ABSENT)], [listed("web")], settings=settings)
    assert found.findings == ()


def test_what_a_person_has_to_decide_is_a_problem_and_nothing_is_run() -> None:
    ambiguous = replace(wish("web"), problem=AmbiguousLoadBalancer("Two fit."))
    found = judged([ambiguous], [listed("web")])
    assert found.problems == (Problem("prod", "web", "AmbiguousLoadBalancer", "Two fit."),)
    assert found.findings == ()


def test_a_name_that_somebody_else_has_is_a_problem() -> None:
    foreign = RecordSet("web.ecs.internal", "A", 300, ("203.0.113.9",))
    found = judged([wish("web", alias("web"))], (), [foreign])
    assert [problem.error for problem in found.problems] == ["HostnameTaken"]


def test_a_name_that_another_service_has_is_a_problem() -> None:
    wishes = [wish("web", alias("web")), wish("shop", alias("web"))]
    found = judged(wishes, [listed("web")])
    assert [(problem.service, problem.error) for problem in found.problems] == [
        ("shop", "HostnameTaken")
    ]


def test_a_ledger_that_can_not_be_trusted_is_a_problem_and_its_service_is_not_run() -> None:
    wishes = [wish("web", alias("web"))]
    found = judged(wishes, [listed("api", at="web")])
    assert [problem.error for problem in found.problems] == ["LedgerCorrupt"]
    assert found.findings == ()


@pytest.mark.parametrize(
    "theirs",
    [
        listed("gone", settings=replace(SETTINGS, owner_id="other")),
        listed("gone", settings=replace(SETTINGS, stack_id="another")),
        listed("gone", cluster="dev"),
    ],
    ids=["owner", "stack", "cluster"],
)
def test_ledgers_of_others_are_no_finding(theirs: ListedLedger) -> None:
    settings = replace(SETTINGS, cluster_names=("prod",))
    assert judged([], [theirs], settings=settings) == Drift((), (), 0)


def drift_of(removals: int, ledgers: int) -> Drift:
    gone = Finding("prod", "web", Kind.WITHOUT_SERVICE, "gone", 1)
    return Drift(tuple(replace(gone, service=str(n)) for n in range(removals)), (), ledgers)


@pytest.mark.parametrize(
    ("removals", "ledgers", "brakes"),
    [
        (3, 3, False),  # never for so few, even if they are all
        (4, 4, True),
        (4, 20, False),  # 20 % is allowed, more is not
        (4, 19, True),
        (5, 24, True),
        (200, 1000, False),
        (201, 1000, True),
    ],
)
def test_the_brake_holds_more_than_20_percent_and_more_than_3(
    removals: int, ledgers: int, brakes: bool
) -> None:
    assert drift_of(removals, ledgers).brakes(20) == brakes


def test_a_service_that_loses_its_name_in_two_zones_counts_twice() -> None:
    two = Finding("prod", "web", Kind.WITHOUT_SERVICE, "gone", 2)
    assert Drift((two, replace(two, service="api")), (), 10).brakes(20)


def test_new_names_and_changed_ones_never_meet_the_brake() -> None:
    new = Finding("prod", "web", Kind.WITHOUT_NAMES, "new", 0)
    assert not Drift(tuple(replace(new, service=str(n)) for n in range(9)), (), 1).brakes(0)


def test_what_an_unsigned_ledger_may_list_is_not_found_free_to_take_over() -> None:
    forged = understood(
        ZONE, ledger_of("other", records=(alias("web"),), seal=Seal(b"guessed", "")), SEAL
    )
    settings = replace(SETTINGS, adopt_identical=True)

    found = judged([wish("web", alias("web"))], [forged], [alias("web")], settings)

    assert found.findings == ()
    assert {problem.error for problem in found.problems} == {"LedgerCorrupt", "HostnameTaken"}


CUT = RecordSet("sub.ecs.internal", "NS", 300, ("ns1.example.net.",))


def test_a_new_name_below_a_delegation_is_a_problem_by_its_name() -> None:
    (problem,) = judged([wish("web", alias("a.sub"))], records=(), cuts=[CUT]).problems

    assert problem.error == "NameDelegated"
    assert "a.sub.ecs.internal would never be answered" in problem.reason


def test_a_name_that_was_there_before_its_delegation_is_repaired_as_ever() -> None:
    ledger = listed("web", alias("a.sub"))

    (finding,) = judged([wish("web", alias("a.sub", "other"))], [ledger], cuts=[CUT]).findings

    assert finding.kind is Kind.ELSEWHERE


@pytest.mark.parametrize("wanted", [True, False])
def test_a_zone_of_cloud_map_is_a_problem_of_who_wants_a_name_there(wanted: bool) -> None:
    linked = replace(ZONE, linked_service="servicediscovery.amazonaws.com")
    records = [alias("web")] if wanted else []

    drift = judged([wish("web", *records)], records=(), zone=linked)

    assert [one.error for one in drift.problems] == ["ZoneManagedByCloudMap"] * wanted
    assert drift.findings == ()
