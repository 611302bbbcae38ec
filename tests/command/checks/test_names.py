"""`signpost doctor`: names that several want or have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signpost.ledger.ledger import Ledger
from signpost.ledger.listing import ListedLedger
from signpost.model.record_set import RecordSet
from signpost.model.refused import Refused
from signpost.model.service import Service, ServiceState
from signpost.settings import label_of
from signpost_cli.checks import names
from signpost_cli.checks.findings import Severity
from signpost_cli.checks.names import Ourselves
from signpost_cli.checks.survey import Survey, Surveyed
from signpost_cli.checks.zone_ledgers import Ledgers
from tests.support.doctor import codes, seen
from tests.support.parameters import SETTINGS
from tests.support.zones import PROD

OURS = Ourselves("signpost-aaaaaaaa", "signpost")


def kept(
    service: str, *owned: str, installation: str = "a" * 16, owner: str = "signpost"
) -> ListedLedger:
    records = tuple(RecordSet(name, "CNAME", 60, ("lb.example",)) for name in owned)
    ledger = Ledger(installation, "eu-west-1", "prod", service, "run-1", None, "now", records)
    return ListedLedger(PROD, standing_at(service, label_of(owner, installation)), ledger, None)


def standing_at(service: str, label: str = OURS.label) -> RecordSet:
    return RecordSet(f"{service}.prod.{label}._signpost.ecs.internal", "TXT", 60, ('"…"',))


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


def test_a_name_that_neither_gets_is_not_wanted_twice() -> None:
    refused = Refused("HostnameNotAllowed", "No.", zone=PROD.id, name="www.ecs.internal")
    both = [seen("web", "www.ecs.internal"), seen("api", "www.ecs.internal", "api.ecs.internal")]
    both = [
        replace(one, desired=replace(one.desired, refused=(refused,)))
        for one in both
        if one.desired
    ]

    assert names.judge_wishes(both) == []
    assert [key for key in names.concerned(both, [], OURS) if key[2] != "TXT"] == [
        (PROD.id, "api.ecs.internal", "CNAME")
    ]


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


def test_what_a_ledger_says_is_one_word_of_the_command_that_mends() -> None:
    ledger = kept("x; rm -rf ~\nsudo true", "shop.ecs.internal")

    (finding,) = names.judge_ledgers([seen("web", "shop.ecs.internal")], [ledger], OURS)

    assert finding.mend.split("\n") == [
        "signpost rerun prod 'x; rm -rf ~\\nsudo true'",
        "signpost rerun prod web",
    ]


def test_a_name_of_another_installation_is_never_ours() -> None:
    theirs = kept("web", "web.ecs.internal", installation="b" * 16, owner="other")

    (finding,) = names.judge_ledgers([seen("web", "web.ecs.internal")], [theirs], OURS)

    assert finding.code == "name-owned"
    assert "another installation" in finding.what


def test_two_installations_with_one_owner() -> None:
    theirs = kept("api", "api.ecs.internal", installation="b" * 16)
    assert codes(names.judge_ledgers([], [theirs, theirs], OURS)) == ["owner-shared"]


def test_a_ledger_that_can_not_be_read_matters_only_where_it_is_ours() -> None:
    ours = ListedLedger(PROD, standing_at("web"), None, "The ledger can't be trusted.")
    other = ListedLedger(PROD, standing_at("web", "other"), None, "The ledger can't be trusted.")

    (finding,) = names.judge_ledgers([], [ours, other], OURS)

    assert (finding.code, finding.severity) == ("ledger-corrupt", Severity.STOPS)


def test_a_ledger_under_the_name_of_anothers_is_not_trusted() -> None:
    copied = ListedLedger(PROD, standing_at("api"), kept("web").ledger, "It says what web's says.")
    assert codes(names.judge_ledgers([], [copied], OURS)) == ["ledger-corrupt"]


def test_a_zone_whose_ledgers_can_not_be_read_leaves_the_names_unchecked() -> None:
    unread = Ledgers(unread=(("ecs.internal", "route53:ListResourceRecordSets: denied"),))

    (finding,) = names.check(SETTINGS, unread, Survey())

    assert finding.code == "not-checked"
    assert "route53:ListResourceRecordSets" in finding.why


def test_what_is_sound_is_said_of_our_own_ledgers_and_others_are_counted_apart() -> None:
    theirs = kept("api", "api.ecs.internal", installation="b" * 16, owner="other")

    assert names.told([kept("web", "web.ecs.internal"), theirs], OURS).startswith(
        "1 name in 1 ledger;"
    )
    assert names.told([theirs], OURS) == (
        "This installation has no ledger in the listed zones, so it has published no name. There "
        "is 1 ledger of others."
    )


def test_the_services_that_these_findings_are_about() -> None:
    twice = [seen("web", "shop.ecs.internal"), seen("api", "shop.ecs.internal")]
    robbed = seen("new", "old.ecs.internal")
    fine = seen("fine", "fine.ecs.internal")

    told = names.reported(
        [*twice, robbed, fine],
        [kept("old", "old.ecs.internal"), kept("fine", "fine.ecs.internal")],
        OURS,
    )

    assert told == {("prod", "web"), ("prod", "api"), ("prod", "new")}


def test_a_service_that_publishes_nothing_wants_nothing() -> None:
    withdrawn = Service("prod", "web", ServiceState.WITHDRAWN, "It has no load balancer.")
    assert names.wishes([seen("web", service=withdrawn)]) == {}


def test_what_a_service_has_by_a_ledger_of_ours_no_other_ledger_takes_from_it() -> None:
    """Anybody may have written that one."""
    web, name = seen("web", "web.ecs.internal"), "web.ecs.internal"
    theirs = kept("web", name, installation="b" * 16, owner="x")

    assert names.judge_ledgers([web], [kept("web", name), theirs], OURS) == []
    assert codes(names.judge_ledgers([web], [theirs], OURS)) == ["name-owned"]
