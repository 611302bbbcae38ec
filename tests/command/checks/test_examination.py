"""`signpost doctor`: what one check reads is given to the others, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from signpost.aws import delegations
from signpost.errors import LoadBalancerNotReady
from signpost.ledger.listing import understood
from signpost.model.record_set import RecordSet
from signpost.model.zone import Zone
from signpost.names.placement import Desired, Placement
from signpost.sweep import zone_survey
from signpost.sweep.zone_survey import ZoneSurvey
from signpost_cli.checks import (
    examination,
    protections,
    recent,
    survey,
    sweeps,
    verification,
    vpcs,
    zone_features,
    zone_ledgers,
    zone_records,
    zones,
)
from signpost_cli.checks.examination import Told
from signpost_cli.checks.findings import Finding, Severity, not_checked, note
from signpost_cli.checks.installation import Installation
from signpost_cli.checks.reading import Unreadable
from signpost_cli.checks.recent import Recent
from signpost_cli.checks.standing import Names
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zone_ledgers import Ledgers
from signpost_cli.checks.zone_records import Contents, ZoneRecords
from signpost_cli.checks.zones import ZoneFacts
from tests.support.balancers import INSIDE
from tests.support.doctor import RUNNING, codes, installation, seen
from tests.support.ledgers import ledger_of
from tests.support.parameters import SEAL
from tests.support.route53 import StrictRoute53, simple
from tests.support.zones import PROD

READ = Ledgers((ZoneSurvey(PROD, (), {}, "internal.ecs._signpost.", None),))


@pytest.fixture
def estate(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the reading parts answer; a test changes it. The other checks find nothing."""
    answers: dict[str, Any] = {"survey": Survey(), "recent": Recent(), "ledgers": READ}
    answers["contents"] = Contents()

    def taken(_: Installation, __: list[Zone], *, zones_known: bool) -> Survey:
        answer: Survey | Unreadable = answers["survey"]
        if isinstance(answer, Unreadable):
            raise answer
        return replace(answer, zones_known=zones_known)

    monkeypatch.setattr(examination, "_FIRST", ())
    monkeypatch.setattr(zones, "read", lambda _: ZoneFacts((PROD,), (), ()))
    monkeypatch.setattr(survey, "take", taken)
    monkeypatch.setattr(recent, "read", lambda _: answers["recent"])
    monkeypatch.setattr(zone_ledgers, "read", lambda *_: answers["ledgers"])
    monkeypatch.setattr(zone_records, "read", lambda *_: answers["contents"])
    for check in (zones, zone_features, protections, verification, vpcs):
        monkeypatch.setattr(check, "check", lambda *_: [])
    monkeypatch.setattr(sweeps, "check", lambda _: [])
    return answers


def examined() -> tuple[dict[str, list[Finding]], Told]:
    told = Told()
    return dict(examination.examine(installation({"ecs": None}), told)), told


def wanting(*services: str, name: str = "") -> Survey:
    def one(service: str) -> Surveyed:
        wanted = f"{name or service}.ecs.internal"
        return seen(service, wanted, service=replace(RUNNING, name=service))

    return Survey(tuple(one(service) for service in services))


def test_a_service_without_its_name_is_told_and_counted(estate: dict[str, Any]) -> None:
    estate["survey"] = wanting("web")

    found, told = examined()

    assert codes(found["services"]) == ["note", "service-unnamed"]
    assert found["services"][0].what.endswith("by the ledgers: 1 has none.")
    assert [one.label for one in told.services] == ["prod/web"]
    assert any("DNS" in sentence for sentence in told.not_looked_at)


def test_services_that_want_one_name_are_told_among_the_names_only(estate: dict[str, Any]) -> None:
    estate["survey"] = wanting("web", "api", name="shop")

    found, _ = examined()

    assert codes(found["services"]) == ["note"]
    assert codes(found["names"]) == ["name-wanted-twice"]


def test_a_load_balancer_that_is_not_there_is_told_once(estate: dict[str, Any]) -> None:
    estate["survey"] = Survey((seen("web", error=LoadBalancerNotReady("no listener")),))
    assert codes(examined()[0]["services"]) == ["note", "service-unnamed"]


def test_counts_are_sound_only_where_nothing_else_was_found(estate: dict[str, Any]) -> None:
    assert examined()[0]["services"][0].severity is Severity.OK

    estate["survey"] = Survey(missing_clusters=("pord",))
    assert codes(examined()[0]["services"]) == ["note", "cluster-missing"]


