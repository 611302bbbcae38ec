"""`signpost doctor`: records of ours that somebody has protected."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from signpost.ledger.listing import understood
from signpost.model.record_set import RecordSet
from signpost.names.placement import Desired, Placement
from signpost_cli.checks import names, protections
from signpost_cli.checks.findings import Finding, Severity
from signpost_cli.checks.names import Ourselves
from signpost_cli.checks.zones import ZoneFacts
from tests.support.balancers import INSIDE
from tests.support.doctor import installation, seen
from tests.support.ledgers import ledger_of
from tests.support.parameters import SEAL, SETTINGS
from tests.support.stub import Stub
from tests.support.zones import PROD

LABEL = SETTINGS.label
LEDGER = f"web.prod.{LABEL}._signpost.ecs.internal"
WEB = {("ZPROD", "web.ecs.internal", "A"): "prod/web", ("ZPROD", LEDGER, "TXT"): "prod/web"}


def protected(name: str, kind: str = "A", comment: str = "") -> dict[str, Any]:
    return {"RecordName": f"{name}.", "RecordType": kind} | (
        {"Comment": comment} if comment else {}
    )


def checked(*pages: list[dict[str, Any]]) -> list[Finding]:
    route53 = Stub("route53")
    for number, page in enumerate(pages, 1):
        more = {"NextToken": str(number)} if number < len(pages) else {}
        given = {"NextToken": str(number - 1)} if number > 1 else {}
        route53.stubber.add_response(
            "list_resource_record_set_protections",
            {"ResourceRecordSetProtections": page, **more},
            {"HostedZoneId": "ZPROD", **given},
        )
    facts = ZoneFacts((PROD,), (), (), route53.client)
    found = protections.check(installation(), facts, WEB, LABEL)
    route53.stubber.assert_no_pending_responses()
    return found


def test_protections_of_a_services_records_are_one_finding_with_their_comments() -> None:
    (finding,) = checked(
        [protected("web.ecs.internal", comment="ask Ada"), protected("web.ecs.internal", "TXT")],
        [protected(LEDGER, "TXT")],
    )

    assert (finding.code, finding.severity) == ("record-protected", Severity.WARNING)
    assert "of prod/web: web.ecs.internal A ('ask Ada'), " + LEDGER + " TXT." in finding.what
    assert "route53:DeleteResourceRecordSetProtections" in finding.what


def test_the_command_that_lifts_them_is_one_that_route_53_takes() -> None:
    (finding,) = checked([protected("web.ecs.internal"), protected(LEDGER, "TXT")])
    *_, zone_id, _, keys = shlex.split(finding.mend)
    route53 = Stub("route53")
    route53.answers("delete_resource_record_set_protections")

    route53.client.delete_resource_record_set_protections(
        HostedZoneId=zone_id, Protections=json.loads(keys)
    )

    assert {one["RecordName"] for one in json.loads(keys)} == {"web.ecs.internal", LEDGER}


def test_a_command_lifts_a_hundred_at_most() -> None:
    many = [protections.Protection(f"w{number}.ecs.internal", "A") for number in range(101)]
    concerned = {("ZPROD", one.name, "A"): "prod/web" for one in many}

    (finding,) = protections.judge(PROD, many, concerned, LABEL)

    first, second = finding.mend.split("\n")
    assert [line.count("RecordName") for line in (first, second)] == [100, 1]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("api.ecs.internal", "A"),
        ("web.ecs.internal", "MX"),
        (f"web.prod.{LABEL}._signpost.ecs.internal", "CAA"),
        ("web.prod.other-01234567._signpost.ecs.internal", "TXT"),
    ],
)
def test_protections_of_what_is_not_ours_are_no_finding(name: str, kind: str) -> None:
    assert checked([protected(name, kind)]) == []


def test_a_name_that_only_a_ledger_can_have_is_ours_before_the_ledger_is_there() -> None:
    (finding,) = checked([protected(f"new.prod.{LABEL}._signpost.ecs.internal", "TXT")])
    assert "some service's ledger" in finding.what


def test_a_name_that_a_service_wants_is_ours_as_is_the_ledger_that_it_will_have() -> None:
    wanting = seen("web", "shop.ecs.internal")

    concerned = names.concerned([wanting], [], Ourselves.of(SETTINGS))

    assert concerned == {
        ("ZPROD", "shop.ecs.internal", "CNAME"): "prod/web",
        ("ZPROD", LEDGER, "TXT"): "prod/web",
    }


def test_what_a_ledger_of_this_installation_lists_is_ours_and_of_another_is_not() -> None:
    ours, others = ledger_of("web"), ledger_of("api", "other-01234567")
    kept = [understood(PROD, one, None) for one in (ours, others)]

    concerned = names.concerned([], kept, Ourselves.of(SETTINGS))

    assert concerned == WEB


def test_a_name_that_another_service_has_is_its_owners_whoever_wants_it() -> None:
    ledger = understood(PROD, ledger_of("web", zone_id="ZPROD"), SEAL)
    wanted = RecordSet("web.ecs.internal", "A", 60, ("192.0.2.1",))
    wanting = seen("api", desired=Desired((Placement(PROD, INSIDE, (wanted,), ""),)))

    concerned = names.concerned([wanting], [ledger], Ourselves.of(SETTINGS))

    assert concerned["ZPROD", "web.ecs.internal", "A"] == "prod/web"


def test_who_may_not_list_them_is_told_so() -> None:
    route53 = Stub("route53")
    route53.fails("list_resource_record_set_protections", "AccessDenied", status=403)

    (finding,) = protections.check(
        installation(), ZoneFacts((PROD,), (), (), route53.client), WEB, LABEL
    )

    assert finding.severity is Severity.NOT_CHECKED
    assert "route53:ListResourceRecordSetProtections" in finding.why


def test_a_botocore_that_does_not_know_them_is_told_so() -> None:
    route53 = Stub("route53")
    delattr(type(route53.client), "list_resource_record_set_protections")

    (finding,) = protections.check(
        installation(), ZoneFacts((PROD,), (), (), route53.client), WEB, LABEL
    )

    assert finding.severity is Severity.NOT_CHECKED
    assert "install a newer one" in finding.why
