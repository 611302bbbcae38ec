"""`signpost doctor`: names that several want or have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.ledger import ledger as ledgers
from signpost.ledger.ledger import Ledger
from signpost.model.record_set import RecordSet
from signpost.model.service import Service, ServiceState
from signpost_cli.checks import names
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.names import Found, Ourselves
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zones import ZoneFacts
from tests.support.doctor import codes, installation, seen
from tests.support.route53 import StrictRoute53
from tests.support.stub import Stub
from tests.support.zones import PROD

OURS = Ourselves("a" * 16, "signpost")


def kept(service: str, *owned: str, installation: str = "a" * 16, owner: str = "signpost") -> Found:
    records = tuple(RecordSet(name, "CNAME", 60, ("lb.example",)) for name in owned)
    ledger = Ledger(installation, "eu-west-1", "prod", service, "run-1", None, "now", records)
    return Found(PROD, f"{service}.prod.{owner}._signpost.ecs.internal", ledger)


def test_a_name_of_one_service_is_sound() -> None:
    web = seen("web", "web.ecs.internal")
    assert names.judge_wishes([web, seen("api", "api.ecs.internal")]) == []
    assert names.judge_ledgers([web], [kept("web", "web.ecs.internal")], OURS) == []


def test_a_name_that_two_services_want() -> None:
    both = [seen("web", "shop.ecs.internal"), seen("api", "shop.ecs.internal")]

    (finding,) = names.judge_wishes(both)

    assert (finding.code, finding.severity) == ("name-wanted-twice", Severity.STOPS)
    assert "prod/web, prod/api" in finding.what
    # The one that has it already is told of only once.
    assert names.judge_ledgers(both, [kept("web", "shop.ecs.internal")], OURS) == []


@pytest.mark.parametrize(
    ("others", "told"),
    [([seen("old")], "does not want it any more"), ([], "is no longer there")],
)
def test_a_name_that_another_service_still_has(others: list[Surveyed], told: str) -> None:
    wanting = [seen("web", "shop.ecs.internal"), *others]

    (finding,) = names.judge_ledgers(wanting, [kept("old", "shop.ecs.internal")], OURS)

    assert finding.code == "name-owned"
    assert told in finding.what
    assert finding.mend.splitlines() == ["signpost rerun prod old", "signpost rerun prod web"]


def test_a_name_of_another_installation_is_never_ours() -> None:
    theirs = kept("web", "web.ecs.internal", installation="b" * 16, owner="other")

    (finding,) = names.judge_ledgers([seen("web", "web.ecs.internal")], [theirs], OURS)

    assert finding.code == "name-owned"
    assert "another installation" in finding.what


def test_two_installations_with_one_owner() -> None:
    theirs = kept("api", "api.ecs.internal", installation="b" * 16)
    assert codes(names.judge_ledgers([], [theirs, theirs], OURS)) == ["owner-shared"]


def test_a_ledger_that_can_not_be_read_matters_only_where_it_is_ours() -> None:
    ours = Found(PROD, "web.prod.signpost._signpost.ecs.internal", None, "it was edited")
    other = Found(PROD, "web.prod.other._signpost.ecs.internal", None, "it was edited")

    (finding,) = names.judge_ledgers([], [ours, other], OURS)

    assert (finding.code, finding.severity) == ("ledger-corrupt", Severity.STOPS)


def test_all_ledgers_of_a_zone_are_read_in_one_listing_and_nothing_else() -> None:
    route53 = StrictRoute53()
    zone = replace(PROD, id=route53.create_zone("ecs.internal", vpcs=("vpc-prod",)))
    ledger = kept("web", "web.ecs.internal").ledger
    assert ledger
    text = ledgers.to_txt(ledgers.render(ledger, "ecs.internal"))
    for name, value in (
        ("web.prod.signpost._signpost", text),
        ("api.prod.signpost._signpost", '"edited"'),
        ("zz", '"no ledger"'),
        ("_signpostx", '"no ledger"'),
        ("_signpost-other", '"no ledger"'),
    ):
        record = {"Name": f"{name}.ecs.internal.", "Type": "TXT", "TTL": 60,
                  "ResourceRecords": [{"Value": value}]}  # fmt: skip
        route53.edit(zone.id, ("CREATE", record))
    route53.calls.clear()

    found = list(names.read(route53.client(), zone))

    assert {one.name.partition(".")[0]: bool(one.ledger) for one in found} == {
        "web": True,
        "api": False,
    }
    assert route53.calls.count("ListResourceRecordSets") == 1


def test_a_listing_that_is_not_allowed_leaves_the_names_unchecked() -> None:
    route53 = Stub("route53")
    route53.fails("list_resource_record_sets", "AccessDenied", status=403)
    facts = ZoneFacts((PROD,), (), (), route53.client)

    findings = names.check(installation(), facts, Survey())

    assert codes(findings) == ["not-checked"]
    assert "route53:ListResourceRecordSets" in findings[0].why


def test_a_service_that_publishes_nothing_wants_nothing() -> None:
    withdrawn = Service("prod", "web", ServiceState.WITHDRAWN, "It has no load balancer.")
    assert names.wishes([seen("web", service=withdrawn)]) == {}
