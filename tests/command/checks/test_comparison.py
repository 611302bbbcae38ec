"""`signpost doctor`: does each service have what it should have?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.errors import InvalidConfiguration, LoadBalancerNotReady
from signpost.ledger.listing import ListedLedger, understood
from signpost.ledger.seal import Seal
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service, ServiceState
from signpost.names.placement import Desired
from signpost.sweep.findings import Wish
from signpost.sweep.zone_survey import ZoneSurvey
from signpost_cli import change
from signpost_cli.checks import comparison
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.standing import Names, Standing
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zone_ledgers import Ledgers
from tests.support.doctor import RUNNING, installation, seen
from tests.support.executions import Executions
from tests.support.ledgers import ledger_of
from tests.support.parameters import SEAL, SETTINGS
from tests.support.stub import Stub
from tests.support.zones import PROD, PUBLIC


def record(name: str, target: str = "lb.example") -> RecordSet:
    return RecordSet(f"{name}.ecs.internal", "CNAME", 60, (target,))


def kept(service: str, *records: RecordSet, **more: Any) -> ListedLedger:
    """A ledger as it was listed, by default one of this installation's."""
    return understood(PROD, ledger_of(service, records=records, zone_id=PROD.id, **more), SEAL)


def ledgers(*listed: ListedLedger, records: tuple[RecordSet, ...] = ()) -> Ledgers:
    """What was read of PROD: ledgers, and no record beside them unless some are given."""
    beside = {one.name: [one] for one in records}
    end = None if records else "internal.ecs._signpost."
    return Ledgers((ZoneSurvey(PROD, listed, beside, "internal.ecs._signpost.", end),))


def wants(name: str = "web", *names: str, **more: Any) -> Surveyed:
    service = replace(RUNNING, name=name)
    wanted = [f"{one}.ecs.internal" for one in names or (name,)]
    return seen(name, *wanted, **{"service": service, **more})


def runs(service: str) -> Recent:
    executions = Executions()
    executions.add(f"for {service}", "RUNNING")
    one = change.of(executions.all[f"for {service}"])
    return Recent(waiting={("prod", service): one})


def stands(
    services: list[Surveyed],
    read: Ledgers,
    recent: Recent | None = None,
    gone: list[Wish] | None = None,
    **settings: Any,
) -> list[Standing]:
    found = comparison.judge(
        Survey(tuple(services)),
        gone or [],
        read,
        recent or Recent(),
        replace(SETTINGS, **settings),
    )
    return list(found)


def test_a_name_that_a_service_should_have_is_none_that_it_has() -> None:
    web, api = stands([wants("web"), wants("api")], ledgers(kept("web", record("web"))))

    assert (web.names, web.reason) == (Names.RIGHT, "")
    assert api.names is Names.NONE
    assert api.reason == (
        "It has no names; it should have api.ecs.internal CNAME lb.example (TTL 60)."
    )


def test_a_service_that_has_one_of_its_two_names_lacks_some() -> None:
    (web,) = stands([wants("web", "web", "shop")], ledgers(kept("web", record("web"))))

    assert web.names is Names.SOME
    assert "it should have shop.ecs.internal" in web.reason


@pytest.mark.parametrize(
    "has", [[record("web", "old.example")], [record("web"), record("old-name")]]
)
def test_a_name_that_leads_elsewhere_or_one_too_many(has: list[RecordSet]) -> None:
    (web,) = stands([wants("web")], ledgers(kept("web", *has)))
    assert web.names is Names.OTHERS


def test_records_beside_the_ledgers_tell_what_was_deleted_and_who_is_in_the_way() -> None:
    beside = (RecordSet("taken.ecs.internal", "A", 60, ("10.9.9.9",)),)

    web, taken = stands(
        [wants("web"), wants("taken")], ledgers(kept("web", record("web")), records=beside)
    )

    assert web.names is Names.EDITED
    assert (taken.names, taken.error) == (Names.NONE, "HostnameTaken")
    assert "taken.ecs.internal A 10.9.9.9" in taken.reason


def refuses(service: Surveyed, name: str) -> Surveyed:
    """It, and a name of its that is not allowed."""
    assert service.desired
    (place,) = service.desired.placements
    denied = replace(place.record_sets[0], name=name)
    place = replace(place, record_sets=(*place.record_sets, denied))
    one = Refused("HostnameNotAllowed", f"{name} is denied.", zone=PROD.id, name=name)
    return replace(service, desired=replace(service.desired, placements=(place,), refused=(one,)))