def test_where_services_can_not_be_listed_executions_are_still_looked_at(
    estate: dict[str, Any],
) -> None:
    estate["survey"] = Unreadable("ecs:ListClusters: denied")

    found, told = examined()

    for subject in ("services", "VPCs", "names", "records"):
        assert found[subject] == [
            not_checked(subject, f"the {subject}", "ecs:ListClusters: denied")
        ]
    assert codes(found["executions"]) == ["ok"]
    assert told.not_looked_at


def test_ledgers_that_can_not_be_read_leave_the_counts_open(estate: dict[str, Any]) -> None:
    estate["survey"] = wanting("web")
    estate["ledgers"] = Ledgers(unread=((str(PROD), "denied"),))

    found, _ = examined()

    assert found["services"][0].what.endswith("by the ledgers: 1 can't be told.")
    assert codes(found["names"]) == ["not-checked"]


def test_where_the_zones_are_not_all_known_no_service_is_called_wrong(
    estate: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    estate["survey"] = Survey((seen("web", service=RUNNING),))
    monkeypatch.setattr(zones, "read", lambda _: ZoneFacts((), ("Z1",), ()))

    found, _ = examined()

    assert codes(found["services"]) == ["note", "not-checked"]


def test_a_name_that_a_service_wants_below_a_delegation_is_told_among_the_records(
    estate: dict[str, Any],
) -> None:
    assert codes(examined()[0]["records"]) == ["ok"]

    estate["survey"] = wanting("web")
    public = replace(PROD, private=False)
    estate["contents"] = Contents((ZoneRecords(public, None, ("web.ecs.internal",)),))
    assert codes(examined()[0]["records"]) == ["name-delegated"]


def test_what_protections_and_the_zones_features_tell_is_told(
    estate: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, subject in ((protections, "records"), (zone_features, "zones")):
        told = [note(subject, subject)]
        monkeypatch.setattr(module, "check", lambda *_, told=told: told)

        assert examined()[0][subject] == told


def too_large(
    estate: dict[str, Any], monkeypatch: pytest.MonkeyPatch, cut: str, **asked: str
) -> StrictRoute53:
    """A public zone that no run lists for what it delegates, which hands a name on. A service has
    its name in the private zone, and should have one in the public zone too.
    """
    monkeypatch.setattr(delegations, "PAGES", 1)
    delegations.forget_delegations()
    aws = StrictRoute53(page=2)
    zone = Zone(aws.create_zone("example.com"), "example.com", private=False)
    others = [("CREATE", simple(f"{one}.example.com", "A", "192.0.2.1")) for one in "abc"]
    aws.edit(zone.id, ("CREATE", simple(cut, "NS", "ns1.example.net.")), *others)
    monkeypatch.setattr(zones, "read", lambda _: ZoneFacts((PROD, zone), (), (), aws.client()))
    inside, outside = (
        RecordSet(name, "CNAME", 60, ("lb.example",))
        for name in ("web.ecs.internal", "web.example.com")
    )
    ledger = understood(PROD, ledger_of("web", records=(inside,), zone_id=PROD.id), SEAL)
    public = zone_survey.survey(aws.client(), zone, SEAL, deep=False)
    estate["ledgers"] = Ledgers((ZoneSurvey(PROD, (ledger,), {}, "z", None), public))
    places = Placement(PROD, INSIDE, (inside,), ""), Placement(zone, INSIDE, (outside,), "")
    desired = Desired(places, asked=asked)
    estate["survey"] = Survey((seen("web", service=RUNNING, desired=desired),))
    estate["contents"] = Contents((ZoneRecords(zone, None, (), "a.example.com"),))
    return aws


def test_a_default_name_that_a_large_zone_delegates_is_no_missing_name(
    estate: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    too_large(estate, monkeypatch, "web.example.com")

    found, told = examined()

    assert [one.names for one in told.services] == [Names.RIGHT]
    assert "service-unnamed" not in codes(found["services"])
    assert codes(found["records"]) == ["name-delegated", "not-checked"]


def test_a_name_that_was_asked_for_and_is_delegated_fails_as_an_execution_would(
    estate: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    too_large(estate, monkeypatch, "web.example.com", **{"web.example.com": "web.example.com"})

    found, told = examined()

    (web,) = told.services
    assert (web.names, web.error) == (Names.SOME, "NameDelegated")
    assert "web.example.com would never be answered" in web.reason
    assert codes(found["records"]) == ["name-delegated", "not-checked"]


def test_where_delegations_can_not_be_asked_for_it_can_not_be_told(
    estate: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    aws = too_large(estate, monkeypatch, "web.example.com")
    aws.faults.refuse("ListResourceRecordSets", "AccessDenied", "no", 403)

    found, told = examined()

    assert [one.names for one in told.services] == [Names.UNTOLD]
    assert codes(found["names"]) == ["not-checked"]