def test_a_name_that_is_refused_is_one_that_the_service_lacks() -> None:
    service = refuses(wants("web"), "www.ecs.internal")

    (with_the_rest,) = stands([service], ledgers(kept("web", record("web"))))
    (without,) = stands([service], ledgers(), runs("web"))

    assert (with_the_rest.names, with_the_rest.error) == (Names.SOME, "HostnameNotAllowed")
    assert with_the_rest.reason == "HostnameNotAllowed: www.ecs.internal is denied."
    assert (without.names, without.error) == (Names.WAITS, "")  # for what can be done
    assert "it should have web.ecs.internal" in without.reason
    assert "www.ecs.internal is denied." in without.reason


def test_a_name_that_is_to_stay_for_one_that_is_refused_is_none_too_many() -> None:
    renamed = refuses(wants("web"), "www.ecs.internal")

    (web,) = stands([renamed], ledgers(kept("web", record("web"), record("old"))))

    assert (web.names, web.error) == (Names.SOME, "HostnameNotAllowed")


def test_a_name_that_is_refused_is_not_among_those_that_lead_elsewhere() -> None:
    service = refuses(wants("web"), "www.ecs.internal")

    (web,) = stands([service], ledgers(kept("web", record("web", "old.example"))))

    assert web.names is Names.OTHERS


def test_of_several_troubles_the_one_that_nothing_else_tells_comes_first() -> None:
    beside = (record("shop"), RecordSet("web.ecs.internal", "A", 60, ("10.9.9.9",)))
    service = refuses(wants("web", "web", "shop"), "www.ecs.internal")

    (web,) = stands([service], ledgers(kept("web", record("shop")), records=beside))

    assert web.error == "HostnameTaken"
    assert "web.ecs.internal A 10.9.9.9" in web.reason
    assert "is denied" in web.reason


def test_a_service_that_should_have_none_tells_why_and_whether_it_has_some_still() -> None:
    off = Service("prod", "off", ServiceState.WITHDRAWN, "Its tag signpost:enabled is false.")
    old = replace(off, name="old")

    first, second = stands(
        [seen("off", service=off), seen("old", service=old)], ledgers(kept("old", record("old")))
    )

    assert (first.names, first.reason) == (Names.UNWANTED, "Its tag signpost:enabled is false.")
    assert second.names is Names.TOO_MANY


def test_a_service_without_rules_and_one_that_is_not_ours_should_have_none() -> None:
    ruleless = seen("web", service=RUNNING, desired=Desired((), (), "No listener rule."))
    other = Service("prod", "api", ServiceState.NOT_OURS, "It has task sets, but none is PRIMARY.")

    found = stands([ruleless, seen("api", service=other)], ledgers())

    assert [(one.names, one.reason) for one in found] == [
        (Names.UNWANTED, "No listener rule."),
        (Names.UNWANTED, "It has task sets, but none is PRIMARY."),
    ]


@pytest.mark.parametrize(
    ("service", "read"),
    [
        (wants("web"), ledgers()),
        (wants("web"), ledgers(kept("web", record("web", "old.example")))),
        (seen("web", error=LoadBalancerNotReady("no listener")), ledgers()),
    ],
)
def test_while_an_execution_runs_for_it_a_service_waits(service: Surveyed, read: Ledgers) -> None:
    (web,) = stands([service], read, runs("web"))
    assert (web.names, web.waiting is not None) == (Names.WAITS, True)


def test_an_execution_that_runs_takes_nothing_from_a_service_that_has_its_names() -> None:
    (web,) = stands([wants("web")], ledgers(kept("web", record("web"))), runs("web"))
    assert web.names is Names.RIGHT


def test_an_execution_that_can_only_fail_is_not_waited_for() -> None:
    (web,) = stands([seen("web", error=InvalidConfiguration("ttl"))], ledgers(), runs("web"))
    assert (web.names, web.error) == (Names.NONE, "InvalidConfiguration")


def test_what_could_not_be_looked_at_is_neither_right_nor_wrong() -> None:
    wrong_but_named = seen("web", error=InvalidConfiguration("ttl"))
    not_placed = seen("api", service=replace(RUNNING, name="api"))
    public = seen("pub", service=replace(RUNNING, name="pub"))
    elsewhere = replace(wants("pub").desired.placements[0], zone=PUBLIC)  # type: ignore[union-attr]
    in_unread_zone = replace(public, desired=Desired((elsewhere,)))

    found = stands([wrong_but_named, not_placed, in_unread_zone], ledgers(kept("web")))

    assert [one.names for one in found] == [Names.UNTOLD] * 3


def test_a_service_whose_ledger_can_not_be_trusted_is_not_said_to_have_its_names() -> None:
    edited = understood(PROD, replace(ledger_of("web"), values=('"edited"',)), SEAL)
    theirs = kept("api", record("api"), seal=Seal(b"guessed", ""))

    services = [wants("web"), wants("api"), wants("fine")]
    found = stands(services, ledgers(edited, theirs), runs("api"))

    assert [(one.names, one.error) for one in found] == [
        (Names.UNTOLD, ""),
        (Names.UNTOLD, ""),
        (Names.NONE, ""),
    ]


def test_a_service_that_wants_no_name_is_not_wronged_by_anothers_ledger() -> None:
    off = Service("prod", "api", ServiceState.WITHDRAWN, "Its tag signpost:enabled is false.")
    theirs = kept("api", record("api"), seal=Seal(b"guessed", ""))

    (api,) = stands([seen("api", service=off)], ledgers(theirs))

    assert (api.names, api.error) == (Names.UNTOLD, "")


def test_where_no_ledger_could_be_read_nothing_is_said_of_names() -> None:
    unread = Ledgers(unread=((str(PROD), "denied"),))
    failing = seen("odd", error=InvalidConfiguration("ttl"))

    assert [one.names for one in stands([wants("web"), failing], unread)] == [Names.UNTOLD] * 2


def test_names_of_a_service_that_is_gone() -> None:
    gone = Wish(Service("prod", "old", ServiceState.ABSENT, "ECS has no such service (MISSING)."))
    read = ledgers(kept("old", record("old")))

    (old,) = stands([], read, gone=[gone])
    assert (old.names, old.label) == (Names.NO_SERVICE, "prod/old")
    assert "MISSING" in old.reason

    assert stands([], read, runs("old"), [gone])[0].names is Names.WAITS
    assert stands([], read, gone=[gone], policy="upsert-only") == []  # they are to stay


def test_ecs_is_asked_for_each_service_that_only_a_ledger_names() -> None:
    ecs = Stub("ecs")
    ecs.answers("describe_services", failures=[{"reason": "MISSING"}], services=[])
    ecs.fails("describe_services", "AccessDeniedException", status=400, message="you may not")
    made = installation({"ecs": ecs.client})
    read = ledgers(kept("old", record("old")), kept("secret", record("secret")))

    found = comparison.take(made, Survey(), read, Recent())

    assert [(one.label, one.names) for one in found.all] == [("prod/old", Names.NO_SERVICE)]
    ((what, reason),) = found.unread
    assert what == "whether services that have a ledger are there: prod/secret"
    assert "AccessDeniedException: you may not" in reason


def test_a_service_that_is_there_after_all_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the 5,000 that are listed, or made since: said among the services."""
    monkeypatch.setattr(comparison, "MOST_ASKED", 1)
    ecs = Stub("ecs")
    ecs.answers("describe_services", services=[{"serviceName": "new", "status": "ACTIVE"}])
    read = ledgers(kept("new", record("new")), kept("older", record("older")))

    found = comparison.take(installation({"ecs": ecs.client}), Survey(), read, Recent())

    assert (found.all, found.unread) == (
        (),
        (
            (
                "whether services that have a ledger are there: prod/older",
                "no more than 1 are asked for",
            ),
        ),
    )


def test_names_that_something_else_may_lead_to_are_not_called_superfluous() -> None:
    service = replace(RUNNING, name="web")
    nowhere = seen("web", service=service, desired=Desired((), (), "Nowhere.", unfit={PROD.id}))
    read = replace(nowhere, service=replace(service, by_revision=True))

    (before,) = stands([nowhere], ledgers(kept("web", record("web"))))
    (after,) = stands([read], ledgers(kept("web", record("web"))))

    assert (before.names, after.names) == (Names.UNTOLD, Names.TOO_MANY)
    assert "Something else may lead to it" in before.reason
